"""Live notices to whoever is looking at that moment: in this process, and by Redis in the others.

A notice says that something changed, not what: it carries ids, and the one who gets it asks. It is
a hint that may be lost; what must not be lost is a row or a durable job. Without Redis, or while it
is gone, notices reach the readers of the same process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from jobtracker.core.settings import RedisSettings

_WAITING = 100
"""Notices that a slow reader may leave unread; then the oldest go."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """`kind` is `<feature>.<past participle>` as of an event; `data` small JSON, ids only."""

    user: str
    kind: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])

    def dumps(self) -> str:
        """Return it as JSON."""
        return json.dumps({"user": self.user, "kind": self.kind, "data": self.data})

    @classmethod
    def loads(cls, text: str | bytes) -> Notice | None:
        """Read what `dumps` wrote; None where it is something else."""
        try:
            raw = json.loads(text)
            return cls(str(raw["user"]), str(raw["kind"]), dict(raw["data"]))
        except (ValueError, KeyError, TypeError):
            return None


Receiver = Callable[[Notice], None]


class Notifier(Protocol):
    """The port. Thread-safe; nothing of it raises because the way to the others is gone."""

    def publish(self, notice: Notice) -> None:
        """Tell all who look at that user's things."""
        ...

    def subscribe(self, user: str, receive: Receiver) -> Callable[[], None]:
        """Call `receive(notice)`, from any thread, for each notice of the user; return the end."""
        ...

    def on_gap(self, call: Callable[[], None]) -> None:
        """Call this when notices may have been lost: none came for a time, or one was not sent."""
        ...

    def close(self) -> None:
        """Close connections; nothing is received any more."""
        ...


class MemoryNotifier:
    """Within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._receivers: defaultdict[str, list[Receiver]] = defaultdict(list)

    def publish(self, notice: Notice) -> None:
        """Call the user's receivers."""
        self.deliver(notice)

    def deliver(self, notice: Notice) -> None:
        """Call the receivers in this process."""
        with self._lock:
            receivers = list(self._receivers.get(notice.user, ()))
        for receive in receivers:
            try:
                receive(notice)
            except Exception:  # one reader's mistake is not the other's  # noqa: BLE001
                _log.exception("a receiver of notices raised")

    def subscribe(self, user: str, receive: Receiver) -> Callable[[], None]:
        """Add a receiver; return what removes it."""
        with self._lock:
            self._receivers[user].append(receive)

        def end() -> None:
            with self._lock, suppress(ValueError):
                self._receivers[user].remove(receive)
                if not self._receivers[user]:
                    del self._receivers[user]

        return end

    def on_gap(self, call: Callable[[], None]) -> None:
        """Nothing is lost within a process."""

    def close(self) -> None:
        """Forget the receivers."""
        with self._lock:
            self._receivers.clear()


def publish_after(session: Session, notifier: Notifier, notice: Notice) -> None:
    """Publish once the transaction is through; not at all where it is rolled back."""

    def publish(_: Session) -> None:
        notifier.publish(notice)

    event.listen(session, "after_commit", publish, once=True)


async def notices(notifier: Notifier, user: str) -> AsyncGenerator[Notice]:
    """Yield the user's notices from now on; end it by `aclose` or by leaving the loop's scope."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[Notice] = asyncio.Queue(_WAITING)

    def put(notice: Notice) -> None:
        if waiting.full():
            waiting.get_nowait()
        waiting.put_nowait(notice)

    def receive(notice: Notice) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(put, notice)

    end = notifier.subscribe(user, receive)
    try:
        while True:
            yield await waiting.get()
    finally:
        end()


def open_notifier(redis: RedisSettings) -> Notifier:
    """Return the notifier that the settings describe; nothing is connected before it is used.

    Raises:
        BadInput: `redis.url` is no Redis URL.
    """
    if not redis.url:
        return MemoryNotifier()
    from jobtracker.core.notify_redis import RedisNotifier

    return RedisNotifier(redis.url, redis.timeout_seconds)
