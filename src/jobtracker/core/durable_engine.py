"""Does the durable jobs: DBOS keeps the queue and the steps, and goes on after a crash.

Two parts. The *keeper*, a thread, fires schedules, hands what is due to DBOS, and looks after what
the dead have left. DBOS's own threads then run `_job`. A job's row in the store is the truth, and
handing it over is idempotent, so that a crash between the two loses and doubles nothing.

Who is dead? On SQLite one process holds the home's lock and inherits everything. On PostgreSQL each
process holds an advisory lock on its own id for as long as it is connected: whoever can take that
lock has found a dead one. No clock takes part.
https://docs.dbos.dev/python/reference/configuration
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from jobtracker.core import durable_run
from jobtracker.core.durable_schedules import fire, realign
from jobtracker.core.durable_tables import (
    FAILED,
    HANDED,
    OPEN,
    RUNNING,
    WAITING,
    JobRow,
    change,
)
from jobtracker.core.errors import JobTrackerError, Unavailable

if TYPE_CHECKING:
    from jobtracker.core.durable import Durable

QUEUE = "jobtracker"
WORKFLOW = "jobtracker.job"
_BATCH = 100
_LOOKED_AT = 500
_AT_LEAST_EVERY = {"inherit": 2.0, "reconcile": 20.0, "prune": 3600.0}
_AGAIN_SECONDS = 2.0
_QUEUE_SECONDS = 0.15
_JUMP = timedelta(seconds=60)
_FAR = timedelta(days=8)
"""Few schedules wait for longer than a week: a start need not read them all."""
_log = logging.getLogger(__name__)
_one = threading.Lock()
"""DBOS is one per process."""


class Engine:
    """The keeper's thread and DBOS's life."""

    def __init__(self, durable: Durable) -> None:
        self._durable = durable
        self._sqlite = durable.store.dialect == "sqlite"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="durable-keeper", daemon=True)
        self._lock = FileLock(durable.home / "durable.lock", thread_local=False)
        self._me = "local" if self._sqlite else uuid.uuid4().hex
        self._alive: sa.Connection | None = None
        self._last: dict[str, float] = {}
        self._wall = (durable.clock.now(), time.monotonic())
        self._complained = ""
        self.runner = durable_run.Runner(durable)
        self.active = False

    def start(self) -> None:
        """Start the keeper."""
        self._thread.start()

    def stop(self) -> None:
        """Let running jobs finish for a while, then leave the rest to who comes next."""
        self._stop.set()
        self._durable.wake.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                if not self.active and not self._open():
                    self._stop.wait(_AGAIN_SECONDS)
                    continue
                self._durable.wake.clear()
                self._tick()
                self._complained = ""
            except (JobTrackerError, SQLAlchemyError, OSError) as exc:
                self._complain(exc)
                self._stop.wait(_AGAIN_SECONDS)
                continue
            except Exception as exc:  # the keeper must not die of one bad row  # noqa: BLE001
                _log.exception("the keeper of the durable jobs stumbled")
                self._complain(exc)
            self._durable.wake.wait(self._durable.settings.poll_seconds)
        self._close()

    def _complain(self, exc: BaseException) -> None:
        """Say once what is wrong, until it changes or goes well again."""
        said = f"{type(exc).__name__}: {str(exc).splitlines()[0] if str(exc) else ''}"
        if said != self._complained:
            self._complained = said
            _log.warning("durable jobs wait, and go on by themselves: %s", said)

    # -- DBOS's life ---------------------------------------------------------------------------

    def _open(self) -> bool:
        """Become one who does jobs; false while it is another's turn.

        Raises:
            Unavailable, SQLAlchemyError: the database is gone.
        """
        if not _one.acquire(blocking=False):
            return False
        try:
            if self._sqlite:
                try:
                    self._lock.acquire(timeout=0)
                except Timeout:
                    _one.release()
                    return False
            else:
                self._show_alive()
            self._launch()
        except BaseException:
            self._release()
            raise
        realign(self._durable, _FAR)
        self.active = True
        return True

    def _launch(self) -> None:
        from dbos import DBOS, error

        settings = self._durable.settings
        _quiet()
        DBOS(config=cast("Any", self._config()))
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(durable_run.job)
        durable_run.attach(self.runner)
        try:
            DBOS.launch()
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=settings.concurrency,
                # Each look takes no more than there are places for: few jobs a second otherwise.
                polling_interval_sec=min(settings.poll_seconds, _QUEUE_SECONDS),
                on_conflict="always_update",
            )
        except (error.DBOSException, SQLAlchemyError) as exc:
            DBOS.destroy()
            raise Unavailable(
                f"the engine of the durable jobs cannot start ({str(exc).splitlines()[0]})"
            ) from exc

    def _config(self) -> dict[str, Any]:
        url = self._durable.store.engine.url
        if self._sqlite:
            url = sa.make_url(f"sqlite:///{self._durable.home / 'durable.db'}")
        return {
            "name": "jobtracker",
            "system_database_url": url.render_as_string(hide_password=False),
            "dbos_system_schema": "jobtracker_dbos",
            # One version for good: a job that an older release has begun is finished by the newer.
            "application_version": "1",
            "executor_id": self._me,
            "log_level": "WARNING",
            "enable_otlp": False,
            "conductor_key": None,
            "serializer": _json_serializer(),
            # Schedules are ours: its own fire every time that was missed.
            "scheduler_polling_interval_sec": 3600.0,
        }

    def _close(self) -> None:
        if not self.active:
            return
        from dbos import DBOS

        self.active = False
        # DBOS sleeps for whole seconds when it is given any time at all.
        grace = self._durable.settings.grace_seconds if self.runner.running else 0
        DBOS.destroy(workflow_completion_timeout_sec=grace)
        self._release()

    def _release(self) -> None:
        durable_run.detach(self.runner)
        if self._alive is not None:
            self._alive.close()
            self._alive = None
        self._lock.release()
        _one.release()

    # -- the keeper's rounds -------------------------------------------------------------------

    def _tick(self) -> None:
        if self._jumped_back():
            realign(self._durable, timedelta(0))
        fire(self._durable)
        while self._hand_over() == _BATCH and not self._stop.is_set():
            pass
        rounds = {
            "inherit": self._inherit,
            "reconcile": self._reconcile,
            "prune": self._prune,
        }
        for name, act in rounds.items():
            now = time.monotonic()
            if now - self._last.get(name, -1e9) >= _AT_LEAST_EVERY[name]:
                self._last[name] = now
                act()

    def _jumped_back(self) -> bool:
        """Tell whether the wall clock was put back since the last round."""
        wall, steady = self._durable.clock.now(), time.monotonic()
        was_wall, was_steady = self._wall
        self._wall = (wall, steady)
        expected = was_wall + timedelta(seconds=steady - was_steady)
        return self._durable.clock.fixed is None and wall < expected - _JUMP

    def _hand_over(self) -> int:
        """Give DBOS what is due; return how many."""
        from dbos import DBOS

        query = (
            sa.select(JobRow)
            .where(
                JobRow.state == WAITING,
                JobRow.run_at <= self._durable.clock.now(),
                JobRow.kind.in_(self._durable.handlers),
            )
            .order_by(JobRow.priority, JobRow.run_at)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        with self._durable.store.begin() as session:
            found = [(row.id, row.attempt, row.priority) for row in session.scalars(query)]
            for job_id, attempt, priority in found:
                DBOS.enqueue_workflow_with_options(
                    {
                        "workflow_name": WORKFLOW,
                        "queue_name": QUEUE,
                        "workflow_id": _workflow_id(job_id, attempt),
                        "priority": priority,
                    },
                    job_id,
                    attempt,
                )
            for job_id, attempt, _ in found:
                waiting = sa.update(JobRow).where(
                    JobRow.id == job_id, JobRow.attempt == attempt, JobRow.state == WAITING
                )
                change(session, waiting.values(state=HANDED))
        return len(found)

    def _inherit(self) -> None:
        """Queue again what processes that are gone had begun."""
        if self._sqlite:
            return
        from dbos import DBOS

        alive = self._show_alive()

        def begun(**of: Any) -> list[Any]:
            status: Any = DBOS.list_workflows(
                status="PENDING", name=WORKFLOW, load_input=False, load_output=False, **of
            )
            return status

        for other in {flow.executor_id for flow in begun()} - {self._me, None}:
            if not alive.scalar(_lock_call("pg_try_advisory_lock", other)):
                continue
            try:
                # Asked anew under the lock: another keeper may have been here just before.
                left = [flow.workflow_id for flow in begun(executor_id=other)]
                DBOS.resume_workflows(left, queue_name=QUEUE)
                _log.warning("took over %d jobs of a process that is gone", len(left))
            finally:
                alive.execute(_lock_call("pg_advisory_unlock", other))

    def _show_alive(self) -> sa.Connection:
        """Hold the lock that says that we live; return the connection that holds it."""
        if self._alive is not None:
            try:
                self._alive.scalar(sa.text("select 1"))
            except SQLAlchemyError:
                self._alive.invalidate()
                self._alive.close()
                self._alive = None
        if self._alive is None:
            engine = self._durable.store.engine
            held = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            held.execute(_lock_call("pg_advisory_lock", self._me))
            self._alive = held
        return self._alive

    def _reconcile(self) -> None:
        """Queue again what DBOS does not know, or gave up: its file was removed, a write failed."""
        from dbos import DBOS

        with self._durable.store.begin() as session:
            query = sa.select(JobRow.id, JobRow.attempt, JobRow.kind).where(
                JobRow.state.in_((HANDED, RUNNING))
            )
            open_jobs = session.execute(query.order_by(JobRow.run_at).limit(_LOOKED_AT)).all()
        known = {
            flow.workflow_id
            for flow in DBOS.list_workflows(
                workflow_ids=[_workflow_id(job_id, attempt) for job_id, attempt, _ in open_jobs],
                status=["ENQUEUED", "PENDING", "DELAYED"],
                load_input=False,
                load_output=False,
            )
        }
        for job_id, attempt, kind in open_jobs:
            if _workflow_id(job_id, attempt) in known:
                continue
            handled = self._durable.handlers.get(kind)
            again = handled is not None and attempt < handled[0].attempts
            values: dict[str, Any] = {"state": WAITING, "attempt": attempt + 1, "starts": 0}
            if not again:
                values = {"state": FAILED, "error": "error: the engine gave the job up"}
            with self._durable.store.begin() as session:
                stuck = sa.update(JobRow).where(
                    JobRow.id == job_id,
                    JobRow.attempt == attempt,
                    JobRow.state.in_((HANDED, RUNNING)),
                )
                change(session, stuck.values(**values))

    def _prune(self) -> None:
        """Remove what ended long ago, here and in DBOS's tables."""
        from dbos import DBOS

        before = self._durable.clock.now() - timedelta(days=self._durable.settings.keep_days)
        with self._durable.store.begin() as session:
            ended = JobRow.state.notin_(OPEN)
            change(session, sa.delete(JobRow).where(ended, JobRow.finished_at < before))
        flows = DBOS.list_workflows(
            name=WORKFLOW,
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            load_input=False,
            load_output=False,
            limit=10_000,
        )
        if flows:
            DBOS.delete_workflows([flow.workflow_id for flow in flows])


def _workflow_id(job_id: str, attempt: int) -> str:
    return f"{job_id}.{attempt}"


def _lock_call(function: str, executor: str) -> sa.TextClause:
    digest = hashlib.blake2b(f"jobtracker:{executor}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big", signed=True)
    return sa.text(f"select {function}(:number)").bindparams(number=number)


def _json_serializer() -> Any:
    """Return the serializer: JSON, for pickles in a database run whatever is put there."""
    from dbos import Serializer

    class Json(Serializer):
        def name(self) -> str:
            return "jobtracker_json"

        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=str)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

    return Json()


def _quiet() -> None:
    """Send DBOS's log where ours goes: it would write to the terminal by itself."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
