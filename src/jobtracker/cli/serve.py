"""`jobtracker serve`: the web server."""

from __future__ import annotations

import time
from typing import Any

import typer

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Unavailable
from jobtracker.core.settings import Settings, load_settings
from jobtracker.core.telemetry import log_to_stderr

_AGAIN_SECONDS = 2.0


def run_serve(host: str | None, port: int | None, processes: int | None = None) -> None:
    """Serve until stopped; a first Ctrl-C lets running turns finish.

    Raises:
        JobTrackerError: the settings, the home folder or the port cannot be used.
    """
    from jobtracker.cli.accounts import announce_setup
    from jobtracker.web.serving import Children, check_host, listen, run

    settings = _settings(host=host, port=port, processes=processes)
    server = settings.server
    log_to_stderr(settings.log_level, as_json=server.log_format == "json")
    check_host(server)
    core = Core(settings)
    try:
        _check(core)
        _open_store(core)  # migrated once, behind its lock, before any process serves
        with listen(server.host, server.port) as listener:
            bound = listener.getsockname()
            where = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
            address = server.public_url or f"http://{where}:{bound[1]}"
            announce_setup(core, address)

            def ready() -> None:
                typer.echo(f"jobtracker serve: ready at {address}", err=True)

            if server.processes > 1:
                core.close()  # each child opens its own
                Children(settings, listener).run(ready)
            else:
                run(core, listener, ready)
    finally:
        core.close()


def _check(core: Core) -> None:
    """Refuse an address that is none; nobody is connected to.

    Raises:
        BadInput: it is not one of Redis.
    """
    if core.settings.redis.url:
        _ = core.notifier


def _open_store(core: Core) -> None:
    """Open the store; a PostgreSQL that does not answer is waited for, and said to be.

    Raises:
        JobTrackerError: the store cannot be used; of the embedded one, nobody else brings it back.
    """
    said = False
    while True:
        try:
            _ = core.store
        except Unavailable as exc:
            if not core.settings.store.url.startswith("postgresql"):
                raise
            if not said:
                said = True
                typer.echo(f"jobtracker serve: {exc.message}; waiting for it", err=True)
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _settings(**given: Any) -> Settings:
    told = {key: value for key, value in given.items() if value is not None}
    settings = load_settings()
    return load_settings(server={**settings.server.model_dump(), **told}) if told else settings
