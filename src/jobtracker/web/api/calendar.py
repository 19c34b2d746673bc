"""The calendar: events, free time, invitations, interviews."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.calendars.model import (
    CalendarList,
    Cancelled,
    EventList,
    FreeTime,
    Imported,
    Invitation,
    Rescheduled,
    Scheduled,
    Suggestions,
)
from jobtracker.web.api.files import file_docs
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Cursor, Id, Limit, api, fields, returns

router = APIRouter(prefix="/v1/calendar", tags=["calendar"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("calendar:read"))]
Writing = Annotated[Api, Depends(api("calendar:write"))]
Instant = Annotated[str | None, Query(max_length=60, description="RFC 3339, or a local time.")]
Minutes = Annotated[int, Query(ge=1, le=1440)]


class InvitationText(BaseModel):
    """A mail's text, or an iCalendar file's."""

    text: str | None = Field(default=None, max_length=2_000_000)
    ics: str | None = Field(default=None, max_length=10_000_000)


class Interview(BaseModel):
    """An interview to book. `start` is RFC 3339, or local with `timezone`."""

    start: str = Field(max_length=60)
    company: str | None = Field(default=None, max_length=200)
    role: str | None = Field(default=None, max_length=200)
    duration_minutes: int | None = Field(default=None, ge=1, le=1440)
    timezone: str | None = Field(default=None, max_length=60)
    location: str | None = Field(default=None, max_length=500)
    link: str | None = Field(default=None, max_length=2000)
    application_id: str | None = Field(default=None, max_length=200)
    invitation_uid: str | None = Field(default=None, max_length=500)
    blocks: bool | None = None


class Move(BaseModel):
    """The new time."""

    start: str = Field(max_length=60)
    duration_minutes: int | None = Field(default=None, ge=1, le=1440)


class Ics(BaseModel):
    """An iCalendar file's text."""

    ics: str = Field(max_length=10_000_000)


@router.get("/calendars", responses=returns(CalendarList), response_model=None)
async def list_calendars(api: Reading) -> Response:
    """List the connected calendars."""
    return api.answer(await api.call("list_calendars"))


@router.get("/events", responses=returns(EventList), response_model=None)
async def list_events(
    api: Reading,
    start: Instant = None,
    end: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List events, recurring ones expanded."""
    page = await api.call("list_events", start=start, end=end, limit=limit, cursor=cursor)
    return api.page(page)


@router.get("/free", responses=returns(FreeTime), response_model=None)
async def find_free_time(
    api: Reading, start: Instant = None, end: Instant = None, duration_minutes: Minutes = 60
) -> Response:
    """Return free time within the working hours."""
    found = await api.call(
        "find_free_time", start=start, end=end, duration_minutes=duration_minutes
    )
    return api.answer(found)


@router.get("/suggestions", responses=returns(Suggestions), response_model=None)
async def suggest_times(
    api: Reading,
    start: Instant = None,
    end: Instant = None,
    duration_minutes: Minutes = 60,
    timezone: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """Suggest times for an interview, each with the reason."""
    found = await api.call(
        "suggest_interview_times",
        start=start,
        end=end,
        duration_minutes=duration_minutes,
        timezone=timezone,
    )
    return api.answer(found)


@router.post("/invitations/read", responses=returns(Invitation), response_model=None)
async def read_invitation(api: Reading, body: InvitationText) -> Response:
    """Read an invitation; nothing is booked."""
    return api.answer(await api.call("read_invitation", **fields(body)))


@router.post("/interviews", responses=returns(Scheduled), response_model=None)
async def schedule_interview(api: Writing, body: Interview) -> Response:
    """Book an interview with its preparation; asks first (428)."""
    return api.answer(await api.call("schedule_interview", **fields(body)))


@router.patch("/events/{event_id}", responses=returns(Rescheduled), response_model=None)
async def reschedule_event(api: Writing, event_id: Id, body: Move) -> Response:
    """Move an event; asks first (428)."""
    return api.answer(await api.call("reschedule_event", event_id=event_id, **fields(body)))


@router.delete("/events/{event_id}", responses=returns(Cancelled), response_model=None)
async def cancel_event(api: Writing, event_id: Id) -> Response:
    """Cancel an event and what was booked around it; asks first (428)."""
    return api.answer(await api.call("cancel_event", event_id=event_id))


@router.post("/import", responses=returns(Imported), response_model=None)
async def import_ics(api: Writing, body: Ics) -> Response:
    """Take over the events of an iCalendar file; asks first (428)."""
    return api.answer(await api.call("import_ics", ics=body.ics))


@router.get(
    "/export",
    responses=file_docs("text/calendar"),
    response_model=None,
)
async def export_ics(api: Reading, start: Instant = None, end: Instant = None) -> Response:
    """Download events as an iCalendar file."""
    made = await api.call("export_ics", start=start, end=end)
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    return Response(made["ics"], 200, headers, "text/calendar; charset=utf-8")
