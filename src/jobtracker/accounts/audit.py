"""What happened to an account, in the log of events: visible to the person, ids only.

Kinds: `account.` and registered, signed_in, sign_in_failed, signed_out, session_revoked,
password_changed, totp_added, totp_removed, recovery_codes_made, recovery_code_used, passkey_added,
passkey_removed, token_made, token_revoked, identity_linked, role_changed, disabled, enabled,
exported, reset_made. An event's `data` says `method` at most: no name, no address.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.core.events import Event, EventRow

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_log = logging.getLogger("jobtracker.accounts")


def note(
    core: Core, session: Session, user: str, what: str, subject: str = "", method: str = ""
) -> None:
    """Write an event in the transaction of the change itself, and a line in the log."""
    data = {"method": method} if method else {}
    event = Event(user, f"account.{what}", subject or user, core.clock.now(), data)
    core.events.append(session, event)
    fields = {"kind": event.kind, "user": user, **data}
    _log.info("account event", extra={"fields": fields})


def recent(core: Core, user: str, limit: int = 50) -> list[Event]:
    """Return the newest events of the person's account, newest first."""
    query = (
        sa.select(EventRow)
        .where(EventRow.user_id == user, EventRow.kind.startswith("account."))
        .order_by(EventRow.seq.desc())
        .limit(limit)
    )
    with core.store.begin() as session:
        rows = session.scalars(query).all()
    return [Event(r.user_id, r.kind, r.subject, r.at, r.data, r.version, r.seq) for r in rows]
