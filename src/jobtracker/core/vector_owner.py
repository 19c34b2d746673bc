"""Finds the process that owns the home's Chroma folder, or starts it."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.settings import VectorSettings, child_environment
from jobtracker.core.vector_http import Address, Connections, Unreachable
from jobtracker.core.vector_server import DATABASE, OWNED_BY_OTHER, open_lock, try_lock

_FILL = "90"
"""glibc fills memory with this byte as it is given out and back. Chroma's graph writes the unused
part of its buffers to its files as it finds them, and with it what was there before: deleted
vectors and ids."""
_ADVICE = "the assistant goes on without the vector index; see {log}"


@dataclass(frozen=True)
class Endpoint:
    """Where a Chroma database answers."""

    address: Address
    tenant: str
    database: str

    @property
    def path(self) -> str:
        """The path of the database."""
        return f"/api/v2/tenants/{self.tenant}/databases/{self.database}"


def parse_url(url: str) -> Endpoint:
    """Read ``http(s)://[:TOKEN@]host[:port][/tenant[/database]]``.

    Raises:
        BadInput: it is none.
    """
    wrong = (
        "setting vectors.url (JOBTRACKER_VECTORS__URL) is not a Chroma address; "
        "write http://host:8000, with :TOKEN@ before the host where it wants one"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise BadInput(wrong) from exc
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(wrong)
    token = unquote(parts.password or "")
    headers = {"x-chroma-token": token, "authorization": f"Bearer {token}"} if token else {}
    steps = [step for step in parts.path.split("/") if step] + ["", ""]
    secure = parts.scheme == "https"
    address = Address(
        "https" if secure else "http", parts.hostname, port or (443 if secure else 8000), headers
    )
    return Endpoint(address, steps[0] or "default_tenant", steps[1] or "jobtracker")


class Owner:
    """This process's part in the shared server: its lease, and finding or starting the server."""

    def __init__(self, settings: VectorSettings, home: Path) -> None:
        self._settings = settings
        self.folder = home / "vectors"
        self._lock = threading.Lock()
        self._lease: int | None = None

    @property
    def data(self) -> Path:
        """Chroma's own folder."""
        return self.folder / "chroma"

    def find(self) -> Endpoint:
        """Return the running server of this home; start it where there is none.

        Raises:
            Unavailable: it did not come up in `vectors.start_seconds`.
        """
        with self._lock:
            try:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                deadline = time.monotonic() + self._settings.start_seconds
                self._take_lease(deadline)
                if found := self._running():
                    return found
                return self._start(deadline)
            except OSError as exc:
                raise Unavailable(
                    f"the vector index in {self.folder} cannot be used ({exc.strerror}); free or "
                    "unlock the folder, the assistant goes on without the index"
                ) from exc

    def _take_lease(self, deadline: float) -> None:
        """Count as a user of the server; the kernel ends the lease with the process."""
        if self._lease is not None:
            return
        lease = open_lock(self.folder / "users.lock")
        while not try_lock(lease, fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                os.close(lease)
                raise self._failure("its lock stays taken")
            time.sleep(0.02)
        self._lease = lease

    def _running(self) -> Endpoint | None:
        if self._ended():  # never tell the tenant to whoever listens on the dead one's port
            return None
        try:
            state = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
            address = Address("http", "127.0.0.1", int(state["port"]))
            endpoint = Endpoint(address, str(state["tenant"]), DATABASE)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        connections = Connections(address, timeout=5)
        try:
            return endpoint if connections.request("GET", endpoint.path).status == 200 else None
        except (Unreachable, Unavailable):
            return None
        finally:
            connections.close()

    def _start(self, deadline: float) -> Endpoint:
        starting = open_lock(self.folder / "start.lock")
        try:
            while not try_lock(starting):
                if found := self._running():
                    return found
                if time.monotonic() > deadline:
                    raise self._failure("another process is starting it for long")
                time.sleep(0.02)
            if found := self._running():
                return found
            for mode in ("", "", "repair"):  # a port taken meanwhile; a damaged index
                if found := self._launch(mode, deadline):
                    return found
            raise self._failure(self._last_words())
        finally:
            os.close(starting)

    def _launch(self, mode: str, deadline: float) -> Endpoint | None:
        """Start the server and wait until it answers; None where it ended."""
        command = [sys.executable, "-m", "jobtracker.core.vector_server", str(self.folder)]
        command += [str(self._settings.linger_seconds), *([mode] if mode else [])]
        try:
            done = subprocess.run(
                command,
                check=False,
                timeout=max(1.0, deadline - time.monotonic()),
                env=child_environment(
                    PYTHONSAFEPATH="1", ANONYMIZED_TELEMETRY="False", MALLOC_PERTURB_=_FILL
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except subprocess.TimeoutExpired as exc:
            raise self._failure("it did not start in time") from exc
        if done.returncode not in {0, OWNED_BY_OTHER}:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise self._failure(lines[-1] if lines else f"exit code {done.returncode}")
        while time.monotonic() < deadline:
            if found := self._running():
                return found
            if self._ended():
                return None
            time.sleep(0.01)
        raise self._failure("it did not answer in time")

    def _ended(self) -> bool:
        owner = open_lock(self.folder / "owner.lock")
        try:
            return try_lock(owner)
        finally:
            os.close(owner)

    def _last_words(self) -> str:
        try:
            lines = (self.folder / "server.log").read_text(errors="replace", encoding="utf-8")
        except OSError:
            return "it ended at once"
        words = [line.strip() for line in lines.splitlines() if "rror" in line]
        return words[-1][:200] if words else "it ended at once"

    def _failure(self, reason: str) -> Unavailable:
        advice = _ADVICE.format(log=self.folder / "server.log")
        return Unavailable(f"the vector server cannot be started ({reason}); {advice}")

    def close(self) -> None:
        """End the lease; the server stops by itself when the last one has ended."""
        with self._lock:
            lease, self._lease = self._lease, None
            if lease is not None:
                os.close(lease)
