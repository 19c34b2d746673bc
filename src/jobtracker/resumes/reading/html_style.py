"""What a page's style sheets say of a node: enough of CSS to tell what a person sees.

Selectors of types, classes, ids, attributes, places among children, and their descendants; no
specificity beyond the order of the rules. Properties: https://www.w3.org/TR/CSS22/propidx.html.
"""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from dataclasses import dataclass, field
from typing import Any

Color = tuple[int, int, int]
Declarations = dict[str, str]
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
_NAMED: dict[str, Color] = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240),
    "azure": (240, 255, 255),
    "mintcream": (245, 255, 250),
    "seashell": (255, 245, 238),
    "aliceblue": (240, 248, 255),
    "black": BLACK,
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "navy": (0, 0, 128),
    "silver": (192, 192, 192),
    "lightgray": (211, 211, 211),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 128, 0),
    "darkblue": (0, 0, 139),
    "teal": (0, 128, 128),
    "maroon": (128, 0, 0),
}
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NOT = r":not\([.#]?[\w-]+\)"
_PSEUDO = rf"(?::(?:first-child|last-child|nth-child\(\d+\))|{_NOT})"
_COMPOUND = re.compile(
    rf"(?:[\w-]+|\*)?(?:[.#][\w-]+|\[[\w-]+(?:[*^$~|]?=[\"']?[\w-]+[\"']?)?\]|{_PSEUDO})*"
)
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|vw|vh|cm|mm|in|%)?")
_UNITS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0, "vw": 6.0, "vh": 8.4}
_CLIPPED = re.compile(
    r"rect\(\s*0|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\((?:\s*0\D*\s+0\D*?,?)+\s*\)"
)
_FONT_SIZE = re.compile(r"(?:^|\s)(\d*\.?\d+(?:px|pt|em|rem|%))(?:\s*/\s*\S+)?(?=\s)")
SAME = 24
"""Two colours whose channels all differ by less are one to the eye."""


@dataclass(slots=True)
class Rule:
    """A selector as compounds, outermost first, and what it sets."""

    compounds: list[str]
    declarations: Declarations


@dataclass(slots=True)
class Styles:
    """The rules of a page, by the last compound of their selectors."""

    rules: dict[str, list[Rule]] = field(default_factory=dict[str, list[Rule]])
    variables: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, node: Any) -> Declarations:
        """Return what applies to the node, its `style` attribute last."""
        keys = [str(node.tag), "*", *("." + name for name in (node.get("class") or "").split())]
        if node.get("id"):
            keys.append("#" + node.get("id"))
        found: Declarations = {}
        for key in keys:
            for rule in self.rules.get(key, ()):
                if _matches(node, rule.compounds):
                    found |= rule.declarations
        if node.get("color"):
            found["color"] = str(node.get("color")).lower()
        if node.get("bgcolor"):
            found["background-color"] = str(node.get("bgcolor")).lower()
        found |= declarations(node.get("style") or "")
        return {name: self._resolved(value) for name, value in found.items()}

    def _resolved(self, value: str) -> str:
        """Put the values of custom properties (`var(--x)`) in."""
        for _ in range(3):
            match = re.search(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)", value)
            if match is None:
                break
            value = value.replace(match[0], self.variables.get(match[1], match[2] or ""))
        return value


def declarations(text: str) -> Declarations:
    """Return the declarations of a style attribute or a rule's body."""
    found: Declarations = {}
    for piece in text.lower().split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    if (given := found.get("font")) and (sized := _FONT_SIZE.search(given)):
        found.setdefault("font-size", sized[1])
    return found


def styles_of(root: Any) -> Styles:
    """Return the rules of the page's `style` elements; those for print alone are left out."""
    styles = Styles()
    for sheet in root.iter("style"):
        text = re.sub(r"/\*.*?\*/", "", sheet.text or "", flags=re.S)
        text = re.sub(r"@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
        text = re.sub(r"@[\w-]+[^{};]*(?:;|\{(?=[^{}]*\{))", "", text)
        for selectors, body in _RULE.findall(text)[:2000]:
            said = declarations(body)
            styles.variables |= {name: v for name, v in said.items() if name.startswith("--")}
            for selector in selectors.split(","):
                _add(styles, selector, said)
    return styles


def _add(styles: Styles, selector: str, body: Declarations) -> None:
    if painted := re.fullmatch(r"(.*?)::?before\s*", selector):
        said = re.match(r"[\"']([^\"'\\]{1,20})[\"']", body.get("content", ""))
        selector, body = painted[1], {"::before": said[1] if said else ""}
    spaced = re.sub(r"\s*([+~])\s*", r" \1", re.sub(r"\s*>\s*", " ", selector.strip()))
    # `h1 + p` is written ` +p`: the next compound names what stands before it among its siblings.
    compounds = [piece for piece in spaced.split() if piece]
    if not compounds or not all(_COMPOUND.fullmatch(piece.lstrip("+~")) for piece in compounds):
        return
    last = compounds[-1].lstrip("+~")
    tag = re.match(r"[\w-]+", last)
    plain = re.sub(r"\[[^\]]*\]|:not\([^)]*\)|:[^.#\[]*", "", last)
    key = next(iter(re.findall(r"[.#][\w-]+", plain)), tag[0] if tag else "*")
    styles.rules.setdefault(key, []).append(Rule(compounds, body))


def _fits(node: Any, compound: str) -> bool:
    tag = re.match(r"[\w-]+", compound)
    if tag and tag[0] != node.tag:
        return False
    classes = set((node.get("class") or "").split())
    for name, sign, value in re.findall(
        r"\[([\w-]+)(?:([*^$~|]?=)[\"']?([\w-]+)[\"']?)?\]", compound
    ):
        if node.get(name) is None or (value and not _has_value(node.get(name), sign, value)):
            return False
    if any(_fits(node, excluded) for excluded in re.findall(r":not\(([^)]*)\)", compound)):
        return False
    compound = re.sub(r":not\([^)]*\)", "", compound)
    for pseudo in re.findall(_PSEUDO, compound):
        if not _is_child(node, pseudo):
            return False
    compound = re.sub(r"\[[^\]]*\]|:[^.#\[]*", "", compound)
    return all(
        mark[1:] in classes if mark[0] == "." else mark[1:] == node.get("id")
        for mark in re.findall(r"[.#][\w-]+", compound)
    )


def _has_value(given: str, sign: str, value: str) -> bool:
    """Tell whether an attribute is as a selector says (CSS selectors 4, section 6)."""
    if sign == "~=":
        return value in given.split()
    if sign == "|=":
        return given == value or given.startswith(f"{value}-")
    tests = {"*=": str.__contains__, "^=": str.startswith, "$=": str.endswith, "=": str.__eq__}
    return bool(tests[sign](given, value))


def _is_child(node: Any, pseudo: str) -> bool:
    """Tell whether a node stands at the place among its siblings that a pseudo-class names."""
    parent = node.getparent()
    siblings = [n for n in parent if isinstance(n.tag, str)] if parent is not None else [node]
    place = siblings.index(node)
    number = re.search(r"\d+", pseudo)
    wanted = int(number[0]) - 1 if number else 0 if "first" in pseudo else len(siblings) - 1
    return place == wanted


def _matches(node: Any, compounds: list[str]) -> bool:
    last = compounds[-1]
    if not _fits(node, last.lstrip("+~")):
        return False
    rest = compounds[:-1]
    if last[0] in "+~" and rest:
        before = [n for n in node.itersiblings(preceding=True) if isinstance(n.tag, str)]
        near = before[:1] if last[0] == "+" else before
        return any(_matches(sibling, rest) for sibling in near)
    for parent in node.iterancestors():
        if not rest:
            break
        if _fits(parent, rest[-1]):
            rest = rest[:-1]
    return not rest


def color(text: str) -> Color | None:
    """Return a colour, or None for what is none of ours (variables, gradients, pictures)."""
    text = text.strip()
    if match := re.match(r"#([0-9a-f]{3,8})\b", text):
        digits = match[1]
        if len(digits) in {3, 4}:
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) >= 6:
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if match := re.match(r"hsla?\(\s*([\d.]+)\w*[\s,]+([\d.]+)%[\s,]+([\d.]+)%", text):
        return _from_hsl(float(match[1]), float(match[2]) / 100, float(match[3]) / 100)
    if match := re.match(r"rgba?\(\s*([\d.]+)%[\s,]+([\d.]+)%[\s,]+([\d.]+)%", text):
        red, green, blue = (min(255, round(float(part) * 2.55)) for part in match.groups())
        return red, green, blue
    if match := re.match(r"(?:ok)?l(?:ab|ch)\(\s*([\d.]+)(%?)\s+(-?[\d.]+)", text):
        light = float(match[1]) / (100 if match[2] or text.startswith("l") else 1)
        # Light enough, it is white to the eye whatever its hue; else its hue is not worked out.
        return WHITE if light > 0.97 else None
    if match := re.match(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)", text):
        return int(match[1]), int(match[2]), int(match[3])
    return _NAMED.get(text.split()[0]) if text else None


def _from_hsl(hue: float, saturation: float, lightness: float) -> Color:
    red, green, blue = hls_to_rgb(hue % 360 / 360, min(lightness, 1.0), min(saturation, 1.0))
    return round(red * 255), round(green * 255), round(blue * 255)


def clear(text: str) -> bool:
    """Tell whether a colour lets everything through."""
    found = re.match(r"(?:rgba|hsla)\([^)]*[,/]\s*(0?\.\d+|0|\d+%)\s*\)", text)
    if found:
        return float(found[1].rstrip("%")) / (100 if "%" in found[1] else 1) < 0.06
    return text == "transparent" or bool(re.fullmatch(r"#[0-9a-f]{6}0[0-9a-f]", text))


def ground(style: Declarations, before: Color | None) -> Color | None:
    """Return the colour behind a node's text; None where a picture or gradient lies there."""
    value = style.get("background-color") or style.get("background") or ""
    if "url(" in style.get("background-image", "") + value or "gradient" in value:
        return None
    if not value or clear(value) or value in {"none", "inherit", "initial"}:
        return before
    return color(value) or (None if value else before)


def points(value: str, base: float = 12.0) -> float | None:
    """Return a length in points; `base` is what an em is, or what a share is of."""
    match = _LENGTH.match(value)
    if match is None:
        return None
    number, unit = float(match[1]), match[2] or "px"
    if unit in {"em", "rem"}:
        return number * base
    return number * base / 100 if unit == "%" else number * _UNITS[unit]


def hiding(node: Any, style: Declarations, size: float) -> str:
    """Return how a node is hidden, whatever stands in it; empty where it is not."""
    if node.tag in {"dialog", "datalist"} and node.get("open") is None:
        return "hidden_style"
    if node.get("hidden") is not None or style.get("display") == "none":
        return "hidden_style"
    if style.get("visibility") in {"hidden", "collapse"}:
        return "hidden_style"
    if style.get("content-visibility") == "hidden":
        return "hidden_style"
    if _see_through(style):
        return "invisible"
    if size < 2.3 or _squeezed(style, size):
        return "tiny"
    if _is_away(style):
        return "off_page"
    if _CLIPPED.search(style.get("clip", "") + style.get("clip-path", "")):
        return "hidden_style"
    return "hidden_style" if _no_room(style) else ""


def _see_through(style: Declarations) -> bool:
    """Tell what lets nearly everything through, by `opacity` or by a filter of that name."""
    filtered = re.search(r"opacity\(\s*(\d*\.?\d+%?)\s*\)", style.get("filter", ""))
    for said in (style.get("opacity", ""), filtered[1] if filtered else ""):
        if re.fullmatch(r"\d*\.?\d+%?", said):
            share = float(said.rstrip("%")) / (100 if said.endswith("%") else 1)
            if share < 0.06:
                return True
    return False


def _squeezed(style: Declarations, size: float) -> bool:
    """Tell letters that lie on one another, or a part of the page that is scaled to nothing."""
    apart = points(style.get("letter-spacing", ""), size)
    if apart is not None and apart < -0.4 * size:
        return True
    zoom = re.fullmatch(r"(\d*\.?\d+)(%?)", style.get("zoom", ""))
    return zoom is not None and float(zoom[1]) / (100 if zoom[2] else 1) < 0.2


def _is_away(style: Declarations) -> bool:
    """Tell what is moved off the page or shrunk to nothing."""
    for name in ("left", "top", "text-indent", "margin-left", "margin-top", "right", "bottom"):
        length = points(style.get(name, ""))
        least = -300 if name in {"right", "bottom"} else -70
        if length is not None and length <= least:
            return True
    moved = r"translate\w*\([^)]*-\d{3,}|scale[xy]?\(\s*0(?:\.0\d*)?\s*[,)]"
    if re.search(moved, style.get("transform", "")):
        return True
    shrunk = re.match(r"0(?:\.0\d*)?\b(?!\.)", style.get("scale", ""))
    return bool(shrunk or re.search(r"(?<![\w.])-\d{3,}", style.get("translate", "")))


def _no_room(style: Declarations) -> bool:
    """Tell a box of no size that shows nothing of what does not fit into it."""
    if not any(
        "hidden" in style.get(name, "") for name in ("overflow", "overflow-x", "overflow-y")
    ):
        return False
    for name in ("width", "height", "max-height", "max-width"):
        length = points(style.get(name, ""))
        if length is not None and length < 1.6:
            return True
    return False
