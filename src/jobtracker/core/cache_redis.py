"""The cache's middle layer, shared by machines: Redis, values compressed with LZ4."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar, cast

import redis

from jobtracker.core.errors import BadInput

_T = TypeVar("_T")
_PREFIX = "jobtracker:cache:"
_SILENT_SECONDS = 10.0
_MOST_UNDONE = 1000
_lz4: Any = import_module("lz4.frame")  # it has no types
_log = logging.getLogger(__name__)


def _nobody(_prefix: str) -> None:
    """Nobody wants to know."""


class RedisLayer:
    """Keys under `jobtracker:cache:`. While Redis is gone it is left alone for ten seconds."""

    name = "redis"

    def __init__(self, url: str, seconds: float, timeout_seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._gone = False
        self._closed = False
        self._undone: list[str] = []
        self._late: set[str] = set()
        """Those of the drops that wait whose caller was not kept waiting for them."""
        self._tell_late: Callable[[str], None] = _nobody
        self._again: threading.Timer | None = None
        try:
            self._client: Any = cast("Any", redis.Redis).from_url(
                url,
                socket_timeout=timeout_seconds,
                socket_connect_timeout=timeout_seconds,
                health_check_interval=30,
            )
        except ValueError as exc:
            raise BadInput(
                "setting redis.url (JOBTRACKER_REDIS__URL) is not a Redis address; "
                "write redis://host:6379/0"
            ) from exc

    def get(self, key: str) -> tuple[bytes, float] | None:
        """Return value and seconds left."""

        def read() -> tuple[bytes, float] | None:
            pipe = self._client.pipeline(transaction=True)
            pipe.get(_PREFIX + key)
            pipe.pttl(_PREFIX + key)
            raw, left = cast("tuple[bytes | None, int]", pipe.execute())
            if raw is None or left <= 0:
                return None
            return cast("bytes", _lz4.decompress(raw)), left / 1000

        return self._safely(read, None)

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep the value."""
        kept = max(1, int(min(seconds, self._seconds) * 1000))
        self._safely(lambda: self._client.set(_PREFIX + key, _lz4.compress(value), px=kept), None)

    def drop(self, prefix: str) -> None:
        """Remove what lies below the prefix; where Redis is gone, as soon as it is not."""
        with self._lock:
            self._undone.append(prefix)
            if len(self._undone) > _MOST_UNDONE:
                self._undone[:] = [""]
                self._late = {""} if self._late else set()
        self._safely(lambda: None, None)
        with self._lock:
            waits = next((one for one in (prefix, "") if one in self._undone), None)
            if waits is not None:
                self._late.add(waits)
                self._try_again()

    def on_late(self, call: Callable[[str], None]) -> None:
        """Call this with a prefix whose drop has waited until Redis answered again."""
        self._tell_late = call

    def _try_again(self) -> None:
        """See to the drops that wait even where nobody uses the cache any more."""
        if self._again is None and not self._closed:
            self._again = threading.Timer(_SILENT_SECONDS, self._retry)
            self._again.daemon = True
            self._again.start()

    def _retry(self) -> None:
        with self._lock:
            self._again = None
            if self._closed:
                return
        self._safely(lambda: None, None)
        with self._lock:
            if self._undone:
                self._try_again()

    def _catch_up(self) -> None:
        """Do the drops that wait. One that fails again stays."""
        while True:
            with self._lock:
                if not self._undone:
                    return
                prefix = self._undone[0]
            self._remove(prefix)
            with self._lock:
                with suppress(ValueError):  # another thread has done it as well
                    self._undone.remove(prefix)
                late = prefix in self._late and prefix not in self._undone
                if late:
                    self._late.discard(prefix)
            if late:
                self._tell_late(prefix)

    def _remove(self, prefix: str) -> None:
        if prefix:
            self._client.unlink(_PREFIX + prefix)
        if prefix.count("/") == 2:  # a whole key: nothing lies below it
            return
        pattern = f"{_PREFIX}{prefix}/*" if prefix else f"{_PREFIX}*"
        batch: list[bytes] = []
        for name in self._client.scan_iter(match=pattern, count=500):
            batch.append(name)
            if len(batch) >= 500:
                self._client.unlink(*batch)
                batch.clear()
        if batch:
            self._client.unlink(*batch)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            self._closed = True
            again, self._again = self._again, None
        if again is not None:
            again.cancel()
        self._client.close()

    def _safely(self, call: Callable[[], _T], otherwise: _T) -> _T:
        """Do it, or, where Redis does not answer, nothing for a while."""
        if time.monotonic() < self._silent_until:
            return otherwise
        try:
            self._catch_up()
            value = call()
        except (redis.RedisError, OSError, RuntimeError) as exc:
            with self._lock:
                self._silent_until = time.monotonic() + _SILENT_SECONDS
            if not self._gone:
                self._gone = True
                _log.warning("Redis does not answer (%s); the cache goes on without it", exc)
            return otherwise
        if self._gone:
            self._gone = False
            _log.warning("Redis answers again; the cache uses it")
        return value
