"""iCalendar text as a tree of properties, read line by line so that one broken line costs only
itself. It knows the syntax of RFC 5545 (folding, parameters, nesting) and no meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from jobtracker.core.errors import BadInput

MAX_BYTES = 10_000_000
_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_LINES = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"[A-Za-z0-9-]+\Z")
_PARAM = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)((?:,(?:"[^"]*"|[^";:,]*))*)')
_ESCAPE = re.compile(r"\\([\\;,nN])")
_MAX_DEPTH = 8
_MAX_WARNINGS = 20


@dataclass(slots=True)
class Prop:
    """One content line; parameter names are upper case, the value is as written."""

    name: str
    value: str
    params: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Component:
    """A BEGIN…END block."""

    name: str
    props: list[Prop] = field(default_factory=list[Prop])
    children: list[Component] = field(default_factory=list["Component"])

    def get(self, name: str) -> Prop | None:
        """Return the first property of that name."""
        for prop in self.props:
            if prop.name == name:
                return prop
        return None

    def text(self, name: str) -> str | None:
        """Return the unescaped text of a property, None where absent or blank."""
        prop = self.get(name)
        value = unescape(prop.value).strip() if prop else ""
        return value or None

    def all(self, name: str) -> list[Prop]:
        """Return every property of that name."""
        return [prop for prop in self.props if prop.name == name]

    def walk(self, *names: str) -> Iterator[Component]:
        """Yield the components of these names, depth first."""
        if self.name in names:
            yield self
        for child in self.children:
            yield from child.walk(*names)


@dataclass(slots=True)
class Tree:
    """What was read, and what could not be."""

    root: Component
    warnings: list[str]

    def warn(self, text: str) -> None:
        """Note a trouble, up to a bound."""
        if len(self.warnings) < _MAX_WARNINGS and text not in self.warnings:
            self.warnings.append(text)


def unescape(value: str) -> str:
    """Undo the escapes of a TEXT value."""
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)


def decode(data: bytes | str, what: str = "the calendar file") -> str:
    """Return the text of a file, whatever its encoding.

    Raises:
        BadInput: empty, binary, or over 10 MB.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(
            f"{what} is larger than {MAX_BYTES // 1_000_000} MB; export a shorter period"
        )
    if isinstance(data, bytes):
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16", "replace")
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1252", "replace")
    else:
        text = data.removeprefix("\ufeff")
    if "\0" in text:
        raise BadInput(f"{what} is binary, not iCalendar text")
    if not text.strip():
        raise BadInput(f"{what} is empty")
    return text


def parse(text: str) -> Tree:
    """Read iCalendar text into a tree; never fails, troubles become warnings."""
    tree = Tree(Component("ROOT"), [])
    stack = [tree.root]
    opened: Counter[str] = Counter()
    for number, line in enumerate(_LINES.split(_FOLD.sub("", text)), 1):
        if not line.strip():
            continue
        prop = parse_line(line)
        if prop is None:
            tree.warn(f"line {number} is not iCalendar and was skipped: {line[:60]!r}")
        elif prop.name == "BEGIN":
            _open(tree, stack, prop.value.strip().upper())
            opened[stack[-1].name] += 1
        elif prop.name == "END":
            _close(tree, stack, opened, prop.value.strip().upper())
        else:
            stack[-1].props.append(prop)
    for component in reversed(stack[1:]):
        tree.warn(f"{component.name} is not closed: the file may be cut off")
    return tree


def _open(tree: Tree, stack: list[Component], name: str) -> None:
    child = Component(name)
    if len(stack) > _MAX_DEPTH:
        tree.warn(f"{name} is nested too deeply and was skipped")
    else:
        stack[-1].children.append(child)
    stack.append(child)


def _close(tree: Tree, stack: list[Component], opened: Counter[str], name: str) -> None:
    """Close the component; `opened` counts the stack's by name, or a hostile file takes hours."""
    if not opened[name]:
        tree.warn(f"END:{name[:40]} without its BEGIN")
        return
    while True:
        last = stack.pop().name
        opened[last] -= 1
        if last == name:
            return
        tree.warn(f"a component inside {name} is not closed")


def parse_line(line: str) -> Prop | None:
    """Read one unfolded content line; None where it is not one."""
    colon = line.find(":")
    semicolon = line.find(";")
    if colon < 0:
        return None
    if semicolon < 0 or colon < semicolon:
        name = line[:colon].strip()
        return Prop(name.upper(), line[colon + 1 :]) if _NAME.match(name) else None
    name = line[:semicolon].strip()
    if not _NAME.match(name):
        return None
    params: dict[str, str] = {}
    position = semicolon
    while match := _PARAM.match(line, position):
        params[match[1].upper()] = match[2].strip('"') + match[3].replace('"', "")
        position = match.end()
    rest = line[position:]
    if not rest.startswith(":"):
        rest = rest[rest.find(":") :] if ":" in rest else ""
        if not rest:
            return None
    return Prop(name.upper(), rest[1:], params)


def fold(line: str) -> str:
    """Fold a content line at 75 octets, never inside a character."""
    raw = line.encode()
    if len(raw) <= 75:
        return line
    parts: list[str] = []
    limit = 75
    while raw:
        cut = min(limit, len(raw))
        while cut < len(raw) and raw[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(raw[:cut].decode())
        raw = raw[cut:]
        limit = 74
    return "\r\n ".join(parts)


def line(prop: Prop) -> str:
    """Return a property as an unfolded content line."""
    params = "".join(f";{key}={_quoted(value)}" for key, value in prop.params.items())
    return f"{prop.name}{params}:{prop.value}"


def serialize(component: Component) -> list[str]:
    """Return the folded lines of a component, parameters quoted where needed."""
    lines = [f"BEGIN:{component.name}"]
    for prop in component.props:
        lines.append(fold(line(prop)))
    for child in component.children:
        lines.extend(serialize(child))
    return [*lines, f"END:{component.name}"]


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[;:,]", value) else value
