"""Errors as RFC 9457 problem details, the one shape of every error over HTTP."""

from __future__ import annotations

import logging
import math
from typing import Any, cast

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jobtracker.core.errors import JobTrackerError

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "bad_input": 400,
    "auth_needed": 401,
    "forbidden": 403,
    "not_found": 404,
    "not_supported": 422,
    "rate_limited": 429,
    "contract_changed": 502,
    "unavailable": 503,
    "budget_exceeded": 413,
}
TITLES = {
    400: "What was sent cannot be used",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "It has changed meanwhile",
    413: "Too large",
    415: "Wrong content type",
    422: "Not supported",
    428: "Confirmation needed",
    429: "Too many requests",
    500: "Unexpected error",
    502: "A vendor's answer changed",
    503: "Out of reach for now",
}
_log = logging.getLogger("jobtracker.web")


class Problem(JobTrackerError):
    """An error of HTTP itself, which the hierarchy of the core does not know.

    `status` is the HTTP status; `members` are further members of the problem object.
    """

    code = "problem"

    def __init__(
        self, status: int, message: str, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.members = members


def problem(
    status: int, code: str, detail: str, request: Request, headers: dict[str, str] | None = None,
    **members: Any,
) -> Response:  # fmt: skip
    """Return the response: type, title, status, detail, instance, code and the request's id."""
    shape = request.scope.get("jobtracker.error_shape")
    if shape is not None:
        return cast("Response", shape(status, code, detail, headers, members))
    body = {
        "type": f"urn:jobtracker:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "request_id": request.scope.get("jobtracker.request_id", ""),
        **members,
    }
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


async def on_error(request: Request, exc: Exception) -> Response:
    """Answer one of our own errors."""
    error = cast("JobTrackerError", exc)
    if isinstance(error, Problem):
        return problem(
            error.status, error.code, error.message, request, error.headers, **error.members
        )
    status = STATUS.get(error.code, 500)
    headers: dict[str, str] = {}
    wait = cast("float | None", getattr(error, "retry_after", None))
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    if status == 401:
        challenge = request.scope.get("jobtracker.challenge")
        headers["WWW-Authenticate"] = challenge() if challenge is not None else "Bearer"
    return problem(status, error.code, error.message, request, headers)


async def on_invalid(request: Request, exc: Exception) -> Response:
    """Answer a request whose fields do not fit; every field is named."""
    errors = [
        {"field": ".".join(str(part) for part in error["loc"]), "reason": str(error["msg"])}
        for error in cast("RequestValidationError", exc).errors()
    ]
    detail = "; ".join(f"{error['field']}: {error['reason']}" for error in errors[:5])
    return problem(400, "bad_input", detail, request, errors=errors)


async def on_http(request: Request, exc: Exception) -> Response:
    """Answer what the framework refuses: no such route, wrong method."""
    error = cast("HTTPException", exc)
    code = {404: "not_found", 405: "method_not_allowed", 401: "auth_needed", 403: "forbidden"}
    return problem(
        error.status_code,
        code.get(error.status_code, "http_error"),
        error.detail,
        request,
        dict(error.headers or {}),
    )


async def on_crash(request: Request, exc: Exception) -> Response:
    """Answer the unexpected without a word about its inside; the log has it."""
    _log.error("unexpected error", exc_info=exc)
    detail = (
        "an unexpected error; nothing half-done was kept. Name the request_id when you report it"
    )
    return problem(500, "error", detail, request)
