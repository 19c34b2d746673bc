"""Each memory keeps its vector: comparing a few hundred then needs no model and no server."""

import sqlalchemy as sa
from alembic import op

revision = "memories_0002"
down_revision = "memories_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("memories", sa.Column("vector", sa.LargeBinary))
    op.add_column(
        "memories", sa.Column("embedder", sa.String(64), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("memories", "embedder")
    op.drop_column("memories", "vector")
