"""How each person works: hours, lunch, buffers, travel, notice, language of the events."""

import sqlalchemy as sa
from alembic import op

revision = "calendars_0002"
down_revision = "calendars_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "calendar_habits",
        sa.Column("user_id", sa.String(128), primary_key=True),
        sa.Column("data", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("calendar_habits")
