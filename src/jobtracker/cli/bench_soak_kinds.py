"""What the soak does: each kind once more, whenever it is asked to."""

from __future__ import annotations

import base64
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import numpy as np

from jobtracker.cli.bench_chat import MESSAGES
from jobtracker.cli.bench_engine import Nothing
from jobtracker.cli.bench_http import Connection
from jobtracker.core.bootstrap import Core
from jobtracker.core.durable import JobKind
from jobtracker.core.errors import Unavailable
from jobtracker.core.notify import Notice
from jobtracker.core.vectors import VectorItem

RESUME = "Anna Muster\nanna@example.com\n\nExperience\nNurse, Inselspital Bern, 2019-2024\n" * 20
INVITATION = (
    "From: Petra <petra@acme.example>\nSubject: Interview at Acme AG\n\n"
    "We would like to meet you on Thursday at 14:00 or on Friday at 09:30 in Bern."
)
_THREADS_KEPT = 20
_DIFFERENT = 50
_NOTHING = JobKind("soak.nothing", Nothing)
_VERSION = "2026-07-28"


async def _ask(connection: Connection, path: str, body: Any, **headers: str) -> bytes:
    status, answer = await connection.post(path, body, **headers)
    return _answered(path, status, answer)


async def _read(connection: Connection, path: str) -> bytes:
    return _answered(path, *await connection.get(path))


def _answered(path: str, status: int, answer: bytes) -> bytes:
    if status >= 400:
        raise Unavailable(f"{path} answered {status}: {answer[:200].decode(errors='replace')}")
    return answer


async def _turn(connection: Connection, user: str, number: int) -> None:
    thread = f"{user}-{number // len(MESSAGES) % _THREADS_KEPT}"
    body = {"message": MESSAGES[number % len(MESSAGES)], "thread_id": thread}
    await _ask(connection, "/v1/chat", body)


async def _stream(connection: Connection, user: str, number: int) -> None:
    body = {"message": MESSAGES[number % len(MESSAGES)], "thread_id": f"stream-{number % 5}"}
    told = await _ask(connection, "/v1/chat", body, Accept="text/event-stream")
    if b"event: done" not in told:
        raise Unavailable("the stream ended before its turn")


async def _search(connection: Connection, user: str, number: int) -> None:
    words = ("nurse Bern", "software Zürich", "Koch Luzern", "clerk part time")[number % 4]
    await _read(connection, f"/v1/jobs?query={quote(words)}&limit=20")


async def _calendar(connection: Connection, user: str, number: int) -> None:
    await _ask(connection, "/v1/calendar/invitations/read", {"text": INVITATION})
    await _read(connection, "/v1/calendar/events")


async def _application(connection: Connection, user: str, number: int) -> None:
    company = f"Firma {number % _DIFFERENT} AG"
    await _ask(connection, "/v1/applications", {"company": company, "title": "Clerk"})
    await _read(connection, ("/v1/applications/stats", "/v1/applications/next-actions")[number % 2])


async def _tool(connection: Connection, user: str, number: int) -> None:
    await _call(connection, "job_search", "list_saved_searches", {})


async def _document(connection: Connection, user: str, number: int) -> None:
    text = f"{RESUME}{number % _DIFFERENT}"
    given = {
        "content_base64": base64.b64encode(text.encode()).decode(),
        "filename": "cv.txt",
    }
    await _call(connection, "resume", "import_resume", given)


async def _call(connection: Connection, server: str, tool: str, arguments: dict[str, Any]) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": _VERSION,
        "io.modelcontextprotocol/clientInfo": {"name": "soak", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = await _ask(
        connection,
        f"/mcp/{server}",
        body,
        Accept="application/json, text/event-stream",
        MCP_Protocol_Version=_VERSION,
        Mcp_Method="tools/call",
        Mcp_Name=tool,
    )
    if b'"isError":true' in answer.replace(b" ", b"") or b'"result"' not in answer:
        raise Unavailable(f"{tool} failed: {answer[:200].decode(errors='replace')}")


OVER_HTTP: dict[str, Callable[[Connection, str, int], Awaitable[None]]] = {
    "turns": _turn,
    "streams": _stream,
    "searches": _search,
    "documents": _document,
    "mcp": _tool,
    "calendars": _calendar,
    "applications": _application,
}
"""Asked of the served assistant."""


def open_durable(core: Core) -> None:
    """Do the soak's durable jobs in this process."""
    core.durable.handle(_NOTHING, lambda job: None)
    core.durable.start()


def _durable(core: Core, number: int) -> None:
    if core.durable.backlog() < 20:
        with core.store.begin() as session:
            core.durable.enqueue(session, _NOTHING, Nothing(), user="soak")


def _cache(core: Core, number: int) -> None:
    key = f"k{number % 500}"
    made = core.cache.get_or_make("soak", "rows", key, lambda: os.urandom(20_000))
    if len(made) != 20_000:
        raise ValueError("another value came back")
    if number % 50 == 49:
        core.cache.drop("soak", "rows")


def _vectors(core: Core, number: int) -> None:
    chance = np.random.default_rng(number)
    found = chance.standard_normal((1, core.embedder.dimensions), dtype=np.float32)
    user = f"u{number % 20}"
    core.vectors.add("soak", user, [VectorItem(f"v{number % 200}", embedding=found[0])])
    if not core.vectors.query_many("soak", user, found, k=5, metadata=False)[0]:
        raise ValueError("what was added is not found")


def _notice(core: Core, number: int) -> None:
    heard: list[Notice] = []
    end = core.notifier.subscribe("soak", heard.append)
    core.notifier.publish(Notice("soak", "soak.done", {"number": number}))
    end()
    if len(heard) != 1:
        raise ValueError(f"{len(heard)} notices came")


HERE: dict[str, Callable[[Core, int], None]] = {
    "cache": _cache,
    "durable": _durable,
    "vectors": _vectors,
    "notices": _notice,
}
"""Used in this process."""
