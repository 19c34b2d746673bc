"""What every server of ours is built from: identity, error mapping, confirmation, transports.

A tool validates, calls one service function and shapes the result. It is registered through
`ServerKit.tool`, which maps our errors to `ToolError` (what the model can fix is told to it; any
other exception is masked by the SDK).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast, get_args

from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import (
    Elicit,
    build_resolver_plans,
    find_resolved_parameters,
)
from mcp.server.mcpserver.tools import Tool, ToolManager
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from jobtracker import __version__
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError, NotSupported
from jobtracker.core.identity import user_id
from jobtracker.core.personal import answers_in
from jobtracker.core.speech import Language, speaking
from jobtracker.core.telemetry import log_to_stderr

if TYPE_CHECKING:
    from types import CodeType

    from mcp.server.request_state import RequestStateSecurity

Transport = Literal["memory", "stdio", "http"]
USER_META = "jobtracker/user"
LANGUAGE_META = "jobtracker/language"
Spoken = Annotated[
    Language | None,
    Field(description="Language of the sentences in the answer; default the person's."),
]
"""The argument by which a caller chooses the language of what is said to a person."""
Worded = Annotated[
    Language | None, Field(description="Language of the words; default that of the posting.")
]
"""The same, of tools that write in the language of a posting."""

_F = TypeVar("_F", bound=Callable[..., Any])


class Confirmation(BaseModel):
    """The person's answer to a question before something is changed outside."""

    confirm: bool = Field(default=True, title="Go ahead", description="Yes, do it.")


def tool_error(exc: JobTrackerError) -> ToolError:
    """Return the error as the model reads it: the code, then the message."""
    return ToolError(f"{exc.code}: {exc.message}")


_DESCRIBED: dict[CodeType, Tool] = {}


class _Arguments(FuncMetadata):
    """The arguments of a tool, of which those that may be text are taken as they were sent.

    The SDK reads a text that looks like JSON, for clients that send lists and objects as text: of
    `text: str | None` a posting that begins with “{” would be refused, and a note “null” lost.
    """

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments, read from JSON where a text cannot be meant."""
        fields = self.arg_model.model_fields
        text = {
            field.alias or name for name, field in fields.items() if _may_be_text(field.annotation)
        }
        return {**super().pre_parse_json(data), **{k: v for k, v in data.items() if k in text}}


def _may_be_text(annotation: Any) -> bool:
    return annotation is str or str in get_args(annotation)


def _as_tool(function: Callable[..., Any], title: str, hints: ToolAnnotations) -> Tool:
    """Return the function as a tool.

    Making its schemas takes milliseconds, and a process may hold several servers of one kind, each
    with closures of its own: what was made of the same lines is taken over. So a tool's arguments
    and answer may depend on nothing but its lines.
    """
    code = inspect.unwrap(function).__code__
    if (made := _DESCRIBED.get(code)) is None:
        made = Tool.from_function(
            function,
            title=title,
            description=inspect.cleandoc(function.__doc__ or title),
            annotations=hints,
        )
        told = dict(made.fn_metadata)
        made = made.model_copy(update={"fn_metadata": _Arguments.model_construct(**told)})
        _DESCRIBED[code] = made
        return made
    asked = find_resolved_parameters(function)
    names = {f.alias or name for name, f in made.fn_metadata.arg_model.model_fields.items()}
    plans = build_resolver_plans(asked, names)
    return made.model_copy(
        update={"fn": function, "resolved_params": asked, "resolver_plans": plans}
    )


class _Server(MCPServer[Any]):
    """A server that takes tools as they were made for another one."""

    def take(self, tool: Tool) -> None:
        """Add a tool."""
        self._tool_manager = ToolManager(tools=[*self._tool_manager.list_tools(), tool])


class ServerKit:
    """One MCP server under construction, and who speaks to it."""

    def __init__(
        self, core: Core, transport: Transport, *, name: str, title: str, description: str
    ) -> None:
        self.core = core
        self.transport: Transport = transport
        self.completers: dict[tuple[str, str], Callable[[str, str], Iterable[str]]] = {}
        """By prompt and argument: takes the user and what is typed, returns what could stand there.
        """
        self.server = _Server(
            name,
            title=title,
            description=description,
            instructions=description,
            version=__version__,
            subscriptions=False,
            log_level="ERROR",
            request_state_security=_shared_state(core) if transport == "http" else None,
        )

    def user(self, ctx: Context[Any, Any]) -> str:
        """Return who is speaking, from the transport and never from an argument.

        In memory it is what the toolbox put into `_meta`; on stdio `JOBTRACKER_USER`; on HTTP the
        subject of the bearer token, and the local user where the server runs without tokens.
        """
        if self.transport == "memory":
            meta = cast("dict[str, Any]", ctx.request_context.meta or {})
            if name := meta.get(USER_META):
                return user_id(str(name))
        return self.speaker()

    def speaker(self) -> str:
        """Return who is speaking where there is no context, as in a completion."""
        if self.transport == "http":
            from mcp.server.auth.middleware.auth_context import get_access_token

            token = get_access_token()
            if token is not None:
                return user_id(token.subject or token.client_id)
        return self.core.settings.user

    def tool(
        self,
        *,
        title: str,
        read_only: bool = False,
        destructive: bool = False,
        idempotent: bool = False,
        open_world: bool = False,
    ) -> Callable[[_F], _F]:
        """Register a function as a tool; its docstring is the description.

        `destructive`: it overwrites or deletes. `open_world`: it reaches the network.
        """

        def register(function: _F) -> _F:
            hints = ToolAnnotations(
                title=title,
                read_only_hint=read_only,
                destructive_hint=destructive,
                idempotent_hint=idempotent or read_only,
                open_world_hint=open_world,
            )
            self.server.take(_as_tool(self.asking(function), title, hints))
            return function

        return register

    def asking(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a tool or resolver: our errors become `ToolError`, times are in the person's zone,
        and what it says is worded in the language that the call asks for.
        """
        chosen = _argument_of(function)

        def language(arguments: dict[str, Any]) -> str:
            """The argument's, else what the agent hears the person speak, else the person's."""
            if chosen and arguments.get(chosen):
                return str(arguments[chosen])
            context = arguments.get("ctx")
            meta = cast("dict[str, Any]", context.request_context.meta or {}) if context else {}
            return str(meta.get(LANGUAGE_META) or answers_in(self.core.settings.language))

        def user(arguments: dict[str, Any]) -> str:
            context = arguments.get("ctx")
            return self.user(context) if context else self.speaker()

        return mapped(function, self.core, user, language)

    def ask(self, ctx: Context[Any, Any], question: str) -> Elicit[Confirmation] | Confirmation:
        """Return the question for a resolver, or a yes where the host asks by itself.

        Raises:
            ToolError: the client cannot ask, and the settings do not trust it to.
        """
        if self.core.settings.mcp.confirm == "host":
            return Confirmation()
        capabilities = ctx.client_capabilities
        if capabilities is None or capabilities.elicitation is None:
            raise tool_error(
                NotSupported(
                    "this needs the person's yes, and this client cannot ask for it (no MCP "
                    "elicitation); use another client, or set JOBTRACKER_MCP__CONFIRM=host where "
                    "the client itself asks before each call"
                )
            )
        return Elicit(question, Confirmation)


def _shared_state(core: Core) -> RequestStateSecurity:
    """Return what seals a question's state, so that another process of ours may take the answer."""
    from mcp.server.request_state import RequestStateSecurity

    from jobtracker.core.secrets import Secrets

    return RequestStateSecurity(keys=[Secrets(core.home).derive("mcp request state")])


def said_yes(answer: object) -> bool:
    """Tell whether an `ElicitationResult[Confirmation]` is a yes."""
    return isinstance(answer, AcceptedElicitation) and bool(
        getattr(cast("AcceptedElicitation[Confirmation]", answer).data, "confirm", False)
    )


def require_yes(answer: object) -> None:
    """Go on only after a yes.

    Raises:
        ToolError: the person said no, or did not answer.
    """
    if not said_yes(answer):
        raise ToolError("not_confirmed: the person did not say yes; nothing was changed")


def _argument_of(function: Callable[..., Any]) -> str:
    """Return the argument that chooses the language of the answer; "" where there is none."""
    given = inspect.signature(function).parameters.values()
    return next((one.name for one in given if one.annotation in (Spoken, Worded)), "")


def mapped(
    function: Callable[..., Any],
    core: Core,
    user: Callable[[dict[str, Any]], str],
    language: Callable[[dict[str, Any]], str],
) -> Callable[..., Any]:
    """Wrap a resolver or tool: our errors become `ToolError`, in that language, for that person."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            try:
                async with core.personal.acting_async(user(kwargs)):
                    with speaking(language(kwargs)):
                        return await cast("Coroutine[Any, Any, Any]", function(*args, **kwargs))
            except JobTrackerError as exc:
                raise tool_error(exc) from exc

        return call_async

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            with core.personal.acting(user(kwargs)), speaking(language(kwargs)):
                return function(*args, **kwargs)
        except JobTrackerError as exc:
            raise tool_error(exc) from exc

    return call


def run(build: Callable[[Core, Transport], MCPServer[Any]]) -> None:
    """Serve on stdio until the client leaves; the body of each server's `__main__`."""
    try:
        core = Core()
    except JobTrackerError as exc:
        sys.exit(f"jobtracker: {exc.message}")
    log_to_stderr(core.settings.log_level)
    try:
        build(core, "stdio").run("stdio")
    finally:
        core.close()
