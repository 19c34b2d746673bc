"""Postings that were not seen for a while are asked whether they are open before they are shown.

Several at once, within what is left of the search's deadline. Who cannot be reached is not dead:
such a posting is shown, with the time at which it was last seen.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

import anyio
import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.errors import JobTrackerError
from jobtracker.core.speech import say
from jobtracker.jobs.liveness import Verdict, boards_of, check, settled
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.numbers import touch
from jobtracker.jobs.tables import PostingRow

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

    from jobtracker.core.bootstrap import Core
    from jobtracker.jobs.live import LiveSources

AT_ONCE = 8
LEAST_SHARE = 0.2
"""Of the deadline: so much is left for asking, also where the sources took all of it."""
TRY_AGAIN = timedelta(minutes=10)
"""Who could not be reached is left alone for so long."""
_REMEMBERED = 10_000
_Board = tuple[str, str]
Read = Callable[[Sequence[str]], dict[str, JobPosting]]


@dataclass
class Page:
    """Postings to be shown, in order, and what came of asking for those not seen for a while."""

    jobs: list[JobPosting] = field(default_factory=list[JobPosting])
    closed: int = 0
    """Were found closed and are left out."""
    unasked: list[JobPosting] = field(default_factory=list[JobPosting])
    """Are shown though nobody answered for them."""


class Recheck:
    """Asks for postings that are about to be shown; safe to use from several threads."""

    def __init__(self, core: Core, live: LiveSources) -> None:
        self._core = core
        self._live = live
        self._lock = threading.Lock()
        self._tried: dict[str, datetime] = {}

    def until(self, started: float) -> float:
        """Return when asking has to end (monotonic) for a search that began at `started`."""
        deadline = self._core.settings.search.deadline_seconds
        return max(started + deadline, time.monotonic() + LEAST_SHARE * deadline)

    def page(self, job_ids: Sequence[str], limit: int, read: Read, until: float) -> Page:
        """Return the first `limit` of these postings that are open, in their order."""
        page, at = Page(), 0
        while len(page.jobs) < limit and at < len(job_ids):
            part = job_ids[at : at + limit - len(page.jobs)]
            at += len(part)
            found = read(part)
            stale = self.stale(found.values())
            verdicts = self.ask(stale, until) if stale else {}
            for job_id in part:
                posting = found.get(job_id)
                if posting is None:
                    continue
                verdict = verdicts.get(job_id)
                if verdict is not None and verdict.status == "closed":
                    page.closed += 1
                    continue
                page.jobs.append(posting)
                if verdict is not None and verdict.answered:
                    posting.checked_at = self._core.clock.now().astimezone(self._core.clock.zone)
                elif posting in stale:
                    page.unasked.append(posting)
        return page

    def one(self, posting: JobPosting) -> Verdict:
        """Ask for one posting, within no other bounds than those of fetching."""
        known = settled(posting, self._core.clock.now())
        if known is not None:
            return known
        verdicts: dict[str, Verdict] = {}
        anyio.run(self._all, [posting], verdicts, float("inf"))
        return verdicts[posting.job_id]

    def current(self, posting: JobPosting) -> JobPosting:
        """Return a posting that is about to be shown with the state that it is in by now.

        It is asked for where it was not seen for long; one that is past its last day is closed.
        """
        known = settled(posting, self._core.clock.now())
        verdict = known if known is not None and known.status == "closed" else None
        if verdict is None and self.stale([posting]):
            verdict = self.ask([posting], self.until(time.monotonic())).get(posting.job_id)
        if verdict is None or not verdict.answered or posting.sample:
            return posting
        checked = {"checked_at": self._core.clock.now().astimezone(self._core.clock.zone)}
        state = {} if verdict.status == "unknown" else {"status": verdict.status}
        return posting.model_copy(update=state | (checked if verdict is not known else {}))

    def stale(self, postings: Iterable[JobPosting]) -> list[JobPosting]:
        """Return the postings that were not seen for longer than the setting allows."""
        now = self._core.clock.now()
        oldest = now - timedelta(hours=self._core.settings.search.recheck_after_hours)
        return [
            posting
            for posting in postings
            if posting.checked_at is not None
            and posting.checked_at < oldest
            and posting.status != "closed"
            and settled(posting, now) is None
        ]

    def ask(self, postings: Sequence[JobPosting], until: float) -> dict[str, Verdict]:
        """Return what is found out in time, by id, and keep it; offline nobody is asked."""
        left = until - time.monotonic()
        now = self._core.clock.now()
        with self._lock:
            asked = [
                posting
                for posting in postings
                if (tried := self._tried.get(posting.job_id)) is None or now - tried >= TRY_AGAIN
            ]
        if self._core.settings.search.offline or not asked or left <= 0:
            return {}
        verdicts: dict[str, Verdict] = {}
        anyio.run(self._all, asked, verdicts, left)
        self._remember(asked, verdicts, now)
        with self._core.store.begin() as session:
            keep(session, verdicts, now)
        return verdicts

    def _remember(
        self, asked: Sequence[JobPosting], verdicts: dict[str, Verdict], now: datetime
    ) -> None:
        with self._lock:
            if len(self._tried) > _REMEMBERED:
                self._tried.clear()
            for posting in asked:
                verdict = verdicts.get(posting.job_id)
                if verdict is None or not verdict.answered:
                    self._tried[posting.job_id] = now
                else:
                    self._tried.pop(posting.job_id, None)

    async def _all(
        self, postings: Sequence[JobPosting], verdicts: dict[str, Verdict], seconds: float
    ) -> None:
        boards: defaultdict[_Board, list[tuple[JobPosting, str]]] = defaultdict(list)
        gate = anyio.Semaphore(AT_ONCE)
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as group:
                for posting in postings:
                    if listed := boards_of(posting):
                        source, board, external = listed[0]
                        boards[source, board].append((posting, external))
                    else:
                        group.start_soon(self._by_page, posting, verdicts, gate)
                for named, held in boards.items():
                    group.start_soon(self._by_board, named, held, verdicts, gate, group)

    async def _by_board(
        self,
        named: _Board,
        held: list[tuple[JobPosting, str]],
        verdicts: dict[str, Verdict],
        gate: anyio.Semaphore,
        group: TaskGroup,
    ) -> None:
        """One list of an employer's board answers for all its postings."""
        try:
            async with gate:
                ids = await self._live.listed(*named, self._core.clock.now())
        except JobTrackerError:
            # The board does not answer; perhaps the postings' own pages do.
            for posting, _ in held:
                group.start_soon(self._by_page, posting, verdicts, gate)
            return
        for posting, external in held:
            verdicts[posting.job_id] = by_list(external, ids, *named)

    async def _by_page(
        self, posting: JobPosting, verdicts: dict[str, Verdict], gate: anyio.Semaphore
    ) -> None:
        call = partial(check, posting, self._core.http, self._core.clock.now())
        async with gate:
            verdicts[posting.job_id] = await anyio.to_thread.run_sync(call, abandon_on_cancel=True)


def by_list(external_id: str, listed: frozenset[str], source: str, board: str) -> Verdict:
    """Return what an employer's whole board says of one posting."""
    if external_id in listed:
        return Verdict("open", say("jobs.board_lists", board=f"{source}:{board}"))
    return Verdict("closed", say("jobs.board_lists_not", board=f"{source}:{board}"))


def keep(session: Session, verdicts: dict[str, Verdict], now: datetime) -> None:
    """Write what was found out; postings that opened or closed are read again by every process.

    Who answered without showing anything leaves a posting as it was.
    """
    answered = {job_id: v for job_id, v in sorted(verdicts.items()) if v.answered}
    told = [job_id for job_id, v in answered.items() if v.status != "unknown"]
    touch(session, told)
    table = cast("sa.Table", PostingRow.__table__)
    one = sa.update(table).where(PostingRow.job_id == sa.bindparam("one"))
    rows = [{"one": job_id, "at": now} for job_id in answered]
    if rows:
        session.connection().execute(one.values(checked_at=sa.bindparam("at")), rows)
    if told:
        session.connection().execute(
            one.values(status=sa.bindparam("state")),
            [{"one": job_id, "state": answered[job_id].status} for job_id in told],
        )
