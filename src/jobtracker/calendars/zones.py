"""Time zones as calendars name them, and local times that clocks skip or show twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from jobtracker.core.clock import parse_zone
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say

_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$", re.I)
# Abbreviations as people write them; the ambiguous ones by the commonest use in job mail.
ABBREVIATIONS: dict[str, str] = {
    "UTC": "UTC", "GMT": "UTC", "BST": "Europe/London", "UK": "Europe/London",
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon",
    "CET": "Europe/Zurich", "CEST": "Europe/Zurich",
    "MEZ": "Europe/Zurich", "MESZ": "Europe/Zurich",
    "HEC": "Europe/Paris", "HNEC": "Europe/Paris", "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki", "MSK": "Europe/Moscow", "IST": "Asia/Kolkata",
    "GST": "Asia/Dubai", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "EST": "America/New_York", "EDT": "America/New_York",
    "ET": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago",
    "CT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver",
    "MT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
}  # fmt: skip


def name_of(zone: tzinfo) -> str:
    """Return the IANA name, or the offset where the zone has none."""
    return getattr(zone, "key", None) or str(zone)


@lru_cache(maxsize=512)
def resolve(tzid: str) -> tzinfo | None:
    """Return the zone behind an IANA name, a Windows name, an abbreviation, an offset or a path
    that ends in an IANA name; None where it is none of these.
    """
    name = tzid.strip().strip('"')
    if not name:
        return None
    if name.upper() in {"Z", "UTC", "ETC/UTC"}:
        return ZoneInfo("UTC")
    for candidate in (name, "/".join(name.split("/")[-3:]), "/".join(name.split("/")[-2:])):
        if "/" in candidate and (zone := _iana(candidate)):
            return zone
    from babel.core import get_global

    if olson := get_global("windows_zone_mapping").get(name):
        return _iana(olson)
    if short := ABBREVIATIONS.get(name.upper()):
        return ZoneInfo(short)
    return _offset(name) or _iana(name)


def _offset(name: str) -> tzinfo | None:
    if not (match := _OFFSET.match(name)):
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))


def _iana(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def parse_any(name: str) -> ZoneInfo:
    """Return the zone that a person or model named: IANA, Windows name or abbreviation.

    Raises:
        BadInput: no such zone.
    """
    zone = resolve(name)
    return zone if isinstance(zone, ZoneInfo) else parse_zone(name)


def attach(naive: datetime, zone: tzinfo) -> tuple[datetime, str | None]:
    """Put a local time into its zone as RFC 5545 reads it, with a note where that is not plain.

    A time in the spring gap moves on by the gap; one that happens twice is the first.
    """
    aware = naive.replace(tzinfo=zone)
    back = aware.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) != naive:
        return back, say("calendars.skipped_hour", at=naive, then=back, zone=name_of(zone))
    if aware.replace(fold=1).utcoffset() != aware.utcoffset():
        return aware, say("calendars.double_hour", at=naive, zone=name_of(zone))
    return aware, None


def parse_start(text: str, zone: ZoneInfo) -> tuple[datetime, str | None]:
    """Read an RFC 3339 time; one without an offset is local in `zone`. Returns it and a note.

    Raises:
        BadInput: not a time, or a local time that the clocks skip.
    """
    raw = text.strip()
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as exc:
        raise BadInput(say("calendars.bad_time", given=raw[:40])) from exc
    if not 1970 <= moment.year <= 9000:
        raise BadInput(f"time {raw[:40]!r} is out of range")
    if moment.tzinfo is not None:
        return moment.astimezone(zone), None
    aware, note = attach(moment, zone)
    if aware.replace(tzinfo=None) != moment:
        before = moment - (aware.replace(tzinfo=None) - moment)
        raise BadInput(
            say("calendars.no_such_hour", at=moment, zone=zone.key, before=before, after=aware)
        )
    return aware, note


def parse_bound(text: str, zone: ZoneInfo, *, end: bool) -> datetime:
    """Read one end of a range: a time, or a date that counts whole.

    Raises:
        BadInput: neither a time nor a date.
    """
    raw = text.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError as exc:
            raise BadInput(f"date {raw!r} does not exist") from exc
        if not 1970 <= day.year <= 9000:
            raise BadInput(f"date {raw!r} is out of range")
        return datetime.combine(day + timedelta(days=1 if end else 0), time(), zone)
    try:
        return parse_start(raw, zone)[0]
    except BadInput as exc:
        moment = _skipped(raw, zone)
        if moment is None:
            raise exc
        return moment


def _skipped(raw: str, zone: ZoneInfo) -> datetime | None:
    """A bound of a range may well lie in the spring gap."""
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return (
        attach(moment, zone)[0] if moment.tzinfo is None and 1970 <= moment.year <= 9000 else None
    )


@lru_cache(maxsize=64)
def offsets(zone: tzinfo, first_year: int, last_year: int) -> list[tuple[int, int]]:
    """Return (epoch second from which it holds, offset in seconds), oldest first, by bisection."""
    low = datetime(max(first_year, 2), 1, 1, tzinfo=UTC)
    high = datetime(min(last_year + 1, 9998), 1, 1, tzinfo=UTC)
    found = [(int(low.timestamp()), _seconds(low, zone))]
    step = timedelta(days=14)
    while low < high:
        after = min(low + step, high)
        if _seconds(after, zone) != found[-1][1]:
            left, right = low, after
            while right - left > timedelta(seconds=1):
                middle = left + (right - left) // 2
                middle = middle.replace(microsecond=0)
                if _seconds(middle, zone) == found[-1][1]:
                    left = middle
                else:
                    right = middle
            found.append((int(right.timestamp()), _seconds(right, zone)))
        low = after
    return found


def _seconds(moment: datetime, zone: tzinfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
