"""What a caller says of its task, and whether the caller is still there."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TypedDict

from jobtracker.core.workers_queue import Priority


class How(TypedDict, total=False):
    """Options of a task.

    `timeout` is in seconds from the start of the run (None: `workers.timeout_seconds`), `user` who
    it is for, `kind` what is learnt together (the function's name). A `safe` task may be run again
    after its process crashed, once.
    """

    timeout: float | None
    user: str
    priority: Priority
    kind: str
    safe: bool


def check_caller() -> None:
    """Raise where this is a thread of AnyIO and the task that it works for was cancelled."""
    if "anyio" in sys.modules:
        from anyio import from_thread

        with suppress(RuntimeError):  # a thread of somebody else's: nobody can say
            from_thread.check_cancelled()
