"""One run of a durable job, as DBOS's threads do it."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import ValidationError

from jobtracker.core.durable import Job, JobKind, Lost, error_text
from jobtracker.core.durable_tables import (
    FAILED,
    HANDED,
    RUNNING,
    WAITING,
    JobRow,
    change,
)
from jobtracker.core.errors import BadInput, JobTrackerError, RateLimited, Unavailable

if TYPE_CHECKING:
    from jobtracker.core.durable import Durable

STARTS = 4
"""A run that was begun so often without an end takes its process down, and is given up."""
LONGEST_WAIT = 6 * 3600.0
_log = logging.getLogger(__name__)
_current: Runner | None = None


def attach(runner: Runner) -> None:
    """Have `job` done by this runner; DBOS knows functions by their module, not their owner."""
    global _current
    _current = runner


def detach(runner: Runner) -> None:
    """Stop that."""
    global _current
    if _current is runner:
        _current = None


def job(job_id: str, attempt: int) -> None:
    """The one workflow that DBOS knows."""
    if _current is None:
        raise Unavailable("the engine has stopped")
    _current.run(job_id, attempt)


class Runner:
    """Runs handlers and writes down how it went."""

    def __init__(self, durable: Durable) -> None:
        self._durable = durable
        self._lock = threading.Lock()
        self.running = 0

    def run(self, job_id: str, attempt: int) -> None:
        """Do that attempt of the job, unless it is done or was taken over."""
        with self._lock:
            self.running += 1
        try:
            row = self._begin(job_id, attempt)
            if row is not None:
                self._do(row)
        finally:
            with self._lock:
                self.running -= 1

    def _begin(self, job_id: str, attempt: int) -> JobRow | None:
        with self._durable.store.begin() as session:
            open_run = sa.update(JobRow).where(
                JobRow.id == job_id,
                JobRow.attempt == attempt,
                JobRow.state.in_((WAITING, HANDED, RUNNING)),
            )
            if not change(session, open_run.values(state=RUNNING, starts=JobRow.starts + 1)):
                return None
            row = session.get_one(JobRow, job_id)
            session.expunge(row)
            return row

    def _do(self, row: JobRow) -> None:
        handled = self._durable.handlers.get(row.kind)
        if handled is None:  # queued while another release ran here
            self._retry(row, 60.0, f"unavailable: no handler of {row.kind} here")
            return
        kind, handler = handled
        if row.starts > STARTS:
            self._fail(row, f"error: its process ended {STARTS} times while doing it")
            return
        try:
            run = Job(row.id, row.user_id, self._payload(kind, row), row.attempt, row.run_at, _step)
            result = handler(run)
            if not run.finished:
                with self._durable.store.begin() as session:
                    run.done(session, result)
        except Lost:
            _log.info("job %s was done by another run", row.id)
        except (Unavailable, RateLimited) as exc:
            self._again(kind, row, exc, exc.retry_after or 0.0)
        except JobTrackerError as exc:
            self._fail(row, error_text(exc))
        except Exception as exc:  # a handler's own mistake; it is tried again  # noqa: BLE001
            _log.exception("job %s (%s) raised", row.id, row.kind)
            self._again(kind, row, exc, 0.0)

    @staticmethod
    def _payload(kind: JobKind[Any], row: JobRow) -> Any:
        try:
            return kind.payload.model_validate(row.payload)
        except ValidationError as exc:
            first = exc.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"the payload of {row.kind}: {place}: {first['msg']}") from exc

    def _again(self, kind: JobKind[Any], row: JobRow, exc: Exception, at_least: float) -> None:
        if row.attempt >= kind.attempts:
            self._fail(row, error_text(exc))
            return
        wait = max(at_least, kind.wait_seconds * 2 ** (row.attempt - 1))
        self._retry(row, min(wait, LONGEST_WAIT), error_text(exc))

    def _retry(self, row: JobRow, seconds: float, error: str) -> None:
        due = self._durable.clock.now() + timedelta(seconds=seconds)
        self._end(row, state=WAITING, attempt=row.attempt + 1, starts=0, run_at=due, error=error)
        self._durable.wake.set()

    def _fail(self, row: JobRow, error: str) -> None:
        _log.warning("job %s (%s) failed: %s", row.id, row.kind, error)
        self._end(row, state=FAILED, error=error, finished_at=datetime.now(UTC))

    def _end(self, row: JobRow, **values: Any) -> None:
        with self._durable.store.begin() as session:
            mine = sa.update(JobRow).where(
                JobRow.id == row.id, JobRow.attempt == row.attempt, JobRow.state == RUNNING
            )
            change(session, mine.values(**values))


def _step(name: str, make: Any) -> Any:
    from dbos import DBOS

    return DBOS.run_step({"name": name}, make)
