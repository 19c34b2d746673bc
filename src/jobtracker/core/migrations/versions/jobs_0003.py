"""What a source gives again just as before is told by its digest, and not written anew."""

import sqlalchemy as sa
from alembic import op

revision = "jobs_0003"
down_revision = "jobs_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("job_sightings", sa.Column("digest", sa.String(32), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("job_sightings", "digest")
