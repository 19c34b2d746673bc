"""Tasks for worker processes, well-behaved and hostile; imported by the workers."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path

from jobtracker.core.errors import BadInput, BudgetExceeded, RateLimited

MB = 1024 * 1024


def double(number: int) -> int:
    return number * 2


def pid() -> int:
    return os.getpid()


def say(folder: str, name: str) -> str:
    """Leave a mark, in order of arrival."""
    with Path(folder, "order").open("a", encoding="utf-8") as file:
        file.write(name + "\n")
    return name


def hold(folder: str, name: str = "held") -> int:
    """Run until a file named `go` is there."""
    Path(folder, name).touch()
    while not Path(folder, "go").exists():
        time.sleep(0.01)
    return os.getpid()


def nap(seconds: float) -> None:
    time.sleep(seconds)


def take(megabytes: int) -> int:
    """Take memory, and touch all of it."""
    held = [bytearray(16 * MB) for _ in range(megabytes // 16)]
    return len(held)


_KEPT: list[bytes] = []


def leak(megabytes: int) -> int:
    """Keep memory after the task is done."""
    _KEPT.append(b"x" * (megabytes * MB))
    return os.getpid()


def loop_for_ever() -> None:
    while True:
        pass


def read_null() -> None:
    ctypes.string_at(0)


def end_quietly() -> None:
    os._exit(0)


def leave() -> None:
    raise SystemExit(3)


def crash_once(folder: str) -> str:
    mark = Path(folder, "crashed")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second time"


def fork_and_return() -> int:
    """Both processes come back from here."""
    os.fork()
    return os.getpid()


def fork_and_leave_a_child(folder: str) -> int:
    """Return the child, which would go on for ever."""
    child = os.fork()
    if child == 0:
        while True:
            time.sleep(0.01)
    Path(folder, "child").write_text(str(child), encoding="ascii")
    return child


def fork_and_hang(folder: str) -> None:
    fork_and_leave_a_child(folder)
    loop_for_ever()


def refuse(what: str) -> None:
    if what == "bad":
        raise BadInput("page 3 is not readable")
    if what == "limited":
        raise RateLimited("slow down", retry_after=7.5)
    if what == "budget":
        raise BudgetExceeded("too many pages", "time")
    raise Odd(1, 2)


class Odd(Exception):
    """An error that can be pickled but not unpickled."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("odd one")
        self.one, self.two = one, two


def give_a_lambda() -> object:
    return lambda: None


def give_megabytes(megabytes: int) -> bytes:
    return bytes(megabytes * MB)
