"""MCP over HTTP: `/mcp` with every tool, `/mcp/<server>` with those of one, and who may call them.

This server is an OAuth 2.1 protected resource. Where a token is missing or holds too little, the
answer says where to get one (RFC 6750, RFC 9728; MCP 2026-07-28, Authorization).
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, FastAPI
from mcp.server.auth.middleware.auth_context import auth_context_var
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jobtracker.core.errors import AuthNeeded, JobTrackerError, NotFound
from jobtracker.web.context import SERVERS, Principal, Web, WebDep
from jobtracker.web.mcp_host import ALL, NAMES, McpHost, Served
from jobtracker.web.mcp_scopes import identity
from jobtracker.web.problems import Problem, on_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from jobtracker.core.settings import Settings

METADATA = "/.well-known/oauth-protected-resource"
PREFIX = "/mcp"
router = APIRouter(tags=["mcp"])


class ResourceMetadata(BaseModel):
    """What a client needs to get a token for this resource (RFC 9728, section 2)."""

    resource: str
    authorization_servers: list[str]
    scopes_supported: list[str]
    bearer_methods_supported: list[str] = ["header"]
    resource_name: str
    resource_documentation: str | None = None


def base_url(settings: Settings, request: Request) -> str:
    """Return the address by which clients know this server."""
    return settings.server.public_url or f"{request.url.scheme}://{request.url.netloc}"


def path_of(name: str) -> str:
    """Return the path of a server's endpoint."""
    return PREFIX if name == ALL else f"{PREFIX}/{name}"


def scopes_of(name: str) -> list[str]:
    """Return the scopes that the tools of a server need."""
    servers = SERVERS if name == ALL else (name,)
    return [f"{server}:{access}" for server in servers for access in ("read", "write")]


@router.get(METADATA, response_model_exclude_none=True)
@router.get(METADATA + PREFIX, response_model_exclude_none=True)
async def metadata(request: Request, web: WebDep) -> ResourceMetadata:
    """Describe this server as a protected resource."""
    return _metadata(request, web, ALL)


@router.get(METADATA + PREFIX + "/{server}", response_model_exclude_none=True)
async def server_metadata(request: Request, web: WebDep, server: str) -> ResourceMetadata:
    """Describe one MCP server as a protected resource."""
    if server not in SERVERS:
        raise NotFound(f"there is no MCP server {server[:40]!r}; one of: {', '.join(SERVERS)}")
    return _metadata(request, web, server)


def _metadata(request: Request, web: Web, name: str) -> ResourceMetadata:
    settings = web.core.settings
    base = base_url(settings, request)
    return ResourceMetadata(
        resource=f"{base}{path_of(name)}",
        authorization_servers=[settings.oauth.issuer] if settings.oauth.issuer else [],
        scopes_supported=scopes_of(name),
        resource_name=f"Job Tracker Pro: {name.replace('_', ' ')}",
    )


def server_of(path: str) -> str | None:
    """Return the server whose endpoint the path is; None for any other path."""
    if path == PREFIX:
        return ALL
    name = path.removeprefix(f"{PREFIX}/")
    return name if name in SERVERS and path.startswith(f"{PREFIX}/") else None


def challenge(settings: Settings, request: Request, name: str, **more: str) -> str:
    """Return the `WWW-Authenticate` of a refusal: what went wrong and where to get a token."""
    fields = {
        **more,
        "resource_metadata": f"{base_url(settings, request)}{METADATA}{path_of(name)}",
    }
    return "Bearer " + ", ".join(f'{key}="{value}"' for key, value in fields.items())


def mount(app: FastAPI) -> None:
    """Add the endpoints; `app.state.mcp` is to hold an open `McpHost` while the app serves."""
    endpoints = {path_of(name): Endpoint(name) for name in NAMES}
    for path, endpoint in endpoints.items():
        app.router.routes.append(Route(path, endpoint=cast("Any", endpoint)))
    app.add_middleware(Door, endpoints=endpoints)


class Door:
    """Lets requests for MCP in by their path: to look through all routes would cost as much as a
    small tool. The table of routes names the endpoints all the same.
    """

    def __init__(self, app: ASGIApp, *, endpoints: Mapping[str, Endpoint]) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        scope["endpoint"] = endpoint
        try:
            await endpoint(scope, receive, send)
        except JobTrackerError as exc:
            await (await on_error(Request(scope), exc))(scope, receive, send)


class Endpoint:
    """One server's endpoint: who may speak to it, then the SDK."""

    def __init__(self, name: str) -> None:
        self.path = path_of(name)
        self._name = name
        self._scopes = tuple(scopes_of(name))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        who = cast("Principal | None", scope.get("jobtracker.principal"))
        if who is None:
            raise AuthNeeded("send a token: Authorization: Bearer …")
        if scope["method"] != "POST":
            # Nothing is kept between requests: there is no stream to open and no session to end.
            answer = Response(status_code=405, headers={"Allow": "POST"})
            await answer(scope, receive, send)
            return
        host = cast("McpHost", scope["app"].state.mcp)
        served = await host.get(self._name)
        if not all(map(who.may, self._scopes)):
            receive = await self._checked(Request(scope, receive), served, who)
        headers: dict[bytes, bytes] = dict(scope["headers"])
        method = headers.get(b"mcp-method", b"").decode("latin-1")
        app = served.answering(method, headers.get(b"mcp-name", b"").decode("latin-1"))
        if b"mcp-protocol-version" not in headers and b"mcp-session-id" not in headers:
            send = _named(send)
        token = auth_context_var.set(identity(who))
        try:
            await app(scope, receive, send)
        finally:
            auth_context_var.reset(token)

    async def _checked(self, request: Request, served: Served, who: Principal) -> Receive:
        """Refuse what the token does not allow with the scope that would; the tools check again.

        Raises:
            Problem: 403, with the challenge that asks for the missing scope.
        """
        if not any(map(who.may, self._scopes)):
            raise self._insufficient(request, " ".join(self._scopes))
        body = await request.body()
        needed = served.scopes.get(_called(body))
        if needed is not None and not who.may(needed):
            raise self._insufficient(request, needed)
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await request.receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again

    def _insufficient(self, request: Request, scope: str) -> Problem:
        web = cast("Web", request.app.state.web)
        header = challenge(
            web.core.settings, request, self._name, error="insufficient_scope", scope=scope
        )
        return Problem(
            403,
            f"this token lacks the scope {scope}; get one that has it",
            headers={"WWW-Authenticate": header},
        )


def _named(send: Send) -> Send:
    """Give a client of the older era, when it first comes, the session id that some expect.

    It is a name and no more: nothing is kept under it, and any replica serves whoever sends it.
    """

    async def named(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(scope=message)["Mcp-Session-Id"] = secrets.token_hex(16)
        await send(message)

    return named


def _called(body: bytes) -> str:
    """Return the tool that a JSON-RPC request calls; nothing where it is another request."""
    try:
        message: Any = json.loads(body)
        if message["method"] == "tools/call":
            return str(message["params"]["name"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""  # the SDK answers what is no request
    return ""
