"""Worker processes with a memory limit that the kernel enforces and a time limit that kills.

Whatever parses hostile input or burns CPU runs here: a thread cannot be capped or killed, a process
can. Six of them (`workers.count`) at two gigabytes each, started when needed, replaced when they
have grown, and a bounded queue before them: conversations before batches, users in turn.

    core.workers.run(f"reading {name}", read, data, name, user=user)       # in a thread
    await core.workers.arun(f"reading {name}", read, data, name, user=user)  # cancelled: killed
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from typing import Any, TypeVar, Unpack, cast

from jobtracker.core import workers_limits
from jobtracker.core.errors import BudgetExceeded, JobTrackerError, Unavailable
from jobtracker.core.settings import WorkerSettings
from jobtracker.core.speech import spoken
from jobtracker.core.workers_call import How, check_caller
from jobtracker.core.workers_child import Outcome
from jobtracker.core.workers_queue import FairQueue, Task
from jobtracker.core.workers_slot import Slot, fork_context
from jobtracker.core.workers_stats import Learnt, Snapshot

R = TypeVar("R")
_LOOK_SECONDS = 0.2
"""How often processes are looked at while any runs."""
_CONVERSATION_PLACES = 1
_log = logging.getLogger(__name__)


class Workers:
    """Runs module-level functions in capped processes. Thread-safe."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._lock = threading.Condition()
        self._preload: list[str] = []
        self._budget: workers_limits.Budget | None = None
        self._learnt = Learnt(settings.memory_mb)
        self._queue = FairQueue(settings.queue)
        self._slots: list[Slot] = []
        self._tidying: list[threading.Thread] = []
        self._thread: threading.Thread | None = None
        self._closed = False
        self._counts: Counter[str] = Counter()

    def preload(self, *modules: str) -> None:
        """Name modules that tasks need: imported once for all workers, if none runs yet."""
        self._preload.extend(modules)

    def check(self) -> workers_limits.Budget:
        """Return how many workers there are and how much memory each has.

        Raises:
            BadInput: they do not fit into the machine or its control group.
            NotSupported: this system enforces no limit.
        """
        if self._budget is None:
            workers_limits.check_cap(self._settings)
            self._budget = workers_limits.budget(self._settings, workers_limits.memory_mb())
            self._learnt.limit_mb = self._budget.memory_mb
        return self._budget

    @property
    def width(self) -> int:
        """How many tasks run at once."""
        return self.check().workers

    def run(self, task: str, function: Callable[..., R], *args: Any, **how: Unpack[How]) -> R:
        """Run `function(*args)` in a worker and return its value; blocks the calling thread.

        In a thread of AnyIO, as tools and routes have it, the work is killed when the request that
        the thread works for is cancelled: its client has left, or it took too long.

        `task` names the work for messages, e.g. ``reading cv.pdf``. `function` is a module-level
        function, its arguments and value can be pickled. See `How` for the options.

        Raises:
            BudgetExceeded: over the memory or the time; the worker is gone, the server is not.
            Unavailable: the queue is full (`retry_after` says until when), or the worker crashed.
            BadInput, NotSupported: the workers do not fit this machine; see `check`.
            Exception: whatever the function itself raised.
        """
        future = self.submit(task, function, *args, **how)
        try:
            while not wait([future], _LOOK_SECONDS).done:
                check_caller()
            return future.result()
        except BaseException:
            future.cancel()  # the caller leaves, by Ctrl-C for one: so does its task
            raise

    async def arun(
        self, task: str, function: Callable[..., R], *args: Any, **how: Unpack[How]
    ) -> R:
        """Do the same without blocking; when the awaiting task is cancelled, the work is killed."""
        return await asyncio.wrap_future(self.submit(task, function, *args, **how))

    def submit(
        self, task: str, function: Callable[..., R], *args: Any, **how: Unpack[How]
    ) -> Future[R]:
        """Queue it and return its future, whose `cancel()` takes it out of the queue or kills it.

        Raises:
            Unavailable, BadInput, NotSupported: as `run`.
        """
        self.check()
        queued = Task(
            name=task,
            kind=how.get("kind") or f"{function.__module__}.{function.__qualname__}",
            user=how.get("user", ""),
            priority=how.get("priority", "conversation"),
            function=function,
            args=args,
            seconds=how.get("timeout") or self._settings.timeout_seconds,
            safe=how.get("safe", False),
            language=spoken(),
        )
        with self._lock:
            if self._closed:
                raise Unavailable(f"{task}: the workers are closed")
            self._admit(queued)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._keep, name="workers-keeper", daemon=True
                )
                self._thread.start()
            self._lock.notify_all()
        queued.future.add_done_callback(lambda future: self._left(queued, future))
        return cast("Future[R]", queued.future)

    def _admit(self, task: Task) -> None:
        """Queue the task, unless it would wait longer than it may."""
        wait = self._expected_wait(task)
        try:
            if wait > self._settings.wait_seconds:
                raise Unavailable(
                    f"{task.name} would wait {wait:.0f} s for its turn; try again in {wait:.0f} s",
                    wait,
                )
            self._queue.put(task, max(1.0, wait))
        except Unavailable:
            self._learnt.of(task.kind).refused += 1
            raise

    def _expected_wait(self, task: Task) -> float:
        """Return the seconds until a worker is free for the task, by what was learnt."""
        ahead = self._queue.depths()
        waiting = ahead["conversation"] + (ahead["batch"] if task.priority == "batch" else 0)
        width = self.check().workers
        busy = sum(slot.task is not None for slot in self._slots)
        if busy + waiting < width:
            return 0.0
        return (waiting + 1) / width * self._learnt.expected_seconds(task.kind)

    # -- the keeper's thread ----------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._lock:
                if self._closed:
                    return
                self._look()
                started = self._assign()
                self._refuse_late()  # only what still waits: this thread may have woken late itself
                if not started:
                    busy = any(slot.task for slot in self._slots)
                    waits = busy or len(self._queue) > 0
                    idle = self._settings.idle_seconds if self._slots else None
                    self._lock.wait(_LOOK_SECONDS if waits else idle)
                    continue
            for slot, task in started:
                if slot.opened:
                    self._start(slot, task)
                else:  # a process takes a while to come up: others need not wait for it
                    threading.Thread(target=self._start, args=[slot, task], daemon=True).start()

    def _look(self) -> None:
        """End what took too long, and processes that are gone or without use."""
        now = time.monotonic()
        for slot in list(self._slots):
            if slot.task is None:
                if now - slot.idle_since > self._settings.idle_seconds:
                    self._drop(slot)
            elif slot.deadline and now > slot.deadline:
                self._too_long(slot, slot.task)
            elif slot.gone():
                self._crashed(slot, slot.task)
        self._tidying = [thread for thread in self._tidying if thread.is_alive()]

    def _refuse_late(self) -> None:
        """Refuse what waited too long."""
        for task in self._queue.overdue(time.monotonic() - self._settings.wait_seconds):
            self._learnt.of(task.kind).refused += 1
            again = max(1.0, self._expected_wait(task))
            self._fail(task, Unavailable(f"no worker came free for {task.name}", again))

    def _assign(self) -> list[tuple[Slot, Task]]:
        """Take tasks for which there is a place and memory; their slots are theirs from now on."""
        budget = self.check()
        started: list[tuple[Slot, Task]] = []
        while True:
            taken = [slot.task for slot in self._slots if slot.task is not None]
            if len(taken) >= budget.workers:
                return started
            room = budget.room_mb - sum(self._learnt.expected_mb(task.kind) for task in taken)

            def fits(task: Task, room: float = room, alone: bool = not taken) -> bool:
                return alone or self._learnt.expected_mb(task.kind) <= room

            free = budget.workers - len(taken)
            batch_may = free > _CONVERSATION_PLACES or budget.workers <= _CONVERSATION_PLACES
            running = Counter(task.user for task in taken)
            task = self._queue.take(running, batch_may, fits)
            if task is None:
                return started
            slot = next((slot for slot in self._slots if slot.task is None), None)
            if slot is None:
                slot = Slot()
                self._slots.append(slot)
            slot.task, slot.deadline = task, 0.0
            started.append((slot, task))

    def _start(self, slot: Slot, task: Task) -> None:
        """Open the slot's process where there is none, and give it the task."""
        fresh = not slot.opened
        try:
            if fresh:
                modules = ["jobtracker.core.workers_child", *self._preload]
                context = fork_context([*modules, task.function.__module__])
                memory = 0 if self._settings.uncapped else self.check().memory_mb
                slot.open(context, memory)
                self._counts["started"] += 1
            with self._lock:
                if slot.task is not task:  # cancelled meanwhile
                    if fresh:
                        self._tidying.append(slot.kill())
                    return
                slot.began = time.monotonic()
                slot.deadline = slot.began + task.seconds
                slot.begin(task, self._ended)
        except (OSError, EOFError, RuntimeError) as exc:
            _log.warning("a worker process could not be started: %s", exc)
            with self._lock:
                if slot.task is task:
                    self._crashed(slot, task)

    # -- how a task ends --------------------------------------------------------------------------

    def _ended(self, slot: Slot, task: Task, future: Any) -> None:
        """Take what came from the process; called by one of Pebble's threads."""
        with self._lock:
            if slot.task is not task:
                return  # timed out, cancelled or found dead before
            try:
                outcome: Outcome = future.result()
            except (AttributeError, TypeError, pickle.PicklingError) as exc:  # the arguments
                self._free(slot)
                self._fail(task, exc)
            except BaseException:  # Pebble names an ended process in several ways  # noqa: BLE001
                self._crashed(slot, task)
            else:
                self._came(slot, task, outcome)
            self._lock.notify_all()

    def _came(self, slot: Slot, task: Task, outcome: Outcome) -> None:
        waited = slot.began - task.queued
        self._learnt.ran(task.kind, waited, outcome.seconds, outcome.peak_kb / 1024)
        stats = self._learnt.of(task.kind)
        if outcome.what == "memory" or outcome.held_kb > self._settings.recycle_mb * 1024:
            self._counts["recycled"] += 1
            self._drop(slot)
        else:
            self._free(slot)
        if outcome.what == "value":
            self._succeed(task, outcome.data)
        elif outcome.what == "error":
            stats.failed += 1
            self._fail(task, pickle.loads(outcome.data))
        else:
            stats.over_memory += 1
            limit = f"more than {self.check().memory_mb} MB"
            what = f"needs {limit}" if outcome.what == "memory" else "gives too large a result"
            self._fail(task, BudgetExceeded(f"{task.name} {what}; try a smaller one", "memory"))

    def _too_long(self, slot: Slot, task: Task) -> None:
        self._learnt.ran(task.kind, slot.began - task.queued, task.seconds, 0.0)
        self._learnt.of(task.kind).over_time += 1
        self._counts["killed"] += 1
        self._drop(slot)
        message = f"{task.name} took longer than {task.seconds:g} s and was stopped"
        self._fail(task, BudgetExceeded(f"{message}; try a smaller one", "time"))

    def _crashed(self, slot: Slot, task: Task) -> None:
        """Its process is gone; nothing else was in it."""
        self._learnt.of(task.kind).crashed += 1
        self._drop(slot)
        task.crashes += 1
        if task.safe and task.crashes == 1 and not self._closed:
            self._queue.put_first(task)
            return
        error = Unavailable(f"{task.name} crashed its worker process; nothing else was lost")
        self._fail(task, error)

    def _left(self, task: Task, future: Future[Any]) -> None:
        """The caller has gone: its task leaves the queue, or dies with its process."""
        if not future.cancelled():
            return
        with self._lock:
            self._learnt.of(task.kind).cancelled += 1
            if self._queue.remove(task):
                return
            for slot in list(self._slots):
                if slot.task is task:
                    self._counts["killed"] += 1
                    self._drop(slot)
            self._lock.notify_all()

    def _free(self, slot: Slot) -> None:
        slot.task = None
        slot.idle_since = time.monotonic()
        if slot.tasks >= self._settings.max_tasks:
            self._counts["recycled"] += 1
            self._drop(slot)

    def _drop(self, slot: Slot) -> None:
        slot.task = None
        if slot in self._slots:
            self._slots.remove(slot)
            self._tidying.append(slot.kill())

    @staticmethod
    def _succeed(task: Task, data: bytes) -> None:
        try:
            value: Any = pickle.loads(data)
        except Exception as exc:  # a value that can be written but not read  # noqa: BLE001
            Workers._fail(task, JobTrackerError(f"{task.name} gave no usable result ({exc})"))
            return
        with suppress(InvalidStateError):  # cancelled
            task.future.set_result(value)

    @staticmethod
    def _fail(task: Task, error: BaseException) -> None:
        with suppress(InvalidStateError):
            task.future.set_exception(error)

    def snapshot(self) -> Snapshot:
        """Return the figures of this moment; starts nothing."""
        with self._lock:
            budget = self._budget
            return Snapshot(
                workers=budget.workers if budget else self._settings.count,
                memory_mb=budget.memory_mb if budget else self._settings.memory_mb,
                alive=len(self._slots),
                running=sum(slot.task is not None for slot in self._slots),
                waiting={name: count for name, count in self._queue.depths().items()},
                started=self._counts["started"],
                recycled=self._counts["recycled"],
                killed=self._counts["killed"],
                kinds=self._learnt.copy(),
            )

    def close(self) -> None:
        """Stop the workers; what waits or runs fails as `Unavailable`."""
        with self._lock:
            self._closed = True
            left = [*self._queue.drain(), *(slot.task for slot in self._slots if slot.task)]
            for slot in list(self._slots):
                self._drop(slot)
            for task in left:
                self._fail(task, Unavailable(f"{task.name}: the workers were stopped"))
            tidying, self._tidying = self._tidying, []
            self._lock.notify_all()
        for thread in tidying:
            thread.join()
        if self._thread is not None:
            self._thread.join()
