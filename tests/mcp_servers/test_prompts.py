"""Every server serves its prompts over MCP: filled from data, completed from data, to its owner."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from mcp_servers.all.server import SERVERS

Mode = Literal["legacy", "2026-07-28"]
MODES: tuple[Mode, ...] = ("legacy", "2026-07-28")
"""Both eras: the handshake of 2025-11-25, and the one without."""
PROMPTS = {
    "job_search": {"search_summary"},
    "resume": {"cover_letter", "tailoring"},
    "calendar": {"invitation_reply"},
    "coaching": {"interview_questions", "answer_feedback", "negotiation"},
    "applications": {"mail_classification"},
}


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    opened = Core(
        load_settings(home=str(tmp_path), now="2026-11-23T10:00:00+01:00", timezone="Europe/Zurich")
    )
    yield opened
    opened.close()


def talk(core: Core, server: str, work: Any, mode: Mode = "2026-07-28") -> Any:
    built = importlib.import_module(f"mcp_servers.{server}.server").build(core, "memory")

    async def main() -> Any:
        async with Client(built, mode=mode) as client:
            return await work(client)

    return anyio.run(main)


async def completed(client: Client, prompt: str, argument: str, typed: str) -> list[str]:
    ref = PromptReference(type="ref/prompt", name=prompt)
    found = await client.complete(ref, {"name": argument, "value": typed})
    return found.completion.values


def own_resume(core: Core) -> str:
    from jobtracker.resumes.service import ResumeService

    text = (
        "Mina Sample\nLibrarian\nmina@sample.example\n\nExperience\n"
        "Librarian, Town Library, 2016 - 2024\nRan the children's reading hour"
    )
    return ResumeService(core).import_bytes("local", text.encode(), "cv.txt").resume_id


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("server", SERVERS)
def test_each_server_lists_its_prompts_in_both_eras(core: Core, server: str, mode: Mode) -> None:
    async def work(client: Client) -> Any:
        return (await client.list_prompts()).prompts

    listed = talk(core, server, work, mode)
    assert {prompt.name for prompt in listed} == PROMPTS[server]
    for prompt in listed:
        assert prompt.title and prompt.description and prompt.arguments


def test_one_process_serves_the_prompts_of_all(core: Core) -> None:
    async def work(client: Client) -> Any:
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        return names, await completed(client, "cover_letter", "tone", "c")

    names, tones = talk(core, "all", work)
    assert names == set().union(*PROMPTS.values())
    assert tones == ["concise"]


@pytest.mark.parametrize("mode", MODES)
def test_arguments_are_completed_from_data(core: Core, mode: Mode) -> None:
    async def work(client: Client) -> Any:
        return [
            await completed(client, "interview_questions", "job_id", "nurse"),
            await completed(client, "interview_questions", "job_id", "job_"),
            await completed(client, "interview_questions", "language", "d"),
            await completed(client, "interview_questions", "stage", "t"),
            await completed(client, "interview_questions", "colour", "x"),
            await completed(client, "nothing", "job_id", "x"),
        ]

    found, all_ids, languages, stages, *nothing = talk(core, "coaching", work, mode)
    assert found and all_ids
    assert all(job_id.startswith("job_") for job_id in [*found, *all_ids])
    assert languages == ["de"] and stages == ["technical", "trial day"]
    assert nothing == [[], []]


@pytest.mark.parametrize("mode", MODES)
def test_a_letter_is_asked_for_with_the_posting_and_the_resume(core: Core, mode: Mode) -> None:
    resume_id = own_resume(core)

    async def work(client: Client) -> Any:
        [job_id, *_] = await completed(client, "cover_letter", "job_id", "cook")
        ids = await completed(client, "cover_letter", "resume_id", "res_")
        given = {"job_id": job_id, "language": "de", "tone": "concise"}
        return ids, await client.get_prompt("cover_letter", given)

    ids, answer = talk(core, "resume", work, mode)
    assert ids == [resume_id]
    [message] = answer.messages
    text = message.content.text
    assert message.role == "user"
    assert "in the language de, in a concise tone" in text
    assert "Mina Sample" in text and "<data" in text


def test_every_prompt_can_be_filled(core: Core) -> None:
    own_resume(core)
    given = {
        "search_summary": {"query": "cook"},
        "tailoring": {"job_id": "?"},
        "cover_letter": {"job_id": "?"},
        "invitation_reply": {"invitation": "Could you come on Thursday at two?"},
        "interview_questions": {"job_id": "?"},
        "answer_feedback": {"question": "Why us?", "answer": "Because."},
        "negotiation": {"offer": "5000 a month", "title": "cook"},
        "mail_classification": {"body": "We are sorry."},
    }

    async def work(client: Client) -> Any:
        [job_id, *_] = await completed(client, "cover_letter", "job_id", "cook")
        texts: list[str] = []
        for name, arguments in given.items():
            filled = {key: job_id if value == "?" else value for key, value in arguments.items()}
            answer = await client.get_prompt(name, filled)
            texts.append(answer.messages[0].content.text)
        return texts

    texts = talk(core, "all", work)
    assert len(texts) == len(set(texts)) == len(given)
    assert all("<data" in text for text in texts)


def test_what_does_not_exist_is_said_and_not_masked(core: Core) -> None:
    async def work(client: Client) -> Any:
        with pytest.raises(MCPError, match=r"not_found: .*job_nothing"):
            await client.get_prompt("interview_questions", {"job_id": "job_nothing"})

    talk(core, "coaching", work)


def test_another_persons_data_is_neither_filled_in_nor_completed(core: Core) -> None:
    resume_id = own_resume(core)

    async def work(client: Client) -> Any:
        with pytest.raises(MCPError, match="not_found"):
            await client.get_prompt(
                "tailoring", {"job_id": "job_x", "resume_id": resume_id},
                meta={"jobtracker/user": "eve"},
            )  # fmt: skip

    talk(core, "resume", work)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("server", SERVERS)
def test_prompts_and_completions_are_served_over_stdio(
    server: str, mode: Mode, tmp_path: Path
) -> None:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", f"mcp_servers.{server}"],
        env={"JOBTRACKER_HOME": str(tmp_path), "JOBTRACKER_NOW": "2026-11-23T10:00:00+01:00"},
    )

    async def main() -> Any:
        async with Client(stdio_client(parameters), mode=mode) as client:
            listed = {prompt.name for prompt in (await client.list_prompts()).prompts}
            spoken = await completed(client, sorted(PROMPTS[server])[0], "language", "f")
            return listed, spoken

    listed, spoken = anyio.run(main)
    assert listed == PROMPTS[server]
    assert spoken == ([] if server == "applications" else ["fr"])
