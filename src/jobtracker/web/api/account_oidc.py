"""Signing in by another service: two steps of a browser, and the linked logins of an account.

`GET /v1/account/oidc/{id}/login?next=/path` sends the browser to the service, which sends it back
to `…/callback`; then it is signed in and at `next`. Who is signed in already adds the login to the
account instead.
"""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import RedirectResponse

from jobtracker.core.errors import AuthNeeded
from jobtracker.web.api.rest import PROBLEMS
from jobtracker.web.auth import cookies
from jobtracker.web.auth.login import (
    open_session,
    peer,
    require_accounts,
    require_proof,
    session_of,
)
from jobtracker.web.auth.origin import local_path, own_origin
from jobtracker.web.auth.state import Auth, AuthDep
from jobtracker.web.context import Principal, PrincipalDep

router = APIRouter(prefix="/v1/account", tags=["account"], responses=PROBLEMS)
Key = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,32}$", description="A provider of the options.")]
_SECONDS = 300


class Identity(BaseModel):
    """A linked login."""

    provider: str
    issuer: str


class IdentityList(BaseModel):
    """The linked logins."""

    identities: list[Identity]


@router.get("/oidc/{key}/login", status_code=303, response_class=RedirectResponse)
async def begin_login(
    request: Request, key: Key, auth: AuthDep,
    next: Annotated[str, Query(max_length=2000)] = "/",
) -> Response:  # fmt: skip
    """Send the browser to the service."""
    require_accounts(auth)
    await auth.throttle.hit("login-address", peer(request))
    who: Principal | None = request.scope.get("jobtracker.principal")
    user = None
    if who is not None and who.method == "session":
        await require_proof(request, who, auth)
        user = who.user
    callback = _callback(request, auth, key)
    begun = await run_sync(auth.oidc.begin, key, callback, local_path(next), user)
    response = RedirectResponse(begun.url, 303)
    response.set_cookie(
        _cookie(request), begun.cookie, max_age=_SECONDS, path="/", httponly=True,
        secure=cookies.is_secure(request), samesite="lax",
    )  # fmt: skip
    return response


@router.get("/oidc/{key}/callback", status_code=303, response_class=RedirectResponse)
async def finish_login(
    request: Request, key: Key, auth: AuthDep,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    iss: Annotated[str | None, Query(max_length=300)] = None,
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Take the browser back from the service and sign it in."""
    require_accounts(auth)
    await auth.throttle.hit("login-address", peer(request))
    if error or not code or not state:
        raise AuthNeeded("the service did not sign you in; try again, or another way")
    finished = await run_sync(
        auth.oidc.finish, key, _callback(request, auth, key), code, state, iss,
        request.cookies.get(_cookie(request)),
    )  # fmt: skip
    response = RedirectResponse(finished.target, 303)
    if not finished.linked:
        await open_session(request, response, auth, finished.account, f"oidc:{key}"[:16])
    response.delete_cookie(_cookie(request), path="/", secure=cookies.is_secure(request))
    return response


@router.get("/identities")
async def list_identities(who: PrincipalDep, auth: AuthDep) -> IdentityList:
    """List the linked logins."""
    session_of(who, auth)
    found = await run_sync(auth.identities.all_of, who.user)
    return IdentityList(identities=[Identity(provider=one, issuer=by) for one, by in found])


@router.delete("/identities/{key}", status_code=204)
async def unlink_identity(request: Request, key: Key, who: PrincipalDep, auth: AuthDep) -> Response:
    """Take a linked login away; asks for a fresh proof."""
    session_of(who, auth)
    await require_proof(request, who, auth)
    await run_sync(auth.identities.unlink, who.user, key)
    return Response(status_code=204)


def _callback(request: Request, auth: Auth, key: str) -> str:
    origin = own_origin(request, auth.core.settings.server.public_url)
    return f"{origin}/v1/account/oidc/{key}/callback"


def _cookie(request: Request) -> str:
    name = cookies.SECURE_COOKIE if cookies.is_secure(request) else cookies.LOOPBACK_COOKIE
    return f"{name}-oidc"
