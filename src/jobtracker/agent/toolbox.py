"""The agent's hands: every skill, reached over MCP.

Servers are connected in memory, over stdio or over HTTP, as `config/servers.toml` says. A side
effect that a server asks the person about (elicitation) is stopped here and comes back as
`ConfirmationNeeded`; the same call goes through once the person said yes to that very question.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import anyio
from mcp.client.client import Client
from mcp.client.session import ClientRequestContext
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent
from pydantic import ValidationError

from jobtracker.agent.mind.port import Outcome, ToolCall, ToolSpec
from jobtracker.core.errors import JobTrackerError, Unavailable

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

USER_META = "jobtracker/user"
LANGUAGE_META = "jobtracker/language"
_PREFIX = "Error executing tool "


@dataclass(frozen=True)
class Connection:
    """How one server is reached.

    `open` makes the in-memory server; `command` starts a stdio server; `url` is an HTTP endpoint.
    """

    name: str
    transport: Literal["memory", "stdio", "http"]
    open: Callable[[], MCPServer[Any]] | None = None
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    url: str = ""


class ConfirmationNeeded(Exception):
    """A server asks the person before it changes something outside."""

    def __init__(self, call: ToolCall, question: str) -> None:
        super().__init__(question)
        self.call = call
        self.question = question


@dataclass
class _Approval:
    """What the person has said yes to (`granted`) and what a server asked during a call."""

    granted: str | None
    asked: str | None = None


_APPROVAL: ContextVar[_Approval | None] = ContextVar("approval", default=None)


async def _answer(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    approval = _APPROVAL.get()
    if approval is None:
        return ElicitResult(action="cancel")
    approval.asked = params.message
    if approval.granted == params.message:
        return ElicitResult(action="accept", content={"confirm": True})
    return ElicitResult(action="cancel")


async def _already_valid(name: str, result: CallToolResult) -> None:
    """Skip the client's check of a result that a server in this process has just made of its model.

    It costs 0.13 s at the first call and milliseconds at each; other transports keep it.
    """


class Toolbox:
    """Servers, their tools, and calls to them. A server is connected when it is first needed."""

    def __init__(self, connections: Sequence[Connection], timeout_seconds: float) -> None:
        self._connections = {connection.name: connection for connection in connections}
        self._timeout = timeout_seconds
        self._clients: dict[str, Client] = {}
        self._tools: dict[str, ToolSpec] = {}
        self._wanted: asyncio.Queue[tuple[str, asyncio.Future[None]] | None] = asyncio.Queue()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._owner: asyncio.Task[None] | None = None
        self.failures: dict[str, str] = {}

    @property
    def tools(self) -> list[ToolSpec]:
        """All tools of the servers that are connected."""
        return list(self._tools.values())

    def find(self, tool: str) -> ToolSpec | None:
        """Return the tool of that name, which is unique over all connected servers."""
        return self._tools.get(tool)

    async def __aenter__(self) -> Self:
        # Clients hold task groups that must be left in the task that entered them.
        self._owner = asyncio.create_task(self._own())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._owner is not None:
            self._wanted.put_nowait(None)
            await self._owner

    async def connect_all(self) -> None:
        """Connect every server; one that fails is named in `failures`, the others serve."""
        for name in self._connections:
            await self.connect(name)

    async def connect(self, name: str) -> bool:
        """Connect a server unless it is; return whether it can be called."""
        if name in self._clients:
            return True
        if name not in self._connections:
            return False
        waiting = self._waiting.get(name)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[name] = waiting
            self._wanted.put_nowait((name, waiting))
        await asyncio.shield(waiting)
        return name in self._clients

    async def _own(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            while wanted := await self._wanted.get():
                name, waiting = wanted
                try:
                    await stack.enter_async_context(self._open(self._connections[name]))
                    self.failures.pop(name, None)
                except (MCPError, JobTrackerError, OSError, TimeoutError, ImportError) as exc:
                    self.failures[name] = str(exc) or type(exc).__name__
                finally:
                    self._waiting.pop(name, None)
                    if not waiting.done():
                        waiting.set_result(None)

    @contextlib.asynccontextmanager
    async def _open(self, connection: Connection) -> AsyncGenerator[None]:
        async with Client(_target(connection), elicitation_callback=_answer) as client:
            async with asyncio.timeout(self._timeout):
                listed = await client.list_tools()
            self._clients[connection.name] = client
            if connection.transport == "memory":
                client.session.validate_tool_result = _already_valid
            for tool in listed.tools:
                hints = tool.annotations
                self._tools[tool.name] = ToolSpec(
                    server=connection.name,
                    name=tool.name,
                    title=tool.title or tool.name,
                    description=tool.description or "",
                    input_schema=tool.input_schema,
                    read_only=bool(hints and hints.read_only_hint),
                )
            yield

    async def call(
        self, call: ToolCall, user: str, granted: str | None = None, language: str = ""
    ) -> Outcome:
        """Run one call for the user; `granted` is the question that the person said yes to.

        `language` is the person's: servers of ours word in it what they say to people.

        Raises:
            ConfirmationNeeded: the server asks the person first, or asks something else now.
        """
        await self.connect(call["server"])
        client = self._clients.get(call["server"])
        if client is None:
            reason = self.failures.get(call["server"], "it is not configured")
            return _failed(call, f"unavailable: the {call['server']} server: {reason}", 0.0)
        approval = _Approval(granted)
        token = _APPROVAL.set(approval)
        meta = {USER_META: user} | ({LANGUAGE_META: language} if language else {})
        started = time.perf_counter()
        try:
            outcome = await self._bounded(client, call, meta, started)
        finally:
            _APPROVAL.reset(token)
        if approval.asked is not None and approval.asked != granted:
            raise ConfirmationNeeded(call, approval.asked)
        return outcome

    async def _bounded(
        self, client: Client, call: ToolCall, meta: dict[str, str], started: float
    ) -> Outcome:
        # A tool may sit in a thread that cannot be cancelled: the wait ends, not the thread. It is
        # left by its scope and not by `task.cancel()`, which would cut the task off from the
        # thread: so the thread can see that nobody waits for it, and lets its worker be killed.
        scope = anyio.CancelScope()

        async def ask() -> CallToolResult:
            with scope:
                return await client.call_tool(
                    call["tool"], call["arguments"], meta=cast("Any", meta)
                )
            raise Unavailable(f"{call['tool']} was left")

        task = asyncio.create_task(ask())
        task.add_done_callback(lambda left: left.cancelled() or left.exception())
        try:
            done, _ = await asyncio.wait({task}, timeout=self._timeout)
        except asyncio.CancelledError:
            scope.cancel()
            raise
        if not done:
            scope.cancel()
            text = f"unavailable: {call['tool']} did not answer within {self._timeout:g} s"
            return _failed(call, text, _elapsed(started))
        try:
            return _outcome(call, task.result(), _elapsed(started))
        except (MCPError, ValidationError, RuntimeError) as exc:
            return _failed(call, f"unavailable: {str(exc).splitlines()[0]}", _elapsed(started))


def _target(connection: Connection) -> Any:
    if connection.transport == "memory":
        if connection.open is None:
            raise Unavailable(f"server {connection.name} has no module in servers.toml")
        return connection.open()
    if connection.transport == "stdio":
        return StdioServerParameters(
            command=connection.command[0],
            args=list(connection.command[1:]),
            env=dict(connection.environment),
        )
    return connection.url


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _outcome(call: ToolCall, result: CallToolResult, elapsed_ms: float) -> Outcome:
    if result.is_error:
        texts = [block.text for block in result.content if isinstance(block, TextContent)]
        text = " ".join(texts).removeprefix(f"{_PREFIX}{call['tool']}: ")
        return _failed(call, text or "unavailable: no reason given", elapsed_ms)
    structured = result.structured_content
    if structured is None:
        texts = [block.text for block in result.content if isinstance(block, TextContent)]
        structured = {"text": "\n".join(texts)}
    return Outcome(
        **call, ok=True, result=structured, error=None, declined=False, elapsed_ms=elapsed_ms
    )


def _failed(call: ToolCall, error: str, elapsed_ms: float) -> Outcome:
    return Outcome(
        **call, ok=False, result=None, error=error, declined=False, elapsed_ms=elapsed_ms
    )
