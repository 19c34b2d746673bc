"""Bundles for MCP clients: made from what is here, of use by themselves."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.conftest import ROOT, Node

NAMES = ["job_search", "resume", "calendar", "coaching", "applications", "all"]


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_names_every_tool_of_its_server(bundles: Any, name: str) -> None:
    made = bundles.manifest(name)
    listed = {tool["name"] for tool in made["tools"]}
    assert listed and all(tool["description"] for tool in made["tools"])
    assert made["version"] == json.loads(json.dumps(made))["version"] == "0.1.0"
    if name != "all":
        assert listed < {tool["name"] for tool in bundles.manifest("all")["tools"]}


def test_a_bundle_asks_for_no_library_of_the_edges(bundles: Any) -> None:
    wanted = tomllib.loads(bundles.project())["project"]["dependencies"]
    names = {line.split(">")[0].split("<")[0].strip() for line in wanted}
    assert {"mcp", "pydantic", "sqlalchemy", "chromadb"} <= names
    assert not names & bundles.EDGE_LIBRARIES
    every = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = {line.split(">")[0].split("<")[0].strip() for line in every["dependencies"]}
    assert known >= bundles.EDGE_LIBRARIES, "a library of the list is no dependency any more"


def test_the_same_source_gives_the_same_bundle(bundles: Any, tmp_path: Path) -> None:
    one = bundles.pack("calendar", tmp_path / "one")
    other = bundles.pack("calendar", tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as bundle:
        inside = set(bundle.namelist())
        entry = json.loads(bundle.read("manifest.json"))["server"]["entry_point"]
    wanted = {entry, "config/default.toml", "prompts/active.toml", "pyproject.toml"}
    assert wanted <= inside
    assert not [path for path in inside if "/agent/" in path or "/web/" in path or ".pyc" in path]


CALLS = {
    "job_search": ("search_jobs", {"query": "nurse", "limit": 1}),
    "resume": ("list_resumes", {}),
    "calendar": ("find_free_time", {
        "start": "2026-11-26T08:00:00+01:00", "end": "2026-11-26T18:00:00+01:00",
        "duration_minutes": 60,
    }),
    "coaching": ("review_answer", {
        "question": "Why you?", "answer": "I led the migration of 40 services in a year.",
    }),
    "applications": ("track_application", {"company": "Acme", "title": "Baker"}),
    "all": ("list_applications", {}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_serves_by_itself(bundles: Any, tmp_path: Path, name: str) -> None:
    """The package is found in the bundle, so a module that it lacks would be missed."""
    folder = tmp_path / "bundle"
    bundles.lay_out(name, folder)
    tool, arguments = CALLS[name]
    messages = [
        {"id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}},
    ]  # fmt: skip
    program = (
        "import runpy, jobtracker, sys; "
        f"assert jobtracker.__file__.startswith({str(folder)!r}), jobtracker.__file__; "
        f"runpy.run_module('mcp_servers.{name}', run_name='__main__')"
    )
    environment = {
        **os.environ, "PYTHONPATH": str(folder / "src"), "JOBTRACKER_HOME": str(tmp_path / "home"),
        "JOBTRACKER_MCP__CONFIRM": "host", "PYTHONSAFEPATH": "1",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdin is not None and child.stdout is not None
        for message in messages:
            child.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            child.stdin.flush()
        answers = (json.loads(line) for line in child.stdout)
        answer = next((one for one in answers if one.get("id") == 2), None)
        child.stdin.close()
        assert child.stderr is not None
        assert answer is not None, child.stderr.read()
        child.stderr.read()
    assert not answer["result"].get("isError"), answer


@pytest.fixture(scope="session")
def uv() -> str:
    """The real `uv`; skipped where it is not installed."""
    beside = Path(sys.executable).with_name("uv")
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        pytest.skip("uv is not installed")
    return program


def by_manifest(folder: Path, uv: str, home: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command and environment that a host makes of a bundle's manifest."""
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    config = made["server"]["mcp_config"]
    known = {"${__dirname}": str(folder)}
    known |= {f"${{user_config.{key}}}": str(one["default"])
              for key, one in made["user_config"].items()}  # fmt: skip

    def told(text: str) -> str:
        for mark, value in known.items():
            text = text.replace(mark, value)
        assert "${" not in text, text
        return text

    assert config["command"] == "uv"
    ours = ("PYTHON", "VIRTUAL_ENV", "JOBTRACKER")
    plain = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment = {key: told(value) for key, value in config["env"].items()}
    return (
        [uv, *map(told, config["args"])],
        {**plain, **environment, "JOBTRACKER_HOME": str(home), "UV_PYTHON": sys.executable},
    )


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.xdist_group("node")
def test_a_packed_bundle_runs_as_its_manifest_says(bundles: Any, uv: str, tmp_path: Path) -> None:
    """The file that people get, unpacked, with its libraries installed by `uv` from nothing."""
    from mcp.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(bundles.pack("all", tmp_path / "packed")) as bundle:
        bundle.extractall(folder)
    command, environment = by_manifest(folder, uv, tmp_path / "home")
    synced = subprocess.run(
        [uv, "sync", "--no-progress", "--directory", str(folder)], env=environment,
        capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    if synced.returncode and re.search("(?i)fetch|connect|timed out|dns|space", synced.stderr):
        pytest.skip(f"uv cannot install the libraries here: {synced.stderr[-300:]}")
    assert synced.returncode == 0, synced.stderr[-3000:]

    async def listed() -> tuple[set[str], Any]:
        parameters = StdioServerParameters(command=command[0], args=command[1:], env=environment)
        async with Client(stdio_client(parameters), read_timeout_seconds=300) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, await client.call_tool("track_application", CALLS["applications"][1])

    tools, made = asyncio.run(listed())
    assert tools == {tool["name"] for tool in bundles.manifest("all")["tools"]}
    assert not made.is_error, made
    assert made.structured_content["company"] == "Acme"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_mcpb_validates_and_packs_each_bundle(
    bundles: Any, node: Node, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "bundle"
    bundles.lay_out(name, folder)
    checked = node("mcpb", "validate", str(folder / "manifest.json"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    packed = node("mcpb", "pack", str(folder), str(tmp_path / "theirs.mcpb"))
    assert packed.returncode == 0, packed.stdout + packed.stderr
    with zipfile.ZipFile(tmp_path / "theirs.mcpb") as theirs:
        packed_names = set(theirs.namelist())
    with zipfile.ZipFile(bundles.pack(name, tmp_path / "ours")) as ours:
        assert packed_names == set(ours.namelist())
