"""Recurrence rules of RFC 5545, expanded inside a window only.

Own arithmetic instead of a general iterator, because a rule is asked about 90 days and may have
begun years ago, never end, or never match: the work is bounded by the window, not by the rule.
Local times are whole seconds since 1970-01-01T00:00 on the wall clock (`Local`).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

Local = int
DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
MAX_OCCURRENCES = 2_000
"""Of one rule in one window; a rule that repeats more often is cut there, with a warning."""

_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_STEP = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY", *_STEP}


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed RRULE. `until` is on the wall clock of the start.

    `days` are pairs of n and weekday; n is 0 for “every”.
    """

    freq: str
    interval: int = 1
    count: int | None = None
    until: Local | None = None
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


class BadRule(ValueError):
    """The text is no rule; its message says why."""


def parse_rule(text: str, until: Local | None) -> Rule:
    """Read an RRULE value; `until` is its UNTIL, converted by the caller.

    Raises:
        BadRule: no known frequency, or a part that is no list of numbers in range.
    """
    parts: dict[str, str] = {}
    for part in text.upper().strip().strip(";").split(";"):
        key, _, value = part.partition("=")
        parts[key.strip()] = value.strip()
    freq = parts.get("FREQ", "")
    if freq not in _FREQUENCIES:
        raise BadRule(f"unknown frequency {freq[:20]!r}")
    return Rule(
        freq=freq,
        interval=max(1, _number(parts.get("INTERVAL", "1"), 1, 100_000)),
        count=_number(parts["COUNT"], 0, 10_000_000) if "COUNT" in parts else None,
        until=until,
        days=tuple(_weekday(item) for item in _items(parts, "BYDAY")),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        year_days=_numbers(parts, "BYYEARDAY", -366, 366),
        weeks=_numbers(parts, "BYWEEKNO", -53, 53),
        months=_numbers(parts, "BYMONTH", 1, 12),
        hours=_numbers(parts, "BYHOUR", 0, 23),
        minutes=_numbers(parts, "BYMINUTE", 0, 59),
        seconds=_numbers(parts, "BYSECOND", 0, 60),
        positions=_numbers(parts, "BYSETPOS", -366, 366),
        week_start=_WEEKDAYS.get(parts.get("WKST", "MO"), 0),
    )


def _items(parts: dict[str, str], key: str) -> list[str]:
    return [item.strip() for item in parts.get(key, "").split(",") if item.strip()][:400]


def _number(text: str, low: int, high: int) -> int:
    try:
        value = int(text)
    except ValueError as exc:
        raise BadRule(f"{text[:20]!r} is not a number") from exc
    if not low <= value <= high:
        raise BadRule(f"{value} is out of range")
    return value


def _numbers(parts: dict[str, str], key: str, low: int, high: int) -> tuple[int, ...]:
    return tuple(sorted({_number(item, low, high) for item in _items(parts, key)}))


def _weekday(item: str) -> tuple[int, int]:
    if item[-2:] not in _WEEKDAYS:
        raise BadRule(f"{item[:20]!r} is not a weekday")
    return (_number(item[:-2], -53, 53) if item[:-2] else 0, _WEEKDAYS[item[-2:]])


def local_of(moment: datetime) -> Local:
    """Return the wall-clock seconds of a datetime; its zone is ignored."""
    return (
        (moment.toordinal() - EPOCH) * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second
    )


def occurrences(rule: Rule, start: Local, low: Local, high: Local) -> tuple[list[Local], bool]:
    """Return the wall-clock starts in `low` ≤ t < `high`, and whether they were cut short."""
    if rule.until is not None:
        high = min(high, rule.until + 1)
    if high <= start or high <= low:
        return [], False
    if rule.count is not None:
        last = _last_counted(rule, start)
        if last is None:
            return [], False
        high = min(high, last + 1)
    if rule.freq == "DAILY" and not _filtered(rule):
        return _capped(_every(start, rule.interval * DAY, low, high))
    if rule.freq == "WEEKLY" and _weekdays_only(rule):
        return _capped(_weekly(rule, start, max(low, start), high))
    return _collect(_generate(rule, start, low), max(low, start), high)


def _weekdays_only(rule: Rule) -> bool:
    if rule.days and any(n for n, _ in rule.days):
        return False
    return not (
        rule.month_days or rule.year_days or rule.weeks or rule.months
        or rule.hours or rule.minutes or rule.seconds or rule.positions
    )  # fmt: skip


def _weekly(rule: Rule, start: Local, low: Local, high: Local) -> Sequence[Local]:
    """Weekly on some weekdays is an arithmetic row for each: the commonest rule, many times faster.

    Weeks begin on WKST, and every INTERVAL-th is counted from the week of the start.
    """
    step = rule.interval * 7 * DAY
    day, second = divmod(start, DAY)
    weekday = (day + EPOCH - 1) % 7  # ordinal 1 is a Monday
    first = day - (weekday - rule.week_start) % 7
    wanted = {w for _, w in rule.days} or {weekday}
    begins = ((first + (w - rule.week_start) % 7) * DAY + second for w in wanted)
    rows = [_every(begin, step, low, high) for begin in begins]
    return rows[0] if len(rows) == 1 else sorted(moment for row in rows for moment in row)


def _filtered(rule: Rule) -> bool:
    return bool(
        rule.days or rule.month_days or rule.year_days or rule.weeks or rule.months
        or rule.hours or rule.minutes or rule.seconds or rule.positions
    )  # fmt: skip


def _every(start: Local, step: int, low: Local, high: Local) -> range:
    first = start if low <= start else start + -(-(low - start) // step) * step
    return range(first, high, step)


def _capped(found: Sequence[Local]) -> tuple[list[Local], bool]:
    return list(found[:MAX_OCCURRENCES]), len(found) > MAX_OCCURRENCES


def _collect(found: Iterator[Local], low: Local, high: Local) -> tuple[list[Local], bool]:
    kept: list[Local] = []
    for index, moment in enumerate(found):
        if moment >= high:
            break
        if moment >= low:
            if len(kept) == MAX_OCCURRENCES:
                return kept, True
            kept.append(moment)
        if index > 50 * MAX_OCCURRENCES:
            return kept, True
    return kept, False


@lru_cache(maxsize=4096)
def _last_counted(rule: Rule, start: Local) -> Local | None:
    """The wall-clock start of occurrence number COUNT; counting needs the whole beginning."""
    count = rule.count or 0
    if count == 0:
        return None
    if rule.freq == "DAILY" and not _filtered(rule):
        return start + (count - 1) * rule.interval * DAY
    last = None
    for number, moment in enumerate(_generate(rule, start, start), 1):
        last = moment
        if number >= count or number >= 20_000:
            break
    return last


def _generate(rule: Rule, start: Local, low: Local) -> Iterator[Local]:
    """Yield starts in order, from about `low` on; ends after 400 years without any."""
    if rule.freq in _STEP:
        yield from _sub_daily(rule, start, low)
        return
    times = _times(rule, start)
    day = start // DAY + EPOCH
    for period in _periods(rule, day, max(low, start) // DAY + EPOCH):
        moments = [(d - EPOCH) * DAY + second for d in sorted(period) for second in times]
        if rule.positions:
            moments = _pick(moments, rule.positions)
        for moment in moments:
            if moment >= start:
                yield moment


def _pick(moments: list[Local], positions: tuple[int, ...]) -> list[Local]:
    size = len(moments)
    chosen = {p - 1 if p > 0 else size + p for p in positions if p}
    return [moments[index] for index in sorted(chosen) if 0 <= index < size]


def _times(rule: Rule, start: Local) -> list[int]:
    second_of_day = start % DAY
    hours = rule.hours or (second_of_day // 3600,)
    minutes = rule.minutes or (second_of_day // 60 % 60,)
    seconds = rule.seconds or (second_of_day % 60,)
    return [h * 3600 + m * 60 + min(s, 59) for h in hours for m in minutes for s in seconds][:2880]


def _sub_daily(rule: Rule, start: Local, low: Local) -> Iterator[Local]:
    step = _STEP[rule.freq] * rule.interval
    for moment in _every(start, step, low, low + 400 * DAY):
        day = moment // DAY + EPOCH
        if _matches_day(rule, day) and _matches_time(rule, moment % DAY):
            yield moment


def _matches_time(rule: Rule, second: int) -> bool:
    return (
        (not rule.hours or second // 3600 in rule.hours)
        and (not rule.minutes or second // 60 % 60 in rule.minutes)
        and (not rule.seconds or second % 60 in rule.seconds)
    )


def _matches_day(rule: Rule, ordinal: int) -> bool:
    """Apply BYMONTH, BYMONTHDAY, BYYEARDAY and the weekdays of BYDAY as filters."""
    when = date.fromordinal(ordinal)
    if rule.months and when.month not in rule.months:
        return False
    if rule.days and when.weekday() not in {weekday for _, weekday in rule.days}:
        return False
    if rule.month_days:
        length = calendar.monthrange(when.year, when.month)[1]
        if not {when.day, when.day - length - 1} & set(rule.month_days):
            return False
    if rule.year_days:
        position = when.timetuple().tm_yday
        length = 366 if calendar.isleap(when.year) else 365
        return bool({position, position - length - 1} & set(rule.year_days))
    return True


def _periods(rule: Rule, day: int, low: int) -> Iterator[list[int]]:
    """Yield the days (ordinals) of each period of the rule, beginning with the one at `low`."""
    if rule.freq == "DAILY":
        return _days(rule, day, low)
    if rule.freq == "WEEKLY":
        return _weeks(rule, day, low)
    return _months(rule, day, low) if rule.freq == "MONTHLY" else _years(rule, day, low)


_LAST = date(9990, 1, 1).toordinal()
_HORIZON = 146_097  # days in 400 years: a rule with no match by then has none


def _days(rule: Rule, day: int, low: int) -> Iterator[list[int]]:
    first = day if low <= day else day + -(-(low - day) // rule.interval) * rule.interval
    for ordinal in range(first, min(first + _HORIZON, _LAST), rule.interval):
        yield [ordinal] if _matches_day(rule, ordinal) else []


def _weeks(rule: Rule, day: int, low: int) -> Iterator[list[int]]:
    monday = day - (date.fromordinal(day).weekday() - rule.week_start) % 7
    step = 7 * rule.interval
    weekdays = [weekday for _, weekday in rule.days] or [date.fromordinal(day).weekday()]
    shifts = sorted({(weekday - rule.week_start) % 7 for weekday in weekdays})
    first = monday if low <= monday else monday + (low - monday) // step * step
    plain = not (rule.months or rule.month_days or rule.year_days)
    for week in range(first, min(first + _HORIZON, _LAST), step):
        days = [week + shift for shift in shifts]
        yield days if plain else [ordinal for ordinal in days if _matches_day(rule, ordinal)]


def _months(rule: Rule, day: int, low: int) -> Iterator[list[int]]:
    begin, now = date.fromordinal(day), date.fromordinal(low)
    base = begin.year * 12 + begin.month - 1
    skip = max(0, now.year * 12 + now.month - 1 - base) // rule.interval * rule.interval
    for index in range(base + skip, min(base + skip + 4800, 9990 * 12), rule.interval):
        year, month = index // 12, index % 12 + 1
        if rule.months and month not in rule.months:
            yield []
        else:
            yield _month_days(rule, year, month, begin.day)


def _month_days(rule: Rule, year: int, month: int, default: int) -> list[int]:
    first = date(year, month, 1).toordinal()
    length = calendar.monthrange(year, month)[1]
    if not rule.days and not rule.month_days:
        return [first + default - 1] if default <= length else []
    days = set(range(first, first + length))
    if rule.month_days:
        wanted = {d if d > 0 else length + 1 + d for d in rule.month_days}
        days &= {first + d - 1 for d in wanted if 1 <= d <= length}
    if rule.days:
        days &= _nth_weekdays(rule.days, first, length)
    return list(days)


def _nth_weekdays(days: tuple[tuple[int, int], ...], first: int, length: int) -> set[int]:
    found: set[int] = set()
    for nth, weekday in days:
        all_of_them = range(first + (weekday - (first - 1)) % 7, first + length, 7)
        if nth == 0:
            found.update(all_of_them)
        elif abs(nth) <= len(all_of_them):
            found.add(all_of_them[nth - 1 if nth > 0 else nth])
    return found


def _years(rule: Rule, day: int, low: int) -> Iterator[list[int]]:
    begin = date.fromordinal(day)
    # A week that belongs to a year by its number may begin in the year before.
    skip = max(0, date.fromordinal(low).year - 1 - begin.year) // rule.interval * rule.interval
    first = begin.year + skip
    for year in range(first, min(first + 400, 9990), rule.interval):
        yield _year_days(rule, year, begin)


def _year_days(rule: Rule, year: int, begin: date) -> list[int]:
    first = date(year, 1, 1).toordinal()
    length = 366 if calendar.isleap(year) else 365
    if rule.year_days:
        wanted = {d if d > 0 else length + 1 + d for d in rule.year_days}
        days = {first + d - 1 for d in wanted if 1 <= d <= length}
        return [ordinal for ordinal in days if _matches_day(rule, ordinal)]
    if rule.weeks:
        return _week_days(rule, year, begin)
    if rule.month_days or (rule.days and rule.months):
        months = rule.months or range(1, 13)
        return [d for month in months for d in _month_days(rule, year, month, begin.day)]
    if rule.days:
        return list(_nth_weekdays(rule.days, first, length))
    return [
        date(year, month, begin.day).toordinal()
        for month in rule.months or (begin.month,)
        if begin.day <= calendar.monthrange(year, month)[1]
    ]


def _week_days(rule: Rule, year: int, begin: date) -> list[int]:
    """Days of the numbered weeks; week 1 is the first with at least four days in the year."""
    starts = _week_one(year, rule.week_start)
    total = (_week_one(year + 1, rule.week_start) - starts) // 7
    weekdays = {weekday for _, weekday in rule.days} or {begin.weekday()}
    days: list[int] = []
    for number in rule.weeks:
        week = number if number > 0 else total + 1 + number
        if 1 <= week <= total:
            days += range(starts + (week - 1) * 7, starts + week * 7)
    return [
        d
        for d in days
        if date.fromordinal(d).weekday() in weekdays
        and (not rule.months or date.fromordinal(d).month in rule.months)
        and date.fromordinal(d).year == year
    ]


def _week_one(year: int, week_start: int) -> int:
    first = date(year, 1, 1)
    back = (first.weekday() - week_start) % 7
    return first.toordinal() - back + (7 if back > 3 else 0)
