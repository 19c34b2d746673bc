"""Where the counters of the rate limits live: in this process, or in Redis for all of them.

The memory storage of `limits` starts a thread for every burst and walks all its keys; ours drops
what has expired when it meets it and holds a bounded number.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from limits.storage import Storage

if TYPE_CHECKING:
    from jobtracker.core.settings import RedisSettings

_MAX_KEYS = 100_000
_log = logging.getLogger("jobtracker.web")


class MemoryWindows(Storage):
    """Fixed windows of this process; the least recently begun go first when there are too many.

    Kept by the monotonic clock: one that is put back must not lock anybody out for as long.
    """

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__(None)
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, int]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this storage may raise."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; the window begins with its first count. `expiry` is in seconds."""
        now = time.monotonic()
        with self._lock:
            ends, count = self._kept.get(key, (now, 0))
            if ends <= now:
                ends, count = now + expiry, 0
                self._kept.pop(key, None)
            self._kept[key] = (ends, count + amount)
            while len(self._kept) > _MAX_KEYS or next(iter(self._kept.values()))[0] <= now:
                self._kept.popitem(last=False)
                if not self._kept:
                    break
            return count + amount

    def get(self, key: str) -> int:
        """Return the count of the window, 0 where it has ended."""
        ends, count = self._kept.get(key, (0.0, 0))
        return count if ends > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in epoch seconds."""
        now = time.monotonic()
        return time.time() + self._kept.get(key, (now, 0))[0] - now

    def check(self) -> bool:
        """Tell that the storage works."""
        return True

    def reset(self) -> int | None:
        """Forget all windows; return how many there were."""
        with self._lock:
            count = len(self._kept)
            self._kept.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._lock:
            self._kept.pop(key, None)


def open_storage(redis: RedisSettings) -> Storage:
    """Return the storage that the settings name.

    Raises:
        BadInput: `redis.url` is no Redis URL.
    """
    if not redis.url:
        return MemoryWindows()
    from limits.errors import ConfigurationError
    from limits.storage import RedisStorage

    from jobtracker.core.errors import BadInput

    patience = redis.timeout_seconds
    options: dict[str, Any] = {"socket_timeout": patience, "socket_connect_timeout": patience}
    try:
        return RedisStorage(
            redis.url, wrap_exceptions=True, key_prefix="jobtracker-limits", **options
        )
    except (ConfigurationError, ValueError) as exc:
        raise BadInput(f"setting redis.url (JOBTRACKER_REDIS__URL): {exc}") from exc
