"""The events of a turn for other processes, so that a stream may be resumed on any of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Protocol

from jobtracker.web.stream import Event

if TYPE_CHECKING:
    from jobtracker.core.settings import Settings


class Relay(Protocol):
    """Carries the events of turns between the processes that serve."""

    async def publish(self, turn_id: str, user: str, event: Event) -> None:
        """Offer an event to the others. A relay that is out of reach never fails the turn."""
        ...

    async def knows(self, turn_id: str, user: str) -> bool:
        """Tell whether the user has that turn in some process."""
        ...

    def read(self, turn_id: str, user: str, after: int) -> AsyncGenerator[Event]:
        """Yield its events after number `after`.

        Raises:
            NotFound: the user has no such turn.
        """
        ...

    async def followed(self, turn_id: str) -> bool:
        """Tell whether somebody reads the turn elsewhere."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


def open_relay(settings: Settings) -> Relay | None:
    """Return the relay that goes with the settings; None where a process stands alone."""
    if not settings.redis.url:
        return None
    from jobtracker.web.relay_redis import RedisRelay

    return RedisRelay(
        settings.redis.url, settings.server.resume_seconds * 4, settings.redis.timeout_seconds
    )
