"""The settings that shape what a person sees; they are read here and changed by the operator.

No secret is among them, and no address of a store: who signs in is not who runs the server.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from jobtracker.web.api.rest import Api, api, returns

router = APIRouter(prefix="/v1/settings", tags=["settings"])
Reading = Annotated[Api, Depends(api("chat"))]


class WorkingHours(BaseModel):
    """When interviews are suggested, in local time."""

    start: str
    end: str
    days: list[int] = Field(description="ISO weekdays, Monday is 1.")


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
    """The settings of this server as a person meets them."""

    language: str = Field(description="Of the answers, BCP 47; empty: that of the message.")
    timezone: str = Field(description="IANA name.")
    working_hours: WorkingHours
    mind: MindView
    accounts: Literal["off", "invite", "open"]
    limits: Limits


@router.get("", responses=returns(SettingsView), response_model=None)
async def read_settings(rest: Reading) -> Response:
    """Return the settings that shape answers, times and limits."""
    settings = rest.web.core.settings
    server, model, work = settings.server, settings.llm.model, settings.calendar
    view = SettingsView(
        language=settings.language,
        timezone=settings.zone.key,
        working_hours=WorkingHours(
            start=f"{work.work_start:%H:%M}", end=f"{work.work_end:%H:%M}", days=work.work_days
        ),
        mind=MindView(kind="llm" if model else "embedded", model=model),
        accounts=server.accounts,
        limits=Limits(
            max_body_mb=server.max_body_mb,
            rate_per_minute=server.rate_per_minute,
            session_idle_hours=server.session_idle_hours,
            session_days=server.session_days,
        ),
    )
    return rest.answer(view.model_dump())
