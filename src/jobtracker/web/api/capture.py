"""A wrong answer becomes a test: the turn as an eval case, without names, after a yes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.web.api.rest import Api, api, confirmation, returns
from jobtracker.web.problems import Problem

router = APIRouter(tags=["chat"])
ChatApi = Annotated[Api, Depends(api("chat"))]


class WrongTurn(BaseModel):
    """The turn that was answered badly, and what would have been right."""

    thread_id: str = Field(min_length=1, max_length=128)
    turn: int = Field(ge=1, le=2**31 - 1)
    note: str = Field(default="", max_length=2000)


class Captured(BaseModel):
    """The case that was kept."""

    case: str


@router.post("/v1/feedback/capture", responses=returns(Captured), response_model=None)
async def capture_turn(rest: ChatApi, given: WrongTurn) -> Response:
    """Keep a turn as an eval case; what would be kept is shown first (428).

    Names, mails, phones and companies are replaced before it is shown.
    """
    from jobtracker.evals import capture

    user = rest.who.user
    case = await asyncio.to_thread(
        capture.propose, rest.web.core, user, given.thread_id, given.turn, given.note
    )
    # Its name holds the time; the question is the same whenever it is asked.
    question = "Keep this as a test?\n" + capture.shown(case).partition("\n")[2]
    token = confirmation(question)
    if rest.request.query_params.get("confirm") != token:
        raise Problem(428, "this needs a yes; see the question", question=question, confirm=token)
    await asyncio.to_thread(capture.save, rest.web.core, case)
    return rest.answer({"case": case.name or ""})
