"""How often something may be tried: logins tightly, everything else by person or address.

A login is counted thrice: for the name from this address, for the name from everywhere, and for
the address. Each has windows of growing length, so that who goes on failing waits longer and
longer, and never for good. A browser in which the person has signed in before carries a device
cookie (the OWASP "device cookies" scheme) and is counted by itself: somebody else's guessing under
the person's name does not lock the person out.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync

from jobtracker.accounts.keys import digest
from jobtracker.core.errors import RateLimited
from jobtracker.web.auth.windows import MemoryWindows, open_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limits import RateLimitItem
    from limits.storage import Storage

    from jobtracker.core.bootstrap import Core

_log = logging.getLogger("jobtracker.web")
RULES: dict[str, tuple[tuple[int, int], ...]] = {
    # name of the rule: (tries, seconds) …
    "login-here": ((6, 60), (20, 3600), (60, 86_400)),
    "login-name": ((40, 900),),
    "login-device": ((10, 60), (40, 3600), (120, 86_400)),
    "login-address": ((60, 300), (1000, 86_400)),
    "register": ((20, 3600), (60, 86_400)),
    "proof": ((6, 60), (30, 3600)),
    "second-factor": ((10, 300), (40, 86_400)),
    "export": ((4, 3600),),
}


class Throttle:
    """Counts tries by rule and key."""

    def __init__(self, core: Core) -> None:
        self._url = core.settings.redis.url
        self._storage: Storage = open_storage(core.settings.redis)
        self._fallback = MemoryWindows()

    async def hit(self, rule: str, *keys: str) -> None:
        """Count a try.

        Raises:
            RateLimited: too many; `retry_after` tells the seconds.
        """
        await self.count(rule, RULES[rule], *keys)

    async def count(self, rule: str, windows: Sequence[tuple[int, int]], *keys: str) -> None:
        """Count a try against windows of (tries, seconds); raises as `hit` does."""
        if not self._url:
            wait = _hit(self._storage, rule, windows, keys)
        else:
            wait = await run_sync(self._hit_shared, rule, windows, keys)
        if wait > 0:
            raise RateLimited(f"too many tries; wait {_spoken(wait)} and try again", wait)

    async def clear(self, rule: str, *keys: str) -> None:
        """Forget the tries, since the last one was right."""
        if not self._url:
            _clear(self._storage, rule, keys)
        else:
            await run_sync(self._clear_shared, rule, keys)

    def _hit_shared(
        self, rule: str, windows: Sequence[tuple[int, int]], keys: tuple[str, ...]
    ) -> float:
        from limits.errors import StorageError

        try:
            return _hit(self._storage, rule, windows, keys)
        except StorageError:
            # Redis is gone: each process counts by itself until it is back.
            _log.warning("rate limits: Redis does not answer, counting in this process")
            return _hit(self._fallback, rule, windows, keys)

    def _clear_shared(self, rule: str, keys: tuple[str, ...]) -> None:
        from limits.errors import StorageError

        _clear(self._fallback, rule, keys)
        try:
            _clear(self._storage, rule, keys)
        except StorageError:
            _log.warning("rate limits: Redis does not answer")


def _hit(
    storage: Storage, rule: str, windows: Sequence[tuple[int, int]], keys: tuple[str, ...]
) -> float:
    """Count in every window; return the seconds to wait, 0 where none is full."""
    from limits.strategies import FixedWindowRateLimiter

    limiter = FixedWindowRateLimiter(storage)
    wait = 0.0
    for item in _items(rule, windows):
        if not limiter.hit(item, *map(digest, keys)):
            ends = limiter.get_window_stats(item, *map(digest, keys)).reset_time
            wait = max(wait, ends - time.time(), 1.0)
    return wait


def _clear(storage: Storage, rule: str, keys: tuple[str, ...]) -> None:
    from limits.strategies import FixedWindowRateLimiter

    limiter = FixedWindowRateLimiter(storage)
    for item in _items(rule, RULES[rule]):
        limiter.clear(item, *map(digest, keys))


def _items(rule: str, windows: Sequence[tuple[int, int]]) -> list[RateLimitItem]:
    from limits import RateLimitItemPerSecond

    return [RateLimitItemPerSecond(tries, seconds, rule) for tries, seconds in windows]


def network(address: str) -> str:
    """Return what counts as one address: IPv6 hosts own a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _spoken(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} seconds" if whole < 120 else f"{whole // 60} minutes"
