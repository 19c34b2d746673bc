"""The coach's words: models only, light to import."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainSerializer

from jobtracker.core.words import Wording

Stage = Literal["screening", "technical", "case", "panel", "final"]
Language = Literal["en", "de", "fr", "it"]
Tone = Literal["professional", "enthusiastic", "concise"]
Country = Literal["CH", "DE", "FR", "IT", "GB", "US"]
OutreachKind = Literal[
    "recruiter", "referral", "linkedin", "thank_you", "decline", "accept", "withdraw"
]
Period = Literal["hour", "day", "week", "month", "year"]


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


Amount = Annotated[Decimal, PlainSerializer(_number, return_type=float, when_used="json")]
"""Money: decimal inside, a plain number in JSON."""


class Evidence(BaseModel):
    """The place on which something rests: a JSON pointer into the résumé, and the words there."""

    path: str
    quote: str


class Story(BaseModel):
    """Something the person did, as situation, task, action and result, in the résumé's words."""

    title: str
    situation: str
    task: str = ""
    action: str
    result: str = Field(description="Empty where the résumé tells none: the person should add it.")
    competencies: list[str]
    evidence: Evidence


class LikelyQuestion(BaseModel):
    """A question to expect, why, and which of the person's stories answers it."""

    question: str
    why: str
    competency: str
    story: int | None = Field(default=None, description="Index in `stories`; null where none fits.")


class CoachGap(BaseModel):
    """What the posting asks for and the résumé does not hold, and how to speak of it."""

    term: str
    say: str


class Fact(BaseModel):
    """One thing that is known, and where from: posting, tracker, notes or résumé."""

    text: str
    source: str


class Logistics(BaseModel):
    """When and where, as the tracker or the calendar has it."""

    stage: str
    start: datetime
    timezone: str
    location: str


class PreparedInterview(BaseModel):
    """What to walk into the interview with; nothing in it is invented."""

    company: str
    role: str
    stage: Stage
    language: Language
    trade: str
    application_id: str | None = None
    job_id: str | None = None
    facts: list[Fact]
    questions: list[LikelyQuestion]
    stories: list[Story]
    gaps: list[CoachGap]
    questions_to_ask: list[str]
    logistics: list[Logistics]
    checklist: list[str]
    missing: list[str] = Field(description="What would make this better, e.g. no résumé yet.")
    pdf_path: str | None = None
    wording: Wording | None = None


class ReviewParts(BaseModel):
    """The rubric, each part from 0 to 100."""

    structure: int = Field(ge=0, le=100, description="Situation, task, action, result, in order.")
    specificity: int = Field(ge=0, le=100, description="Names, numbers, dates, own part.")
    result: int = Field(ge=0, le=100, description="An outcome, best with a number.")
    relevance: int = Field(ge=0, le=100, description="It answers what was asked.")
    length: int = Field(ge=0, le=100, description="About one to two minutes of speech.")
    hedging: int = Field(ge=0, le=100, description="100 is without “maybe”, “sort of”.")
    filler: int = Field(ge=0, le=100, description="100 is without “um”, “you know”.")


class ReviewNote(BaseModel):
    """A point earned or lost, and the sentence that did it."""

    part: str
    effect: Literal["earned", "lost"]
    sentence: str
    message: str


class AnswerReview(BaseModel):
    """An answer scored on the rubric; the same answer always gets the same score."""

    score: int = Field(ge=0, le=100)
    parts: ReviewParts
    notes: list[ReviewNote]
    language: Language
    words: int
    advice: list[str] = Field(
        default_factory=list[str],
        description="A language model's words on the answer, where one is set; no part of the "
        "score.",
    )
    wording: Wording | None = None


class MockQuestion(BaseModel):
    """The next question of a mock interview."""

    session_id: str
    number: int
    of: int
    question: str
    competency: str
    why: str
    finished: bool = False


class MockTurn(BaseModel):
    """How the last answer did, and the next question; `next` is null after the last one."""

    session_id: str
    review: AnswerReview
    next: MockQuestion | None
    message: str


class MockAnswer(BaseModel):
    """One answered question of a session."""

    question: str
    competency: str
    score: int


class MockResult(BaseModel):
    """A finished session."""

    session_id: str
    company: str
    role: str
    stage: Stage
    score: int | None = Field(description="Mean of the answers; null where none was given.")
    answers: list[MockAnswer]
    strongest: str | None
    weakest: str | None
    advice: list[str]
    earlier_scores: list[int] = Field(description="Of earlier sessions, oldest first.")
    change: int | None = Field(description="Against the mean of the earlier sessions.")


class PayLine(BaseModel):
    """One part of the total, to the cent."""

    name: str
    amount: Amount
    how: str


class Package(BaseModel):
    """What an offer is worth in a year."""

    currency: str
    base_year: Amount
    full_time_year: Amount = Field(description="The base at 100 percent.")
    lines: list[PayLine]
    total_year: Amount
    per_working_hour: Amount


class Market(BaseModel):
    """What the stored postings pay, with how many."""

    n: int
    p25: Amount | None
    median: Amount | None
    p75: Amount | None
    currency: str
    period: str


class NegotiationBrief(BaseModel):
    """Numbers and words for talking about pay."""

    company: str
    role: str
    country: Country
    language: Language
    market: Market | None
    offer: Package | None
    target: Package | None
    gap_year: Amount | None = Field(description="Target base minus offered base, at the pensum.")
    counter_year: Amount | None = Field(description="What to ask for, of base pay a year.")
    position: str
    arguments: list[Fact]
    say: list[str]
    levers: list[str]
    missing: list[str]
    wording: Wording | None = None


class OutreachDraft(BaseModel):
    """A message that waits for the person's review. It is never sent by itself."""

    draft_id: str
    kind: OutreachKind
    language: Language
    tone: Tone
    subject: str
    text: str
    characters: int
    facts: list[Fact]
    missing: list[str]
    status: Literal["review", "sent", "discarded"] = "review"
    created_at: datetime | None = None
    wording: Wording | None = None


class OutreachDrafts(BaseModel):
    """The messages that wait for the person, newest first."""

    drafts: list[OutreachDraft]


class Goal(BaseModel):
    """What the person set out to do, and how far it is."""

    goal_id: str
    text: str
    measure: Literal["applications", "follow_ups", "interviews", "mock_interviews", "custom"]
    target: int
    period: Literal["week", "month", "once"]
    until: date | None
    done: int
    reached: bool


class WorkBlock(BaseModel):
    """A time in the coming days, and what to use it for."""

    start: datetime
    end: datetime
    what: str


class WeeklyReview(BaseModel):
    """A week: planned, done, learnt, and a plan for the next one."""

    week_start: date
    week_end: date
    planned: list[Goal]
    done: list[Fact]
    learnt: list[Fact]
    next_week: list[str]
    plan: list[WorkBlock]
    encouragement: str
    missing: list[str]
