"""When Python's garbage collector runs while a process starts."""

from __future__ import annotations

import gc

STARTED = 1_000_000
"""Objects after which a process has started: all that is imported for a first answer is less."""
USUAL = (100_000, 20, 100)


def start_without_collecting() -> None:
    """Let the collector rest while the process starts.

    Importing makes hundreds of thousands of objects that live on, and to walk them again and again
    is a tenth of the time to the first answer. They are walked once, when there are `STARTED`, and
    never again; from then on it is the usual work.
    """

    def started(phase: str, _info: dict[str, int]) -> None:
        if phase == "stop":
            gc.callbacks.remove(started)
            gc.freeze()
            gc.set_threshold(*USUAL)

    gc.set_threshold(STARTED, *USUAL[1:])
    gc.callbacks.append(started)
