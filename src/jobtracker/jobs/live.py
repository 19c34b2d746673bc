"""Asking live sources: all at once, one deadline, each kept within its limits; failures are values.

What a source gives is kept call by call, so a board that is cut off by the deadline is kept as far
as it came. What is still owed (a wait that a vendor asked for, the rest of a board, descriptions)
is in `Answers.later`, for the queue of `jobs/later.py`.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

import anyio
import anyio.to_thread

from jobtracker.core.errors import (
    BadInput,
    ContractChanged,
    JobTrackerError,
    RateLimited,
    Unavailable,
)
from jobtracker.core.identity import SHARED_USER
from jobtracker.jobs.details import MOST_NOW, Details
from jobtracker.jobs.employers import board_for
from jobtracker.jobs.model import Failure, RawPosting, SearchRequest
from jobtracker.jobs.pacing import PROBE_SECONDS, Guards, Paced
from jobtracker.jobs.plans import Answers, Owed, Plan
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Capability, Query, SourceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from jobtracker.core.http import Http
    from jobtracker.core.settings import SearchSettings
    from jobtracker.jobs.asked import AskedLog

PER_SOURCE = 100
PER_BOARD = 20_000
WHOLE_BOARD = 100_000
MAX_WAIT = 86_400.0
SOON = 60.0
"""Seconds until a source is asked for the rest, where the vendor names no time."""
PATIENCE = 1.0
"""Seconds that a search waits for a source's next turn; the background waits for any."""


@dataclass
class _Run:
    """How far one source has come: `rows` are to be kept, `seen` were listed."""

    plan: Plan
    rows: list[RawPosting] = field(default_factory=list[RawPosting])
    seen: int = 0
    whole: bool = False
    details: Details | None = None
    trouble: JobTrackerError | None = None


@dataclass(frozen=True)
class _Budget:
    seconds: float
    patience: float
    details: int


def usable(info: SourceInfo, settings: SearchSettings) -> bool:
    """Tell whether the settings let a source be asked by words."""
    if Capability.SEARCH not in info.capabilities or info.status in {"closed", "by_page_only"}:
        return False
    if info.status == "optional" and info.name not in settings.accepted_terms:
        return False
    return info.auth == "none" or info.name in settings.keys or _has(info.library)


def _has(library: str) -> bool:
    from importlib.util import find_spec

    return bool(library) and find_spec(library) is not None


class LiveSources:
    """The live sources of one process; safe to use from several threads."""

    def __init__(
        self,
        http: Callable[[], Http],
        settings: SearchSettings,
        bases: dict[str, str] | None = None,
        log: Callable[[], AskedLog] | None = None,
    ) -> None:
        """`log` remembers beyond this process; without one waits hold for this process only."""
        self._http = http
        self._settings = settings
        self._bases = bases or {}
        self._log = log
        self._lock = threading.Lock()
        self._asked: dict[str, datetime] = {}
        self._not_before: dict[str, datetime] = {}
        self._guards: Guards | None = None

    def ask(
        self,
        user: str,
        request: SearchRequest,
        country: str,
        now: datetime,
        done: Callable[[str, int], None] | None = None,
    ) -> Answers:
        """Ask every usable source in parallel until the deadline; `done` hears of each answer."""
        plans = self._plans(user, request, country, now)
        budget = _Budget(self._settings.deadline_seconds, PATIENCE, MOST_NOW)
        return self._run_all(plans, budget, now, done)

    def ask_again(
        self, user: str, source: str, query: Query, seconds: float, details: int
    ) -> Answers:
        """Ask one source for what it owed, with more time than a person would wait."""
        budget = _Budget(seconds, seconds, details)
        return self._run_all([self._plan(source, query, user)], budget, query.now, None)

    async def listed(self, name: str, board: str, now: datetime) -> frozenset[str]:
        """Return the ids of all postings on an employer's board, within the source's limits.

        Raises:
            JobTrackerError: the board does not answer to its end, or not in the known format.
        """
        plan = self._plan(name, Query(board=board, limit=WHOLE_BOARD, now=now), SHARED_USER)
        self._wait(plan, now)
        guards = self._guarded()
        http = Paced(self._http(), guards, plan.source.info, PATIENCE)
        try:
            async with await guards.breakers.get_breaker(plan.name):
                rows = await plan.source.fetch(http, plan.query)
        except guards.opened as exc:
            raise _left_alone(plan) from exc
        return frozenset(row.external_id for row in rows)

    def _run_all(
        self,
        plans: list[Plan],
        budget: _Budget,
        now: datetime,
        done: Callable[[str, int], None] | None,
    ) -> Answers:
        answers = Answers(asked=len(plans))
        if not plans:
            return answers
        # Imported before the clock of the deadline runs.
        self._guarded()
        if self._log is not None:
            waits = self._log().waits(now)
            with self._lock:
                self._not_before |= waits
        runs = [_Run(plan) for plan in plans]
        anyio.run(self._all, runs, budget, now, done)
        for run in runs:
            if run.rows:
                answers.postings.append((run.plan.owner, run.rows))
            if run.trouble is None:
                self._settle(run, answers, budget, now)
            else:
                self._failed(run, run.trouble, answers, now)
        return answers

    def _plans(self, user: str, request: SearchRequest, country: str, now: datetime) -> list[Plan]:
        wanted = set(request.sources)
        query = Query(
            text=request.query,
            location=request.location,
            country=country,
            remote=request.work_mode == "remote",
            days=request.posted_within_days,
            limit=PER_SOURCE,
            now=now,
        )
        plans: list[Plan] = []
        for name in REGISTRY:
            info = source_class(name).info
            if usable(info, self._settings) and (not wanted or name in wanted):
                plans.append(self._plan(name, query, user))
        boards = list(self._settings.boards)
        if request.company and (found := board_for(request.company)):
            boards.append(found)
        for spec in dict.fromkeys(boards):
            name, _, board = spec.partition(":")
            if not wanted or name in wanted:
                plans.append(self._plan(name, _of_board(query, board), user))
        last = self._log().last() if self._log is not None else {}
        return [plan for plan in plans if not self._fresh(plan, last, now)]

    def _fresh(self, plan: Plan, last: dict[str, datetime], now: datetime) -> bool:
        """Tell whether the same was answered a moment ago, and so is in the index."""
        info = plan.source.info
        with self._lock:
            asked = self._asked.get(plan.key)
        if info.every_minutes and not plan.query.board:
            kept = last.get(info.name)
            asked = max((one for one in (asked, kept) if one is not None), default=None)
        minutes = max(self._settings.fresh_minutes, info.every_minutes)
        return asked is not None and now - asked < timedelta(minutes=minutes)

    def _plan(self, name: str, query: Query, user: str) -> Plan:
        kind = source_class(name)
        keys = {k: v.get_secret_value() for k, v in self._settings.keys.get(name, {}).items()}
        owner = SHARED_USER if kind.info.auth == "none" else user
        return Plan(kind(self._bases.get(name, ""), keys), query, owner)

    async def _all(
        self,
        runs: list[_Run],
        budget: _Budget,
        now: datetime,
        done: Callable[[str, int], None] | None,
    ) -> None:
        async def one(run: _Run) -> None:
            try:
                await self._one(run, budget, now)
            except JobTrackerError as exc:
                run.trouble = exc
            except Exception as exc:  # noqa: BLE001 - an adapter must not take the others along
                title = run.plan.source.info.title
                said = f"{title}: its answer cannot be read ({type(exc).__name__})"
                run.trouble = ContractChanged(said)
            if done is not None and (run.seen or run.whole):
                done(run.plan.name, run.seen)

        async with anyio.create_task_group() as group:
            for run in runs:
                group.start_soon(one, run)

    async def _one(self, run: _Run, budget: _Budget, now: datetime) -> None:
        """Ask one source until the deadline; what came is in `run`, whatever happens."""
        guards, plan = self._guarded(), run.plan
        self._wait(plan, now)
        http = Paced(self._http(), guards, plan.source.info, budget.patience)
        try:
            async with await guards.breakers.get_breaker(plan.name):
                with anyio.move_on_after(budget.seconds) as scope:
                    await self._read(run, http, now)
                    if run.details is not None:
                        await run.details.fetch(http, budget.details)
                if scope.cancelled_caught and not run.seen:
                    raise Unavailable(f"did not answer within {budget.seconds:g} s")
        except guards.opened as exc:
            raise _left_alone(plan) from exc

    async def _read(self, run: _Run, http: Paced, now: datetime) -> None:
        plan = run.plan
        if Capability.DETAIL in plan.source.info.capabilities:
            run.details = Details(plan.source, plan.query, run.rows)
        pages = cast("AsyncGenerator[list[RawPosting]]", plan.source.walk(http, plan.query))
        async with aclosing(pages) as walked:
            async for page in walked:
                run.seen += len(page)
                if run.details is None:
                    run.rows += page
                    continue
                known = None
                if self._log is not None:
                    look = partial(self._log().known, plan.owner, page, now)
                    known = await anyio.to_thread.run_sync(look)
                run.details.take(page, known)
        run.whole = True

    def _settle(self, run: _Run, answers: Answers, budget: _Budget, now: datetime) -> None:
        """Note what came; what did not is owed."""
        plan = run.plan
        if run.whole:
            with self._lock:
                self._asked[plan.key] = now
            if plan.source.info.every_minutes and self._log is not None:
                self._log().asked(plan.source.info.name, now)
        else:
            answers.later.append(Owed(plan, now + timedelta(seconds=SOON)))
            said = (
                f"unavailable: gave {run.seen} postings within {budget.seconds:g} s; the rest is "
                "queued for later"
            )
            answers.failures.append(Failure(source=plan.name, reason=said, retry_after=SOON))
        details = run.details
        if details is None or not details.owed:
            return
        wait = min(details.wait or SOON, MAX_WAIT)
        if run.whole:
            answers.later.append(Owed(plan, now + timedelta(seconds=wait)))
        if details.trouble is not None:
            failure = Failure.of(plan.name, details.trouble)
            failure.reason += f"; {details.owed} of {run.seen} descriptions are queued for later"
            answers.failures.append(failure.model_copy(update={"retry_after": wait}))
        else:
            answers.notes.append(
                f"{plan.name}: {details.owed} of {run.seen} postings have no description yet; "
                "they are fetched in the background"
            )

    def _failed(self, run: _Run, exc: JobTrackerError, answers: Answers, now: datetime) -> None:
        plan = run.plan
        failure = Failure.of(plan.name, exc)
        waited = getattr(exc, "retry_after", None)
        if isinstance(exc, RateLimited) and waited is None:
            waited = SOON
        if waited is not None or (isinstance(exc, Unavailable) and run.seen):
            seconds = min(SOON if waited is None else waited, MAX_WAIT)
            until = now + timedelta(seconds=seconds)
            if isinstance(exc, RateLimited) or waited is not None:
                self._later(plan, until, now)
            answers.later.append(Owed(plan, until))
            failure.retry_after = seconds
            failure.reason += f"; queued for later (in {seconds:.0f} s)"
        if run.seen:
            failure.reason += f"; {run.seen} postings came before"
        answers.failures.append(failure)

    def _wait(self, plan: Plan, now: datetime) -> None:
        """Leave a source alone that asked for it."""
        with self._lock:
            until = self._not_before.get(plan.source.info.name)
        if until is not None and until > now:
            left = (until - now).total_seconds()
            raise RateLimited(f"{plan.name} asked to wait", left)

    def _later(self, plan: Plan, until: datetime, now: datetime) -> None:
        name = plan.source.info.name
        with self._lock:
            known = self._not_before.get(name)
            self._not_before[name] = until
        if self._log is not None and (known is None or known <= now):
            self._log().wait(name, until)

    def _guarded(self) -> Guards:
        with self._lock:
            if self._guards is None:
                self._guards = Guards()
            return self._guards


def _left_alone(plan: Plan) -> Unavailable:
    return Unavailable(
        f"{plan.name} failed several times; it is left alone for {PROBE_SECONDS:g} s",
        PROBE_SECONDS,
    )


def _of_board(query: Query, board: str) -> Query:
    if not board:
        raise BadInput("setting search.boards: write each as source:board, e.g. greenhouse:gitlab")
    return replace(query, board=board, limit=PER_BOARD)
