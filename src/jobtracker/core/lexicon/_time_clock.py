"""Finds clock times and ranges of them: “3–4 pm”, “halb vier”, “à 15h30”, “alle 15.30”."""

from __future__ import annotations

# ruff: noqa: E501 (patterns are read more easily unbroken)
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobtracker.core.lexicon import _time_words as words
from jobtracker.core.lexicon.lazy import LazyPattern, lazy

_I = re.IGNORECASE
_HOUR = r"(?:[01]?\d|2[0-4])"
_HALF = r"\s?(?:[ap]\.?m\b\.?)"
_MARK = rf"{_HALF}|\s?uhr\b|\s?o'?clock\b"
_DAY_WORDS = words.choice(list(words.RELATIVE_DAYS)) + "|" + words.choice(words.WEEKDAYS)
# What may stand behind a bare number that is an hour; a noun would make it a count.
_FOLLOW = (
    rf"(?=\s*(?:$|[,;?!()]|\.(?:\s|$)|-?\s*(?:[A-Z]{{2,4}}\b|on\b|next\b|this\b|in the\b|for\b|with\b|"
    rf"at\b|am\b|le\b|il\b|mit\b|für\b|pour\b|per\b|con\b|avec\b|or\b|oder\b|ou\b|and\b|und\b|et\b|"
    rf"{_DAY_WORDS}|nachmittags|morgens|abends|du matin|du soir|de l'après-midi|di sera|sharp|please|bitte)))"
)
_RANGE_RE = lazy(
    rf"(?<![\w.,:/'])(?:(?P<prep>from|between|von|zwischen|de|entre|dalle(?: ore)?|tra le|fra le|tra|"
    rf"ab|at|um)\s+)?(?P<h1>{_HOUR})(?:(?P<s1>[:.]|\s?h\s?)(?P<m1>[0-5]\d))?(?P<k1>{_MARK}|\s?h\b)?"
    rf"\s*(?:-|to|until|till|and|bis|und|à|et|alle|e le|e)\s*(?:(?:ca\.?|etwa|circa|about|around|environ|approx\.?)\s*)?"
    rf"(?P<h2>{_HOUR})(?:(?P<s2>[:.]|\s?h\s?)(?P<m2>[0-5]\d))?(?P<k2>{_MARK}|\s?h(?:eures?)?\b)?"
    rf"(?![\w%'’]|[.,:/]\d|\s?(?:%|k\b))(?P<ok>{_FOLLOW})?",
    _I,
)
_MARKED_RE = lazy(
    rf"(?:(?<![\w.,:/'+$€£-])|(?<=\dT))(?:(?P<h1>{_HOUR}):(?P<m1>[0-5]\d)(?::[0-5]\d)?(?P<k1>{_MARK})?"
    rf"|(?P<h2>{_HOUR})(?:\.(?P<m2>[0-5]\d))?(?P<k2>{_MARK})(?:\s?(?P<m3>[0-5]\d)(?![\d.%]))?"
    rf"|(?P<h3>{_HOUR})\s?h\s?(?P<m4>[0-5]\d)?(?![\w/]|\s*(?:/|pro\b|per\b|par\b|a week|week)))"
    r"(?!\d|%)",
    _I,
)
_PREP = (
    r"at|um|gegen|ab|vers(?: les)?|à|dès|alle(?: ore)?|verso le|dalle|ore|around|about|bis|until|till|"
    r"jusqu'à|fino alle|noon|auf"
)
_BARE_RE = lazy(
    rf"(?<!\w)(?:(?:{_PREP})\s+)(?P<h>{_HOUR})(?:[.:](?P<m>[0-5]\d))?(?![\w%']|[.,:/]\d)"
    rf"(?:(?P<unit>\s?(?:uhr|heures?))(?:\s?(?P<m2>[0-5]\d)(?!\d))?|(?P<ok>{_FOLLOW}))"
    r"(?P<half>\s+et demie)?",
    _I,
)
_HOUR_WORD = words.choice(words.HOURS)
_SPOKEN = "eis|zwöi|drü|drüü|vieri|füfi|sächsi|sibni|achti|nüni|zäni|elfi|zwölfi"
"""Swiss hours, behind “am”: no other language counts with these."""
_SPOKEN_RES: list[tuple[int, LazyPattern]] = [
    (-30, lazy(rf"(?<!\w)halb(?:i)?\s+(?P<h>{_HOUR_WORD}|\d{{1,2}})\b", _I)),
    (30, lazy(rf"(?<!\w)half\s+past\s+(?P<h>{_HOUR_WORD}|\d{{1,2}})\b", _I)),
    (15, lazy(
        rf"(?<!\w)(?:a\s+)?(?:viertel nach|viertel ab|quarter past|quarter after)\s+"
        rf"(?P<h>{_HOUR_WORD}|\d{{1,2}})\b", _I)),
    (-15, lazy(
        rf"(?<!\w)(?:a\s+)?(?:viertel vor|dreiviertel|quarter to|quarter before)\s+"
        rf"(?P<h>{_HOUR_WORD}|\d{{1,2}})\b", _I)),
    (30, lazy(rf"(?<!\w)(?:à\s+)?(?P<h>{_HOUR_WORD}) heures? et demie\b", _I)),
    (15, lazy(rf"(?<!\w)(?:à\s+)?(?P<h>{_HOUR_WORD}) heures? et quart\b", _I)),
    (30, lazy(rf"(?<!\w)alle (?P<h>{_HOUR_WORD}) e mezz[ao]\b", _I)),
    (30, lazy(r"(?<!\w)alle (?:ore )?(?P<h>\d{1,2}) e mezz[ao]\b", _I)),
    (0, lazy(
        rf"(?<!\w)(?:(?:(?:at|um) )?(?P<h>{_HOUR_WORD}) (?:o'?clock|uhr)|à (?P<h2>{_HOUR_WORD}) heures?|"
        rf"(?:at|um|alle|all'|am(?=\s+(?:{_SPOKEN})\b))\s?(?P<h3>{_HOUR_WORD}))\b{_FOLLOW}", _I)),
]  # fmt: skip
_NAMED_RE = lazy(
    r"(?<!\w)(?:(?:at|um|à|a)\s+)?(?P<noon>noon|midday|midi(?!-)|mezzogiorno|zwölf uhr mittags|12 uhr mittags)\b"
    r"|(?<!\w)(?:(?:at|um|à|a)\s+)?(?P<night>midnight|mitternacht|minuit|mezzanotte)\b",
    _I,
)
_HALF_NOON = lazy(
    r"(?<!\w)(?:à\s+|a\s+)?(?:midi et (?:demie?|(?P<quarter>quart))|mezzogiorno e mezz[ao])\b", _I
)


@dataclass(frozen=True)
class Clock:
    """Minutes since midnight; `end` for a range. `sure` where morning or evening is certain."""

    start: int
    end: int | None
    exact: bool
    sure: bool


def clocks(text: str) -> Iterator[tuple[Clock, tuple[int, int]]]:
    """Yield the clock times of a `plain` text; a later one may overlap an earlier one."""
    for match in _RANGE_RE.finditer(text):
        if clock := _range(match, text):
            yield clock, match.span()
    for match in _HALF_NOON.finditer(text):
        yield Clock(735 if match["quarter"] else 750, None, exact=True, sure=True), match.span()
    for match in _NAMED_RE.finditer(text):
        minutes = 720 if match["noon"] else 1440
        yield Clock(minutes % 1440, None, exact=False, sure=True), match.span()
    for shift, pattern in _SPOKEN_RES:
        for match in pattern.finditer(text):
            word = next(group for group in match.groups() if group).lower()
            hour = int(word) if word.isdigit() else words.HOURS[word]
            if 1 <= hour <= 24:
                minutes, sure = _minutes(hour, 0, str(hour), "")
                yield Clock((minutes + shift) % 1440, None, bool(shift), sure), match.span()
    yield from _marked(text)
    for match in _BARE_RE.finditer(text):
        minute = int(match["m"] or match["m2"] or (30 if match["half"] else 0))
        start, sure = _minutes(int(match["h"]), minute, match["h"], "")
        yield Clock(start, None, minute > 0, sure), match.span()


def _marked(text: str) -> Iterator[tuple[Clock, tuple[int, int]]]:
    for match in _MARKED_RE.finditer(text):
        if match["h3"] and _is_duration(text, match):
            continue
        raw = match["h1"] or match["h2"] or match["h3"]
        minute = int(match["m1"] or match["m2"] or match["m3"] or match["m4"] or 0)
        mark = match["k1"] or match["k2"] or ""
        said = bool(match["m1"] or match["m2"] or match["m3"] or match["m4"])
        start, sure = _minutes(int(raw), minute, raw, mark)
        yield Clock(start, None, said, sure), match.span()


def _is_duration(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 12) : match.start()].lower()
    lead = (
        r"\b(for|für|während|pendant|durée|per|of|in|dans|vor|il y a|tra|last|next|within|les)\s+$"
    )
    return re.search(lead, before) is not None or bool(
        re.match(r"\s*(ago|fa)\b", text[match.end() :])
    )


def _minutes(hour: int, minute: int, raw: str, mark: str) -> tuple[int, bool]:
    """Minutes since midnight, and whether the half of the day is certain.

    A bare hour from 1 to 6 is taken for the afternoon: people hardly meet at night.
    """
    mark = mark.strip().lower().replace(".", "")
    if mark in {"am", "pm"}:
        return (hour % 12 + (12 if mark == "pm" else 0)) * 60 + minute, True
    if raw.startswith("0") or hour > 12 or hour == 0:
        return (hour % 24) * 60 + minute, True
    return (hour + (12 if hour <= 6 else 0)) * 60 + minute, False


def _range(match: re.Match[str], text: str) -> Clock | None:
    marks = [match["k1"], match["k2"], match["s1"], match["s2"]]
    h1, h2 = match["h1"], match["h2"]
    m1, m2 = int(match["m1"] or 0), int(match["m2"] or 0)
    dotted = "." in (match["s1"], match["s2"]) and not (match["k1"] or match["k2"] or match["prep"])
    if dotted or not (any(marks) or (match["prep"] and match["ok"] is not None)):
        return None
    if (match["k1"] or "").strip().lower() == "h" and _is_duration(text, match):
        return None
    second = (match["k2"] or "").strip()
    half = second if second[:1].lower() in {"a", "p"} else ""
    end, sure = _minutes(int(h2), m2, h2, half)
    first = (match["k1"] or "").strip()
    start, sure1 = _minutes(int(h1), m1, h1, first if first[:1].lower() in {"a", "p"} else half)
    if not first and half and start >= end:
        start -= 720  # “11–1 pm” starts before noon
    if not half and end <= start and end + 720 < 1440:
        end += 720  # “10 to 1”
    if start < 0 or end <= start:
        return None
    return Clock(start, end, bool(match["m1"] or match["m2"]), sure or sure1)
