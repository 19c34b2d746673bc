from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from mcp.client import Client
from mcp_types import ElicitResult

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from mcp_servers.calendar.server import build

NOW = "2026-11-23T09:00:00+01:00"


@asynccontextmanager
async def connected(
    home: Path, say: str = "accept", **settings: Any
) -> AsyncIterator[tuple[Client, list[str]]]:
    core = Core(load_settings(home=str(home), now=NOW, timezone="Europe/Zurich", **settings))
    asked: list[str] = []

    async def answer(_context: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action=say, content={"confirm": True} if say == "accept" else None)

    try:
        with anyio.fail_after(200):
            async with Client(build(core, "memory"), elicitation_callback=answer) as client:
                yield client, asked
    finally:
        core.close()


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


def test_every_tool_has_a_title_a_description_annotations_and_an_output_schema(
    tmp_path: Path,
) -> None:
    async def check() -> None:
        async with connected(tmp_path) as (client, _):
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} >= {
                "list_calendars", "list_events", "find_free_time", "suggest_interview_times",
                "schedule_interview", "reschedule_event", "cancel_event", "import_ics",
                "export_ics", "read_invitation",
            }  # fmt: skip
            for tool in tools:
                assert tool.title and tool.description and tool.annotations and tool.output_schema
                assert "answer" not in tool.input_schema["properties"]

    anyio.run(check)


def test_an_interview_is_booked_after_a_yes_and_moves_the_application(tmp_path: Path) -> None:
    async def story() -> None:
        from jobtracker.applications.service import ApplicationService

        async with connected(tmp_path) as (client, asked):
            core = Core(load_settings(home=str(tmp_path), now=NOW, timezone="Europe/Zurich"))
            tracker = ApplicationService(core)
            tracked = tracker.track("local", None, "Acme AG", "Engineer", "applied")
            booked = await call(
                client, "schedule_interview", start="2026-11-26T15:00",
                application_id=tracked.application_id,
            )  # fmt: skip
            assert "Acme AG" in asked[0] and "2026-11-26 15:00" in asked[0]
            assert booked["events"][0]["company"] == "Acme AG"
            assert tracker.get("local", tracked.application_id).status == "interview"
            listed = await call(client, "list_events", start="2026-11-26", end="2026-11-26")
            assert listed["events"][0]["start"] == "2026-11-26T15:00:00+01:00"
            core.close()

    anyio.run(story)


def test_a_no_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with connected(tmp_path, "decline") as (client, asked):
            result = await client.call_tool(
                "schedule_interview", {"company": "Acme", "start": "2026-11-26T15:00"}
            )
            assert result.is_error and len(asked) == 1
            assert (await call(client, "list_events"))["events"] == []

    anyio.run(story)


def test_an_export_imports_again_as_the_same_instants(tmp_path: Path) -> None:
    async def story() -> None:
        async with connected(tmp_path / "a") as (client, _):
            await call(client, "schedule_interview", company="Acme", start="2026-11-26T15:00")
            out = await call(client, "export_ics", start="2026-11-23", end="2026-11-30")
            before = (await call(client, "list_events"))["events"]
            assert Path(out["path"]).read_bytes().decode() == out["ics"]  # noqa: ASYNC240
        async with connected(tmp_path / "b") as (client, asked):
            back = await call(client, "import_ics", ics=out["ics"])
            assert back["imported"] == 3 and "and 2 more" in asked[0]
            assert (await call(client, "list_events"))["events"] == before
            again = await call(client, "import_ics", ics=out["ics"])
            assert again["updated"] == 3
            assert len((await call(client, "list_events"))["events"]) == 3

    anyio.run(story)


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    async def story() -> None:
        async with connected(tmp_path) as (client, asked):
            for tool, arguments, said in (
                ("cancel_event", {"event_id": "evt_nope"}, "not_found: event “evt_nope”"),
                ("schedule_interview", {"company": "A", "start": "x"}, "bad_input: time “x”"),
                ("import_ics", {"ics": "hello"}, "bad_input: no event could be read"),
                ("export_ics", {}, "bad_input: say what to export"),
            ):
                result = await client.call_tool(tool, arguments)
                assert result.is_error and said in result.content[0].text  # type: ignore[union-attr]
            assert asked == []

    anyio.run(story)
