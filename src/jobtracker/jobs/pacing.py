"""A source's manners: its published rate, a second try for what may pass, a breaker.

`limits` keeps the rate per call, not per search: a board of a hundred pages is a hundred calls.
`stamina` tries again, `purgatory` stops asking a source that keeps failing and probes it after a
while. The libraries are imported with the first live search.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio

from jobtracker.core.errors import RateLimited, Unavailable
from jobtracker.jobs.sources.port import Fetcher, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Fetched

ATTEMPTS = 2
BROKEN_AFTER = 3
"""Runs that failed one after the other."""
PROBE_SECONDS = 60.0


class Guards:
    """The libraries with their state: one of these for all sources of a process."""

    def __init__(self) -> None:
        import time

        import stamina
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter
        from purgatory import AsyncCircuitBreakerFactory
        from purgatory.domain.model import OpenedState

        # A second try is nothing that a person at a terminal wants to read of.
        stamina.instrumentation.set_on_retry_hooks(())
        self.clock = time.time
        self.item = RateLimitItemPerMinute
        self.limiter = MovingWindowRateLimiter(MemoryStorage())
        self.opened: type[Exception] = OpenedState
        self.breakers = AsyncCircuitBreakerFactory(
            default_threshold=BROKEN_AFTER,
            default_ttl=PROBE_SECONDS,
            exclude=[(BaseException, _harmless)],
        )
        self.retries: Callable[[], Any] = lambda: stamina.retry_context(
            on=_passing, attempts=ATTEMPTS, wait_initial=0.1, wait_max=1.0, timeout=None
        )


class Paced:
    """Fetches of one source, within its rate; a caller waits for its turn `patience` seconds."""

    def __init__(self, http: Fetcher, guards: Guards, info: SourceInfo, patience: float) -> None:
        self._http = http
        self._guards = guards
        self._info = info
        self._patience = patience

    async def aget(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Fetched:
        """Fetch a URL.

        Raises:
            RateLimited: its turn comes too late, or the vendor asks to slow down.
            JobTrackerError: as `Http.get` does.
        """
        return await self._call(
            lambda: self._http.aget(url, params=params, headers=headers, follow=follow)
        )

    async def apost(
        self,
        url: str,
        *,
        json: Any,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send JSON for an answer; raises as `aget` does."""
        return await self._call(
            lambda: self._http.apost(url, json=json, params=params, headers=headers)
        )

    async def _call(self, fetch: Callable[[], Awaitable[Fetched]]) -> Fetched:
        failed: Unavailable | None = None
        async for attempt in self._guards.retries():
            with attempt:
                try:
                    await self._turn()
                except RateLimited:
                    # No turn is left for a second try: what the first one said is the answer.
                    if failed is not None:
                        raise failed from None
                    raise
                try:
                    return await fetch()
                except Unavailable as exc:
                    failed = exc
                    raise
        raise Unavailable(f"{self._info.title} gave no answer")

    async def _turn(self) -> None:
        limit = self._guards.item(self._info.per_minute)
        limiter, name = self._guards.limiter, self._info.name
        while not limiter.hit(limit, name):
            until = limiter.get_window_stats(limit, name).reset_time
            wait = max(0.05, until - self._guards.clock())
            if wait > self._patience:
                raise RateLimited(f"{name} is asked often enough", max(1.0, wait))
            await anyio.sleep(wait)


def _passing(exc: Exception) -> bool:
    """Only trouble of the moment is tried again, and never against a Retry-After."""
    return isinstance(exc, Unavailable) and exc.retry_after is None


def _harmless(exc: BaseException) -> bool:
    """A refusal that is about the question does not count as the source being broken."""
    return not isinstance(exc, Unavailable)
