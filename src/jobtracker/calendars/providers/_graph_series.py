"""How Graph writes repeating events: RRULE to its patternedRecurrence.
https://learn.microsoft.com/graph/api/resources/patternedrecurrence
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jobtracker.calendars.icstext import Component
from jobtracker.calendars.reading import Moment, Zones, parse_moment
from jobtracker.calendars.recurrence import BadRule, Rule, local_of, parse_rule
from jobtracker.core.errors import BadInput, NotSupported

Json = dict[str, Any]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEX = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


def patterned(event: Component, start: Moment, zone: str, known: Zones) -> Json | None:
    """Return the recurrence of an event as Graph takes it; None where it does not repeat.

    Raises:
        NotSupported: it repeats in a way that Outlook cannot.
        BadInput: its rule cannot be read.
    """
    prop = event.get("RRULE")
    if event.get("RDATE"):
        raise _cannot("on dates of a list (RDATE)")
    if prop is None:
        return None
    try:
        rule = parse_rule(prop.value, _until(prop.value, start))
    except BadRule as exc:
        raise BadInput(f"its rule {prop.value[:60]!r} cannot be read: {exc}") from exc
    return {"pattern": _pattern(rule, start), "range": _range(rule, start, zone)}


def excluded(event: Component, known: Zones) -> list[Moment]:
    """Return the occurrences that are taken out (EXDATE)."""
    found: list[Moment] = []
    for prop in event.all("EXDATE"):
        for part in prop.value.split(","):
            one = type(prop)(prop.name, part, dict(prop.params))
            if (moment := parse_moment(one, known)) is not None:
                found.append(moment)
    return found


def _until(text: str, start: Moment) -> int | None:
    """The day of UNTIL on the wall clock; Graph knows days alone."""
    for part in text.upper().split(";"):
        if part.startswith("UNTIL="):
            day = datetime.strptime(part[6:14], "%Y%m%d")  # noqa: DTZ007 - a wall-clock day
            return local_of(day) + 86_399
    return None


def _cannot(how: str) -> NotSupported:
    return NotSupported(f"Outlook cannot repeat an event {how}; use another calendar for it")


def _day(local: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=local)  # noqa: DTZ001 - wall clock


def _pattern(rule: Rule, start: Moment) -> Json:
    if rule.year_days or rule.weeks or rule.hours or rule.minutes or rule.seconds:
        raise _cannot("by days of the year, weeks or hours")
    day = _day(start.local)
    make = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}
    if rule.freq not in make:
        raise _cannot(f"{rule.freq.lower()}")
    return {"interval": rule.interval, **make[rule.freq](rule, day)}


def _daily(rule: Rule, day: datetime) -> Json:
    if rule.days and rule.interval == 1 and not (rule.months or rule.month_days):
        return _weekly(rule, day)  # “daily on weekdays” is weekly on these days
    if rule.days or rule.months or rule.month_days or rule.positions:
        raise _cannot("daily with further conditions")
    return {"type": "daily"}


def _weekly(rule: Rule, day: datetime) -> Json:
    if rule.months or rule.positions:
        raise _cannot("weekly in some months only")
    days = [_DAYS[weekday] for _, weekday in rule.days] or [_DAYS[day.weekday()]]
    return {"type": "weekly", "daysOfWeek": days, "firstDayOfWeek": _DAYS[rule.week_start]}


def _monthly(rule: Rule, day: datetime) -> Json:
    if rule.months:
        raise _cannot("in some months only")
    return _in_month(rule, day, "Monthly")


def _yearly(rule: Rule, day: datetime) -> Json:
    if len(rule.months) > 1:
        raise _cannot("in several months of a year")
    month = rule.months[0] if rule.months else day.month
    return {"month": month, **_in_month(rule, day, "Yearly")}


def _in_month(rule: Rule, day: datetime, what: str) -> Json:
    if rule.days and not rule.month_days:
        orders = {n for n, _ in rule.days} | set(rule.positions)
        orders.discard(0)
        if len(orders) != 1 or (order := orders.pop()) not in _INDEX:
            raise _cannot("on several weekdays of a month")
        names = [_DAYS[weekday] for _, weekday in rule.days]
        return {"type": f"relative{what}", "daysOfWeek": names, "index": _INDEX[order]}
    if rule.days or rule.positions or len(rule.month_days) > 1:
        raise _cannot("on several days of a month")
    number = rule.month_days[0] if rule.month_days else day.day
    if number < 1:
        raise _cannot("on days counted from the end of a month")
    return {"type": f"absolute{what}", "dayOfMonth": number}


def _range(rule: Rule, start: Moment, zone: str) -> Json:
    first = {"startDate": f"{_day(start.local):%Y-%m-%d}", "recurrenceTimeZone": zone}
    if rule.count is not None:
        return {"type": "numbered", "numberOfOccurrences": rule.count, **first}
    if rule.until is not None:
        return {"type": "endDate", "endDate": f"{_day(rule.until):%Y-%m-%d}", **first}
    return {"type": "noEnd", **first}
