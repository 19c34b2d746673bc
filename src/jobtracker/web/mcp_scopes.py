"""What a token may do over MCP: read or write, server by server, checked at the tool itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.shared.exceptions import MCPError

from jobtracker.web.context import ALL_SCOPES, Principal

if TYPE_CHECKING:
    from mcp_types import Tool

Scopes = dict[str, str]
"""Tool → the scope that it needs."""
FORBIDDEN = -32003
_OPEN = frozenset(("initialize", "ping", "server/discover", "tools/list", "prompts/list"))


def scope_of(server: str, tool: Tool) -> str:
    """Return the scope of a tool: reading, where it says that it changes nothing."""
    hints = tool.annotations
    return f"{server}:{'read' if hints and hints.read_only_hint else 'write'}"


@lru_cache(maxsize=1024)
def identity(who: Principal) -> AuthenticatedUser:
    """Return the principal as the SDK knows one. The token itself stays outside."""
    scopes = sorted(scope for scope in ALL_SCOPES if who.may(scope))
    return AuthenticatedUser(
        AccessToken(token="", client_id=who.method, subject=who.user, scopes=scopes)
    )


def enforce(scopes: Mapping[str, str]) -> Any:
    """Return the middleware that lets a call through only with the scope of its tool.

    Whatever else a server may offer one day (resources, prompts) needs a scope of reading.
    """
    readers = {f"{scope.partition(':')[0]}:read" for scope in scopes.values()}

    async def checked(ctx: Any, call_next: Any) -> Any:
        method = str(ctx.method)
        if method in _OPEN or method.startswith("notifications/"):
            return await call_next(ctx)
        token = get_access_token()
        held = set(token.scopes) if token is not None else set[str]()
        if method == "tools/call":
            params = cast("Mapping[str, Any]", ctx.params or {})
            needed = scopes.get(str(params.get("name")))
            if needed is not None and needed not in held:
                raise MCPError(FORBIDDEN, f"forbidden: this needs the scope {needed}")
        elif not held & readers:
            raise MCPError(FORBIDDEN, "forbidden: this needs a scope of this server")
        return await call_next(ctx)

    return checked
