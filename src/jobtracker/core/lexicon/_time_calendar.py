"""Calendar arithmetic of `times.find_times`: from what was said to days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from jobtracker.core.lexicon._time_atoms import shift_month
from jobtracker.core.lexicon._time_kinds import CalendarDay, Period

Grain = Literal["minute", "hour", "day_part", "day", "week", "month", "year"]
Prefer = Literal["future", "past"]


def at_minute(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    """Return the minute after midnight of a day; past 24 hours of the day behind it."""
    whole, minute = divmod(minutes, 60)
    days, hour = divmod(whole, 24)
    return datetime.combine(day + timedelta(days=days), time(hour, minute), tzinfo=zone)


def shifted(day: date, unit: str, count: int) -> date:
    """Return the day so many units later."""
    if unit in {"day", "week"}:
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return shift_month(day, count * (12 if unit == "year" else 1))


def grain_of(unit: str) -> Grain:
    """Return how exact a unit is."""
    if unit == "week" or unit == "month" or unit == "year":
        return unit
    return "day"


def third_of(start: date, end: date, third: int) -> tuple[date, date]:
    """The beginning, middle or end: of a week its working days, of a month ten days."""
    if (end - start).days == 7:
        first, last = ((0, 2), (1, 4), (3, 5))[third - 1]
    else:
        first, last = ((0, 10), (10, 20), (20, (end - start).days))[third - 1]
    return start + timedelta(days=first), start + timedelta(days=last)


def bounds_of(period: Period, today: date, prefer: Prefer) -> tuple[date, date]:
    """Return the first day of a period, and the one behind its last."""
    if period.month is not None:
        return bounds_of_month(period, period.month, today, prefer)
    if period.unit == "year":
        year = period.year or today.year + period.offset
        return date(year, 1, 1), date(year + 1, 1, 1)
    if period.unit == "month":
        first = shift_month(today.replace(day=1), period.offset)
        return first, shift_month(first, 1)
    monday = monday_of(period, today)
    if period.unit == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=7)
    return monday, monday + timedelta(days=7)


def bounds_of_month(period: Period, month: int, today: date, prefer: Prefer) -> tuple[date, date]:
    """Return the first day of a named month, and the one behind its last."""
    year = period.year or today.year
    if period.year is None and prefer == "future" and month < today.month:
        year += 1
    if period.year is None and prefer == "past" and month > today.month:
        year -= 1
    first = date(year, month, 1)
    return first, shift_month(first, 1)


def monday_of(period: Period, today: date) -> date:
    """Return the Monday of the week that is meant."""
    if period.week is not None:
        year = today.year + (period.week < today.isocalendar().week)
        return date.fromisocalendar(year, period.week, 1)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=period.offset)


def day_said(said: CalendarDay, today: date, prefer: Prefer) -> date:
    """Return the day of a date whose year or month may be left out."""
    if said.month is None:
        return nearest_day(said.day, today, prefer)
    if said.year is not None:
        return date(said.year, said.month, said.day)
    steps = (0, 1, 2, 3, 4) if prefer == "future" else (0, -1, -2, -3, -4)
    for step in steps:  # 29 February needs up to four years
        try:
            day = date(today.year + step, said.month, said.day)
        except ValueError:
            continue
        if day == today or (day > today) == (prefer == "future"):
            return day
    raise ValueError("no such day")


def nearest_day(number: int, today: date, prefer: Prefer) -> date:
    """Return the next day of that number."""
    for step in (0, 1, 2) if prefer == "future" else (0, -1, -2):
        first = shift_month(today.replace(day=1), step)
        day = first + timedelta(days=number - 1)
        if day.month == first.month and (day == today or (day > today) == (prefer == "future")):
            return day
    raise ValueError("no such day")
