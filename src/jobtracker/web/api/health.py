"""Liveness, readiness and figures, for those who watch the process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jobtracker.core.errors import AuthNeeded, JobTrackerError, Unavailable
from jobtracker.web.auth.local import is_loopback
from jobtracker.web.context import Principal, Web, WebDep

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

router = APIRouter(tags=["operations"])
CHECK_SECONDS = 5.0
FRESH_SECONDS = 1.0
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Alive(BaseModel):
    """The process answers."""

    status: str


class Check(BaseModel):
    """One part: whether it works, and whether the server is of use without it."""

    ok: bool
    required: bool


class Readiness(BaseModel):
    """Whether requests should be sent here, and what stands in the way."""

    ready: bool
    checks: dict[str, Check]


@router.get("/healthz")
async def healthz() -> Alive:
    """Say that the process answers."""
    return Alive(status="ok")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not ready"}},
)
async def readyz(web: WebDep) -> Response:
    """Say whether store, vectors and cache answer; 503 where one that is required does not."""
    checks = {name: await _checked(web, name, check) for name, check in CHECKS.items()}
    checks["turns"] = Check(ok=not web.turns.draining, required=True)
    ready = all(check.ok or not check.required for check in checks.values())
    body = Readiness(ready=ready, checks=checks).model_dump()
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request, web: WebDep) -> Response:
    """Return the figures for Prometheus; to administrators and this machine, unless opened."""
    _may_scrape(request, web)
    from jobtracker.web.metrics import exposition

    content, kind = await asyncio.to_thread(exposition, web.core)
    return Response(content, headers={"Content-Type": kind})


def _may_scrape(request: Request, web: Web) -> None:
    """Let scrapers in.

    Raises:
        AuthNeeded: nobody that may.
    """
    who: Principal | None = request.scope.get("jobtracker.principal")
    if web.core.settings.server.metrics_open or (who is not None and who.role == "admin"):
        return
    # Behind a proxy of this machine everybody comes from loopback: a forwarded request does not.
    direct = not any(name in request.headers for name in _FORWARDED)
    if direct and request.client is not None and is_loopback(request.client.host):
        return
    raise AuthNeeded("metrics are for administrators and this machine (server.metrics_open)")


def _store(core: Core) -> None:
    import sqlalchemy as sa

    with core.store.begin() as session:
        session.execute(sa.text("SELECT 1"))


def _vectors(core: Core) -> None:
    # The embedded one starts when it is first used: until then nothing of it can be broken.
    if "vectors" in core.__dict__ or core.settings.vectors.url:
        core.vectors.count("postings", core.settings.user)


def _cache(core: Core) -> None:
    if not core.settings.redis.url:
        return
    import redis

    client: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        core.settings.redis.url, socket_timeout=2, socket_connect_timeout=2
    )
    try:
        client.ping()
    except redis.RedisError as exc:
        raise Unavailable("Redis does not answer") from exc
    finally:
        client.close()


CHECKS: dict[str, tuple[Callable[[Core], None], bool]] = {
    "store": (_store, True),
    "vectors": (_vectors, True),
    "cache": (_cache, False),
}
"""Each with whether it is required: without its cache the server is slower, not wrong."""


async def _checked(web: Web, name: str, check: tuple[Callable[[Core], None], bool]) -> Check:
    """Run a check; what was found a moment ago is not asked again, however many ask."""
    function, required = check
    found = web.checked.get(name)
    if found is not None and time.monotonic() - found[0] < FRESH_SECONDS:
        return Check(ok=found[1], required=required)
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await asyncio.to_thread(function, web.core)
        ok = True
    except (JobTrackerError, SQLAlchemyError, OSError, RuntimeError, ValueError, ImportError):
        ok = False
    web.checked[name] = (time.monotonic(), ok)
    return Check(ok=ok, required=required)
