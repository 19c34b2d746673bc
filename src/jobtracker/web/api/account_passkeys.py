"""Passkeys: signing in with one, and one's own.

Both ceremonies take two steps. `…/options` answers `{challenge, options}`; the browser passes
`options` to `navigator.credentials.create()` or `.get()` (as `publicKey`, JSON after WebAuthn
level 3), and sends `{challenge, credential}` back within five minutes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from jobtracker.accounts.model import Passkey
from jobtracker.web.api.account import SignedIn
from jobtracker.web.api.rest import PROBLEMS, Id
from jobtracker.web.auth.login import (
    open_session,
    peer,
    require_accounts,
    require_proof,
    session_of,
)
from jobtracker.web.auth.origin import own_origin
from jobtracker.web.auth.state import Auth, AuthDep
from jobtracker.web.context import PrincipalDep

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)
ADDING, SIGNING_IN = "passkey-add", "passkey-login"


class Ceremony(BaseModel):
    """What the browser is given: `options` in WebAuthn's JSON, and the key of this ceremony."""

    challenge: str
    options: dict[str, Any]


class Assertion(BaseModel):
    """The browser's answer, as `credential.toJSON()` gives it."""

    model_config = ConfigDict(extra="forbid")

    challenge: str = Field(min_length=1, max_length=200)
    credential: dict[str, Any]


class NewPasskey(Assertion):
    """A passkey that the browser has made, with a name to know it by."""

    name: str = Field(default="", max_length=200)


class PasskeyItem(BaseModel):
    """A passkey; `backed_up`: the device keeps a copy elsewhere."""

    id: str
    name: str
    backed_up: bool
    created_at: str
    used_at: str | None


class PasskeyList(BaseModel):
    """The passkeys, the newest first."""

    passkeys: list[PasskeyItem]


@router.post("/login/passkey/options")
async def login_options(request: Request, auth: AuthDep) -> Ceremony:
    """Begin signing in with a passkey."""
    require_accounts(auth)
    await auth.throttle.hit("login-address", peer(request))
    wanted, options = await run_sync(auth.passkeys.begin_login, _host(request, auth))
    key = await run_sync(auth.challenges.put, SIGNING_IN, None, {"challenge": wanted})
    return Ceremony(challenge=key, options=options)


@router.post("/login/passkey", response_model_exclude_none=True)
async def login(request: Request, response: Response, body: Assertion, auth: AuthDep) -> SignedIn:
    """Finish signing in with a passkey; no second factor is asked, a passkey is both."""
    require_accounts(auth)
    await auth.throttle.hit("login-address", peer(request))
    begun = await run_sync(auth.challenges.take, SIGNING_IN, body.challenge)
    user = await run_sync(
        auth.passkeys.verify, begun.data["challenge"], body.credential, _host(request, auth),
        _origin(request, auth),
    )  # fmt: skip
    account = await run_sync(auth.accounts.get, user)
    return SignedIn.model_validate(await open_session(request, response, auth, account, "passkey"))


@router.get("/passkeys")
async def list_passkeys(who: PrincipalDep, auth: AuthDep) -> PasskeyList:
    """List the passkeys."""
    session_of(who, auth)
    found = await run_sync(auth.passkeys.all_of, who.user)
    return PasskeyList(passkeys=[_item(one) for one in found])


@router.post("/passkeys/options")
async def add_options(request: Request, who: PrincipalDep, auth: AuthDep) -> Ceremony:
    """Begin adding a passkey; asks for a fresh proof (403 `proof_needed`)."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    wanted, options = await run_sync(auth.passkeys.begin_adding, who.user, _host(request, auth))
    key = await run_sync(auth.challenges.put, ADDING, who.user, {"challenge": wanted})
    return Ceremony(challenge=key, options=options)


@router.post("/passkeys", status_code=201)
async def add_passkey(
    request: Request, body: NewPasskey, who: PrincipalDep, auth: AuthDep
) -> PasskeyItem:
    """Finish adding a passkey."""
    session_of(who, auth)
    begun = await run_sync(auth.challenges.take, ADDING, body.challenge)
    made = await run_sync(
        auth.passkeys.add, _same(begun.user, who.user), begun.data["challenge"], body.credential,
        body.name, _host(request, auth), _origin(request, auth),
    )  # fmt: skip
    return _item(made)


@router.delete("/passkeys/{passkey_id}", status_code=204)
async def remove_passkey(
    request: Request, passkey_id: Id, who: PrincipalDep, auth: AuthDep
) -> Response:
    """Remove a passkey; asks for a fresh proof."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    await run_sync(auth.passkeys.remove, who.user, passkey_id)
    return Response(status_code=204)


def _same(begun: str | None, user: str) -> str:
    from jobtracker.core.errors import AuthNeeded

    if begun != user:
        raise AuthNeeded("this was begun by somebody else; start again")
    return user


def _origin(request: Request, auth: Auth) -> str:
    return own_origin(request, auth.core.settings.server.public_url)


def _host(request: Request, auth: Auth) -> str:
    return urlsplit(_origin(request, auth)).hostname or "localhost"


def _item(made: Passkey) -> PasskeyItem:
    return PasskeyItem(
        id=made.id,
        name=made.name,
        backed_up=made.backed_up,
        created_at=made.created_at.isoformat(timespec="seconds"),
        used_at=made.used_at.isoformat(timespec="seconds") if made.used_at else None,
    )
