"""The port that every calendar provider implements, and the card each opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol, runtime_checkable

from jobtracker.calendars.entry import Draft, Reading
from jobtracker.calendars.model import Calendar


@dataclass(frozen=True)
class ProviderInfo:
    """What an adapter is and what it needs; callers never test vendor names."""

    name: str
    title: str
    auth: Literal["none", "password", "oauth", "device_code"]
    terms_url: str
    settings: tuple[str, ...] = field(default=())
    """Names of what `connect` must be given."""
    secrets: tuple[str, ...] = field(default=())
    """Those of them that are kept encrypted."""


class CalendarProvider(Protocol):
    """One account with its calendars. All methods may raise the errors of `core.errors`.

    `save`, `put`, `remove` and `restore` are atomic: afterwards the event is there as a whole, or
    as it was. Snapshots are opaque texts that only the same provider understands.
    """

    info: ClassVar[ProviderInfo]

    def calendars(self) -> Sequence[Calendar]:
        """Return the calendars that are read."""
        ...

    def read(self, low: datetime, high: datetime) -> Reading:
        """Return at least the entries that touch `low` ≤ t < `high`."""
        ...

    def save(self, draft: Draft) -> None:
        """Create or replace the event of that UID."""
        ...

    def put(self, uid: str, ics: str) -> None:
        """Create or replace the event of that UID by iCalendar text as it came."""
        ...

    def remove(self, uid: str) -> None:
        """Delete the event of that UID; one that is already gone is no error."""
        ...

    def snapshot(self, uid: str) -> str | None:
        """Return the event as it is stored, None where there is none."""
        ...

    def restore(self, uid: str, snapshot: str | None) -> None:
        """Bring back what `snapshot` returned."""
        ...

    def close(self) -> None:
        """Give connections back; the provider is not used afterwards."""
        ...

    def ics(self, uid: str) -> str | None:
        """Return the event as iCalendar text, None where there is none."""
        ...


@runtime_checkable
class TakesMany(Protocol):
    """A provider that adds many new events in one atomic write."""

    def put_all(self, uids: list[str], ics: str) -> None:
        """Create the events of these UIDs, all in `ics`."""
        ...
