"""The settings as a person meets them: their own, which they change, and the server's.

Each own setting is kept where it works: language, zone and colours in `core.personal`, working
hours by the calendar's tool, what is searched for by default among the memories. Of the server's no
secret is told, and no address of a store: who signs in is not who runs it.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from jobtracker.core.personal import zones
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, api, returns
from jobtracker.web.api.settings_search import SearchChange, SearchView, change_search, read_search

router = APIRouter(prefix="/v1/settings", tags=["settings"], route_class=IdempotentRoute)
Reading = Annotated[Api, Depends(api("chat"))]
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
_HOURS = {"start": "work_start", "end": "work_end", "days": "work_days"}
"""Where the calendar's tool has another name."""


class WorkingHours(BaseModel):
    """When interviews are suggested, and what is kept free; in local time."""

    start: str
    end: str
    days: list[int] = Field(description="ISO weekdays, Monday is 1.")
    lunch: str = Field(description="HH:MM-HH:MM; empty: no lunch break.")
    buffer_minutes: int = Field(description="Kept free before and after an interview.")
    notice_hours: int = Field(description="No interview is suggested sooner.")
    travel_minutes: int = Field(description="Put around an interview with a place.")


class MindView(BaseModel):
    """Who answers: the embedded mind, or a model with the embedded one behind it."""

    kind: Literal["embedded", "llm"]
    model: str = Field(description="As `llm.model` names it; empty for the embedded mind.")


class Limits(BaseModel):
    """What one may send and how long one stays signed in."""

    max_body_mb: int
    rate_per_minute: int = Field(description="0: no limit.")
    session_idle_hours: float
    session_days: float


class SettingsView(BaseModel):
    """The person's own settings, then those of the server as a person meets them."""

    language: str = Field(description="Of answers and pages, BCP 47; empty: that of the message.")
    timezone: str = Field(description="IANA name.")
    theme: Literal["auto", "light", "dark"]
    chosen: list[Literal["language", "timezone", "theme"]] = Field(
        description="What the person has chosen; the others are as the server is set."
    )
    working_hours: WorkingHours
    search: SearchView
    mind: MindView
    accounts: Literal["off", "invite", "open"]
    limits: Limits


class WorkingHoursChange(BaseModel):
    """What of the working hours changes; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    start: str | None = Field(default=None, pattern=_CLOCK)
    end: str | None = Field(default=None, pattern=_CLOCK)
    days: list[Annotated[int, Field(ge=1, le=7)]] | None = Field(
        default=None, min_length=1, max_length=7, description="ISO weekdays, Monday is 1."
    )
    lunch: str | None = Field(
        default=None, max_length=11, description="HH:MM-HH:MM; empty: no lunch break."
    )
    buffer_minutes: int | None = Field(default=None, ge=0, le=240)
    notice_hours: int | None = Field(default=None, ge=0, le=720)
    travel_minutes: int | None = Field(default=None, ge=0, le=480)


class SettingsChange(BaseModel):
    """What changes; the rest stays. An empty text gives the choice back to the server."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["", "en", "de", "fr", "it"] | None = None
    timezone: str | None = Field(default=None, max_length=64, description="IANA name.")
    theme: Literal["", "auto", "light", "dark"] | None = None
    working_hours: WorkingHoursChange | None = None
    search: SearchChange | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name and name not in zones():
            raise ValueError("not an IANA name such as Europe/Zurich")
        return name


@router.get("", responses=returns(SettingsView), response_model=None)
async def read_settings(rest: Reading) -> Response:
    """Return the settings that shape answers, times and limits."""
    return rest.answer(await _view(rest))


@router.patch("", responses=returns(SettingsView), response_model=None)
async def change_settings(rest: Reading, body: SettingsChange) -> Response:
    """Change the person's own settings; with `If-Match` only the state that was read."""
    if "if-match" in rest.request.headers:
        rest.unchanged(await _view(rest))
    given = body.model_dump(exclude_unset=True, exclude_none=True)
    hours: dict[str, Any] = given.pop("working_hours", {})
    search = given.pop("search", None)
    if hours:  # first: of all that may be given, the tool alone can still refuse something
        changed = {_HOURS.get(key, key): value for key, value in hours.items()}
        await _calendar(rest).call("working_time", **changed)
    if search:
        memory = rest.web.assistant.memory
        await asyncio.to_thread(change_search, memory, rest.who.user, search, rest.language())
    if given:
        await asyncio.to_thread(rest.web.core.personal.change, rest.who.user, given)
    return rest.answer(await _view(rest))


def _calendar(rest: Api) -> Api:
    return Api(rest.request, rest.who, rest.web, "calendar")


async def _view(rest: Api) -> dict[str, Any]:
    core, user = rest.web.core, rest.who.user
    settings, server = core.settings, core.settings.server
    own = await asyncio.to_thread(core.personal.get, user)
    work = await _calendar(rest).call("working_time")
    found = await asyncio.to_thread(read_search, rest.web.assistant.memory, user)
    model = settings.llm.model
    view = SettingsView(
        language=own.language or settings.language,
        timezone=own.timezone or settings.zone.key,
        theme=own.theme or "auto",
        chosen=cast("Any", list(own.model_dump(exclude_defaults=True))),
        working_hours=WorkingHours.model_validate(
            {key: work[_HOURS.get(key, key)] for key in WorkingHours.model_fields}
        ),
        search=found,
        mind=MindView(kind="llm" if model else "embedded", model=model),
        accounts=server.accounts,
        limits=Limits(
            max_body_mb=server.max_body_mb,
            rate_per_minute=server.rate_per_minute,
            session_idle_hours=server.session_idle_hours,
            session_days=server.session_days,
        ),
    )
    return view.model_dump()
