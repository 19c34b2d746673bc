"""Reads how long something takes: “for 45 minutes”, “anderthalb Stunden”, “une demi-heure”."""

from __future__ import annotations

# ruff: noqa: E501 (patterns are read more easily unbroken)
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobtracker.core.lexicon import _time_words as words
from jobtracker.core.lexicon.lazy import LazyPattern, lazy

_I = re.IGNORECASE
_HOUR = r"hours?|hrs?|h|stunden?|stündig\w*|std\.?|heures?|ore|ora"
_MINUTE = r"minutes?|mins?|minuten|minütig\w*|minuti|minuto|min\.?|'"
_N = rf"\d{{1,3}}(?:[.,]\d{{1,2}})?|{words.choice(words.NUMBERS)}"
_FIXED: list[tuple[int, LazyPattern]] = [
    (minutes, lazy(rf"(?<!\w)(?:{pattern})\b", _I))
    for minutes, pattern in (
        (90, r"(?:an|one|1) hour and a half|(?:one|1) and a half hours|anderthalb(?:e)? stunden?|"
             r"eineinhalb stunden?|anderthalbstündig\w*|une heure et demie|1 heure et demie|"
             r"un'ora e mezz[ao]|un ora e mezz[ao]"),
        (75, r"une heure et quart|un'ora e un quarto|fünf viertelstunden"),
        (45, r"three[- ]quarters of an hour|(?:eine )?dreiviertelstunde|dreiviertelstündig\w*|trois quarts d'heure|"
             r"tre quarti d'ora"),
        (30, r"half[- ]an[- ]hour|(?:a )?half[- ]hour|(?:eine[rn]? )?halben? stunde|halbstündig\w*|"
             r"(?:une )?demi[- ]heure|mezz'? ?or(?:a|etta)"),
        (10, r"(?:une )?dizaine de minutes|(?:una )?decina di minuti"),
        (20, r"(?:une )?vingtaine de minutes|(?:una )?ventina di minuti"),
        (30, r"(?:une )?trentaine de minutes|(?:una )?trentina di minuti"),
        (40, r"(?:une )?quarantaine de minutes|(?:una )?quarantina di minuti"),
        (15, r"(?:une )?quinzaine de minutes|(?:una )?quindicina di minuti"),
        (15, r"(?:a )?quarter of an hour|(?:eine[rn]? )?viertelstunde|(?:un )?quart d'heure|"
             r"(?:un )?quarto d'ora"),
    )
]  # fmt: skip
_HALF_MORE = lazy(
    rf"(?<!\w)(?P<n>{_N})(?:\s*(?P<between>einhalb)\s*(?:stunden?)|\s+(?:and a half hours|"
    r"heures et demie|ore e mezz[ao]))\b",
    _I,
)
_HOURS = lazy(
    rf"(?<![\w.,:/$€£])(?P<h>{_N})[\s-]*(?:{_HOUR})(?:(?<=[.'])|\b)"
    rf"(?:(?:\s*(?:and|und|et|e)?\s*)(?P<m>[0-5]?\d)(?:\s*(?:{_MINUTE})(?:(?<=[.'])|\b)|(?!\w)))?",
    _I,
)
_FRACTION = re.compile(
    rf"(?<![\w.,/])(?P<n>\d)?\s?(?P<f>[¼½¾])[\s-]*(?:{_HOUR})(?:(?<=[.'])|\b)", _I
)
_QUARTERS = {"¼": 15, "½": 30, "¾": 45}
_HOURS_TIGHT = lazy(r"(?<![\w.,:/$€£])(?P<h>\d{1,2})h(?P<m>[0-5]\d)(?!\w)", _I)
_MINUTES = lazy(rf"(?<![\w.,:/$€£])(?P<m>{_N})[\s-]*(?:{_MINUTE})(?:(?<=[.'])|\b)", _I)
# What makes it a point in time, a wage or an hour of the day instead.
_NOT_AFTER = lazy(
    r"(?:\b(?:in|vor|tra|fra|dans|il y a|since|seit|every|jede|um|alle|à|at|per|pro|vers|last|past|next|"
    r"letzten|nächsten|gegen|ab|dalle|le|within|entro|innerhalb)\s+|(?:\d[\d.,'k]*|[$€£]|\b(?:chf|eur|usd))\s*)$",
    _I,
)
_NOT_BEFORE = lazy(r"\s*(?:ago|fa|earlier|per\b|pro\b|par\b|a week|/|later|später)", _I)


_UNIT_STEMS = ("hour", "stund", "stünd", "heure", "minut", " ora", "'ora", "zz ora", "mezzora")
"""One of them is in each length of time that is said without a digit."""


@dataclass(frozen=True)
class DurationMention:
    """A length of time in minutes."""

    minutes: int
    span: tuple[int, int]


def find_durations(text: str) -> list[DurationMention]:
    """Return the lengths of time in minutes and hours, from 1 minute to 24 hours."""
    flat = words.plain(text)
    low = flat.lower()
    if not (any(map(str.isdigit, low)) or any(stem in low for stem in _UNIT_STEMS)):
        return []
    found: list[DurationMention] = []
    for minutes, (start, end) in _candidates(flat):
        if not 1 <= minutes <= 1440 or any(start < b and a < end for a, b in _spans(found)):
            continue
        head, tail = flat[max(0, start - 10) : start], flat[end : end + 10]
        if _NOT_AFTER.search(head) or _NOT_BEFORE.match(tail):
            continue
        found.append(DurationMention(minutes, (start, end)))
    return sorted(found, key=lambda mention: mention.span)


def _spans(found: list[DurationMention]) -> list[tuple[int, int]]:
    return [mention.span for mention in found]


def _number(word: str) -> float:
    word = word.lower().replace(",", ".")
    return float(words.NUMBERS[word]) if word in words.NUMBERS else float(word)


def _candidates(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    for minutes, pattern in _FIXED:
        for match in pattern.finditer(text):
            yield minutes, match.span()
    for match in _FRACTION.finditer(text):
        yield int(match["n"] or 0) * 60 + _QUARTERS[match["f"]], match.span()
    for match in _HALF_MORE.finditer(text):
        yield int(_number(match["n"]) * 60 + 30), match.span()
    for match in _HOURS_TIGHT.finditer(text):
        lead = re.search(
            r"(for|für|pendant|durée|lasts?|per|dauert)\s*:?\s*$", text[: match.start()][-12:], _I
        )
        if lead or int(match["h"]) <= 4:  # “1h30” is hardly an hour of the day
            yield int(match["h"]) * 60 + int(match["m"]), match.span()
    for match in _HOURS.finditer(text):
        yield int(_number(match["h"]) * 60 + int(match["m"] or 0)), match.span()
    for match in _MINUTES.finditer(text):
        yield int(_number(match["m"])), match.span()
