"""What may act for a person: the browsers that are signed in, API tokens; and what happened."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from jobtracker.accounts import audit
from jobtracker.accounts.model import ApiToken, Session
from jobtracker.core.errors import BadInput
from jobtracker.web.api.rest import PROBLEMS, Id, Limit
from jobtracker.web.auth import cookies
from jobtracker.web.auth.login import require_proof, session_of
from jobtracker.web.auth.state import AuthDep
from jobtracker.web.context import SCOPES, PrincipalDep

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)


class SessionItem(BaseModel):
    """A browser that is signed in. `label` is what it calls itself."""

    id: str
    label: str
    method: str
    created_at: str
    seen_at: str
    expires_at: str
    current: bool


class SessionList(BaseModel):
    """The browsers, the last used first."""

    sessions: list[SessionItem]


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


class TokenItem(BaseModel):
    """An API token without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    expires_at: str
    used_at: str | None


class TokenList(BaseModel):
    """The tokens, the newest first, and the scopes that one can have."""

    tokens: list[TokenItem]
    available_scopes: list[str]


class NewToken(BaseModel):
    """A token to be made; `days` is how long it lasts."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    scopes: list[str] = Field(min_length=1, max_length=50)
    days: float = Field(default=90, gt=0, le=366)


class MadeToken(TokenItem):
    """A new token with its secret, which is shown this once."""

    token: str


class EventItem(BaseModel):
    """Something that happened to the account; `subject` is the session's or token's id."""

    at: str
    kind: str
    subject: str
    method: str


class EventList(BaseModel):
    """What happened, newest first."""

    events: list[EventItem]


@router.get("/sessions")
async def list_sessions(who: PrincipalDep, auth: AuthDep) -> SessionList:
    """List the browsers in which the person is signed in."""
    session_of(who, auth)
    found = await run_sync(auth.sessions.all_of, who.user)
    return SessionList(sessions=[_session(item, who.session_id) for item in found])


@router.delete("/sessions/{session_id}", status_code=204)
async def end_one_session(
    request: Request, session_id: Id, who: PrincipalDep, auth: AuthDep
) -> Response:
    """Sign a browser out; another one than this asks for a fresh proof."""
    session_of(who, auth)
    if session_id != who.session_id:
        await require_proof(request, who, auth)
    await run_sync(auth.sessions.revoke, who.user, session_id)
    auth.forget(who.user)
    response = Response(status_code=204)
    if session_id == who.session_id:
        cookies.drop_session(request, response)
    return response


@router.delete("/sessions")
async def end_other_sessions(request: Request, who: PrincipalDep, auth: AuthDep) -> Ended:
    """Sign all other browsers out; asks for a fresh proof."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    ended = await run_sync(auth.sessions.revoke_all, who.user, who.session_id)
    auth.forget(who.user)
    return Ended(ended=ended)


@router.get("/tokens")
async def list_tokens(who: PrincipalDep, auth: AuthDep) -> TokenList:
    """List the API tokens."""
    session_of(who, auth)
    found = await run_sync(auth.tokens.all_of, who.user)
    tokens = [TokenItem.model_validate(_token(item)) for item in found]
    return TokenList(tokens=tokens, available_scopes=list(SCOPES))


@router.post("/tokens", status_code=201)
async def make_token(
    request: Request, body: NewToken, who: PrincipalDep, auth: AuthDep
) -> MadeToken:
    """Make a token; asks for a fresh proof (403 `proof_needed`)."""
    session_of(who, auth)
    if unknown := sorted(set(body.scopes) - set(SCOPES)):
        raise BadInput(f"scopes: {', '.join(unknown)[:200]} is none; see available_scopes")
    await require_proof(request, who, auth)
    key, made = await run_sync(auth.tokens.make, who.user, body.name, body.scopes, body.days)
    return MadeToken.model_validate({**_token(made), "token": key})


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(token_id: Id, who: PrincipalDep, auth: AuthDep) -> Response:
    """Revoke a token; it is refused from now on."""
    session_of(who, auth)
    await run_sync(auth.tokens.revoke, who.user, token_id)
    auth.forget(who.user)
    return Response(status_code=204)


@router.get("/events")
async def list_events(who: PrincipalDep, auth: AuthDep, limit: Limit = 50) -> EventList:
    """List what happened to the account: sign-ins, failures, tokens, changes."""
    session_of(who, auth)
    found = await run_sync(audit.recent, auth.core, who.user, limit)
    events = [
        EventItem(
            at=event.at.isoformat(timespec="seconds"),
            kind=event.kind,
            subject=event.subject,
            method=str(event.data.get("method", "")),
        )
        for event in found
    ]
    return EventList(events=events)


def _session(item: Session, current: str) -> SessionItem:
    return SessionItem(
        id=item.id,
        label=item.label,
        method=item.method,
        created_at=item.created_at.isoformat(timespec="seconds"),
        seen_at=item.seen_at.isoformat(timespec="seconds"),
        expires_at=item.expires_at.isoformat(timespec="seconds"),
        current=item.id == current,
    )


def _token(item: ApiToken) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "scopes": list(item.scopes),
        "created_at": item.created_at.isoformat(timespec="seconds"),
        "expires_at": item.expires_at.isoformat(timespec="seconds"),
        "used_at": item.used_at.isoformat(timespec="seconds") if item.used_at else None,
    }
