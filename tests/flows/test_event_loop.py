"""Nothing of a chat turn or of large work blocks the event loop: others' turns go on meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from blockbuster import BlockingError, blockbuster_ctx

from jobtracker.app import open_assistant
from jobtracker.core.bootstrap import Core
from jobtracker.resumes.bench import two_pages
from jobtracker.resumes.rendering.render import render
from jobtracker.web.app import create_app
from tests.flows.loop_watch import loop_watch

pytestmark = pytest.mark.timeout(300)
MOST_SECONDS = 0.1
"""Of processor time that one step may take; a turn has several hundred steps."""
STORY = (
    "hello",
    "find nursing jobs in Bern",
    "tell me more about the second one",
    "I applied to Acme AG as a clerk today",
    "what's open?",
    "am I free Thursday afternoon?",
    "I prefer hybrid",
    "what do you know about me?",
    "delete my application at Acme AG",
    "no",
    "what should I do next?",
    "merci",
)


def test_the_detector_sees_a_call_that_blocks() -> None:
    async def block() -> None:
        time.sleep(0.001)  # noqa: ASYNC251

    with blockbuster_ctx("tests.flows"), pytest.raises(BlockingError):
        asyncio.run(block())


def compute() -> None:
    began = time.thread_time()
    while time.thread_time() - began <= MOST_SECONDS:
        pass


def test_the_detector_sees_a_step_that_computes_and_no_thread_that_does() -> None:
    async def here() -> None:
        compute()

    with loop_watch(MOST_SECONDS) as watch:
        asyncio.run(asyncio.wait_for(asyncio.to_thread(compute), 100))
    assert watch.found == []
    with loop_watch(MOST_SECONDS) as watch:
        asyncio.run(here())
    assert len(watch.found) == 1


def test_no_turn_of_a_whole_conversation_blocks_the_loop(core: Core) -> None:
    async def converse() -> None:
        async with open_assistant(core) as assistant:
            say = assistant.conversations.turn
            for message in STORY:  # what is loaded and opened once is loaded and opened here
                await say("ann", "warm", message)
            with blockbuster_ctx(["jobtracker", "mcp_servers"]), loop_watch(MOST_SECONDS) as watch:
                for message in STORY:
                    result = await say("ann", "story", message)
                    assert result.reply, message
            assert watch.found == [], watch.names()

    asyncio.run(converse())


def postings(count: int) -> dict[str, Any]:
    """A board's answer."""
    text = "We look for somebody who likes people and knows spreadsheets. " * 40
    jobs = [
        {
            "id": number,
            "title": f"Clerk {number}",
            "absolute_url": f"https://boards.greenhouse.io/acme/jobs/{number}",
            "location": {"name": "Bern"},
            "updated_at": "2026-11-01T00:00:00Z",
            "content": f"<p>{text}{number}</p>",
        }
        for number in range(count)
    ]
    return {"json": {"jobs": jobs}}


def alert(count: int) -> dict[str, Any]:
    """A mail of a board."""
    links = "".join(
        f'<p><a href="https://www.linkedin.com/jobs/view/1234{number}">Clerk</a> Acme AG Bern</p>'
        for number in range(count)
    )
    head = "From: alerts@linkedin.com\nSubject: jobs\nMIME-Version: 1.0\nContent-Type: text/html\n"
    return {"text": f"{head}\n{links}"}


def invitation(length: int) -> dict[str, Any]:
    """A mail of an employer with much below it."""
    told = "We would like to meet you on Thursday 26 November 2026 at 14:00.\n"
    return {"text": "From: anna@acme.example\nSubject: Interview\n\n" + told + "bla bla " * length}


def calendar(count: int) -> dict[str, Any]:
    """A calendar file."""
    events = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nDTSTART:202612{number % 28 + 1:02d}T080000Z\n"
        f"DTEND:202612{number % 28 + 1:02d}T083000Z\nSUMMARY:Talk {number}\nEND:VEVENT\n"
        for number in range(count)
    )
    return {"ics": f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"}


def document(times: int) -> bytes:
    """A PDF of many pages."""
    content = two_pages()
    content["work"] *= times
    return render(content, "pdf", "classic", "en")


@asynccontextmanager
async def opened(core: Core) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(core)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8080", timeout=240
        ) as client:
            yield client


async def much(client: httpx.AsyncClient, size: int, data: bytes) -> None:
    """Do everything that is large, as large as `size` says."""

    async def do(method: str, path: str, expected: int = 200, **how: Any) -> Any:
        answer = await client.request(method, path, **how)
        assert answer.status_code == expected, answer.text[:300]
        return answer

    await do("POST", "/v1/jobs/import", json=postings(size))
    await do("POST", "/v1/jobs/import", json=alert(size * 10))
    await do("POST", "/v1/calendar/invitations/read", json=invitation(size * 200))
    asked = await do("POST", "/v1/calendar/import", 428, json=calendar(size * 4))
    yes = {"confirm": asked.json()["confirm"]}
    await do("POST", "/v1/calendar/import", params=yes, json=calendar(size * 4))
    await do("GET", "/v1/calendar/events?start=2026-12-01&end=2026-12-31")
    made = await do("POST", "/v1/resumes", 201, files={"file": ("cv.pdf", data)})
    resume = made.json()["resume_id"]
    await do("GET", f"/v1/resumes/{resume}/export?format=docx")
    for path in (
        "/v1/applications/stats",
        "/v1/applications/export?format=csv",
        "/v1/salary-insight?title=clerk&location=Bern",
        "/v1/companies/Acme",
        "/v1/jobs?query=clerk&limit=50",
        "/v1/coaching/weekly-review",
        "/v1/account/export",
        "/openapi.json",
        "/metrics",
        "/",
    ):
        await do("GET", path)
    said = {"message": "what's open? " + "bla " * (size * 8), "thread_id": "t"}
    await do("POST", "/v1/chat", json=said)


def test_large_imports_mails_files_exports_and_statistics_leave_the_loop_free(core: Core) -> None:
    short, long = document(1), document(20)

    async def work() -> None:
        async with opened(core) as client:
            await much(client, 3, short)  # loaded and opened once
            with blockbuster_ctx(["jobtracker", "mcp_servers"]), loop_watch(MOST_SECONDS) as watch:
                await much(client, 500, long)
            assert watch.found == [], watch.names()

    asyncio.run(work())
