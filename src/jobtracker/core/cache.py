"""One cache in three layers: memory, Redis where the settings name one, disk.

A value is bytes and belongs to a user (`SHARED_USER` for what everybody may read). Each layer keeps
it for its own time at most; a find below is copied upwards. What is asked for by many at once is
made once. No layer's failure is the caller's: a cache that is gone is a miss, and comes back by
itself.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jobtracker.core.events import Event, EventLog
from jobtracker.core.notify import Notice, Notifier

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jobtracker.core.settings import CacheSettings, RedisSettings

_CACHES = "@caches"
"""Whom the notices between caches are for; no person's id begins with @."""
_OVERHEAD = 200
"""Bytes that an entry takes beside its value, roughly."""


@dataclass(frozen=True)
class Key:
    """A key within a layer: digests, for neither Redis nor the disk is told a name."""

    user: str
    kind: str
    name: str

    @classmethod
    def of(cls, user: str, kind: str, key: str) -> Key:
        """Return the key of a user's thing."""
        return cls(_digest(user), _digest(kind), _digest(key))

    @property
    def path(self) -> str:
        """User, kind and name, joined by `/`; a prefix of it names all that lies below."""
        return f"{self.user}/{self.kind}/{self.name}"


def _is_below(path: str, prefix: str) -> bool:
    return not prefix or path == prefix or path.startswith(prefix + "/")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()


class Layer(Protocol):
    """Where values are kept. None of the methods raises because the layer is gone."""

    name: str

    def get(self, key: str) -> tuple[bytes, float] | None:
        """Return the value and the seconds that it stays good, None where it is not there."""
        ...

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep the value for so long, at most as long as the layer keeps any."""
        ...

    def drop(self, prefix: str) -> None:
        """Remove the key, and all keys below it; everything for no prefix."""
        ...

    def on_late(self, call: Callable[[str], None]) -> None:
        """Call this with each prefix that could not be dropped at once and now is."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


class MemoryLayer:
    """The least recently used go first once `max_bytes` are reached."""

    name = "memory"

    def __init__(self, max_bytes: int, seconds: float) -> None:
        self._max = max_bytes
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self.size = 0

    def get(self, key: str) -> tuple[bytes, float] | None:
        """Return value and seconds left."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is None:
                return None
            left = entry[1] - time.monotonic()
            if left <= 0:
                self._remove(key)
                return None
            self._kept.move_to_end(key)
            return entry[0], left

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep the value, unless it alone would fill an eighth of the cache."""
        with self._lock:
            self._remove(key)
            if len(value) > self._max // 8:
                return
            self._kept[key] = (value, time.monotonic() + min(seconds, self._seconds))
            self.size += len(value) + _OVERHEAD
            while self.size > self._max:
                self._remove(next(iter(self._kept)))

    def _remove(self, key: str) -> None:
        entry = self._kept.pop(key, None)
        if entry is not None:
            self.size -= len(entry[0]) + _OVERHEAD

    def drop(self, prefix: str) -> None:
        """Remove what lies below the prefix."""
        for key in self.below(prefix):
            with self._lock:
                self._remove(key)

    def below(self, prefix: str) -> list[str]:
        """Return the keys that lie below the prefix."""
        with self._lock:
            return [key for key in self._kept if _is_below(key, prefix)]

    def on_late(self, call: Callable[[str], None]) -> None:
        """No drop waits here."""

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.size = 0


class Cache:
    """The layers as one, the quickest first. Thread-safe.

    Nothing that was read or made before a drop is kept after it. A drop empties the layers below,
    then counts itself, then empties the memory; whoever copies upwards does so only while that
    count is what it was before the read.
    """

    def __init__(self, layers: list[Layer], seconds: float) -> None:
        self._memory = next((layer for layer in layers if isinstance(layer, MemoryLayer)), None)
        self._below = [layer for layer in layers if layer is not self._memory]
        self._drops = 0
        self._seconds = seconds
        self._lock = threading.Lock()
        self._making: dict[str, Future[bytes]] = {}
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._notifier: Notifier | None = None

    def get(self, user: str, kind: str, key: str, *, memory: bool = True) -> bytes | None:
        """Return the value, None where no layer has it; without `memory`, that of the others."""
        found, where = self._find(Key.of(user, kind, key).path, memory=memory)
        self._count(where)
        return found

    def _find(self, path: str, *, memory: bool = True) -> tuple[bytes | None, str]:
        """Return the value and the layer that had it; the memory gets a copy.

        What only this disk had is not offered to Redis: another machine may have dropped it there.
        """
        above = self._memory if memory else None
        found = above.get(path) if above is not None else None
        if found is not None:
            return found[0], MemoryLayer.name
        before = self._drops
        for layer in self._below:
            found = layer.get(path)
            if found is not None:
                with self._lock:
                    if above is not None and self._drops == before:
                        above.put(path, *found)
                return found[0], layer.name
        return None, "miss"

    def put(
        self,
        user: str,
        kind: str,
        key: str,
        value: bytes,
        seconds: float | None = None,
        *,
        memory: bool = True,
    ) -> None:
        """Keep the value in every layer, `seconds` long at most; without `memory`, below it."""
        path = Key.of(user, kind, key).path
        before = self._drops
        self._put(path, value, seconds, memory=memory)
        if self._drops != before:  # perhaps of this very value, between two layers
            self._remove(path)

    def _put(self, path: str, value: bytes, seconds: float | None, *, memory: bool = True) -> None:
        kept = self._seconds if seconds is None else seconds
        for layer in [self._memory if memory else None, *self._below]:
            if layer is not None:
                layer.put(path, value, kept)

    def _remove(self, prefix: str, *, told: bool = False) -> None:
        """Empty the layers below a prefix; Redis not where another machine has told us that it did.

        Then only what this process may have put there since is removed from it once more.
        """
        ours = self._memory.below(prefix) if self._memory is not None and told and prefix else []
        for layer in reversed(self._below):
            for path in ours if told and layer.name == "redis" else [prefix]:
                layer.drop(path)
        with self._lock:
            self._drops += 1
        if self._memory is not None:
            self._memory.drop(prefix)

    def get_or_make(
        self,
        user: str,
        kind: str,
        key: str,
        make: Callable[[], bytes],
        seconds: float | None = None,
    ) -> bytes:
        """Return the value, made by `make` where it is not there: once, however many ask.

        Whoever waits gets what `make` raised, too; nothing is kept then. Where the one who made it
        left instead (was cancelled), one of those who wait makes it.
        """
        value = self.get(user, kind, key)
        if value is not None:
            return value
        path = Key.of(user, kind, key).path
        while True:
            with self._lock:
                waiting = self._making.get(path)
                mine: Future[bytes] = Future()
                if waiting is None:
                    self._making[path] = mine
            if waiting is None:
                return self._make(mine, path, make, seconds)
            with suppress(CancelledError):
                return waiting.result()

    def _make(
        self,
        mine: Future[bytes],
        path: str,
        make: Callable[[], bytes],
        seconds: float | None,
    ) -> bytes:
        try:
            # Another may have finished between our look and our turn.
            value = self._find(path)[0]
            if value is not None:
                mine.set_result(value)
                return value
            value = make()
            # Where it was dropped while it was made, whoever waits may have it still.
            if self._is_wanted(path, mine):
                self._put(path, value, seconds)
                if not self._is_wanted(path, mine):
                    self._remove(path)
            mine.set_result(value)
        except BaseException as exc:
            self._made(path, mine)
            if isinstance(exc, Exception) and not isinstance(exc, CancelledError):
                mine.set_exception(exc)
            else:
                mine.cancel()
            raise
        else:
            return value
        finally:
            self._made(path, mine)

    def _made(self, path: str, mine: Future[bytes]) -> None:
        with self._lock:
            if self._making.get(path) is mine:
                del self._making[path]

    def _is_wanted(self, path: str, mine: Future[bytes]) -> bool:
        with self._lock:
            return self._making.get(path) is mine

    def drop(self, user: str, kind: str | None = None, key: str | None = None) -> None:
        """Remove one value, all of a kind, or all of the user."""
        whole = Key.of(user, kind or "", key or "")
        parts = [whole.user, whole.kind if kind else "", whole.name if kind and key else ""]
        prefix = "/".join(part for part in parts if part)
        self._unwant(prefix)
        self._remove(prefix)
        self._tell(prefix)

    def _tell(self, prefix: str) -> None:
        if self._notifier is not None:
            self._notifier.publish(Notice(_CACHES, "cache.dropped", {"prefix": prefix}))

    def _unwant(self, prefix: str) -> None:
        with self._lock:
            for path in [path for path in self._making if _is_below(path, prefix)]:
                del self._making[path]

    def share(self, notifier: Notifier) -> None:
        """Drop here what is dropped elsewhere, and tell others what is dropped here.

        After a gap in which nothing could be heard, all that is kept in this process and on this
        disk goes: what was dropped meanwhile is not known. What Redis could not drop at once is
        told again when it has, for others may have read it there meanwhile.
        """
        self._notifier = notifier
        for layer in self._below:
            layer.on_late(self._tell)
        notifier.subscribe(_CACHES, lambda notice: self._drop_here(str(notice.data.get("prefix"))))
        notifier.on_gap(lambda: self._drop_here(""))

    def _drop_here(self, prefix: str) -> None:
        self._unwant(prefix)
        self._remove(prefix, told=True)

    def drop_on(self, events: EventLog, kind_of_event: str, kind: str) -> None:
        """Drop a user's values of a kind whenever an event of theirs says that they changed."""

        def changed(session: Session, event: Event) -> None:
            from sqlalchemy import event as sql

            def drop(_: Session) -> None:
                self.drop(event.user, kind)

            sql.listen(session, "after_commit", drop, once=True)

        events.subscribe(kind_of_event, changed)

    def stats(self) -> dict[str, float]:
        """Return hits by layer, misses and the share of hits, since the start."""
        with self._lock:
            counts = dict(self._counts)
        total = sum(counts.values())
        hits = total - counts.get("miss", 0)
        return {**counts, "hit_rate": hits / total if total else 0.0}

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def close(self) -> None:
        """Close the layers."""
        for layer in [self._memory, *self._below]:
            if layer is not None:
                layer.close()


def open_cache(settings: CacheSettings, redis: RedisSettings, home: Path) -> Cache:
    """Return the cache that the settings describe; nothing is connected before it is used.

    Raises:
        BadInput: `redis.url` is no Redis URL.
    """
    from jobtracker.core.cache_disk import DiskLayer

    layers: list[Layer] = [MemoryLayer(settings.memory_mb * 1_000_000, settings.memory_seconds)]
    if redis.url:
        from jobtracker.core.cache_redis import RedisLayer

        layers.append(RedisLayer(redis.url, settings.redis_seconds, redis.timeout_seconds))
    if settings.disk_mb:
        folder, limit = home / "cache", settings.disk_mb * 1_000_000
        layers.append(DiskLayer(folder, limit, settings.disk_seconds))
    return Cache(layers, settings.disk_seconds)
