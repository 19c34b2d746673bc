"""The sample catalogue: invented postings, so that a first search answers without any network.

Their dates are counted from today, and counted anew on another day, so that they never grow old.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, cast

from jobtracker.jobs.model import JobPlace, RawPosting, Salary, Workload

SOURCE = "sample"


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    folder = resources.files("jobtracker.jobs") / "data"
    rows: list[dict[str, Any]] = []
    if folder.is_dir():
        files = [f for f in folder.iterdir() if f.name.startswith("samples_")]
        for file in sorted(files, key=lambda f: f.name):
            rows += json.loads(file.read_text(encoding="utf-8"))
    return tuple(rows)


def version() -> str:
    """Return what tells one edition of the catalogue from another."""
    import hashlib

    return hashlib.blake2b(json.dumps(_rows()).encode(), digest_size=8).hexdigest()


def sample_postings(now: datetime) -> list[RawPosting]:
    """Return the samples with dates counted from `now`."""
    midnight = now.replace(hour=6, minute=0, second=0, microsecond=0)
    return [_posting(row, midnight) for row in _rows()]


def _place(place: dict[str, Any]) -> JobPlace:
    return JobPlace(name=place["city"], canton=place.get("canton"), country=place.get("country"))


def _posting(row: dict[str, Any], day: datetime) -> RawPosting:
    pay = row.get("salary")
    pensum = row.get("workload")
    return RawPosting(
        source=SOURCE,
        external_id=str(row["id"]),
        title=row["title"],
        company=row["company"],
        text=row["description"],
        places=[_place(place) for place in cast("list[dict[str, Any]]", row["locations"])],
        work_mode=row.get("work_mode"),
        employment=[row["employment_type"]] if row.get("employment_type") else [],
        salary=Salary.model_validate(pay) if pay else None,
        posted_at=day - timedelta(days=row.get("posted_days_ago") or 0),
        expires_at=day + timedelta(days=row.get("expires_in_days") or 30),
        language=row.get("language"),
        seniority=row.get("seniority"),
        workload=Workload.model_validate(pensum) if pensum else None,
        tags=list(row.get("skills") or []),
        original={},
    )
