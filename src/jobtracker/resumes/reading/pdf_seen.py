# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""Whether the letters of a page show when it is painted: the one test that no trick gets around.

Clipped text, layers that are off, outlines in the colour of the paper, pictures on top: whatever
hides a run of letters, where it stands the painted page has one even colour.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from jobtracker.resumes.reading.pdf_page import Char, Page

SCALE = 2.0
"""Painted at 144 dots per inch."""
PAGES = 12
"""Later pages are not painted; no résumé has them."""
_CONTRAST = 26
"""Shades of grey, of 256, that a run must span to be seen."""


def set_unseen_apart(page: Any, result: Page) -> None:
    """Move the runs that do not show from `chars` to `unseen`."""
    if not result.chars or result.number > PAGES:
        return
    turned = (90 * result.place.turns - page.get_rotation()) % 360
    bitmap = page.render(scale=SCALE, grayscale=True, rotation=turned)
    try:
        shades, stride = bytes(bitmap.buffer), int(bitmap.stride)
        size = (int(bitmap.width), int(bitmap.height))
    finally:
        bitmap.close()
    seen: list[Char] = []
    for _, group in groupby(result.chars, key=lambda c: (c.order, round(c.y))):
        run = list(group)
        how = _how_hidden(run, shades, stride, size)
        for char in run:
            char.hidden = how
        (result.unseen if how else seen).extend(run)
    result.chars = seen


def _how_hidden(run: list[Char], shades: bytes, stride: int, size: tuple[int, int]) -> str:
    letters = [char for char in run if char.text.strip()]
    if not letters:
        return ""
    if len(letters) > 4:
        width = sum(char.x1 - char.x0 for char in letters) / len(letters)
        if width < 0.12 * letters[0].size:
            return "tiny"
    left = max(0, int(min(c.x0 for c in letters) * SCALE) - 1)
    right = min(size[0], int(max(c.x1 for c in letters) * SCALE) + 2)
    top = max(0, int(min(c.y - c.size for c in letters) * SCALE))
    foot = min(size[1], int(max(c.y + 0.25 * c.size for c in letters) * SCALE) + 1)
    if right - left < 2 or foot - top < 2:
        return ""
    low, high = 255, 0
    for row in range(top, foot):
        line = shades[row * stride + left : row * stride + right]
        low, high = min(low, min(line)), max(high, max(line))
        if high - low >= _CONTRAST:
            return ""
    return "invisible"
