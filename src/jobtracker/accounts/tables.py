"""Accounts and all that proves them.

Columns that end in `_hash`, `_sealed` or `_key` hold what proves an identity: an export of the
account leaves them out (`portable.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UserOwned, UtcDateTime


class AccountRow(Base):
    """A person. `user_id` is opaque and owns their rows; the name is what they sign in with.

    `folded` and `skeleton` are the name as it is compared: letter case and look-alikes aside.
    """

    __tablename__ = "accounts"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    folded: Mapped[str] = mapped_column(sa.String(64), unique=True)
    skeleton: Mapped[str] = mapped_column(sa.String(128), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[str] = mapped_column(sa.String(8))
    disabled: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(sa.Text)
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    totp_sealed: Mapped[str | None] = mapped_column(sa.Text)
    totp_on: Mapped[bool]
    totp_step: Mapped[int] = mapped_column(sa.BigInteger)
    """The time step of the last code that was accepted; none up to it is accepted again."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class SessionRow(UserOwned, Base):
    """A browser that is signed in. `proved_at` is when the person last gave a proof in it."""

    __tablename__ = "account_sessions"
    id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    label: Mapped[str] = mapped_column(sa.String(120))
    method: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime())
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())


class TokenRow(UserOwned, Base):
    """An API token; the token itself is shown once and not kept."""

    __tablename__ = "account_tokens"
    id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[str]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RecoveryRow(UserOwned, Base):
    """A recovery code that has not been used."""

    __tablename__ = "account_recovery_codes"
    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class PasskeyRow(UserOwned, Base):
    """A WebAuthn credential; `id` is the credential's, base64url."""

    __tablename__ = "account_passkeys"
    id: Mapped[str] = mapped_column(sa.String(1400), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(100))
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class IdentityRow(UserOwned, Base):
    """A login by another service: `subject` is the person's id at the `issuer`."""

    __tablename__ = "account_identities"
    issuer: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ChallengeRow(Base):
    """Something begun that is to be finished soon, once: a second factor, a passkey, a login."""

    __tablename__ = "account_challenges"
    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(sa.String(128), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)


class InviteRow(UserOwned, Base):
    """An invitation; `user_id` is who invited. It is removed when it is used."""

    __tablename__ = "account_invites"
    id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    """`invite`, `setup` (the first account) or `reset` (a new password for `subject`)."""
    role: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str | None] = mapped_column(sa.String(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
