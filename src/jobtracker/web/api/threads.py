"""`/v1/threads`: the conversations of a person, and what they thought of them."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field, field_validator
from starlette.responses import Response

from jobtracker.agent.transcript import Line, Thread
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.web.api.chat import PendingQuestion
from jobtracker.web.api.rest import PROBLEMS, Api, Cursor, Limit, api, returns
from jobtracker.web.feedback import Feedback, FeedbackBook
from jobtracker.web.openai_threads import OpenAiThreads

router = APIRouter(tags=["chat"])
ThreadApi = Annotated[Api, Depends(api("chat"))]
ThreadId = Annotated[str, Path(description="A thread_id that a turn or the list gave.")]
PAGE = 500
"""Lines that are read from the store at once for an export."""
T = TypeVar("T")


class ThreadInfo(BaseModel):
    """A conversation as it is listed."""

    thread_id: str
    title: str
    created_at: datetime
    updated_at: datetime


class ThreadPage(BaseModel):
    """Conversations, the latest first."""

    threads: list[ThreadInfo]
    next_cursor: str | None


class ThreadLine(BaseModel):
    """One line of a conversation."""

    turn: int
    role: Literal["user", "assistant"]
    text: str
    at: datetime


class TurnFeedback(BaseModel):
    """What the person thought of a turn."""

    turn: int
    rating: Literal["up", "down"]
    comment: str


class ThreadDetail(ThreadInfo):
    """A conversation with its lines; `next_after` leads to the next page."""

    messages: list[ThreadLine]
    next_after: int | None
    pending: PendingQuestion | None
    feedback: list[TurnFeedback]


class PendingAnswer(BaseModel):
    """What waits in a thread for the person's yes."""

    pending: PendingQuestion | None


class Rename(BaseModel):
    """Another title."""

    title: str = Field(min_length=1, max_length=200)

    @field_validator("title")
    @classmethod
    def _readable(cls, raw: str) -> str:
        title = " ".join(raw.split())
        if not title or not title.isprintable():
            raise ValueError("1 to 200 printable characters")
        return title


class GivenFeedback(BaseModel):
    """What the person thinks of a turn."""

    thread_id: str = Field(min_length=1, max_length=128)
    turn: int = Field(ge=1, le=2**31 - 1)
    rating: Literal["up", "down"]
    comment: str = Field(default="", max_length=2000)


@router.get("/v1/threads", responses=returns(ThreadPage), response_model=None)
async def list_threads(rest: ThreadApi, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """List the conversations, the latest first."""
    before = _parse_cursor(cursor) if cursor else None
    transcript = rest.web.assistant.transcript
    found = await _off(transcript.page, rest.who.user, limit + 1, before)
    more = _cursor(found[limit - 1]) if len(found) > limit else None
    shown = [_info(thread) for thread in found[:limit]]
    return rest.page({"threads": shown, "next_cursor": more})


@router.get(
    "/v1/threads/{thread_id:path}/export",
    response_model=None,
    responses={200: {"content": {"text/markdown": {}, "application/json": {}}}, **PROBLEMS},
)
async def export_thread(
    rest: ThreadApi, thread_id: ThreadId, format: Literal["json", "markdown"] = "markdown"
) -> Response:
    """Return the whole conversation as a file."""
    thread = await _off(rest.web.assistant.transcript.thread, rest.who.user, thread_id)
    lines = await _off(_all_lines, rest, thread_id)
    name = re.sub(r"[^\w-]+", "-", thread.title).strip("-")[:60] or "conversation"
    if format == "json":
        whole = {**_info(thread), "messages": [_line(line) for line in lines]}
        answer = rest.answer(whole)
        suffix = "json"
    else:
        text = markdown(thread, lines)
        answer = Response(text, media_type="text/markdown")
        suffix = "md"
    encoded = quote(f"{name}.{suffix}", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{encoded}"
    return answer


@router.get(
    "/v1/threads/{thread_id:path}/pending", responses=returns(PendingAnswer), response_model=None
)
async def pending_of_thread(rest: ThreadApi, thread_id: ThreadId) -> Response:
    """Return the question that waits in the thread, if one does."""
    await _off(rest.web.assistant.transcript.thread, rest.who.user, thread_id)
    waiting = await rest.web.assistant.conversations.pending(rest.who.user, thread_id)
    return rest.answer({"pending": waiting})


@router.get("/v1/threads/{thread_id:path}", responses=returns(ThreadDetail), response_model=None)
async def read_thread(
    rest: ThreadApi,
    thread_id: ThreadId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only turns after this one.")] = 0,
    limit: Annotated[int, Query(ge=2, le=500, description="Lines at most.")] = 200,
) -> Response:
    """Read a conversation, oldest line first."""
    user, transcript = rest.who.user, rest.web.assistant.transcript
    thread = await _off(transcript.thread, user, thread_id)
    lines, more = await _off(_page, rest, thread_id, after, limit)
    given = await _off(FeedbackBook(rest.web.core.store).of_thread, user, thread_id)
    turns = {line.turn for line in lines}
    return rest.answer(
        {
            **_info(thread),
            "messages": [_line(line) for line in lines],
            "next_after": lines[-1].turn if more and lines else None,
            "pending": await rest.web.assistant.conversations.pending(user, thread_id),
            "feedback": [
                {"turn": one.turn, "rating": one.rating, "comment": one.comment}
                for one in given
                if one.turn in turns
            ],
        }
    )


@router.patch("/v1/threads/{thread_id:path}", responses=returns(ThreadInfo), response_model=None)
async def rename_thread(rest: ThreadApi, thread_id: ThreadId, change: Rename) -> Response:
    """Give a conversation another title."""
    transcript = rest.web.assistant.transcript
    rest.unchanged(_info(await _off(transcript.thread, rest.who.user, thread_id)))
    renamed = await _off(transcript.rename, rest.who.user, thread_id, change.title)
    return rest.answer(_info(renamed))


@router.delete("/v1/threads/{thread_id:path}", status_code=204, responses=PROBLEMS)
async def delete_thread(rest: ThreadApi, thread_id: ThreadId) -> None:
    """Remove a conversation with all that was said in it, once its running turn has ended."""
    user = rest.who.user
    await _off(rest.web.assistant.transcript.thread, user, thread_id)
    async with rest.web.turns.alone(user, thread_id):
        await rest.web.assistant.conversations.forget(user, thread_id)
        await _off(FeedbackBook(rest.web.core.store).drop, user, thread_id)
        await _off(OpenAiThreads(rest.web.core.store).drop, user, thread_id)


@router.post("/v1/feedback", status_code=204, responses=PROBLEMS)
async def give_feedback(rest: ThreadApi, given: GivenFeedback) -> None:
    """Say what a turn was like; the latest word on a turn counts."""
    read = rest.web.assistant.transcript.read
    lines = await _off(read, rest.who.user, given.thread_id, given.turn - 1, 1)
    if not lines or lines[0].turn != given.turn:
        raise NotFound(f"that thread has no turn {given.turn}")
    kept = Feedback(
        given.thread_id, given.turn, given.rating, given.comment, rest.web.core.clock.now()
    )
    await _off(FeedbackBook(rest.web.core.store).give, rest.who.user, kept)


async def _off(function: Callable[..., T], *arguments: Any) -> T:
    """Run what waits for the database off the loop."""
    return await asyncio.to_thread(function, *arguments)


def _page(rest: Api, thread_id: str, after: int, limit: int) -> tuple[list[Line], bool]:
    """Return whole turns of about `limit` lines, and whether there are more."""
    read = rest.web.assistant.transcript.read
    lines = read(rest.who.user, thread_id, after, limit + 1)
    if len(lines) <= limit:
        return lines, False
    # The last turn may be cut: its other lines would be skipped by `after`.
    whole = [line for line in lines if line.turn < lines[-1].turn]
    return (whole or read(rest.who.user, thread_id, after, 10_000)), True


def _all_lines(rest: Api, thread_id: str) -> list[Line]:
    lines: list[Line] = []
    more = True
    while more:
        page, more = _page(rest, thread_id, lines[-1].turn if lines else 0, PAGE)
        lines += page
    return lines


def markdown(thread: Thread, lines: list[Line]) -> str:
    """Return the conversation as Markdown: a heading a line, its time in UTC."""
    parts = [f"# {thread.title}\n"]
    for line in lines:
        speaker = "You" if line.role == "user" else "Assistant"
        parts.append(f"## {speaker}, {line.at:%Y-%m-%d %H:%M} UTC\n\n{line.text}\n")
    return "\n".join(parts)


def _info(thread: Thread) -> dict[str, Any]:
    shown = asdict(thread)
    return shown | {key: shown[key].isoformat() for key in ("created_at", "updated_at")}


def _line(line: Line) -> dict[str, Any]:
    return asdict(line) | {"at": line.at.isoformat()}


def _cursor(thread: Thread) -> str:
    text = f"{thread.updated_at.isoformat()} {thread.thread_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse_cursor(raw: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode()
        at, _, thread_id = text.partition(" ")
        when = datetime.fromisoformat(at)
    except ValueError as exc:
        raise BadInput("cursor: use next_cursor as the list gave it") from exc
    if when.tzinfo is None or not thread_id:
        raise BadInput("cursor: use next_cursor as the list gave it")
    return when, thread_id
