"""The MCP servers of this process, for HTTP: built when first asked for, stateless, one owner.

Each request stands for itself, so any replica can answer it. A question to the person (elicitation)
travels as sealed state with the answer of protocol 2026-07-28, under a key that replicas share.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from typing import TYPE_CHECKING, Any, Self

from jobtracker.core.errors import JobTrackerError, Unavailable
from jobtracker.web.context import SERVERS
from jobtracker.web.mcp_scopes import Scopes, enforce, scope_of

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from mcp_types import Tool
    from starlette.types import ASGIApp

    from jobtracker.core.bootstrap import Core

ALL = "all"
NAMES = (*SERVERS, ALL)
_TRACER = "OpenTelemetryMiddleware"
_log = logging.getLogger("jobtracker.web")


class Served:
    """One server: its two ASGI applications, and which scope each of its tools needs.

    `streaming` tells of progress while a tool works, and keeps a silent connection open; tasks and
    queues for every request are the price. `plain` answers when it has the answer: for what is
    soon done that is half the work. `slow` are the tools that reach the network.
    """

    def __init__(
        self, streaming: ASGIApp, plain: ASGIApp, scopes: Scopes, slow: frozenset[str]
    ) -> None:
        self._streaming = streaming
        self._plain = plain
        self._slow = slow
        self.scopes = scopes

    def answering(self, method: str, name: str) -> ASGIApp:
        """Return what answers a request by its headers `Mcp-Method` and `Mcp-Name`.

        The SDK refuses a body that says something else. The older era has neither header, and
        may be told of progress by any request.
        """
        if not method or (method == "tools/call" and name in self._slow):
            return self._streaming
        return self._plain


class McpHost:
    """Opens servers on demand; they live as long as the host."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._served: dict[str, Served] = {}
        self._waiting: dict[str, asyncio.Future[Served]] = {}
        self._wanted: asyncio.Queue[str | None] = asyncio.Queue()
        self._owner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        # A session manager holds a task group, which must be left in the task that entered it.
        self._owner = asyncio.create_task(self._own())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._wanted.put_nowait(None)
        if self._owner is not None:
            await self._owner
        for waiting in self._waiting.values():
            waiting.cancel()

    async def get(self, name: str) -> Served:
        """Return the server of that name, one of `NAMES`.

        Raises:
            Unavailable: it cannot be started.
        """
        if name in self._served:
            return self._served[name]
        waiting = self._waiting.get(name)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[name] = waiting
            self._wanted.put_nowait(name)
        return await asyncio.shield(waiting)

    async def _own(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            while name := await self._wanted.get():
                waiting = self._waiting[name]
                try:
                    served = await self._open(name, stack)
                except (JobTrackerError, ImportError, OSError, RuntimeError, ValueError):
                    _log.exception("the MCP server %s does not start", name)
                    waiting.set_exception(Unavailable(f"the {name} server does not start", 30))
                    waiting.exception()  # it is told to those who wait, if any still do
                else:
                    self._served[name] = served
                    waiting.set_result(served)
                del self._waiting[name]

    async def _open(self, name: str, stack: contextlib.AsyncExitStack) -> Served:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        server = await asyncio.to_thread(self._build, name)
        tools = await self._tools(name, server)
        scopes = {tool.name: scope_of(owner, tool) for owner, tool in tools}
        if not self._core.settings.server.traces_url:
            # Spans that nobody collects; dropping it from the list is the SDK's way to opt out.
            own = [one for one in server.middleware if type(one).__name__ != _TRACER]
            server.middleware[:] = own
        server.middleware.append(enforce(scopes))
        limit = self._core.settings.server.max_body_mb * 1_000_000
        # Whose Host and Origin are accepted is decided before, for all routes alike.
        anybody = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(
            stateless_http=True, max_request_body_size=limit, transport_security=anybody
        )
        streaming = server.session_manager
        plain = StreamableHTTPSessionManager(
            streaming.app,
            json_response=True,
            stateless=True,
            security_settings=anybody,
            max_request_body_size=limit,
        )
        for manager in (streaming, plain):
            await stack.enter_async_context(manager.run())
        slow = frozenset(
            tool.name for _, tool in tools if tool.annotations and tool.annotations.open_world_hint
        )
        return Served(streaming.asgi_app, plain.asgi_app, scopes, slow)

    def _build(self, name: str) -> MCPServer[Any]:
        return importlib.import_module(f"mcp_servers.{name}.server").build(self._core, "http")

    async def _tools(self, name: str, server: MCPServer[Any]) -> list[tuple[str, Tool]]:
        """Return each tool with the server whose it is."""
        if name != ALL:
            return [(name, tool) for tool in await server.list_tools()]
        found: list[tuple[str, Tool]] = []
        for one in SERVERS:  # names of tools are unique over all servers
            found += await self._tools(one, await asyncio.to_thread(self._build, one))
        return found
