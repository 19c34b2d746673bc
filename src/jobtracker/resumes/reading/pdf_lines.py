"""From segments to lines in reading order: columns, rows, wrapped lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.document import BULLETS, Line
from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.pdf_columns import (
    Segment,
    find_gutter,
    is_side_note,
    split_page,
    weight,
)
from jobtracker.resumes.reading.pdf_page import Char
from jobtracker.resumes.reading.pdf_segments import page_segments

_PAGE_MARK = re.compile(
    r"(?:(?:page|seite|pagina|p\.)\s*)?\d{1,3}\s*(?:/|of|von|de|sur|di)\s*\d{1,3}|"
    r"(?:page|seite|pagina)\s*\d{1,3}",
    re.IGNORECASE,
)
_KEEP_HYPHEN = frozenset(
    [
        "full",
        "front",
        "back",
        "end",
        "cross",
        "multi",
        "third",
        "high",
        "low",
        "real",
        "self",
        "open",
        "well",
        "long",
        "part",
        "co",
        "e",
        "data",
    ]
)
_MARGIN_LINES = 3
"""So many lines that end at one place show where lines are broken."""
_OPEN_END = re.compile(r"(?:[,&/-]|\b(?:of|and|in|und|für|de|et|en|di|e|per|la|der))$")


@dataclass(slots=True)
class _Row:
    """Segments of one column on one baseline."""

    segments: list[Segment]
    start: bool = False
    right: float = 0.0
    """Right edge of the column."""
    notes: list[str] = field(default_factory=list[str])
    """Dates or places at the right edge that belong to the heading above."""

    @property
    def first(self) -> Segment:
        return self.segments[0]


def to_lines(pages: list[tuple[int, float, list[Char]]]) -> tuple[list[Line], int]:
    """Return the lines in reading order and the number of columns; pages as (number, width, chars).

    Where pages have two columns, the left one is read over all pages, then the right one: a section
    goes on at the top of the same column of the next page.
    """
    head: list[_Row] = []
    columns: tuple[list[_Row], list[_Row]] = ([], [])
    main, count = 0, 1
    for number, width, chars in pages:
        segments = page_segments(chars, number)
        gutter = find_gutter(segments, width)
        if gutter is None:
            margin = min((segment.x0 for segment in segments), default=0.0)
            columns[main].extend(_rows(segments, start=number == 1, limit=width - margin))
            continue
        above, left, right = split_page(segments, gutter)
        if count == 1:
            count = 2
            main = 0 if weight(left) >= weight(right) else 1
            if columns[0] and main == 1:
                columns[1][:0], columns[0][:] = columns[0], []
        (head if number == 1 else columns[main]).extend(_rows(above))
        columns[0].extend(_rows(left, start=number == 1, limit=_edge(right, gutter)))
        columns[1].extend(_rows(right, start=number == 1))
    rows = head + columns[0] + columns[1]
    return _wrap([row for row in rows if not _is_page_mark(row)]), count


def _edge(right: list[Segment], gutter: float) -> float:
    return min((segment.x0 for segment in right), default=gutter)


def _rows(
    segments: list[Segment], *, start: bool = False, limit: float | None = None
) -> list[_Row]:
    """Return the rows of a column; `limit` is where the column beside it may begin."""
    if not segments:
        return []
    rows: list[_Row] = []
    for segment in sorted(segments, key=lambda s: (s.y, s.x0)):
        if rows and abs(rows[-1].first.y - segment.y) < 0.35 * segment.size:
            rows[-1].segments.append(segment)
        else:
            rows.append(_Row([segment]))
    for row in rows:
        row.segments.sort(key=lambda s: s.x0)
    rows = _join_split_dates(rows)
    bullet: Segment | None = None
    for row in rows:
        is_bullet = row.first.text[0] in BULLETS
        inside = bullet is not None and row.first.x0 > bullet.x0 + 2
        if len(row.segments) == 2 and (is_bullet or inside):
            row.notes = [segment.text for segment in row.segments[1:]]
            del row.segments[1:]
        bullet = row.first if is_bullet else bullet if inside else None
    right = max(row.segments[-1].x1 for row in rows)
    if any(row.notes for row in rows):
        right = max(row.first.x1 for row in rows if len(row.segments) == 1)
    reaching = sum(1 for r in rows if r.segments[-1].x1 > right - 0.12 * (right - r.first.x0))
    if limit is not None and reaching < _MARGIN_LINES:
        # A list's longest entry is no margin at which its lines were broken.
        right = max(right, limit - 12)
    for row in rows:
        row.right = right
    rows[0].start = start
    return rows


def _join_split_dates(rows: list[_Row]) -> list[_Row]:
    """Put a date that wraps in a cell of its own (`Sept. 2016 - Nov.` over `2020`) together."""
    result: list[_Row] = []
    for row in rows:
        before = result[-1] if result else None
        if before is not None and len(before.segments) > 1 and _completes(before.first, row.first):
            before.first.text = f"{before.first.text} {row.first.text}"
            del row.segments[0]
            if not row.segments:
                continue
        result.append(row)
    return result


def _completes(first: Segment, more: Segment) -> bool:
    apart = min(abs(first.x0 - more.x0), abs(first.x1 - more.x1))
    if apart > 3 or len(first.text) + len(more.text) > 45:
        return False
    if not 0 < more.y - first.y <= 1.9 * first.size:
        return False
    whole = find_dates(f"{first.text} {more.text}")
    alone = find_dates(first.text)
    covers = len(whole) == 1 and whole[0].is_range and whole[0].span[1] >= len(first.text) + 2
    done = bool(alone) and alone[0].is_range and alone[0].span[1] >= len(first.text.rstrip()) - 1
    return covers and not done


def _is_page_mark(row: _Row) -> bool:
    text = " ".join(segment.text for segment in row.segments).strip(" -–|·")
    named = re.search(
        r"\b(?:page|seite|pagina)\s*\d{1,3}(?:\s*\W\s*\d{1,3}|\s\w+\s\d{1,3})?$", text, re.I
    )
    tail = re.fullmatch(r"\D{3,40}\s[–|·-]\s(\d{1,2})\s?/\s?(\d{1,2})", text)
    if tail and int(tail[1]) <= int(tail[2]):
        return True
    return bool(_PAGE_MARK.fullmatch(text)) or (named is not None and len(text) < 50)


def _wrap(rows: list[_Row]) -> list[Line]:
    """Join wrapped lines: the next line's first word would not have fitted into the line before."""
    lines: list[Line] = []
    previous: _Row | None = None
    for row in rows:
        if previous and lines and _continues(previous, row, lines[-1]):
            lines[-1].text = _glue(lines[-1].text, row.first.text)
        elif previous and lines and _continues_beside_date(previous, row):
            head, _, note = lines[-1].text.partition("\t")
            lines[-1].text = f"{_glue(head, row.first.text)}\t{note}"
        else:
            lines.append(_line(row, previous, len(lines) + 1))
        if row.notes:
            _attach_notes(lines, row.notes)
        previous = row
    return lines


def _attach_notes(lines: list[Line], notes: list[str]) -> None:
    """Give what stands at the right of bullets to the nearest line above them."""
    head = next((line for line in reversed(lines) if not line.bullet), None)
    if head is not None:
        head.text = "\t".join([head.text, *notes])


def _line(row: _Row, previous: _Row | None, number: int) -> Line:
    first = row.first
    text = "\t".join(segment.text for segment in row.segments if segment.text)
    bullet = len(text) > 1 and text[0] in BULLETS and not text[1].isalnum()
    gap = previous is None or row.start or previous.first.page != first.page
    if previous and not gap:
        gap = first.y - previous.first.y > 1.75 * max(first.size, 6)
    if bullet:
        text = text[1:].strip()
    elif numbered := re.match(r"\d{1,2}[.)]\s+(?=[^\d\s])", text):
        bullet, text = True, text[numbered.end() :]
    return Line(
        text=_soften(text),
        page=first.page,
        number=number,
        size=round(first.size, 1),
        bold=first.bold,
        indent=first.x0,
        bullet=bullet,
        gap=gap,
        start=row.start,
    )


def _continues(before: _Row, row: _Row, line: Line) -> bool:
    first, last = row.first, before.segments[-1]
    if len(row.segments) > 1 or row.start:
        return False
    if (len(before.segments) > 1 or "\t" in line.text) and not _in_last_cell(before, first):
        return False
    if not _may_follow(first, last, line):
        return False
    if last.text.count("(") > last.text.count(")") and ")" in first.text:
        return True
    dated = is_side_note(first.text) and find_dates(first.text)[0].span[0] <= 1
    if dated or (heading_section(first.text) and not line.bullet):
        return False
    word = first.text.split()[0]
    if word.isalpha() and word.islower() and last.x1 - last.x0 > 0.6 * (before.right - last.x0):
        return True
    needed = (first.x1 - first.x0) * len(word) / max(len(first.text), 1) + 0.2 * first.size
    return last.x1 + needed > before.right - 2 or last.text.endswith("\u00ad")


def _may_follow(first: Segment, last: Segment, line: Line) -> bool:
    """Tell whether place and style allow that a segment goes on where the line above ended."""
    if first.page != last.page or abs(first.size - last.size) > 0.6:
        return False
    if first.text[0] in BULLETS or re.match(r"\d{1,2}[.)]\s", first.text):
        return False
    if not 0 < first.y - last.y <= 1.9 * first.size:
        return False
    if line.bullet:
        return first.x0 >= line.indent + 2
    return abs(first.x0 - last.x0) <= 3 and first.edges[0] == last.edges[1]


def _in_last_cell(before: _Row, first: Segment) -> bool:
    """Tell a line that goes on under the last cell of a row; its first is a date or label."""
    last = before.segments[-1]
    return (
        len(before.segments) == 2
        and abs(first.x0 - last.x0) <= 3
        and last.x0 > before.first.x0 + 20
        and not is_side_note(last.text)
    )


def _continues_beside_date(before: _Row, row: _Row) -> bool:
    """Tell a heading that wraps while its dates stand at the right edge of its first line."""
    if len(before.segments) != 2 or len(row.segments) != 1 or row.notes:
        return False
    head, note, first = before.first, before.segments[1], row.first
    tight = 0 < first.y - head.y <= 1.7 * first.size and abs(first.size - head.size) < 0.6
    if not (tight and abs(first.x0 - head.x0) < 3 and first.edges[0] == head.edges[1]):
        return False
    open_ended = re.search(
        r"(?:[,&/-]|\b(?:of|and|in|und|für|de|et|en|di|e|per|la|der))$", head.text
    )
    return is_side_note(note.text) and (first.text[0].islower() or open_ended is not None)


def _glue(text: str, more: str) -> str:
    if text.endswith("\u00ad"):
        text = text[:-1] + "-"
        if more[:1].isupper() or more[:1].isdigit():
            return text + _soften(more)
    if text.endswith("-") and more[:1].islower() and text[-2:-1].isalpha():
        stem = re.split(r"\W+", text[:-1])[-1].casefold()
        return (text if stem in _KEEP_HYPHEN else text[:-1]) + _soften(more)
    return f"{text} {_soften(more)}"


def _soften(text: str) -> str:
    body = text[:-1].replace("\u00ad", "-") + text[-1:]
    return body
