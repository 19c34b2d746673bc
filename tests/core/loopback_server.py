"""What the servers of tests share: a process on a loopback port that may be stopped and started."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod

PATIENCE = 200.0


class LoopbackServer(ABC):
    """The process and its port, which stays the same whenever it is started again."""

    name: str
    """What it is called where it does not start."""
    end = signal.SIGKILL
    """What ends it at once, as a crash does."""

    def __init__(self) -> None:
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is found."""

    @abstractmethod
    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        """Start the process."""

    @abstractmethod
    def _answers(self, port: int) -> bool:
        """Tell whether somebody is served there."""

    def start(self) -> None:
        """Start it; another port is tried where somebody took the first one meanwhile."""
        deadline = time.monotonic() + PATIENCE
        kept = self.port
        while True:
            port = kept or _free_port()
            process = self._spawn(port)
            while process.poll() is None:
                if self._answers(port):
                    self.port, self._process = port, process
                    return
                assert time.monotonic() < deadline, f"{self.name} did not start"
                time.sleep(0.02)
            assert time.monotonic() < deadline, f"{self.name} did not start"

    def stop(self) -> None:
        """End it at once; `start` brings it back on the same port."""
        if self._process is not None:
            self._process.send_signal(self.end)
            self._process.wait(PATIENCE)
            self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
