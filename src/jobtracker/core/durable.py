"""Jobs that outlive the process: queued in the caller's transaction, done once, also after a crash.

    REMIND = JobKind("applications.remind", Remind)      # Remind: a pydantic model, the payload

    def remind(job: Job[Remind]) -> None:                # in a thread; heavy work goes to workers
        facts = job.step("facts", lambda: look_up(job.payload))  # JSON; not done again on a restart
        with core.store.begin() as session:
            session.add(Notice(user_id=job.user, text=facts["text"]))
            job.done(session)                            # with the effect, or not at all

    core.durable.handle(REMIND, remind)                  # every process that may do the job
    with core.store.begin() as session:                  # any process
        core.durable.enqueue(session, REMIND, Remind(...), user="ann", key="acme:2026-11-30")
        core.durable.schedule(session, "weekly", REMIND, Remind(...), user="ann", cron="0 7 * * 1")
    core.durable.start()                                 # the processes that do them

A handler runs at least once; what it writes in the transaction in which it calls `job.done` happens
exactly once. The same `key` of a user and kind is the same job for `durable.keep_days`.
`Unavailable`, `RateLimited` and errors that are not ours are tried again, later each time; other
errors of ours end the job as failed. Schedules fire by local wall time; of what was missed, the
last fires, once.

The engine is DBOS, imported with `start()` alone, on SQLite in the home folder (one process per
home does the jobs, found by a lock; another takes over when it ends) or on the PostgreSQL of
`store.url` (all that have started do, each `durable.concurrency` at a time).
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy import event
from sqlalchemy.orm import Session

from jobtracker.core import durable_cron
from jobtracker.core.clock import Clock
from jobtracker.core.durable_tables import (
    CANCELLED,
    DONE,
    HANDED,
    OPEN,
    RUNNING,
    WAITING,
    JobRow,
    ScheduleRow,
    change,
    insert_once,
)
from jobtracker.core.errors import JobTrackerError, NotFound
from jobtracker.core.settings import DurableSettings
from jobtracker.core.store import Store

if TYPE_CHECKING:
    from jobtracker.core.durable_engine import Engine

M = TypeVar("M", bound=BaseModel)
State = Literal["waiting", "handed", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class JobKind(Generic[M]):
    """A kind of job: `<feature>.<verb>`, the model of its payload, how often it is tried.

    The second attempt comes `wait_seconds` after the first, each later one after twice as long.
    """

    name: str
    payload: type[M]
    attempts: int = 5
    wait_seconds: float = 30.0


class Lost(Exception):
    """This run of a job is not the one that counts any more: it was done or taken over."""


@dataclass
class Job(Generic[M]):
    """One run of a job. `due` is when it was to run: of a schedule, the time that it fires for."""

    id: str
    user: str
    payload: M
    attempt: int
    due: datetime
    _step: Callable[[str, Callable[[], Any]], Any] = field(repr=False)
    finished: bool = False

    def done(self, session: Session, result: Any = None) -> None:
        """Mark the job done in this transaction, with a JSON result.

        Raises:
            Lost: another run has done it; the transaction must not be committed, and is not where
                this passes through `Store.begin`.
        """
        wanted = sa.update(JobRow).where(
            JobRow.id == self.id, JobRow.attempt == self.attempt, JobRow.state == RUNNING
        )
        values = {"state": DONE, "result": result, "error": None, "finished_at": datetime.now(UTC)}
        if change(session, wanted.values(**values)) != 1:
            raise Lost(self.id)
        self.finished = True

    def step(self, name: str, make: Callable[[], Any]) -> Any:
        """Return `make()`, a JSON value; a run that takes over gets the value of the first."""
        return self._step(name, make)


@dataclass(frozen=True)
class JobState:
    """What became of a job; `error` reads `<code>: <message>`."""

    id: str
    kind: str
    state: State
    attempt: int
    run_at: datetime
    result: Any
    error: str | None


Handler = Callable[[Job[M]], Any]


class Durable:
    """Queues durable jobs and, once started, does them. Thread-safe."""

    def __init__(self, store: Store, settings: DurableSettings, home: Path, clock: Clock) -> None:
        self.store = store
        self.settings = settings
        self.home = home
        self.clock = clock
        self.handlers: dict[str, tuple[JobKind[Any], Handler[Any]]] = {}
        self.wake = threading.Event()
        self._engine: Engine | None = None

    def handle(self, kind: JobKind[M], handler: Handler[M]) -> None:
        """Do jobs of that kind by `handler`, in a thread; its value, JSON, is the result."""
        self.handlers[kind.name] = (kind, handler)

    def enqueue(
        self,
        session: Session,
        kind: JobKind[M],
        payload: M,
        *,
        user: str,
        key: str | None = None,
        at: datetime | None = None,
        priority: int = 10,
    ) -> str:
        """Queue a job in the caller's transaction; return its id, of the same job for the same key.

        `at` is the earliest time, aware; the smaller `priority` (1 and more) goes first.
        """
        now = self.clock.now()
        values = {
            "id": _job_id(user, kind.name, key),
            "user_id": user,
            "kind": kind.name,
            "payload": payload.model_dump(mode="json"),
            "priority": max(1, priority),
            "run_at": at or now,
            "state": WAITING,
            "attempt": 1,
            "starts": 0,
            "created_at": now,
        }
        if insert_once(session, JobRow, values):
            self._wake_after(session)
        return cast("str", values["id"])

    def cancel(self, session: Session, job_id: str, user: str) -> bool:
        """Cancel a job that has not begun; tell whether it was so."""
        wanted = sa.update(JobRow).where(
            JobRow.id == job_id, JobRow.user_id == user, JobRow.state.in_((WAITING, HANDED))
        )
        values = {"state": CANCELLED, "finished_at": datetime.now(UTC)}
        return change(session, wanted.values(**values)) == 1

    def get(self, job_id: str, user: str) -> JobState:
        """Return what became of a job.

        Raises:
            NotFound: no such job of this user, or it ended more than `durable.keep_days` ago.
        """
        with self.store.begin() as session:
            row = session.get(JobRow, job_id)
            if row is None or row.user_id != user:
                raise NotFound(f"there is no job {job_id[:64]!r}")
            return JobState(
                row.id,
                row.kind,
                cast("State", row.state),
                row.attempt,
                row.run_at,
                row.result,
                row.error,
            )

    def schedule(
        self,
        session: Session,
        name: str,
        kind: JobKind[M],
        payload: M,
        *,
        user: str,
        cron: str,
        zone: str | None = None,
    ) -> None:
        """Queue such a job whenever the cron line says so, in the IANA `zone` (the clock's).

        The user's schedule of that name is replaced; one that has not changed keeps its place, so
        that it may be set at every start.

        Raises:
            BadInput: the line is not of five fields, or no date fulfils it, or there is no such
                zone.
        """
        from jobtracker.core.clock import parse_zone

        where = parse_zone(zone) if zone else self.clock.zone
        said = payload.model_dump(mode="json")
        row = session.get(ScheduleRow, (user, name))
        if row is not None and (row.cron, row.zone) == (cron, where.key):
            row.kind, row.payload = kind.name, said
            return
        durable_cron.check(cron)
        values = {
            "kind": kind.name,
            "payload": said,
            "cron": cron,
            "zone": where.key,
            "next_at": durable_cron.following(cron, where, self.clock.now()),
        }
        if row is None:
            insert_once(session, ScheduleRow, {"user_id": user, "name": name, **values})
            return
        for column, value in values.items():
            setattr(row, column, value)

    def unschedule(self, session: Session, name: str, *, user: str) -> bool:
        """Remove a schedule; tell whether there was one. Jobs that it has queued stay."""
        wanted = sa.delete(ScheduleRow).where(ScheduleRow.user_id == user, ScheduleRow.name == name)
        return change(session, wanted) == 1

    def forget(self, session: Session, user: str) -> None:
        """Remove all jobs and schedules of a user."""
        change(session, sa.delete(ScheduleRow).where(ScheduleRow.user_id == user))
        change(session, sa.delete(JobRow).where(JobRow.user_id == user))

    def start(self) -> None:
        """Do the jobs of the handled kinds from now on, in threads of this process.

        Returns at once. While the database is gone, or another process of this home is at it,
        it waits for its turn; see `active`.
        """
        if self._engine is None:
            from jobtracker.core.durable_engine import Engine

            self._engine = Engine(self)
            self._engine.start()

    @property
    def active(self) -> bool:
        """Whether this process does jobs right now."""
        return self._engine is not None and self._engine.active

    def stop(self) -> None:
        """Do no more; running jobs may finish within `durable.grace_seconds`."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.stop()

    close = stop

    def backlog(self) -> int:
        """Return how many jobs are due and not finished, of all users."""
        with self.store.begin() as session:
            query = sa.select(sa.func.count()).select_from(JobRow)
            due = query.where(JobRow.state.in_(OPEN), JobRow.run_at <= self.clock.now())
            return session.scalar(due) or 0

    def _wake_after(self, session: Session) -> None:
        """Have the engine of this process look as soon as the caller's transaction is through."""

        def wake(_: Session) -> None:
            self.wake.set()

        event.listen(session, "after_commit", wake, once=True)


def _job_id(user: str, kind: str, key: str | None) -> str:
    if key is None:
        return uuid.uuid4().hex
    named = "\x1f".join((user, kind, key)).encode(errors="surrogatepass")
    return hashlib.blake2b(named, digest_size=16).hexdigest()


def error_text(exc: BaseException) -> str:
    """Return `<code>: <message>`; of an error that is not ours its type alone, without details."""
    if isinstance(exc, JobTrackerError):
        return f"{exc.code}: {exc.message}"
    return f"error: {type(exc).__name__}; details are in the log"
