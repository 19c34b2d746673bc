"""Bundles for MCP clients and the registry's entry: made from what is here, of use by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.packaging.conftest import ROOT, Node

NAMES = ["job_search", "resume", "calendar", "coaching", "applications", "all"]
# What the registry's schema of 2025-12-11 asks of the parts that are used here, in our words.
ARGUMENT: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["positional", "named"]},
        "choices": {"type": "array", "items": {"type": "string"}},
        "default": {"type": "string"},
        "format": {"enum": ["string", "number", "boolean", "filepath"]},
    },
    "if": {"properties": {"type": {"const": "positional"}}},
    "then": {"anyOf": [{"required": ["value"]}, {"required": ["valueHint"]}]},
    "else": {"required": ["name"]},
}
REGISTRY: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "name", "description", "version"],
    "properties": {
        "name": {"pattern": r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "maxLength": 200},
        "title": {"type": "string", "minLength": 1, "maxLength": 100},
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": {"type": "string", "maxLength": 255, "pattern": r"^\d+\.\d+\.\d+$"},
        "packages": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["registryType", "identifier", "transport"],
                "properties": {
                    "registryType": {"enum": ["npm", "pypi", "oci", "nuget", "mcpb"]},
                    "registryBaseUrl": {"type": "string", "format": "uri"},
                    "identifier": {"type": "string"},
                    "version": {"type": "string", "minLength": 1, "not": {"const": "latest"}},
                    "fileSha256": {"pattern": "^[a-f0-9]{64}$"},
                    "runtimeHint": {"type": "string"},
                    "transport": {
                        "required": ["type"],
                        "properties": {"type": {"enum": ["stdio", "streamable-http", "sse"]}},
                    },
                    "runtimeArguments": {"type": "array", "items": ARGUMENT},
                    "packageArguments": {"type": "array", "items": ARGUMENT},
                    "environmentVariables": {
                        "type": "array",
                        "items": {"required": ["name"]},
                    },
                },
            },
        },
    },
}


def test_the_registrys_entry_is_valid_and_current(bundles: Any) -> None:
    kept = json.loads((ROOT / "packaging" / "server.json").read_text(encoding="utf-8"))
    assert kept == bundles.registry_entry(), "run scripts/bundles.py --registry-only"
    jsonschema.validate(kept, REGISTRY)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [package] = kept["packages"]
    assert (package["identifier"], package["version"]) == (project["name"], project["version"])


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
