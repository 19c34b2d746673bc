"""Calendar accounts and what was last seen in them."""

import sqlalchemy as sa
from alembic import op

revision = "calendars_0001"
down_revision = None
branch_labels = ("calendars",)
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calendar_accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.Column("tokens", sa.JSON, nullable=False),
    )
    op.create_table(
        "calendar_items",
        sa.Column("account_id", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(1000), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("etag", sa.String(300), nullable=False),
        sa.Column("ics", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("calendar_items")
    op.drop_table("calendar_accounts")
