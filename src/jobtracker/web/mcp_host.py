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
    from starlette.types import ASGIApp

    from jobtracker.core.bootstrap import Core

ALL = "all"
NAMES = (*SERVERS, ALL)
_log = logging.getLogger("jobtracker.web")


class Served:
    """One server: its ASGI application, and which scope each of its tools needs."""

    def __init__(self, app: ASGIApp, scopes: Scopes) -> None:
        self.app = app
        self.scopes = scopes


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
        server = await asyncio.to_thread(self._build, name)
        scopes = await self._scopes(name, server)
        server.middleware.append(enforce(scopes))
        limit = self._core.settings.server.max_body_mb * 1_000_000
        # Whose Host and Origin are accepted is decided before, for all routes alike.
        from mcp.server.transport_security import TransportSecuritySettings

        server.streamable_http_app(
            stateless_http=True,
            max_request_body_size=limit,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        manager = server.session_manager
        await stack.enter_async_context(manager.run())
        return Served(manager.asgi_app, scopes)

    def _build(self, name: str) -> MCPServer[Any]:
        return importlib.import_module(f"mcp_servers.{name}.server").build(self._core, "http")

    async def _scopes(self, name: str, server: MCPServer[Any]) -> Scopes:
        if name != ALL:
            return {tool.name: scope_of(name, tool) for tool in await server.list_tools()}
        scopes: Scopes = {}
        for one in SERVERS:  # names of tools are unique over all servers
            built = await asyncio.to_thread(self._build, one)
            scopes.update(await self._scopes(one, built))
        return scopes
