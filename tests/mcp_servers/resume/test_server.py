from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from mcp.client import Client

from jobtracker.core.bootstrap import Core
from mcp_servers.resume.server import build

TOOLS = {
    "import_resume",
    "list_resumes",
    "get_resume",
    "edit_resume",
    "score_resume",
    "tailor_resume",
    "diff_versions",
    "restore_version",
    "export_resume",
    "write_cover_letter",
    "list_reviews",
    "decide_review",
}
CONTENT: dict[str, Any] = {
    "basics": {"name": "Amelia Hartwell", "email": "amelia@hartwell.example"},
    "work": [{"name": "Nordlicht AG", "position": "Analyst", "startDate": "2020-03",
        "highlights": ["Wrote reports in SQL"]}],
}  # fmt: skip


@asynccontextmanager
async def _client(core: Core) -> AsyncIterator[Client]:
    async with Client(build(core, "memory")) as client:
        yield client


async def _story(core: Core, tmp_path: Any) -> None:
    file = tmp_path / "cv.json"
    file.write_text(json.dumps(CONTENT))
    async with _client(core) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(listed) == TOOLS
        for tool in listed.values():
            assert tool.title and tool.description and tool.output_schema and tool.annotations
        made = await client.call_tool("import_resume", {"path": str(file)})
        assert not made.is_error and made.structured_content
        assert made.structured_content["resume"]["work"][0]["name"] == "Nordlicht AG"
        scored = await client.call_tool("score_resume", {"job_text": "Analyst with SQL and Docker"})
        content = scored.structured_content
        assert content and set(content["parts"]) == {
            "keywords",
            "experience",
            "format",
            "readability",
        }
        exported = await client.call_tool("export_resume", {"format": "pdf", "template": "ats"})
        assert (
            exported.structured_content
            and exported.structured_content["mime_type"] == "application/pdf"
        )
        assert [block.type for block in exported.content] == ["text", "resource"]
        missing = await client.call_tool("get_resume", {"resume_id": "res_none"})
        assert missing.is_error and "not_found" in getattr(missing.content[0], "text", "")
        neither = await client.call_tool("score_resume", {})
        assert neither.is_error and "bad_input" in getattr(neither.content[0], "text", "")


@pytest.mark.timeout(60)
def test_a_resume_is_imported_scored_and_exported_over_mcp(core: Core, tmp_path: Any) -> None:
    anyio.run(_story, core, tmp_path)


async def _review_story(core: Core, tmp_path: Any) -> None:
    from mcp_types import ElicitResult

    from jobtracker.applications.model import Details
    from jobtracker.applications.service import ApplicationService

    asked: list[str] = []
    yes = {"confirm": False}

    async def answer(_context: object, params: Any) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content=dict(yes))

    file = tmp_path / "cv.json"
    file.write_text(json.dumps(CONTENT))
    async with Client(build(core, "memory"), elicitation_callback=answer) as client:
        made = await client.call_tool("import_resume", {"path": str(file)})
        posting = {"job_text": "Analyst\nAcme AG\nWe need SQL and Docker."}
        letter = await client.call_tool("write_cover_letter", posting)
        assert made.structured_content and letter.structured_content
        letter_id = letter.structured_content["letter_id"]
        waiting = await client.call_tool("list_reviews", {})
        assert waiting.structured_content
        assert [one["review_id"] for one in waiting.structured_content["reviews"]] == [letter_id]
        decision = {"review_id": letter_id, "approve": True}
        refused = await client.call_tool("decide_review", decision)
        assert refused.is_error and "Approve this letter?" in asked[0]
        yes["confirm"] = True
        done = await client.call_tool("decide_review", decision)
        assert done.structured_content and done.structured_content["status"] == "approved"
        other = await client.call_tool("decide_review", decision | {"approve": False})
        assert other.is_error and "already" in getattr(other.content[0], "text", "")
        version = made.structured_content["version_id"]
        applications = ApplicationService(core)
        for number in range(2):
            applications.track(
                core.settings.user,
                None,
                company=f"Acme {number}",
                title="Analyst",
                status="applied",
                details=Details(resume_version_id=version),
            )
        shown = await client.call_tool("get_resume", {})
        assert shown.structured_content
        outcome = shown.structured_content["versions"][0]["outcome"]
        assert (outcome["applications"], outcome["answers"]) == (2, 0)


@pytest.mark.timeout(120)
def test_a_letter_waits_for_a_yes_and_versions_show_how_they_did(core: Core, tmp_path: Any) -> None:
    anyio.run(_review_story, core, tmp_path)


def _bad_files() -> dict[str, tuple[bytes, str]]:
    import io
    import zipfile

    def packed(name: str, data: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return stream.getvalue()

    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return {
        "corrupt.pdf": (b"%PDF-1.4 broken", "corrupt"),
        "empty.pdf": (b"", "empty"),
        "program.pdf": (b"MZ" + b"\x90" * 400, "program"),
        "entity.docx": (packed("word/document.xml", entity), "entities"),
        "bomb.docx": (packed("word/document.xml", bytes(30_000_000)), "bomb"),
        "deep.json": (b"[" * 100_000, "JSON"),
        "large.pdf": (b"%PDF-1.4" + bytes(51 * 1024 * 1024), "50 MB"),
        "list.txt": (b"Shopping list\n- milk\n- bread\n", "résumé"),
    }


async def _bad_story(core: Core) -> None:
    import base64

    async with _client(core) as client:
        before = await client.call_tool("list_resumes", {})
        for name, (data, reason) in _bad_files().items():
            content = base64.b64encode(data).decode()
            arguments = {"content_base64": content, "filename": name}
            answer = await client.call_tool("import_resume", arguments)
            text = getattr(answer.content[0], "text", "")
            assert answer.is_error and "bad_input" in text, (name, text)
            assert name in text and reason in text, (name, text)
        after = await client.call_tool("list_resumes", {})
        assert after.structured_content == before.structured_content


@pytest.mark.timeout(300)
def test_a_bad_file_is_refused_by_name_and_reason_and_nothing_is_stored(core: Core) -> None:
    anyio.run(_bad_story, core)
