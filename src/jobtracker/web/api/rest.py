"""What the REST resources have in common: tool calls, confirmation, ETags, pages, problems.

A resource translates HTTP into one tool call and back. The tool validates, and it asks before a
side effect: such a call answers 428 with the question, and goes through when it is sent again with
`confirm` set to the token of that very question.
"""

# No postponed annotations: the framework could not resolve those of `api`'s inner function.

import hashlib
import re
from collections.abc import Callable
from typing import Annotated, Any, cast
from urllib.parse import urlencode

import orjson
from fastapi import Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from jobtracker.core.errors import BadInput, Forbidden, JobTrackerError
from jobtracker.core.speech import known
from jobtracker.web.context import Principal, Web, needs, web
from jobtracker.web.pages.site import accepted
from jobtracker.web.problems import MEDIA_TYPE, Problem

Id = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_.@:=-]{1,200}$", description="An id that a list gave.")
]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="`next_cursor` of the page before.")
]
Limit = Annotated[int, Query(ge=1, le=50)]
_VOLATILE = {"took_ms"}
_SIMPLE_ETAG = re.compile(r'(?:W/)?"([^"]*)"')


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 shapes it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[dict[str, str]] = Field(default_factory=list[dict[str, str]])
    question: str | None = Field(default=None, description="With 428: what the person is asked.")
    confirm: str | None = Field(default=None, description="With 428: send it to say yes.")


_PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {"4XX": _PROBLEM, "5XX": _PROBLEM}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not changed since `ETag`"}}


def returns(model: type[BaseModel], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the documented answers of a route whose body is that model."""
    etag = {"ETag": {"schema": {"type": "string"}, "description": "Names this state."}}
    answers: dict[int | str, dict[str, Any]] = {status: {"model": model, "headers": etag}}
    return answers | (NOT_MODIFIED if status == 200 else {}) | PROBLEMS


class Api:
    """One request to a resource: who asks, and the tools behind it."""

    def __init__(self, request: Request, who: Principal, opened: Web, server: str) -> None:
        self.request = request
        self.who = who
        self.web = opened
        self.server = server

    async def call(self, tool: str, /, *, yes: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call a tool as the user; arguments that are None are left out.

        `yes`: the request itself is the person's answer to the tool's question.

        Raises:
            Problem: 428, the tool asks the person first; the problem holds question and token.
            JobTrackerError: what the tool reports.
        """
        given = {key: value for key, value in arguments.items() if value is not None}
        token = self.request.query_params.get("confirm", "")
        asked: list[str] = []

        def confirm(question: str) -> bool:
            asked.append(question)
            return yes or token == confirmation(question)

        try:
            return await self.web.assistant.call(
                self.who.user, self.server, tool, given, confirm, self.language()
            )
        except Forbidden:
            if asked and token != confirmation(asked[-1]):
                question = asked[-1]
                raise Problem(
                    428,
                    f"this needs a yes: {question} Send it again with confirm set to the token",
                    question=question,
                    confirm=confirmation(question),
                ) from None
            raise
        except JobTrackerError as exc:
            if type(exc) is JobTrackerError and (fields := unfit(exc.message)):
                raise BadInput(fields) from exc
            raise

    def language(self) -> str:
        """Return the language in which the caller reads, by `Accept-Language`; "" where none."""
        tags = accepted(self.request.headers.get("accept-language", ""))
        return next((found for tag in tags if (found := known(tag))), "")

    def answer(
        self, payload: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """Return the payload with its ETag; 304 where the caller has this state already."""
        tag = etag(payload)
        sent = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
        sent.setdefault("Vary", "Authorization, Cookie, Accept-Language")
        if self.request.method == "GET" and matches(self.request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=sent)
        return Response(orjson.dumps(payload), status, sent, "application/json")

    def page(self, payload: dict[str, Any]) -> Response:
        """Return a page of a list, with a `Link` to the next one."""
        headers: dict[str, str] = {}
        if cursor := payload.get("next_cursor"):
            query = dict(self.request.query_params) | {"cursor": cursor}
            headers["Link"] = f'<{self.request.url.path}?{urlencode(query)}>; rel="next"'
        return self.answer(payload, headers=headers)

    def unchanged(self, current: dict[str, Any]) -> None:
        """Go on only where the caller's `If-Match` names the present state.

        Raises:
            Problem: 412, it has changed since the caller read it.
        """
        wanted = self.request.headers.get("if-match")
        if wanted is not None and not matches(wanted, etag(current)):
            raise Problem(412, "it has changed since you read it; read it again, then repeat")


def api(scope: str) -> Callable[..., Api]:
    """Return the dependency of a resource behind a scope such as ``job_search:read``."""
    server = scope.partition(":")[0]

    def make(
        request: Request,
        who: Annotated[Principal, Depends(needs(scope))],
        opened: Annotated[Web, Depends(web)],
    ) -> Api:
        return Api(request, who, opened, server)

    return make


def unfit(message: str) -> str:
    """Return which fields a tool does not take and why; empty where that was not the error.

    A tool's own bounds may be narrower than those of the body.
    """
    if not re.match(r"\d+ validation errors? for ", message):
        return ""
    found = re.findall(r"^(\S+)\n  (.+?) \[type=", message, re.M)
    return "; ".join(f"{field}: {reason}" for field, reason in found[:5])


def confirmation(question: str) -> str:
    """Return the token that says yes to that question and to no other."""
    return hashlib.sha256(question.encode()).hexdigest()[:24]


def etag(payload: dict[str, Any]) -> str:
    """Return the entity tag of a payload; fields that change by themselves do not count."""
    kept = {key: value for key, value in payload.items() if key not in _VOLATILE}
    digest = hashlib.blake2b(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS), digest_size=12)
    return f'"{digest.hexdigest()}"'


def matches(header: str | None, tag: str) -> bool:
    """Tell whether an `If-Match` or `If-None-Match` header names the tag (weakly compared)."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return tag.strip('"') in cast("list[str]", _SIMPLE_ETAG.findall(header))


def fields(body: BaseModel) -> dict[str, Any]:
    """Return the fields that were sent, as a tool takes them."""
    return body.model_dump(mode="json", exclude_unset=True, exclude_none=True)
