"""Notices between processes: one Redis channel that all of them listen to.

One channel, not one per user: a notice is some hundred bytes, and a process that serves has readers
of many users anyway. https://redis.io/docs/latest/develop/pubsub/
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import redis

from jobtracker.core.errors import BadInput
from jobtracker.core.notify import MemoryNotifier, Notice, Receiver

CHANNEL = "jobtracker:notices"
_PATIENCE = 0.5
_AGAIN_SECONDS = 1.0
_LISTEN_SECONDS = 0.5
_log = logging.getLogger(__name__)


class RedisNotifier:
    """Delivers here at once, and elsewhere by Redis; while Redis is gone, here only."""

    def __init__(self, url: str) -> None:
        self._here = MemoryNotifier()
        self._me = uuid.uuid4().hex
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._gone = False
        self._lost = False
        self._on_gap: list[Callable[[], None]] = []
        self.listening = threading.Event()
        """Set while notices of other processes arrive."""
        try:
            self._client: Any = cast("Any", redis.Redis).from_url(
                url, socket_timeout=_PATIENCE * 4, socket_connect_timeout=_PATIENCE
            )
        except ValueError as exc:
            raise BadInput(
                "setting redis.url (JOBTRACKER_REDIS__URL) is not a Redis address; "
                "write redis://host:6379/0"
            ) from exc

    def publish(self, notice: Notice) -> None:
        """Deliver here, and offer it to the others."""
        self._here.publish(notice)
        message = json.dumps({"from": self._me, "notice": notice.dumps()})
        try:
            self._client.publish(CHANNEL, message)
        except (redis.RedisError, OSError) as exc:
            self._complain(exc)

    def subscribe(self, user: str, receive: Receiver) -> Callable[[], None]:
        """Add a receiver; the first one starts the listening."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._listen, name="notices", daemon=True)
                self._thread.start()
        return self._here.subscribe(user, receive)

    def on_gap(self, call: Callable[[], None]) -> None:
        """Call this when Redis is heard again after it was not."""
        self._on_gap.append(call)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._here.close()
        self._client.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            pubsub = self._client.pubsub(ignore_subscribe_messages=False)
            try:
                pubsub.subscribe(CHANNEL)
                while not self._stop.is_set():
                    self._take(pubsub.get_message(timeout=_LISTEN_SECONDS))
            except (redis.RedisError, OSError, ValueError) as exc:
                self.listening.clear()
                self._lost = True
                self._complain(exc)
                self._stop.wait(_AGAIN_SECONDS)
            finally:
                with suppress(redis.RedisError, OSError):
                    pubsub.close()
        self.listening.clear()

    def _take(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            self._gone = False
            if self._lost:
                self._lost = False
                for call in self._on_gap:
                    call()
            self.listening.set()
            return
        if message["type"] != "message":
            return
        with suppress(ValueError, KeyError, TypeError):
            raw = json.loads(message["data"])
            notice = Notice.loads(raw["notice"])
            if raw["from"] != self._me and notice is not None:
                self._here.deliver(notice)

    def _complain(self, exc: BaseException) -> None:
        if not self._gone:
            self._gone = True
            _log.warning("Redis does not answer (%s); notices stay in this process", exc)
