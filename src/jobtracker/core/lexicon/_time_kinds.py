"""What a text can say of a time: a weekday, a date, a period, a distance, a part of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from jobtracker.core.lexicon._time_clock import Clock

Span = tuple[int, int]
Mod = Literal["", "this", "next", "coming", "last"]
Unit = Literal["minute", "hour", "day", "week", "month", "year", "weekend"]


@dataclass(frozen=True)
class Weekday:
    """A day of the week, 0 is Monday."""

    number: int
    mod: Mod


@dataclass(frozen=True)
class DayOffset:
    """So many days from today."""

    days: int


@dataclass(frozen=True)
class CalendarDay:
    """A date; `month` or `year` may be unsaid. `last_day` where a range within one month."""

    day: int
    month: int | None = None
    year: int | None = None
    last_day: int | None = None


@dataclass(frozen=True)
class Period:
    """A whole week, month or year, `offset` from the present one, or a named month or year.

    `third` is 1, 2 or 3 where only its beginning, middle or end is meant.
    """

    unit: Unit
    offset: int = 0
    month: int | None = None
    year: int | None = None
    week: int | None = None
    third: int | None = None


@dataclass(frozen=True)
class Distance:
    """`count` units from now (negative is past); `range` where all the time between is meant."""

    unit: Unit
    count: int
    range: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the day in hours; `anchored` where it can stand alone (“this afternoon”)."""

    hours: tuple[int, int]
    anchored: bool
    today: bool = False


@dataclass(frozen=True)
class Zone:
    """A time zone that was named."""

    zone: ZoneInfo


@dataclass(frozen=True)
class Atom:
    """A recognised part of a time."""

    value: Weekday | DayOffset | CalendarDay | Period | Distance | Part | Zone | Clock
    span: Span
