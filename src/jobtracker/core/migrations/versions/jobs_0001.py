"""Postings, where they were seen, saved searches, and the text index."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "jobs_0001"
down_revision = None
branch_labels = ("jobs",)
depends_on = None


def _moment(name: str, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "job_postings",
        sa.Column("job_id", sa.String(24), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("num", sa.BigInteger, nullable=False, unique=True),
        sa.Column("seq", sa.BigInteger, nullable=False, index=True),
        sa.Column("source", sa.String(40), nullable=False, index=True),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("company", sa.Text),
        sa.Column("company_key", sa.String(120), nullable=False, index=True),
        sa.Column("place_keys", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("work_mode", sa.String(10)),
        sa.Column("employment_type", sa.String(16)),
        sa.Column("seniority", sa.String(12)),
        sa.Column("language", sa.String(12)),
        sa.Column("yearly_min", sa.Float),
        sa.Column("yearly_max", sa.Float),
        sa.Column("currency", sa.String(3)),
        sa.Column("pensum_min", sa.Integer),
        sa.Column("pensum_max", sa.Integer),
        sa.Column("posted_ts", sa.BigInteger, nullable=False),
        sa.Column("expires_ts", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        _moment("checked_at"),
        _moment("first_seen", nullable=False),
        _moment("last_seen", nullable=False),
        sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "job_sightings",
        sa.Column("sighting_id", sa.String(24), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("job_id", sa.String(24), nullable=False, index=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        _moment("seen_at", nullable=False),
        sa.Column("original", sa.JSON, nullable=False),
    )
    op.create_table(
        "job_state",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "job_saved_searches",
        sa.Column("search_id", sa.String(24), primary_key=True),
        sa.Column("user_id", sa.String(128), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("every_hours", sa.Integer, nullable=False),
        _moment("created_at", nullable=False),
        _moment("last_run_at"),
        sa.Column("told", sa.JSON, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE job_terms (num BIGINT PRIMARY KEY, terms tsvector NOT NULL)")
        op.execute("CREATE INDEX job_terms_gin ON job_terms USING gin (terms)")
    else:
        # Contentless and without positions: only "which rows hold this term" is ever asked.
        op.execute(
            "CREATE VIRTUAL TABLE job_terms USING fts5"
            "(terms, content='', detail=none, columnsize=0, tokenize='unicode61')"
        )


def downgrade() -> None:
    for table in ("job_terms", "job_saved_searches", "job_state", "job_sightings", "job_postings"):
        op.drop_table(table)
