"""Dates and date ranges as résumés write them, in four languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobtracker.resumes.reading.vocabulary import MONTHS, PRESENT

_MONTH = "(?:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:19[4-9]\d|20[0-4]\d)"
_POINT = (
    rf"(?:\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}}|(?:0?[1-9]|1[0-2])\s?[./-]\s?{_YEAR}|"
    rf"{_YEAR}[-/.](?:0[1-9]|1[0-2])(?!\d)|(?:\d{{1,2}}(?:\.|er|st|nd|rd|th|°|º)?\s)?{_MONTH}(?:\s\d{{1,2}},)?[\s,/’'-]*{_YEAR}|"
    rf"(?:0[1-9]|1[0-2])/\d{{2}}(?![\d/])|{_YEAR})"
)
_DASH = r"\s*(?:-{1,2}|–|—|−|‐|‑|→|~)\s*"
_TO_WORDS = r"to|until|till|through|thru|bis|à|a|ad|al|au|jusqu['’]à|jusqu['’]en|fino a|fino al"
_TO = rf"(?:{_DASH}|\s+(?:{_TO_WORDS})\s+)"
_FROM = r"(?:(?:from|von|vom|de|du|dal|da|entre)\s+)?"
_OPEN = r"(?:since|from|seit|ab|dès|depuis|dal|dall['’]|da|starting|started)"
_RANGE = re.compile(
    rf"(?<![\w.])(?:{_FROM}"
    rf"(?P<a>{_POINT}){_TO}(?:bis\s+|à\s+)?(?P<now>{PRESENT})\b|"
    rf"{_FROM}(?P<b>{_POINT}){_TO}(?P<c>{_POINT})|"
    rf"(?P<y1>{_YEAR})\s?[-–/]\s?(?P<y2>\d\d)(?![\d.])|"
    rf"(?P<m1>{_MONTH}){_TO}(?P<d>{_MONTH}[\s,]*{_YEAR})|"
    rf"{_OPEN}\s*(?P<e>{_POINT})|"
    rf"(?P<h>{_POINT})(?P<dash>\s*[–—-]\s*(?=$|[\t,;|)]))|"
    rf"(?P<g>{_POINT}))(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date or range in JSON Resume's form; `span` is its place in the text."""

    start: str | None
    end: str | None
    present: bool
    span: tuple[int, int]

    @property
    def is_range(self) -> bool:
        """Whether it has a start and an end or goes on."""
        return self.present or (self.start is not None and self.end is not None)


def _iso(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str:
    parts = [str(year)]
    if month is not None and 1 <= int(month) <= 12:
        parts.append(f"{int(month):02d}")
        if day is not None and 1 <= int(day) <= 31:
            parts.append(f"{int(day):02d}")
    return "-".join(parts)


def parse_point(text: str) -> str | None:
    """Return one date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or None."""
    clean = text.strip().casefold()
    if match := re.fullmatch(rf"(\d{{1,2}})[./](\d{{1,2}})[./]({_YEAR})", clean):
        day, month, year = match.groups()
        if int(month) > 12:
            day, month = month, day
        return _iso(year, month, day)
    if match := re.fullmatch(rf"({_YEAR})[-/.](\d{{2}})(?:-(\d{{2}}))?", clean):
        return _iso(*match.groups())
    if match := re.fullmatch(rf"(\d{{1,2}})\s?[./-]\s?({_YEAR})", clean):
        return _iso(match[2], match[1])
    if match := re.fullmatch(r"(\d{2})/(\d{2})", clean):
        short = int(match[2])
        return _iso(2000 + short if short < 50 else 1900 + short, match[1])
    if match := re.search(rf"({_MONTH}).*?({_YEAR})$", clean):
        return _iso(match[2], MONTHS.get(match[1].rstrip(".")))
    if match := re.fullmatch(_YEAR, clean):
        return match[0]
    return None


def find_dates(text: str) -> list[DateSpan]:
    """Return the dates and ranges in the text, in order."""
    found: list[DateSpan] = []
    for match in _RANGE.finditer(text):
        span = _span(match)
        if span is not None:
            found.append(span)
    return found


def _span(match: re.Match[str]) -> DateSpan | None:
    group = match.groupdict()
    where = match.span()
    if group["a"]:
        return DateSpan(parse_point(group["a"]), None, True, where)
    if group["b"]:
        return DateSpan(parse_point(group["b"]), parse_point(group["c"]), False, where)
    if group["y1"]:
        end = int(group["y1"][:2] + group["y2"])
        if end < int(group["y1"]) and 1 <= int(group["y2"]) <= 12:
            return DateSpan(None, f"{group['y1']}-{group['y2']}", False, where)
        if end < int(group["y1"]):
            return DateSpan(group["y1"], None, False, (where[0], where[0] + 4))
        return DateSpan(group["y1"], str(end), False, where)
    if group["m1"]:
        end_date = parse_point(group["d"])
        month = MONTHS.get(group["m1"].casefold().rstrip("."))
        return DateSpan(_iso((end_date or "")[:4], month), end_date, False, where)
    if group["e"] or group["h"]:
        return DateSpan(parse_point(group["e"] or group["h"]), None, True, where)
    return DateSpan(None, parse_point(group["g"]), False, where)


def first_range(text: str) -> DateSpan | None:
    """Return the first range of the text, else its first single date, else None."""
    dates = find_dates(text)
    return next((span for span in dates if span.is_range), dates[0] if dates else None)


def without_dates(text: str) -> str:
    """Return the text with its dates and the marks around them taken out."""
    for span in reversed(find_dates(text)):
        text = text[: span.span[0]] + "\t" + text[span.span[1] :]
    text = re.sub(r"\(\s*\)|\[\s*\]", "\t", re.sub(r"\(\s*\t\s*\)", "\t", text))
    parts = [
        part.strip(" ,;|–—-·•:/()") if "\t" in text else part.strip() for part in text.split("\t")
    ]
    return "\t".join(part for part in parts if part)
