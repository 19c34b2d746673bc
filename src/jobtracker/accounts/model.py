"""What an account is, seen from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["user", "admin"]
ROLES: tuple[Role, ...] = ("user", "admin")


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    user_id: str
    name: str
    display_name: str
    role: Role
    disabled: bool
    has_password: bool
    has_totp: bool
    created_at: datetime


@dataclass(frozen=True)
class Session:
    """A browser that is signed in; `id` may be shown, the token may not."""

    id: str
    user_id: str
    label: str
    method: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime
    expires_at: datetime
    role: Role = "user"


@dataclass(frozen=True)
class ApiToken:
    """An API token without its secret."""

    id: str
    user_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    role: Role = "user"


@dataclass(frozen=True)
class Invite:
    """An invitation that is open; `kind` is `invite`, `setup` or `reset`."""

    id: str
    kind: str
    role: Role
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Passkey:
    """A passkey without its key."""

    id: str
    name: str
    backed_up: bool
    created_at: datetime
    used_at: datetime | None
