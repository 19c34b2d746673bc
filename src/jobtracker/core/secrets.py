"""Secrets at rest: encrypted with a key that lies in a file of its own in the home folder.

A copy of the database alone, a backup for example, then tells no password. Who can read the whole
home folder can read the key too: keep it on a disk that only you read.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path
from typing import cast

from jobtracker.core.errors import AuthNeeded, Unavailable

KEY_FILE = "secret.key"


class Secrets:
    """Seals and opens small dictionaries of secrets (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE

    def seal(self, values: dict[str, str]) -> str:
        """Return the values encrypted, as text."""
        from cryptography.fernet import Fernet

        return Fernet(self._key()).encrypt(json.dumps(values).encode()).decode("ascii")

    def open(self, sealed: str) -> dict[str, str]:
        """Return what was sealed.

        Raises:
            AuthNeeded: the key is another one, or the text was changed; log in again.
        """
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return cast("dict[str, str]", json.loads(Fernet(self._key()).decrypt(sealed.encode())))
        except InvalidToken as exc:
            raise AuthNeeded(
                f"the stored login cannot be opened with the key in {self._path}; "
                "bring the old key file back, or connect the account again"
            ) from exc

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, the same for whoever has the key file (HKDF-SHA256)."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = f"jobtracker: {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._key())

    def _key(self) -> bytes:
        """Return the key, made on first use; two processes at once agree on one."""
        from cryptography.fernet import Fernet

        try:
            return self._path.read_bytes().strip()
        except FileNotFoundError:
            pass
        except OSError as exc:
            raise self._unusable(exc) from exc
        fresh = self._path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(fresh, self._path)
            return self._path.read_bytes().strip()
        except OSError as exc:
            raise self._unusable(exc) from exc
        finally:
            fresh.unlink(missing_ok=True)

    def _unusable(self, exc: OSError) -> Unavailable:
        return Unavailable(f"the key file {self._path} cannot be used ({exc.strerror})")
