"""Tables of job search. The text index (FTS5 or tsvector) is made by the migration itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UserOwned, UtcDateTime


class PostingRow(UserOwned, Base):
    """A kept posting.

    `num` is its number in the text index and is given anew whenever the indexed text changes: the
    index is append-only, and rows of it that no posting points to are ignored. `seq` grows with
    every change of any posting, so that a process can read what it has not seen. `posted_ts` and
    `expires_ts` are epoch seconds, 0 where unknown; `sources` are names joined by commas.
    """

    __tablename__ = "job_postings"
    job_id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    num: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    source: Mapped[str] = mapped_column(sa.String(40), index=True)
    sources: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    company: Mapped[str | None] = mapped_column(sa.Text)
    company_key: Mapped[str] = mapped_column(sa.String(120), index=True)
    place_keys: Mapped[str] = mapped_column(sa.Text)
    location: Mapped[str] = mapped_column(sa.Text)
    work_mode: Mapped[str | None] = mapped_column(sa.String(10))
    employment_type: Mapped[str | None] = mapped_column(sa.String(16))
    seniority: Mapped[str | None] = mapped_column(sa.String(12))
    language: Mapped[str | None] = mapped_column(sa.String(12))
    yearly_min: Mapped[float | None]
    yearly_max: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    pensum_min: Mapped[int | None]
    pensum_max: Mapped[int | None]
    posted_ts: Mapped[int] = mapped_column(sa.BigInteger)
    expires_ts: Mapped[int] = mapped_column(sa.BigInteger)
    status: Mapped[str] = mapped_column(sa.String(8))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime())
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime())
    shown: Mapped[int] = mapped_column(default=0)
    vector: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class SightingRow(UserOwned, Base):
    """A source in which a posting was seen, with the original as it was sent.

    `digest` tells what is sent again just so (`jobs/unchanged.py`); `seen_at` is when the original
    was written or its list last looked through, `last_seen` of the posting when it was last listed.
    """

    __tablename__ = "job_sightings"
    sighting_id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    job_id: Mapped[str] = mapped_column(sa.String(24), index=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str] = mapped_column(sa.Text)
    url: Mapped[str | None] = mapped_column(sa.Text)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime())
    original: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str | None] = mapped_column(sa.String(32))


class StateRow(Base):
    """Numbers of the index that outlive a process."""

    __tablename__ = "job_state"
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


class SavedSearchRow(UserOwned, Base):
    """A search that is repeated, and the postings that it has already told of.

    `fresh` are those that a run in the background found and that were not handed out yet.
    """

    __tablename__ = "job_saved_searches"
    search_id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    request: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    every_hours: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    told: Mapped[list[str]] = mapped_column(sa.JSON)
    fresh: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
