"""Sessions of browsers and API tokens: opened, found, listed, revoked.

A key is random and kept as a digest only. A session ends when it is idle for
`server.session_idle_hours`, and after `server.session_days` at the latest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from jobtracker.accounts import audit
from jobtracker.accounts.keys import TOKEN_PREFIX, digest, new_id, new_key, new_session_key, seed_of
from jobtracker.accounts.model import ApiToken, Session
from jobtracker.accounts.tables import AccountRow, SessionRow, TokenRow
from jobtracker.core.errors import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as OrmSession

    from jobtracker.core.bootstrap import Core

MAX_SESSIONS = 50
MAX_TOKENS = 50
MAX_TOKEN_DAYS = 366
SEEN_SECONDS = 60
"""How exact `seen_at` is: a write per request would cost more than it tells."""
Kept = TypeVar("Kept", SessionRow, TokenRow)
"""What is found by the digest of a secret key."""


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def open(self, user: str, method: str, label: str) -> tuple[str, Session]:
        """Open a session after a proof of identity; return its secret key and the session.

        The oldest sessions of the person go where there are too many.
        """
        key, now = new_session_key(), self._core.clock.now()
        row = SessionRow(
            id=new_id(),
            user_id=user,
            token_hash=digest(key),
            label=_clean(label),
            method=method,
            created_at=now,
            seen_at=now,
            proved_at=now,
            expires_at=now + timedelta(days=self._core.settings.server.session_days),
        )
        with self._core.store.begin() as session:
            kept = session.scalars(
                sa.select(SessionRow.id)
                .where(SessionRow.user_id == user)
                .order_by(SessionRow.seen_at.desc())
                .offset(MAX_SESSIONS - 1)
            ).all()
            ended = sa.or_(SessionRow.id.in_(kept), SessionRow.expires_at <= now)
            session.execute(sa.delete(SessionRow).where(SessionRow.user_id == user, ended))
            session.add(row)
            audit.note(self._core, session, user, "signed_in", row.id, method)
            session.flush()
            opened = _session(row, "user")
        return key, opened

    def find(self, key: str) -> Session | None:
        """Return the session of the key where it is open; notes that it was used."""
        now = self._core.clock.now()
        idle = timedelta(hours=self._core.settings.server.session_idle_hours)
        with self._core.store.begin() as session:
            found = _by_key(session, SessionRow, key)
            if found is None:
                return None
            row, role = found
            if now >= min(row.expires_at, row.seen_at + idle):
                session.delete(row)
                return None
            if (now - row.seen_at).total_seconds() > SEEN_SECONDS:
                row.seen_at = now
            return _session(row, role)

    def proved(self, key: str) -> str:
        """Note that the person has proved again who they are; return the new key of the session.

        The first part of the key stays: the token against forged requests is derived from it, and
        pages that are open keep working.

        Raises:
            NotFound: the session has ended meanwhile.
        """
        fresh = new_session_key(seed_of(key))
        changed = (
            sa.update(SessionRow)
            .where(SessionRow.token_hash == digest(key))
            .values(token_hash=digest(fresh), proved_at=self._core.clock.now())
            .returning(SessionRow.id)
        )
        with self._core.store.begin() as session:
            if session.execute(changed).first() is None:
                raise NotFound("this session has ended; sign in again")
        return fresh

    def all_of(self, user: str) -> list[Session]:
        """Return the person's sessions, the last used first."""
        query = sa.select(SessionRow).where(SessionRow.user_id == user)
        with self._core.store.begin() as session:
            rows = session.scalars(query.order_by(SessionRow.seen_at.desc())).all()
            return [_session(row, "user") for row in rows]

    def revoke(self, user: str, session_id: str, what: str = "session_revoked") -> None:
        """End a session.

        Raises:
            NotFound: the person has no such session.
        """
        with self._core.store.begin() as session:
            session.delete(_own(session, SessionRow, user, session_id))
            audit.note(self._core, session, user, what, session_id)

    def revoke_all(self, user: str, but: str = "") -> int:
        """End all sessions of the person but one; return how many."""
        with self._core.store.begin() as session:
            rows = session.scalars(
                sa.select(SessionRow).where(SessionRow.user_id == user, SessionRow.id != but)
            ).all()
            for row in rows:
                session.delete(row)
                audit.note(self._core, session, user, "session_revoked", row.id)
        return len(rows)


class Tokens:
    """The API tokens of all accounts."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def make(
        self, user: str, name: str, scopes: Sequence[str], days: float
    ) -> tuple[str, ApiToken]:
        """Make a token; its secret is returned once and not kept.

        Raises:
            BadInput: no name, no scope, a time out of bounds, or too many tokens.
        """
        label = _clean(name)
        if not label:
            raise BadInput("name: give the token a name, so that you know it again")
        if not scopes:
            raise BadInput("scopes: a token without any could do nothing; name at least one")
        if not 0 < days <= MAX_TOKEN_DAYS:
            raise BadInput(f"days: a token lasts up to {MAX_TOKEN_DAYS} days")
        key, now = new_key(TOKEN_PREFIX), self._core.clock.now()
        row = TokenRow(
            id=new_id(),
            user_id=user,
            token_hash=digest(key),
            name=label,
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=days),
            used_at=None,
        )
        with self._core.store.begin() as session:
            count = sa.select(sa.func.count()).where(TokenRow.user_id == user)
            if (session.scalar(count) or 0) >= MAX_TOKENS:
                raise BadInput(f"you have {MAX_TOKENS} tokens; revoke one that you do not use")
            session.add(row)
            audit.note(self._core, session, user, "token_made", row.id)
            session.flush()
            made = _token(row, "user")
        return key, made

    def find(self, key: str) -> ApiToken | None:
        """Return the token of the key where it is good; notes that it was used."""
        now = self._core.clock.now()
        with self._core.store.begin() as session:
            found = _by_key(session, TokenRow, key)
            if found is None or found[0].expires_at <= now:
                return None
            row, role = found
            if row.used_at is None or (now - row.used_at).total_seconds() > SEEN_SECONDS:
                row.used_at = now
            return _token(row, role)

    def all_of(self, user: str) -> list[ApiToken]:
        """Return the person's tokens, the newest first; expired ones are among them."""
        query = sa.select(TokenRow).where(TokenRow.user_id == user)
        with self._core.store.begin() as session:
            rows = session.scalars(query.order_by(TokenRow.created_at.desc())).all()
            return [_token(row, "user") for row in rows]

    def revoke(self, user: str, token_id: str) -> None:
        """Revoke a token.

        Raises:
            NotFound: the person has no such token.
        """
        with self._core.store.begin() as session:
            session.delete(_own(session, TokenRow, user, token_id))
            audit.note(self._core, session, user, "token_revoked", token_id)


def _by_key(database: OrmSession, kind: type[Kept], key: str) -> tuple[Kept, str] | None:
    """Return the row of a secret key and its person's role, unless the account is locked."""
    query = (
        sa.select(kind, AccountRow.role)
        .join(AccountRow, AccountRow.user_id == kind.user_id)
        .where(kind.token_hash == digest(key), sa.not_(AccountRow.disabled))
    )
    found = database.execute(query).first()
    return None if found is None else (found[0], found[1])


def _own(database: OrmSession, kind: type[Kept], user: str, row_id: str) -> Kept:
    """Return a row of the person.

    Raises:
        NotFound: the person has none of that id.
    """
    row = database.get(kind, row_id)
    if row is None or row.user_id != user:
        name = "session" if kind is SessionRow else "token"
        raise NotFound(f"{name} {row_id[:40]!r}: you have none of that id")
    return row


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:100]


def _session(row: SessionRow, role: str) -> Session:
    return Session(
        row.id, row.user_id, row.label, row.method, row.created_at, row.seen_at, row.proved_at,
        row.expires_at, "admin" if role == "admin" else "user",
    )  # fmt: skip


def _token(row: TokenRow, role: str) -> ApiToken:
    return ApiToken(
        row.id, row.user_id, row.name, tuple(row.scopes), row.created_at, row.expires_at,
        row.used_at, "admin" if role == "admin" else "user",
    )  # fmt: skip
