"""An event as it is kept in memory: small, parsed once, expanded on demand."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from jobtracker.calendars.model import Kind, Status
from jobtracker.calendars.recurrence import Local, Rule


@dataclass(slots=True)
class Entry:
    """One VEVENT. `start` is wall-clock time in `zone`; without a zone it is the reader's.

    `seconds` is the exact duration of a timed event, `days` the length of an all-day one.
    """

    uid: str
    summary: str
    start: Local
    seconds: int
    zone: tzinfo | None = None
    days: int = 0
    status: Status = "confirmed"
    busy: bool = True
    rule: Rule | None = None
    rdates: tuple[Local, ...] = ()
    exdates: frozenset[Local] = frozenset()
    exdays: frozenset[int] = frozenset()
    recurrence_id: Local | None = None
    this_and_future: bool = False
    location: str | None = None
    link: str | None = None
    description: str | None = None
    kind: Kind = "event"
    company: str | None = None
    role: str | None = None
    application_id: str | None = None
    related: str | None = None
    sequence: int = 0
    calendar: str = "local"

    @property
    def all_day(self) -> bool:
        """Whether it takes whole days."""
        return self.days > 0


@dataclass(slots=True, frozen=True)
class Occurrence:
    """An entry at one time; both ends are epoch seconds."""

    start: int
    end: int
    entry: Entry
    recurring: bool = False


@dataclass(frozen=True)
class Draft:
    """An event of ours that is to be written. Times are aware; `reminders` are minutes before."""

    uid: str
    summary: str
    start: datetime
    end: datetime
    timezone: str
    kind: Kind = "event"
    location: str | None = None
    link: str | None = None
    description: str | None = None
    company: str | None = None
    role: str | None = None
    application_id: str | None = None
    related: str | None = None
    reminders: tuple[int, ...] = ()
    sequence: int = 0
    busy: bool = True


@dataclass
class Reading:
    """What a provider knows: entries, and what could not be read. `version` changes with them."""

    entries: list[Entry]
    version: int
    warnings: list[str] = field(default_factory=list[str])


def event_id(uid: str) -> str:
    """Return the short id of an event, the same for the same UID."""
    digest = hashlib.blake2b(uid.encode("utf-8", "replace"), digest_size=8).digest()
    return "evt_" + base64.b32encode(digest).decode().rstrip("=").lower()
