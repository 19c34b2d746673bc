"""The entry for the MCP registry: of the registry's shape, and never under a false name."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.packaging.conftest import ROOT

NAME = "io.github.anna-muster/job-tracker-pro"


def test_the_shape_is_a_schema(registry: Any) -> None:
    jsonschema.Draft7Validator.check_schema(json.loads(registry.SHAPE.read_text(encoding="utf-8")))


def test_the_example_is_current_valid_and_nobodys(registry: Any) -> None:
    kept = json.loads((ROOT / "packaging" / "server.json").read_text(encoding="utf-8"))
    assert kept == registry.entry(registry.EXAMPLE_NAME), "run scripts/registry.py --example"
    registry.check(kept)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [package] = kept["packages"]
    assert (package["identifier"], package["version"]) == (project["name"], project["version"])
    with pytest.raises(registry.Refused, match="belongs to nobody"):
        registry.publishable(kept["name"])


def test_it_is_written_under_a_name_of_ones_own(
    registry: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert registry.main(["--name", NAME, "--out", str(tmp_path)]) == 0
    made = json.loads((tmp_path / "server.json").read_text(encoding="utf-8"))
    registry.check(made)
    assert made["name"] == NAME
    assert f"mcp-name: {NAME}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [None, "", "job-tracker-pro", "a/b", "io.github.me/", "/x", "io..me/x", "io.me/x/y",
     "io.me/x y", "-io.me/x", "io.me-/x", "com.example/x", "org.example.www/x",
     "test.local/x", "a.invalid/x", "io." + "a" * 200 + "/x", "io.me/x\n", "../x.y/z"],
)  # fmt: skip
def test_without_one_nothing_is_written_and_the_reason_is_said(
    registry: Any, tmp_path: Path, name: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--out", str(tmp_path), *(() if name is None else (f"--name={name}",))]
    assert registry.main(arguments) == 2
    assert list(tmp_path.iterdir()) == []
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "name" in said or "domain" in said


def change(path: str, value: Any) -> dict[str, Any]:
    """Return what is to be put where; None takes the field away."""
    return {"path": path, "value": value}


@pytest.mark.parametrize(
    "wrong",
    [
        change("description", "x" * 101), change("description", ""), change("description", None),
        change("title", "x" * 101), change("version", "latest"), change("version", "^1.2.3"),
        change("version", ">=1.0"), change("version", "1.x"), change("name", "two/sl/ashes"),
        change("name", "no-slash"), change("$schema", "https://example.com/other.json"),
        change("status", "active"), change("websiteUrl", 5),
        change("packages/0/registryType", "pip"), change("packages/0/registry_type", "pypi"),
        change("packages/0/version", "latest"), change("packages/0/identifier", None),
        change("packages/0/transport", None), change("packages/0/transport/type", "pipe"),
        change("packages/0/transport", {"type": "sse"}),
        change("packages/0/transport", {"type": "streamable-http", "url": "ftp://x"}),
        change("packages/0/packageArguments/0", {"type": "positional"}),
        change("packages/0/packageArguments/0", {"type": "named", "value": "x"}),
        change("packages/0/packageArguments/0/type", "flag"),
        change("packages/0/packageArguments/1/choices", "all"),
        change("packages/0/packageArguments/1/default", 1),
        change("packages/0/environmentVariables/0/name", None),
        change("packages/0/environmentVariables/0/format", "path"),
        change("packages/0/runtimeArguments", [{"type": "positional"}]),
        change("packages/0/fileSha256", "ABC"),
        change("packages/0/registryType", "mcpb"),
        change("remotes", [{"type": "stdio"}]), change("remotes", [{"type": "sse", "url": "x"}]),
        change("icons", [{"src": "http://example.com/a.png"}]),
        change("icons", [{"src": "https://example.com/a.png", "sizes": ["48"]}]),
        change("repository", {"url": "https://example.com/x"}),
    ],
    ids=lambda wrong: f"{wrong['path']}={str(wrong['value'])[:30]}",
)  # fmt: skip
def test_what_the_registry_would_refuse_is_refused(registry: Any, wrong: dict[str, Any]) -> None:
    made = copy.deepcopy(registry.entry(NAME))
    *way, last = wrong["path"].split("/")
    place: Any = made
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    key = int(last) if isinstance(place, list) else last
    if wrong["value"] is None:
        del place[key]
    else:
        place[key] = wrong["value"]
    with pytest.raises(registry.Refused, match=r"server\.json: "):
        registry.check(made)


def test_what_others_publish_fits_too(registry: Any) -> None:
    """Shapes that we do not use ourselves: files of a bundle, servers on the web, flags."""
    made = registry.entry(NAME)
    made["packages"] += [
        {"registryType": "mcpb", "identifier": "https://github.com/a/b/releases/x.mcpb",
         "version": "1.0.0-rc.1", "fileSha256": "a" * 64, "transport": {"type": "stdio"}},
        {"registryType": "oci", "identifier": "docker.io/a/b:1.0", "runtimeHint": "docker",
         "runtimeArguments": [{"type": "named", "name": "-v", "value": "{path}:/data",
                               "isRepeated": True, "variables": {"path": {"format": "filepath"}}}],
         "transport": {"type": "streamable-http", "url": "http://localhost:{port}/mcp"}},
    ]  # fmt: skip
    made["remotes"] = [
        {"type": "streamable-http", "url": "https://{tenant}.example.com/mcp",
         "headers": [{"name": "Authorization", "isSecret": True, "isRequired": True}],
         "variables": {"tenant": {"description": "Your company", "isRequired": True}}},
    ]  # fmt: skip
    made["repository"] = {"url": "https://github.com/a/b", "source": "github", "subfolder": "x"}
    made["icons"] = [{"src": "https://example.com/a.svg", "sizes": ["any"], "theme": "dark"}]
    made["websiteUrl"] = "https://example.com"
    registry.check(made)
