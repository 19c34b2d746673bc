"""From characters to segments: words, the cells of a row, letters that are spaced out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.document import BULLETS
from jobtracker.resumes.reading.pdf_columns import Segment, is_side_note
from jobtracker.resumes.reading.pdf_page import Char


def page_segments(chars: list[Char], page: int) -> list[Segment]:
    """Return the characters of a page as segments, top to bottom and left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (c.y, c.x0)):
        if rows and abs(char.y - rows[-1][0].y) <= 0.3 * min(char.size, rows[-1][0].size):
            rows[-1].append(char)
        else:
            rows.append([char])
    for row in rows:
        row.sort(key=lambda c: c.x0)
    first = [_row_segments(row, page, ([], [])) for row in rows]
    stops = _stops(first), _edges(first)
    again = [_row_segments(row, page, stops) for row in rows] if any(stops) else first
    return _join_bullets([segment for segments in again for segment in segments])


def _stops(rows: list[list[Segment]]) -> list[float]:
    """Return where second cells begin again and again: a full first cell may touch the second."""
    counts = Counter(round(segment.x0) for row in rows for segment in row[1:])
    return [float(x) for x, count in counts.items() if count >= 3]


def _edges(rows: list[list[Segment]]) -> list[float]:
    """Return where lines begin again and again, right of the first edge: a second column of cells,
    which stands so near to the labels beside it that only its edge tells them apart."""
    counts = Counter(round(row[0].x0) for row in rows if row)
    left = min(counts, default=0)
    return [float(x) for x, count in counts.items() if count >= 4 and x > left + 60]


def _row_segments(
    row: list[Char], page: int, stops: tuple[list[float], list[float]]
) -> list[Segment]:
    groups: list[list[Char]] = []
    last: Char | None = None
    spaces: list[Char] = []
    usual = _usual_gap(row)
    for char in row:
        if not char.text.strip():
            if last is None or char.x1 > last.x1 - 0.3:
                spaces.append(char)
            continue
        if last and _drawn_twice(last, char):
            continue
        apart = last is None or char.x0 - last.x1 > 1.15 * min(char.size, last.size) + usual
        apart = apart or (last is not None and _other_size(last, char, spaces))
        if apart or _new_cell(groups, char, stops) or _at_edge(last, char, stops[1]):
            groups.append([])
        elif last is not None and _is_space(last, char, spaces, usual):
            groups[-1].append(Char(" ", last.x1, char.x0, char.y, char.size, char.bold))
        groups[-1].append(char)
        last, spaces = char, []
    return [_segment(group, page) for group in groups]


def _other_size(last: Char, char: Char, spaces: list[Char]) -> bool:
    """Tell a title that follows the name in one line, in letters of a much smaller size."""
    small, large = sorted((last.size, char.size))
    spaced = bool(spaces) or last.space or char.x0 - last.x1 > 0.25 * small
    return large > 1.6 * small and large > 13 and spaced


def _at_edge(last: Char | None, char: Char, edges: list[float]) -> bool:
    wide = last is not None and char.x0 - last.x1 > 0.55 * min(char.size, last.size)
    return wide and any(abs(char.x0 - edge) < 1.0 for edge in edges)


def _new_cell(groups: list[list[Char]], char: Char, stops: tuple[list[float], list[float]]) -> bool:
    """Tell the first letter of a cell: another frame around it, or at a stop behind a date."""
    last = groups[-1][-1]
    if last.frame != char.frame:
        return True
    if len(groups) > 1 or not any(abs(char.x0 - stop) < 1.2 for stop in stops[0]):
        return False
    before = "".join(item.text for item in groups[0]).strip()
    return len(before) < 26 and bool(find_dates(before)) and is_side_note(before)


def _usual_gap(row: list[Char]) -> float:
    """Return by how much the letters of a row are spaced out, 0 where they are not."""
    solid = [char for char in row if char.text.strip()]
    gaps = [(b.x0 - a.x1, min(a.size, b.size)) for a, b in pairwise(solid) if not a.space]
    if len(gaps) < 4:
        return 0.0
    gap, size = median(gap for gap, _ in gaps), median(size for _, size in gaps)
    return gap if 0.06 * size < gap < 1.2 * size else 0.0


def _drawn_twice(last: Char, char: Char) -> bool:
    """Tell a letter painted again for boldness; letters of one ligature share a text object."""
    same = char.text == last.text and char.order != last.order
    return same and abs(char.x0 - last.x0) < 0.12 * char.size


def _is_space(last: Char, char: Char, spaces: list[Char], usual: float) -> bool:
    gap = char.x0 - last.x1
    size = min(char.size, last.size)
    if usual and not spaces:
        return gap > 1.25 * usual + 0.14 * size
    return gap > 0.2 * size or bool(spaces) or (last.space and gap > 0.02 * size)


def _segment(chars: list[Char], page: int) -> Segment:
    solid = [char for char in chars if char.text != " "]
    text = "".join(char.text for char in chars)
    tokens = text.split()
    if len(tokens) >= 4 and sum(len(token) == 1 for token in tokens) >= 0.75 * len(tokens):
        text = _close_letters(solid)
    bold = sum(char.bold for char in solid) >= 0.6 * len(solid)
    size = median(char.size for char in solid)
    edges = (solid[0].bold, solid[-1].bold)
    return Segment(text.strip(), solid[0].x0, solid[-1].x1, solid[0].y, size, bold, page, edges)


def _close_letters(solid: list[Char]) -> str:
    """Join letters that are spaced out; a word ends where the gap is clearly wider than usual."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(solid)]
    usual = median(gaps)
    joined = solid[0].text
    for gap, char in zip(gaps, solid[1:], strict=True):
        joined += (" " if gap > 1.6 * usual + 0.5 else "") + char.text
    return joined


def _join_bullets(segments: list[Segment]) -> list[Segment]:
    """Put a bullet that stands alone in front of what follows it in the line."""
    result: list[Segment] = []
    pending: Segment | None = None
    for segment in segments:
        if pending is not None:
            same_line = abs(segment.y - pending.y) < 0.5 * max(segment.size, pending.size)
            if same_line and segment.x0 >= pending.x0:
                segment.text = f"{pending.text} {segment.text}"
                segment.x0 = pending.x0
            pending = None
        if segment.text in BULLETS:
            pending = segment
        else:
            result.append(segment)
    return result
