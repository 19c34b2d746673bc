"""The steps of signing in, as the endpoints and the middleware share them.

A first proof (password) either opens a session or, where the account has a second factor, gives a
challenge that a code finishes. Every sign-in opens a new session under a new key: a key that
somebody planted before is worth nothing (session fixation).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from jobtracker.accounts.keys import digest
from jobtracker.accounts.names import folded
from jobtracker.core.errors import Forbidden, JobTrackerError, NotSupported
from jobtracker.web.auth import cookies
from jobtracker.web.auth.throttle import network
from jobtracker.web.context import Principal
from jobtracker.web.problems import Problem

if TYPE_CHECKING:
    from jobtracker.accounts.model import Account, Session
    from jobtracker.web.auth.state import Auth

SECOND_FACTOR = "second_factor"
PROOF_MINUTES = 15
_DEVICE_DAYS = 400


class ProofNeeded(Problem):
    """403: the person has to prove again who they are: `POST /v1/account/proof`."""

    code = "proof_needed"

    def __init__(self) -> None:
        super().__init__(
            403, "prove again that it is you: send your password or a code to /v1/account/proof"
        )


def peer(request: Request) -> str:
    """Return the address of the caller as limits count it."""
    return network(request.client.host if request.client else "unknown")


def require_accounts(auth: Auth) -> None:
    """Refuse where the server knows one person only.

    Raises:
        NotSupported: it runs without accounts.
    """
    if auth.core.settings.server.accounts == "off":
        raise NotSupported(
            "this server runs for one person without accounts; set "
            "JOBTRACKER_SERVER__ACCOUNTS=invite to have some"
        )


def session_of(who: Principal, auth: Auth) -> Principal:
    """Return the principal where it is a browser's session of an account.

    Raises:
        Forbidden: a token asks; accounts are looked after in the browser only.
        NotSupported: the server runs without accounts.
    """
    require_accounts(auth)
    if who.method != "session":
        raise Forbidden("accounts are looked after in a browser's session, not with a token")
    return who


async def require_proof(request: Request, who: Principal, auth: Auth) -> None:
    """Let only those through who have just proved who they are.

    Raises:
        ProofNeeded: the last proof is older than a quarter of an hour.
    """
    key = cookies.session_key(request)
    session: Session | None = await run_sync(auth.sessions.find, key) if key else None
    oldest = auth.core.clock.now() - timedelta(minutes=PROOF_MINUTES)
    if session is None or session.id != who.session_id or session.proved_at < oldest:
        raise ProofNeeded


async def first_step(request: Request, auth: Auth, name: str, password: str) -> Account:
    """Check name and password, counted.

    Raises:
        AuthNeeded: they are wrong.
        RateLimited: too many tries.
    """
    device = _device(request, auth)
    compared, here = folded(name[:200]), peer(request)
    throttle = auth.throttle
    if device and device[0] == digest(compared):
        await throttle.hit("login-device", compared, device[1])
    else:
        await throttle.hit("login-here", compared, here)
        await throttle.hit("login-name", compared)
        await throttle.hit("login-address", here)
    account = await run_sync(auth.accounts.authenticate, name, password)
    await throttle.clear("login-here", compared, here)
    if device:
        await throttle.clear("login-device", compared, device[1])
    return account


async def open_session(
    request: Request, response: Response, auth: Auth, account: Account, method: str
) -> dict[str, object]:
    """Open a session for whoever has given all proofs; the browser's old one ends.

    Returns what the page needs: `{status: "signed_in", account, csrf, session_id}`.

    Raises:
        Forbidden: the account is disabled.
    """
    if account.disabled:
        raise Forbidden("this account is locked; ask the person who runs this server")
    await end_session(request, auth)
    label = request.headers.get("user-agent", "")[:120]
    key, session = await run_sync(auth.sessions.open, account.user_id, method, label)
    cookies.set_session(request, response, key, auth.core.settings.server.session_days)
    remember_device(request, response, auth, account)
    return {
        "status": "signed_in",
        "account": account_json(account),
        "csrf": cookies.csrf_token(key),
        "session_id": session.id,
    }


async def end_session(request: Request, auth: Auth) -> None:
    """End the session that the browser brought along, if any."""
    key = cookies.session_key(request)
    session = await run_sync(auth.sessions.find, key) if key else None
    if session is None:
        return
    await run_sync(auth.sessions.revoke, session.user_id, session.id, "signed_out")
    auth.forget(session.user_id)


def remember_device(request: Request, response: Response, auth: Auth, account: Account) -> None:
    """Mark the browser as one in which this person has signed in."""
    from jobtracker.accounts.keys import new_id

    secure = cookies.is_secure(request)
    value = auth.secrets.seal({"device": new_id(), "name": digest(folded(account.name))})
    response.set_cookie(
        _device_cookie(request),
        value,
        max_age=_DEVICE_DAYS * 86_400,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _device_cookie(request: Request) -> str:
    name = cookies.SECURE_COOKIE if cookies.is_secure(request) else cookies.LOOPBACK_COOKIE
    return f"{name}-device"


def _device(request: Request, auth: Auth) -> tuple[str, str] | None:
    """Return the digest of the name and the id of a browser that we know."""
    value = request.cookies.get(_device_cookie(request))
    if not value or len(value) > 1000:
        return None
    try:
        opened = auth.secrets.open(value)
    except JobTrackerError:
        return None
    return (opened["name"], opened["device"]) if {"name", "device"} <= opened.keys() else None


def account_json(account: Account) -> dict[str, object]:
    """Return an account as the person may see it."""
    return {
        "user_id": account.user_id,
        "name": account.name,
        "display_name": account.display_name,
        "role": account.role,
        "disabled": account.disabled,
        "has_password": account.has_password,
        "has_totp": account.has_totp,
        "created_at": account.created_at.isoformat(timespec="seconds"),
    }
