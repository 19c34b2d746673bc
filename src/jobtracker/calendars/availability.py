"""When a person is free: working hours less what the calendars hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from jobtracker.calendars import zones
from jobtracker.calendars.entry import Occurrence
from jobtracker.calendars.index import Index
from jobtracker.calendars.minutes import Stretch
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say, word

MAX_SPAN = timedelta(days=366)


@dataclass(frozen=True)
class Preferences:
    """How a person works; hours are local in `zone`, weekdays ISO."""

    zone: ZoneInfo
    work_start: time = time(8)
    work_end: time = time(18)
    work_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    buffer_minutes: int = 15
    notice_hours: int = 12
    travel_minutes: int = 30
    lunch: tuple[time, time] | None = None
    language: str = "en"
    """Of the titles of our own events: en, de, fr or it."""

    def describe(self) -> str:
        """Return the working hours in words."""
        names = [word("calendars.weekday", str(day)) for day in range(1, 8)]
        days = ", ".join(names[day - 1] for day in self.work_days)
        if len(self.work_days) > 2 and self.work_days == tuple(
            range(self.work_days[0], self.work_days[-1] + 1)
        ):
            days = f"{names[self.work_days[0] - 1]}–{names[self.work_days[-1] - 1]}"
        return f"{days} {self.work_start:%H:%M}–{self.work_end:%H:%M}"


def seconds(moment: datetime) -> int:
    """Return epoch seconds, rounded down."""
    return int(moment.timestamp() // 1)


def check_span(start: datetime, end: datetime) -> None:
    """Refuse an empty or endless range.

    Raises:
        BadInput: the end is not after the start, or more than a year later.
    """
    if end <= start:
        raise BadInput(say("calendars.end_first", start=start, end=end))
    if end - start > MAX_SPAN:
        raise BadInput(say("calendars.too_long_range"))


def check_duration(minutes: int) -> None:
    """Refuse durations that no meeting has.

    Raises:
        BadInput: zero, negative, or more than a day.
    """
    if not 1 <= minutes <= 24 * 60:
        raise BadInput(say("calendars.bad_duration", n=str(minutes)))


def working_stretches(low: int, high: int, prefs: Preferences) -> list[Stretch]:
    """Return the working hours inside `low` ≤ t < `high`, in order, lunch taken out."""
    return [
        (max(a, low), min(b, high))
        for day in _days(low, high, prefs.zone)
        if day.isoweekday() in prefs.work_days
        for a, b in _working_day(day, prefs)
        if max(a, low) < min(b, high)
    ]


def _days(low: int, high: int, zone: tzinfo) -> Iterable[date]:
    first = datetime.fromtimestamp(low, UTC).astimezone(zone).date()
    last = datetime.fromtimestamp(high, UTC).astimezone(zone).date()
    return (first + timedelta(days=n) for n in range(-1, (last - first).days + 1))


def _working_day(day: date, prefs: Preferences) -> list[Stretch]:
    opens = _at(day, prefs.work_start, prefs.zone)
    overnight = prefs.work_end <= prefs.work_start
    closes = _at(day + timedelta(days=1 if overnight else 0), prefs.work_end, prefs.zone)
    if prefs.lunch is None:
        return [(opens, closes)]
    lunch = [_at(day, clock, prefs.zone) for clock in prefs.lunch]
    return [
        (a, b) for a, b in ((opens, min(closes, lunch[0])), (max(opens, lunch[1]), closes)) if a < b
    ]


def _at(day: date, clock: time, zone: tzinfo) -> int:
    return seconds(zones.attach(datetime.combine(day, clock), zone)[0])


def conflicts(
    index: Index, low: int, high: int, ignore: frozenset[str] = frozenset()
) -> list[Occurrence]:
    """Return what takes any of `low` ≤ t < `high`; events of the UIDs in `ignore` do not."""
    return [
        o
        for o in index.between(low, high)
        if o.entry.busy and o.end > low and o.end > o.start and o.entry.uid not in ignore
    ]


def describe(occurrence: Occurrence, zone: tzinfo) -> str:
    """Return “Dentist” 14:30–15:30 as the language writes it, for a question or a note."""
    start, end = (
        datetime.fromtimestamp(t, UTC).astimezone(zone) for t in (occurrence.start, occurrence.end)
    )
    code = "calendars.taken" if start.date() == end.date() else "calendars.taken_days"
    code = "calendars.taken_day" if occurrence.entry.all_day else code
    what = say(code, title=occurrence.entry.summary[:60], start=start, end=end)
    tentative = occurrence.entry.status == "tentative"
    return say("calendars.tentative", what=what) if tentative else what
