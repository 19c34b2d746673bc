"""`jobtracker mcp install`: only our entry changes, in files that people also edit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.cli import jsonc
from jobtracker.core.errors import BadInput

VSCODE = """// my servers
{
    // kept as I like it
    "servers": {
        "other": { "command": "other", "env": {"KEY": "// not a comment"} }, /* mine */
        // the last one
        "last": {"url": "https://example.org/mcp"} // no comma here
    },
    "inputs": [1, 2,],
}
"""


def install(tmp_path: Path, *arguments: str, given: str = "y\n") -> Any:
    environment = {
        **os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "JOBTRACKER_HOME": str(tmp_path / "home"),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "jobtracker", "mcp", "install", *arguments],
        input=given, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


FILES = {
    "claude": ("config/Claude/claude_desktop_config.json", "mcpServers"),
    "claude-code": (".claude.json", "mcpServers"),
    "vscode": ("config/Code/User/mcp.json", "servers"),
    "cursor": (".cursor/mcp.json", "mcpServers"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of Linux")
@pytest.mark.parametrize("client", FILES)
def test_each_client_is_written_where_it_looks_after_a_yes(tmp_path: Path, client: str) -> None:
    name, key = FILES[client]
    refused = install(tmp_path, client, given="n\n")
    assert refused.returncode == 1 and "nothing was changed" in refused.stderr
    assert not (tmp_path / name).exists()
    done = install(tmp_path, client)
    assert done.returncode == 0, done.stderr
    assert "+" in done.stdout and "mcp_servers.all" in done.stdout
    entry = json.loads((tmp_path / name).read_text())[key]["jobtracker"]
    assert entry["command"] == sys.executable and entry["args"] == ["-m", "mcp_servers.all"]
    assert entry["env"]["JOBTRACKER_HOME"] == str(tmp_path / "home")
    again = install(tmp_path, client, given="")
    assert again.returncode == 0 and "already" in again.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of Linux")
def test_what_others_wrote_stays_and_is_kept_aside(tmp_path: Path) -> None:
    file = tmp_path / FILES["vscode"][0]
    file.parent.mkdir(parents=True)
    file.write_text(VSCODE)
    file.chmod(0o640)
    done = install(tmp_path, "vscode", "--server", "calendar", "--yes", given="")
    assert done.returncode == 0, done.stderr
    text = file.read_text()
    for line in VSCODE.splitlines():
        assert line.split("//")[0].strip().rstrip(",") in text
    for comment in ("// my servers", "// kept as I like it", "/* mine */", "// no comma here"):
        assert comment in text
    parsed = jsonc.parse(text)
    assert list(parsed["servers"]) == ["other", "last", "jobtracker-calendar"]
    assert parsed["servers"]["jobtracker-calendar"]["args"] == ["-m", "mcp_servers.calendar"]
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.with_name("mcp.json.before-jobtracker-1").read_text() == VSCODE


@pytest.mark.parametrize(
    "broken", ["{", '{"servers": []}', "[1]", '{"a": 1 "b": 2}', "\x00", "[" * 100_000]
)
def test_a_file_that_is_not_understood_is_left_alone(tmp_path: Path, broken: str) -> None:
    file = tmp_path / FILES["vscode"][0]
    file.parent.mkdir(parents=True)
    file.write_text(broken)
    done = install(tmp_path, "vscode", "--yes")
    assert done.returncode == 1 and "nothing was written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert file.read_text() == broken
    assert [path.name for path in file.parent.iterdir()] == ["mcp.json"]


def test_print_changes_nothing(tmp_path: Path) -> None:
    done = install(tmp_path, "cursor", "--print", given="")
    assert set(json.loads(done.stdout)["mcpServers"]) == {"jobtracker"}
    assert not (tmp_path / ".cursor").exists()


@pytest.mark.parametrize("arguments", [["emacs"], ["cursor", "--server", "nothing"]])
def test_an_unknown_client_or_server_is_named(tmp_path: Path, arguments: list[str]) -> None:
    done = install(tmp_path, *arguments)
    assert done.returncode == 1 and arguments[-1] in done.stderr


def test_the_entry_starts_the_server(tmp_path: Path) -> None:
    printed = install(tmp_path, "claude-code", "--print", "--server", "resume", given="")
    entry = json.loads(printed.stdout)["mcpServers"]["jobtracker-resume"]
    asked = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
        '"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}\n'
    )
    done = subprocess.run(
        [entry["command"], *entry["args"]], input=asked, env={**os.environ, **entry["env"]},
        cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]["name"] == "resume"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                max_size=3),
    max_leaves=8,
)  # fmt: skip
OBJECT = st.dictionaries(st.text(max_size=5), JSON, max_size=4)


@given(OBJECT, OBJECT, st.sampled_from([None, 1, 2, 4, "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_nothing_but_the_entry_changes(
    outer: dict[str, Any], servers: dict[str, Any], indent: Any, newline: str
) -> None:
    whole = {**outer, "servers": servers}
    text = json.dumps(whole, indent=indent, ensure_ascii=False).replace("\n", newline)
    changed = jsonc.put(text, ("servers", "ours"), {"command": "x", "args": []})
    expected = {**whole, "servers": {**servers, "ours": {"command": "x", "args": []}}}
    assert jsonc.parse(changed) == expected
    if indent is not None:
        assert changed.count("\n") == changed.count(newline)
    assert jsonc.put(changed, ("servers", "ours"), {"command": "x", "args": []}) == changed


@pytest.mark.parametrize("text", ["", "  \n", "{}", "// only a comment\n{\n}\n", "{ /* a */ }"])
def test_an_empty_file_gets_the_entry(text: str) -> None:
    changed = jsonc.put(text, ("servers", "a"), {"b": 1})
    assert jsonc.parse(changed) == {"servers": {"a": {"b": 1}}}
    assert "comment" not in text or "// only a comment" in changed


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput, match="no object"):
        jsonc.put('{"servers": 1}', ("servers", "a"), {})
