"""Applications and what belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "applications_0001"
down_revision = None
branch_labels = ("applications",)
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "applications",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("job_id", sa.String(64)),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("company_key", sa.String(200), nullable=False),
        sa.Column("title_key", sa.String(300), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_on", sa.String(10), nullable=False),
        sa.Column("location", sa.String(200), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(16)),
        sa.Column("pensum", sa.String(20), nullable=False),
        sa.Column("company_size", sa.String(40), nullable=False),
        sa.Column("deadline", sa.String(10)),
        sa.Column("applied_on", sa.String(10)),
        sa.Column("responded_on", sa.String(10)),
        sa.Column("salary_asked", sa.JSON),
        sa.Column("salary_offered", sa.JSON),
        sa.Column("resume_version_id", sa.String(64)),
        sa.Column("letter_id", sa.String(64)),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_applications_user_key", "applications", ["user_id", "company_key"])
    op.create_table(
        "application_parts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column(
            "application_id",
            sa.String(32),
            sa.ForeignKey("applications.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("application_parts")
    op.drop_table("applications")
