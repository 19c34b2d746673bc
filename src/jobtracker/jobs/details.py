"""The texts of postings whose list has none: each new or changed one is asked for by itself.

Bounded: a few at once, so many per search, until the deadline of the search; the words of the
search decide which come first. What does not come is owed, and the rest is not lost by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from jobtracker.core.errors import (
    ContractChanged,
    Forbidden,
    JobTrackerError,
    NotFound,
    RateLimited,
)
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.port import Fetcher, Query, Source, with_detail
from jobtracker.jobs.text import terms

if TYPE_CHECKING:
    from jobtracker.jobs.asked import Known

AT_ONCE = 4
MOST_NOW = 40
"""Texts fetched while a person waits."""
GIVE_UP_AFTER = 5
"""Failures without a success in between."""


class Details:
    """The texts of one source's postings; `rows` is the list that they are kept in."""

    def __init__(self, source: Source, query: Query, rows: list[RawPosting]) -> None:
        self._source = source
        self._query = query
        self._rows = rows
        self._waiting: list[tuple[RawPosting, bool]] = []
        """Postings without a text, and whether an older text of theirs is kept."""
        self.trouble: JobTrackerError | None = None
        self._failed_on_end = 0

    @property
    def owed(self) -> int:
        """How many postings have not got their text."""
        return len(self._waiting)

    @property
    def wait(self) -> float | None:
        """Seconds that the source asked to be left alone for."""
        return getattr(self.trouble, "retry_after", None)

    def take(self, page: list[RawPosting], known: Known | None) -> None:
        """Take a page of the list: new rows are kept at once, and their texts waited for.

        A row that is kept with its text is left as it is until its new text is there.
        """
        for row in page:
            if known is not None and row.external_id in known.unchanged:
                continue
            kept = known is not None and row.external_id in known.changed
            if not kept:
                self._rows.append(row)
            if not row.text:
                self._waiting.append((row, kept))
            elif kept:
                self._rows.append(row)

    async def fetch(self, http: Fetcher, most: int) -> None:
        """Ask for the texts, the likeliest to be shown first; at most so many."""
        wanted = set(terms(self._query.text))
        ordered = sorted(self._waiting, key=lambda one: -len(wanted & set(terms(one[0].title))))
        self._waiting = ordered
        places = {row.external_id: place for place, row in enumerate(self._rows)}
        gate = anyio.Semaphore(AT_ONCE)

        async def one(row: RawPosting) -> None:
            async with gate:
                if self._stopped():
                    return
                try:
                    detail = await self._source.detail(http, row, self._query.board)
                    whole = with_detail(row, detail)
                except NotFound:
                    # Taken off the board since the list was read: nothing is owed.
                    self._settle(row)
                except JobTrackerError as exc:
                    self.trouble = exc
                    self._failed_on_end += 1
                except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
                    title = self._source.info.title
                    self.trouble = ContractChanged(
                        f"{title}: a posting's own answer has another shape ({type(exc).__name__})"
                    )
                    self._failed_on_end += 1
                else:
                    self._failed_on_end = 0
                    place = places.get(row.external_id)
                    if place is None:
                        self._rows.append(whole)
                    else:
                        self._rows[place] = whole
                    self._settle(row)

        async with anyio.create_task_group() as group:
            for row, _ in ordered[:most]:
                group.start_soon(one, row)

    def _stopped(self) -> bool:
        refused = isinstance(self.trouble, RateLimited | Forbidden)
        return refused or self._failed_on_end >= GIVE_UP_AFTER

    def _settle(self, row: RawPosting) -> None:
        self._waiting = [one for one in self._waiting if one[0] is not row]
