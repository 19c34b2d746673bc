"""The OpenAPI document, with our one shape of errors in place of the framework's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from jobtracker import __version__
from jobtracker.web.api.openai import PATHS as OPENAI_PATHS
from jobtracker.web.api.rest import PROBLEMS, ProblemDetails

SECURITY: dict[str, Any] = {
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-jobtracker"},
    "token": {"type": "http", "scheme": "bearer"},
}
_OPENAI: dict[int | str, dict[str, Any]] = {
    status: {"description": "An error in OpenAI's shape", "content": {"application/json": {}}}
    for status in ("4XX", "5XX")
}


def endpoint(app: FastAPI) -> Callable[[Request], Response]:
    """Return what serves the document. Called in a thread: making it takes a second."""

    @cache
    def body() -> bytes:
        return orjson.dumps(document(app))

    def openapi(_: Request) -> Response:
        return Response(body(), media_type="application/json")

    return openapi


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document; made once per application."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(
        title="Job Tracker Pro",
        version=__version__,
        description="Everything that the assistant can do, for programs.",
        routes=app.routes,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
    for path, operations in made["paths"].items():
        refusals = _OPENAI if path in OPENAI_PATHS or path.startswith("/v1/models") else PROBLEMS
        for operation in operations.values():
            for status, refusal in refusals.items():
                operation["responses"].setdefault(str(status), refusal)
            # Our handler answers 400 as a problem; the framework documents 422 by itself.
            operation["responses"].pop("422", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    made["components"]["securitySchemes"] = SECURITY
    made["security"] = [{"session": []}, {"token": []}, {}]
    app.openapi_schema = made
    return made
