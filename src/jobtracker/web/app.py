"""The web application: middleware, routes and the open assistant behind them."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncGenerator

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from jobtracker import __version__
from jobtracker.app import open_assistant
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError
from jobtracker.web import problems
from jobtracker.web.context import Web
from jobtracker.web.guard import guard
from jobtracker.web.mcp import mount
from jobtracker.web.mcp_host import McpHost
from jobtracker.web.observe import Traced
from jobtracker.web.openapi import document, endpoint
from jobtracker.web.relay import open_relay
from jobtracker.web.routes import routers
from jobtracker.web.serving import check_host
from jobtracker.web.turns import Turns


def create_app(core: Core) -> FastAPI:
    """Return the application; the assistant opens with its lifespan.

    Raises:
        Forbidden: no accounts, and an address that is not loopback.
    """
    check_host(core.settings.server)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_assistant(core) as assistant:
            turns = Turns(core, assistant, open_relay(core.settings))
            app.state.web = Web(core, assistant, turns)
            try:
                async with McpHost(core) as app.state.mcp:
                    yield
            finally:
                await turns.close()

    app = FastAPI(
        title="Job Tracker Pro",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Its own spans hold paths and queries, which hold what people wrote; ours do not.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    for router in routers():
        app.include_router(router)
    mount(app)
    app.openapi = functools.partial(document, app)
    app.add_route("/openapi.json", endpoint(app), include_in_schema=False)
    _errors(app)
    guard(app, core)
    if core.settings.server.traces_url:
        from opentelemetry import trace

        # `web.serving` says where the spans go.
        app.add_middleware(Traced, tracer=trace.get_tracer("jobtracker.web"))
    return app


def _errors(app: FastAPI) -> None:
    app.add_exception_handler(JobTrackerError, problems.on_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_exception_handler(Exception, problems.on_crash)
