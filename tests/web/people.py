"""People who use a server with accounts, each with a browser of their own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings
from jobtracker.web.app import create_app

PASSWORD = "gondola-tempest-velour-9"


@contextlib.asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Any]:
    """Open an application for these settings."""
    core = Core(settings)
    try:
        application = create_app(core)
        async with application.router.lifespan_context(application):
            yield application
    finally:
        core.close()


class Person:
    """A browser: it keeps cookies and sends the token that goes with changes."""

    def __init__(self, app: Any, base: str, address: str = "198.51.100.7") -> None:
        self.app = app
        self.base = base
        self.user_id = ""
        self.name = ""
        transport = httpx.ASGITransport(app, client=(address, 50000), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=base)

    async def sign_up(self, name: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Register; keeps the session and its token."""
        body = {"name": name, "password": password, **more}
        answer = await self.client.post("/v1/account/register", json=body)
        assert answer.status_code == 201, answer.text
        self.take(answer)
        return answer

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in; keeps the session where that is all."""
        answer = await self.client.post(
            "/v1/account/login", json={"name": name, "password": password}
        )
        if answer.status_code == 200 and answer.json()["status"] == "signed_in":
            self.take(answer)
        return answer

    def take(self, answer: httpx.Response) -> None:
        """Keep the token of a session that was opened."""
        body = answer.json()
        self.name = body["account"]["name"]
        self.user_id = body["account"]["user_id"]
        self.client.headers["X-CSRF-Token"] = body["csrf"]

    async def token(self, *scopes: str, days: float = 30) -> httpx.AsyncClient:
        """Make an API token; return a client that uses it, without cookies."""
        body = {"name": "a program", "scopes": list(scopes), "days": days}
        answer = await self.client.post("/v1/account/tokens", json=body)
        assert answer.status_code == 201, answer.text
        return self.bearing(answer.json()["token"])

    def bearing(self, token: str) -> httpx.AsyncClient:
        """Return a client that sends the bearer token."""
        transport = httpx.ASGITransport(self.app, client=("198.51.100.8", 50000))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers)


People = Callable[..., Awaitable[Person]]
"""Signs somebody up."""
