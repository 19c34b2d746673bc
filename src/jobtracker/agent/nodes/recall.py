"""The first node: what is known about the person that bears on this message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from jobtracker.agent.state import State

Recaller = Callable[[str, str], list[dict[str, Any]]]
"""Takes the user and the message, returns at most a handful of memories as JSON."""


class Recall:
    """Brings the memories into the turn."""

    def __init__(self, recaller: Recaller) -> None:
        self._recaller = recaller

    async def __call__(self, state: State) -> State:
        """Return the memories, and count the turn."""
        memories = await asyncio.to_thread(
            self._recaller, state.get("user", ""), state.get("message", "")
        )
        return State(memories=memories, turn=state.get("turn", 0) + 1)
