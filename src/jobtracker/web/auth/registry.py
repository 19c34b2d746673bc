"""Who may prove to be whom, and how: the one table of authenticators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request

from jobtracker.web.auth.local import LocalAuthenticator
from jobtracker.web.context import Principal

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core


class Authenticator(Protocol):
    """One way to prove an identity."""

    async def authenticate(self, request: Request) -> Principal | None:
        """Return who the request proves to come from; None where it carries no such proof.

        Raises:
            AuthNeeded: it carries a proof that is wrong, expired or revoked.
            Forbidden: the proof is right, and the request is not allowed all the same.
        """
        ...


def authenticators(core: Core) -> list[Authenticator]:
    """Return the authenticators that the settings call for, the first that answers wins.

    A token goes before a cookie: whoever sends one means it, and another site's page cannot.
    """
    if core.settings.server.accounts == "off":
        return [LocalAuthenticator(core.settings.user)]
    from jobtracker.web.auth.bearer import NoOtherBearer, TokenAuthenticator
    from jobtracker.web.auth.session import SessionAuthenticator
    from jobtracker.web.auth.state import auth_of

    auth = auth_of(core)
    ways: list[Authenticator] = [TokenAuthenticator(auth)]
    if core.settings.oauth.issuer:
        from jobtracker.web.auth.oauth import OAuthAuthenticator

        ways.append(OAuthAuthenticator(auth))
    return [*ways, NoOtherBearer(), SessionAuthenticator(auth)]
