"""Registering, signing in and out, and one's own account: the JSON behind the sign-in page.

A page goes on like this: `GET /v1/account/options` (what this server offers), then `register` or
`login`. Both set the session's cookie and answer `{status: "signed_in", account, csrf,
session_id}`; a login with a second factor answers `{status: "second_factor", challenge, methods}`
first. Whatever changes something sends `csrf` as the header `X-CSRF-Token`; `GET
/v1/account/session` tells it again after a reload.
"""

from __future__ import annotations

from typing import Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from jobtracker.accounts import passwords
from jobtracker.core.errors import AuthNeeded
from jobtracker.web.api.rest import PROBLEMS
from jobtracker.web.auth import cookies
from jobtracker.web.auth.login import (
    SECOND_FACTOR,
    account_json,
    end_session,
    first_step,
    open_session,
    peer,
    require_accounts,
    require_proof,
    session_of,
)
from jobtracker.web.auth.state import AuthDep
from jobtracker.web.context import PrincipalDep

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountOut(BaseModel):
    """An account as its person sees it."""

    user_id: str
    name: str
    display_name: str
    role: Literal["user", "admin"]
    disabled: bool
    has_password: bool
    has_totp: bool
    created_at: str


class SignedIn(BaseModel):
    """Signed in (`status: signed_in`), or one step further (`status: second_factor`).

    Then `challenge` is sent with the code to `/v1/account/login/second` within five minutes.
    """

    status: Literal["signed_in", "second_factor"]
    account: AccountOut | None = None
    csrf: str | None = None
    session_id: str | None = None
    challenge: str | None = None
    methods: list[str] | None = None


class Options(BaseModel):
    """What the sign-in page may offer. `setup`: no account exists yet."""

    accounts: Literal["off", "invite", "open"]
    setup: bool
    passkeys: bool
    providers: list[dict[str, str]] = Field(description="Logins by other services: `id`, `name`.")
    password: dict[str, int] = Field(description="`min_length` and `max_length`.")


class SessionOut(BaseModel):
    """Who is asking, and the token that a page sends along; empty where none is needed."""

    method: Literal["local", "session", "token", "oauth"]
    user_id: str
    role: Literal["user", "admin"]
    scopes: list[str]
    session_id: str
    csrf: str
    account: AccountOut | None


class Registration(_Body):
    """A new account."""

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1024)
    display_name: str = Field(default="", max_length=400)
    invite: str = Field(default="", max_length=200)


class Login(_Body):
    """Name and password."""

    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=1024)


class SecondStep(_Body):
    """The code for a login that has begun: six digits, or a recovery code."""

    challenge: str = Field(min_length=1, max_length=200)
    code: str = Field(min_length=1, max_length=64)


class NewPassword(_Body):
    """A new password, with the present one where there is one."""

    current: str = Field(default="", max_length=1024)
    new: str = Field(min_length=1, max_length=1024)


class Reset(_Body):
    """A new password by the key that an admin has given."""

    key: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=1024)


class Proof(_Body):
    """A proof that it is still the same person: the password, or a code of the second factor."""

    password: str = Field(default="", max_length=1024)
    code: str = Field(default="", max_length=64)


class Rename(_Body):
    """The name that is shown."""

    display_name: str = Field(min_length=1, max_length=400)


@router.get("/options")
async def options(auth: AuthDep) -> Options:
    """Say what this server offers to somebody who is not signed in."""
    settings = auth.core.settings
    used = settings.server.accounts != "off"
    providers = settings.oidc.providers if used else {}
    return Options(
        accounts=settings.server.accounts,
        setup=used and await run_sync(auth.accounts.empty),
        passkeys=used,
        providers=[{"id": key, "name": found.name} for key, found in providers.items()],
        password={"min_length": passwords.MIN_LENGTH, "max_length": passwords.MAX_LENGTH},
    )


@router.post("/register", status_code=201, response_model_exclude_none=True)
async def register(
    request: Request, response: Response, body: Registration, auth: AuthDep
) -> SignedIn:
    """Make an account and sign in. Without open registration, `invite` is needed."""
    require_accounts(auth)
    await auth.throttle.hit("register", peer(request))
    account = await run_sync(
        auth.accounts.register, body.name, body.password, body.display_name, body.invite
    )
    return SignedIn.model_validate(await open_session(request, response, auth, account, "password"))


@router.post("/login", response_model_exclude_none=True)
async def login(request: Request, response: Response, body: Login, auth: AuthDep) -> SignedIn:
    """Sign in by name and password; 401 for any of them wrong, 429 after too many tries."""
    require_accounts(auth)
    account = await first_step(request, auth, body.name, body.password)
    if account.has_totp:
        data: dict[str, Any] = {"method": "password"}
        challenge = await run_sync(auth.challenges.put, SECOND_FACTOR, account.user_id, data)
        methods = ["totp", "recovery"]
        return SignedIn(status="second_factor", challenge=challenge, methods=methods)
    return SignedIn.model_validate(await open_session(request, response, auth, account, "password"))


@router.post("/login/second", response_model_exclude_none=True)
async def login_second(
    request: Request, response: Response, body: SecondStep, auth: AuthDep
) -> SignedIn:
    """Finish a login with a code of the second factor."""
    require_accounts(auth)
    begun = await run_sync(auth.challenges.try_once, SECOND_FACTOR, body.challenge)
    user = begun.user or ""
    await auth.throttle.hit("second-factor", user)
    method = await run_sync(auth.factors.verify, user, body.code)
    await run_sync(auth.challenges.take, SECOND_FACTOR, body.challenge)
    await auth.throttle.clear("second-factor", user)
    account = await run_sync(auth.accounts.get, user)
    opened = await open_session(request, response, auth, account, f"password+{method}"[:16])
    return SignedIn.model_validate(opened)


@router.post("/logout", status_code=204)
async def logout(request: Request, auth: AuthDep) -> Response:
    """End this browser's session."""
    response = Response(
        status_code=204, headers={"Clear-Site-Data": '"cache", "storage", "executionContexts"'}
    )
    await end_session(request, auth)
    cookies.drop_session(request, response)
    return response


@router.get("/session")
async def session(request: Request, who: PrincipalDep, auth: AuthDep) -> SessionOut:
    """Say who is asking, and give the token that goes with changes."""
    account = None
    if who.method != "local":
        account = AccountOut.model_validate(
            account_json(await run_sync(auth.accounts.get, who.user))
        )
    key = cookies.session_key(request) if who.method == "session" else None
    return SessionOut(
        method=who.method,
        user_id=who.user,
        role=who.role,
        scopes=sorted(who.scopes),
        session_id=who.session_id,
        csrf=cookies.csrf_token(key) if key else "",
        account=account,
    )


@router.get("")
async def read_account(who: PrincipalDep, auth: AuthDep) -> AccountOut:
    """Return the account of whoever is signed in."""
    session_of(who, auth)
    return AccountOut.model_validate(account_json(await run_sync(auth.accounts.get, who.user)))


@router.patch("")
async def change_account(body: Rename, who: PrincipalDep, auth: AuthDep) -> AccountOut:
    """Change the name that is shown."""
    session_of(who, auth)
    renamed = await run_sync(auth.accounts.rename, who.user, body.display_name)
    return AccountOut.model_validate(account_json(renamed))


@router.post("/proof", status_code=204)
async def prove(request: Request, body: Proof, who: PrincipalDep, auth: AuthDep) -> Response:
    """Prove again who is there; opens what answers `proof_needed` for a quarter of an hour.

    The session goes on under a new key; `csrf` stays as it is.
    """
    session_of(who, auth)
    await auth.throttle.hit("proof", who.user)
    if body.code:
        await run_sync(auth.factors.verify, who.user, body.code)
    elif body.password:
        await run_sync(auth.accounts.confirm_password, who.user, body.password)
    else:
        raise AuthNeeded("send your password, or a code of your second factor")
    await auth.throttle.clear("proof", who.user)
    key = await run_sync(auth.sessions.proved, cookies.session_key(request) or "")
    auth.forget(who.user)
    response = Response(status_code=204)
    cookies.set_session(request, response, key, auth.core.settings.server.session_days)
    return response


@router.post("/password", response_model_exclude_none=True)
async def change_password(
    request: Request, response: Response, body: NewPassword, who: PrincipalDep, auth: AuthDep
) -> SignedIn:
    """Change the password: all other sessions end, and this one gets a new key and `csrf`."""
    session_of(who, auth)
    account = await run_sync(auth.accounts.get, who.user)
    if account.has_password:
        await auth.throttle.hit("proof", who.user)
        await run_sync(auth.accounts.confirm_password, who.user, body.current)
        await auth.throttle.clear("proof", who.user)
    else:
        await require_proof(request, who, auth)
    await run_sync(auth.accounts.set_password, who.user, body.new)
    await run_sync(auth.sessions.revoke_all, who.user)
    auth.forget(who.user)
    account = await run_sync(auth.accounts.get, who.user)
    return SignedIn.model_validate(await open_session(request, response, auth, account, "password"))


@router.post("/password/reset", status_code=204)
async def reset_password(request: Request, body: Reset, auth: AuthDep) -> Response:
    """Set a new password with an admin's key; every session and token ends, then sign in."""
    require_accounts(auth)
    await auth.throttle.hit("register", peer(request))
    account = await run_sync(auth.accounts.reset, body.key, body.new)
    auth.forget(account.user_id)
    return Response(status_code=204)
