"""Prompts are files: `prompts/<name>/vN.md`, pinned in `prompts/active.toml`, locked when released.

A file opens with front matter (YAML: purpose, inputs, output, model, languages); the rest is a
Jinja2 template, rendered in a sandbox in which a missing variable is an error. A body may be cut
into parts by lines such as `=== found ===`; what stands before the first part (macros) belongs to
each of them. A name may have folders (`replies/de`); `language="de"` prefers `<name>/de`.
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.paths import asset_dir
from jobtracker.core.prompt_files import (
    NAME,
    VERSION,
    Pin,
    Prompt,
    checked,
    parse,
    read_pins,
    sandbox,
)

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FALLBACK_LANGUAGE = "en"
_RENDER_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

_OVERRIDES: ContextVar[Mapping[str, str] | None] = ContextVar("prompt_versions", default=None)


@contextmanager
def versions(overrides: Mapping[str, str]) -> Generator[None]:
    """Render with other versions than the pinned ones, in this task alone: `{"system": "v2"}`."""
    token = _OVERRIDES.set({**(_OVERRIDES.get() or {}), **overrides})
    try:
        yield
    finally:
        _OVERRIDES.reset(token)


class Prompts:
    """The prompts of one folder, read and compiled once. Safe to use from several threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.RLock()
        self._prompts: dict[tuple[str, str], Prompt] = {}
        self._templates: dict[tuple[str, str, str], Template] = {}
        self._resolved: dict[tuple[str, str, str], str] = {}
        self._pins: dict[str, Pin] | None = None
        self._environment: Environment | None = None
        self._filters: dict[str, Callable[..., Any]] = {}

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        """Let templates use `{{ value | name }}`."""
        with self._lock:
            self._filters[name] = function
            self._environment = None
            self._templates.clear()

    def names(self) -> list[str]:
        """Return all prompts' names, sorted."""
        found = {path.parent.relative_to(self.root).as_posix() for path in self._files()}
        return sorted(name for name in found if NAME.fullmatch(name))

    def versions_of(self, name: str) -> list[str]:
        """Return the versions of a prompt, oldest first.

        Raises:
            NotFound: there is no such prompt.
        """
        found = [path.stem for path in self._folder(name).glob("v*.md")]
        usable = sorted((v for v in found if VERSION.fullmatch(v)), key=lambda v: int(v[1:]))
        if not usable:
            raise NotFound(f"there is no prompt {name!r}; `jobtracker prompts list` names them")
        return usable

    def active(self, name: str, language: str | None = None, model: str | None = None) -> str:
        """Return the version in use: an override, else the pin by model, by language, or plain.

        Raises:
            NotFound: no such prompt, or none of its versions is pinned.
        """
        if forced := (_OVERRIDES.get() or {}).get(name):
            return forced
        key = (name, language or "", model or "")
        if key not in self._resolved:
            self._resolved[key] = self._pinned(name, language, model)
        return self._resolved[key]

    def get(self, name: str, version: str | None = None) -> Prompt:
        """Return one version of a prompt, the active one by default.

        Raises:
            NotFound: no such prompt or version.
            BadInput: the file's front matter is broken.
        """
        key = (name, version or self.active(name))
        if key not in self._prompts:
            with self._lock:
                self._prompts[key] = self._read(*key)
        return self._prompts[key]

    def render(
        self,
        name: str,
        language: str | None = None,
        model: str | None = None,
        part: str = "",
        **inputs: Any,
    ) -> str:
        """Return the text of the active version, stripped.

        `language` and `model` choose the version, and are inputs too where it declares them.

        Raises:
            NotFound: no such prompt, version or part.
            BadInput: an input is missing, unknown or of another type, or the template is broken or
                tries to leave the sandbox; the message names the prompt and the input.
        """
        chosen = self.localised(name, language)
        prompt = self.get(chosen, self.active(chosen, language, model))
        for key, value in (("language", language), ("model", model)):
            if key in prompt.inputs:
                inputs[key] = value
        return self.fill(prompt, inputs, part)

    def localised(self, name: str, language: str | None) -> str:
        """Return `<name>/<language>` where that exists, else the name, else its English."""
        tags = [language.lower().replace("-", "_")] if language else []
        tags += [tag.partition("_")[0] for tag in tags]
        pins = self._all_pins()
        for candidate in (*(f"{name}/{tag}" for tag in tags), name, f"{name}/{FALLBACK_LANGUAGE}"):
            if candidate in pins:
                return candidate
        return name

    def fill(self, prompt: Prompt, inputs: Mapping[str, Any], part: str = "") -> str:
        """Return the text of that very version; see `render`."""
        values = checked(prompt, inputs, strict=not part)
        template = self._template(prompt, part)
        from jinja2 import TemplateError, UndefinedError
        from jinja2.exceptions import SecurityError

        where = f"prompt {prompt.label}" + (f", part {part!r}" if part else "")
        try:
            return template.render(values).strip()
        except UndefinedError as exc:
            raise BadInput(f"{where}: {exc.message}; give it as an input") from exc
        except SecurityError as exc:
            raise BadInput(f"{where} tries to leave the sandbox: {exc}") from exc
        except (TemplateError, *_RENDER_ERRORS) as exc:
            raise BadInput(f"{where} cannot be rendered: {exc}") from exc

    def forget(self) -> None:
        """Read everything anew: files were changed."""
        with self._lock:
            self._prompts.clear()
            self._templates.clear()
            self._resolved.clear()
            self._pins = None

    def _files(self) -> list[Path]:
        return [path for path in self.root.rglob("v*.md") if VERSION.fullmatch(path.stem)]

    def _folder(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NotFound(
                f"{name[:60]!r} is no prompt's name (lower case letters, digits, _ and /)"
            )
        return self.root / name

    def _all_pins(self) -> dict[str, Pin]:
        if self._pins is None:
            with self._lock:
                self._pins = read_pins(self.root / "active.toml")
        return self._pins

    def _pinned(self, name: str, language: str | None, model: str | None) -> str:
        pin = self._all_pins().get(name)
        if pin is None:
            self.versions_of(name)
            raise NotFound(
                f"prompt {name!r} has no active version; `jobtracker prompts activate {name} vN`"
            )
        for pattern, version in pin.models.items():
            if model and fnmatch.fnmatchcase(model, pattern):
                return version
        tag = (language or "").lower()
        return pin.languages.get(tag) or pin.languages.get(tag.partition("-")[0]) or pin.version

    def _read(self, name: str, version: str) -> Prompt:
        if not VERSION.fullmatch(version):
            raise NotFound(
                f"{version[:20]!r} is no version of prompt {name!r}; versions are v1, v2, …"
            )
        path = self._folder(name) / f"{version}.md"
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            known = ", ".join(self.versions_of(name))
            raise NotFound(f"prompt {name!r} has no version {version}; it has {known}") from None
        except (OSError, UnicodeDecodeError) as exc:
            raise BadInput(f"prompt file {path} cannot be read: {exc}") from exc
        return parse(name, version, path, text)

    def _template(self, prompt: Prompt, part: str) -> Template:
        key = (prompt.name, prompt.version, part)
        found = self._templates.get(key)
        if found is None:
            with self._lock:
                found = self._templates[key] = self.compile(prompt, part)
        return found

    def compile(self, prompt: Prompt, part: str = "") -> Template:
        """Compile one part of a version.

        Raises:
            NotFound: it has no such part.
            BadInput: the template is broken; the message names the line.
        """
        source = prompt.parts.get(part)
        if source is None:
            known = ", ".join(name for name in prompt.parts if name) or "none"
            raise NotFound(f"prompt {prompt.label} has no part {part!r}; it has {known}")
        from jinja2 import TemplateSyntaxError

        if self._environment is None:
            self._environment = sandbox(self._filters)
        try:
            return self._environment.from_string(source)
        except TemplateSyntaxError as exc:
            where = f"part {part!r}, line {exc.lineno}" if part else f"line {exc.lineno}"
            raise BadInput(f"prompt {prompt.label}, {where}: {exc.message}") from exc


@cache
def library() -> Prompts:
    """Return the prompts that ship with the program."""
    return Prompts(asset_dir("prompts"))


def render(
    name: str,
    language: str | None = None,
    model: str | None = None,
    part: str = "",
    **inputs: Any,
) -> str:
    """Return the text of a shipped prompt's active version; see `Prompts.render`."""
    return library().render(name, language, model, part, **inputs)
