"""Joins what was said apart: a day here and its hours after it, two days that share an hour."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from jobtracker.core.lexicon.times import TimeMention

_I = re.IGNORECASE
_LOOSE_HOUR = re.compile(
    r"\s*,?\s*(?:at|um|à|alle(?: ore)?|ore)?\s*(?P<h>[01]?\d|2[0-3])(?:\s*(?:uhr|h|o'clock))?(?!\s*(?:[\d.:/%-]|min|jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|st\b|nd\b|rd\b|th\b|people|years|jahre))(?=\W|$)",
    _I,
)
_NEXT_CLOCK = re.compile(
    r"\s*(?:,|;|/|or|oder|ou|o|oppure|and|und|et|e)+\s*(?:or |oder |ou |oppure )?(?:at |um |à |alle (?:ore )?)?(?P<h>[01]?\d|2[0-3])[:.h](?P<m>[0-5]\d)(?![\d.])",
    _I,
)
_TIME_LABEL = re.compile(
    r"\s*(?:p\.\s?v\.|c\.\s?m\.|c\.\s?a\.|d\.\s?[JM]\.)[\s,]*(?:alle(?: ore)?|um|à|at)?\s*|:?\s*\n\s*|[\s|,;*•-]*(?:\([^)\n]{0,30}\))?[\s|,;*•-]*(?:time|start(?:ing)?(?: time)?|begin\w*|uhrzeit|zeit|beginn|heure|horaire|début|ora|orario|inizio|um|at|à|alle)\s?:?[\s*|]*",
    _I,
)
_OR = re.compile(
    r"[\s\d.]{0,5}\s*(?:,|/|or|oder|ou|o|oppure|and|und|et|e)\s*(?:on |am |le |il )?\s*", _I
)


def joined(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """Give clock times the day said just before, and days a bare hour said just after."""
    found: list[TimeMention] = []
    for index, mention in enumerate(mentions):
        last = found[-1] if found else None
        gap = text[last.span[1] : mention.span[0]] if last else ""
        near = last is not None and (
            (len(gap) <= 30 and not re.search(r"[.!?]\s|\n\s*\n", gap))
            or _TIME_LABEL.fullmatch(gap)
        )
        if last and near and last.has_date and not mention.has_date and mention.has_clock:
            moved = _on_day(mention, last)
            if not last.has_clock:
                found[-1] = moved
            else:
                found.append(moved)
            continue
        if mention.has_date and not mention.has_clock and mention.grain == "day":
            limit = mentions[index + 1].span[0] if index + 1 < len(mentions) else len(text)
            mention = _with_bare_hour(text, mention, limit)
        found.append(mention)
        if mention.has_date and mention.has_clock:
            limit = mentions[index + 1].span[0] if index + 1 < len(mentions) else len(text)
            found += _more_clocks(text, mention, limit)
    return _with_shared_hour(text, found)


def _more_clocks(text: str, mention: TimeMention, limit: int) -> list[TimeMention]:
    """Read further hours of the same day: “at 9:30, 11:00 or 14:00”."""
    more: list[TimeMention] = []
    position = mention.span[1]
    while match := _NEXT_CLOCK.match(text, position, limit):
        clock = time(int(match["h"]), int(match["m"]))
        start = datetime.combine(mention.start.date(), clock, mention.start.tzinfo)
        more.append(replace(mention, start=start, end=None, grain="minute", span=match.span()))
        position = match.end()
    return more


def _with_shared_hour(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """Give “Thursday or Friday at 10” the hour on both days."""
    found = list(mentions)
    for index in range(len(found) - 2, -1, -1):
        day, after = found[index], found[index + 1]
        gap = text[day.span[1] : after.span[0]]
        bare = day.has_date and not day.has_clock and day.grain == "day"
        if bare and after.has_clock and after.grain != "day_part" and _OR.fullmatch(gap):
            start = datetime.combine(day.start.date(), after.start.time(), after.start.tzinfo)
            end = after.end and datetime.combine(
                day.start.date(), after.end.time(), after.start.tzinfo
            )
            found[index] = replace(after, start=start, end=end, span=day.span)
    return found


def _on_day(mention: TimeMention, day: TimeMention) -> TimeMention:
    zone = mention.start.tzinfo
    start = datetime.combine(day.start.date(), mention.start.time(), zone)
    end = mention.end
    if end is not None:
        end = datetime.combine(day.start.date(), end.time(), zone)
    return replace(
        mention, start=start, end=end, span=(day.span[0], mention.span[1]), has_date=True
    )


def _with_bare_hour(text: str, mention: TimeMention, limit: int) -> TimeMention:
    match = _LOOSE_HOUR.match(text, mention.span[1], limit)
    if not match or not match["h"]:
        return mention
    start = datetime.combine(mention.start.date(), time(int(match["h"])), mention.start.tzinfo)
    return replace(
        mention,
        start=start,
        end=None,
        grain="hour",
        has_clock=True,
        span=(mention.span[0], match.end()),
    )
