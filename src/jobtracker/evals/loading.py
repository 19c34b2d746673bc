"""Finds and reads suites."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.paths import asset_dir
from jobtracker.evals.model import Suite
from jobtracker.evals.scorers import SCORERS

ABOUT = "about.yaml"


def folder() -> Path:
    """Return the folder of the suites that ship with the program."""
    return asset_dir("evals")


def names() -> list[str]:
    """Return the suites that are there and that can be scored."""
    return [name for name in SCORERS if (folder() / f"{name}.yaml").is_file()]


def load(name: str) -> Suite:
    """Read a suite, by name or by the path of a `.yaml`.

    Raises:
        NotFound: there is no such suite.
        BadInput: its file cannot be used; the message names the case.
    """
    path = Path(name).expanduser() if name.endswith(".yaml") else folder() / f"{name}.yaml"
    if not path.is_file() or (path.parent == folder() and path.stem not in SCORERS):
        raise NotFound(f"there is no suite {name!r}; one of: {', '.join(names())}")
    return read(path)


def read(path: Path) -> Suite:
    """Read a suite's file.

    Raises:
        BadInput: not YAML, not of the shape, or a case without expectation.
    """
    raw = yaml_of(path)
    content = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    content.pop("$schema", None)
    if "about" not in content and (about := _about(path.parent).get(str(content.get("name")))):
        content["about"] = about
    _check(path, content)
    try:
        suite = Suite.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path.name}: {place}: {first['msg']}") from exc
    if suite.scorer not in SCORERS:
        raise BadInput(
            f"{path.name}: nothing scores a suite named {suite.scorer!r}; "
            f"its name, or about.scorer, has to be one of: {', '.join(SCORERS)}"
        )
    return suite


def yaml_of(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises:
        BadInput: it cannot be read.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as exc:
        raise BadInput(f"{path} cannot be read as YAML: {' '.join(str(exc).split())}") from exc


def _about(where: Path) -> dict[str, Any]:
    path = where / ABOUT
    raw: Any = yaml_of(path) if path.is_file() else {}
    return cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}


def _check(path: Path, content: dict[str, Any]) -> None:
    """Refuse what the model would complain about without naming the case."""
    cases = content.get("cases")
    if not isinstance(cases, list) or not cases:
        raise BadInput(f"{path.name} has no cases; a suite is name and cases")
    if "about" not in content:
        raise BadInput(
            f"{path.name} does not say what it is about; write proves, cannot and thresholds "
            f"under `about`, or under its name in {ABOUT} beside it"
        )
    seen: set[str] = set()
    for number, case in enumerate(cast("list[Any]", cases), 1):
        fields = cast("dict[str, Any]", case) if isinstance(case, dict) else {}
        name = str(fields.get("name") or f"number {number}")
        if "expected_output" not in fields:
            raise BadInput(f"{path.name}: case {name} has no expectation (expected_output)")
        if name in seen:
            raise BadInput(f"{path.name}: two cases are named {name}")
        seen.add(name)
