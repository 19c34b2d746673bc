"""Finds the time zones that a text names: CET, UTC+1, “Zurich time”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from jobtracker.core.lexicon import _time_words as words
from jobtracker.core.lexicon.lazy import lazy

_I = re.IGNORECASE
_W = r"(?<![\w@])"
_ZONE_RE = lazy(
    rf"(?<![\w/])(?P<z>{words.choice(list(words.ZONES))})(?P<off>[+-]\d{{1,2}}(?::?\d\d)?)?\b"
)
_OFFSET_ONLY_RE = lazy(r"(?<=\d)\s?(?P<off>[+-]\d\d:\d\d)\b")
_PLACE_ZONE_RE = lazy(
    rf"{_W}(?:(?P<a>[^\W\d_]+(?: [^\W\d_]+)?)\s+time\b|(?P<b>[^\W\d_]+?)(?:er)?\s+(?:orts)?zeit\b|"
    r"heure (?:de |d')(?P<c>[^\W\d_]+)|ora di (?P<d>[^\W\d_]+))",
    _I,
)


@cache
def _place_zone(name: str) -> ZoneInfo | None:
    if name in words.ZONE_PLACES:
        return ZoneInfo(words.ZONE_PLACES[name])
    key = "_".join(word.capitalize() for word in name.split())
    for region in words.ZONE_REGIONS:
        try:
            return ZoneInfo(f"{region}/{key}")
        except (KeyError, ValueError, OSError):
            continue
    return None


def zones(text: str) -> Iterator[tuple[ZoneInfo, tuple[int, int]]]:
    """Yield the time zones that a `plain` text names."""
    for match in _ZONE_RE.finditer(text):
        if match["off"]:
            if zone := _fixed(match["off"]):
                yield zone, match.span()
            continue
        yield ZoneInfo(words.ZONES[match["z"]]), match.span()
    for match in _OFFSET_ONLY_RE.finditer(text):
        if zone := _fixed(match["off"]):
            yield zone, match.span()
    for match in _PLACE_ZONE_RE.finditer(text):
        name = next(group for group in match.groups() if group).lower()
        for candidate in (name, name.split()[-1]):
            known = candidate.isascii() or candidate in words.ZONE_PLACES
            if known and (zone := _place_zone(candidate)):
                start = match.end() - len(match[0]) + match[0].lower().rfind(candidate)
                yield zone, (start if match["a"] else match.start(), match.end())
                break


def _fixed(offset: str) -> ZoneInfo | None:
    """Whole hours become Etc zones, whose sign is turned round; other offsets are not known."""
    sign, digits = offset[0], offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), digits[-2:]) if len(digits) > 2 else (int(digits), "00")
    if minutes != "00" or hours > 12:
        return ZoneInfo("Asia/Kolkata") if (sign, hours, minutes) == ("+", 5, "30") else None
    return ZoneInfo(f"Etc/GMT{'-' if sign == '+' else '+'}{hours}")
