"""The one process that owns a home's Chroma folder: Chroma's server, and a watch beside it.

Run as ``python -m jobtracker.core.vector_server FOLDER LINGER [repair]`` by `core/vector_owner.py`.
It leaves its parent, listens on loopback, writes `state.json` once it answers, and stops LINGER
seconds after the last process that uses it has left, which the kernel tells even of a killed one:
each holds a shared lock on `users.lock`.

Chroma 1.5's own server knows no login, so everything lives under a tenant whose name is a random
secret, kept in a file that only the owner of the home can read: no route lists the tenants, and the
collections' ids are random too. Started through the bindings, for `chroma run` imports the whole
client first (1.6 s and 90 MB against 0.2 s and 39 MB).
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

DATABASE = "jobtracker"
OWNED_BY_OTHER = 3
_POLL = 0.5


def write_private(path: Path, text: str) -> None:
    """Write the file in one step, readable by its owner alone."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def open_lock(path: Path) -> int:
    """Open a lock file; the lock is the kernel's and dies with the process."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Take the lock if it is free."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tenant(folder: Path) -> str:
    file = folder / "secret"
    if not file.is_file():
        write_private(file, "home-" + secrets.token_hex(16))
    return file.read_text(encoding="utf-8").strip()


def _post(port: int, path: str, name: str) -> bool:
    """Create `name`; true where it exists afterwards."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(
            "POST", path, json.dumps({"name": name}), {"content-type": "application/json"}
        )
        return connection.getresponse().status in {200, 201, 409}
    except OSError:
        return False
    finally:
        connection.close()


def _announce(folder: Path, port: int) -> None:
    tenant = _tenant(folder)
    databases = f"/api/v2/tenants/{tenant}/databases"
    while not (_post(port, "/api/v2/tenants", tenant) and _post(port, databases, DATABASE)):
        time.sleep(0.02)
    state = {"port": port, "pid": os.getpid(), "tenant": tenant}
    write_private(folder / "state.json", json.dumps(state))


def _watch(folder: Path, port: int, linger: float) -> None:
    """Stop the process once nobody has used it for `linger` seconds, or its folder is gone."""
    _announce(folder, port)
    users = open_lock(folder / "users.lock")
    idle = 0.0
    while (folder / "state.json").exists():
        time.sleep(min(_POLL, linger))
        if not try_lock(users):
            idle = 0.0
            continue
        idle += _POLL
        if idle >= linger:  # the lock stays taken: who comes now waits until this process is gone
            (folder / "state.json").unlink(missing_ok=True)
            break
        fcntl.flock(users, fcntl.LOCK_UN)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(3)
    os._exit(0)


def _discard_if_damaged(data: Path) -> None:
    """Throw a damaged index away: it is built again from the relational store."""
    file = data / "chroma.sqlite3"
    if not file.exists():
        return
    try:
        connection = sqlite3.connect(file)
        sound = connection.execute("pragma quick_check").fetchone() == ("ok",)
        connection.close()
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        shutil.rmtree(data, ignore_errors=True)


def _leave_parent(folder: Path) -> None:
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir(folder)
    log = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)


def main(arguments: list[str]) -> int:
    """Own the folder until nobody uses it; returns only where another process owns it."""
    folder, linger = Path(arguments[0]), float(arguments[1])
    owner = open_lock(folder / "owner.lock")
    for attempt in range(40):  # others probe the lock for an instant to see whether we live
        if try_lock(owner):
            break
        if attempt == 39:
            return OWNED_BY_OTHER
        time.sleep(0.005)
    (folder / "state.json").unlink(missing_ok=True)
    data = folder / "chroma"
    if "repair" in arguments[2:]:
        _discard_if_damaged(data)
    data.mkdir(mode=0o700, exist_ok=True)
    port = _free_port()
    config = folder / "server.yaml"
    lines: dict[str, object] = {
        "persist_path": str(data),
        "listen_address": "127.0.0.1",
        "port": port,
        "allow_reset": False,
        "cors_allow_origins": [],
    }
    # JSON values are YAML values, whatever the path contains.
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())
    write_private(config, text)
    _leave_parent(folder)
    threading.Thread(target=_watch, args=(folder, port, linger), daemon=True).start()
    bindings: Any = import_module("chromadb_rust_bindings")  # it has no types
    bindings.cli(["chroma", "run", str(config)])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
