# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""ODT: paragraphs, headings, lists and tables of `content.xml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.containers import member, open_zip, parse_xml
from jobtracker.resumes.reading.document import BULLETS, Document, Line
from jobtracker.resumes.reading.docx import merge_cells

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible-formatting-properties:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"


@dataclass(slots=True)
class _Style:
    bold: bool = False
    size: float = 0.0
    hidden: str = ""


@dataclass(slots=True)
class _Walker:
    styles: dict[str, _Style]
    hidden: list[HiddenText] = field(default_factory=list[HiddenText])
    links: list[str] = field(default_factory=list[str])
    tables: int = 0
    boxes: int = 0

    def blocks(self, parent: Any, *, bullet: bool = False) -> list[Line]:
        """Return the lines of a parent's blocks."""
        lines: list[Line] = []
        for node in parent:
            if node.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
                lines += self.paragraph(node, bullet=bullet)
            elif node.tag == f"{_TABLE}table":
                lines += self.table(node)
            elif node.tag in {f"{_TEXT}list", f"{_TEXT}list-item"}:
                lines += self.blocks(node, bullet=True)
            elif node.tag == f"{_TEXT}section":
                lines += self.blocks(node)
        return lines

    def table(self, table: Any) -> list[Line]:
        """Return a table's rows."""
        self.tables += 1
        lines: list[Line] = []
        for row in table.iter(f"{_TABLE}table-row"):
            cells = [self.blocks(cell) for cell in row if cell.tag == f"{_TABLE}table-cell"]
            cells = [[line for line in cell if line.text] for cell in cells]
            lines += merge_cells([cell for cell in cells if cell])
        return lines

    def paragraph(self, node: Any, *, bullet: bool) -> list[Line]:
        """Return a paragraph as lines, one for each line break in it."""
        style = self.styles.get(node.get(f"{_TEXT}style-name", ""), _Style())
        pieces: list[tuple[str, bool]] = []
        boxes: list[Line] = []
        self._collect(node, style, pieces, boxes)
        level = int(node.get(f"{_TEXT}outline-level", 1)) if node.tag == f"{_TEXT}h" else 0
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
        self, node: Any, style: _Style, pieces: list[tuple[str, bool]], boxes: list[Line]
    ) -> None:
        self._piece(node.text, style, pieces)
        for child in node:
            if child.tag == f"{_TEXT}tab":
                pieces.append(("\t", False))
            elif child.tag == f"{_TEXT}line-break":
                pieces.append(("\n", False))
            elif child.tag == f"{_TEXT}s":
                pieces.append((" ", False))
            elif child.tag in {f"{_TEXT}span", f"{_TEXT}a"}:
                if target := child.get(f"{_XLINK}href"):
                    self.links.append(str(target))
                own = self.styles.get(child.get(f"{_TEXT}style-name", ""), style)
                self._collect(child, own, pieces, boxes)
            elif child.tag == f"{_DRAW}frame":
                for box in child.iter(f"{_DRAW}text-box"):
                    self.boxes += 1
                    inner = self.blocks(box)
                    if inner:
                        inner[0].start = True
                    boxes += inner
            self._piece(child.tail, style, pieces)

    def _piece(self, text: str | None, style: _Style, pieces: list[tuple[str, bool]]) -> None:
        if not text:
            return
        if style.hidden and text.strip():
            found = {"how": style.hidden, "text": text.strip()[:2000]}
            self.hidden.append(HiddenText.model_validate(found))
            return
        pieces.append((re.sub(r"\s+", " ", text), style.bold))


def _styles(root: Any) -> dict[str, _Style]:
    found: dict[str, _Style] = {}
    for node in root.iter(f"{_STYLE}style"):
        style = _Style()
        for properties in node.iter(f"{_STYLE}text-properties"):
            style.bold = properties.get(f"{_FO}font-weight", "") in {"bold", "700", "800", "900"}
            size = re.match(r"([\d.]+)pt", properties.get(f"{_FO}font-size", ""))
            style.size = float(size[1]) if size else 0.0
            color = properties.get(f"{_FO}color", "").lower()
            ground = properties.get(f"{_FO}background-color", "transparent").lower()
            if properties.get(f"{_TEXT}display") == "none":
                style.hidden = "hidden_style"
            elif 0 < style.size <= 3:
                style.hidden = "tiny"
            elif re.fullmatch(r"#f.f.f.", color) and ground in {"transparent", "#ffffff"}:
                style.hidden = "white"
        found[node.get(f"{_STYLE}name", "")] = style
    return found


def read_odt(data: bytes, name: str) -> Document:
    """Read an OpenDocument text.

    Raises:
        BadInput: corrupt, encrypted, with entities, or a bomb.
    """
    archive = open_zip(data, name)
    manifest = member(archive, "META-INF/manifest.xml", name) or b""
    if b"encryption-data" in manifest:
        raise BadInput(f"{name} is encrypted; save a copy without a password and import that")
    content = member(archive, "content.xml", name)
    root = parse_xml(content or b"", name, "content.xml")
    styles: dict[str, _Style] = {}
    if extra := member(archive, "styles.xml", name):
        styles |= _styles(parse_xml(extra, name, "styles.xml"))
    walker = _Walker(styles | _styles(root))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    lines = walker.blocks(body) if body is not None else []
    if not lines:
        raise BadInput(f"{name} has no text; import a file with text")
    for number, line in enumerate(lines, 1):
        line.number = number
    layout = Layout(kind="odt", tables=walker.tables, text_boxes=walker.boxes)
    return Document(lines, layout, walker.hidden, walker.links)
