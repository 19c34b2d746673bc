"""The served MCP endpoints before the tools by which others check theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.packaging.conftest import Node

pytestmark = pytest.mark.slow
EXPECTED = Path(__file__).parent / "conformance.yaml"
ENDPOINTS = ["/mcp", "/mcp/job_search", "/mcp/resume", "/mcp/calendar", "/mcp/coaching",
             "/mcp/applications"]  # fmt: skip
FIXTURES = ("logging-", "tools-call-", "elicitation-", "resources-", "prompts-get-")


def test_only_scenarios_of_fixtures_are_expected_to_fail() -> None:
    names = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["server"]
    assert names == list(dict.fromkeys(names))
    assert [name for name in names if not name.startswith(FIXTURES)] == []
    assert not {"tools-list", "server-initialize", "ping", "tools-call-error"} & set(names)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_conformance_suite_passes(
    node: Node, address: str, endpoint: str, tmp_path: Path
) -> None:
    done = node(
        "conformance", "server", "--url", address + endpoint, "--expected-failures",
        str(EXPECTED), "-o", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "server-initialize: 1 passed" in done.stdout
    assert "dns-rebinding-protection: 2 passed" in done.stdout


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_inspector_lists_the_tools(node: Node, address: str, endpoint: str) -> None:
    done = node(
        "mcp-inspector", "--cli", address + endpoint, "--transport", "http", "--method",
        "tools/list",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tools"]


def test_the_inspector_calls_a_tool(node: Node, address: str) -> None:
    done = node(
        "mcp-inspector", "--cli", f"{address}/mcp/job_search", "--transport", "http",
        "--method", "tools/call", "--tool-name", "search_jobs", "--tool-arg", "query=nurse",
        "limit=2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["structuredContent"]["jobs"]) == 2
