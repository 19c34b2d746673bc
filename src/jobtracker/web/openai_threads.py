"""Finds the thread of a client that keeps no thread but sends the whole conversation each time.

After each turn two digests lead to its thread: that of the whole conversation so far, and that of
its last exchange alone, for clients that send only the newest part of a long conversation. Who goes
back and says something else there gets a thread of their own: the other one knows what came later.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, Store, UtcDateTime

KEPT = timedelta(days=180)
_MAX_PREFIXES = 20_000
"""Of one user; the oldest go first."""


@dataclass(frozen=True)
class Said:
    """One line of the conversation as the client sends it."""

    role: Literal["user", "assistant"]
    text: str


class PrefixRow(Base):
    """A digest and the thread that it leads to."""

    __tablename__ = "openai_prefixes"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    prefix: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    thread_id: Mapped[str] = mapped_column(sa.String(128))
    turn: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime())


def digest(lines: Sequence[Said], salt: str) -> str:
    """Return the digest of a conversation; white space does not count, clients trim it."""
    hashed = hashlib.blake2b(salt.encode(), digest_size=24)
    for line in lines:
        words = " ".join(line.text.split())
        hashed.update(f"\x1e{line.role}\x1f{words}".encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()


class OpenAiThreads:
    """The book of digests; `salt` tells apart whom the client says it speaks for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, user: str, history: Sequence[Said], salt: str) -> str:
        """Return the thread that the history leads to, or the id of a new one."""
        new = f"chat-{secrets.token_hex(8)}"
        if not history:
            return new
        with self._store.begin() as session:
            for key in _keys(history, salt):
                row = session.get(PrefixRow, (user, key))
                if row is None:
                    continue
                newest = session.scalar(
                    sa.select(sa.func.max(PrefixRow.turn)).where(
                        PrefixRow.user_id == user, PrefixRow.thread_id == row.thread_id
                    )
                )
                return row.thread_id if newest == row.turn else new
        return new

    def note(
        self, user: str, history: Sequence[Said], salt: str, thread: str, turn: int, at: datetime
    ) -> None:
        """Keep where the conversation, its newest reply with it, goes on."""
        with self._store.begin() as session:
            for key in _keys(history, salt):
                session.merge(
                    PrefixRow(user_id=user, prefix=key, thread_id=thread, turn=turn, at=at)
                )
            if turn % 50 == 1:
                self._prune(session, user, at)

    def drop(self, user: str, thread_id: str) -> None:
        """Forget what leads to a thread."""
        with self._store.begin() as session:
            session.execute(
                sa.delete(PrefixRow).where(
                    PrefixRow.user_id == user, PrefixRow.thread_id == thread_id
                )
            )

    def _prune(self, session: object, user: str, at: datetime) -> None:
        from sqlalchemy.orm import Session

        assert isinstance(session, Session)
        own = PrefixRow.user_id == user
        session.execute(sa.delete(PrefixRow).where(own, PrefixRow.at < at - KEPT))
        query = sa.select(PrefixRow.at).where(own).order_by(PrefixRow.at.desc())
        limit = session.scalar(query.offset(_MAX_PREFIXES).limit(1))
        if limit is not None:
            session.execute(sa.delete(PrefixRow).where(own, PrefixRow.at <= limit))


def _keys(history: Sequence[Said], salt: str) -> tuple[str, str]:
    return digest(history, f"all:{salt}"), digest(history[-2:], f"last:{salt}")
