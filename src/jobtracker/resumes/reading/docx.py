"""DOCX: paragraphs, tables, text boxes, headers and footers, in reading order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import HiddenText, Layout
from jobtracker.resumes.reading.containers import member, open_zip, parse_xml
from jobtracker.resumes.reading.document import BULLETS, Document, Line
from jobtracker.resumes.reading.docx_hidden import (
    W,
    alternative_texts,
    hidden_how,
    is_away,
    is_off_page,
    is_on,
    metadata,
    value,
)

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(slots=True)
class _Style:
    heading: int = 0
    bold: bool = False
    size: float = 0.0
    bullet: bool = False
    based_on: str = ""
    hidden: str = ""


@dataclass(slots=True)
class _Reader:
    styles: dict[str, _Style]
    default_size: float = 11.0
    hidden: list[HiddenText] = field(default_factory=list[HiddenText])
    tables: int = 0
    boxes: int = 0


def read_docx(data: bytes, name: str) -> Document:
    """Read a DOCX.

    Raises:
        BadInput: corrupt, with macros or entities, a bomb, or without text.
    """
    archive = open_zip(data, name)
    names = archive.namelist()
    if any(entry.lower().endswith(("vbaproject.bin", "vbadata.xml")) for entry in names):
        raise BadInput(f"{name} holds macros; save it as .docx without macros and import that")
    body_xml = member(archive, "word/document.xml", name)
    if body_xml is None:
        raise BadInput(f"{name} is no Word document: word/document.xml is not in it")
    reader = _Reader(_styles(archive, name))
    root = parse_xml(body_xml, name, "word/document.xml")
    lines = list(_extra_parts(archive, reader, name, "header"))
    head_count = len(lines)
    body = root.find(f"{W}body")
    lines += _blocks(body if body is not None else root, reader)
    footer = list(_extra_parts(archive, reader, name, "footer"))
    if footer:
        footer[0].start = True
    lines = [line for line in [*lines, *footer] if line.text.strip()]
    if not lines:
        images = any(entry.startswith("word/media/") for entry in names)
        what = "only images" if images else "it is blank"
        raise BadInput(f"{name} has no text, {what}; import a file with text")
    for number, line in enumerate(lines, 1):
        line.number = number
    columns = max((int(cols.get(f"{W}num", "1") or 1) for cols in root.iter(f"{W}cols")), default=1)
    sizes = [line.size for line in lines if line.size]
    layout = Layout(
        kind="docx",
        columns=columns,
        tables=reader.tables,
        text_boxes=reader.boxes,
        images=sum(1 for entry in names if entry.startswith("word/media/")),
        header_footer_text=head_count > 0 or bool(footer),
        smallest_font=min(sizes) if sizes else None,
    )
    hidden = reader.hidden + metadata(archive, name) + alternative_texts(root)
    return Document(lines, layout, hidden, _links(archive, name))


def _styles(archive: zipfile.ZipFile, name: str) -> dict[str, _Style]:
    data = member(archive, "word/styles.xml", name)
    if data is None:
        return {}
    found: dict[str, _Style] = {}
    for node in parse_xml(data, name, "word/styles.xml").iter(f"{W}style"):
        style = _Style()
        label = value(node.find(f"{W}name")).lower()
        if match := re.fullmatch(r"(?:heading|überschrift|titre|titolo) (\d)", label):
            style.heading = int(match[1])
        elif label in {"title", "titel", "titre", "titolo"}:
            style.heading = 1
        outline = node.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None and not style.heading:
            style.heading = int(value(outline) or 8) + 1
        style.bullet = label.startswith("list bullet") or node.find(f"{W}pPr/{W}numPr") is not None
        properties = node.find(f"{W}rPr")
        if properties is not None:
            style.bold = is_on(properties, "b")
            style.size = float(value(properties.find(f"{W}sz")) or 0) / 2
            style.hidden = hidden_how(properties, style.size, node)
        style.based_on = value(node.find(f"{W}basedOn"))
        found[node.get(f"{W}styleId", "")] = style
    for style in found.values():
        parent = found.get(style.based_on)
        if parent is not None:
            style.size = style.size or parent.size
            style.heading = style.heading or parent.heading
            style.hidden = style.hidden or parent.hidden
    return found


def _blocks(parent: Any, reader: _Reader) -> list[Line]:
    lines: list[Line] = []
    for child in parent:
        if child.tag == f"{W}p":
            lines += _paragraph(child, reader)
        elif child.tag == f"{W}tbl":
            lines += _table(child, reader)
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"}:
            lines += _blocks(child, reader)
    return lines


def _table(table: Any, reader: _Reader) -> list[Line]:
    reader.tables += 1
    lines: list[Line] = []
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is not table:
            continue
        cells = [_blocks(cell, reader) for cell in row if cell.tag in {f"{W}tc", f"{W}sdt"}]
        cells = [[line for line in cell if line.text.strip()] for cell in cells]
        lines += merge_cells([cell for cell in cells if cell])
    return lines


def merge_cells(cells: list[list[Line]]) -> list[Line]:
    """Return a row's lines: beside each other where they are short, else a cell after the other."""
    if not cells:
        return []
    if len(cells) > 1 and sum(1 for cell in cells if len(cell) > 4) > 1:
        for cell in cells:
            cell[0].start = True
        return [line for cell in cells for line in cell]
    if len(cells) > 1:
        head = cells[0][0]
        head.text = "\t".join(cell[0].text for cell in cells)
        head.bold = head.bold or any(cell[0].bold for cell in cells)
        head.gap = True
        if cells[1][0].bullet and len(cells[0]) == 1:
            first = cells[1][0]
            head.text = head.text.split("\t")[0]
            return [head, first, *[line for cell in cells for line in cell[1:]]]
        return [head, *[line for cell in cells for line in cell[1:]]]
    return cells[0]


@dataclass(slots=True)
class _Run:
    text: str
    bold: bool
    size: float


def _paragraph(node: Any, reader: _Reader) -> list[Line]:
    properties = node.find(f"{W}pPr")
    style = _Style()
    bullet, indent, gap = False, 0.0, False
    if properties is not None:
        style = reader.styles.get(value(properties.find(f"{W}pStyle")), style)
        numbering = properties.find(f"{W}numPr/{W}numId")
        bullet = style.bullet or (numbering is not None and value(numbering) != "0")
        left = properties.find(f"{W}ind")
        indent = float(left.get(f"{W}left", 0) or 0) / 20 if left is not None else 0.0
        space = properties.find(f"{W}spacing")
        gap = space is not None and int(float(space.get(f"{W}before", 0) or 0)) >= 120
    if is_off_page(properties):
        style = replace(style, hidden="off_page")
    runs, boxes = _runs(node, reader, style)
    lines: list[Line] = []
    for index, part in enumerate(_split_runs(runs)):
        text = re.sub(r"[ \xa0]+", " ", "".join(run.text for run in part)).strip(" ")
        text = re.sub(r"\s*\t[\s\t]*", "\t", text).strip()
        solid = [run for run in part if run.text.strip()]
        if not solid:
            continue
        length = sum(len(run.text) for run in solid)
        line = Line(
            text,
            size=max(run.size for run in solid),
            bold=sum(len(run.text) for run in solid if run.bold) >= 0.6 * length or solid[0].bold,
            indent=indent,
            bullet=bullet,
            heading=style.heading,
            gap=gap or (index == 0 and style.heading > 0),
        )
        if len(text) > 1 and text[0] in BULLETS and not text[1].isalnum():
            line.bullet, line.text = True, text[1:].strip()
        lines.append(line)
    if not lines and not boxes:
        return [Line("", gap=True)]
    return lines + boxes


def _split_runs(runs: list[_Run]) -> Iterator[list[_Run]]:
    part: list[_Run] = []
    for run in runs:
        pieces = run.text.split("\n")
        for index, piece in enumerate(pieces):
            if index:
                yield part
                part = []
            part.append(_Run(piece, run.bold, run.size))
    yield part


def _runs(node: Any, reader: _Reader, style: _Style) -> tuple[list[_Run], list[Line]]:
    runs: list[_Run] = []
    boxes: list[Line] = []
    for run in _iter_runs(node):
        text = _run_text(run)
        for box in _text_boxes(run):
            reader.boxes += 1
            inner = _blocks(box, reader)
            if inner and is_away(box):
                said = "\n".join(line.plain for line in inner)
                reader.hidden.append(HiddenText(how="off_page", text=said[:2000]))
                continue
            if inner:
                inner[0].start = True
            boxes += inner
        if not text:
            continue
        properties = run.find(f"{W}rPr")
        bold, size = style.bold or style.heading > 0, style.size or reader.default_size
        own = reader.styles.get(value(_child(properties, "rStyle")))
        inherited = style.hidden or (own.hidden if own else "")
        shows = style.hidden != "off_page" and _shows_again(properties)
        if inherited and text.strip() and not shows:
            found = {"how": inherited, "text": text[:2000]}
            reader.hidden.append(HiddenText.model_validate(found))
            continue
        if properties is not None:
            bold = is_on(properties, "b") if properties.find(f"{W}b") is not None else bold
            size = float(value(properties.find(f"{W}sz")) or 0) / 2 or size
            how = hidden_how(properties, size, run)
            if how and text.strip():
                reader.hidden.append(HiddenText.model_validate({"how": how, "text": text[:2000]}))
                continue
        runs.append(_Run(text, bold, size))
    return runs, boxes


def _child(properties: Any, tag: str) -> Any:
    return None if properties is None else properties.find(f"{W}{tag}")


def _shows_again(properties: Any) -> bool:
    """Tell a run that takes back what its style hides: a colour, a size or `vanish` of its own."""
    return any(_child(properties, tag) is not None for tag in ("vanish", "color", "sz"))


def _iter_runs(node: Any) -> Iterator[Any]:
    for child in node:
        if child.tag == f"{W}r":
            yield child
        elif child.tag not in {f"{W}del", f"{W}pPr", f"{W}moveFrom"} and len(child):
            yield from _iter_runs(child)


def _run_text(run: Any) -> str:
    pieces: list[str] = []
    for child in run:
        if child.tag == f"{W}t":
            pieces.append(child.text or "")
        elif child.tag in {f"{W}tab", f"{W}ptab"}:
            pieces.append("\t")
        elif child.tag in {f"{W}br", f"{W}cr"}:
            pieces.append("\n")
        elif child.tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif child.tag == f"{W}sym":
            pieces.append("•" if child.get(f"{W}char", "").upper() in {"F0B7", "F0A7"} else " ")
    return "".join(pieces)


def _text_boxes(run: Any) -> Iterator[Any]:
    for box in run.iter(f"{W}txbxContent"):
        outer = next(box.iterancestors(f"{W}txbxContent"), None)
        fallback = next(box.iterancestors(f"{_MC}Fallback"), None)
        if outer is not None and next(outer.iterancestors(f"{W}r"), None) is run:
            continue
        if (
            fallback is not None
            and fallback.getparent().find(f"{_MC}Choice//{W}txbxContent") is not None
        ):
            continue
        yield box


def _extra_parts(archive: zipfile.ZipFile, reader: _Reader, name: str, kind: str) -> Iterator[Line]:
    for part in sorted(archive.namelist()):
        if re.fullmatch(rf"word/{kind}\d*\.xml", part):
            data = member(archive, part, name)
            if data:
                for line in _blocks(parse_xml(data, name, part), reader):
                    if line.text.strip() and not re.fullmatch(
                        r"[\d/|\s]+|(?:page|seite).*", line.text, re.I
                    ):
                        yield line


def _links(archive: zipfile.ZipFile, name: str) -> list[str]:
    data = member(archive, "word/_rels/document.xml.rels", name)
    if data is None:
        return []
    root = parse_xml(data, name, "word/_rels/document.xml.rels")
    return [
        str(node.get("Target"))
        for node in root.iter(f"{_REL}Relationship")
        if str(node.get("Type", "")).endswith("/hyperlink")
    ][:100]
