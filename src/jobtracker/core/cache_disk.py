"""The cache's last layer: encrypted files in the home folder.

Each file is AES-256-GCM with the key of this home, and bound to its own name, so that no file can
stand in for another. A file that does not open, for whatever reason, is a miss and goes.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_HEAD = struct.Struct("<dd")
_SKEW = 300.0
_FULL = (errno.ENOSPC, errno.EDQUOT)
_log = logging.getLogger(__name__)


class DiskLayer:
    """Files under `folder`, the oldest go first once `max_bytes` are reached."""

    name = "disk"

    def __init__(self, folder: Path, max_bytes: int, seconds: float) -> None:
        self._folder = folder
        self._max = max_bytes
        self._seconds = seconds
        self._lock = threading.Lock()
        self._cipher: AESGCM | None = None
        self._size: int | None = None
        self._complained = False

    def get(self, key: str) -> tuple[bytes, float] | None:
        """Return value and seconds left."""
        from cryptography.exceptions import InvalidTag

        file = self._folder / key
        try:
            sealed = file.read_bytes()
            opened = self._opened().decrypt(sealed[:_NONCE], sealed[_NONCE:], key.encode())
            written, until = _HEAD.unpack_from(opened)
        except FileNotFoundError:
            return None
        except (OSError, InvalidTag, ValueError, struct.error):
            self._remove(file)
            return None
        now = time.time()
        # A clock that was put back leaves entries from the future: their age is unknown.
        if until <= now or written > now + _SKEW:
            self._remove(file)
            return None
        return opened[_HEAD.size :], until - now

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Write the file in one step."""
        if len(value) > self._max // 8:
            return
        now = time.time()
        file = self._folder / key
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        try:
            head = _HEAD.pack(now, now + min(seconds, self._seconds))
            nonce = secrets.token_bytes(_NONCE)
            sealed = nonce + self._opened().encrypt(nonce, head + value, key.encode())
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_bytes(sealed)
            fresh.replace(file)
        except OSError as exc:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            if exc.errno in _FULL and not self._complained:
                self._give_way()
            self._complain(exc)
            return
        self._complained = False
        self._grown(len(sealed))

    def drop(self, prefix: str) -> None:
        """Remove a file, or the folder of a kind or a user; all but the key for no prefix."""
        target = self._folder / prefix
        if not prefix:
            for folder in self._folder.glob("*/"):
                shutil.rmtree(folder, ignore_errors=True)
            with self._lock:
                self._size = None
        elif target.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            with self._lock:
                self._size = None
        else:
            self._remove(target)

    def on_late(self, call: Callable[[str], None]) -> None:
        """No drop waits here."""

    def close(self) -> None:
        """Nothing is held open."""

    def _opened(self) -> AESGCM:
        """Return the cipher of this home; its key is made when first needed.

        Raises:
            OSError: the key cannot be read or written.
        """
        with self._lock:
            if self._cipher is None:
                from cryptography.hazmat.primitives.ciphers.aead import AESGCM

                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._cipher = AESGCM(_key(self._folder / "key"))
            return self._cipher

    def _remove(self, file: Path) -> None:
        try:
            size = file.stat().st_size
            file.unlink()
        except OSError:
            return
        with self._lock:
            if self._size is not None:
                self._size -= size

    def _grown(self, size: int) -> None:
        with self._lock:
            self._size = self._measured() if self._size is None else self._size + size
            if self._size > self._max:
                self._size = self._shrunk(int(self._max * 0.9))

    def _give_way(self) -> None:
        """Leave half of what is kept to others: whoever filled the disk needs it more."""
        with self._lock:
            self._size = self._shrunk(self._measured() // 2)

    def _files(self) -> list[tuple[float, int, Path]]:
        found: list[tuple[float, int, Path]] = []
        for file in self._folder.glob("*/*/*"):
            with suppress(OSError):
                stat = file.stat()
                found.append((stat.st_mtime, stat.st_size, file))
        return found

    def _measured(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _shrunk(self, wanted: int) -> int:
        """Remove the oldest files until `wanted` bytes are left; return what is left."""
        files = sorted(self._files())
        left = sum(size for _, size, _ in files)
        for _, size, file in files:
            if left <= wanted:
                break
            with suppress(OSError):
                file.unlink()
                left -= size
        return left

    def _complain(self, exc: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning(
                "the cache in %s cannot be written (%s); it is left out until it can",
                self._folder,
                exc,
            )


def _key(file: Path) -> bytes:
    """Return the 32 bytes in the file, made if absent; of several makers one wins."""
    if not file.exists():
        fresh = file.with_name(f"key.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(fresh, file)
        finally:
            fresh.unlink()
    key = file.read_bytes()
    if len(key) != 32:
        raise OSError(f"{file} is not a key of 32 bytes; remove the folder")
    return key
