"""Postings that a source gives again just as before: one look tells, and nothing is written anew.

A board is fetched whole each time, and almost nothing of it has changed since. To normalise, embed,
index and deduplicate that again would cost far more than the search that fetched it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from jobtracker import __version__
from jobtracker.core.store import Store
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.tables import PostingRow, SightingRow

AT_ONCE = 500
SEEN = timedelta(minutes=1)
"""How exact `last_seen` is: a write for each search would cost more than it tells."""
_POSTINGS = cast("sa.Table", PostingRow.__table__)
_SIGHTINGS = cast("sa.Table", SightingRow.__table__)
# Built once: to build a statement takes longer than to run it. A posting that was found closed is
# not looked up here, for its being listed again can open it.
_LOOK = (
    sa.select(
        _SIGHTINGS.c.sighting_id, _SIGHTINGS.c.digest, _POSTINGS.c.job_id, _POSTINGS.c.last_seen
    )
    .join(_POSTINGS, _POSTINGS.c.job_id == _SIGHTINGS.c.job_id)
    .where(
        _SIGHTINGS.c.sighting_id.in_(sa.bindparam("ids", expanding=True)),
        _POSTINGS.c.status == "open",
    )
)
# Whoever holds a row writes its `last_seen` or comes after us: nobody is waited for (PostgreSQL).
_SEEN = (
    sa.update(_POSTINGS)
    .where(
        _POSTINGS.c.job_id.in_(
            sa.select(_POSTINGS.c.job_id)
            .where(_POSTINGS.c.job_id.in_(sa.bindparam("ids", expanding=True)))
            .with_for_update(skip_locked=True)
        )
    )
    .values(last_seen=sa.bindparam("at"))
)


def digest_of(raw: RawPosting, embedder: str, now: datetime) -> str:
    """Return what tells a posting that was kept as it is from one that would be kept otherwise.

    That depends on what was sent, on how this version reads it, on whose vectors it has (`embedder`
    is empty for none), and on whether its date lies ahead.
    """
    ahead = raw.posted_at is not None and raw.posted_at > now
    try:
        told = raw.model_dump_json()
    except ValueError:  # half a character, or what only Python knows
        told = json.dumps(raw.model_dump(), default=str)
    return hashlib.blake2b(
        f"{__version__}\n{embedder}\n{ahead}\n{told}".encode(), digest_size=16
    ).hexdigest()


def unchanged(
    store: Store, told: Sequence[tuple[str, str]], now: datetime
) -> tuple[set[str], list[str]]:
    """Return of (sighting, digest) which sightings are kept so, and what to note as seen.

    The second are ids of those postings whose `last_seen` is older than a minute. What is told
    twice at once counts as changed: which of the two holds is for the writer to say.
    """
    twice = {sighting for sighting, count in Counter(one for one, _ in told).items() if count > 1}
    digests = {one: digest for one, digest in told if one not in twice}
    ids = list(digests)
    same: set[str] = set()
    stale: set[str] = set()
    with store.transaction() as connection:
        for start in range(0, len(ids), AT_ONCE):
            part = {"ids": ids[start : start + AT_ONCE]}
            for sighting, digest, job_id, last_seen in connection.execute(_LOOK, part):
                if digest == digests[sighting]:
                    same.add(sighting)
                    if now - last_seen >= SEEN:
                        stale.add(job_id)
    return same, sorted(stale)


def note_seen(store: Store, job_ids: Sequence[str], now: datetime) -> None:
    """Note that these postings are still listed."""
    with store.transaction() as connection:
        for start in range(0, len(job_ids), AT_ONCE):
            connection.execute(_SEEN, {"ids": job_ids[start : start + AT_ONCE], "at": now})
