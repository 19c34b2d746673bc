"""What the language model has cost, per user, thread and month."""

import sqlalchemy as sa
from alembic import op

revision = "spend_0001"
down_revision = None
branch_labels = ("spend",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "llm_spend",
        sa.Column("user_id", sa.String(128), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("thread_id", sa.String(128), primary_key=True),
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("price_micro", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("llm_spend")
