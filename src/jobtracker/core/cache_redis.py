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
_PATIENCE = 0.5
_MOST_UNDONE = 1000
_lz4: Any = import_module("lz4.frame")  # it has no types
_log = logging.getLogger(__name__)


class RedisLayer:
    """Keys under `jobtracker:cache:`. While Redis is gone it is left alone for ten seconds."""

    name = "redis"

    def __init__(self, url: str, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._gone = False
        self._undone: list[str] = []
        try:
            self._client: Any = cast("Any", redis.Redis).from_url(
                url,
                socket_timeout=_PATIENCE,
                socket_connect_timeout=_PATIENCE,
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
        """Remove what lies below the prefix; where Redis is gone, before it is read again."""
        with self._lock:
            self._undone.append(prefix)
            if len(self._undone) > _MOST_UNDONE:
                self._undone[:] = [""]
        self._safely(lambda: None, None)

    def _catch_up(self) -> None:
        """Do the drops that wait. One that fails again stays."""
        while self._undone:
            prefix = self._undone[0]
            self._remove(prefix)
            with self._lock, suppress(ValueError):
                self._undone.remove(prefix)

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
