"""From a section's lines to its entries: a dated heading of a few lines, then what was done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jobtracker.resumes.reading.dates import DateSpan, first_range, without_dates
from jobtracker.resumes.reading.document import Line
from jobtracker.resumes.reading.places import is_place

_DURATION = re.compile(
    r"\(?\b\d{1,2}\+?\s*(?:years?|yrs?|months?|mos?|jahre?n?|monate?n?|ans?|mois|anni|anno|mesi|mese|"
    r"days?|tage?n?|jours?|giorn[oi]|weeks?|wochen?|semaines?|settiman[ae])\b"
    r"(?:[\s,]*(?:and|und|et|e)?\s*\d{1,2}\s*(?:months?|mos?|monate?n?|mois|mesi|mese)\b)?\)?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\t|\s+[|·•▪/⋄◆]\s+|\s*[|•·]\s*|\s+[–—]\s+|\s+-\s+|\s*;\s+")
_ABBREVIATION = re.compile(
    r"\b(?:Inc|Ltd|Co|Corp|S\.A|S\.p\.A|S\.r\.l|e\.V|dipl|eidg|LL\.M|B\.A|M\.A)\.$"
)
_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|ch|org|net|io|dev|inc)/\S*"
)


@dataclass(slots=True)
class Entry:
    """One entry: the parts of its heading without dates, its bullets and its other text."""

    fragments: list[str] = field(default_factory=list[str])
    head_lines: list[Line] = field(default_factory=list[Line])
    dates: DateSpan | None = None
    highlights: list[str] = field(default_factory=list[str])
    paragraphs: list[str] = field(default_factory=list[str])
    url: str | None = None

    @property
    def first(self) -> Line:
        """The line at which the entry begins."""
        return self.head_lines[0]


def split_entries(lines: list[Line], *, ranges_only: bool = False) -> list[Entry]:
    """Return the entries of a section, by the dates in their headings."""
    lines = [line for line in lines if line.text.strip()]
    anchors = [i for i, line in enumerate(lines) if _is_anchor(line, ranges_only)]
    if not anchors:
        return [_undated(block) for block in _blocks(lines)]
    above = _lines_above(lines, anchors)
    starts = [max(0, a - _reach_up(lines, a, above, previous)) for a, previous in _pairs(anchors)]
    starts[0] = min(starts[0], anchors[0]) if anchors[0] > 3 else 0
    entries: list[Entry] = []
    for index, begin in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(lines)
        entries.append(_entry(lines[begin:end], anchors[index] - begin))
    return entries


def _pairs(anchors: list[int]) -> list[tuple[int, int]]:
    return [(a, anchors[i - 1] if i else -1) for i, a in enumerate(anchors)]


def _is_anchor(line: Line, ranges_only: bool) -> bool:
    if line.bullet or len(line.text) > 160:
        return False
    dates = first_range(line.text)
    if dates is None or (ranges_only and not dates.is_range):
        return False
    if dates.is_range:
        rest = without_dates(line.text)
        apart = "\t" in line.text
        sentence = rest.rstrip().endswith((".", "!")) and not _ABBREVIATION.search(rest.rstrip())
        return len(rest) < 110 and (apart or not sentence)
    alone = len(without_dates(line.text)) == 0
    at_edge = (
        dates.span[0] <= 1 or dates.span[1] >= len(line.text.rstrip(" )]")) or "\t" in line.text
    )
    return alone or (at_edge and not line.text.rstrip().endswith("."))


def _is_heading_like(line: Line) -> bool:
    text = line.text.strip()
    ends = text.endswith((".", "!", ";")) and not _ABBREVIATION.search(text)
    return not line.bullet and len(text) <= 95 and not ends


def _lines_above(lines: list[Line], anchors: list[int]) -> int:
    """Return how many lines of an entry's heading stand above its dates, as the first one shows."""
    first = anchors[0]
    run = 0
    while run < first and run < 3 and _is_heading_like(lines[first - 1 - run]):
        run += 1
    return run if run == first else min(run, 1)


def _reach_up(lines: list[Line], anchor: int, usual: int, previous: int) -> int:
    """Return how many lines above this anchor belong to it."""
    reach = 0
    while reach < usual and anchor - reach - 1 > previous:
        line = lines[anchor - reach - 1]
        if not _is_heading_like(line):
            break
        reach += 1
        if line.gap and anchor - reach - 1 >= 0 and lines[anchor - reach - 1].bullet:
            break
    return reach


def _entry(lines: list[Line], anchor: int) -> Entry:
    entry = Entry()
    entry.dates = first_range(lines[anchor].text)
    body = anchor + 1
    while body < len(lines) and body <= anchor + 3 and _belongs_to_head(lines, body, anchor):
        body += 1
    for line in lines[:body]:
        entry.head_lines.append(line)
        entry.fragments += _fragments(line.text, entry)
    _fill_body(entry, lines[body:])
    return entry


def _belongs_to_head(lines: list[Line], index: int, anchor: int) -> bool:
    line = lines[index]
    if not _is_heading_like(line) or len(line.text) > 80:
        return False
    if _hangs_below(line, lines[anchor]):
        return False
    words = line.plain.split()
    if len(words) > 9 or line.text.rstrip().endswith(":"):
        return False
    if index - anchor >= 3 or (line.gap and index + 1 < len(lines) and lines[index + 1].gap):
        return index == anchor + 1 and anchor == 0
    before_anchor = sum(1 for above in lines[: anchor + 1] if _says_more_than_place(above.text))
    return before_anchor + (index - anchor - 1) < 2 or _looks_like_place(line.text)


def _hangs_below(line: Line, head: Line) -> bool:
    """Tell a line of plain text that is indented under a heading which names title and employer."""
    if line.size or line.indent < head.indent + 2:
        return False
    rest = _DURATION.sub("\t", without_dates(head.text))
    return len([part for part in re.split(r"\t|,\s|\s[|–—-]\s", rest) if part.strip(" :")]) >= 2


def _says_more_than_place(text: str) -> bool:
    """Tell a line that names a title or an employer from dates and places alone."""
    rest = _DURATION.sub("\t", without_dates(text))
    return any(part.strip() and not is_place(part) for part in _SEPARATOR.split(rest))


def _looks_like_place(text: str) -> bool:
    return bool(re.fullmatch(r"[A-ZÀ-Ý][\w.’' -]+,\s?[A-ZÀ-Ý][\w.’' -]{1,30}", text.strip()))


def _fragments(text: str, entry: Entry) -> list[str]:
    if match := _URL.search(text):
        entry.url = entry.url or match[0].rstrip(").,")
        text = text.replace(match[0], "\t")
    clean = (
        _DURATION.sub("\t", without_dates(text)) if first_range(text) else _DURATION.sub("\t", text)
    )
    parts = _SEPARATOR.split(clean)
    return [
        part.strip(" ,;:|–—·•()") if part.count("(") != part.count(")") else part.strip(" ,;:|–—·•")
        for part in parts
        if part.strip(" ,;|–—·•()-")
    ]


def _undated(block: list[Line]) -> Entry:
    entry = Entry()
    heads = 0
    while heads < min(2, len(block)) and _is_heading_like(block[heads]):
        heads += 1
    heads = heads or 1
    for line in block[:heads]:
        entry.head_lines.append(line)
        entry.fragments += _fragments(line.text, entry)
    _fill_body(entry, block[heads:])
    return entry


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Part undated lines where space, or a line that is no bullet after bullets, begins anew."""
    blocks: list[list[Line]] = []
    for index, line in enumerate(lines):
        after_bullets = index > 0 and lines[index - 1].bullet and not line.bullet
        new = (
            not blocks or after_bullets or (line.gap and not line.bullet and _is_heading_like(line))
        )
        if new or (line.bold and not lines[index - 1].bold):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _listed(line: Line, head: Line) -> bool:
    """Tell an item of a list without bullets: indented under the heading, and no sentence."""
    text = line.text.strip()
    hangs = not line.size and not line.gap and line.indent >= head.indent + 2
    return hangs and text[:1].isupper() and not text.endswith((".", ":"))


def _fill_body(entry: Entry, lines: list[Line]) -> None:
    for line in lines:
        text = line.plain.strip()
        if (match := _URL.fullmatch(text)) and not entry.url:
            entry.url = match[0]
        elif line.bullet or _listed(line, entry.first):
            entry.highlights.append(text)
        elif entry.highlights and line.indent > entry.first.indent + 6 and not line.gap:
            entry.highlights[-1] += " " + text
        elif not line.gap and text[:1].islower() and (entry.highlights or entry.paragraphs):
            target = entry.highlights or entry.paragraphs
            target[-1] += " " + text
        else:
            entry.paragraphs.append(text)
