"""What the coach keeps: goals, mock interviews, outreach drafts, weekly reviews."""

import sqlalchemy as sa
from alembic import op

revision = "coaching_0001"
down_revision = None
branch_labels = ("coaching",)
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "coaching_records",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("application_id", sa.String(32), index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("coaching_records")
