"""A Redis of a test's own on loopback, which the test may stop and start again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobtracker.core.settings import load_settings
from jobtracker.core.settings_groups import RedisSettings

PATIENCE = 90.0


class RedisServer:
    """The process and its port, which stays the same whenever it is started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; another port is tried where somebody took the first one meanwhile."""
        deadline = time.monotonic() + PATIENCE
        kept = self.port
        while True:
            port = kept or _free_port()
            process = self._spawn(port)
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), 5).close()
                except OSError:
                    assert time.monotonic() < deadline, "Redis did not start"
                    time.sleep(0.01)
                    continue
                self.port, self._process = port, process
                return
            assert time.monotonic() < deadline, "Redis did not start"

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        command = [self._program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        return subprocess.Popen(
            [*command, "--appendonly", "no", "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """Kill it; what it held is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
