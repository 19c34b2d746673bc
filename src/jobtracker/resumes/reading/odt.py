# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""ODT: paragraphs, headings, lists and tables of `content.xml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.containers import member, open_zip, parse_xml
from jobtracker.resumes.reading.document import BULLETS, Document, Line
from jobtracker.resumes.reading.docx import merge_cells
from jobtracker.resumes.reading.docx_hidden import stuffed
from jobtracker.resumes.reading.odt_style import TEXT, Look, is_away, looks

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
PLAIN, _NOT_SHOWN = Look(), Look(hidden="hidden_style")
_HIDDEN_PARAGRAPH = f"{TEXT}hidden-paragraph"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"


_BLANKS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n", f"{TEXT}s": " "}


@dataclass(slots=True)
class _Walker:
    styles: dict[str, Look]
    hidden: list[HiddenText] = field(default_factory=list[HiddenText])
    links: list[str] = field(default_factory=list[str])
    tables: int = 0
    boxes: int = 0

    def blocks(self, parent: Any, above: Look = PLAIN, *, bullet: bool = False) -> list[Line]:
        """Return the lines of a parent's blocks, which stand in letters that look like `above`."""
        lines: list[Line] = []
        for node in parent:
            if node.tag in {f"{TEXT}p", f"{TEXT}h"}:
                lines += self.paragraph(node, above, bullet=bullet)
            elif node.tag == f"{_TABLE}table":
                lines += self.table(node, above)
            elif node.tag in {f"{TEXT}list", f"{TEXT}list-item"}:
                lines += self.blocks(node, above, bullet=True)
            elif node.tag == f"{TEXT}section":
                shown = node.get(f"{TEXT}display", "true") == "true"
                lines += self.blocks(node, above if shown else _NOT_SHOWN)
        return lines

    def table(self, table: Any, above: Look) -> list[Line]:
        """Return a table's rows."""
        self.tables += 1
        lines: list[Line] = []
        for row in table.iter(f"{_TABLE}table-row"):
            cells = [
                self.blocks(cell, self._look(cell, f"{_TABLE}style-name", above))
                for cell in row
                if cell.tag == f"{_TABLE}table-cell"
            ]
            cells = [[line for line in cell if line.text] for cell in cells]
            lines += merge_cells([cell for cell in cells if cell])
        return lines

    def _look(self, node: Any, attribute: str, above: Look) -> Look:
        own = self.styles.get(str(node.get(attribute, "")))
        return own.under(above) if own else above

    def paragraph(self, node: Any, above: Look, *, bullet: bool) -> list[Line]:
        """Return a paragraph as lines, one for each line break in it."""
        style = self._look(node, f"{TEXT}style-name", above)
        if any(mark.get(f"{TEXT}is-hidden") == "true" for mark in node.iter(_HIDDEN_PARAGRAPH)):
            style = _NOT_SHOWN
        pieces: list[tuple[str, bool]] = []
        boxes: list[Line] = []
        self._collect(node, style, pieces, boxes)
        level = int(node.get(f"{TEXT}outline-level", 1)) if node.tag == f"{TEXT}h" else 0
        lines: list[Line] = []
        full = "".join(text for text, _ in pieces)
        bold = sum(len(text) for text, is_bold in pieces if is_bold) * 2 > len(full)
        for part in full.split("\n"):
            text = re.sub(r"\s*\t\s*", "\t", re.sub(r" +", " ", part)).strip()
            if not text:
                continue
            is_bullet = bullet
            if len(text) > 1 and text[0] in BULLETS and not text[1].isalnum():
                is_bullet, text = True, text[1:].strip()
            lines.append(
                Line(
                    text, size=style.size, bold=bold, bullet=is_bullet, heading=level, gap=level > 0
                )
            )
        return lines + boxes

    def _collect(
        self, node: Any, style: Look, pieces: list[tuple[str, bool]], boxes: list[Line]
    ) -> None:
        self._piece(node.text, style, pieces)
        for child in node:
            if blank := _BLANKS.get(child.tag):
                pieces.append((blank, False))
            elif child.tag in {f"{TEXT}span", f"{TEXT}a"}:
                if target := child.get(f"{_XLINK}href"):
                    self.links.append(str(target))
                own = self._look(child, f"{TEXT}style-name", style)
                self._collect(child, own, pieces, boxes)
            elif child.tag in {f"{TEXT}hidden-text", f"{TEXT}conditional-text"}:
                self._hide(
                    str(child.get(f"{TEXT}string-value") or child.text or ""), "hidden_style"
                )
            elif child.tag == f"{_DRAW}frame":
                boxes += self._frame(child)
            self._piece(child.tail, style, pieces)

    def _frame(self, frame: Any) -> list[Line]:
        look = self._look(frame, f"{_DRAW}style-name", PLAIN)
        lines: list[Line] = []
        for box in frame.iter(f"{_DRAW}text-box"):
            self.boxes += 1
            inner = self.blocks(box, look)
            if inner and is_away(frame):
                self._hide(" ".join(line.plain for line in inner), "off_page")
                continue
            if inner:
                inner[0].start = True
            lines += inner
        return lines

    def _hide(self, text: str, how: str) -> None:
        if text.strip():
            found = {"how": how, "text": text.strip()[:2000]}
            self.hidden.append(HiddenText.model_validate(found))

    def _piece(self, text: str | None, style: Look, pieces: list[tuple[str, bool]]) -> None:
        if not text:
            return
        if how := style.how_hidden():
            self._hide(text, how)
            return
        pieces.append((re.sub(r"\s+", " ", text), bool(style.bold)))


def _metadata(archive: Any, name: str) -> list[HiddenText]:
    data = member(archive, "meta.xml", name)
    if not data:
        return []
    texts = [str(node.text or "") for node in parse_xml(data, name, "meta.xml").iter()]
    # Each keyword is an element of its own.
    words = [str(n.text or "") for n in parse_xml(data, name, "meta.xml").iter(f"{_META}keyword")]
    said = [*texts, ", ".join(words)] if len(words) > 1 else texts
    return [HiddenText(how="metadata", text=text[:2000]) for text in said if stuffed(text)]


def read_odt(data: bytes, name: str) -> Document:
    """Read an OpenDocument text.

    Raises:
        BadInput: corrupt, encrypted, with entities, or a bomb.
    """
    archive = open_zip(data, name)
    manifest = member(archive, "META-INF/manifest.xml", name) or b""
    if b"encryption-data" in manifest:
        raise BadInput(say("resumes.encrypted", name=name))
    content = member(archive, "content.xml", name)
    root = parse_xml(content or b"", name, "content.xml")
    extra = member(archive, "styles.xml", name)
    named = [parse_xml(extra, name, "styles.xml")] if extra else []
    walker = _Walker(looks(*named, root))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    lines = walker.blocks(body) if body is not None else []
    if not lines:
        raise BadInput(say("resumes.no_text", name=name))
    for number, line in enumerate(lines, 1):
        line.number = number
    layout = Layout(kind="odt", tables=walker.tables, text_boxes=walker.boxes)
    return Document(lines, layout, walker.hidden + _metadata(archive, name), walker.links)
