"""Applications: the pipeline, follow-ups, statistics, exports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.applications.model import (
    ApplicationDetails,
    ApplicationPage,
    ApplicationStats,
    Contact,
    DeletedApplication,
    Details,
    Document,
    Draft,
    DraftMark,
    NextActions,
    PlannedReminder,
    Reminders,
    Round,
    Status,
    StatusFilter,
    TrackedApplication,
)
from jobtracker.web.api.files import file_answer, file_docs
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Cursor, Id, Limit, api, fields, returns
from jobtracker.web.api.words import Language, Tone

router = APIRouter(prefix="/v1/applications", tags=["applications"], route_class=IdempotentRoute)
EXPORTS = ("text/csv", "application/json", "text/calendar", "application/pdf")
Reading = Annotated[Api, Depends(api("applications:read"))]
Writing = Annotated[Api, Depends(api("applications:write"))]


class NewApplication(BaseModel):
    """An application: to a posting by its id, or to a company with a title."""

    job_id: str | None = Field(default=None, max_length=200)
    company: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, max_length=200)
    status: Status | None = None
    date: str | None = Field(default=None, max_length=40, description="ISO 8601 date.")
    note: str | None = Field(default=None, max_length=10_000)
    details: Details | None = None


class ApplicationPatch(BaseModel):
    """What changes; absent fields stay. `undo` takes the last change back."""

    status: Status | None = None
    note: str | None = Field(default=None, max_length=10_000)
    date: str | None = Field(default=None, max_length=40, description="ISO 8601 date.")
    details: Details | None = None
    contact: Contact | None = None
    round: Round | None = None
    document: Document | None = None
    draft: DraftMark | None = None
    undo: bool | None = None


class NewReminder(BaseModel):
    """What to be reminded of, and when (RFC 3339, or a day)."""

    text: Annotated[str, Field(min_length=1, max_length=300)]
    due: Annotated[str, Field(max_length=40)]
    application_id: Annotated[str, Field(max_length=60)] | None = None


class FollowUp(BaseModel):
    """How a follow-up is worded."""

    tone: Tone | None = None
    language: Language | None = None


@router.get("", responses=returns(ApplicationPage), response_model=None)
async def list_applications(
    api: Reading, status: StatusFilter = "all", limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List applications, last changed first."""
    page = await api.call("list_applications", status=status, limit=limit, cursor=cursor)
    return api.page(page)


@router.post("", status_code=201, responses=returns(TrackedApplication, 201), response_model=None)
async def track_application(api: Writing, body: NewApplication) -> Response:
    """Track an application; one that is known already is moved on instead (200)."""
    made = await api.call("track_application", **fields(body))
    where = {"Location": f"/v1/applications/{made['application_id']}"}
    return api.answer(made, 201 if made["created"] else 200, where)


@router.get("/stats", responses=returns(ApplicationStats), response_model=None)
async def stats(api: Reading) -> Response:
    """Return funnel, response rates with their intervals, and what changed."""
    return api.answer(await api.call("application_stats"))


@router.get("/next-actions", responses=returns(NextActions), response_model=None)
async def next_actions(
    api: Reading, limit: Limit = 10, horizon_days: Annotated[int, Query(ge=0, le=365)] = 14
) -> Response:
    """Return what is due, most urgent first, each with its reason."""
    return api.answer(await api.call("next_actions", limit=limit, horizon_days=horizon_days))


@router.get("/reminders", responses=returns(Reminders), response_model=None)
async def list_reminders(api: Reading, unread: bool = True, limit: Limit = 20) -> Response:
    """Return what the person was reminded of, newest first."""
    return api.answer(await api.call("list_reminders", unread=unread, limit=limit))


@router.post(
    "/reminders", status_code=201, responses=returns(PlannedReminder, 201), response_model=None
)
async def set_reminder(api: Writing, body: NewReminder) -> Response:
    """Remind the person of something at a time; the same text and time is kept once."""
    return api.answer(await api.call("set_reminder", **fields(body)), 201)


@router.delete("/reminders/{reminder_id}", responses=returns(Reminders), response_model=None)
async def dismiss_reminder(api: Writing, reminder_id: Id) -> Response:
    """Mark a reminder as seen, or what was asked for as done; return those that are left."""
    return api.answer(await api.call("dismiss_reminder", reminder_id=reminder_id))


@router.get("/export", responses=file_docs(*EXPORTS), response_model=None)
async def export(
    api: Reading,
    format: Annotated[str, Query(pattern="^(csv|json|ics|rav)$")] = "csv",
    month: Annotated[str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] = None,
    language: Language | None = None,
) -> Response:
    """Download the applications; `rav` is the Swiss proof of personal efforts of a month (PDF)."""
    made = await api.call("export_applications", format=format, month=month, language=language)
    return await file_answer(api, made)


@router.get("/{application_id}", responses=returns(ApplicationDetails), response_model=None)
async def get_application(api: Reading, application_id: Id) -> Response:
    """Return one application with its history."""
    return api.answer(await api.call("get_application", application_id=application_id))


@router.patch("/{application_id}", responses=returns(ApplicationDetails), response_model=None)
async def update_application(api: Writing, application_id: Id, body: ApplicationPatch) -> Response:
    """Change an application; with `If-Match` only the state that was read."""
    if "if-match" in api.request.headers:
        api.unchanged(await api.call("get_application", application_id=application_id))
    done = await api.call("update_application", application_id=application_id, **fields(body))
    return api.answer(done)


@router.delete("/{application_id}", responses=returns(DeletedApplication), response_model=None)
async def delete_application(api: Writing, application_id: Id) -> Response:
    """Delete an application and all that hangs on it; asks first (428)."""
    return api.answer(await api.call("delete_application", application_id=application_id))


@router.post("/{application_id}/follow-ups", responses=returns(Draft), response_model=None)
async def draft_follow_up(api: Writing, application_id: Id, body: FollowUp) -> Response:
    """Draft a follow-up; it waits in the reviews and is sent by the person."""
    made = await api.call("draft_follow_up", application_id=application_id, **fields(body))
    return api.answer(made)
