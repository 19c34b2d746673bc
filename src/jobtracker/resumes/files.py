"""Where a file comes from and where it is kept: what a user may read, and the folders we own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import stat
from pathlib import Path

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Forbidden, Unavailable
from jobtracker.core.speech import say
from jobtracker.resumes.reading.reader import MAX_BYTES


def user_folder(core: Core, kind: str, user: str) -> Path:
    """Return the user's folder of a kind (`resumes`, `exports`) in the home folder."""
    return core.home / kind / _safe(user)


def _safe(user: str) -> str:
    clean = re.sub(r"[^\w.+@-]", "_", user)
    if clean == user and clean not in {".", ".."}:
        return clean
    return f"{clean[:60]}-{hashlib.blake2b(user.encode(), digest_size=6).hexdigest()}"


def decode_base64(text: str, name: str) -> bytes:
    """Return the decoded content.

    Raises:
        BadInput: not base64, or larger than the limit.
    """
    if len(text) > MAX_BYTES * 4 // 3 + 1000:
        raise BadInput(f"{name} is larger than {MAX_BYTES // 1_048_576} MB")
    payload = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return base64.b64decode("".join(payload.split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadInput(f"content_base64 of {name} is not base64; encode the file's bytes") from exc


def read_path(core: Core, user: str, text: str, *, own_machine: bool) -> tuple[bytes, str]:
    """Return the bytes and the name of the file at a path.

    `own_machine`: the caller is the person at this machine, who may read what the process may; all
    others, and everybody over HTTP, only what lies in their own folders here.

    Raises:
        BadInput: no such file, not a regular file, or too large.
        Forbidden: outside of what this user may read.
    """
    if "\x00" in text or len(text) > 4096 or not text.strip():
        raise BadInput("path is not usable: empty, too long, or with a NUL in it")
    path = Path(text.strip().strip("\"'")).expanduser()
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError) as exc:
        if not own_machine:
            raise Forbidden(say("resumes.elsewhere", name=path.name)) from exc
        raise BadInput(say("resumes.no_such_path", path=text[:200])) from exc
    _check_allowed(core, user, resolved, own_machine=own_machine)
    return _read_regular(resolved), resolved.name


def _check_allowed(core: Core, user: str, path: Path, *, own_machine: bool) -> None:
    own = [user_folder(core, kind, user).resolve() for kind in ("resumes", "exports", "uploads")]
    if any(path.is_relative_to(folder) for folder in own):
        return
    if own_machine and _is_of_the_system(path):
        raise Forbidden(
            f"{path} is a file of the system or holds secrets, not a résumé; give another path"
        )
    if not own_machine or path.is_relative_to(core.home.resolve()):
        raise Forbidden(
            f"{path.name} is outside of what you may read here; send its content (content_base64)"
        )


_SYSTEM = ("/etc", "/proc", "/sys", "/boot", "/run", "/var/lib", "/var/log", "/usr")
_SECRET = frozenset([".ssh", ".gnupg", ".aws", ".kube", ".docker", ".password-store", ".azure"])


def _is_of_the_system(path: Path) -> bool:
    """Tell what no résumé lies in, which a process with more rights than its user could read."""
    return any(path.is_relative_to(folder) for folder in _SYSTEM) or bool(_SECRET & set(path.parts))


def _read_regular(path: Path) -> bytes:
    name = path.name
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except PermissionError as exc:
        raise BadInput(f"{name} may not be read by this user; change its permissions") from exc
    except OSError as exc:
        raise BadInput(f"{name} cannot be opened ({exc.strerror})") from exc
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        code = "resumes.a_folder" if stat.S_ISDIR(info.st_mode) else "resumes.no_file"
        raise BadInput(say(code, name=name))
    with os.fdopen(handle, "rb") as stream:
        if info.st_size > MAX_BYTES:
            raise BadInput(
                say(
                    "resumes.too_large",
                    name=name,
                    n=info.st_size // 1_048_576,
                    most=MAX_BYTES // 1_048_576,
                )
            )
        try:
            return stream.read(MAX_BYTES + 1)
        except OSError as exc:
            raise BadInput(f"{name} cannot be read ({exc.strerror})") from exc


def file_name(name: str) -> str:
    """Return the last part of a name, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip(" .")
    return clean[-200:] or "document"


def keep(folder: Path, name: str, data: bytes) -> Path:
    """Write a file into a folder of ours, whole or not at all.

    Raises:
        Unavailable: the folder cannot be written, or the disk is full.
    """
    target = folder / name
    partial = folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with partial.open("wb") as stream:
            stream.write(data)
        partial.replace(target)
    except OSError as exc:
        partial.unlink(missing_ok=True)
        raise Unavailable(
            f"{target.name} cannot be written to {folder} ({exc.strerror}); free some space "
            "or make it "
            "writable"
        ) from exc
    return target
