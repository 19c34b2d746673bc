"""Access tokens of an authorization server, for MCP clients (OAuth 2.1 resource server).

A token (a JWT, RFC 9068) counts where `oauth.issuer` has signed it, it is good now, and its
audience is the very resource that is asked (RFC 8707): `<public url>/mcp/<server>`, or the whole
server. Its subject must have been linked to an account by signing in once through that issuer
(`[oidc]`). Its scopes are ours by name, or by the table `oauth.scopes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from anyio.to_thread import run_sync
from starlette.requests import Request

from jobtracker.core.errors import AuthNeeded
from jobtracker.web.auth.bearer import bearer
from jobtracker.web.auth.issuer import Issuer
from jobtracker.web.auth.origin import own_origin
from jobtracker.web.context import SCOPES, Principal

if TYPE_CHECKING:
    from jobtracker.web.auth.state import Auth

MCP = "/mcp"


class OAuthAuthenticator:
    """Takes bearer tokens of the configured authorization server."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth
        settings = auth.core.settings.oauth
        self._settings = settings
        self._issuer = Issuer(auth.core, settings.issuer, settings.jwks_url)

    async def authenticate(self, request: Request) -> Principal | None:
        """Return whose token it is; None for what is no JWT.

        Raises:
            AuthNeeded: forged, expired, for another resource, or of somebody without an account.
        """
        token = bearer(request)
        if token is None or token.count(".") != 2:
            return None
        public = self._auth.core.settings.server.public_url
        wanted = resources(own_origin(request, public), request.url.path)
        return await run_sync(self._check, token, wanted)

    def _check(self, token: str, wanted: list[str]) -> Principal:
        audience = {"essential": True, "values": wanted}
        _, claims = self._issuer.verify(token, self._settings.algorithms, aud=audience)
        subject = str(claims["sub"])
        account = self._auth.identities.find(self._issuer.name, subject)
        if account is None or account.disabled:
            raise AuthNeeded(
                "nobody here has this login; sign in once in the browser through the same service"
            )
        session_id = str(claims.get("jti", ""))[:64]
        scopes = granted(claims, self._settings.scopes)
        return Principal(account.user_id, "oauth", scopes, session_id=session_id)


def resources(origin: str, path: str) -> list[str]:
    """Return the resource identifiers that a token for this path may name."""
    accepted = [origin, f"{origin}/"]
    if path == MCP or path.startswith(f"{MCP}/"):
        accepted.append(origin + path.rstrip("/"))
    return accepted


def granted(claims: dict[str, Any], table: dict[str, list[str]]) -> frozenset[str]:
    """Return our scopes that the claims `scope` (RFC 9068) or `scp` give."""
    raw: Any = claims.get("scope", claims.get("scp", ""))
    if isinstance(raw, str):
        given = raw.split()
    elif isinstance(raw, list):
        given = [str(one) for one in cast("list[Any]", raw)]
    else:
        given = []
    ours = {mine for one in given for mine in table.get(one, [one])}
    return frozenset(ours & set(SCOPES))
