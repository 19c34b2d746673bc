"""A Redis of a test's own on loopback, which the test may stop and start again."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobtracker.core.settings import load_settings
from jobtracker.core.settings_groups import RedisSettings
from tests.core.loopback_server import LoopbackServer


class RedisServer(LoopbackServer):
    """What it holds is lost when it is stopped."""

    name = "Redis"

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__()
        self._program = program
        self._folder = folder
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        command = [self._program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        return subprocess.Popen(
            [*command, "--appendonly", "no", "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )

    def _answers(self, port: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            return False
        return True


@contextmanager
def redis_server(folder: Path) -> Generator[RedisServer]:
    """Yield a running Redis; the test is skipped where none is installed."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    server = RedisServer(program, folder)
    try:
        yield server
    finally:
        server.stop()


def patient(url: str) -> RedisSettings:
    """Settings for a Redis that may take its time: the machine of a test may be a busy one."""
    return load_settings().redis.model_copy(update={"url": url, "timeout_seconds": 60.0})
