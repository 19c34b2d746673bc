"""Looking after prompts: list, show, render, draft, compare, release and pin.

A version is released when its hash is in `lock.toml`; from then on its file never changes, and a
change is a new version. Only released versions are pinned.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tempfile
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from jobtracker.agent.prompts import Prompts, library
from jobtracker.core.errors import BadInput, NotFound, Unavailable
from jobtracker.core.prompt_files import NAME, Pin, Prompt, parse, read_pins

_DRAFT = """---
purpose: Say in one line what this prompt is for.
inputs:
  text: string
languages: [en]
---
{{ text }}
"""
_LOCK_HEAD = (
    "# The released versions and the SHA-256 of their files: these files never change any more.\n"
    "# `jobtracker prompts activate NAME vN` releases and pins a version.\n\n"
)
_PINS_HEAD = (
    "# Which version of each prompt is used: plainly, and where it differs by language or model\n"
    '# (a pattern such as "openai:gpt-5*"). `jobtracker prompts activate NAME vN` writes it.\n'
)


@dataclass(frozen=True)
class Listed:
    """A prompt in the list; `drafts` are versions that are not released."""

    name: str
    active: str
    versions: list[str]
    drafts: list[str]
    purpose: str


def list_prompts(prompts: Prompts | None = None) -> list[Listed]:
    """Return all prompts, by name; `active` is empty where none is pinned."""
    prompts = prompts or library()
    locked = read_lock(prompts.root)
    pins = read_pins(prompts.root / "active.toml")
    listed: list[Listed] = []
    for name in prompts.names():
        versions = prompts.versions_of(name)
        active = pins[name].version if name in pins else ""
        purpose = prompts.get(name, active or versions[-1]).purpose
        drafts = [version for version in versions if f"{name}/{version}" not in locked]
        listed.append(Listed(name, active, versions, drafts, purpose))
    return listed


def show(name: str, version: str | None = None, prompts: Prompts | None = None) -> dict[str, Any]:
    """Return a version as JSON values: its front matter, its body and whether it is released.

    Raises:
        NotFound: no such prompt or version.
    """
    prompts = prompts or library()
    prompt = prompts.get(name, version)
    values = {key: value for key, value in asdict(prompt).items() if key not in {"path", "parts"}}
    return {
        **values,
        "path": str(prompt.path),
        "parts": [part for part in prompt.parts if part],
        "released": prompt.label in read_lock(prompts.root),
    }


def render_prompt(
    name: str,
    inputs: dict[str, str],
    version: str | None = None,
    part: str = "",
    prompts: Prompts | None = None,
) -> str:
    """Fill a version with inputs given as text; what is not declared a string is read as JSON.

    Raises:
        NotFound: no such prompt, version or part.
        BadInput: an input is missing, unknown or of another type; or the template is broken.
    """
    prompts = prompts or library()
    prompt = prompts.get(name, version)
    values = {key: _value(prompt, key, text) for key, text in inputs.items()}
    return prompts.fill(prompt, values, part)


def new(name: str, source: str | None = None, prompts: Prompts | None = None) -> Path:
    """Write the next version as a draft, copied from `source` (the newest by default).

    Raises:
        BadInput: the name is not usable.
        NotFound: there is no such source.
    """
    prompts = prompts or library()
    if not NAME.fullmatch(name):
        raise BadInput(f"{name[:60]!r} is no usable name: lower case letters, digits, _ and /")
    try:
        known = prompts.versions_of(name)
    except NotFound:
        known = []
        if source is not None:
            raise
    text = _DRAFT
    if known:
        text = prompts.get(name, source or known[-1]).path.read_text(encoding="utf-8")
    number = int(known[-1][1:]) + 1 if known else 1
    path = prompts.root / name / f"v{number}.md"
    _write(path, text)
    prompts.forget()
    return path


def diff(name: str, old: str, new_version: str, prompts: Prompts | None = None) -> str:
    """Return a unified diff of two versions, empty where they are the same.

    Raises:
        NotFound: no such prompt or version.
    """
    prompts = prompts or library()
    before, after = (
        prompts.get(name, version).path.read_text(encoding="utf-8").splitlines(keepends=True)
        for version in (old, new_version)
    )
    return "".join(difflib.unified_diff(before, after, f"{name}/{old}", f"{name}/{new_version}"))


def activate(
    name: str,
    version: str,
    language: str | None = None,
    model: str | None = None,
    prompts: Prompts | None = None,
) -> None:
    """Release the version, and pin it: plainly, or for a language or a model.

    Raises:
        NotFound: no such prompt or version.
        BadInput: its template is broken, it was changed after its release, or there is no plain
            pin yet to differ from.
    """
    prompts = prompts or library()
    prompt = prompts.get(name, version)
    for part in prompt.parts:
        prompts.compile(prompt, part)
    path = prompts.root / "active.toml"
    pins = read_pins(path)
    pin = pins.get(name)
    if pin is None and (language or model):
        raise BadInput(f"pin {name} plainly first: `jobtracker prompts activate {name} {version}`")
    pin = pin or Pin(version, {}, {})
    if language:
        pin = Pin(pin.version, {**pin.languages, language.lower(): version}, pin.models)
    if model:
        pin = Pin(pin.version, pin.languages, {**pin.models, model: version})
    if not language and not model:
        pin = Pin(version, pin.languages, pin.models)
    release(prompt, prompts.root)
    _write(path, _pins_text({**pins, name: pin}))
    prompts.forget()


def release(prompt: Prompt, root: Path) -> None:
    """Lock a version's file.

    Raises:
        BadInput: it is locked, and its file is not what was locked.
    """
    locked, digest = read_lock(root), file_hash(prompt.path)
    if locked.get(prompt.label, digest) != digest:
        raise BadInput(
            f"prompt {prompt.label} was released and then changed; restore {prompt.path.name}, "
            f"and make a new version with `jobtracker prompts new {prompt.name}`"
        )
    entries = {**locked, prompt.label: digest}
    lines = [f'"{label}" = "{entries[label]}"\n' for label in sorted(entries)]
    _write(root / "lock.toml", _LOCK_HEAD + "".join(lines))


def check(prompts: Prompts | None = None) -> list[str]:
    """Return what is wrong, a line each: changed or lost releases, pins on drafts, broken files."""
    prompts = prompts or library()
    locked = read_lock(prompts.root)
    wrong: list[str] = []
    for label, digest in locked.items():
        path = prompts.root / f"{label}.md"
        if not path.is_file():
            wrong.append(f"{label} was released, and its file is gone")
        elif file_hash(path) != digest:
            wrong.append(f"{label} was released, and its file has changed since")
    for name, pin in read_pins(prompts.root / "active.toml").items():
        for version in {pin.version, *pin.languages.values(), *pin.models.values()}:
            if f"{name}/{version}" not in locked:
                wrong.append(f"{name}/{version} is pinned, and not released")
    return [*wrong, *_broken(prompts)]


def _broken(prompts: Prompts) -> list[str]:
    wrong: list[str] = []
    for name in prompts.names():
        for version in prompts.versions_of(name):
            path = prompts.root / name / f"{version}.md"
            try:
                prompt = parse(name, version, path, path.read_text(encoding="utf-8"))
                for part in prompt.parts:
                    prompts.compile(prompt, part)
            except BadInput as exc:
                wrong.append(exc.message)
    return wrong


def read_lock(root: Path) -> dict[str, str]:
    """Return the hash of each released version, by its label `name/vN`.

    Raises:
        BadInput: the lock is not TOML.
    """
    try:
        loaded = tomllib.loads((root / "lock.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as exc:
        raise BadInput(f"{root / 'lock.toml'} is not TOML: {exc}") from exc
    return {str(label): str(digest) for label, digest in loaded.items()}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, the same whatever the checkout made of its line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _value(prompt: Prompt, key: str, text: str) -> object:
    if prompt.inputs.get(key, "string").removesuffix("?") == "string":
        return text
    try:
        return cast("object", json.loads(text))
    except ValueError as exc:
        raise BadInput(f"input {key!r} of prompt {prompt.label} is not JSON: {exc}") from exc


def _pins_text(pins: dict[str, Pin]) -> str:
    lines = [_PINS_HEAD]
    for name in sorted(pins):
        pin, key = pins[name], json.dumps(name) if "/" in name else name
        lines.append(f'\n[{key}]\nversion = "{pin.version}"\n')
        for group, entries in (("languages", pin.languages), ("models", pin.models)):
            if entries:
                pairs = ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in entries.items())
                lines.append(f"{group} = {{ {pairs} }}\n")
    return "".join(lines)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as exc:
        raise Unavailable(f"{path} cannot be written ({exc.strerror}); make it writable") from exc
