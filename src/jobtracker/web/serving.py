"""Listening: the port, the protocol's patience, one process or several, and an orderly end."""

from __future__ import annotations

import contextlib
import errno
import functools
import gc
import logging
import multiprocessing
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Forbidden, JobTrackerError, Unavailable
from jobtracker.core.settings import ServerSettings, Settings, shared_metrics
from jobtracker.core.telemetry import log_to_stderr
from jobtracker.web.auth.local import is_loopback
from jobtracker.web.patience import patient
from jobtracker.web.sharing import Acceptor, Board, Held, nobody

if TYPE_CHECKING:
    import asyncio
    from multiprocessing.process import BaseProcess

    import uvicorn

BACKLOG = 2048
MAX_HEAD_BYTES = 32_768
KEEP_ALIVE_SECONDS = 15
OPEN_FILES = 65_536
AFTER_STOP_SECONDS = 8
"""What a stopping server has beyond `server.stop_seconds`, to tell those whose turns it stopped."""
SWITCH_SECONDS = 0.0005
"""A thread that computes lets the event loop go on so soon. A turn waits for it some forty times:
with Python's 5 ms it took 180 ms beside a busy thread, so 40, and the thread loses 2 %."""
DEATHS = 5
"""A child that dies so often within `DEATH_SECONDS` is not started again."""
DEATH_SECONDS = 60.0
_log = logging.getLogger("jobtracker.web")


def check_host(server: ServerSettings) -> None:
    """Refuse to serve without accounts where others can reach it.

    Raises:
        Forbidden: no accounts, and an address that is not loopback.
    """
    if server.accounts == "off" and not is_loopback(server.host):
        raise Forbidden(
            f"without accounts this server listens on loopback only, not on {server.host}; set "
            "JOBTRACKER_SERVER__ACCOUNTS=invite, or leave --host out"
        )


def listen(host: str, port: int) -> socket.socket:
    """Return the listening socket.

    Raises:
        Unavailable: the port is taken.
        BadInput: it may not be used, or the host is no address of this machine.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)
    except OSError as exc:
        where = f"{host}:{port}"
        if exc.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"{where} is taken by another program (another jobtracker serve?); stop it, or "
                f"choose another port: jobtracker serve --port {port + 1}"
            ) from exc
        if exc.errno == errno.EACCES:
            raise BadInput(f"{where} may not be used by you; choose a port above 1023") from exc
        raise BadInput(f"{where} cannot be listened on ({exc.strerror or exc})") from exc


def open_files(*, raise_to: int = 0) -> int | None:
    """Return how many descriptors this process may have, raised first; None where none counts.

    The soft limit is often 1024, which a few hundred streams use up.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if raise_to > soft:
        wanted = raise_to if hard == resource.RLIM_INFINITY else min(raise_to, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return hard if not raise_to else soft


def run(
    core: Core, listener: socket.socket, ready: Callable[[], None], board: Board | None = None
) -> None:
    """Serve on the socket until SIGTERM or Ctrl-C; running turns have their time to finish.

    `board` is of the processes that share the socket.

    Raises:
        Unavailable: the application could not be opened.
    """
    import uvicorn

    from jobtracker.background import embedded, open_background
    from jobtracker.web.app import create_app
    from jobtracker.web.observe import open_tracing

    settings = core.settings.server
    open_files(raise_to=OPEN_FILES)
    sys.setswitchinterval(SWITCH_SECONDS)
    tracing = open_tracing(settings.traces_url)
    if embedded(core):
        open_background(core)
    app = create_app(core)
    config = uvicorn.Config(
        app,
        http=cast("Any", patient(settings.header_seconds)),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
        ws="none",
        proxy_headers=False,  # the guard knows which proxies are believed
        timeout_graceful_shutdown=settings.stop_seconds + AFTER_STOP_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )
    server = _server(config, app, ready, board)
    try:
        server.run(sockets=[listener])
    finally:
        if tracing is not None:
            tracing.shutdown()
    if not server.started:
        raise Unavailable("the server could not start; the log on standard error says why")


def _server(
    config: uvicorn.Config, app: Any, ready: Callable[[], None], board: Board | None
) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it is ready, and lets turns finish before connections are waited for."""

        acceptors: tuple[Acceptor, ...] = ()

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            if board is None:
                await super().startup(sockets)
            else:
                await super().startup([])
                self.server_state.connections = Held(functools.partial(board.add, -1))
                self.acceptors = tuple(
                    Acceptor(one, board, self._protocol) for one in sockets or ()
                )
            if self.started:
                # What was imported lives on: the collector need not walk it again and again.
                gc.collect()
                gc.freeze()
                ready()

        def _protocol(self) -> asyncio.Protocol:
            made = cast("Any", config.http_protocol_class)
            return made(
                config=config, server_state=self.server_state, app_state=self.lifespan.state
            )

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for acceptor in self.acceptors:
                acceptor.close()
            app.state.web.turns.drain()
            await super().shutdown(sockets)

        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            # uvicorn raises the signal again once it is done, which would hide our exit code.
            with super().capture_signals():
                yield
                self._captured_signals.clear()

    return Server(config)


def _child(
    settings: Settings, listener: socket.socket, figures: Path, ready: Any, board: tuple[Any, int]
) -> None:
    shared_metrics(figures)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent passes Ctrl-C on as SIGTERM
    log_to_stderr(settings.log_level, as_json=settings.server.log_format == "json")
    core = Core(settings)
    try:
        run(core, listener, lambda: ready.send(True), Board(*board))
    except JobTrackerError as exc:
        _log.error("%s", exc.message)  # one line; nobody reads a trace of it
        raise SystemExit(1) from exc
    finally:
        core.close()


class Children:
    """Several processes on one port; one that dies is replaced."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = []
        self._places: dict[BaseProcess, int] = {}
        self._counts: Any = self._context.RawArray("i", settings.server.processes)
        self._deaths: list[float] = []
        self._stop = threading.Event()
        self._figures = Path(tempfile.mkdtemp(prefix="jobtracker-figures-"))

    def run(self, ready: Callable[[], None]) -> None:
        """Keep them alive until SIGTERM or Ctrl-C.

        Raises:
            Unavailable: they die again and again.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._leave)
        waiting = [self._start() for _ in range(self._settings.server.processes)]
        try:
            while waiting and not self._stop.is_set():
                waiting = [pipe for pipe in waiting if not _said_ready(pipe)]
                self._replace()
            if not self._stop.is_set():
                ready()
            while not self._stop.is_set():
                wait([process.sentinel for process in self._processes], timeout=0.5)
                self._replace()
        finally:
            self._end()

    def _leave(self, _number: int, _frame: object) -> None:
        self._stop.set()

    def _start(self) -> Any:
        here, there = self._context.Pipe(duplex=False)
        place = next(n for n in range(len(self._counts)) if n not in self._places.values())
        nobody(self._counts, place)
        board = (self._counts, place)
        process = self._context.Process(
            target=_child, args=(self._settings, self._listener, self._figures, there, board)
        )
        process.start()
        there.close()
        self._processes.append(process)
        self._places[process] = place
        return here

    def _replace(self) -> None:
        for process in [one for one in self._processes if not one.is_alive()]:
            self._processes.remove(process)
            self._forget(process)
            if self._stop.is_set():
                continue
            now = time.monotonic()
            self._deaths = [*(at for at in self._deaths if now - at < DEATH_SECONDS), now]
            if len(self._deaths) > DEATHS:
                raise Unavailable("the server's processes end again and again; see the log")
            _log.error("a process of the server has ended (%s); another starts", process.exitcode)
            self._start()

    def _forget(self, process: BaseProcess) -> None:
        """Drop what a dead process had open; what it counted stays counted."""
        nobody(self._counts, self._places.pop(process))
        for file in self._figures.glob(f"gauge_live*_{process.pid}.db"):
            file.unlink(missing_ok=True)

    def _end(self) -> None:
        for process in self._processes:
            process.terminate()
        until = time.monotonic() + self._settings.server.stop_seconds + 2 * AFTER_STOP_SECONDS
        for process in self._processes:
            process.join(max(0.1, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
        shutil.rmtree(self._figures, ignore_errors=True)


def _said_ready(pipe: Any) -> bool:
    """Tell whether the child has said that it is ready, or will not any more."""
    try:
        if not pipe.poll(0.2):
            return False
        pipe.recv()
    except (EOFError, OSError):
        pass
    pipe.close()
    return True
