"""Long-term memory: what is remembered, and what the vector index has yet to forget."""

import sqlalchemy as sa
from alembic import op

revision = "memories_0001"
down_revision = None
branch_labels = ("memories",)
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "memories",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("thread_id", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("indexed", sa.String(64), nullable=False),
    )
    op.create_index("memories_by_key", "memories", ["user_id", "kind", "key"], unique=True)
    op.create_index("memories_by_age", "memories", ["user_id", "revision"])
    op.create_index("memories_by_index", "memories", ["indexed"])
    op.create_table(
        "memory_users",
        sa.Column("user_id", sa.String(128), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "memory_erasures",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.String(128), nullable=False),
        sa.Column("memory_id", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("memory_erasures", "memory_users", "memories"):
        op.drop_table(name)
