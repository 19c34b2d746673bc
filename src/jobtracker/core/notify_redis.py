"""Notices between processes: one Redis channel that all of them listen to.

One channel, not one per user: a notice is some hundred bytes, and a process that serves has readers
of many users anyway. https://redis.io/docs/latest/develop/pubsub/

Redis keeps no notice for who is away, so both sides speak of gaps: who was cut off takes it that
some were lost, and who could not send says so as soon as Redis answers again.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import redis

from jobtracker.core.errors import BadInput
from jobtracker.core.notify import MemoryNotifier, Notice, Receiver

CHANNEL = "jobtracker:notices"
_AGAIN_SECONDS = 1.0
_LISTEN_SECONDS = 0.5
_log = logging.getLogger(__name__)


class RedisNotifier:
    """Delivers here at once, and elsewhere by Redis; while Redis is gone, here only."""

    def __init__(self, url: str, timeout_seconds: float = 1.0) -> None:
        self._here = MemoryNotifier()
        self._me = uuid.uuid4().hex
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._gone = False
        self._lost = False
        self._unsent = False
        """Whether others are still to be told that they missed something of ours."""
        self._silent_until = 0.0
        self._on_gap: list[Callable[[], None]] = []
        self.listening = threading.Event()
        """Set while notices of other processes arrive."""
        try:
            self._client: Any = cast("Any", redis.Redis).from_url(
                url, socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds
            )
        except ValueError as exc:
            raise BadInput(
                "setting redis.url (JOBTRACKER_REDIS__URL) is not a Redis address; "
                "write redis://host:6379/0"
            ) from exc

    def publish(self, notice: Notice) -> None:
        """Deliver here, and offer it to the others.

        Where that fails, they are told of a gap once Redis answers. Until then it is tried once a
        second at most: a Redis that is gone does not cost a time-out a notice.
        """
        self._here.publish(notice)
        if self._unsent and time.monotonic() < self._silent_until:
            return
        self._tell_gap()
        if not self._unsent:
            self._send({"notice": notice.dumps()})

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._client.publish(CHANNEL, json.dumps({"from": self._me, **message}))
        except (redis.RedisError, OSError) as exc:
            self._silent_until = time.monotonic() + _AGAIN_SECONDS
            self._unsent = True
            self._complain(exc)
            self._start()

    def _tell_gap(self) -> None:
        """Tell others that they missed something, where they did.

        The mark goes first: a notice that fails from now on sets it again.
        """
        if self._unsent:
            self._unsent = False
            self._send({"gap": True})

    def subscribe(self, user: str, receive: Receiver) -> Callable[[], None]:
        """Add a receiver; the first one starts the listening."""
        self._start()
        return self._here.subscribe(user, receive)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._listen, name="notices", daemon=True)
                self._thread.start()

    def on_gap(self, call: Callable[[], None]) -> None:
        """Call this when Redis is heard again after it was not, or another could not send."""
        self._on_gap.append(call)

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
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
                    if self.listening.is_set():
                        self._tell_gap()
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
                self._gap()
            self._tell_gap()
            self.listening.set()
            return
        if message["type"] != "message":
            return
        with suppress(ValueError, KeyError, TypeError):
            raw = json.loads(message["data"])
            if raw["from"] == self._me:
                return
            if raw.get("gap"):
                self._gap()
                return
            notice = Notice.loads(raw["notice"])
            if notice is not None:
                self._here.deliver(notice)

    def _gap(self) -> None:
        for call in self._on_gap:
            try:
                call()
            except Exception:  # one part's mistake must not end the listening  # noqa: BLE001
                _log.exception("what follows a gap in the notices raised")

    def _complain(self, exc: BaseException) -> None:
        if not self._gone:
            self._gone = True
            _log.warning("Redis does not answer (%s); notices stay in this process", exc)
