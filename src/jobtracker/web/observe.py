"""What is noted of every request: figures, one line in the log, a span where traces are configured.

The route's template is noted and never the path: paths, queries and bodies hold what people wrote.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobtracker.core.telemetry import REQUEST_ID
from jobtracker.web.metrics import METRICS

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from prometheus_client import Counter, Histogram

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_log = logging.getLogger("jobtracker.access")


class Traced:
    """Makes a span of each request; laid around everything else where traces are configured."""

    def __init__(self, app: ASGIApp, *, tracer: Any) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.propagate import extract

        carrier = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        with self._tracer.start_as_current_span(scope["method"], extract(carrier)) as span:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, watched)
            finally:
                route = route_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.route", route)
                span.set_attribute("jobtracker.request_id", REQUEST_ID.get())


def route_of(scope: Scope) -> str:
    """Return the template of the route that took the request."""
    route = scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    if template is None and scope.get("endpoint") is not None:
        template = getattr(scope["endpoint"], "path", None)
    return str(template) if template else "none"


def note(scope: Scope, status: int, seconds: float, *, streamed: bool) -> None:
    """Count and time an answer, and log it where that is wanted."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = route_of(scope)
    _answers(method, route, status).inc()
    if not streamed:
        _times(route).observe(seconds)
    if _log.isEnabledFor(logging.INFO):
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "request_id": scope.get("jobtracker.request_id", ""),
        }
        _log.info("%s %s %d", method, route, status, extra={"fields": fields})


# To look a figure up by its labels takes longer than to count it. There are as many as routes.
@lru_cache(maxsize=4096)
def _answers(method: str, route: str, status: int) -> Counter:
    return METRICS.requests.labels(method, route, str(status))


@lru_cache(maxsize=1024)
def _times(route: str) -> Histogram:
    return METRICS.latency.labels(route)


def open_tracing(url: str) -> TracerProvider | None:
    """Send spans to an OTLP collector over HTTP; None where `url` is empty.

    Raises:
        NotSupported: the packages are not installed.
    """
    if not url:
        return None
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as exc:
        from jobtracker.core.errors import NotSupported

        raise NotSupported(
            "setting server.traces_url needs more packages: pip install 'job-tracker-pro[otel]'"
        ) from exc
    provider = TracerProvider(resource=Resource.create({"service.name": "jobtracker"}))
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)  # the MCP SDK's spans of tool calls go there too
    return provider
