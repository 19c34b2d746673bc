"""JSON pointers into a résumé, JSON Patch, and what differs between two résumés."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any, cast

from pydantic import ValidationError

from jobtracker.core.errors import BadInput
from jobtracker.resumes.model import Change, Resume


def parts(path: str) -> list[str]:
    """Split a JSON pointer (RFC 6901).

    Raises:
        BadInput: it does not begin with a slash.
    """
    if not path.startswith("/"):
        raise BadInput(f"path {path[:60]!r} is no JSON pointer; write it like /work/0/highlights/1")
    return [piece.replace("~1", "/").replace("~0", "~") for piece in path[1:].split("/")]


def get(content: Any, path: str) -> Any:
    """Return the value at a path, None where there is none."""
    value = content
    for piece in parts(path):
        if isinstance(value, list):
            items = cast("list[Any]", value)
            value = items[int(piece)] if piece.isdigit() and int(piece) < len(items) else None
        elif isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(piece)
        else:
            return None
    return value


def put(content: dict[str, Any], path: str, value: Any, *, insert: bool = False) -> None:
    """Set the value at a path; `insert` puts it in front of what a list has there.

    Raises:
        BadInput: the path leads nowhere.
    """
    keys = parts(path)
    parent: Any = _parent(content, keys, path, create=True)
    last = keys[-1]
    if isinstance(parent, list):
        items = cast("list[Any]", parent)
        index = len(items) if last == "-" else int(last) if last.isdigit() else -1
        if not 0 <= index <= len(items) or (index == len(items) and not insert and last != "-"):
            raise BadInput(f"path {path[:80]!r}: the list has no place {last!r}")
        if insert or last == "-":
            items.insert(index, value)
        else:
            items[index] = value
    elif isinstance(parent, dict):
        cast("dict[str, Any]", parent)[last] = value
    else:
        raise BadInput(f"path {path[:80]!r} leads nowhere in this résumé")


def drop(content: dict[str, Any], path: str) -> Any:
    """Remove and return the value at a path.

    Raises:
        BadInput: there is nothing.
    """
    keys = parts(path)
    parent: Any = _parent(content, keys, path, create=False)
    last = keys[-1]
    if isinstance(parent, list) and last.isdigit() and int(last) < len(cast("list[Any]", parent)):
        return cast("list[Any]", parent).pop(int(last))
    if isinstance(parent, dict) and last in parent:
        return cast("dict[str, Any]", parent).pop(last)
    raise BadInput(f"path {path[:80]!r}: there is nothing to remove")


def _parent(content: Any, keys: list[str], path: str, *, create: bool) -> Any:
    value = content
    for piece, following in pairwise(keys):
        if isinstance(value, list):
            items = cast("list[Any]", value)
            if not piece.isdigit() or int(piece) >= len(items):
                raise BadInput(f"path {path[:80]!r}: the list has no place {piece!r}")
            value = items[int(piece)]
        elif isinstance(value, dict):
            known = cast("dict[str, Any]", value)
            if piece not in known:
                if not create:
                    raise BadInput(f"path {path[:80]!r} leads nowhere in this résumé")
                known[piece] = [] if following == "-" or following.isdigit() else {}
            value = known[piece]
        else:
            raise BadInput(f"path {path[:80]!r} leads nowhere in this résumé")
    return value


def apply_patch(content: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the content after a JSON Patch (RFC 6902).

    Raises:
        BadInput: an operation is unknown, incomplete or does not fit; nothing is applied.
    """
    result = copy.deepcopy(content)
    for number, step in enumerate(patch, 1):
        op, path = step.get("op"), step.get("path")
        if not isinstance(path, str):
            raise BadInput(f"patch operation {number} has no path")
        if op in {"add", "replace"}:
            if "value" not in step:
                raise BadInput(f"patch operation {number} ({op} {path[:60]}) has no value")
            if op == "replace" and get(result, path) is None:
                raise BadInput(
                    f"patch operation {number}: there is nothing at {path[:60]} to replace"
                )
            put(result, path, step["value"], insert=op == "add")
        elif op == "remove":
            drop(result, path)
        elif op in {"move", "copy"}:
            source = str(step.get("from") or "")
            value = drop(result, source) if op == "move" else copy.deepcopy(get(result, source))
            put(result, path, value, insert=True)
        elif op == "test":
            if get(result, path) != step.get("value"):
                raise BadInput(
                    f"patch operation {number}: {path[:60]} is not what the test expects"
                )
        else:
            raise BadInput(f"patch operation {number}: {str(op)[:20]!r} is no JSON Patch operation")
    return result


def validate(content: dict[str, Any]) -> Resume:
    """Return the content as a résumé.

    Raises:
        BadInput: it is no JSON Resume; the message names the field.
    """
    try:
        return Resume.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        path = "/" + "/".join(str(piece) for piece in first["loc"])
        raise BadInput(f"the result is no valid JSON Resume: {path}: {first['msg']}") from exc


def diff(before: Any, after: Any, path: str = "") -> list[Change]:
    """Return what differs, by path; items of lists are paired where they are alike."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        a, b = cast("dict[str, Any]", before), cast("dict[str, Any]", after)
        found: list[Change] = []
        for key in [*a, *(key for key in b if key not in a)]:
            found += diff(a.get(key), b.get(key), f"{path}/{key}")
        return found
    if isinstance(before, list) and isinstance(after, list):
        return _diff_lists(cast("list[Any]", before), cast("list[Any]", after), path)
    op = "add" if before is None else "remove" if after is None else "replace"
    return [Change(path=path or "/", op=op, before=_say(before), after=_say(after))]


def _say(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(_say(item) or "" for item in cast("list[Any]", value))
    if isinstance(value, dict):
        return ", ".join(_say(item) or "" for item in cast("dict[str, Any]", value).values())
    return str(value)


def _identity(item: Any) -> str:
    if isinstance(item, dict):
        known = cast("dict[str, Any]", item)
        keys = (
            "name",
            "position",
            "institution",
            "studyType",
            "area",
            "language",
            "title",
            "startDate",
        )
        return "|".join(str(known.get(key, "")) for key in keys)
    return str(item)


def _diff_lists(before: list[Any], after: list[Any], path: str) -> list[Change]:
    changes: list[Change] = []
    left = {_identity(item): index for index, item in enumerate(before)}
    right = {_identity(item): index for index, item in enumerate(after)}
    gone = [(i, item) for i, item in enumerate(before) if _identity(item) not in right]
    new = [(i, item) for i, item in enumerate(after) if _identity(item) not in left]
    for (i, old), (_, item) in zip(gone, new, strict=False):
        changes += diff(old, item, f"{path}/{i}")
    paired = min(len(gone), len(new))
    for index, item in gone[paired:]:
        changes.append(Change(path=f"{path}/{index}", op="remove", before=_say(item), after=None))
    for index, item in new[paired:]:
        changes.append(Change(path=f"{path}/{index}", op="add", before=None, after=_say(item)))
    for key, index in right.items():
        if key in left:
            changes += diff(before[left[key]], after[index], f"{path}/{index}")
    kept_before = [_identity(item) for item in before if _identity(item) in right]
    kept_after = [_identity(item) for item in after if _identity(item) in left]
    if kept_before != kept_after and not (gone or new):
        changes.append(Change(path=path, op="move", before=_say(before), after=_say(after)))
    return changes
