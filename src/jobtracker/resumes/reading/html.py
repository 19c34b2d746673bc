# ruff: noqa: E501 - word lists and patterns read better unbroken
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
"""HTML: blocks as lines, lists as bullets, table rows with tabs; what a style hides set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.document import BULLETS, Document, Line
from jobtracker.resumes.reading.docx import merge_cells
from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.html_style import (
    BLACK,
    SAME,
    WHITE,
    Color,
    Declarations,
    Styles,
    clear,
    color,
    ground,
    hiding,
    points,
    styles_of,
)
from jobtracker.resumes.reading.text import decode

_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "ul", "ol", "dl"),
        *("li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "blockquote"),
        *("address", "body", "html", "form", "fieldset", "nav", "figure", "pre", "hr", "td", "th"),
    ]
)
_SKIP = frozenset(["script", "style", "head", "template", "noscript", "svg", "title", "meta"])
_INLINE_DISPLAY = frozenset(["inline", "inline-block", "inline-flex", "contents"])


@dataclass(frozen=True, slots=True)
class _Look:
    """What a node hands down: the size of its letters in points, their colour and what lies behind."""

    size: float = 12.0
    color: Color | None = BLACK
    ground: Color | None = WHITE

    def under(self, style: Declarations) -> _Look:
        """Return the look of a node of this style that stands in ours."""
        size = points(style.get("font-size", ""), self.size)
        # What browsers fill letters with comes before their colour.
        said = style.get("-webkit-text-fill-color") or style.get("color", "")
        own = self.color if not said or said == "inherit" else color(said)
        return _Look(self.size if size is None else size, own, ground(style, self.ground))

    def unseen(self) -> bool:
        """Tell whether letters of this look cannot be told from what lies behind them."""
        if self.color is None or self.ground is None:
            return False
        return max(abs(a - b) for a, b in zip(self.color, self.ground, strict=True)) < SAME


@dataclass(slots=True)
class _Walker:
    styles: Styles
    lines: list[Line] = field(default_factory=list[Line])
    hidden: list[HiddenText] = field(default_factory=list[HiddenText])
    links: list[str] = field(default_factory=list[str])
    tables: int = 0
    images: int = 0
    _text: str = ""
    _bold: int = 0
    _bold_chars: int = 0
    _start: bool = False

    def flush(self, *, heading: int = 0, bullet: bool = False, gap: bool = False) -> None:
        """Close the current line."""
        text = re.sub(r"[ \n\r\f]+", " ", self._text).strip()
        text = re.sub(r" ?\t[\t ]*", "\t", text).strip("\t ")
        bold = self._bold_chars * 2 > len(text)
        self._text, self._bold_chars = "", 0
        if not text:
            return
        if len(text) > 1 and text[0] in BULLETS and text[1] == " ":
            bullet, text = True, text[1:].strip()
        start, self._start = self._start, False
        self.lines.append(
            Line(text, heading=heading, bullet=bullet, gap=gap, bold=bold, start=start)
        )

    def walk(self, node: Any, above: _Look, *, beside: bool = False) -> None:
        """Walk a node; `beside` is whether it stands in a row with what came before it."""
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _SKIP:
            return
        style = self.styles.of(node)
        look = above.under(style)
        if how := hiding(node, style, look.size) or _painted_away(style):
            self._hide("".join(node.itertext()), how)
            return
        if tag == "table":
            self._table(node, look)
            return
        block = _is_block(tag, style) and not beside
        if block and style.get("position") in {"absolute", "fixed"} and _has_heading(node):
            self.flush()
            self._start = True
        self._enter(node, tag, block=block)
        self._add(style.get("::before"), look)
        self._add(node.text, look)
        self._children(node, style, look)
        self._leave(tag, style, block=block)

    def _children(self, node: Any, style: Declarations, look: _Look) -> None:
        in_row = style.get("display", "") in {"flex", "inline-flex", "grid", "table-row"}
        in_row = in_row and not style.get("flex-direction", "row").startswith("column")
        tall = False
        for child in node:
            if in_row and isinstance(child.tag, str):
                holds_blocks = self._holds_blocks(child)
                if tall and holds_blocks:
                    self.flush()
                    self._start = self._start or _has_heading(child)
                self.walk(child, look, beside=not (tall and holds_blocks))
                self._text = self._text.rstrip() + "\t" if self._text.strip() else ""
                tall = tall or holds_blocks
            else:
                self.walk(child, look)
            self._add(child.tail, look)

    def _holds_blocks(self, node: Any) -> bool:
        return any(
            isinstance(inner.tag, str) and inner is not node
            and (inner.tag == "br" or _is_block(inner.tag, self.styles.of(inner)))
            for inner in node.iter()
        )  # fmt: skip

    def _hide(self, text: str, how: str) -> None:
        if clean := " ".join(text.split()):
            self.hidden.append(HiddenText.model_validate({"how": how, "text": clean[:2000]}))

    def _add(self, text: str | None, look: _Look) -> None:
        if text and text.strip() and look.unseen():
            self._hide(text, "white")
        elif text:
            self._text += text
            self._bold_chars += len(text) if self._bold else 0

    def _enter(self, node: Any, tag: str, *, block: bool) -> None:
        if block:
            self.flush(gap=False)
        elif tag == "br":
            self.flush()
        if tag == "img":
            self.images += 1
        if tag == "a" and (target := node.get("href")):
            self.links.append(str(target))
        if tag in {"b", "strong"}:
            self._bold += 1

    def _leave(self, tag: str, style: Declarations, *, block: bool) -> None:
        if tag in {"b", "strong"}:
            self._bold -= 1
        if re.fullmatch(r"h[1-6]", tag) and block:
            self.flush(heading=int(tag[1]), gap=True)
        elif block:
            self.flush(bullet=tag == "li")
        elif style.get("display") == "inline-block" or style.get("float") == "right":
            self._text = self._text.rstrip() + "\t"

    def _table(self, table: Any, look: _Look) -> None:
        self.flush()
        self.tables += 1
        for row in table.iter("tr"):
            cells: list[list[Line]] = []
            for cell in row:
                if cell.tag not in {"td", "th"}:
                    continue
                inner = _Walker(self.styles)
                inner.walk(cell, look)
                inner.flush()
                self.hidden += inner.hidden
                self.links += inner.links
                cells.append(inner.lines)
            self.lines += merge_cells([cell for cell in cells if cell])


def _is_block(tag: str, style: Declarations) -> bool:
    display = style.get("display", "")
    if display in _INLINE_DISPLAY:
        return False
    return tag in _BLOCKS or display in {"block", "flex", "grid", "table", "list-item"}


def _has_heading(node: Any) -> bool:
    """Tell a column, which has headings of its own, from a cell."""
    return any(
        isinstance(inner.tag, str)
        and (re.fullmatch("h[1-4]", inner.tag) or heading_section((inner.text or "").strip(" :\n")))
        for inner in node.iter()
    )


def _painted_away(style: Declarations) -> str:
    """Tell letters of a clear colour, unless a picture of theirs shows through (gradient titles)."""
    fill = style.get("-webkit-text-fill-color", "")
    is_cut_out = "text" in style.get("background-clip", style.get("-webkit-background-clip", ""))
    if is_cut_out or not (clear(style.get("color", "")) or clear(fill)):
        return ""
    return "invisible"


def read_html(data: bytes, name: str) -> Document:
    """Read an HTML page.

    Raises:
        BadInput: it cannot be parsed.
    """
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(data, name))
    try:
        root = lxml_html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise BadInput(f"{name} is no HTML page that can be parsed ({exc})") from exc
    walker = _Walker(styles_of(root))
    walker.walk(root, _Look())
    walker.flush()
    for number, line in enumerate(walker.lines, 1):
        line.number = number
    layout = Layout(kind="html", tables=walker.tables, images=walker.images)
    return Document(walker.lines, layout, walker.hidden + _keywords(root), walker.links)


def hidden_in(fragment: str) -> list[HiddenText]:
    """Return what a piece of HTML holds that a person would not see."""
    try:
        root = lxml_html.document_fromstring(fragment)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    walker = _Walker(styles_of(root))
    walker.walk(root, _Look())
    return walker.hidden


def _keywords(root: Any) -> list[HiddenText]:
    found: list[HiddenText] = []
    for node in root.iter("meta"):
        words = re.findall(r"\w+", node.get("content") or "")
        if (node.get("name") or "").lower() in {"keywords", "description"} and len(words) > 25:
            found.append(HiddenText(how="metadata", text=(node.get("content") or "")[:2000]))
    return found
