"""What servers are built from: a second one of a process is described like the first."""

import importlib
from typing import Annotated, Any

import pytest
from mcp import Client
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import ElicitRequestParams, ElicitResult

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from mcp_servers.kit import Confirmation, ServerKit, require_yes

SERVERS = ("job_search", "resume", "calendar", "coaching", "applications")


def _core(home: Any, name: str) -> Core:
    return Core(load_settings(home=str(home / name), user=name))


@pytest.mark.anyio
@pytest.mark.parametrize("name", SERVERS)
async def test_a_second_server_lists_what_the_first_one_does(tmp_path: Any, name: str) -> None:
    build = importlib.import_module(f"mcp_servers.{name}.server").build
    first = build(_core(tmp_path, "ann"), "memory")
    second = build(_core(tmp_path, "ben"), "http")
    assert await first.list_tools() == await second.list_tools()


def _server(core: Core, asked: list[str]) -> Any:
    kit = ServerKit(core, "memory", name="t", title="T", description="Takes notes.")

    def ask(ctx: Context, note: str) -> Elicit[Confirmation] | Confirmation:
        return kit.ask(ctx, f"{core.settings.user}: keep “{note}”?")

    @kit.tool(title="Keep")
    def keep(
        note: str,
        ctx: Context,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
    ) -> dict[str, str]:
        """Keep a note."""
        require_yes(answer)
        asked.append(note)
        return {"by": kit.user(ctx), "note": note}

    return kit.server


@pytest.mark.anyio
async def test_each_server_runs_its_own_functions_and_asks_its_own_question(tmp_path: Any) -> None:
    questions: list[str] = []

    async def yes(_: Any, params: ElicitRequestParams) -> ElicitResult:
        questions.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    kept: dict[str, list[str]] = {"ann": [], "ben": []}
    for name, notes in kept.items():
        server = _server(_core(tmp_path, name), notes)
        async with Client(server, elicitation_callback=yes) as client:
            answer = await client.call_tool("keep", {"note": f"of {name}"})
            assert answer.structured_content == {"by": name, "note": f"of {name}"}
            assert not (await client.call_tool("keep", {"note": "again"})).is_error
    assert kept == {"ann": ["of ann", "again"], "ben": ["of ben", "again"]}
    assert questions[0] == "ann: keep “of ann”?" and questions[-1] == "ben: keep “again”?"


@pytest.mark.anyio
@pytest.mark.parametrize("text", ['{"title": "Cook"}', "[1, 2]", "null", "true", "plain"])
async def test_a_text_that_looks_like_json_stays_a_text(tmp_path: Any, text: str) -> None:
    kit = ServerKit(_core(tmp_path, "ann"), "memory", name="t", title="T", description="Echoes.")

    @kit.tool(title="Echo")
    def echo(
        ctx: Context, text: str | None = None, rows: list[int] | None = None
    ) -> dict[str, Any]:
        """Say what was sent."""
        return {"text": text, "rows": rows}

    async with Client(kit.server) as client:
        said = await client.call_tool("echo", {"text": text, "rows": "[1, 2]"})
    assert said.structured_content == {"text": text, "rows": [1, 2]}
