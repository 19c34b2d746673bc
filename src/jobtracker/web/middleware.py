"""What every request passes: an id, safe headers, our own name, a bound on its body, who asks.

One wrapper that looks through the headers once each way: as seven wrappers, each with a look of its
own, they cost more than a small tool call. Pure ASGI: one that reads the body or makes a task would
break streaming.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobtracker.core.errors import JobTrackerError
from jobtracker.core.telemetry import REQUEST_ID
from jobtracker.web.observe import note
from jobtracker.web.problems import Problem, on_error

_log = logging.getLogger("jobtracker.web")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")
_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
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
HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
Authenticate = Callable[[Request], Awaitable[Any]]
"""Takes the request; returns the `Principal` it proves, or None. Raises `JobTrackerError`."""
Count = Callable[[Request, Any], Awaitable[None]]
"""Takes the request and its `Principal` or None. Raises `RateLimited`."""
REFUSALS = frozenset({401, 403, 408, 413, 421, 429})
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by whoever runs the process, under its address rather than its name."""


@dataclass(frozen=True)
class Rules:
    """What is asked of a request.

    `allowed` tells our own names from others; without it every name is answered. `edge` notes how
    a refusal of this request has to look. `count` is told of every request, also of one with a
    wrong proof, and may refuse it. Behind `https` the scheme is set, also where the proxy does not
    tell: links and cookies need it.
    """

    authenticate: Authenticate
    max_bytes: int
    body_seconds: float = 60.0
    https: bool = False
    allowed: Callable[[str], bool] | None = None
    edge: Callable[[Scope], None] | None = None
    count: Count | None = None


class Gate:
    """Lets requests in, one after the other rule, and answers go out with what belongs on them."""

    def __init__(self, app: ASGIApp, *, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        common = HEADERS | {"Cache-Control": "no-store"} | (HTTPS if rules.https else {})
        self._strict = {
            policy: tuple(_raw(common | {"Content-Security-Policy": policy}))
            for policy in (API_POLICY, PAGE_POLICY)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            passing = _Passing(self._rules, self._strict, scope, receive, send)
            try:
                await passing.through(self._app)
            finally:
                passing.note()
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:  # nothing of ours speaks WebSocket
            await send({"type": "websocket.close", "code": 1008})


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class _Passing:
    """One request on its way."""

    __slots__ = (
        "_complete", "_deadline", "_hosts", "_lengths", "_receive", "_refused", "_rules", "_scope",
        "_seen", "_send", "_started", "_status", "_streamed", "_strict", "_tag", "_time",
    )  # fmt: skip

    def __init__(
        self, rules: Rules, strict: dict[str, Any], scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._rules, self._strict = rules, strict
        self._scope, self._receive, self._send = scope, receive, send
        self._time = time.perf_counter()
        self._status, self._streamed, self._started = 500, False, False
        self._seen, self._complete, self._deadline = 0, False, 0.0
        self._refused: list[Problem] = []
        self._hosts: list[bytes] = []
        self._lengths: list[bytes] = []
        given = b""
        for name, value in scope["headers"]:
            if name == b"host":
                self._hosts.append(value)
            elif name == b"content-length":
                self._lengths.append(value)
            elif name == b"x-request-id":
                given = value
        # The caller's id, where it is a sane one.
        number = given.decode() if _ID.fullmatch(given) else secrets.token_hex(8)
        self._tag = (b"x-request-id", number.encode())
        scope["jobtracker.request_id"] = number
        REQUEST_ID.set(number)

    async def through(self, app: ASGIApp) -> None:
        """Ask what there is to ask, then hand the request on."""
        scope = self._scope
        if self._rules.edge is not None:
            self._rules.edge(scope)
        unfit = self._unfit()
        if unfit is not None:
            await self._refuse(unfit)
            return
        request = Request(scope)
        try:
            scope["jobtracker.principal"] = await self._known(request)
        except JobTrackerError as exc:
            await (await on_error(request, exc))(scope, self._receive, self.send)
            return
        try:
            await app(scope, self.receive, self.send)
        except Problem as exc:
            if self._started or exc not in self._refused:
                raise
        if self._refused and not self._started:
            await self._refuse(self._refused[0])

    def _unfit(self) -> Problem | None:
        """Return what speaks against the request by its head alone."""
        rules, scope = self._rules, self._scope
        if rules.allowed is not None and scope["path"] not in PROBES:
            # A name that another site points at us (rebinding) is none of ours.
            if not rules.allowed(_host_name(self._hosts[0]) if len(self._hosts) == 1 else ""):
                return Problem(
                    421, "this server does not answer to that name; see server.public_url"
                )
            if rules.https:
                scope["scheme"] = "https"
        for length in self._lengths:
            if not length.isdigit() or int(length) > rules.max_bytes:
                return _too_large(rules.max_bytes)
        return None

    async def _known(self, request: Request) -> Any:
        """Return who is asking; routes decide whether that is enough."""
        count = self._rules.count
        if count is None:
            return await self._rules.authenticate(request)
        who: Any = None
        try:
            who = await self._rules.authenticate(request)
        finally:
            await count(request, who)
        return who

    async def receive(self) -> Message:
        """Hand on what comes, unless it is late or too much, whatever length was told."""
        if self._complete:  # what follows is the client's leaving, which may take its time
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + self._rules.body_seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            slow = Problem(408, "the request took too long to arrive; send it again")
            raise self._refusing(slow) from None
        self._seen += len(message.get("body", b""))
        if self._seen > self._rules.max_bytes:
            raise self._refusing(_too_large(self._rules.max_bytes))
        self._complete = not message.get("more_body", False)
        return message

    def _refusing(self, problem: Problem) -> Problem:
        self._refused.append(problem)
        return problem

    async def send(self, message: Message) -> None:
        """Send what the application answers, dressed as every answer of ours is."""
        if self._refused and not self._started:
            return  # a framework that took our refusal for a parsing error answers in vain
        if message["type"] == "http.response.start":
            self._dress(message)
        await self._send(message)

    def _dress(self, message: Message) -> None:
        """Set the headers that keep a browser strict, where nothing stricter is set; and the id."""
        self._started = True
        self._status = message["status"]
        headers = list(message.get("headers", ()))
        present: set[bytes] = set()
        policy = API_POLICY
        for name, value in headers:
            present.add(name)
            if name == b"content-type":
                self._streamed = value.startswith(b"text/event-stream")
                if value.startswith(b"text/html"):
                    policy = PAGE_POLICY
        headers += [pair for pair in self._strict[policy] if pair[0] not in present]
        headers.append(self._tag)
        message["headers"] = headers
        if self._status in REFUSALS:
            _log_refusal(self._scope, self._status)

    async def _refuse(self, error: JobTrackerError) -> None:
        """Answer in place of the application, and take no more of this connection."""
        self._refused = []
        answer = await on_error(Request(self._scope), error)
        answer.headers["Connection"] = "close"
        await answer(self._scope, self._receive, self.send)

    def note(self) -> None:
        """Note how it went."""
        seconds = time.perf_counter() - self._time
        note(self._scope, self._status, seconds, streamed=self._streamed)


@lru_cache(maxsize=256)
def _host_name(host: bytes) -> str:
    """Return the name or address of a `Host` header, without its port; empty where it is none."""
    found = _HOST.fullmatch(host.decode("latin-1"))
    return found[1].lower() if found else ""


def _too_large(limit: int) -> Problem:
    return Problem(413, f"the request is larger than {limit // 1_000_000} MB; send less")


def _log_refusal(scope: Scope, status: int) -> None:
    """Log what was refused under its id: who asked by id, never by address or name."""
    who = scope.get("jobtracker.principal")
    route = getattr(scope.get("route"), "path", "")
    fields = {
        "status": status,
        "method": scope["method"],
        "route": route,  # as it is written in the code: what was sent in its place is not logged
        "user": getattr(who, "user", ""),
    }
    _log.warning("request refused", extra={"fields": fields})
