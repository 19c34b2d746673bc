"""What an admin does: invites people, locks them out, gives them a new start.

An admin sees who has an account, and nothing of what they keep in it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from jobtracker.accounts.invitations import invite_url
from jobtracker.accounts.model import Invite
from jobtracker.core.errors import BadInput
from jobtracker.web.api.account import AccountOut
from jobtracker.web.api.rest import PROBLEMS, Id
from jobtracker.web.auth.login import account_json, require_proof, session_of
from jobtracker.web.auth.origin import own_origin
from jobtracker.web.auth.state import Auth, AuthDep
from jobtracker.web.context import Principal, admin

router = APIRouter(prefix="/v1/admin", tags=["admin"], responses=PROBLEMS)


def _admin(who: Annotated[Principal, Depends(admin)], auth: AuthDep) -> Principal:
    return session_of(who, auth)


Admin = Annotated[Principal, Depends(_admin)]


class AccountList(BaseModel):
    """All accounts, the oldest first."""

    accounts: list[AccountOut]


class AccountChange(BaseModel):
    """What is to change."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "admin"] | None = None
    disabled: bool | None = None


class InviteItem(BaseModel):
    """An open invitation without its key."""

    id: str
    kind: str
    role: Literal["user", "admin"]
    created_at: str
    expires_at: str


class InviteList(BaseModel):
    """The open invitations, the newest first."""

    invites: list[InviteItem]


class NewInvite(BaseModel):
    """An invitation to be made."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "admin"] = "user"


class MadeInvite(InviteItem):
    """An invitation with its key and the address to send; shown this once."""

    key: str
    url: str


@router.get("/accounts")
async def list_accounts(who: Admin, auth: AuthDep) -> AccountList:
    """List the accounts."""
    found = await run_sync(auth.accounts.all)
    return AccountList(accounts=[AccountOut.model_validate(account_json(one)) for one in found])


@router.patch("/accounts/{user_id}")
async def change_account(
    request: Request, user_id: Id, body: AccountChange, who: Admin, auth: AuthDep
) -> AccountOut:
    """Change a role, or lock somebody out and let them in again; asks for a fresh proof."""
    await require_proof(request, who, auth)
    account = await run_sync(auth.accounts.get, user_id)
    if body.role is not None:
        account = await run_sync(auth.accounts.set_role, user_id, body.role)
    if body.disabled is not None:
        if body.disabled and user_id == who.user:
            raise BadInput("disabled: you would lock yourself out; let another admin do it")
        account = await run_sync(auth.accounts.set_disabled, user_id, body.disabled)
    auth.forget(user_id)
    return AccountOut.model_validate(account_json(account))


@router.post("/accounts/{user_id}/reset", status_code=201)
async def reset_account(request: Request, user_id: Id, who: Admin, auth: AuthDep) -> MadeInvite:
    """Make a key by which the person sets a new password, good for a day."""
    await require_proof(request, who, auth)
    await run_sync(auth.accounts.get, user_id)
    key, made = await run_sync(auth.accounts.invite, "reset", "user", who.user, user_id)
    return _made(request, auth, key, made)


@router.delete("/accounts/{user_id}/sessions", status_code=204)
async def end_sessions(request: Request, user_id: Id, who: Admin, auth: AuthDep) -> Response:
    """Sign somebody out everywhere; asks for a fresh proof."""
    await require_proof(request, who, auth)
    await run_sync(auth.accounts.get, user_id)
    await run_sync(auth.sessions.revoke_all, user_id)
    auth.forget(user_id)
    return Response(status_code=204)


@router.get("/invites")
async def list_invites(who: Admin, auth: AuthDep) -> InviteList:
    """List the open invitations."""
    found = await run_sync(auth.accounts.invites)
    return InviteList(invites=[InviteItem.model_validate(_invite(one)) for one in found])


@router.post("/invites", status_code=201)
async def make_invite(request: Request, body: NewInvite, who: Admin, auth: AuthDep) -> MadeInvite:
    """Invite somebody; asks for a fresh proof."""
    await require_proof(request, who, auth)
    key, made = await run_sync(auth.accounts.invite, "invite", body.role, who.user)
    return _made(request, auth, key, made)


@router.delete("/invites/{invite_id}", status_code=204)
async def withdraw_invite(invite_id: Id, who: Admin, auth: AuthDep) -> Response:
    """Take an invitation back."""
    await run_sync(auth.accounts.withdraw, invite_id)
    return Response(status_code=204)


def _made(request: Request, auth: Auth, key: str, made: Invite) -> MadeInvite:
    origin = own_origin(request, auth.core.settings.server.public_url)
    url = invite_url(origin, made.kind, key)
    return MadeInvite.model_validate({**_invite(made), "key": key, "url": url})


def _invite(made: Invite) -> dict[str, str]:
    return {
        "id": made.id,
        "kind": made.kind,
        "role": made.role,
        "created_at": made.created_at.isoformat(timespec="seconds"),
        "expires_at": made.expires_at.isoformat(timespec="seconds"),
    }
