"""What a message says, as typed values that keep the span of text they came from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

Span = tuple[int, int]
Reference = Literal["it", "that_job", "that_company", "last", "all", "both"]


class Value(BaseModel):
    """A word or phrase that was understood: `value` normalised, `span` in the message."""

    value: str
    span: Span


class PlaceValue(BaseModel):
    """A place: `name` in the message's language, ISO 3166 `country`, `canton` in two letters."""

    name: str
    kind: Literal["town", "canton", "region", "country", "city"]
    country: str
    canton: str | None = None
    span: Span


class SalaryValue(BaseModel):
    """An amount of pay as written; a missing bound is None."""

    min: Decimal | None = None
    max: Decimal | None = None
    currency: str | None = None
    period: Literal["hour", "day", "week", "month", "year"]
    months: int = 12
    span: Span


class TimeValue(BaseModel):
    """A date or time: `start` aware, `end` where a range or a day part is meant.

    `grain` tells how exact it was said; `past` whether it was said of the past; `daily` the minutes
    since midnight that are meant on each day of a week.
    """

    start: datetime
    end: datetime | None = None
    grain: Literal["minute", "hour", "day_part", "day", "week", "month", "year"]
    past: bool = False
    daily: tuple[int, int] | None = None
    span: Span


class NumberRange(BaseModel):
    """Percent of a full-time job."""

    min: int
    max: int
    span: Span


class Slots(BaseModel):
    """All that one act of a message says. Absent is None or empty, never a guess."""

    role: Value | None = None
    skills: list[Value] = Field(default_factory=list[Value])
    companies: list[Value] = Field(default_factory=list[Value])
    places: list[PlaceValue] = Field(default_factory=list[PlaceValue])
    excluded: list[Value] = Field(default_factory=list[Value])
    """What is not wanted (“no consulting”, “nicht in Basel”)."""
    work_mode: Literal["remote", "hybrid", "onsite"] | None = None
    modes: list[str] = Field(default_factory=list[str])
    """All work modes that were named where it is more than one; `work_mode` is None then."""
    employment_type: str | None = None
    """One of the contract's employment types."""
    pensum: NumberRange | None = None
    seniority: Literal["intern", "junior", "mid", "senior", "lead", "executive"] | None = None
    salary: SalaryValue | None = None
    times: list[TimeValue] = Field(default_factory=list[TimeValue])
    duration_minutes: int | None = None
    posted_within_days: int | None = None
    radius_km: int | None = None
    """Around the places, where that is asked for: “within 30 km of”, “near”."""
    ordinals: list[int] = Field(default_factory=list[int])
    """1 is the first; -1 the last."""
    reference: Reference | None = None
    status: str | None = None
    """One of the contract's application statuses."""
    tone: Literal["professional", "enthusiastic", "concise"] | None = None
    language: str | None = None
    """BCP 47 language that is asked for (“in German”), not the one of the message."""
    people: list[Value] = Field(default_factory=list[Value])
    stage: str | None = None
    """Interview stage: screening, technical, case, panel or final."""
    file_format: str | None = None
    path: Value | None = None
    url: Value | None = None
    email: Value | None = None
    count: int | None = None
    note: Value | None = None
    """Free text that is to be kept, e.g. behind “note:” or in quotes."""


class Act(BaseModel):
    """One thing that the person wants. `intent` is a tool's name or a conversational intent."""

    intent: str
    confidence: float
    slots: Slots
    text: str
    span: Span
    confirmed: bool = False
    """The person was asked whether to do this very thing, and said yes."""


class Parse(BaseModel):
    """A whole message: its language (BCP 47) and its acts in order."""

    language: str
    acts: list[Act]
