"""What RTF hides: a pass over its groups that takes hidden letters out and tells what they said.

Control words: Rich Text Format specification 1.9.1, “Font (Character) Formatting Properties”.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from jobtracker.resumes.reading.html_style import SAME, Color
from jobtracker.resumes.wordlist import split_words

_TOKEN = re.compile(
    r"\\bin(?P<binary>\d+) ?|\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'(?P<hex>[0-9a-fA-F]{2})|"
    r"\\(?P<mark>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
)
_DESTINATIONS = frozenset(
    split_words(
        """
        fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore
        latentstyles listtable listoverridetable rsidtbl generator xmlnstbl fldinst pntext listtext
        bkmkstart bkmkend
        """
    )
)
"""Groups whose text is no text of the document; they stay as they are."""
_SAID = frozenset(["keywords", "subject", "title", "doccomm", "comment"])
_SWITCHES = frozenset(["v", "webhidden", "deleted"])
_FAR = 15_000
"""Twentieths of a point: what is indented farther is off any page."""
_COLOUR = re.compile(r"\\red(\d+)\\green(\d+)\\blue(\d+)")


@dataclass(frozen=True, slots=True)
class _State:
    """What holds for the letters at this place."""

    hidden: frozenset[str] = frozenset()
    ink: int = 0
    ground: int = 0
    half_points: int = 24
    scale: int = 100
    indent: int = 0
    skip: bool = False
    painted: bool = False
    """In a table whose cells have colours of their own, which are not looked up."""


@dataclass(slots=True)
class _Pass:
    colours: list[Color | None]
    kept: list[str] = field(default_factory=list[str])
    found: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def how(self, state: _State) -> str:
        """Return how letters of this state are hidden; empty where they show."""
        if state.hidden:
            return "hidden_style"
        if 0 < state.half_points <= 6 or state.scale < 10:
            return "tiny"
        if abs(state.indent) > _FAR:
            return "off_page"
        if state.painted and not state.ground:
            return ""
        ink = self._colour(state.ink) or (0, 0, 0)
        ground = self._colour(state.ground) or (255, 255, 255)
        same = max(abs(a - b) for a, b in zip(ink, ground, strict=True)) < SAME
        return "white" if same else ""

    def _colour(self, index: int) -> Color | None:
        return self.colours[index] if 0 <= index < len(self.colours) else None

    def letters(self, text: str, raw: str, state: _State) -> None:
        """Keep letters that show; note the others."""
        how = "" if state.skip else self.how(state)
        if not how:
            self.kept.append(raw)
        elif self.found and self.found[-1][0] == how and self._goes_on:
            self.found[-1] = (how, self.found[-1][1] + text)
        else:
            self.found.append((how, text))
        self._goes_on = bool(how)

    _goes_on: bool = False


def set_apart(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the source without hidden letters, and what these are as (how, text)."""
    run = _Pass(_colours(source))
    stack: list[_State] = []
    state, at = _State(), 0
    while match := _TOKEN.match(source, at):
        at = match.end()
        if match["binary"]:
            at += int(match["binary"])
        if match["brace"] == "{":
            stack.append(state)
            opened = re.match(
                r"\{\s*(?:\\\*)?\s*\\([a-z]+)", source[match.start() : match.start() + 60]
            )
            ignored = source.startswith("\\*", match.end())
            if ignored or (opened and opened[1] in _DESTINATIONS):
                state = replace(state, skip=True)
        elif match["brace"] == "}":
            state = stack.pop() if stack else _State()
        elif match["text"] is not None or match["hex"]:
            text = match["text"] or bytes.fromhex(match["hex"]).decode("cp1252", "replace")
            run.letters(text, match[0], state)
            continue
        elif match["word"] == "u" and match["number"]:
            code = int(match["number"]) % 65_536
            run.letters(chr(code) if not 0xD800 <= code < 0xE000 else "", match[0], state)
            continue
        elif match["word"]:
            state = _changed(state, match["word"], match["number"])
        run.kept.append(source[match.start() : at])
    said = [(how, text.strip()) for how, text in run.found if any(map(str.isalnum, text))]
    return "".join(run.kept) + source[at:], said + _properties(source)


def _changed(state: _State, word: str, number: str | None) -> _State:
    value = int(number) if number is not None else 1
    if word in _SWITCHES:
        changed = state.hidden - {word} if number == "0" else state.hidden | {word}
        return replace(state, hidden=changed)
    if word == "plain":
        return replace(state, hidden=frozenset(), ink=0, ground=0, half_points=24, scale=100)
    if word == "pard":
        return replace(state, indent=0, ground=0)
    if word in {"trowd", "row"}:
        return replace(state, painted=False)
    setter = _SETTERS.get(word)
    return setter(state, value) if setter and number is not None else state


_SETTERS: dict[str, Callable[[_State, int], _State]] = {
    "cf": lambda state, value: replace(state, ink=value),
    "highlight": lambda state, value: replace(state, ground=value),
    "cb": lambda state, value: replace(state, ground=value),
    "chcbpat": lambda state, value: replace(state, ground=value),
    "clcbpat": lambda state, value: replace(state, painted=value > 0),
    "cbpat": lambda state, value: replace(state, ground=value),
    "fs": lambda state, value: replace(state, half_points=value),
    "charscalex": lambda state, value: replace(state, scale=value),
    "li": lambda state, value: replace(state, indent=value),
}


def _colours(source: str) -> list[Color | None]:
    table = re.search(r"\{\\colortbl([^{}]*)\}", source)
    if table is None:
        return []
    found: list[Color | None] = []
    for entry in table[1].split(";")[:-1]:
        match = _COLOUR.search(entry)
        found.append((int(match[1]), int(match[2]), int(match[3])) if match else None)
    return found


def _properties(source: str) -> list[tuple[str, str]]:
    """Return properties of the file that are stuffed with words."""
    from jobtracker.resumes.reading.docx_hidden import stuffed

    said = re.findall(r"\{\\(?:\*\\)?([a-z]+) ([^{}\\]{20,20000})\}", source[:200_000])
    return [("metadata", text.strip()) for name, text in said if name in _SAID and stuffed(text)]
