"""Invitations, and keys to a new password: made, listed, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from jobtracker.accounts import audit
from jobtracker.accounts.keys import digest, new_id, new_key
from jobtracker.accounts.model import Invite, Role
from jobtracker.accounts.tables import InviteRow
from jobtracker.core.errors import NotFound

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_BY_COMMAND = "@command"
"""Who invited where it was done on the machine itself."""


class Invitations:
    """The invitations of one installation."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def invite(
        self, kind: str = "invite", role: Role = "user", by: str = _BY_COMMAND, subject: str = ""
    ) -> tuple[str, Invite]:
        """Make an invitation (or the key to a new password); return the secret key, shown once."""
        key, now = new_key(), self._core.clock.now()
        lasts = self._core.settings.server.invite_days
        row = InviteRow(
            id=new_id(),
            user_id=by,
            token_hash=digest(key),
            kind=kind,
            role=role,
            subject=subject or None,
            created_at=now,
            expires_at=now + timedelta(days=min(lasts, 1) if kind == "reset" else lasts),
        )
        with self._core.store.begin() as session:
            session.execute(sa.delete(InviteRow).where(InviteRow.expires_at <= now))
            session.add(row)
            if subject:
                audit.note(self._core, session, subject, "reset_made")
            session.flush()
            return key, _invite(row)

    def invites(self) -> list[Invite]:
        """Return the invitations that are open, the newest first."""
        query = sa.select(InviteRow).where(InviteRow.expires_at > self._core.clock.now())
        with self._core.store.begin() as session:
            rows = session.scalars(query.order_by(InviteRow.created_at.desc())).all()
            return [_invite(row) for row in rows]

    def withdraw(self, invite_id: str) -> None:
        """Take an invitation back.

        Raises:
            NotFound: none is open under that id.
        """
        with self._core.store.begin() as session:
            row = session.get(InviteRow, invite_id)
            if row is None:
                raise NotFound(f"invitation {invite_id[:40]!r}: none is open under that id")
            session.delete(row)


def invite_url(origin: str, kind: str, key: str) -> str:
    """Return the address to send; the key is in its fragment, which no server's log sees."""
    return f"{origin}/register#{'reset' if kind == 'reset' else 'invite'}={key}"


def _invite(row: InviteRow) -> Invite:
    role: Role = "admin" if row.role == "admin" else "user"
    return Invite(row.id, row.kind, role, row.created_at, row.expires_at)
