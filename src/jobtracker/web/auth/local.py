"""Single-user mode: whoever reaches the loopback address is the person of this machine."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from starlette.datastructures import URL
from starlette.requests import Request

from jobtracker.core.errors import Forbidden
from jobtracker.web.context import Principal

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


def is_loopback(host: str) -> bool:
    """Tell whether the host name or address is this machine's own loopback."""
    name = host.strip("[]")
    if name in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class LocalAuthenticator:
    """Trusts the connection, but neither another machine nor another site's page in the browser.

    A page elsewhere can make the browser send requests to loopback (cross-site request forgery),
    also under a name of its own that it points at 127.0.0.1 (DNS rebinding): the names in `Host`
    and `Origin` tell.
    """

    def __init__(self, user: str) -> None:
        self._person = Principal(user, "local", role="admin")

    async def authenticate(self, request: Request) -> Principal | None:
        """Return the local person.

        Raises:
            Forbidden: the request comes from elsewhere.
        """
        if request.client is not None and not is_loopback(request.client.host):
            raise Forbidden("without accounts this server answers its own machine only")
        if not _is_own_name(request.headers.get("host"), request.scope.get("server")):
            raise Forbidden("without accounts this server answers to localhost only")
        origin = request.headers.get("origin")
        if origin and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
            raise Forbidden("this request was made by a page of another site")
        followed = request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
        foreign = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if foreign and not followed:
            raise Forbidden("this request was made by a page of another site")
        return self._person


@lru_cache(maxsize=256)
def _is_own_name(host: str | None, server: tuple[str, int | None] | None) -> bool:
    """Tell whether the address that a request is for names this machine itself."""
    headers = [] if host is None else [(b"host", host.encode("latin-1"))]
    url = URL(scope={"path": "/", "scheme": "http", "server": server, "headers": headers})
    return is_loopback(url.hostname or "")
