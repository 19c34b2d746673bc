"""The one source of the current time; fixed where `JOBTRACKER_NOW` or `--now` says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jobtracker.core.errors import BadInput


@dataclass(frozen=True)
class Clock:
    """Tells the time in the person's zone. `fixed` is an aware datetime, or None for real time."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Zurich"))
    fixed: datetime | None = None

    def now(self) -> datetime:
        """Return the current time, aware, in the person's zone."""
        return (self.fixed or datetime.now(UTC)).astimezone(self.zone)


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
