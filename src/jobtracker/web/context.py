"""What every route stands on: the open parts of this process, and who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from jobtracker.core.errors import AuthNeeded, Forbidden

if TYPE_CHECKING:
    from jobtracker.app import Assistant
    from jobtracker.core.bootstrap import Core
    from jobtracker.web.turns import Turns

SERVERS = ("job_search", "resume", "calendar", "coaching", "applications")
SCOPES: tuple[str, ...] = (
    "chat",
    "memories:read",
    "memories:write",
    *(f"{server}:{access}" for server in SERVERS for access in ("read", "write")),
)
"""What a token may be given. A session of a browser holds them all, and `account` besides."""

ALL_SCOPES = frozenset((*SCOPES, "account"))


@dataclass(frozen=True)
class Principal:
    """Who is asking, as the transport proved it.

    `method`: ``local`` (single-user mode on loopback), ``session`` (cookie), ``token`` (API token)
    or ``oauth`` (a bearer token of an authorization server). `session_id` names the session or
    token, for revocation and the log.
    """

    user: str
    method: Literal["local", "session", "token", "oauth"]
    scopes: frozenset[str] = ALL_SCOPES
    role: Literal["user", "admin"] = "user"
    session_id: str = ""

    def may(self, scope: str) -> bool:
        """Tell whether the scope is held; the right to write includes the right to read."""
        if scope in self.scopes:
            return True
        area, _, access = scope.partition(":")
        return access == "read" and f"{area}:write" in self.scopes


@dataclass
class Web:
    """The open parts of one `jobtracker serve`."""

    core: Core
    assistant: Assistant
    turns: Turns
    checked: dict[str, tuple[float, bool]] = field(default_factory=dict[str, "tuple[float, bool]"])
    """When a part was last looked at, and whether it answered."""


def web(connection: HTTPConnection) -> Web:
    """Return the open parts."""
    return cast("Web", connection.app.state.web)


def principal(connection: HTTPConnection) -> Principal:
    """Return who is asking, as the authentication middleware found it.

    Raises:
        AuthNeeded: nobody is signed in.
    """
    found = connection.scope.get("jobtracker.principal")
    if found is None:
        raise AuthNeeded("sign in first, or send a token: Authorization: Bearer …")
    return cast("Principal", found)


def needs(scope: str) -> Callable[[HTTPConnection], Awaitable[Principal]]:
    """Return a dependency that lets only holders of the scope through.

    Raises:
        AuthNeeded: nobody is signed in.
        Forbidden: the token lacks the scope.
    """

    async def check(connection: HTTPConnection) -> Principal:
        return require(principal(connection), scope)

    return check


def require(who: Principal, scope: str) -> Principal:
    """Return who is asking where the scope is held.

    Raises:
        Forbidden: the token lacks the scope.
    """
    if not who.may(scope):
        raise Forbidden(f"this token lacks the scope {scope}; make one that has it")
    return who


async def admin(connection: HTTPConnection) -> Principal:
    """Return who is asking where that is an administrator.

    Raises:
        AuthNeeded: nobody is signed in.
        Forbidden: the person is no administrator.
    """
    who = principal(connection)
    if who.role != "admin":
        raise Forbidden("this page is for administrators")
    return who


# What is not `async` the framework runs in a thread: slower, and two requests may swap places.
async def _web(connection: HTTPConnection) -> Web:
    return web(connection)


async def _principal(connection: HTTPConnection) -> Principal:
    return principal(connection)


WebDep = Annotated[Web, Depends(_web)]
PrincipalDep = Annotated[Principal, Depends(_principal)]
