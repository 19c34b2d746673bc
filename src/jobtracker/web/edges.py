"""What differs by the kind of client: the shape of an error, and the challenge to authenticate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from jobtracker.web.api.openai import PATHS
from jobtracker.web.mcp import challenge, scopes_of, server_of
from jobtracker.web.openai_model import error_response

if TYPE_CHECKING:
    from jobtracker.core.settings import Settings


class Edges:
    """Notes, before anybody can refuse the request, how a refusal has to look."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            path: str = scope["path"]
            if any(path == known or path.startswith(f"{known}/") for known in PATHS):
                scope["jobtracker.error_shape"] = error_response
            elif (name := server_of(path)) is not None:
                request = Request(scope)
                wrong = {"error": "invalid_token"} if "authorization" in request.headers else {}
                more = {**wrong, "scope": " ".join(scopes_of(name))}
                scope["jobtracker.challenge"] = challenge(self._settings, request, name, **more)
        await self._app(scope, receive, send)
