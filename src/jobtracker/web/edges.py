"""What differs by the kind of client: the shape of an error, and the challenge to authenticate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.types import Scope

from jobtracker.web.api.openai import PATHS
from jobtracker.web.mcp import challenge, scopes_of, server_of
from jobtracker.web.openai_model import error_response

if TYPE_CHECKING:
    from jobtracker.core.settings import Settings

_BELOW = tuple(f"{path}/" for path in PATHS)


def edge_of(settings: Settings) -> Callable[[Scope], None]:
    """Return what notes, before anybody can refuse a request, how a refusal has to look."""

    def edge(scope: Scope) -> None:
        path: str = scope["path"]
        if path in PATHS or path.startswith(_BELOW):
            scope["jobtracker.error_shape"] = error_response
        elif (name := server_of(path)) is not None:
            scope["jobtracker.challenge"] = partial(_challenge, settings, scope, name)

    return edge


def _challenge(settings: Settings, scope: Scope, name: str) -> str:
    request = Request(scope)
    wrong = {"error": "invalid_token"} if "authorization" in request.headers else {}
    return challenge(settings, request, name, **wrong, scope=" ".join(scopes_of(name)))
