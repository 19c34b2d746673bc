"""What is remembered of asking: who is to be left alone, who was asked, what is known already.

Kept in the store, so that a Retry-After holds for all processes and through a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from jobtracker.core.store import Store
from jobtracker.jobs.index import is_copied, sighting_of
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.port import LISTED, fingerprint
from jobtracker.jobs.state import keep_state
from jobtracker.jobs.tables import PostingRow, SightingRow, StateRow
from jobtracker.jobs.unchanged import SEEN, note_seen

AT_ONCE = 500
_KEPT = sa.select(
    SightingRow.sighting_id,
    SightingRow.original,
    PostingRow.job_id,
    PostingRow.status,
    PostingRow.last_seen,
).join(PostingRow, PostingRow.job_id == SightingRow.job_id)
WAIT = "wait:"


@dataclass
class Known:
    """Of the rows of a list, by external id: what need not be asked for in detail again."""

    unchanged: set[str] = field(default_factory=set[str])
    """Kept with their text, and the list says the same as then."""
    changed: set[str] = field(default_factory=set[str])
    """Kept with their text, which a row of the list alone must not replace."""


class AskedLog:
    """Notes about sources, over the store; safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waits(self, now: datetime) -> dict[str, datetime]:
        """Return the sources that are to be left alone, each with the time until when."""
        found = self._read(WAIT)
        return {name: until for name, until in found.items() if until > now}

    def wait(self, source: str, until: datetime) -> None:
        """Leave a source alone until then."""
        self._write(f"{WAIT}{source}", until)

    def last(self) -> dict[str, datetime]:
        """Return when sources that want few calls were asked."""
        return self._read("asked:")

    def asked(self, source: str, at: datetime) -> None:
        """Note that a source that wants few calls has answered."""
        self._write(f"asked:{source}", at)

    def known(self, owner: str, listed: Sequence[RawPosting], now: datetime) -> Known:
        """Return which rows of a list are kept already with their text; they count as seen now.

        A posting that was found closed and is on its employer's list again has to be asked for.
        """
        by_id = {sighting_of(owner, one.source, one.external_id): one for one in listed}
        ids = list(by_id)
        known = Known()
        same: list[str] = []
        seen: set[str] = set()
        with self._store.begin() as session:
            for start in range(0, len(ids), AT_ONCE):
                query = _KEPT.where(SightingRow.sighting_id.in_(ids[start : start + AT_ONCE]))
                for sighting_id, original, job_id, status, last_seen in session.execute(query):
                    one = by_id[sighting_id]
                    if LISTED not in original:
                        continue
                    back = status == "closed" and not is_copied(one.source)
                    if original[LISTED] != fingerprint(one) or back:
                        known.changed.add(one.external_id)
                        continue
                    known.unchanged.add(one.external_id)
                    same.append(sighting_id)
                    if status == "open" and now - last_seen >= SEEN:
                        seen.add(job_id)
            for start in range(0, len(same), AT_ONCE):
                session.execute(
                    sa.update(SightingRow)
                    .where(SightingRow.sighting_id.in_(same[start : start + AT_ONCE]))
                    .values(seen_at=now)
                )
        if seen:
            note_seen(self._store, sorted(seen), now)
        return known

    def _read(self, prefix: str) -> dict[str, datetime]:
        query = sa.select(StateRow.name, StateRow.value).where(StateRow.name.startswith(prefix))
        with self._store.begin() as session:
            rows = session.execute(query).all()
        return {name.removeprefix(prefix): datetime.fromisoformat(value) for name, value in rows}

    def _write(self, name: str, at: datetime) -> None:
        with self._store.begin() as session:
            keep_state(session, name[:40], at.isoformat())
