"""Reading kept postings by their ids: the person's own and those that are shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.identity import SHARED_USER
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.tables import PostingRow

_TABLE = cast("sa.Table", PostingRow.__table__)
# Each page of a search runs it: built once and without the ORM it takes a tenth of the time.
# By key alone: with the owner in the query SQLite reads every posting of the owner.
_BODIES = sa.select(
    _TABLE.c.body, _TABLE.c.status, _TABLE.c.user_id, _TABLE.c.checked_at, _TABLE.c.last_seen
).where(_TABLE.c.job_id.in_(sa.bindparam("job_ids", expanding=True)))


def read_postings(
    session: Session, user: str, job_ids: Sequence[str], zone: tzinfo
) -> dict[str, JobPosting]:
    """Return by id those of the postings that the person may see, times in their zone.

    `checked_at` is when a posting was last known to be open: seen in its source, or asked for.
    """
    found: dict[str, JobPosting] = {}
    for body, status, owner, checked, seen in session.execute(_BODIES, {"job_ids": [*job_ids]}):
        if owner not in {user, SHARED_USER}:
            continue
        posting = JobPosting.model_validate(body)
        posting.status = status  # type: ignore[assignment]
        posting.checked_at = None if posting.sample else _later(checked, seen)
        for name in ("posted_at", "expires_at", "checked_at"):
            if moment := getattr(posting, name):
                setattr(posting, name, moment.astimezone(zone))
        found[posting.job_id] = posting
    return found


def _later(checked: datetime | None, seen: datetime) -> datetime:
    return seen if checked is None else max(checked, seen)
