"""Coaching: preparation, mock interviews, negotiation, outreach, goals."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.coaching.model import (
    AnswerReview,
    Country,
    Goal,
    MockQuestion,
    MockResult,
    MockTurn,
    NegotiationBrief,
    OutreachDraft,
    OutreachKind,
    Period,
    PreparedInterview,
    Stage,
    WeeklyReview,
)
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Id, api, fields, returns
from jobtracker.web.api.words import Language, Tone

router = APIRouter(prefix="/v1/coaching", tags=["coaching"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("coaching:read"))]
Writing = Annotated[Api, Depends(api("coaching:write"))]
Reference = Annotated[str | None, Field(max_length=200)]


class Subject(BaseModel):
    """What it is about: a posting or an application."""

    job_id: Reference = None
    application_id: Reference = None
    language: Language | None = None


class Preparation(Subject):
    """An interview to prepare."""

    stage: Stage | None = None


class Mock(Subject):
    """A mock interview to start."""

    stage: Stage | None = None
    role: Reference = None
    questions: int | None = Field(default=None, strict=True, ge=1, le=12)


class Answer(BaseModel):
    """What the person answered."""

    answer: str = Field(min_length=1, max_length=20_000)


class Question(Answer):
    """An answer and its question."""

    question: str = Field(min_length=1, max_length=2000)


class Negotiation(Subject):
    """An offer and what the person aims at; money as plain numbers."""

    title: Reference = None
    offer: float | None = Field(default=None, strict=True, ge=0, le=1e8)
    target: float | None = Field(default=None, strict=True, ge=0, le=1e8)
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    period: Period | None = None
    country: Country | None = None
    months: int | None = Field(default=None, strict=True, ge=12, le=16)
    pensum: int | None = Field(default=None, strict=True, ge=1, le=100)
    bonus: float | None = Field(default=None, strict=True, ge=0, le=1e8)
    holidays: int | None = Field(default=None, strict=True, ge=0, le=60)
    age: int | None = Field(default=None, strict=True, ge=15, le=99)


class Outreach(Subject):
    """A message to draft."""

    kind: OutreachKind | None = None
    person: Reference = None
    company: Reference = None
    role: Reference = None
    tone: Tone | None = None


class NewGoal(BaseModel):
    """A goal in the person's words."""

    goal: str = Field(min_length=1, max_length=500)
    target: int | None = Field(default=None, strict=True, ge=1, le=1000)
    period: str | None = Field(default=None, pattern="^(week|month|once)$")


@router.post("/preparations", responses=returns(PreparedInterview), response_model=None)
async def prepare_interview(api: Writing, body: Preparation) -> Response:
    """Prepare an interview: likely questions, own stories, gaps, logistics."""
    return api.answer(await api.call("prepare_interview", **fields(body)))


@router.post("/mock-interviews", responses=returns(MockQuestion), response_model=None)
async def start_mock_interview(api: Writing, body: Mock) -> Response:
    """Start a mock interview, or go on with the one that is open."""
    return api.answer(await api.call("start_mock_interview", **fields(body)))


@router.post(
    "/mock-interviews/{session_id}/answers", responses=returns(MockTurn), response_model=None
)
async def answer_question(api: Writing, session_id: Id, body: Answer) -> Response:
    """Answer the open question; the review says which sentence earned or lost what."""
    given: dict[str, Any] = {"session_id": session_id, "answer": body.answer}
    return api.answer(await api.call("answer_mock_question", **given))


@router.post(
    "/mock-interviews/{session_id}/finish", responses=returns(MockResult), response_model=None
)
async def finish_mock_interview(api: Writing, session_id: Id) -> Response:
    """Finish a mock interview."""
    return api.answer(await api.call("finish_mock_interview", session_id=session_id))


@router.post("/reviews", responses=returns(AnswerReview), response_model=None)
async def review_answer(api: Reading, body: Question) -> Response:
    """Review one answer on the written rubric."""
    given: dict[str, Any] = {"question": body.question, "answer": body.answer}
    return api.answer(await api.call("review_answer", **given))


@router.post("/negotiation", responses=returns(NegotiationBrief), response_model=None)
async def negotiation_brief(api: Reading, body: Negotiation) -> Response:
    """Compare offer, target and market, to the cent."""
    return api.answer(await api.call("negotiation_brief", **fields(body)))


@router.post("/outreach", responses=returns(OutreachDraft), response_model=None)
async def draft_outreach(api: Writing, body: Outreach) -> Response:
    """Draft a message; it waits in the reviews and is sent by the person."""
    return api.answer(await api.call("draft_outreach", **fields(body)))


@router.post("/goals", responses=returns(Goal), response_model=None)
async def set_goal(api: Writing, body: NewGoal) -> Response:
    """Set a goal."""
    return api.answer(await api.call("set_goal", **fields(body)))


@router.get("/weekly-review", responses=returns(WeeklyReview), response_model=None)
async def weekly_review(api: Reading, language: Language | None = None) -> Response:
    """Return what was planned, done and learnt, and a plan for the week."""
    return api.answer(await api.call("weekly_review", language=language))
