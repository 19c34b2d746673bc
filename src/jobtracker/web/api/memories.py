"""What the assistant remembers: listed, corrected, exported, forgotten."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Id, Limit, api, confirmation, returns
from jobtracker.web.problems import Problem

router = APIRouter(prefix="/v1/memories", tags=["memories"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("memories:read"))]
Writing = Annotated[Api, Depends(api("memories:write"))]
Kind = Literal["fact", "preference", "dislike", "episode"]
FORGET_ALL = "Forget everything the assistant knows about you?"


class Memory(BaseModel):
    """One memory."""

    id: str
    kind: Kind
    text: str
    key: str | None = None
    data: dict[str, Any] = Field(default_factory=dict[str, Any])


class MemoryPage(BaseModel):
    """A page of memories, the newest first."""

    memories: list[dict[str, Any]]
    next_cursor: str | None = None


class Correction(BaseModel):
    """The right words."""

    text: str = Field(min_length=1, max_length=2000)


class Forgotten(BaseModel):
    """How many memories are gone."""

    forgotten: int


class Export(BaseModel):
    """All that is remembered."""

    user: str
    exported_at: str
    memories: list[dict[str, Any]]


@router.get("", responses=returns(MemoryPage), response_model=None)
async def list_memories(
    api: Reading,
    kind: Kind | None = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(pattern=r"^\d{1,9}$")] = None,
) -> Response:
    """List what is remembered of the person."""
    offset = int(cursor or 0)
    memory = api.web.assistant.memory
    found = await asyncio.to_thread(memory.list, api.who.user, kind, limit + 1, offset)
    page = {
        "memories": [item.as_json() for item in found[:limit]],
        "next_cursor": str(offset + limit) if len(found) > limit else None,
    }
    return api.page(page)


@router.get("/export", responses=returns(Export), response_model=None)
async def export_memories(api: Reading) -> Response:
    """Return all memories."""
    found = await asyncio.to_thread(api.web.assistant.memory.export, api.who.user)
    headers = {"Content-Disposition": 'attachment; filename="memories.json"'}
    return api.answer(found, headers=headers)


@router.patch("/{memory_id}", responses=returns(Memory), response_model=None)
async def correct_memory(api: Writing, memory_id: Id, body: Correction) -> Response:
    """Correct a memory."""
    memory = api.web.assistant.memory
    item = await asyncio.to_thread(memory.correct, api.who.user, memory_id, body.text)
    return api.answer(item.as_json())


@router.delete("/{memory_id}", responses=returns(Memory), response_model=None)
async def forget_memory(api: Writing, memory_id: Id) -> Response:
    """Forget one memory: in the store, the vectors and the conversations."""
    item = await asyncio.to_thread(api.web.assistant.memory.forget, api.who.user, memory_id)
    return api.answer(item.as_json())


@router.delete("", responses=returns(Forgotten), response_model=None)
async def forget_all(api: Writing) -> Response:
    """Forget everything; asks first (428)."""
    token = confirmation(FORGET_ALL)
    if api.request.query_params.get("confirm") != token:
        raise Problem(428, f"this needs a yes: {FORGET_ALL}", question=FORGET_ALL, confirm=token)
    count = await asyncio.to_thread(api.web.assistant.memory.forget_all, api.who.user)
    return api.answer({"forgotten": count})
