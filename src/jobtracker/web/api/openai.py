"""`/v1/models` and `/v1/chat/completions`: the assistant for any OpenAI-style chat client."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jobtracker.agent.mind.llm.tokens import estimate
from jobtracker.core.errors import NotFound
from jobtracker.web.api.chat import (
    CLIENT_LEFT,
    PING_SECONDS,
    SEND_SECONDS,
    ChatPrincipal,
    until_left,
)
from jobtracker.web.context import Web, WebDep
from jobtracker.web.openai_chores import chore
from jobtracker.web.openai_model import (
    MODEL,
    AssistantMessage,
    Choice,
    Completion,
    CompletionRequest,
    Model,
    ModelList,
    Usage,
    chunk,
)
from jobtracker.web.openai_threads import OpenAiThreads, Said
from jobtracker.web.turns import Asked

router = APIRouter(tags=["openai"])
PATHS = ("/v1/models", "/v1/chat/completions")
_MADE = 1_767_225_600
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"model": Completion, "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get("/v1/models")
async def list_models(_who: ChatPrincipal) -> ModelList:
    """List the one model that is served: the assistant itself."""
    return ModelList(data=[_model()])


@router.get("/v1/models/{model}")
async def get_model(model: str, _who: ChatPrincipal) -> Model:
    """Describe the model."""
    _known(model)
    return _model()


@router.post("/v1/chat/completions", response_model=Completion, responses=_STREAM)
async def complete(
    request: Request,
    web: WebDep,
    who: ChatPrincipal,
    wanted: CompletionRequest,
    x_thread_id: Annotated[str | None, Header(description="The thread to go on with.")] = None,
) -> Response:
    """Answer the newest message of a conversation.

    The assistant keeps the conversation itself: what the client sends before the newest message
    only tells which one it is. System messages, tools and sampling parameters are ignored.
    """
    _known(wanted.model)
    history, message = wanted.conversation()
    work = _Work(web, who.user, history, message, wanted.user or "")
    answer = chore(wanted.messages)
    if answer is not None:
        if wanted.stream:
            return _respond(_said_at_once(answer, _usage_of(work, answer, {}), _uses(wanted)))
        return JSONResponse(_completion(answer, _usage_of(work, answer, {})))
    thread = x_thread_id or (wanted.metadata or {}).get("thread_id")
    work.thread = str(thread) if thread else await work.find()
    if wanted.stream:
        running = web.turns.start(work.asked(), resumable=False)
        return _respond(_chunks(work, running.turn_id, _uses(wanted)))
    result = await until_left(request, web.turns.run(work.asked()))
    if result is None:
        return Response(status_code=CLIENT_LEFT)
    await work.note(result.reply, result.turn)
    return JSONResponse(_completion(result.reply, _usage_of(work, result.reply, result.usage)))


@dataclass
class _Work:
    """One request: who asks what, in which conversation."""

    web: Web
    user: str
    history: list[Said]
    message: str
    salt: str
    thread: str = ""

    def asked(self) -> Asked:
        return Asked(self.user, self.thread, self.message)

    async def find(self) -> str:
        threads = OpenAiThreads(self.web.core.store)
        return await asyncio.to_thread(threads.find, self.user, self.history, self.salt)

    async def note(self, reply: str, turn: int) -> None:
        said = [*self.history, Said("user", self.message), Said("assistant", reply)]
        threads, now = OpenAiThreads(self.web.core.store), self.web.core.clock.now()
        await asyncio.to_thread(threads.note, self.user, said, self.salt, self.thread, turn, now)


def _uses(wanted: CompletionRequest) -> bool:
    return wanted.stream_options is not None and wanted.stream_options.include_usage


def _respond(chunks: AsyncGenerator[str]) -> EventSourceResponse:
    async def events() -> AsyncGenerator[ServerSentEvent]:
        async with contextlib.aclosing(chunks):
            async for data in chunks:
                yield ServerSentEvent(data, sep="\n")

    return EventSourceResponse(events(), ping=PING_SECONDS, send_timeout=SEND_SECONDS, sep="\n")


async def _chunks(work: _Work, turn_id: str, with_usage: bool) -> AsyncGenerator[str]:
    """Yield the turn as chunks of OpenAI's stream."""
    number, created = _number(), int(time.time())

    def made(delta: dict[str, Any] | None, **more: Any) -> str:
        body = chunk(number, created, delta, with_usage=with_usage, **more)
        return orjson.dumps(body).decode()

    yield made({"role": "assistant", "content": ""})
    follow = work.web.turns.follow(work.user, turn_id, 0)
    async with contextlib.aclosing(follow) as events:
        async for event in events:
            data = orjson.loads(event.data)
            if event.kind == "token":
                yield made({"content": data["text"]})
            elif event.kind == "error" and not event.final:
                yield made({"content": "\n\n"})  # what was said is void, and cannot be taken back
            elif event.kind == "error":
                error = {"message": data["message"], "type": "server_error", "code": data["code"]}
                yield orjson.dumps({"error": error}).decode()
                return
            elif event.kind == "done":
                await work.note(data["reply"], data["turn"])
                yield made({}, finish="stop")
                if with_usage:
                    yield made(None, usage=_usage_of(work, data["reply"], data["usage"]))
                yield "[DONE]"


async def _said_at_once(
    answer: str, usage: dict[str, int], with_usage: bool
) -> AsyncGenerator[str]:
    number, created = _number(), int(time.time())
    deltas: list[tuple[dict[str, Any], str | None]] = [
        ({"role": "assistant", "content": answer}, None),
        ({}, "stop"),
    ]
    for delta, finish in deltas:
        body = chunk(number, created, delta, finish=finish, with_usage=with_usage)
        yield orjson.dumps(body).decode()
    if with_usage:
        body = chunk(number, created, None, usage=usage, with_usage=True)
        yield orjson.dumps(body).decode()
    yield "[DONE]"


def _completion(reply: str, usage: dict[str, int]) -> dict[str, Any]:
    return Completion(
        id=_number(),
        created=int(time.time()),
        choices=[Choice(message=AssistantMessage(content=reply))],
        usage=Usage(**usage),
    ).model_dump()


def _usage_of(work: _Work, reply: str, counted: dict[str, float]) -> dict[str, int]:
    """Return the model's own count; an estimate of what was sent where no model answered."""
    sent = int(counted.get("input_tokens", 0))
    said = int(counted.get("output_tokens", 0))
    if not sent + said:
        sent = sum(estimate(line.text) for line in work.history) + estimate(work.message)
        said = estimate(reply)
    return {"prompt_tokens": sent, "completion_tokens": said, "total_tokens": sent + said}


def _number() -> str:
    return f"chatcmpl-{secrets.token_hex(12)}"


def _model() -> Model:
    return Model(id=MODEL, created=_MADE, owned_by="jobtracker")


def _known(model: str) -> None:
    if model != MODEL:
        raise NotFound(f"model {model[:80]!r} does not exist; the one served here is {MODEL}")
