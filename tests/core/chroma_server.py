"""Chroma's own server on loopback."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.core.loopback_server import LoopbackServer


class ChromaServer(LoopbackServer):
    """What it wrote is there after the next start."""

    name = "chroma run"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        program = Path(sys.executable).with_name("chroma")
        place = ["--path", self._folder, "--host", "127.0.0.1", "--port", str(port)]
        return subprocess.Popen(
            [program, "run", *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _answers(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=30):
                return True
        except OSError:
            return False


@contextmanager
def chroma_server(folder: Path) -> Generator[str]:
    """Yield the URL of a running `chroma run`."""
    server = ChromaServer(folder)
    try:
        yield server.url
    finally:
        server.stop()
