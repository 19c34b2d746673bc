"""The events of one turn, kept so that a reader may be slow, cut off, or come back.

A turn writes into its log and readers read from it, each at its own pace. The log is bounded: while
it is full the turn waits a while for its slowest reader (back-pressure), then drops the oldest
events; a reader that was left behind is told to start over and gets the reply so far.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import orjson

from jobtracker.core.errors import BadInput

_ID = re.compile(r"([0-9a-f]{24})-(\d{1,9})")


@dataclass(frozen=True)
class Event:
    """One event as it is sent: `data` is JSON text on one line."""

    seq: int
    kind: str
    data: str
    final: bool = False
    restart: bool = False


def new_turn_id() -> str:
    """Return the id of a turn; it is no secret, since its owner is checked besides."""
    return secrets.token_hex(12)


def event_id(turn_id: str, seq: int) -> str:
    """Return the id of an event, which leads back to its turn."""
    return f"{turn_id}-{seq}"


def parse_event_id(raw: str) -> tuple[str, int]:
    """Return the turn and the number of the event that an id names.

    Raises:
        BadInput: no id of ours.
    """
    found = _ID.fullmatch(raw.strip())
    if found is None:
        raise BadInput("Last-Event-ID is no event id of this server; send the message without it")
    return found[1], int(found[2])


def encode(data: dict[str, Any]) -> str:
    """Return one line of JSON."""
    return orjson.dumps(data, default=str).decode()


class TurnLog:
    """What happened in one turn of one user."""

    def __init__(self, turn_id: str, user: str, *, max_bytes: int, stall_seconds: float) -> None:
        self.turn_id = turn_id
        self.user = user
        self.finished = False
        self.size = 0
        self._max = max_bytes
        self._stall = stall_seconds
        self._events: deque[Event] = deque()
        self._next = 1
        self._reply: list[str] = []
        self._positions: dict[object, int] = {}
        self._news = asyncio.Event()
        self._moved = asyncio.Event()

    @property
    def readers(self) -> int:
        """How many read at this moment."""
        return len(self._positions)

    async def append(self, kind: str, data: dict[str, Any], *, final: bool = False) -> Event:
        """Add an event, waiting for a slow reader while the log is full."""
        restart = bool(data.get("restart"))
        event = Event(self._next, kind, encode(data), final, restart)
        size = len(event.data)
        await self._room(size)
        self._next = event.seq + 1
        self._events.append(event)
        self.size += size
        if kind == "token":
            self._reply.append(str(data.get("text", "")))
        elif restart:
            self._reply.clear()
        self.finished = self.finished or final
        self._tell()
        return event

    async def _room(self, size: int) -> None:
        """Make room: wait for readers that still need the oldest event, then drop it."""
        patience = self._stall
        loop = asyncio.get_running_loop()
        while self._events and self.size + size > self._max:
            oldest = self._events[0].seq
            if patience > 0 and any(seen < oldest for seen in self._positions.values()):
                began = loop.time()
                self._moved.clear()
                try:
                    await asyncio.wait_for(self._moved.wait(), patience)
                except TimeoutError:
                    patience = 0
                patience -= loop.time() - began
                continue
            self.size -= len(self._events.popleft().data)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def read(self, after: int) -> AsyncGenerator[Event]:
        """Yield the events after number `after`, then those to come, until the turn has ended."""
        me = object()
        seen = self._positions[me] = min(after, self._next - 1)
        try:
            while True:
                if seen + 1 == self._next:
                    if self.finished:
                        return
                    await self._news.wait()
                    continue
                if self._events[0].seq > seen + 1:
                    for event in self._afresh():
                        yield event
                    seen = self._positions[me] = self._events[0].seq - 1
                event = self._events[seen + 1 - self._events[0].seq]
                yield event
                seen = self._positions[me] = event.seq
                self._moved.set()
        finally:
            self._positions.pop(me, None)
            self._moved.set()

    def _afresh(self) -> list[Event]:
        """Return what puts a reader right that has missed events: start over, the reply so far."""
        number = self._events[0].seq - 1
        again = {"code": "gap", "message": "some events were missed", "restart": True}
        kept = [event for event in self._events if event.kind == "token"]
        known = 0 if self._restarts_later() else max(len(self._reply) - len(kept), 0)
        return [
            Event(number, "error", encode(again)),
            Event(number, "token", encode({"text": "".join(self._reply[:known])})),
        ]

    def _restarts_later(self) -> bool:
        return any(event.restart for event in self._events)
