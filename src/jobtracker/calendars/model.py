"""What the calendar speaks of, as it crosses the boundary: times are RFC 3339 with an offset."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from jobtracker.core.speech import Saying

Kind = Literal["event", "interview", "research", "preparation", "travel"]
Status = Literal["confirmed", "tentative", "cancelled"]


class Calendar(BaseModel):
    """A calendar that is read; new events go to the one that is `chosen`."""

    calendar_id: str
    name: str
    provider: str
    writable: bool = True
    chosen: bool = False
    status: Literal["ok", "auth_needed", "unavailable"] = "ok"
    note: str | None = None


class Connecting(BaseModel):
    """A login under way: the person opens `open` (and types `code`), then it is asked again."""

    provider: str
    status: Literal["waiting", "connected", "failed"]
    open: str | None = None
    code: str | None = None
    calendar: Calendar | None = None
    note: str | None = None


class WorkingTime(BaseModel):
    """How the person works. Clock times are local (HH:MM), weekdays ISO, Monday is 1."""

    work_start: str
    work_end: str
    work_days: list[int]
    lunch: str
    buffer_minutes: int
    notice_hours: int
    travel_minutes: int
    language: str
    timezone: str


class CalendarList(BaseModel):
    """All connected calendars."""

    calendars: list[Calendar]


class Event(BaseModel):
    """One event, or one occurrence of a recurring one (`event_id` then ends in its UTC start)."""

    event_id: str
    summary: str
    start: datetime
    end: datetime
    timezone: str
    location: str | None = None
    link: str | None = None
    all_day: bool = False
    busy: bool = True
    status: Status = "confirmed"
    recurring: bool = False
    kind: Kind = "event"
    company: str | None = None
    role: str | None = None
    calendar: str = "local"


class EventList(BaseModel):
    """Events in order of their start; `next_cursor` continues the list."""

    events: list[Event]
    total: int
    timezone: str
    next_cursor: str | None = None
    warnings: list[str] = Field(default_factory=list[str])


class FreeSlot(BaseModel):
    """A stretch of free time."""

    start: datetime
    end: datetime


class Busy(BaseModel):
    """A stretch that is taken, and by what."""

    start: datetime
    end: datetime
    summary: str


class FreeTime(BaseModel):
    """Free time within working hours; `busy` names what takes the rest."""

    slots: list[FreeSlot]
    busy: list[Busy]
    timezone: str
    total: int
    note: str | None = None
    warnings: list[str] = Field(default_factory=list[str])


class Suggestion(BaseModel):
    """A time that is free, why it is a good one, and what is close to it."""

    start: datetime
    end: datetime
    why: str
    reasons: list[Saying] = Field(
        default_factory=list[Saying], description="`why` by its codes and facts."
    )
    conflict: str | None = None


class Suggestions(BaseModel):
    """The best times first."""

    suggestions: list[Suggestion]
    timezone: str
    note: str | None = None
    warnings: list[str] = Field(default_factory=list[str])


class Scheduled(BaseModel):
    """The interview and what was put around it."""

    events: list[Event]
    already_booked: bool = False
    application_id: str | None = None
    conflicts: list[str] = Field(default_factory=list[str])
    warnings: list[str] = Field(default_factory=list[str])


class Rescheduled(BaseModel):
    """The moved event first, then the blocks that moved with it."""

    events: list[Event]
    conflicts: list[str] = Field(default_factory=list[str])
    warnings: list[str] = Field(default_factory=list[str])


class Cancelled(BaseModel):
    """What was removed."""

    event_id: str
    summary: str
    removed: list[str]


class ProposedTime(BaseModel):
    """One of the times that are offered; `free` tells whether nothing is in its way."""

    start: datetime
    end: datetime
    free: bool | None = None
    conflict: str | None = None


class Attendee(BaseModel):
    """Somebody invited; `response` is the iCalendar participation status in lower case."""

    name: str | None = None
    email: str | None = None
    response: str | None = None


class DialIn(BaseModel):
    """How to join by phone."""

    phone: str
    pin: str | None = None


Method = Literal["REQUEST", "UPDATE", "CANCEL", "COUNTER", "REPLY", "PUBLISH", "NONE"]


class Invitation(BaseModel):
    """What an invitation says. Absent is None or empty, never a guess.

    `method` is that of iTIP; UPDATE is a request that changes an earlier one, NONE is text that is
    no invitation. One time is in `start`, several on offer are in `proposed_times`.
    """

    method: Method
    uid: str | None = None
    company: str | None = None
    role: str | None = None
    summary: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    duration_minutes: int | None = None
    timezone: str | None = None
    location: str | None = None
    link: str | None = None
    dial_in: list[DialIn] = Field(default_factory=list[DialIn])
    organizer: str | None = None
    organizer_email: str | None = None
    attendees: list[Attendee] = Field(default_factory=list[Attendee])
    proposed_times: list[ProposedTime] = Field(default_factory=list[ProposedTime])
    reply_by: datetime | None = None
    asks: list[str] = Field(default_factory=list[str])
    """What the person is asked to do: `confirm`, `choose`, `propose`, `bring:…`."""
    sequence: int | None = None
    recurring: bool = False
    language: str | None = None
    known_event_id: str | None = None
    """The event in the calendar that this invitation is about, where there is one."""
    conflicts: list[str] = Field(default_factory=list[str])
    reply: str | None = None
    """A draft of the answer: yes to the first free time, or three others. Not sent."""
    warnings: list[str] = Field(default_factory=list[str])


class Imported(BaseModel):
    """How many events came in; `event_ids` in the order of the file."""

    imported: int
    updated: int = 0
    removed: int = 0
    event_ids: list[str] = Field(default_factory=list[str])
    warnings: list[str] = Field(default_factory=list[str])


class Exported(BaseModel):
    """A calendar file as text, and where it was written."""

    ics: str
    path: str
    events: int
    warnings: list[str] = Field(default_factory=list[str])
