"""Saved searches: repeated on a schedule, each new posting told once and never twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event
from jobtracker.jobs.model import Deleted, SavedSearch, SavedSearches, SearchRequest
from jobtracker.jobs.schedule import keep_schedule
from jobtracker.jobs.tables import SavedSearchRow

if TYPE_CHECKING:
    from jobtracker.jobs.service import JobService

MOST = 50
TOLD = 2000
"""Ids remembered for one search; older ones have left the first page long ago."""
_SAVED = cast("sa.Table", SavedSearchRow.__table__)
# Programs ask for the list again and again: it is built once, without the ORM, and leaves the long
# column of what was told where it is.
_LISTED = (
    sa.select(*(column for column in _SAVED.c if column.name not in ("user_id", "told")))
    .where(_SAVED.c.user_id == sa.bindparam("user"))
    .order_by(_SAVED.c.created_at, _SAVED.c.search_id)
)


class SavedSearchService:
    """The person's saved searches, over the job service's search."""

    def __init__(self, jobs: JobService) -> None:
        self._jobs = jobs
        self._core = jobs.core

    def save(
        self, user: str, name: str, request: SearchRequest, every_hours: int = 24
    ) -> SavedSearch:
        """Keep a search and run it once; what it finds now counts as told.

        Raises:
            BadInput: no name, a bad schedule, a bad filter, or too many searches.
        """
        name = " ".join(name.split())[:120]
        if not name:
            raise BadInput("name: empty; say how the search is to be called")
        if not 1 <= every_hours <= 24 * 30:
            raise BadInput(f"every_hours: {every_hours} is not between 1 and 720")
        request = request.model_copy(update={"cursor": None, "limit": 50})
        found = self._jobs.search(user, request)
        now = self._core.clock.now()
        row = SavedSearchRow(
            search_id=f"srch_{secrets.token_hex(6)}",
            user_id=user,
            name=name,
            request=request.model_dump(mode="json"),
            every_hours=every_hours,
            created_at=now,
            last_run_at=now,
            told=[job.job_id for job in found.jobs],
            fresh=[],
        )
        with self._core.store.begin() as session:
            count = session.scalar(sa.select(sa.func.count()).where(SavedSearchRow.user_id == user))
            if (count or 0) >= MOST:
                raise BadInput(f"there are {MOST} saved searches already; delete one first")
            session.add(row)
            keep_schedule(self._core, session, user)
            self._core.events.append(
                session, Event(user, "job.search_saved", row.search_id, now, {"name": name})
            )
        return self._shown(row).model_copy(update={"new_jobs": found.jobs[:10]})

    def list(self, user: str) -> SavedSearches:
        """Return the person's searches; those that are due are run, with what is new.

        A new posting is handed out by one call only: it counts as told from then on.
        """
        now = self._core.clock.now()
        rows = self._listed(user)
        if any(_due(row, now) for row in rows):
            self.run_due(now, user)
            rows = self._listed(user)
        return SavedSearches(searches=[self._told(user, row) for row in rows])

    def _listed(self, user: str) -> Sequence[sa.Row[Any]]:
        with self._core.store.transaction() as connection:
            return connection.execute(_LISTED, {"user": user}).all()

    def _told(self, user: str, row: sa.Row[Any]) -> SavedSearch:
        fresh: Sequence[str] = self._hand_out(row.search_id) if row.fresh else ()
        held = self._jobs.summaries(user, fresh)
        return self._shown(row).model_copy(update={"new_jobs": held})

    def run_due(self, now: datetime, user: str | None = None) -> dict[str, Sequence[str]]:
        """Run the searches that are due, of one person or of all; return new job ids by search.

        Idempotent: of several callers one runs a search, and what was found once is not found
        again. It waits for the person's next `list`, and is an event `job.search_matched`.
        """
        due = [row for row in self._rows(user) if _due(row, now)]
        found = {row.search_id: [*self._run(row, now)] for row in due}
        return {search_id: new for search_id, new in found.items() if new}

    def _rows(self, user: str | None) -> Sequence[SavedSearchRow]:
        query = sa.select(SavedSearchRow).order_by(
            SavedSearchRow.created_at, SavedSearchRow.search_id
        )
        with self._core.store.begin() as session:
            if user is not None:
                query = query.where(SavedSearchRow.user_id == user)
            return session.scalars(query).all()

    def delete(self, user: str, search_id: str) -> Deleted:
        """Forget a search.

        Raises:
            NotFound: there is none of that id, or it is another person's.
        """
        with self._core.store.begin() as session:
            row = session.get(SavedSearchRow, search_id)
            if row is None or row.user_id != user:
                raise NotFound(f"there is no saved search {search_id[:40]!r}")
            session.delete(row)
        return Deleted(search_id=search_id)

    def _run(self, row: SavedSearchRow, now: datetime) -> Sequence[str]:
        found = self._jobs.search(row.user_id, SearchRequest.model_validate(row.request))
        with self._core.store.begin() as session:
            # The write lock first: of two processes, the second sees that it was run already.
            same = (
                SavedSearchRow.last_run_at.is_(None)
                if row.last_run_at is None
                else SavedSearchRow.last_run_at == row.last_run_at
            )
            claimed = session.execute(
                sa.update(SavedSearchRow)
                .where(SavedSearchRow.search_id == row.search_id, same)
                .values(last_run_at=now)
            )
            held = session.get(SavedSearchRow, row.search_id, populate_existing=True)
            if held is None or not claimed.rowcount:  # type: ignore[attr-defined]
                return []
            row.last_run_at = now
            told = set(held.told)
            new = [job.job_id for job in found.jobs if job.job_id not in told]
            if new:
                held.told = [*new, *held.told][:TOLD]
                held.fresh = [*held.fresh, *new]
                data = {"name": held.name, "job_ids": new}
                self._core.events.append(
                    session, Event(held.user_id, "job.search_matched", held.search_id, now, data)
                )
            return new

    def _hand_out(self, search_id: str) -> Sequence[str]:
        """Take what waits, in one transaction, so that nobody else gets it."""
        with self._core.store.begin() as session:
            # A write before the read: on both engines the row is locked from here on.
            session.execute(
                sa.update(SavedSearchRow)
                .where(SavedSearchRow.search_id == search_id)
                .values(name=SavedSearchRow.name)
            )
            held = session.get(SavedSearchRow, search_id, populate_existing=True)
            if held is None or not held.fresh:
                return []
            fresh, held.fresh = held.fresh, []
            return fresh

    def _shown(self, row: SavedSearchRow | sa.Row[Any]) -> SavedSearch:
        zone = self._core.clock.zone
        last = (row.last_run_at or row.created_at).astimezone(zone)
        return SavedSearch(
            search_id=row.search_id,
            name=row.name,
            request=SearchRequest.model_validate(row.request),
            every_hours=row.every_hours,
            created_at=row.created_at.astimezone(zone),
            last_run_at=last,
            next_run_at=last + timedelta(hours=row.every_hours),
        )


def _due(row: SavedSearchRow | sa.Row[Any], now: datetime) -> bool:
    last = row.last_run_at or row.created_at
    return last + timedelta(hours=row.every_hours) <= now
