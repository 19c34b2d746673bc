"""The tools as a model is given them, and the check of what it asks for."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from jobtracker.agent.mind.llm.tokens import NO_TEXT, estimate
from jobtracker.agent.mind.port import ToolSpec

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 1000
_DEEPEST = 12
_DROPPED = {"title", "$schema", "$defs", "definitions", "$id"}
_BOUNDS = {"pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
_IDENTITIES = {"user", "user_id", "userid", "username", "tenant", "account_id", "subject", "_meta"}

Problem = Literal["unknown_tool", "bad_json", "bad_arguments"]


@dataclass(frozen=True)
class Checked:
    """A call that can be run: the tool and its arguments."""

    spec: ToolSpec
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """A call that cannot be run, and why, in words for the model."""

    problem: Problem
    detail: str


class Toolset:
    """The tools of one step, by the names that the model sees."""

    def __init__(self, specs: Sequence[ToolSpec], tokens: int = 1_000_000) -> None:
        """`tokens` is about how much room their schemas may take; they are shortened to fit."""
        self._specs = _named(specs)
        self._tokens = tokens
        self._validators: dict[str, Validator | None] = {}

    @property
    def names(self) -> list[str]:
        """The names that the model may call."""
        return list(self._specs)

    @cached_property
    def schemas(self) -> list[dict[str, Any]]:
        """The tools in OpenAI's format, which LangChain turns into each vendor's own."""
        schemas = self._whole()
        for lean in (_first_sentences, _bare):
            if estimate(json.dumps(schemas)) <= self._tokens:
                break
            for schema in schemas:
                schema["function"] = lean(schema["function"])
        return schemas

    def _whole(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": (spec.description or spec.title)[:_LONGEST_DESCRIPTION],
                    "parameters": simple_schema(spec.input_schema),
                },
            }
            for name, spec in self._specs.items()
        ]

    def check(self, name: str, arguments: str | dict[str, Any]) -> Checked | Refused:
        """Return the call with its arguments read and validated, or why it cannot be run.

        An identity is never passed on, and an empty optional argument is left out.
        """
        spec = self._specs.get(name)
        if spec is None:
            return Refused("unknown_tool", name[:_LONGEST_NAME])
        given = _read(arguments)
        if isinstance(given, Refused):
            return given
        known: dict[str, Any] = spec.input_schema.get("properties") or {}
        required: list[str] = spec.input_schema.get("required") or []
        kept = {
            key: value
            for key, value in given.items()
            if (key in known or key.lower() not in _IDENTITIES)
            and (value is not None or key in required)
        }
        if unknown := [key for key in kept if known and key not in known]:
            listed, named = ", ".join(known), ", ".join(unknown)[:80]
            return Refused("bad_arguments", f"no argument {named}; it has {listed}")
        if wrong := self._wrong(name, spec, kept):
            return Refused("bad_arguments", wrong)
        return Checked(spec, kept)

    def _wrong(self, name: str, spec: ToolSpec, arguments: dict[str, Any]) -> str:
        if name not in self._validators:
            self._validators[name] = _validator(spec.input_schema)
        validator = self._validators[name]
        return _first_error(validator, arguments) if validator is not None else ""


def _validator(schema: dict[str, Any]) -> Validator | None:
    """Return the validator; None where the server's own schema is broken, and it has to judge."""
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    kind = validator_for(schema)
    try:
        kind.check_schema(schema)
    except SchemaError:
        return None
    return kind(schema)


def _first_error(validator: Validator, arguments: dict[str, Any]) -> str:
    from jsonschema import exceptions
    from referencing.exceptions import Unresolvable

    module: Any = exceptions
    try:
        error: ValidationError | None = module.best_match(validator.iter_errors(arguments))
    except Unresolvable:
        return ""
    if error is None:
        return ""
    where = "/".join(str(part) for part in error.absolute_path)
    return f"{where + ': ' if where else ''}{error.message}"[:300]


def _read(arguments: str | dict[str, Any]) -> dict[str, Any] | Refused:
    loaded: object = arguments
    if isinstance(arguments, str):
        try:
            loaded = json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError) as exc:
            return Refused("bad_json", str(exc)[:120])
    if not isinstance(loaded, dict):
        return Refused("bad_json", f"it is {type(loaded).__name__}")
    given = cast("dict[str, Any]", loaded)
    if not _is_text(given):
        return Refused("bad_json", "it holds NUL or half of a surrogate pair")
    return given


def _is_text(value: object) -> bool:
    """Tell whether all names and strings in a JSON value can be kept and sent."""
    left: list[object] = [value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            entries = cast("dict[object, object]", item)
            left.extend((*entries.keys(), *entries.values()))
        elif isinstance(item, list):
            left.extend(cast("list[object]", item))
        elif isinstance(item, str) and NO_TEXT.search(item):
            return False
    return True


def _named(specs: Sequence[ToolSpec]) -> dict[str, ToolSpec]:
    """Map names that every vendor takes, unique over all servers, to the tools."""
    named: dict[str, ToolSpec] = {}
    for spec in specs:
        name = _UNFIT.sub("_", spec.name)[:_LONGEST_NAME] or "tool"
        if name in named:
            name = _UNFIT.sub("_", f"{spec.server}__{spec.name}")[:_LONGEST_NAME]
        number = 2
        while name in named:
            name = f"{name[: _LONGEST_NAME - 4]}_{number}"
            number += 1
        named[name] = spec
    return named


def simple_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema in the subset that OpenAI-compatible servers understand.

    References are written out, titles dropped, and "X or null" becomes X for an optional argument.
    """
    raw: dict[str, Any] = schema.get("$defs") or schema.get("definitions") or {}
    simple = _simple(copy.deepcopy(schema), raw, 0)
    result = cast("dict[str, Any]", simple) if isinstance(simple, dict) else {}
    result["type"] = "object"
    result.setdefault("properties", {})
    return result


def _first_sentences(node: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with short descriptions, and without the bounds that are checked anyway."""
    return _walk(node, lambda text: text.partition("\n")[0].partition(". ")[0])


def _bare(node: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in which the tool alone is described."""
    return {**_walk(node, lambda _text: ""), "description": node["description"]}


def _walk(node: dict[str, Any], describe: Callable[[str], str]) -> dict[str, Any]:
    walked: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties" and isinstance(value, dict):
            entries = cast("dict[str, Any]", value)
            walked[key] = {name: _walk(inner, describe) for name, inner in entries.items()}
        elif key == "description" and isinstance(value, str):
            if text := describe(value):
                walked[key] = text
        elif isinstance(value, dict):
            walked[key] = _walk(cast("dict[str, Any]", value), describe)
        elif key not in _BOUNDS:
            walked[key] = value
    return walked


def _simple(node: object, definitions: dict[str, Any], depth: int) -> object:
    if isinstance(node, list):
        return [_simple(item, definitions, depth + 1) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    if depth > _DEEPEST:
        return {}  # recursive types end here: anything goes
    entries = _without_null(cast("dict[str, Any]", node))
    reference = entries.get("$ref")
    if isinstance(reference, str):
        target = definitions.get(reference.rpartition("/")[2], {})
        rest = {key: value for key, value in entries.items() if key != "$ref"}
        return _simple({**copy.deepcopy(target), **rest}, definitions, depth + 1)
    simple: dict[str, Any] = {}
    for key, value in entries.items():
        if key == "properties" and isinstance(value, dict):
            # A property may be called "title": its name is kept, only schema keywords are dropped.
            properties = cast("dict[str, object]", value)
            simple[key] = {k: _simple(v, definitions, depth + 1) for k, v in properties.items()}
        elif key not in _DROPPED and not (key == "default" and value is None):
            simple[key] = _simple(value, definitions, depth + 1)
    return simple


def _without_null(entries: dict[str, Any]) -> dict[str, Any]:
    options = entries.get("anyOf")
    if not isinstance(options, list):
        return entries
    kept = [option for option in cast("list[Any]", options) if option != {"type": "null"}]
    if len(kept) != 1 or not isinstance(kept[0], dict):
        return {**entries, "anyOf": kept}
    rest = {key: value for key, value in entries.items() if key != "anyOf"}
    return {**cast("dict[str, Any]", kept[0]), **rest}
