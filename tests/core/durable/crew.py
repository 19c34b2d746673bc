"""Two processes that do durable jobs; whoever was killed is replaced."""

from __future__ import annotations

import random
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Crew:
    """Starts `command` twice, and again for each that is dead."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._command = command
        self._environment = environment
        self.members: list[subprocess.Popen[bytes]] = []
        self.deaths = 0

    def fill(self) -> None:
        """Replace the dead; none of them may have ended by itself."""
        for member in [one for one in self.members if one.poll() is not None]:
            assert member.returncode == -signal.SIGKILL, "a process ended by itself"
            self.members.remove(member)
            self.deaths += 1
        while len(self.members) < 2:
            self.members.append(subprocess.Popen(self._command, env=self._environment, cwd=ROOT))

    def kill_one(self, chance: random.Random) -> None:
        chance.choice(self.members).kill()

    def stop(self) -> None:
        for member in self.members:
            member.kill()
            member.wait()
