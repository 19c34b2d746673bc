"""Changes one member of a JSON file that people also edit: comments, order and layout stay.

Comments (`//`, `/* */`) and trailing commas are blanked for reading only, character by character,
so that every position found is a position in the file itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, cast

from jobtracker.core.errors import BadInput

_TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
_SPACE = " \t\r\n"


@dataclass(frozen=True)
class Member:
    """Where a member of an object stands: its value, and the value itself."""

    start: int
    end: int
    value: Any


@dataclass(frozen=True)
class _Object:
    members: dict[str, Member]
    last: int
    close: int


def parse(text: str) -> dict[str, Any]:
    """Return the object that the text holds; an empty text is an empty object.

    Raises:
        BadInput: it is no JSON object; the message says where.
    """
    plain = _blanked(text)
    if not plain.strip():
        return {}
    try:
        found = json.loads(plain)
    except (json.JSONDecodeError, RecursionError) as exc:
        where = f"line {exc.lineno}: {exc.msg}" if isinstance(exc, json.JSONDecodeError) else "deep"
        raise BadInput(f"it is not JSON ({where})") from exc
    if not isinstance(found, dict):
        raise BadInput("it holds no JSON object")
    return cast("dict[str, Any]", found)


def put(text: str, path: tuple[str, str], value: Any) -> str:
    """Return the text with `value` as member `path[1]` of the object `path[0]`.

    Raises:
        BadInput: the text is no JSON object, or what is under `path[0]` is none.
    """
    parse(text)
    plain = _blanked(text)
    if not plain.strip():
        kept = f"{text.rstrip()}\n" if text.strip() else ""
        return f"{kept}{_dump({path[0]: {path[1]: value}}, '', '  ')}\n"
    newline = "\r\n" if "\r\n" in text else "\n"
    start = plain.index("{")
    root = _object(text, start)
    step = _step(plain[start + 1 :])
    outer = root.members.get(path[0])
    if outer is None:
        changed = _add(text, root, path[0], {path[1]: value}, "", step)
    elif not isinstance(outer.value, dict):
        raise BadInput(f"its {path[0]!r} is no object")
    else:
        inner = _object(text, outer.start)
        found = inner.members.get(path[1])
        if found is None:
            changed = _add(text, inner, path[1], value, step, step)
        else:
            changed = text[: found.start] + _dump(value, step * 2, step) + text[found.end :]
    return changed.replace("\r\n", "\n").replace("\n", newline)


def _blanked(text: str) -> str:
    def comment(match: re.Match[str]) -> str:
        token = match[0]
        return token if token.startswith('"') else re.sub(r"[^\r\n]", " ", token)

    return _TRAILING.sub(lambda match: match[1] or " ", _TOKENS.sub(comment, text))


def _object(text: str, start: int) -> _Object:
    """Return the members of the object that begins at `start`; of a name twice, the last."""
    plain = _blanked(text)
    decoder = json.JSONDecoder()
    members: dict[str, Member] = {}
    place = last = _skip(plain, start + 1)
    while plain[place] != "}":
        name, place = decoder.raw_decode(plain, place)
        value_at = _skip(plain, _skip(plain, place) + 1)
        value, last = decoder.raw_decode(plain, value_at)
        members[name] = Member(value_at, last, value)
        place = _skip(plain, last)
        if plain[place] == ",":
            place = _skip(plain, place + 1)
    return _Object(members, last, place)


def _skip(text: str, place: int) -> int:
    while text[place] in _SPACE:
        place += 1
    return place


def _step(inside: str) -> str:
    """Return the file's indentation: that of the first member, if on a line of its own."""
    found = re.match(r"\s*\n([ \t]+)[^\s}]", inside)
    return found[1] if found else "  "


def _add(text: str, into: _Object, name: str, value: Any, indent: str, step: str) -> str:
    inner = indent + step
    member = f"{inner}{json.dumps(name)}: {_dump(value, inner, step)}"
    before = text[: into.last]
    between = text[into.last : into.close].rstrip()
    if into.members and "," not in _without_comments(between):
        before += ","
    return f"{before}{between}\n{member}\n{indent}{text[into.close :]}"


def _without_comments(text: str) -> str:
    return _TOKENS.sub("", text)


def _dump(value: Any, indent: str, step: str) -> str:
    lines = json.dumps(value, indent=step, ensure_ascii=False).split("\n")
    return "\n".join([lines[0], *(indent + line for line in lines[1:])])
