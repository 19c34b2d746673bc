"""The one source of the current time; fixed where `JOBTRACKER_NOW` or `--now` says so."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jobtracker.core.errors import BadInput

PERSONS_ZONE: ContextVar[ZoneInfo | None] = ContextVar("zone of the person served", default=None)
"""Set by `core.personal` while a person is served who has chosen a zone of their own."""


class Clock:
    """Tells the time in the person's zone. `fixed` is an aware datetime, or None for real time."""

    def __init__(self, zone: ZoneInfo | None = None, fixed: datetime | None = None) -> None:
        self._zone = zone or ZoneInfo("Europe/Zurich")
        self.fixed = fixed

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the person served, else that of the settings."""
        return persons_zone(self._zone)

    def now(self) -> datetime:
        """Return the current time, aware, in the person's zone."""
        return (self.fixed or datetime.now(UTC)).astimezone(self.zone)


def persons_zone(setting: ZoneInfo) -> ZoneInfo:
    """Return the zone of the person served, else the setting's."""
    return PERSONS_ZONE.get() or setting


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 time; one without an offset is in `zone`.

    Raises:
        BadInput: not an ISO 8601 time.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise BadInput(
            f"time {text[:40]!r} is not ISO 8601; write it like 2026-11-22T10:00:00+01:00"
        ) from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def parse_zone(name: str) -> ZoneInfo:
    """Return the IANA zone of that name.

    Raises:
        BadInput: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise BadInput(
            f"time zone {name[:60]!r} is not an IANA name such as Europe/Zurich"
        ) from exc
