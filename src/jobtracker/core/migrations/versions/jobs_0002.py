"""What a saved search found in the background waits there until the person is told."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_0002"
down_revision = "jobs_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "job_saved_searches", sa.Column("fresh", sa.JSON, nullable=False, server_default="[]")
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("job_saved_searches", "fresh")
