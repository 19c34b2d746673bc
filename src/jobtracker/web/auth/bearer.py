"""A program proves itself by an API token: `Authorization: Bearer jt_…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection, Request

from jobtracker.accounts.keys import TOKEN_PREFIX
from jobtracker.core.errors import AuthNeeded
from jobtracker.web.context import Principal

if TYPE_CHECKING:
    from jobtracker.accounts.model import ApiToken
    from jobtracker.web.auth.state import Auth

_MAX_TOKEN = 16_000


def bearer(connection: HTTPConnection) -> str | None:
    """Return the bearer token of the request; None without one (RFC 6750, section 2.1).

    Raises:
        AuthNeeded: more than one `Authorization`, or one that is no token.
    """
    given = connection.headers.getlist("authorization")
    if not given:
        return None
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    if len(given) > 1 or not token or len(token) > _MAX_TOKEN or not token.isascii():
        raise AuthNeeded("send one token: Authorization: Bearer …")
    return token


class TokenAuthenticator:
    """Takes our own API tokens; a bearer token of another shape is left to the next."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def authenticate(self, request: Request) -> Principal | None:
        """Return whose token it is.

        Raises:
            AuthNeeded: the token is unknown, expired or revoked.
        """
        token = bearer(request)
        if token is None or not token.startswith(TOKEN_PREFIX):
            return None
        remembered = self._auth.remembered_tokens
        found: ApiToken | None = remembered.get(token)
        if found is not None and found.expires_at <= self._auth.core.clock.now():
            found = None
        if found is None:
            tokens = self._auth.tokens
            found = await run_sync(remembered.look_up, token, tokens.find)
        if found is None:
            raise AuthNeeded("this token is unknown, expired or revoked; make a new one")
        return Principal(found.user_id, "token", frozenset(found.scopes), session_id=found.id)


class NoOtherBearer:
    """The last of the line: a bearer token that nobody knows is an error, not an absence."""

    async def authenticate(self, request: Request) -> Principal | None:
        """Return None where the request carries no token.

        Raises:
            AuthNeeded: it carries one, and no authenticator knew it.
        """
        if request.headers.get("authorization") is None:
            return None
        raise AuthNeeded("this server accepts API tokens: Authorization: Bearer jt_…")
