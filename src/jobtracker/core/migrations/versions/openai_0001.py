"""Which thread a conversation of an OpenAI-style client goes on in."""

import sqlalchemy as sa
from alembic import op

revision = "openai_0001"
down_revision = None
branch_labels = ("openai",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openai_prefixes",
        sa.Column("user_id", sa.String(128), primary_key=True),
        sa.Column("prefix", sa.String(64), primary_key=True),
        sa.Column("thread_id", sa.String(128), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("openai_prefixes_by_thread", "openai_prefixes", ["user_id", "thread_id"])


def downgrade() -> None:
    op.drop_table("openai_prefixes")
