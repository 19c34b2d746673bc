"""What `jobtracker serve` needs of this machine, for `jobtracker doctor`."""

from __future__ import annotations

import http.client
import sys
from contextlib import suppress
from typing import Any

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.web.serving import check_host, listen, open_files

FEW_FILES = 2048
"""Each stream takes two descriptors where a model answers."""


def server(core: Core) -> str:
    """Say where `serve` would listen, and for whom.

    Raises:
        JobTrackerError: it would refuse, or the port is another program's.
    """
    settings = core.settings.server
    check_host(settings)
    where = f"{settings.host}:{settings.port}"
    try:
        listen(settings.host, settings.port).close()
        state = "free"
    except Unavailable:
        if not _is_ours(settings.host, settings.port):
            raise
        state = "a server answers there"
    whom = "this machine only" if settings.accounts == "off" else f"accounts: {settings.accounts}"
    if settings.accounts != "off" and not settings.public_url.startswith("https://"):
        raise BadInput(
            "with accounts the server needs https in front of it, else passwords travel in the "
            "open: set JOBTRACKER_SERVER__PUBLIC_URL=https://…"
        )
    return f"{where} ({state}), {whom}, {settings.processes} process(es)"


def _is_ours(host: str, port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection(host, port, timeout=3)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read(200).strip() == b'{"status":"ok"}'
        finally:
            connection.close()
    return False


def redis(core: Core) -> str:
    """Say whether Redis answers, where the settings name one.

    Raises:
        Unavailable: it does not.
    """
    url = core.settings.redis.url
    if not url:
        return "none; cache, limits and streams stay in the process (JOBTRACKER_REDIS__URL)"
    try:
        import redis as library
    except ImportError as exc:
        raise Unavailable("pip install 'job-tracker-pro[redis]'") from exc
    client: Any = library.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url, socket_timeout=2, socket_connect_timeout=2
    )
    try:
        client.ping()
    except (library.RedisError, ValueError) as exc:
        raise Unavailable(f"Redis does not answer ({exc}); start it, or check redis.url") from exc
    finally:
        client.close()
    return "answers"


def limits(core: Core) -> str:
    """Say whether the machine carries what the settings ask for.

    Raises:
        JobTrackerError: worker processes do not fit, or there are too few file descriptors.
    """
    budget = core.workers.check()
    files = open_files()
    if files is not None and files < FEW_FILES:
        raise Unavailable(f"only {files} open files are allowed; raise it: ulimit -Hn 65536")
    shown = f"{files} open files" if files is not None else sys.platform
    return f"workers of {budget.memory_mb} MiB, {shown}"


CHECKS = {"server": server, "redis": redis, "limits": limits}
