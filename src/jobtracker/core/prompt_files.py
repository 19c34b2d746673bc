"""The file of one prompt version, the pins, and the sandbox that templates run in."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.core.errors import BadInput

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*")
VERSION = re.compile(r"v[1-9]\d{0,3}")
_FRONT = re.compile(r"\A---\n(.*?)^---\n(.*)\Z", re.S | re.M)
_PART = re.compile(r"^=== ([a-z0-9_]+) ===\n", re.M)
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list, tuple),
    "object": (dict,),
    "any": (object,),
}
_HIGHEST_REPEAT = 100_000


@dataclass(frozen=True)
class Prompt:
    """One version of a prompt. `inputs` maps a variable to its type, `?` behind it: may be absent.

    `parts` maps a part's name to its template, the whole body being the part "".
    """

    name: str
    version: str
    path: Path
    purpose: str
    body: str
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    output: dict[str, Any] = field(default_factory=dict[str, Any])
    model: dict[str, Any] = field(default_factory=dict[str, Any])
    languages: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def label(self) -> str:
        """How errors and locks name it: `system/v1`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True)
class Pin:
    """Which version of a prompt is used, plainly, by language and by model (a glob)."""

    version: str
    languages: dict[str, str]
    models: dict[str, str]


def parse(name: str, version: str, path: Path, text: str) -> Prompt:
    """Read one prompt file.

    Raises:
        BadInput: no front matter, or one that is broken; the message names the field.
    """
    label = f"prompt {name}/{version}"
    match = _FRONT.match(text.replace("\r\n", "\n"))
    if match is None:
        raise BadInput(f"{label} has no front matter; it starts with a line --- and ends with one")
    front = _front(label, match[1])
    return Prompt(
        name=name,
        version=version,
        path=path,
        purpose=str(front.get("purpose", "")).strip(),
        body=match[2],
        inputs=_inputs(label, front.get("inputs") or {}),
        output=_mapping(label, "output", front.get("output")),
        model=_mapping(label, "model", front.get("model")),
        languages=tuple(str(tag) for tag in front.get("languages") or ()),
        parts=_parts(match[2]),
    )


def _front(label: str, text: str) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loaded = yaml.load(text, Loader=loader)  # a safe loader, in C where it is built
    except yaml.YAMLError as exc:
        raise BadInput(f"{label}: its front matter is not YAML: {exc}") from exc
    front = _mapping(label, "front matter", loaded)
    if unknown := set(front) - {"purpose", "inputs", "output", "model", "languages"}:
        raise BadInput(f"{label}: unknown front matter {', '.join(sorted(map(str, unknown)))}")
    if not front.get("purpose"):
        raise BadInput(f"{label}: its front matter says no purpose")
    return front


def _mapping(label: str, what: str, value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput(f"{label}: {what} is not a mapping")
    return cast("dict[str, Any]", value)


def _inputs(label: str, declared: object) -> dict[str, str]:
    inputs = {str(key): str(kind) for key, kind in _mapping(label, "inputs", declared).items()}
    for key, kind in inputs.items():
        if kind.removesuffix("?") not in _TYPES:
            raise BadInput(
                f"{label}: input {key} has no type {kind!r}; types are {', '.join(_TYPES)}"
            )
    return inputs


def _parts(body: str) -> dict[str, str]:
    pieces = _PART.split(body)
    shared = pieces[0]
    named = zip(pieces[1::2], pieces[2::2], strict=True)
    return {"": body} if len(pieces) == 1 else {name: shared + text for name, text in named}


def checked(prompt: Prompt, inputs: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the inputs with absent optional ones as None; a part may leave declared ones out."""
    values = dict(inputs)
    for key, kind in prompt.inputs.items():
        optional = kind.endswith("?")
        if key not in values:
            if optional:
                values[key] = None
            elif strict:
                raise BadInput(f"prompt {prompt.label}: input {key!r} ({kind}) is missing")
            continue
        value = values[key]
        if value is None and optional:
            continue
        accepted = _TYPES[kind.removesuffix("?")]
        if not isinstance(value, accepted) or (isinstance(value, bool) and int in accepted):
            raise BadInput(
                f"prompt {prompt.label}: input {key!r} is {type(value).__name__}, not {kind}"
            )
    if strict and (unknown := values.keys() - prompt.inputs.keys()):
        known = ", ".join(prompt.inputs) or "none"
        raise BadInput(
            f"prompt {prompt.label} has no input {', '.join(sorted(unknown))}; it has {known}"
        )
    return values


def read_pins(path: Path) -> dict[str, Pin]:
    """Read `active.toml`; none where there is no such file.

    Raises:
        BadInput: it is not TOML, or an entry names no version.
    """
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise BadInput(f"{path} cannot be read: {exc}") from exc
    pins: dict[str, Pin] = {}
    for name, entry in loaded.items():
        pin = _mapping(str(path), name, entry)
        if not isinstance(pin.get("version"), str):
            raise BadInput(f'{path}: ["{name}"] needs version = "vN"')
        pins[name] = Pin(
            version=str(pin["version"]),
            languages={str(k).lower(): str(v) for k, v in pin.get("languages", {}).items()},
            models={str(k): str(v) for k, v in pin.get("models", {}).items()},
        )
    return pins


def sandbox(filters: Mapping[str, Any]) -> Environment:
    """Return the environment that templates are compiled in, with these filters beside Jinja's."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Refuses, besides what Jinja's does, to repeat things without end."""

        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**":
                raise SecurityError("powers are not allowed")
            for text, times in ((left, right), (right, left)):
                if hasattr(text, "__len__") and len(text) * times > _HIGHEST_REPEAT:
                    raise SecurityError("the repetition is too long")
            return left * right

    environment: Any = Sandbox(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts and replies are text, not HTML
    )
    environment.filters.update({"json": _json, **filters})
    return environment


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
