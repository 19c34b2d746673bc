"""What the styles of an OpenDocument text say of letters: bold, size, and whether they show.

Properties: OpenDocument 1.3 part 3, sections 16.29 (text), 17.6 (paragraphs) and 17.18 (cells).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobtracker.resumes.reading.html_style import SAME, Color, color, points

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible-formatting-properties:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_OPACITY = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}opacity"
_BODY = 12.0
_FAR = 900.0
"""Points: what is moved farther to a side is on no page."""


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look; None where a style leaves it to the one around it."""

    bold: bool | None = None
    size: float = 0.0
    ink: Color | None = None
    ground: Color | None = None
    hidden: str = ""

    def under(self, above: Look) -> Look:
        """Return the look of letters of this style that stand in those of `above`."""
        size = self.size
        if size < 0:
            size = -size * (above.size if above.size > 0 else _BODY)
        return Look(
            above.bold if self.bold is None else self.bold,
            size or above.size,
            self.ink or above.ink,
            self.ground or above.ground,
            self.hidden or above.hidden,
        )

    def how_hidden(self) -> str:
        """Return how letters of this look are hidden; empty where a person sees them."""
        if self.hidden:
            return self.hidden
        if 0 < self.size <= 3:
            return "tiny"
        ink, ground = self.ink or (0, 0, 0), self.ground or (255, 255, 255)
        same = max(abs(a - b) for a, b in zip(ink, ground, strict=True)) < SAME
        return "white" if same else ""


def looks(*roots: Any) -> dict[str, Look]:
    """Return the styles of the documents by name, each with what it takes from its parents."""
    nodes = {
        str(node.get(f"{STYLE}name", "")): node
        for root in roots
        for node in root.iter(f"{STYLE}style")
    }
    found: dict[str, Look] = {}
    for name in nodes:
        look, seen, at = Look(), set[str](), name
        chain: list[Look] = []
        while at in nodes and at not in seen:
            seen.add(at)
            chain.append(_own(nodes[at]))
            at = str(nodes[at].get(f"{STYLE}parent-style-name", ""))
        for own in reversed(chain):
            look = own.under(look)
        found[name] = look
    return found


def _own(node: Any) -> Look:
    look = Look()
    for properties in node:
        kind = str(properties.tag).rpartition("}")[2]
        ground = color(str(properties.get(f"{FO}background-color", "")).lower())
        if kind == "text-properties":
            look = _of_text(properties, ground).under(look)
        elif kind == "graphic-properties":
            fill = color(str(properties.get(f"{_DRAW}fill-color", "")).lower())
            filled = properties.get(f"{_DRAW}fill") in {"solid", None}
            look = Look(ground=(fill if filled else None) or ground).under(look)
        elif kind in {"paragraph-properties", "table-cell-properties", "table-row-properties"}:
            hidden = "off_page" if is_far(properties, ("margin-left", "text-indent")) else ""
            look = Look(ground=ground, hidden=hidden).under(look)
    return look


def _of_text(properties: Any, ground: Color | None) -> Look:
    weight = str(properties.get(f"{FO}font-weight", ""))
    bold = None if not weight else weight in {"bold", "700", "800", "900"}
    given = str(properties.get(f"{FO}font-size", ""))
    size = points(given, 1.0) or 0.0
    if given.endswith("%"):
        size = -size  # a share of what stands above
    hidden = ""
    if properties.get(f"{TEXT}display") == "none":
        hidden = "hidden_style"
    elif _percent(properties.get(f"{STYLE}text-scale")) < 10:
        hidden = "tiny"
    elif _percent(properties.get(_OPACITY)) < 6:
        hidden = "invisible"
    return Look(bold, size, color(str(properties.get(f"{FO}color", "")).lower()), ground, hidden)


def _percent(text: str | None) -> float:
    number = str(text or "").rstrip("%")
    return float(number) if number.replace(".", "", 1).isdigit() else 100.0


def is_far(node: Any, names: tuple[str, ...]) -> bool:
    """Tell what a length of these names moves beyond any page."""
    lengths = [node.get(f"{space}{name}") for name in names for space in (FO, _SVG)]
    return any(abs(points(str(text)) or 0.0) > _FAR for text in lengths if text)


def is_away(frame: Any) -> bool:
    """Tell a frame that stands beyond any page."""
    return is_far(frame, ("x", "y"))
