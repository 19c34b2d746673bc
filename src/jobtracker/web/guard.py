"""Puts the middleware around the application, in the one right order."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.requests import Request

from jobtracker.web.auth.local import is_loopback
from jobtracker.web.auth.origin import SAFE_METHODS, check_origin
from jobtracker.web.auth.registry import authenticators
from jobtracker.web.context import Principal
from jobtracker.web.edges import edge_of
from jobtracker.web.middleware import Authenticate, Count, Gate, Rules

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core


def guard(app: FastAPI, core: Core) -> None:
    """Add the middleware. The last added is the first to see a request."""
    server = core.settings.server
    accounts = server.accounts != "off"
    rules = Rules(
        authenticate=_authenticate(core),
        max_bytes=server.max_body_mb * 1_000_000,
        body_seconds=server.body_seconds,
        https=server.public_url.startswith("https://"),
        # Without accounts the authenticator looks at the name.
        allowed=_own_name(server.public_url, server.host) if accounts else None,
        edge=edge_of(core.settings),
        count=_count(core) if accounts and server.rate_per_minute else None,
    )
    app.add_middleware(Gate, rules=rules)
    if server.trusted_proxies:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        # Outermost, so that all others see the caller's own address.
        app.add_middleware(
            cast("Any", ProxyHeadersMiddleware), trusted_hosts=server.trusted_proxies
        )


def _own_name(public_url: str, host: str) -> Any:
    """Return the test of a host name: the public one; without it this machine's and addresses."""
    public = (urlsplit(public_url).hostname or "").lower()

    @lru_cache(maxsize=256)
    def allowed(name: str) -> bool:
        if public:
            return name == public
        return name == host.lower() or is_loopback(name) or _is_address(name)

    return allowed


def _is_address(name: str) -> bool:
    """Tell whether the name is an address, which nobody can point elsewhere."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _authenticate(core: Core) -> Authenticate:
    ways = authenticators(core)
    server = core.settings.server

    async def authenticate(request: Request) -> Principal | None:
        for way in ways:
            if (found := await way.authenticate(request)) is not None:
                return found
        if request.method not in SAFE_METHODS:  # nor may another site sign somebody in
            check_origin(request, server.public_url)
        return None

    return authenticate


def _count(core: Core) -> Count:
    from jobtracker.web.auth.login import peer
    from jobtracker.web.auth.state import auth_of

    windows = ((core.settings.server.rate_per_minute, 60),)

    async def count(request: Request, who: Principal | None) -> None:
        key = f"user {who.user}" if who else f"address {peer(request)}"
        await auth_of(core).throttle.count("requests", windows, key)

    return count
