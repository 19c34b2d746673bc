"""Finds what keeps an event loop from going on: by its processor time, whatever else runs here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Watch:
    """What took longer than it may, as (seconds of processor time, what it was)."""

    most_seconds: float
    found: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def names(self) -> str:
        """Return what was found, the longest first."""
        return "; ".join(f"{taken:.3f} s {name}" for taken, name in sorted(self.found)[::-1][:3])


@contextmanager
def loop_watch(most_seconds: float) -> Generator[Watch]:
    """Watch each step of asyncio's own loops. A step that waits in the system is seen by others."""
    watch, run = Watch(most_seconds), asyncio.Handle._run

    def timed(self: Any) -> None:
        began = time.thread_time()
        run(self)
        taken = time.thread_time() - began
        if taken > most_seconds:
            watch.found.append((taken, repr(self)[:200]))

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
