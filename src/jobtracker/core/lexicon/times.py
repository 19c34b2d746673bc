"""Reads dates, times and durations in English, German, French and Italian.

Written by hand because the general parsers read “80–100 %”, “may” or a version number as dates,
and take tens of milliseconds a message; this one takes well under one.
"""

from __future__ import annotations

# ruff: noqa: E501 (patterns are read more easily unbroken)
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from jobtracker.core.lexicon._durations import DurationMention, find_durations
from jobtracker.core.lexicon._time_atoms import atoms
from jobtracker.core.lexicon._time_calendar import (
    Grain,
    Prefer,
    at_minute,
    bounds_of,
    day_said,
    grain_of,
    monday_of,
    shifted,
    third_of,
)
from jobtracker.core.lexicon._time_clock import Clock
from jobtracker.core.lexicon._time_kinds import (
    Atom,
    CalendarDay,
    DayOffset,
    Distance,
    Part,
    Period,
    Weekday,
    Zone,
)
from jobtracker.core.lexicon._time_words import may_hold_time, plain
from jobtracker.core.lexicon.lazy import lazy

__all__ = ["DurationMention", "TimeMention", "find_durations", "find_times"]


@dataclass(frozen=True)
class TimeMention:
    """A time that was said; `end` (exclusive) for ranges, day parts, weeks, months and years.

    `has_date` and `has_clock` tell which of both was said; the other one was filled in. `daily` are
    the minutes since midnight that are meant on each day of a week (“next week between 9 and 12”).
    """

    start: datetime
    end: datetime | None
    grain: Grain
    past: bool
    span: tuple[int, int]
    has_date: bool = True
    has_clock: bool = False
    daily: tuple[int, int] | None = None


_BARE_HOUR = lazy(
    r"\s+(?:at |um |a |alle )?([7-9]|1\d|20)(?=\s*(?:$|[,;.?!)](?!\d)|[eo]u?\b|or\b|oder\b|and\b|und\b))"
)
_WEEKDAY_END = lazy(r"(?i)(day|tag|mittwoch|di|bato|nica|manche|\b(mo|tu|we|th|fr|sa|su)\w{0,3})$")


@dataclass
class _Group:
    """Neighbouring parts that make one time."""

    span: tuple[int, int]
    day: CalendarDay | DayOffset | None = None
    weekday: Weekday | None = None
    period: Period | None = None
    distance: Distance | None = None
    clock: Clock | None = None
    part: Part | None = None
    zone: Zone | None = None
    since: bool = field(default=False)


_GLUE = lazy(
    r"[\s,;()·@-]*(?:(?:at|um|à|a|alle|ab|from|von|vom|de|dalle|den|the|le|il|on|of|der|am|in|im|nel|du|"
    r"del|della|la|l'|des|dans|around|about|gegen|vers|verso|circa|ca\.?|between|zwischen|entre|tra|is|ist|"
    r"dem|d'|ore|T)[\s,]*){0,3}",
    re.IGNORECASE,
)
_TO = lazy(
    r"[\s,]*(?:-|to|until|till|through|bis(?: zum| am)?|au|jusqu'au|à|al|fino al?)[\s,]*(?:the |le )?",
    re.IGNORECASE,
)
_AND = lazy(r"\s*(?:and|und|et|e)\s*(?:the |le |il )?", re.IGNORECASE)
_BETWEEN = lazy(r"\b(?:between|zwischen|entre|tra|fra)\s*(?:the |le |il |dem )?$", re.IGNORECASE)
_SINCE = lazy(
    r"\b(?:since|seit(?: dem)?|depuis(?: le| la)?|da(?:l|lla)?)\s*(?:the |le )?$", re.IGNORECASE
)


def find_times(
    text: str, now: datetime, language: str | None = None, *, prefer: Prefer = "future"
) -> list[TimeMention]:
    """Return the times of `text` in order, relative to the aware `now` and in its zone.

    `language` (BCP 47) decides 12/03 and words that two languages share. `prefer` says where a
    bare weekday or a date without a year lies; the caller knows it from the verb.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    flat = plain(text)
    if not may_hold_time(flat):
        return []
    found: list[TimeMention] = []
    groups = _groups(flat, atoms(flat, language))
    for group in groups:
        try:
            mention = _resolve(group, now, prefer)
        except (ValueError, OverflowError):
            continue  # a date that no calendar has, e.g. in 9000 years
        if mention:
            found.append(mention)
    return _ranges(flat, [_with_bare_hour(flat, mention) for mention in found])


def _with_bare_hour(text: str, mention: TimeMention) -> TimeMention:
    """Read “Tuesday 10” as ten o'clock, unless that day is the tenth of its month."""
    after = _BARE_HOUR.match(text, mention.span[1])
    said = text[mention.span[0] : mention.span[1]]
    if (
        after is None
        or mention.grain != "day"
        or mention.has_clock
        or not _WEEKDAY_END.search(said)
    ):
        return mention
    hour = int(after[1])
    if hour in (mention.start.day, (mention.start + timedelta(days=28)).day):
        return mention
    start, span = mention.start.replace(hour=hour), (mention.span[0], after.end(1))
    return replace(mention, start=start, grain="hour", span=span, has_clock=True)


def _groups(text: str, parts: Sequence[Atom]) -> list[_Group]:
    groups: list[_Group] = []
    for atom in parts:
        last = groups[-1] if groups else None
        if last and _GLUE.fullmatch(text[last.span[1] : atom.span[0]]) and _add(last, atom):
            last.span = (last.span[0], atom.span[1])
            continue
        group = _Group(atom.span)
        _add(group, atom)
        head = text[max(0, atom.span[0] - 12) : atom.span[0]]
        # Italian “da” is also “from”; with a day it mostly looks back.
        group.since = _SINCE.search(head) is not None
        groups.append(group)
    return groups


def _add(group: _Group, atom: Atom) -> bool:
    """Put the part into the group unless one like it is there already."""
    value = atom.value
    if isinstance(value, (CalendarDay, DayOffset)):
        counted = group.distance and not (isinstance(value, DayOffset) and _counts(group.distance))
        name, clash = "day", group.day or counted
    elif isinstance(value, Weekday):
        counted = group.distance and not _counts(group.distance)
        name, clash = "weekday", group.weekday or counted
    elif isinstance(value, Period):
        only_week = value.unit == "week" and group.day is None
        name, clash = "period", group.period or not (only_week or not group.weekday)
    else:
        name = type(value).__name__.lower()
        dated = isinstance(value, Distance) and bool(
            group.period or group.clock or (group.day and not _from_a_day(group, value))
        )
        clash = getattr(group, name) or dated
    if clash:
        return False
    setattr(group, name, value)
    return True


def _counts(distance: Distance) -> bool:
    """Whether it can be counted from a day: “a week from tomorrow”."""
    return distance.count > 0 and not distance.range and distance.unit not in ("minute", "hour")


def _from_a_day(group: _Group, distance: Distance) -> bool:
    """“Heute in einer Woche”, “aujourd'hui en huit”."""
    return isinstance(group.day, DayOffset) and distance.unit == "week" and _counts(distance)


def _resolve(group: _Group, now: datetime, prefer: Prefer) -> TimeMention | None:
    zone: tzinfo = group.zone.zone if group.zone else (now.tzinfo or now.astimezone().tzinfo)  # type: ignore[assignment]
    local = now.astimezone(zone)
    if group.distance and not group.weekday:
        return _distance(group, group.distance, local)
    prefer = "past" if group.since else prefer
    if group.period and not group.weekday and not group.day:
        mention = _period(group, group.period, local, prefer)
    else:
        mention = _moment(group, local, prefer)
    if mention and group.since and mention.start <= local:
        return replace(mention, end=local, past=True)
    return mention


def _distance(group: _Group, distance: Distance, now: datetime) -> TimeMention:
    unit, count = distance.unit, distance.count
    if isinstance(group.day, DayOffset):
        now += timedelta(days=group.day.days)
    if unit in {"minute", "hour"}:
        delta = timedelta(minutes=count * (60 if unit == "hour" else 1))
        moment = (now.astimezone(UTC) + delta).astimezone(now.tzinfo)
        grain: Grain = "minute" if unit == "minute" else "hour"
    else:
        moment, grain = at_minute(shifted(now.date(), unit, count), 0, now.tzinfo), grain_of(unit)
    if distance.range:
        start, end = (moment, now) if count < 0 else (now, moment)
        return TimeMention(start, end, grain, count < 0, group.span)
    if group.clock or group.part:
        day = _Group(group.span, clock=group.clock, part=group.part)
        return _with_clock(day, moment.date(), now, has_date=True) or _bare(
            group, moment, grain, count
        )
    return _bare(group, moment, grain, count)


def _bare(group: _Group, moment: datetime, grain: Grain, count: int) -> TimeMention:
    return TimeMention(moment, None, grain, count < 0, group.span)


def _period(group: _Group, period: Period, now: datetime, prefer: Prefer) -> TimeMention:
    start, end = bounds_of(period, now.date(), prefer)
    if period.third is not None:
        start, end = third_of(start, end, period.third)
    first, after = at_minute(start, 0, now.tzinfo), at_minute(end, 0, now.tzinfo)
    mention = TimeMention(first, after, grain_of(period.unit), after <= now, group.span)
    return replace(mention, daily=_daily(group)) if period.unit in ("week", "weekend") else mention


def _daily(group: _Group) -> tuple[int, int] | None:
    """The hours of each day that are meant, where a range or a part of the day is said."""
    if group.clock is not None and group.clock.end is not None:
        start, end = _in_part(group.clock, group.part)
        return start, end or start
    if group.part is not None:
        first, last = group.part.hours
        return first * 60, last * 60
    return None


def _moment(group: _Group, now: datetime, prefer: Prefer) -> TimeMention | None:
    today = now.date()
    has_date = True
    if isinstance(group.day, DayOffset):
        day = today + timedelta(days=group.day.days)
    elif group.day is not None:
        day = day_said(group.day, today, prefer)
    elif group.weekday is not None:
        day = _weekday(group, group.weekday, now, prefer)
    else:
        has_date = bool(group.part and group.part.today)
        day = _today_or_tomorrow(group, now, prefer)
    mention = _with_clock(group, day, now, has_date=has_date)
    if mention is not None:
        return mention
    if not has_date:
        return None
    start = at_minute(day, 0, now.tzinfo)
    end = None
    if isinstance(group.day, CalendarDay) and group.day.last_day:
        end = at_minute(day.replace(day=group.day.last_day), 1440, now.tzinfo)
    return TimeMention(start, end, "day", day < today, group.span)


def _weekday(group: _Group, said: Weekday, now: datetime, prefer: Prefer) -> date:
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    if group.period and group.period.unit == "week":
        return monday_of(group.period, today) + timedelta(days=said.number)
    ahead = (said.number - today.weekday()) % 7
    if said.mod == "next":
        return monday + timedelta(days=7 + said.number)
    if said.mod == "last" or (prefer == "past" and not said.mod):
        back = (today.weekday() - said.number) % 7
        return today - timedelta(days=back or (0 if group.since else 7))
    if said.mod == "this":
        day = monday + timedelta(days=said.number)
        return day if day >= today else day + timedelta(days=7)
    day = today + timedelta(days=(ahead or 7))
    later = group.clock is not None and at_minute(today, group.clock.start, now.tzinfo) > now
    if ahead == 0 and later and not said.mod:
        day = today
    if group.distance and group.distance.unit == "week":  # “Tuesday in two weeks”
        return today + timedelta(days=ahead + 7 * group.distance.count)
    return day


def _today_or_tomorrow(group: _Group, now: datetime, prefer: Prefer) -> date:
    today = now.date()
    start = _in_part(group.clock, group.part)[0] if group.clock else 1440
    gone = at_minute(today, start, now.tzinfo) <= now and not (group.part and group.part.today)
    return today + timedelta(days=1) if gone and prefer == "future" else today


def _with_clock(group: _Group, day: date, now: datetime, *, has_date: bool) -> TimeMention | None:
    """Join the day with the clock time or the part of the day; None where neither was said."""
    zone = now.tzinfo
    if group.clock is None:
        if group.part is None or not (has_date or group.part.anchored):
            return None
        first, last = group.part.hours
        start, end = at_minute(day, first * 60, zone), at_minute(day, last * 60, zone)
        return TimeMention(start, end, "day_part", end <= now, group.span, has_date)
    start_minutes, end_minutes = _in_part(group.clock, group.part)
    start = at_minute(day, start_minutes, zone)
    end = at_minute(day, end_minutes, zone) if end_minutes is not None else None
    grain: Grain = "minute" if group.clock.exact else "hour"
    return TimeMention(start, end, grain, start < now, group.span, has_date, has_clock=True)


def _in_part(clock: Clock, part: Part | None) -> tuple[int, int | None]:
    """“8 in the evening” is 20:00, “3 in the morning” is 03:00."""
    start, end = clock.start, clock.end
    if part is None or clock.sure:
        return start, end
    shift = 0
    if part.hours[0] < 12 and start >= 13 * 60:
        shift = -720
    elif part.hours[0] >= 12 and start < 12 * 60:
        shift = 720
    start += shift
    end = None if end is None else end + shift
    return start, end if end is None or end > start else end + 720


def _ranges(text: str, found: list[TimeMention]) -> list[TimeMention]:
    """Join “Monday to Friday” and “between 1 December and 5 January” into one range."""
    joined: list[TimeMention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if last and last.has_date and last.grain == mention.grain and last.end is None:
            between = text[last.span[1] : mention.span[0]]
            head = text[: last.span[0]][-14:]
            if _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(head)):
                joined[-1] = _join(last, mention)
                continue
        joined.append(mention)
    return joined


def _join(first: TimeMention, last: TimeMention) -> TimeMention:
    end = last.end or last.start
    if last.grain == "day" and last.end is None:
        end = at_minute(last.start.date(), 1440, last.start.tzinfo)
    if end <= first.start:
        end += timedelta(days=7) if last.grain == "day" else timedelta(0)
    if end <= first.start:
        return first
    return replace(first, end=end, span=(first.span[0], last.span[1]))
