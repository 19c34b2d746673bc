"""Asking live sources: all at once, one deadline, each kept within its limits; failures are values.

`stamina` retries what may pass, `limits` keeps each source's published rate, `purgatory` stops
asking one that keeps failing and probes it again after a while.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio

from jobtracker.core.errors import BadInput, JobTrackerError, RateLimited, Unavailable
from jobtracker.core.identity import SHARED_USER
from jobtracker.jobs.employers import board_for
from jobtracker.jobs.model import Failure, RawPosting, SearchRequest
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Capability, Query, Source, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Http
    from jobtracker.core.settings import SearchSettings

ATTEMPTS = 2
BROKEN_AFTER = 4
PROBE_SECONDS = 60.0
PER_SOURCE = 100
WHOLE_BOARD = 100_000
MAX_WAIT = 86_400.0


@dataclass(frozen=True)
class Plan:
    """One source to ask, and whose the answer will be."""

    source: Source
    query: Query
    owner: str

    @property
    def name(self) -> str:
        """The source, with the employer's board where it is one."""
        board = self.query.board
        return f"{self.source.info.name}:{board}" if board else self.source.info.name


@dataclass
class Answers:
    """What came, by owner, and what did not."""

    postings: list[tuple[str, list[RawPosting]]] = field(
        default_factory=list[tuple[str, list[RawPosting]]]
    )
    failures: list[Failure] = field(default_factory=list[Failure])
    asked: int = 0


def usable(info: SourceInfo, settings: SearchSettings) -> bool:
    """Tell whether the settings let a source be asked by words."""
    if Capability.SEARCH not in info.capabilities or info.status in {"closed", "by_page_only"}:
        return False
    if info.status == "optional" and info.name not in settings.accepted_terms:
        return False
    return info.auth == "none" or info.name in settings.keys


class LiveSources:
    """The live sources of one process; safe to use from several threads."""

    def __init__(
        self,
        http: Callable[[], Http],
        settings: SearchSettings,
        bases: dict[str, str] | None = None,
    ) -> None:
        self._http = http
        self._settings = settings
        self._bases = bases or {}
        self._lock = threading.Lock()
        self._asked: dict[str, datetime] = {}
        self._not_before: dict[str, datetime] = {}
        self._guards: Any = None

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
        answers = Answers(asked=len(plans))
        if plans:
            # Imported before the clock of the deadline runs.
            self._guarded()
            anyio.run(self._all, plans, answers, now, done)
        return answers

    async def listed(self, name: str, board: str, now: datetime) -> frozenset[str]:
        """Return the ids of all postings on an employer's board, within the source's limits.

        Raises:
            JobTrackerError: the board does not answer, or not in the known format.
        """
        plan = self._plan(name, Query(board=board, limit=WHOLE_BOARD, now=now), SHARED_USER)
        return frozenset(posting.external_id for posting in await self._one(plan, now))

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
        fresh = timedelta(minutes=self._settings.fresh_minutes)
        with self._lock:
            return [
                plan
                for plan in plans
                if now - self._asked.get(_key(plan), datetime.min.replace(tzinfo=now.tzinfo))
                >= fresh
            ]

    def _plan(self, name: str, query: Query, user: str) -> Plan:
        kind = source_class(name)
        keys = {k: v.get_secret_value() for k, v in self._settings.keys.get(name, {}).items()}
        owner = SHARED_USER if kind.info.auth == "none" else user
        return Plan(kind(self._bases.get(name, ""), keys), query, owner)

    async def _all(
        self,
        plans: list[Plan],
        answers: Answers,
        now: datetime,
        done: Callable[[str, int], None] | None,
    ) -> None:
        waiting = {plan.name for plan in plans}

        async def one(plan: Plan) -> None:
            try:
                found = await self._one(plan, now)
            except JobTrackerError as exc:
                answers.failures.append(Failure.of(plan.name, exc))
            else:
                answers.postings.append((plan.owner, found))
                with self._lock:
                    self._asked[_key(plan)] = now
                if done is not None:
                    done(plan.name, len(found))
            waiting.discard(plan.name)

        with anyio.move_on_after(self._settings.deadline_seconds):
            async with anyio.create_task_group() as group:
                for plan in plans:
                    group.start_soon(one, plan)
        late = f"unavailable: did not answer within {self._settings.deadline_seconds:g} s"
        answers.failures += [Failure(source=name, reason=late) for name in sorted(waiting)]

    async def _one(self, plan: Plan, now: datetime) -> list[RawPosting]:
        guards = self._guarded()
        name = plan.source.info.name
        self._wait(plan, now)
        limit = guards.item(plan.source.info.per_minute)
        if not guards.limiter.hit(limit, name):
            until = guards.limiter.get_window_stats(limit, name).reset_time
            wait = max(1.0, until - guards.clock())
            self._later(plan, now, wait)
            raise RateLimited(f"{name} is asked often enough; queued for later", wait)
        try:
            async for attempt in guards.retries():
                with attempt:
                    async with await guards.breakers.get_breaker(plan.name):
                        return await plan.source.fetch(self._http(), plan.query)
        except guards.opened as exc:
            raise Unavailable(
                f"{plan.name} failed several times; it is left alone for {PROBE_SECONDS:g} s",
                PROBE_SECONDS,
            ) from exc
        except (RateLimited, Unavailable) as exc:
            if exc.retry_after:
                self._later(plan, now, exc.retry_after)
            raise
        raise Unavailable(f"{plan.name} gave no answer")

    def _wait(self, plan: Plan, now: datetime) -> None:
        """Leave a source alone that asked for it."""
        with self._lock:
            until = self._not_before.get(plan.source.info.name)
        if until is not None and until > now:
            left = (until - now).total_seconds()
            raise RateLimited(f"{plan.name} asked to wait; queued for later", left)

    def _later(self, plan: Plan, now: datetime, seconds: float) -> None:
        with self._lock:
            until = now + timedelta(seconds=min(seconds, MAX_WAIT))
            self._not_before[plan.source.info.name] = until

    def _guarded(self) -> Any:
        with self._lock:
            if self._guards is None:
                self._guards = _Guards()
            return self._guards


class _Guards:
    """The libraries, imported with the first live search."""

    def __init__(self) -> None:
        import time

        import stamina
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter
        from purgatory import AsyncCircuitBreakerFactory
        from purgatory.domain.model import OpenedState

        self.clock = time.time
        self.item = RateLimitItemPerMinute
        self.limiter = MovingWindowRateLimiter(MemoryStorage())
        self.opened = OpenedState
        harmless = (JobTrackerError, _harmless)
        self.breakers = AsyncCircuitBreakerFactory(
            default_threshold=BROKEN_AFTER, default_ttl=PROBE_SECONDS, exclude=[harmless]
        )
        self.retries = lambda: stamina.retry_context(
            on=_passing, attempts=ATTEMPTS, wait_initial=0.1, wait_max=1.0, timeout=None
        )


def _passing(exc: Exception) -> bool:
    """Only trouble of the moment is tried again, and never against a Retry-After."""
    return isinstance(exc, Unavailable) and exc.retry_after is None


def _harmless(exc: BaseException) -> bool:
    """A refusal that is about the question does not count as the source being broken."""
    return not isinstance(exc, Unavailable)


def _of_board(query: Query, board: str) -> Query:
    if not board:
        raise BadInput("setting search.boards: write each as source:board, e.g. greenhouse:gitlab")
    from dataclasses import replace

    return replace(query, board=board, limit=2000)


def _key(plan: Plan) -> str:
    query = plan.query
    words = "" if query.board else f"{query.text}|{query.location}|{query.country}|{query.remote}"
    return f"{plan.name}|{plan.owner}|{words}"
