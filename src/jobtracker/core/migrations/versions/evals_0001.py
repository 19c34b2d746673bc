"""Runs of the evals and their metrics."""

import sqlalchemy as sa
from alembic import op

revision = "evals_0001"
down_revision = None
branch_labels = ("evals",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eval_runs",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("mind", sa.String(16), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("prompts", sa.JSON, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("price", sa.Float, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
    )
    op.create_table(
        "eval_metrics",
        sa.Column(
            "run_id",
            sa.String(32),
            sa.ForeignKey("eval_runs.run_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("suite", sa.String(80), primary_key=True),
        sa.Column("metric", sa.String(80), primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("low", sa.Float, nullable=False),
        sa.Column("high", sa.Float, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("threshold", sa.Float, nullable=True),
        sa.Column("better", sa.String(8), nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("failing", sa.JSON, nullable=False),
    )
    op.create_index("ix_eval_metrics_suite", "eval_metrics", ["suite", "metric"])


def downgrade() -> None:
    op.drop_table("eval_metrics")
    op.drop_table("eval_runs")
