"""What every request passes: an id, safe headers, our own name, a bound on its body, who asks.

Pure ASGI: a wrapper that reads the body or makes a task would break streaming.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobtracker.core.errors import JobTrackerError
from jobtracker.core.telemetry import REQUEST_ID
from jobtracker.web.problems import Problem, on_error

_log = logging.getLogger("jobtracker.web")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "frame-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
}
Authenticate = Callable[[Request], Awaitable[Any]]
"""Takes the request; returns the `Principal` it proves, or None. Raises `JobTrackerError`."""
Count = Callable[[Request, Any], Awaitable[None]]
"""Takes the request and its `Principal` or None. Raises `RateLimited`."""
REFUSALS = frozenset({401, 403, 408, 413, 421, 429})
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by whoever runs the process, under its address rather than its name."""


class RequestId:
    """Gives every request an id: the caller's, where it is a sane one, else a new one.

    What was refused is logged under it: who asked by id, never by address or name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        number = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope["jobtracker.request_id"] = number
        REQUEST_ID.set(number)

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = number
                if message["status"] in REFUSALS:
                    _log_refusal(scope, message["status"])
            await send(message)

        await self._app(scope, receive, tagged)


def _log_refusal(scope: Scope, status: int) -> None:
    who = scope.get("jobtracker.principal")
    route = getattr(scope.get("route"), "path", "")
    fields = {
        "status": status,
        "method": scope["method"],
        "route": route,  # as it is written in the code: what was sent in its place is not logged
        "user": getattr(who, "user", ""),
    }
    _log.warning("request refused", extra={"fields": fields})


class SecurityHeaders:
    """Sets the headers that keep a browser strict; HTML gets the policy of our pages."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, strict)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        html = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", PAGE_POLICY if html else API_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        if self._https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class Hosts:
    """Answers to its own names only; a name that another site points at us (rebinding) is refused.

    Behind https the scheme is set, also where the proxy does not tell: links and cookies need it.
    """

    def __init__(self, app: ASGIApp, *, allowed: Callable[[str], bool], https: bool) -> None:
        self._app = app
        self._allowed = allowed
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        named = [value for name, value in scope["headers"] if name == b"host"]
        host = _host_name(named[0].decode("latin-1")) if len(named) == 1 else ""
        if not self._allowed(host):
            answer = Problem(421, "this server does not answer to that name; see server.public_url")
            await _refuse(answer, scope, receive, send)
            return
        if self._https:
            scope["scheme"] = "https" if scope["type"] == "http" else "wss"
        await self._app(scope, receive, send)


def _host_name(host: str) -> str:
    """Return the name or address of a `Host` header, without its port; empty where it is none."""
    found = _HOST.fullmatch(host)
    return found[1].lower() if found else ""


class BodyLimit:
    """Refuses a body over the limit, also one that does not say its length, and one too slow."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, seconds: float = 60.0) -> None:
        self._app = app
        self._max = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if any(not length.isdigit() or int(length) > self._max for length in lengths):
            await _refuse(_too_large(self._max), scope, receive, send)
            return
        started = False
        refused: list[Problem] = []

        async def watched(message: Message) -> None:
            nonlocal started
            if refused and not started:
                return  # a framework that took our refusal for a parsing error answers in vain
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, self._bounded(receive, refused), watched)
        except Problem as exc:
            if started or exc not in refused:
                raise
        if refused and not started:
            await _refuse(refused[0], scope, receive, send)

    def _bounded(self, receive: Receive, refused: list[Problem]) -> Receive:
        seen, complete = 0, False
        deadline = time.monotonic() + self._seconds

        def refuse(problem: Problem) -> Problem:
            refused.append(problem)
            return problem

        async def bounded() -> Message:
            nonlocal seen, complete
            if complete:  # what follows is the client's leaving, which may take its time
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                slow = Problem(408, "the request took too long to arrive; send it again")
                raise refuse(slow) from None
            seen += len(message.get("body", b""))
            if seen > self._max:
                raise refuse(_too_large(self._max))
            complete = not message.get("more_body", False)
            return message

        return bounded


async def _refuse(error: JobTrackerError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in place of the application, and take no more of this connection."""
    answer = await on_error(Request(scope), error)
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)


def _too_large(limit: int) -> Problem:
    return Problem(413, f"the request is larger than {limit // 1_000_000} MB; send less")


class Authentication:
    """Finds out who is asking; routes decide whether that is enough.

    `count` is told of every request, also of one with a wrong proof, and may refuse it.
    """

    def __init__(
        self, app: ASGIApp, *, authenticate: Authenticate, count: Count | None = None
    ) -> None:
        self._app = app
        self._authenticate = authenticate
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] in ("http", "websocket"):
            request: Request = Request(scope) if scope["type"] == "http" else _connection(scope)
            try:
                scope["jobtracker.principal"] = await self._known(request)
            except JobTrackerError as exc:
                await (await on_error(request, exc))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _known(self, request: Request) -> Any:
        who: Any = None
        try:
            who = await self._authenticate(request)
        finally:
            if self._count is not None:
                await self._count(request, who)
        return who


def _connection(scope: MutableMapping[str, Any]) -> Request:
    return Request({**scope, "type": "http", "method": "GET"})
