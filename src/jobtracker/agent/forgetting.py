"""Forgetting in the conversations themselves: checkpoints and transcripts hold what was said.

When memories are forgotten, what was forgotten is noted here and taken out of the person's threads
at the end of the turn, when no graph is running on them.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from jobtracker.agent.checkpoints import Saver, checkpoint_key
from jobtracker.agent.graph import Graph
from jobtracker.agent.mind.port import Message
from jobtracker.agent.state import State
from jobtracker.agent.transcript import Transcript

if TYPE_CHECKING:
    from jobtracker.agent.memory import MemoryItem

BLANK = "[forgotten]"
KEPT_CHANNELS = ("user", "thread_id", "history", "dialogue", "language", "turn")


@dataclass
class _Due:
    """What is to be taken out of one person's threads."""

    everything: bool = False
    texts: set[str] = field(default_factory=set[str])


class Forgetting:
    """Takes what was forgotten out of checkpoints and transcripts."""

    def __init__(self, graph: Graph, saver: Saver, transcript: Transcript) -> None:
        self._graph = graph
        self._saver = saver
        self._transcript = transcript
        self._lock = threading.Lock()
        self._due: defaultdict[str, _Due] = defaultdict(_Due)

    def note(self, user: str, items: Sequence[MemoryItem] | None) -> None:
        """Note what was forgotten (None: everything); safe from any thread."""
        with self._lock:
            due = self._due[user]
            if items is None:
                due.everything = True
                return
            for item in items:
                due.texts.update(_texts(item))

    async def carry_out(self, user: str, thread_id: str) -> None:
        """Take what is due out of all threads of the user; the current one is `thread_id`."""
        with self._lock:
            due = self._due.pop(user, None)
        if due is None:
            return
        threads = await asyncio.to_thread(self._transcript.names, user)
        for name in {*threads, thread_id}:
            if due.everything:
                await self._saver.adelete_thread(checkpoint_key(user, name))
                if name in threads:
                    await asyncio.to_thread(self._transcript.delete, user, name)
            else:
                await self._redact(user, name, due.texts, current=name == thread_id)
        await self._saver.scrub()

    async def _redact(self, user: str, name: str, texts: set[str], *, current: bool) -> None:
        await asyncio.to_thread(self._transcript.redact, user, name, texts, BLANK, current)
        key = checkpoint_key(user, name)
        config: Any = {"configurable": {"thread_id": key}}
        values = cast("State", (await self._graph.aget_state(config)).values)
        if not values:
            return
        history = values.get("history", [])
        last = len(history) - 2 if current else len(history)
        kept = {k: v for k, v in values.items() if k in KEPT_CHANNELS}
        # The model's summary of the older conversation may tell it in other words.
        kept["dialogue"] = {k: v for k, v in values.get("dialogue", {}).items() if k != "llm"}
        kept["history"] = [
            Message(
                role=line["role"],
                text=BLANK if i >= last or _holds(line["text"], texts) else line["text"],
            )
            for i, line in enumerate(history)
        ]
        await self._saver.adelete_thread(key)
        await self._graph.aupdate_state(config, kept, as_node="converse")


def _texts(item: MemoryItem) -> set[str]:
    """The strings by which a memory is recognised where it was said."""
    found = {item.text.casefold()}
    value = item.data.get("value")
    if isinstance(value, str):
        found.add(value.casefold())
    return {text for text in found if len(text) > 2}


def _holds(text: str, texts: set[str]) -> bool:
    folded = text.casefold()
    return any(wanted in folded for wanted in texts)
