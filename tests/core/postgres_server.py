"""A PostgreSQL of a test's own on loopback, which the test may stop and start again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.core.loopback_server import LoopbackServer

_PLACES = ":".join(str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin")))


class PostgresServer(LoopbackServer):
    """What was committed is there after the next start."""

    name = "PostgreSQL"
    end = signal.SIGQUIT

    def __init__(self, programs: Path, folder: Path, owner: dict[str, Any]) -> None:
        super().__init__()
        self._programs = programs
        self._folder = folder
        self._owner = owner
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "root", "-A", "trust", "-E", "UTF8"],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **owner,
        )
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://root@127.0.0.1:{self.port}/postgres"

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
        }
        command = [self._programs / "postgres", "-D", self._folder / "data", "-p", str(port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **self._owner)

    def _answers(self, port: int) -> bool:
        url = f"postgresql://root@127.0.0.1:{port}/postgres"
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def postgres_server() -> Generator[PostgresServer]:
    """Yield a running PostgreSQL; the test is skipped where its programs are not installed."""
    found = shutil.which("initdb", path=f"{os.environ.get('PATH', '')}:{_PLACES}")
    if found is None:
        pytest.skip("initdb is not installed (Debian package postgresql)")
    owner: dict[str, Any] = {}
    folder = Path(
        tempfile.mkdtemp(prefix="jobtracker-postgres-", dir="/tmp")
    )  # one that it may enter
    try:
        if os.geteuid() == 0:  # which it refuses to run as
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                pytest.skip("there is no account postgres, and PostgreSQL does not run as root")
            os.chown(folder, account.pw_uid, account.pw_gid)
            owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        server = PostgresServer(Path(found).resolve().parent, folder, owner)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
