# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""One PDF page as characters with place, size and colour; what a person cannot see is set apart."""

from __future__ import annotations

import ctypes
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from math import atan2, pi
from typing import Any

import pypdfium2.raw as raw

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_TINY = 3.2
"""Characters lower than this many points cannot be read on paper."""
_BULLET_GLYPHS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF02D: "•", 0xF076: "•", 0xF0FC: "✓"}
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Char:
    """A character; `x0`, `x1` and the baseline `y` in points from the upper left corner."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    hidden: str = ""
    space: bool = False
    """PDFium sees a space behind it."""
    order: int = -1
    frame: int = -1
    """Which small box it stands in (a pill, a tag), -1 where in none."""


@dataclass(slots=True)
class _Style:
    """What is true of a whole text object; `order` is its place in the painting order."""

    bold: bool
    font: str
    mode: int
    color: tuple[int, int, int, int]
    order: int
    size: float


@dataclass(slots=True)
class _Paint:
    """A filled area or an image (colour None): what may lie under or over a character."""

    box: Box
    color: tuple[int, int, int] | None
    order: int
    outline: bool = False
    """So many curves that it may be letters: some programs paint glyphs and lay clear text over."""


@dataclass(frozen=True, slots=True)
class Place:
    """The visible part of a page in its own space, and how many quarter turns its text stands."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as one reads the page."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the point from the upper left corner, as one reads the page."""
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        if self.turns == 3:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the box from the upper left corner, as one reads the page."""
        a, b = self.point(x0, y0), self.point(x1, y1)
        return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


@dataclass(slots=True)
class Page:
    """A page as read."""

    number: int
    width: float
    height: float
    chars: list[Char] = field(default_factory=list[Char])
    unseen: list[Char] = field(default_factory=list[Char])
    fonts: set[str] = field(default_factory=set[str])
    marks: list[Box] = field(default_factory=list[Box])
    """Small painted shapes, which are the bullets of programs that draw them (browsers do)."""
    frames: list[Box] = field(default_factory=list[Box])
    """Boxes of a word's or two words' size."""
    unmapped: int = 0
    images: int = 0
    image_share: float = 0.0
    place: Place = field(default_factory=lambda: Place(0.0, 0.0, 0.0, 0.0))


def read_page(page: Any, number: int) -> Page:
    """Read a page of PDFium's and close it."""
    from jobtracker.resumes.reading.pdf_seen import set_unseen_apart

    textpage = page.get_textpage()
    place = Place(*page.get_cropbox(), turns=_quarter_turns(textpage))
    result = Page(number, *place.size, place=place)
    try:
        paints, orders = _painting(page, result)
        result.marks = [paint.box for paint in paints if _is_mark(paint)]
        styles: dict[int, _Style] = {}
        for index in range(raw.FPDFText_CountChars(textpage)):
            code = raw.FPDFText_GetUnicode(textpage, index)
            if raw.FPDFText_IsGenerated(textpage, index) == 1 and code != 2:
                if code == 32 and result.chars:
                    result.chars[-1].space = True
                continue
            text = _text(code, result)
            if not text:
                continue
            style = _style(textpage, index, styles, orders, result)
            char = _char(textpage, index, text, style, place)
            char.hidden = _hidden(char, style, paints, result)
            char.frame = _frame(char, result)
            (result.unseen if char.hidden else result.chars).append(char)
        set_unseen_apart(page, result)
    finally:
        textpage.close()
        page.close()
    add_painted_bullets(result)
    return result


def _quarter_turns(textpage: Any) -> int:
    """Return by how many quarter turns, anticlockwise, most of the page's text is turned.

    The page's own `/Rotate` does not tell: text can stand upright on a page that is shown turned.
    """
    count = raw.FPDFText_CountChars(textpage)
    seen: Counter[int] = Counter()
    matrix = raw.FS_MATRIX()
    for index in range(0, count, max(1, count // 200)):
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        if raw.FPDFText_GetMatrix(textpage, index, matrix) and (matrix.a or matrix.b):
            seen[round(atan2(matrix.b, matrix.a) / (pi / 2)) % 4] += 1
    return seen.most_common(1)[0][0] if seen else 0


def _is_mark(paint: _Paint) -> bool:
    """Tell a disc or square of a bullet's size; rules, bars and frames are longer."""
    if paint.color is None:
        return False
    width, height = paint.box[2] - paint.box[0], paint.box[3] - paint.box[1]
    return 1.2 <= width <= 7 and 1.2 <= height <= 7 and 0.6 <= width / height <= 1.7


def add_painted_bullets(page: Page) -> None:
    """Put a bullet where a small shape stands a little to the left of the first letter of a line.

    A shape alone proves nothing (timelines and ratings have dots too): it must sit at the height of
    the small letters, near them, and at least two of them must stand in one column.
    """
    found: list[Char] = []
    for box in page.marks:
        middle = (box[1] + box[3]) / 2
        line = [c for c in page.chars if c.text.strip() and c.y - 0.75 * c.size < middle < c.y]
        after = [c for c in line if c.x0 > box[2] - 0.5]
        before = [c for c in line if box[0] - 2.2 * c.size < c.x1 <= box[0] + 0.5]
        if not after or before:
            continue
        first = min(after, key=lambda c: c.x0)
        gap = first.x0 - box[2]
        if 1.0 <= gap <= 1.6 * first.size and box[3] - box[1] <= 0.6 * first.size:
            found.append(Char("•", box[0], box[2], first.y, first.size, first.bold))
    for char in found:
        if sum(abs(other.x0 - char.x0) < 1.5 for other in found) >= 2:
            page.chars.append(char)


def _is_frame(box: Box, page_width: float) -> bool:
    return 8 < box[3] - box[1] < 30 and 12 < box[2] - box[0] < 0.35 * page_width


def _frame(char: Char, page: Page) -> int:
    middle, y = (char.x0 + char.x1) / 2, char.y - 0.3 * char.size
    for index, box in enumerate(page.frames):
        if box[0] <= middle <= box[2] and box[1] <= y <= box[3]:
            return index if box[3] - box[1] < 2.6 * char.size else -1
    return -1


def hidden_runs(page: Page) -> list[tuple[str, str]]:
    """Return what is hidden on the page as (how, text), neighbours joined."""
    runs: list[tuple[str, str]] = []
    for how, group in groupby(page.unseen, key=lambda char: char.hidden):
        pieces: list[str] = []
        last: Char | None = None
        for char in group:
            moved = last is not None and (
                abs(char.y - last.y) > last.size * 0.5 or char.x0 - last.x1 > 0.2 * last.size
            )
            pieces.append((" " if moved else "") + char.text)
            last = char
        text = " ".join("".join(pieces).split())
        if sum(character.isalnum() for character in text) >= 2:
            runs.append((how, text))
    return runs


def _text(code: int, page: Page) -> str:
    if code in _BULLET_GLYPHS:
        return _BULLET_GLYPHS[code]
    if code == 2:
        return "\u00ad"
    if code in {0, 0xFFFE, 0xFFFD, 0xFFFF}:
        page.unmapped += 1
        return ""
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return " "
    if code < 32 or code == 0xAD or 0x200B <= code <= 0x200F or code == 0xFEFF:
        return " " if code in {9, 10, 13} else ""
    character = chr(code) if code <= 0x10FFFF else ""
    return _LIGATURES.get(character, character)


def _char(textpage: Any, index: int, text: str, style: _Style, place: Place) -> Char:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, box)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, index, x, y)
    x0, above, x1, below = place.box(box.left, box.bottom, box.right, box.top)
    _, foot = place.point(x.value, y.value)
    size = style.size or below - above
    return Char(text, x0, x1, foot, size, style.bold, order=style.order)


def _style(
    textpage: Any, index: int, styles: dict[int, _Style], orders: dict[int, int], page: Page
) -> _Style:
    handle = raw.FPDFText_GetTextObject(textpage, index)
    key = ctypes.cast(handle, ctypes.c_void_p).value or 0
    if key in styles:
        return styles[key]
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    raw.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha)
    buffer = ctypes.create_string_buffer(256)
    flags = ctypes.c_int(0)
    raw.FPDFText_GetFontInfo(textpage, index, buffer, 256, flags)
    font = buffer.value.decode("utf-8", "replace")
    lowered = font.lower()
    bold = bool(flags.value & (1 << 18)) or any(
        word in lowered for word in ("bold", "black", "heavy", "semibd", "demi", "cmbx", "-bd")
    )
    page.fonts.add(font.partition("+")[2] or font)
    mode = raw.FPDFTextObj_GetTextRenderMode(handle) if handle else 0
    color = (red.value, green.value, blue.value, alpha.value)
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(textpage, index)
    if raw.FPDFText_GetMatrix(textpage, index, matrix):
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
    styles[key] = _Style(bold, font, mode, color, orders.get(key, -1), size)
    return styles[key]


def _painting(page: Any, result: Page) -> tuple[list[_Paint], dict[int, int]]:
    """Return the filled areas and images of the page, and the painting order of its objects."""
    paints: list[_Paint] = []
    orders: dict[int, int] = {}
    area = max(result.width * result.height, 1.0)
    for order, item in enumerate(page.get_objects(max_depth=6)):
        orders[ctypes.cast(item.raw, ctypes.c_void_p).value or 0] = order
        if item.type not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
            continue
        box = result.place.box(*item.get_bounds())
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            share = (box[2] - box[0]) * (box[3] - box[1]) / area
            result.image_share = max(result.image_share, share)
            if box[2] - box[0] > 20 and box[3] - box[1] > 20:
                result.images += 1
            paints.append(_Paint(box, None, order))
            continue
        if _is_frame(box, result.width) and raw.FPDFPath_CountSegments(item.raw) <= 17:
            result.frames.append(box)
        if (color := _fill(item.raw)) is not None:
            outline = raw.FPDFPath_CountSegments(item.raw) > 12
            paints.append(_Paint(box, color, order, outline))
    return paints, orders


def _fill(item: Any) -> tuple[int, int, int] | None:
    mode, stroke = ctypes.c_int(0), ctypes.c_int(0)
    if not raw.FPDFPath_GetDrawMode(item, mode, stroke) or mode.value == 0:
        return None
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha) or alpha.value < 128:
        return None
    return red.value, green.value, blue.value


def _hidden(char: Char, style: _Style, paints: list[_Paint], page: Page) -> str:
    """Return how the character is hidden, or an empty string where a person sees it."""
    x, y = (char.x0 + char.x1) / 2, char.y - char.size * 0.3
    if style.mode in {3, 7} or style.color[3] < 13:
        char.bold = _painted_as_outline(char, x, y, paints)
        return "" if char.bold else "invisible"
    if 0 < char.size < _TINY:
        return "tiny"
    if x < -2 or y < -2 or x > page.width + 2 or y > page.height + 2:
        return "off_page"
    under: tuple[int, int, int] | None = (255, 255, 255)
    for paint in paints:
        if not (paint.box[0] <= x <= paint.box[2] and paint.box[1] <= y <= paint.box[3]):
            continue
        if paint.order < style.order:
            under = paint.color
        elif style.order >= 0:
            return "covered"
    if under is not None and style.mode in {0, 4}:
        distance = max(abs(a - b) for a, b in zip(style.color[:3], under, strict=True))
        if distance < 24:
            return "white"
    return ""


def _painted_as_outline(char: Char, x: float, y: float, paints: list[_Paint]) -> bool:
    return any(
        paint.outline
        and paint.box[0] - 1 <= x <= paint.box[2] + 1
        and paint.box[1] - char.size * 0.5 <= y <= paint.box[3] + char.size * 0.5
        and paint.box[3] - paint.box[1] < 2.5 * char.size
        for paint in paints
    )
