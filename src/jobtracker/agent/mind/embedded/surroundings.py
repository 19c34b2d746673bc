"""How far around a place: “within 30 km of Bern”, “Thun und Umgebung”, “près de Vevey”."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re

from jobtracker.core.lexicon.lazy import lazy

Span = tuple[int, int]
NEAR_KM = 25
"""What “near” means where no distance is said: half an hour by train or car."""
MOST_KM = 300
_DISTANCE = lazy(
    r"(?<![\w.,])(?P<n>\d{1,3})\s?(?:km|kilomet(?:er|re)s?n?|kilomètres?|chilometr[oi])(?!\w)",
    re.IGNORECASE,
)
_BEFORE = lazy(
    r"(?<!\w)(?:(?:all )?around|near(?:by)?|clos(?:e|er|est) to|not (?:too )?far from|in the (?:vicinity|surroundings) of|outside(?: of)?|"
    r"rund um|in der nähe von|nähe|nahe(?: bei)?|näher (?:bei|an)|umgebung(?: von)?|umkreis(?: von)?|(?:im )?(?:gross)?raum|agglo(?:meration)?|nöch(?:er)? (?:bi|a)|"
    r"autour de|(?:plus )?près de?|proche de|(?:aux |les )?(?:environs|alentours) d[e’']|(?:pas )?loin de|du côté de|"
    r"(?:più )?vicin[oa] a|intorno a|attorno a|(?:nei |i )?(?:dintorni|pressi) di|(?:in )?zona(?: di)?|non lontano da)\s*$",
    re.IGNORECASE,
)
_AFTER = lazy(
    r"\s*(?:,|and|or|und|u\.|oder|et|ou|e|o)?\s*(?:(?:in|im|dans|nei) (?:the |der |den |les |ses )?)?(?:area\b|surroundings?|nearby|around\b|umgebung|umland|agglo|umkreis|(?:ses |les )?(?:environs|alentours)|dintorni|zone limitrofe)",
    re.IGNORECASE,
)
_WORDS = lazy(
    r"(?<!\w)(?:surroundings?|vicinity|nearby|closer|nearer|umgebung|umland|umkreis|nähe|näher|nöcher|"
    r"environs|alentours|dintorni|pressi|vicinanze|vicin[oa] a|près d[eu]|proche de|more close)(?!\w)",
    re.IGNORECASE,
)


def distance(text: str) -> tuple[int, Span] | None:
    """Return the kilometres that are said, and where."""
    match = _DISTANCE.search(text)
    if match is None or not 1 <= int(match["n"]) <= MOST_KM:
        return None
    return int(match["n"]), match.span()


def words(text: str) -> list[Span]:
    """Return where words for the surroundings stand; they name no job."""
    return [match.span() for match in _WORDS.finditer(text)]


def is_around(text: str, place: Span) -> bool:
    """Tell whether the words beside a place ask for its surroundings, too."""
    before = text[max(0, place[0] - 40) : place[0]]
    return _BEFORE.search(before) is not None or _AFTER.match(text, place[1]) is not None
