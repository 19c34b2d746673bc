from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp_types import ElicitResult

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from mcp_servers.applications.server import build

TOOLS = {
    "track_application",
    "update_application",
    "list_applications",
    "get_application",
    "next_actions",
    "draft_follow_up",
    "application_stats",
    "export_applications",
    "delete_application",
    "list_reminders",
    "set_reminder",
    "dismiss_reminder",
}


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    settings = load_settings(
        home=str(tmp_path), now="2026-11-23T10:00:00+01:00", timezone="Europe/Zurich"
    )
    opened = Core(settings)
    yield opened
    opened.close()


def talk(core: Core, *calls: tuple[str, dict[str, Any]], yes: bool = True, user: str = "anna"):
    async def answer(_context: object, _params: object) -> ElicitResult:
        return ElicitResult(action="accept", content={"confirm": yes})

    async def main() -> list[Any]:
        async with Client(build(core, "memory"), elicitation_callback=answer) as client:
            return [
                await client.call_tool(name, arguments, meta={"jobtracker/user": user})
                for name, arguments in calls
            ]

    return anyio.run(main)


def listed(core: Core) -> list[Any]:
    async def main() -> list[Any]:
        async with Client(build(core, "memory")) as client:
            return (await client.list_tools()).tools

    return anyio.run(main)


def test_every_tool_has_title_description_annotations_and_output_schema(core: Core):
    tools = listed(core)
    assert {tool.name for tool in tools} >= TOOLS
    for tool in tools:
        assert tool.title
        assert len(tool.description) > 40
        assert tool.annotations is not None
        assert tool.output_schema
        for name, schema in tool.input_schema["properties"].items():
            assert "description" in schema, (tool.name, name)


def test_an_application_goes_from_tracked_to_deleted(core: Core):
    made = talk(
        core,
        ("track_application", {"company": "Acme", "title": "Nurse", "status": "applied"}),
        ("list_applications", {"status": "open"}),
    )
    key = made[0].structured_content["application_id"]
    assert made[1].structured_content["applications"][0]["application_id"] == key
    declined = talk(core, ("delete_application", {"application_id": key}), yes=False)[0]
    assert declined.is_error
    kept, gone, after = talk(
        core,
        ("get_application", {"application_id": key}),
        ("delete_application", {"application_id": key}),
        ("get_application", {"application_id": key}),
    )
    assert not kept.is_error
    assert gone.structured_content["deleted"]
    assert after.is_error
    assert "not_found" in after.content[0].text


def test_errors_reach_the_model_with_their_code(core: Core):
    results = talk(
        core,
        ("track_application", {"company": "Acme"}),
        ("track_application", {"company": "A", "title": "B", "date": "2030-01-01"}),
        ("delete_application", {"application_id": "app_none"}),
    )
    assert [r.is_error for r in results] == [True] * 3
    codes = [r.content[0].text.split(": ")[1] for r in results]
    assert codes == ["bad_input", "bad_input", "not_found"]


def test_an_unknown_posting_is_not_found(core: Core):
    pytest.importorskip("jobtracker.jobs.service")
    result = talk(core, ("track_application", {"job_id": "job_absent"}))[0]
    assert "not_found" in result.content[0].text


def test_statistics_and_exports_come_with_their_files(core: Core) -> None:
    track = ("track_application", {"company": "Acme", "title": "Cook", "status": "applied"})
    _, figures, pictures, sheet, proof = talk(
        core,
        track,
        ("application_stats", {}),
        ("application_stats", {"charts": "png", "language": "de"}),
        ("export_applications", {"format": "csv"}),
        ("export_applications", {"format": "rav", "month": "2026-11", "language": "fr"}),
    )
    kinds = [r.resource.mime_type for r in figures.content if r.type == "resource"]
    assert set(kinds) == {"image/svg+xml"} and figures.structured_content["total"] == 1
    [first, *_] = [r.resource for r in pictures.content if r.type == "resource"]
    assert first.mime_type == "image/png" and first.blob.startswith("iVBOR")
    [embedded] = [r.resource for r in sheet.content if r.type == "resource"]
    assert embedded.mime_type == "text/csv" and "Acme" in embedded.text
    kinds = [r.resource.mime_type for r in proof.content if r.type == "resource"]
    assert kinds == ["application/pdf", "text/csv"]


def test_what_is_asked_for_stands_among_the_next_actions_until_it_is_dismissed(core: Core) -> None:
    asked = {"text": "send the diploma", "due": "2026-11-27"}
    set_, wrong = talk(
        core, ("set_reminder", asked), ("set_reminder", {"text": "x", "due": "soon"})
    )
    planned = set_.structured_content
    assert planned["due"] == "2026-11-27T08:00:00+01:00"
    assert wrong.is_error and "RFC 3339" in wrong.content[0].text
    [listed] = talk(core, ("next_actions", {}))
    [action] = listed.structured_content["actions"]
    assert (action["title"], action["reminder_id"]) == (asked["text"], planned["reminder_id"])
    talk(core, ("dismiss_reminder", {"reminder_id": planned["reminder_id"]}))
    [after] = talk(core, ("next_actions", {}))
    assert after.structured_content["actions"] == []


def test_reminders_are_listed_and_dismissed(core: Core) -> None:
    track = {"company": "Acme", "title": "Cook", "status": "applied", "date": "2026-11-01"}
    talk(core, ("track_application", track))
    from jobtracker.applications.service import ApplicationService

    ApplicationService(core).due_reminders("anna")
    [before] = talk(core, ("list_reminders", {}))
    [told] = before.structured_content["reminders"]
    assert told["action"] == "follow_up"
    after, foreign = talk(
        core,
        ("dismiss_reminder", {"reminder_id": told["reminder_id"]}),
        ("dismiss_reminder", {"reminder_id": "rem_0"}),
    )
    assert after.structured_content["unread"] == 0 and foreign.is_error
