"""Whether a page has two columns, and what stands above them."""

from __future__ import annotations

from dataclasses import dataclass

from jobtracker.resumes.reading.dates import find_dates, without_dates
from jobtracker.resumes.reading.headings import heading_section


@dataclass(slots=True)
class Segment:
    """Characters that stand together in one line."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    page: int
    edges: tuple[bool, bool] = (False, False)
    """Whether the first and the last letter are bold."""


def weight(segments: list[Segment]) -> int:
    """Return how much text the segments hold."""
    return sum(len(segment.text) for segment in segments)


def find_gutter(segments: list[Segment], width: float) -> float | None:
    """Return the x at which the page parts into two columns, or None where it does not."""
    if len(segments) < 12:
        return None
    best: tuple[float, float] | None = None
    for x in range(int(width * 0.18), int(width * 0.8), 3):
        left = [s for s in segments if s.x1 <= x + 1]
        right = [s for s in segments if s.x0 >= x - 1]
        crossing = len(segments) - len(left) - len(right)
        if min(len(left), len(right)) < 6 or crossing > 0.3 * len(segments):
            continue
        across = [s for s in segments if s.x1 > x + 1 and s.x0 < x - 1]
        if any(heading_section(s.text) not in {None, "title"} for s in across):
            continue
        if not _are_columns(left, right):
            continue
        score = (min(len(left), len(right)) - 2 * crossing) * (0.4 + 0.6 * _aligned(right))
        if best is None or score > best[0]:
            best = (score, float(x))
    return best[1] if best else None


def _aligned(right: list[Segment]) -> float:
    """Return which share of the right side begins at its left edge, as a column's lines do."""
    edge = min(s.x0 for s in right)
    return sum(1 for s in right if s.x0 - edge < 14) / len(right)


def _are_columns(left: list[Segment], right: list[Segment]) -> bool:
    """Tell two columns from dates, places or labels that stand beside the lines they belong to."""
    for side, other in ((left, right), (right, left)):
        aligned = [s for s in side if _beside(s, other)]
        notes = sum(1 for s in aligned if is_side_note(s.text))
        if len(aligned) >= 2 and notes >= 0.4 * len(aligned):
            return False
    if _are_labels(left, right):
        return False
    left_heads = sum(1 for s in left if heading_section(s.text))
    right_heads = sum(1 for s in right if heading_section(s.text))
    if max(left_heads / len(left), right_heads / len(right)) > 0.85:
        return False
    if left_heads and right_heads:
        return True
    headed, other = (left, right) if left_heads else (right, left)
    labels = [s for s in headed if not heading_section(s.text)]
    if sum(1 for s in labels if _beside(s, other)) >= 0.7 * len(labels):
        return False
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    if sum(1 for s in few if is_side_note(s.text)) > 0.35 * len(few):
        return False
    if left_heads and all(heading_section(s.text) or len(s.text) < 30 for s in left):
        aligned = sum(1 for s in few if _beside(s, many))
        return aligned < 0.5 * len(few)
    aligned = sum(1 for s in few if _beside(s, many))
    return aligned < 0.45 * len(few) and len(few) >= 10


def _are_labels(left: list[Segment], right: list[Segment]) -> bool:
    """Tell section names that stand in a column of their own, beside the text they belong to."""
    heads = [s for s in left if heading_section(s.text) not in {None, "title"}]
    if not heads:
        return False
    top = min(s.y for s in heads) - 1
    below = [s for s in left if s.y >= top]
    words = sum(len(s.text.split()) for s in below)
    beside = sum(1 for s in below if _beside(s, right))
    return words <= 3.5 * len(heads) and beside >= 0.7 * len(below)


def is_side_note(text: str) -> bool:
    """Tell a date, which belongs to the line that it stands beside."""
    return bool(find_dates(text)) and len(without_dates(text)) < 0.5 * len(text) + 4


def _beside(segment: Segment, others: list[Segment]) -> bool:
    return any(abs(segment.y - other.y) < 2.5 for other in others)


def split_page(
    segments: list[Segment], gutter: float
) -> tuple[list[Segment], list[Segment], list[Segment]]:
    """Return what stands above the columns, the left column and the right one."""
    crossing = [s for s in segments if s.x0 < gutter - 1 and s.x1 > gutter + 1]
    sides = [s for s in segments if not (s.x0 < gutter - 1 and s.x1 > gutter + 1)]
    floor = _end_of_top(crossing, sides, gutter)
    heads = [s.y for s in sides if heading_section(s.text) not in {None, "title"}]
    floor = max(floor, min(heads, default=0.0) - 2.5)
    above = [s for s in segments if s.y <= floor + 1]
    left = [s for s in sides if s.y > floor + 1 and s.x1 <= gutter + 1]
    right = [s for s in sides if s.y > floor + 1 and s.x1 > gutter + 1]
    rest = [s for s in crossing if s.y > floor + 1]
    (left if weight(left) >= weight(right) else right).extend(rest)
    return above, left, right


def _end_of_top(crossing: list[Segment], sides: list[Segment], gutter: float) -> float:
    """Return how far down the page is of one column: what stands at the right belongs to a row."""
    floor = 0.0
    for line in sorted(crossing, key=lambda s: s.y):
        region = [s for s in sides if floor < s.y <= line.y]
        right = [s for s in region if s.x0 >= gutter - 1]
        others = [*crossing, *(s for s in region if s.x0 < gutter - 1)]
        loose = [s for s in right if not _beside(s, others) and not is_side_note(s.text)]
        if len(loose) > 3:
            break
        floor = line.y
    beside = [s.y for s in sides if s.y > floor and s.x0 >= gutter - 1]
    return max(floor, min(beside, default=0.0) - 2.5) if floor else floor
