"""Random keys, and how they are kept: 256 bits need no slow hash, a digest will do."""

from __future__ import annotations

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "jt_"
"""Marks an API token, so that scanners of leaked secrets can find one."""


def new_key(prefix: str = "") -> str:
    """Return a new key of 256 random bits, URL-safe."""
    return prefix + secrets.token_urlsafe(32)


def new_session_key(seed: str = "") -> str:
    """Return a new session key: a seed that survives a rotation, and 256 bits that do not."""
    return f"{seed or secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}"


def seed_of(key: str) -> str:
    """Return the part of a session key that survives a rotation."""
    return key.partition(".")[0]


def new_id() -> str:
    """Return an id that may be shown and cannot be guessed."""
    return secrets.token_hex(10)


def digest(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def derived(key: str, purpose: str) -> str:
    """Return another key, derived from this one for a purpose."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in a time that tells nothing about where they differ."""
    return hmac.compare_digest(
        left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
    )
