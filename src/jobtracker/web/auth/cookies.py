"""The cookies: of a session, with its token against forged requests, and of what a page looks like.

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


def preference(connection: HTTPConnection, name: str) -> str:
    """Return what the person has chosen for all pages (language, colours); empty where nothing."""
    return connection.cookies.get(_preference(connection, name), "")


def set_preference(connection: HTTPConnection, response: Response, name: str, value: str) -> None:
    """Keep a choice for a year. Pages set it themselves as well, so scripts may read it."""
    response.set_cookie(
        _preference(connection, name),
        value,
        max_age=365 * _SECONDS_A_DAY,
        path="/",
        secure=is_secure(connection),
        httponly=False,
        samesite="lax",
    )


def _preference(connection: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if is_secure(connection) else name


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
