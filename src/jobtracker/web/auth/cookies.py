"""The cookie of a session, and the token that goes with it against forged requests.

`__Host-` binds the cookie to this very host, over https only (RFC 6265bis, section 4.1.3.2). On
loopback without https the prefix is not possible; there the cookie has another name.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from jobtracker.accounts.keys import derived, same, seed_of
from jobtracker.core.errors import Forbidden

SECURE_COOKIE = "__Host-jobtracker"
LOOPBACK_COOKIE = "jobtracker"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SECONDS_A_DAY = 86_400


def is_secure(connection: HTTPConnection) -> bool:
    """Tell whether the browser speaks https, directly or to a trusted proxy."""
    return connection.scope.get("scheme") in ("https", "wss")


def session_key(connection: HTTPConnection) -> str | None:
    """Return the session key that the browser sent."""
    name = SECURE_COOKIE if is_secure(connection) else LOOPBACK_COOKIE
    return connection.cookies.get(name) or None


def set_session(connection: HTTPConnection, response: Response, key: str, days: float) -> None:
    """Give the browser its session key."""
    secure = is_secure(connection)
    response.set_cookie(
        SECURE_COOKIE if secure else LOOPBACK_COOKIE,
        key,
        max_age=int(days * _SECONDS_A_DAY),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_session(connection: HTTPConnection, response: Response) -> None:
    """Take the session key from the browser."""
    secure = is_secure(connection)
    name = SECURE_COOKIE if secure else LOOPBACK_COOKIE
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def csrf_token(key: str) -> str:
    """Return the token that a page of ours sends along, derived from its session's key."""
    return derived(seed_of(key), "csrf")


def check_csrf(connection: HTTPConnection, key: str) -> None:
    """Refuse a request that changes something and does not come from a page of ours.

    Raises:
        Forbidden: the header is missing or belongs to another session.
    """
    if connection.scope.get("method", "GET") in SAFE_METHODS:
        return
    if not same(connection.headers.get(CSRF_HEADER, ""), csrf_token(key)):
        raise Forbidden(
            f"the header {CSRF_HEADER} is missing or old; take it from GET /v1/account/session"
        )
