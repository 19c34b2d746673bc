"""What hides text in a Word document: properties of runs, cells, paragraphs and drawings.

Properties: ECMA-376 part 1, section 17.3 (runs, paragraphs) and 20.4 (drawings).
"""

from __future__ import annotations

import re
import zipfile
from typing import Any

from jobtracker.resumes.model import HiddenText
from jobtracker.resumes.reading.containers import member, parse_xml
from jobtracker.resumes.reading.html_style import SAME, Color, color

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PAPER: Color = (255, 255, 255)
_INK: Color = (0, 0, 0)
_HIGHLIGHTS: dict[str, Color] = {
    "black": (0, 0, 0), "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0),
    "magenta": (255, 0, 255), "red": (255, 0, 0), "yellow": (255, 255, 0),
    "white": (255, 255, 255), "darkBlue": (0, 0, 128), "darkCyan": (0, 128, 128),
    "darkGreen": (0, 128, 0), "darkMagenta": (128, 0, 128), "darkRed": (128, 0, 0),
    "darkYellow": (128, 128, 0), "darkGray": (128, 128, 128), "lightGray": (192, 192, 192),
}  # fmt: skip
_NARROW = 10
"""Percent of its width below which a letter cannot be read."""
_FAR_TWIPS = (-3000, 15000)
"""Twentieths of a point: text indented beyond is off any page."""
_FAR_EMU = 8_000_000
"""English Metric Units: a box so far to the left or above the page (22 cm) is never seen."""


def value(node: Any) -> str:
    """Return the `w:val` of a node, empty where there is none."""
    return "" if node is None else str(node.get(f"{W}val", ""))


def is_on(properties: Any, tag: str) -> bool:
    """Tell whether a switch such as `w:vanish` is on."""
    node = properties.find(f"{W}{tag}")
    return node is not None and node.get(f"{W}val", "1") not in {"0", "false", "none"}


def hidden_how(properties: Any, size: float, run: Any) -> str:
    """Return how the run, or the style, is hidden; empty where a person sees it."""
    if any(is_on(properties, tag) for tag in ("vanish", "webHidden", "specVanish")):
        return "hidden_style"
    width = value(properties.find(f"{W}w")).rstrip("%")
    if 0 < size <= 3 or (width.isdigit() and 0 < int(width) < _NARROW):
        return "tiny"
    if _is_clear(properties.find(f"{_W14}textFill")):
        return "invisible"
    return "white" if _is_one_colour(properties, run) else ""


def _is_clear(fill: Any) -> bool:
    if fill is None:
        return False
    if fill.find(f"{_W14}noFill") is not None:
        return True
    alpha = next(iter(fill.iter(f"{_W14}alpha")), None)
    part = "" if alpha is None else str(alpha.get(f"{_W14}val", "")).rstrip("%")
    return part.isdigit() and int(part) >= (94 if len(part) < 4 else 94_000)


def _is_one_colour(properties: Any, run: Any) -> bool:
    """Tell letters in the colour that lies behind them."""
    node = properties.find(f"{W}color")
    ink = color(f"#{value(node).lower()}") if node is not None else None
    theme = "" if node is None else str(node.get(f"{W}themeColor", ""))
    if theme in {"background1", "light1"}:
        ink = _PAPER
    elif theme:
        return False
    ground = _ground(properties, run)
    if ink is None and ground is not None and _is_chosen(properties, run):
        ink = (
            _INK
            if value(node) in {"", "auto"} and value(properties.find(f"{W}highlight"))
            else None
        )
    if ink is None or ground is None:
        return False
    return max(abs(a - b) for a, b in zip(ink, ground, strict=True)) < SAME


def _is_chosen(properties: Any, run: Any) -> bool:
    return value(properties.find(f"{W}highlight")) not in {"", "none"}


def _ground(properties: Any, run: Any) -> Color | None:
    """Return the colour behind a run; None where it cannot be told."""
    if (mark := value(properties.find(f"{W}highlight"))) in _HIGHLIGHTS:
        return _HIGHLIGHTS[mark]
    above = [properties, *(node.find(f"{W}pPr") for node in run.iterancestors(f"{W}p"))]
    above += [node.find(f"{W}tcPr") for node in run.iterancestors(f"{W}tc")]
    above += [node.find(f"{W}pPr") for node in [run] if run.tag == f"{W}style"]
    for place in above:
        shade = None if place is None else place.find(f"{W}shd")
        if shade is None:
            continue
        fill = str(shade.get(f"{W}fill", "")).lower()
        if shade.get(f"{W}themeFill"):
            return None
        if fill not in {"", "auto"}:
            return color(f"#{fill}")
    styled = any(
        node.find(f"{W}tblPr/{W}tblStyle") is not None for node in run.iterancestors(f"{W}tbl")
    )
    boxed = next(run.iterancestors(f"{W}txbxContent"), None) is not None
    # What a table's style or a drawing paints behind the text is not looked up.
    return None if styled or boxed else _PAPER


def is_off_page(paragraph: Any) -> bool:
    """Tell a paragraph that is indented beyond any page."""
    indent = None if paragraph is None else paragraph.find(f"{W}ind")
    if indent is None:
        return False
    for name in ("left", "start", "firstLine"):
        text = str(indent.get(f"{W}{name}", "0"))
        far = re.fullmatch(r"-?\d+", text) and not _FAR_TWIPS[0] <= int(text) <= _FAR_TWIPS[1]
        if far:
            return True
    return False


def is_away(box: Any) -> bool:
    """Tell a text box that stands beyond the left or the upper edge of any page."""
    anchor = next(box.iterancestors(f"{_WP}anchor"), None)
    if anchor is None:
        return False
    offsets = [str(node.text or "0").strip() for node in anchor.iter(f"{_WP}posOffset")]
    return any(
        text.lstrip("-").isdigit() and abs(int(text)) > _FAR_EMU * 4 for text in offsets
    ) or any(
        text.startswith("-") and text[1:].isdigit() and int(text[1:]) > _FAR_EMU for text in offsets
    )


def metadata(archive: zipfile.ZipFile, name: str) -> list[HiddenText]:
    """Return properties of the file that are long enough to be meant for machines."""
    found: list[HiddenText] = []
    for part in ("core", "app", "custom"):
        data = member(archive, f"docProps/{part}.xml", name)
        if data is None:
            continue
        for node in parse_xml(data, name, f"docProps/{part}.xml").iter():
            if stuffed(node.text or ""):
                found.append(HiddenText(how="metadata", text=(node.text or "")[:2000]))
    return found


def stuffed(text: str) -> bool:
    """Tell a property that names more, or one thing more often, than a property would."""
    words = re.findall(r"\w+", text)
    return len(words) > 25 or len(words) - len(set(words)) > 5


def alternative_texts(root: Any) -> list[HiddenText]:
    """Return descriptions of pictures that are stuffed with words."""
    said = [str(node.get("descr") or "") for node in root.iter(f"{_WP}docPr")]
    said += [str(node.get("title") or "") for node in root.iter(f"{_WP}docPr")]
    return [HiddenText(how="metadata", text=text[:2000]) for text in said if stuffed(text)]
