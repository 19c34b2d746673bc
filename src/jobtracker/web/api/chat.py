"""`POST /v1/chat`: one message in, one turn out, whole or as a stream of events."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Coroutine
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, Field, model_validator
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from jobtracker.web.context import Principal, Web, WebDep, needs
from jobtracker.web.stream import event_id, parse_event_id
from jobtracker.web.turns import Asked, Turns, answer_text

router = APIRouter(tags=["chat"])
PING_SECONDS = 15
RETRY_MS = 2000
SEND_SECONDS = 30.0
"""A client whose connection takes nothing for so long is gone."""
CLIENT_LEFT = 499
"""Nobody reads it; it is for the log and the figures."""
T = TypeVar("T")
ChatPrincipal = Annotated[Principal, Depends(needs("chat"))]
LastEventId = Annotated[
    str | None, Header(description="Go on after this event instead of sending a message.")
]


class ChatRequest(BaseModel):
    """What the person says; or their answer to the question that waits in the thread."""

    message: str = Field(default="", description="What the person says, in any language.")
    thread_id: str | None = Field(
        default=None, description="The conversation to go on with; a new one where left out."
    )
    answer: Literal["yes", "no"] | None = Field(
        default=None, description="Instead of a message: the answer to the question in `pending`."
    )
    pending: str | None = Field(
        default=None,
        description="The `summary` of the question that is answered. Where another one, or none, "
        "waits by now, the answer is refused with 409 and nothing happens.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> ChatRequest:
        if self.answer is not None:
            if self.message:
                raise ValueError("send a message or an answer, not both")
            if self.pending is None or not self.thread_id:
                raise ValueError("an answer needs thread_id and the pending summary it answers")
        return self


class ToolRun(BaseModel):
    """One tool call of the turn."""

    server: str
    tool: str
    arguments: dict[str, Any]
    ok: bool
    result: dict[str, Any] | None
    elapsed_ms: float
    error: str | None = None


class PendingQuestion(BaseModel):
    """What waits for the person's yes."""

    action: str
    summary: str


class TurnObject(BaseModel):
    """A finished turn, as `chat --json` prints it."""

    thread_id: str
    turn: int
    reply: str
    intent: str
    mode: Literal["embedded", "llm", "offline"]
    language: str
    tool_calls: list[ToolRun]
    pending: PendingQuestion | None
    usage: dict[str, float]


STREAM_DOC: dict[int | str, dict[str, Any]] = {
    200: {
        "model": TurnObject,
        "description": (
            "The turn. With `Accept: text/event-stream` its events: `token` {text}, `tool_call` "
            "{id, server, tool, arguments}, `tool_result` (the call and what came of it), "
            "`confirm` {action, summary}, `error` {code, message, restart}, and last `done` with "
            "the turn itself. An `error` with `restart` true voids the tokens so far and the "
            "stream goes on; one with `restart` false ends it. Where it says `resend` true, the "
            "server had to stop the turn before anything was changed: send the message again."
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
}


@router.post("/v1/chat", response_model=TurnObject, responses=STREAM_DOC)
async def chat(
    request: Request,
    web: WebDep,
    who: ChatPrincipal,
    said: ChatRequest | None = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Answer one message. Messages of one thread are answered in the order in which they come.

    With `Accept: text/event-stream` the answer comes as events. A stream that was cut is read on
    by the same request with `Last-Event-ID`; what was asked is then not asked again. A client that
    leaves and does not come back stops the work, unless the turn has begun to change something.
    """
    if last_event_id:
        return await _resume(web, who.user, last_event_id)
    asked = _asked(who.user, said or ChatRequest())
    if wants_stream(request):
        running = web.turns.start(asked)
        headers = {"X-Turn-Id": running.turn_id, "X-Thread-Id": quote(asked.thread_id, safe="")}
        return stream(web, who.user, running.turn_id, 0, headers)
    return await answer_whole(request, web.turns, asked)


@router.get(
    "/v1/chat",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def resume_chat(
    web: WebDep,
    who: ChatPrincipal,
    last_event_id: LastEventId = None,
    last: Annotated[
        str, Query(max_length=200, description="The same, for clients that cannot set the header.")
    ] = "",
) -> Response:
    """Read a stream that was cut on, after the event named by `Last-Event-ID`."""
    return await _resume(web, who.user, last_event_id or last)


def _asked(user: str, said: ChatRequest) -> Asked:
    thread = said.thread_id if said.thread_id is not None else f"t-{secrets.token_hex(8)}"
    if said.answer is not None:
        return Asked(user, thread, answer_text(said.answer), said.pending)
    return Asked(user, thread, said.message)


def wants_stream(request: Request) -> bool:
    """Tell whether the client asks for events."""
    return "text/event-stream" in request.headers.get("accept", "").lower()


async def answer_whole(request: Request, turns: Turns, asked: Asked) -> Response:
    """Return the whole turn; the work stops when the client leaves."""
    result = await until_left(request, turns.run(asked))
    if result is None:
        return Response(status_code=CLIENT_LEFT)
    return Response(_dump(result.as_json()), media_type="application/json")


async def until_left(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what comes of the work; None where the client left first, which stops it."""
    task = asyncio.create_task(work)
    watcher = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watcher.cancel()
        if not task.done():
            task.cancel()
    return await task if not task.cancelling() else None


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _dump(body: dict[str, Any]) -> bytes:
    import orjson

    return orjson.dumps(body, default=str)


async def _resume(web: Web, user: str, last: str) -> Response:
    turn_id, after = parse_event_id(last)
    await web.turns.check(user, turn_id)
    return stream(web, user, turn_id, after, {"X-Turn-Id": turn_id})


def stream(
    web: Web, user: str, turn_id: str, after: int, headers: dict[str, str]
) -> EventSourceResponse:
    """Return the events of a turn as a response that survives a graceful stop."""

    async def events() -> AsyncGenerator[ServerSentEvent]:
        async with contextlib.aclosing(web.turns.follow(user, turn_id, after)) as followed:
            async for event in followed:
                yield ServerSentEvent(
                    event.data,
                    event=event.kind,
                    id=event_id(turn_id, event.seq),
                    retry=RETRY_MS if event.seq == after + 1 else None,
                    sep="\n",
                )

    return EventSourceResponse(
        events(),
        headers=headers,
        ping=PING_SECONDS,
        send_timeout=SEND_SECONDS,
        sep="\n",
        # The turn ends by itself or is stopped, and the stream with it; this comes after.
        shutdown_event=anyio.Event(),
        shutdown_grace_period=web.core.settings.server.stop_seconds + 5,
    )
