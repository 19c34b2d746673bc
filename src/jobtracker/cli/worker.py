"""`jobtracker worker`: does durable jobs, as many of these processes as there is work for."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from jobtracker.background import open_background
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.settings import load_settings
from jobtracker.core.telemetry import log_to_stderr

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_AGAIN_SECONDS = 2.0
_log = logging.getLogger("jobtracker.worker")


def run_worker(host: str, port: int | None, ready: Callable[[], None] | None = None) -> None:
    """Do durable jobs until SIGTERM or Ctrl-C; running ones then have `durable.grace_seconds`.

    With a `port` it answers `/healthz`, `/readyz` and `/metrics` there. While the database is
    gone, at the start too, it waits and goes on by itself.

    Raises:
        BadInput: the settings, the memory of the machine or the port do not fit.
    """
    core = Core(load_settings())
    log_to_stderr(core.settings.log_level)
    core.workers.check()
    if core.settings.redis.url:
        _ = core.notifier  # an address that is none is refused; nobody is connected to
    stop = threading.Event()

    def leave(number: int, frame: object) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    server = _serve(core, host, port) if port is not None else None
    try:
        if _open(core, stop):
            if ready is not None:
                ready()
            stop.wait()
    finally:
        core.close()
        if server is not None:
            server.shutdown()


def _open(core: Core, stop: threading.Event) -> bool:
    """Open the store and start; false where the process is stopped before it could."""
    said = False
    while not stop.is_set():
        try:
            open_background(core)
        except Unavailable as exc:
            if not said:
                said = True
                _log.warning("%s; waiting for it", exc.message)
            stop.wait(_AGAIN_SECONDS)
        else:
            typer.echo("jobtracker worker: ready", err=True)
            return True
    return False


def _serve(core: Core, host: str, port: int) -> Any:
    """Answer probes and scrapes in a thread."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    from jobtracker.core import metrics

    registry = CollectorRegistry()
    metrics.register(core, registry)

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(registry)]
        if path not in ("/healthz", "/readyz"):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"there are /healthz, /readyz and /metrics\n"]
        well = path == "/healthz" or _ready(core)
        status = "200 OK" if well else "503 Service Unavailable"
        start(status, [("Content-Type", "application/json")])
        return [json.dumps({"ok": well}).encode()]

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Probes come every few seconds; their log would be the whole log."""

    class Threads(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    try:
        server = make_server(host, port, answer, server_class=Threads, handler_class=Quiet)
    except (OSError, OverflowError) as exc:
        core.close()
        raise BadInput(
            f"{host}:{port} cannot be listened on ({exc}); choose another --port"
        ) from exc
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    typer.echo(f"jobtracker worker: http://{host}:{server.server_port}/metrics", err=True)
    return server


def _ready(core: Core) -> bool:
    """Whether it does jobs: one that waits for its turn, or for the database, is not ready."""
    return "durable" in core.__dict__ and core.durable.active
