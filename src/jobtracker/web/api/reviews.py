"""Drafts that wait for the person: letters, follow-ups, messages. Nothing is sent by itself."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from jobtracker.core.errors import NotFound
from jobtracker.web.api.idempotency import IdempotentRoute
from jobtracker.web.api.rest import Api, Id, api, returns
from jobtracker.web.context import require

router = APIRouter(prefix="/v1/reviews", tags=["reviews"], route_class=IdempotentRoute)
Letters = Annotated[Api, Depends(api("resume:read"))]
Applications = Annotated[Api, Depends(api("applications:read"))]
Coaching = Annotated[Api, Depends(api("coaching:read"))]
MAX_APPLICATIONS = 50


class WaitingDraft(BaseModel):
    """One draft; `review_id` is what a decision names."""

    review_id: str
    kind: Literal["letter", "follow_up", "outreach"]
    subject: str
    text: str
    about: str = ""
    missing: list[str] = Field(default_factory=list[str])
    created_at: str | None = None


class Reviews(BaseModel):
    """All drafts that wait, newest first."""

    reviews: list[WaitingDraft]


class Decision(BaseModel):
    """What the person decides; a draft that is approved is sent by the person."""

    decision: Literal["approve", "discard"]


class Decided(BaseModel):
    """The draft that no longer waits."""

    review_id: str
    decision: Literal["approve", "discard"]


@router.get("", responses=returns(Reviews), response_model=None)
async def list_reviews(
    letters: Letters, applications: Applications, coaching: Coaching
) -> Response:
    """List what waits for a decision."""
    found = await asyncio.gather(_letters(letters), _follow_ups(applications), _outreach(coaching))
    drafts = [draft for part in found for draft in part]
    drafts.sort(key=lambda draft: draft["created_at"] or "", reverse=True)
    return letters.answer({"reviews": drafts})


async def _letters(api: Api) -> list[dict[str, Any]]:
    listed = await api.call("list_reviews")
    return [
        _draft(f"letter:{item['review_id']}", item["kind"], item, item["about"])
        for item in listed["reviews"]
    ]


async def _follow_ups(api: Api) -> list[dict[str, Any]]:
    page = await api.call("list_applications", status="open", limit=MAX_APPLICATIONS)
    ids = [item["application_id"] for item in page["applications"]]
    details = await asyncio.gather(
        *(api.call("get_application", application_id=one) for one in ids)
    )
    return [
        _draft(
            f"follow_up:{one['application_id']}:{draft['draft_id']}",
            "follow_up",
            draft,
            f"{one['title']}, {one['company']}",
        )
        for one in details
        for draft in one["drafts"]
        if draft["status"] == "review"
    ]


async def _outreach(api: Api) -> list[dict[str, Any]]:
    listed = await api.call("list_outreach_drafts")
    return [
        _draft(f"outreach:{item['draft_id']}", "outreach", item, "") for item in listed["drafts"]
    ]


def _draft(review_id: str, kind: str, item: dict[str, Any], about: str) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "kind": kind,
        "subject": item["subject"],
        "text": item["text"],
        "about": about,
        "missing": item["missing"],
        "created_at": item.get("created_at"),
    }


def _writing(request: Request, given: Api, scope: str) -> Api:
    return Api(request, require(given.who, scope), given.web, scope.partition(":")[0])


@router.post("/{review_id}", responses=returns(Decided), response_model=None)
async def decide(request: Request, given: Letters, review_id: Id, body: Decision) -> Response:
    """Approve or discard a draft; the request itself is the person's yes."""
    kind, _, rest = review_id.partition(":")
    approve = body.decision == "approve"
    mark = "sent" if approve else "discarded"
    if kind == "letter":
        acting = _writing(request, given, "resume:write")
        await acting.call("decide_review", yes=True, review_id=rest, approve=approve)
    elif kind == "follow_up" and ":" in rest:
        application, _, draft = rest.partition(":")
        acting = _writing(request, given, "applications:write")
        await acting.call(
            "update_application",
            application_id=application,
            draft={"draft_id": draft, "status": mark},
        )
    elif kind == "outreach":
        acting = _writing(request, given, "coaching:write")
        await acting.call("decide_outreach_draft", draft_id=rest, status=mark)
    else:
        raise NotFound(f"there is no review {review_id[:60]!r}; list them first")
    return given.answer({"review_id": review_id, "decision": body.decision})
