"""What a run has finished so far, on disk: an interrupted run goes on where it stopped.

One folder per run under `<home>/evals/runs`, named by everything that could change a result; one
file of JSON lines per piece of work, so that several processes never write into one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jobtracker.core.errors import Unavailable
from jobtracker.core.paths import asset_dir
from jobtracker.evals.model import Scored, Suite

Key = tuple[str, int]
"""A suite and the number of the repetition."""
_SOURCES = {".py", ".toml", ".npz", ".yaml", ".json", ".md"}
_PACKAGE = Path(__file__).resolve().parents[1]
_KEPT = 20


def fingerprint(suites: Sequence[Suite], **what: Any) -> str:
    """Return a short name for a run: the same for the same code, cases, prompts and options."""
    digest = hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode())
    for suite in sorted(suites, key=lambda suite: suite.name):
        digest.update(suite.model_dump_json().encode())
    for root in (_PACKAGE, asset_dir("prompts"), asset_dir("config"), *_servers()):
        for path in sorted(root.rglob("*")):
            if path.suffix in _SOURCES and "__pycache__" not in path.parts:
                stat = path.stat()
                line = f"{path.relative_to(root)} {stat.st_size} {stat.st_mtime_ns}"
                digest.update(line.encode())
    return digest.hexdigest()[:24]


def _servers() -> list[Path]:
    """Return the folder of the MCP servers, in a checkout or beside the installed package."""
    found = (_PACKAGE.parents[1] / "mcp_servers", _PACKAGE.parent / "mcp_servers")
    return [path for path in found if path.is_dir()]


class Journal:
    """The finished cases of one run.

    Raises:
        Unavailable: the folder cannot be written.
    """

    def __init__(self, root: Path, name: str, *, fresh: bool = False) -> None:
        self.folder = root / name
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _tidy(root, self.folder)
        except OSError as exc:
            raise Unavailable(f"{self.folder} cannot be written: {exc.strerror}") from exc

    def read(self) -> dict[Key, dict[str, Scored]]:
        """Return what is finished; a line that was cut off while it was written is passed over."""
        found: dict[Key, dict[str, Scored]] = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            suite, _, rest = path.stem.partition("@")
            repeat = int(rest.partition("-")[0] or 0)
            for line in path.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValidationError):
                    scored = Scored.model_validate_json(line)
                    found.setdefault((suite, repeat), {})[scored.id] = scored
        return found

    def path(self, key: Key, piece: str = "0") -> Path:
        """Return the file of one piece of work."""
        return self.folder / f"{key[0]}@{key[1]}-{piece}.jsonl"

    def close(self) -> None:
        """Forget the run: it came to its end."""
        shutil.rmtree(self.folder, ignore_errors=True)


def write(path: Path, scored: Scored) -> None:
    """Append one finished case.

    Raises:
        Unavailable: the disk is full or the file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(scored.model_dump_json() + "\n")
    except OSError as exc:
        raise Unavailable(f"{path} cannot be written: {exc.strerror}") from exc


def _tidy(root: Path, own: Path) -> None:
    """Keep the latest interrupted runs only."""
    others = [path for path in root.iterdir() if path.is_dir() and path != own]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
