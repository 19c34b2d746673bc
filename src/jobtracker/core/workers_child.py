"""What happens inside a worker process. Imported by the fork server: keep its imports few."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

_RESULT_BYTES = 64 * 1024 * 1024
_PR_SET_PDEATHSIG = 1
_NICE = 10
"""Where processors are short, a task gets a tenth of what the server gets, which answers others."""


@dataclass(frozen=True)
class Outcome:
    """How a task ended in the worker. Sizes in KiB, time in seconds.

    `what` says what `data` is: the pickled value or error, or nothing where memory ran out or the
    value was too large to send.
    """

    what: Literal["value", "error", "memory", "size"]
    data: bytes
    peak_kb: int
    held_kb: int
    seconds: float


def settle(megabytes: int) -> None:
    """Prepare the process: its own group, the limit, last to be served, first to go."""
    with suppress(OSError):
        os.setpgid(0, 0)  # what a task forks can be killed with it
    if hasattr(os, "nice"):
        os.nice(_NICE)
    if sys.platform.startswith("linux"):
        # The parent is the fork server, which ends with the server, however that ends.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("500")
    if megabytes:
        _limit(megabytes * 1024 * 1024)


def _limit(size: int) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the person's document


def hello() -> int:
    """Return the process id; also a sign that the process is up."""
    return os.getpid()


def perform(function: Callable[..., Any], args: tuple[Any, ...]) -> Outcome:
    """Run the task and measure it; whatever it raises is part of the outcome."""
    pid = os.getpid()
    _reset_peak()
    began = time.perf_counter()
    what: Literal["value", "error", "memory", "size"] = "value"
    data = b""
    try:
        data = pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
        if len(data) > _RESULT_BYTES:
            what, data = "size", b""
    except MemoryError:
        what = "memory"
    except BaseException as exc:  # sys.exit() of a library must not end the worker  # noqa: BLE001
        what, data = "error", _pickled(exc)
    if os.getpid() != pid:
        os._exit(0)  # the task forked, and this is its child: it must not answer
    _end_children(pid)
    seconds = time.perf_counter() - began
    return Outcome(what, data, _status("VmHWM:"), _status("VmRSS:"), seconds)


def _pickled(exc: BaseException) -> bytes:
    exc.__traceback__ = None
    try:
        data = pickle.dumps(exc)
        pickle.loads(data)  # some errors can be written but not read
    except Exception:  # noqa: BLE001
        return pickle.dumps(RuntimeError(f"{type(exc).__name__}: {exc}"[:1000]))
    return data


def _reset_peak() -> None:
    """Start VmHWM anew (proc(5), clear_refs)."""
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def _status(name: str) -> int:
    """Return a line of /proc/self/status in KiB, 0 where there is none."""
    with suppress(OSError, ValueError), open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def _end_children(pid: int) -> None:
    """Kill what the task has forked and left behind."""
    with suppress(OSError, ValueError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                for child in file.read().split():
                    with suppress(OSError):
                        os.kill(int(child), signal.SIGKILL)
                        os.waitpid(int(child), 0)
