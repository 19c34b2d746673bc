"""The whole of every conversation, in the store; the checkpoint keeps only its recent lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.store import Base, Store, UtcDateTime

TITLE_LENGTH = 80


class ThreadRow(Base):
    """One conversation of one user."""

    __tablename__ = "threads"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    thread_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class MessageRow(Base):
    """One line of a conversation."""

    __tablename__ = "messages"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(sa.String(128))
    thread_id: Mapped[str] = mapped_column(sa.String(128))
    turn: Mapped[int]
    role: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime())


_THREADS = cast("sa.Table", ThreadRow.__table__)
_MESSAGES = cast("sa.Table", MessageRow.__table__)
_IN_THREAD = (
    _MESSAGES.c.user_id == sa.bindparam("user"),
    _MESSAGES.c.thread_id == sa.bindparam("thread"),
)
# Each turn runs these: they are built once, and without the ORM.
_NEWEST = (
    sa.select(_MESSAGES.c.turn, _MESSAGES.c.role, _MESSAGES.c.text)
    .where(*_IN_THREAD)
    .order_by(_MESSAGES.c.seq.desc())
    .limit(2)
)
_UNDO = sa.delete(_MESSAGES).where(*_IN_THREAD, _MESSAGES.c.turn >= sa.bindparam("turn"))
_TOUCH = (
    sa.update(_THREADS)
    .where(
        _THREADS.c.user_id == sa.bindparam("user"), _THREADS.c.thread_id == sa.bindparam("thread")
    )
    .values(updated_at=sa.bindparam("at"))
)


@dataclass(frozen=True)
class Line:
    """A line as it is read back."""

    turn: int
    role: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Thread:
    """A conversation as it is listed."""

    thread_id: str
    title: str
    created_at: datetime
    updated_at: datetime


def thread_name(raw: str) -> str:
    """Return the usable thread id.

    Raises:
        BadInput: empty, longer than 128 characters, or with control characters.
    """
    name = raw.strip()
    if not name or len(name) > 128 or not name.isprintable():
        raise BadInput(f"thread id {raw[:40]!r} is not usable: 1 to 128 printable characters")
    return name


class Transcript:
    """Writes and reads the conversations of all users, each sealed from the others."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, user: str, thread_id: str, turn: int, said: str, reply: str, at: datetime
    ) -> None:
        """Append one turn: what the person said and what was answered.

        A turn of that number that is there already was never answered: its process ended between
        this write and the checkpoint, and the turn is done again. It is replaced.
        """
        own = {"user": user, "thread": thread_id, "turn": turn}
        line = {"user_id": user, "thread_id": thread_id, "turn": turn, "at": at}
        with self._store.transaction() as connection:
            if not connection.execute(_TOUCH, {**own, "at": at}).rowcount:
                title = " ".join(said.split())[:TITLE_LENGTH] or thread_id
                made = {"title": title, "created_at": at, "updated_at": at}
                connection.execute(
                    sa.insert(_THREADS), {"user_id": user, "thread_id": thread_id, **made}
                )
            last = connection.execute(_NEWEST, own).first()
            if last is not None and last.turn >= turn:
                connection.execute(_UNDO, own)
            connection.execute(
                sa.insert(_MESSAGES),
                [
                    {**line, "role": "user", "text": said},
                    {**line, "role": "assistant", "text": reply},
                ],
            )

    def newest(self, user: str, thread_id: str) -> tuple[int, str, str] | None:
        """Return the last turn: its number, what was said and what was answered."""
        with self._store.transaction() as connection:
            rows = connection.execute(_NEWEST, {"user": user, "thread": thread_id}).all()
        if len(rows) < 2:
            return None
        return rows[0].turn, rows[1].text, rows[0].text

    def threads(self, user: str, limit: int = 50) -> list[Thread]:
        """Return the user's conversations, the latest first."""
        query = (
            sa.select(ThreadRow)
            .where(ThreadRow.user_id == user)
            .order_by(ThreadRow.updated_at.desc())
            .limit(limit)
        )
        with self._store.begin() as session:
            return [_thread(row) for row in session.scalars(query)]

    def page(
        self, user: str, limit: int, before: tuple[datetime, str] | None = None
    ) -> list[Thread]:
        """Return the user's conversations that come after (time, id) `before`, the latest first."""
        query = sa.select(ThreadRow).where(ThreadRow.user_id == user)
        if before is not None:
            at, thread_id = before
            later = sa.and_(ThreadRow.updated_at == at, ThreadRow.thread_id > thread_id)
            query = query.where(sa.or_(ThreadRow.updated_at < at, later))
        query = query.order_by(ThreadRow.updated_at.desc(), ThreadRow.thread_id).limit(limit)
        with self._store.begin() as session:
            return [_thread(row) for row in session.scalars(query)]

    def thread(self, user: str, thread_id: str) -> Thread:
        """Return one conversation as it is listed.

        Raises:
            NotFound: the user has no such thread.
        """
        with self._store.begin() as session:
            return _thread(_own(session, user, thread_id))

    def rename(self, user: str, thread_id: str, title: str) -> Thread:
        """Give a conversation another title.

        Raises:
            NotFound: the user has no such thread.
        """
        with self._store.begin() as session:
            row = _own(session, user, thread_id)
            row.title = title
            return _thread(row)

    def read(self, user: str, thread_id: str, after: int = 0, limit: int = 200) -> list[Line]:
        """Return the lines of a conversation after turn `after`, oldest first.

        Raises:
            NotFound: the user has no such thread.
        """
        query = (
            sa.select(MessageRow)
            .where(
                MessageRow.user_id == user,
                MessageRow.thread_id == thread_id,
                MessageRow.turn > after,
            )
            .order_by(MessageRow.seq)
            .limit(limit)
        )
        with self._store.begin() as session:
            _own(session, user, thread_id)
            return [Line(row.turn, row.role, row.text, row.at) for row in session.scalars(query)]

    def delete(self, user: str, thread_id: str) -> None:
        """Remove a conversation and all that was said in it.

        Raises:
            NotFound: the user has no such thread.
        """
        with self._store.begin() as session:
            session.delete(_own(session, user, thread_id))
            session.execute(
                sa.delete(MessageRow).where(
                    MessageRow.user_id == user, MessageRow.thread_id == thread_id
                )
            )
        self._store.scrub()

    def said(self, user: str, limit: int) -> list[str]:
        """Return the latest lines that the user wrote in any thread, oldest first."""
        query = (
            sa.select(MessageRow.text)
            .where(MessageRow.user_id == user, MessageRow.role == "user")
            .order_by(MessageRow.seq.desc())
            .limit(limit)
        )
        with self._store.begin() as session:
            return list(reversed(session.scalars(query).all()))

    def names(self, user: str) -> list[str]:
        """Return the ids of all threads of the user."""
        with self._store.begin() as session:
            query = sa.select(ThreadRow.thread_id).where(ThreadRow.user_id == user)
            return list(session.scalars(query).all())

    def redact(self, user: str, thread_id: str, texts: set[str], blank: str, last: bool) -> None:
        """Blank the lines that hold one of the (case-folded) texts, and the last turn if `last`."""
        own = sa.select(MessageRow).where(
            MessageRow.user_id == user, MessageRow.thread_id == thread_id
        )
        with self._store.begin() as session:
            rows = session.scalars(own.order_by(MessageRow.seq)).all()
            newest = rows[-1].turn if rows and last else None
            for row in rows:
                folded = row.text.casefold()
                if row.turn == newest or any(text in folded for text in texts):
                    row.text = blank
            thread = session.get(ThreadRow, (user, thread_id))
            if thread is not None and any(text in thread.title.casefold() for text in texts):
                thread.title = blank
        self._store.scrub()


def _own(session: Session, user: str, thread_id: str) -> ThreadRow:
    row = session.get(ThreadRow, (user, thread_id))
    if row is None:
        raise NotFound(f"there is no thread {thread_id!r}; list them first")
    return row


def _thread(row: ThreadRow) -> Thread:
    return Thread(row.thread_id, row.title, row.created_at, row.updated_at)
