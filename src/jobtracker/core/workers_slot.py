"""One worker process: a Pebble pool of one, for a pool of many cannot replace one that has grown.

Pebble starts the process, carries tasks and results, and notices its end. Time-outs are ours, by
the monotonic clock: Pebble's go by the wall clock, which may be put forward.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from jobtracker.core import workers_child
from jobtracker.core.speech import in_language
from jobtracker.core.workers_queue import Task

if TYPE_CHECKING:
    from pebble import ProcessPool

_UP_SECONDS = 60.0
"""A process that takes longer to come up is given its task all the same."""
_lock = threading.Lock()
_preloaded: list[str] = []


def fork_context(modules: list[str]) -> Any:
    """Return the context in which workers start; the modules are imported once, by its server.

    The fork server is one per process and starts with the first worker: modules named later are
    imported by each worker when it needs them.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    with _lock:
        _preloaded.extend(name for name in modules if name not in _preloaded)
        context.set_forkserver_preload(list(_preloaded))
    return context


class Slot:
    """A worker process and the task it has. Only the owner of the lock changes it."""

    def __init__(self) -> None:
        self.task: Task | None = None
        self.tasks = 0
        self.deadline = 0.0
        self.began = 0.0
        self.idle_since = time.monotonic()
        self._pool: ProcessPool | None = None
        self._pid = 0
        self._pidfd = -1

    def open(self, context: Any, memory_mb: int) -> None:
        """Start the process and wait until it is up.

        Its id must be known before it has a task: what that forks is killed by it.
        """
        from pebble import ProcessPool

        self._pool = ProcessPool(
            max_workers=1,
            initializer=workers_child.settle,
            initargs=[memory_mb],
            context=context,
        )
        hello: Any = self._pool.schedule(workers_child.hello)
        with suppress(Exception):  # it died or was killed: the task's own future says so
            self._meet(hello.result(_UP_SECONDS))
            return
        hello.add_done_callback(self._met)

    @property
    def opened(self) -> bool:
        """Whether the process was started."""
        return self._pool is not None

    def _meet(self, pid: int) -> None:
        self._pid = pid
        self._pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1

    def _met(self, hello: Any) -> None:
        with suppress(Exception):  # as above
            self._meet(hello.result())

    def begin(self, task: Task, ended: Callable[[Slot, Task, Any], None]) -> None:
        """Give the process a task; `ended(slot, task, future)` is called from another thread."""
        assert self._pool is not None
        self.tasks += 1
        # What is said of the work is said in its caller's language: that does not fork along.
        function = partial(in_language, task.language, task.function)
        future: Any = self._pool.schedule(workers_child.perform, args=[function, task.args])
        future.add_done_callback(partial(ended, self, task))

    def gone(self) -> bool:
        """Whether the process has ended. Pebble takes an end with status 0 for an orderly one."""
        if self._pidfd < 0:
            # Not met yet, no such call here, or it ended before it could be made.
            return bool(self._pid) and not _exists(self._pid)
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(0))

    def kill(self) -> threading.Thread:
        """End the process and what it has forked, now; the thread returned tidies up."""
        if self._pool is not None:
            self._pool.stop()
        if self._pid:
            with suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)
            with suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
        tidy = threading.Thread(target=self._tidy, name="worker-tidy", daemon=True)
        tidy.start()
        return tidy

    def _tidy(self) -> None:
        if self._pool is not None:
            self._pool.join()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
