"""Make the bundles for MCP clients: one `.mcpb` per server and one for all.

    python scripts/bundles.py --out dist

A bundle holds the server, the features below it and the settings' defaults; Python and the
libraries are brought by the host (server type `uv`, manifest 0.4,
https://github.com/anthropics/mcpb). The files of a bundle are in a fixed order and carry a fixed
date: the same source gives the same bundle.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobtracker import __version__
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("job_search", "resume", "calendar", "coaching", "applications", "all")
EDGES = ("agent", "web", "cli", "accounts", "evals", "app.py", "background.py", "__main__.py")
"""Of the package, what no server imports; `.importlinter` keeps it so."""
EDGE_LIBRARIES = frozenset((
    "langgraph", "langgraph-checkpoint-sqlite", "langchain", "langchain-core", "langchain-openai",
    "fastapi", "uvicorn", "sse-starlette", "python-multipart", "argon2-cffi", "pyotp", "segno",
    "webauthn", "authlib", "joserfc", "typer", "rich", "prompt_toolkit", "uvloop",
))  # fmt: skip
_DATE = (2026, 1, 1, 0, 0, 0)


def manifest(name: str) -> dict[str, Any]:
    """Return the manifest of a server's bundle; its tools are asked of the server itself."""
    with tempfile.TemporaryDirectory() as home:
        core = Core(load_settings(home=home))
        server = importlib.import_module(f"mcp_servers.{name}.server").build(core, "stdio")
        tools = asyncio.run(server.list_tools())
        core.close()
    title = server.title if name == "all" else f"Job Tracker Pro: {server.title}"
    return {
        "manifest_version": "0.4",
        "name": "jobtracker" if name == "all" else f"jobtracker-{name.replace('_', '-')}",
        "display_name": title,
        "version": __version__,
        "description": _first_sentence(server.description),
        "long_description": server.description,
        "author": {"name": "Job Tracker Pro"},
        "license": "Apache-2.0",
        "keywords": ["job search", "résumé", "calendar", "applications"],
        "server": {
            "type": "uv",
            "entry_point": f"src/mcp_servers/{name}/__main__.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", "python", "-m",
                         f"mcp_servers.{name}"],
                "env": {
                    "PYTHONPATH": "${__dirname}/src",
                    "JOBTRACKER_MCP__CONFIRM": "${user_config.confirm}",
                },
            },
        },
        "user_config": {
            "confirm": {
                "type": "string",
                "title": "Who asks before something is changed",
                "description": (
                    "host: this application asks before each call by itself. elicit: the server "
                    "asks; choose it where the application can show such questions."
                ),
                "default": "host",
                "required": True,
            }
        },
        "tools": [
            {"name": tool.name, "description": _first_sentence(tool.description or tool.name)}
            for tool in tools
        ],
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": ">=3.11"},
        },
    }  # fmt: skip


def project() -> str:
    """Return the `pyproject.toml` of a bundle: what the servers import, at our own bounds."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    kept = [
        line
        for line in table["dependencies"]
        if re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] not in EDGE_LIBRARIES
    ]
    lines = ",\n".join(f"  {json.dumps(line)}" for line in kept)
    return (
        f'[project]\nname = "jobtracker-bundle"\nversion = "{__version__}"\n'
        f'requires-python = "{table["requires-python"]}"\ndependencies = [\n{lines},\n]\n\n'
        "[tool.uv]\npackage = false\n"
    )


def files(name: str) -> Iterator[tuple[str, Path]]:
    """Yield (path in the bundle, file) of the sources that a server's bundle holds."""
    package = ROOT / "src" / "jobtracker"
    for file in _under(package):
        if file.relative_to(package).parts[0] not in EDGES:
            yield f"src/{file.relative_to(ROOT / 'src').as_posix()}", file
    servers = ROOT / "mcp_servers"
    for file in _under(servers):
        first = file.relative_to(servers).parts[0]
        if name == "all" or first == name or first.endswith(".py"):
            yield f"src/{file.relative_to(ROOT).as_posix()}", file
    for folder in ("config", "prompts"):
        for file in _under(ROOT / folder):
            if file.suffix in (".toml", ".md"):
                yield file.relative_to(ROOT).as_posix(), file


def _under(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    )


def lay_out(name: str, folder: Path) -> None:
    """Write the content of a bundle into a folder, as `mcpb pack` takes it."""
    for inside, file in files(name):
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    text = json.dumps(manifest(name), indent=2, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(project(), encoding="utf-8")


def pack(name: str, out: Path) -> Path:
    """Write the bundle of a server into the folder `out`; return its file."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder)
        lay_out(name, content)
        target = out / f"{manifest(name)['name']}-{__version__}.mcpb"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
            for file in _under(content):
                info = zipfile.ZipInfo(file.relative_to(content).as_posix(), _DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                bundle.writestr(info, file.read_bytes())
    return target


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]


def main() -> None:
    """Write all bundles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    for name in NAMES:
        made = pack(name, given.out)
        print(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
