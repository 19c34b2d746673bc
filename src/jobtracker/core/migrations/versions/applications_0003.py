"""Reminders keep why they are due by a code and facts, to be said in any language."""

import sqlalchemy as sa
from alembic import op

revision = "applications_0003"
down_revision = "applications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("application_reminders") as table:
        table.add_column(sa.Column("reason", sa.JSON, nullable=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("application_reminders") as table:
        table.drop_column("reason")
