"""Chroma's own server on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 200.0


@contextmanager
def chroma_server(folder: Path) -> Generator[str]:
    """Yield the URL of a running `chroma run`; another port is tried where one was taken."""
    program = Path(sys.executable).with_name("chroma")
    deadline = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while server.poll() is None and not _answers(port):
            assert time.monotonic() < deadline, "chroma run does not answer"
            time.sleep(0.05)
        if server.poll() is None:
            break
        assert time.monotonic() < deadline, "chroma run ends by itself"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=30):
            return True
    except OSError:
        return False
