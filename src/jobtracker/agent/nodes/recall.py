"""The first step: what is known about the person that bears on this message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from jobtracker.agent.state import State

Recaller = Callable[[str, str], list[dict[str, Any]]]
"""Takes the user and the message, returns at most a handful of memories as JSON."""


class Recall:
    """Brings the memories into the turn, where a mind reads them.

    The embedded one asks the memory for what its skills need, so it has no recaller.
    """

    def __init__(self, recaller: Recaller | None) -> None:
        self._recaller = recaller

    async def __call__(self, state: State) -> State:
        """Return the memories, and count the turn."""
        counted = State(turn=state.get("turn", 0) + 1)
        if self._recaller is not None:
            asked = (state.get("user", ""), state.get("message", ""))
            counted["memories"] = await asyncio.to_thread(self._recaller, *asked)
        return counted
