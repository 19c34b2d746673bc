"""What happened, in order: an append-only log written in the transaction of the change itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobtracker.core.store import Base, Store, UserOwned, UtcDateTime


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` is `<feature>.<past participle>`, `subject` the thing's id.

    `data` holds JSON values only; `version` is that of the shape of `data` for this kind.
    """

    user: str
    kind: str
    subject: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    version: int = 1
    seq: int = 0


class EventRow(UserOwned, Base):
    """A row of the log."""

    __tablename__ = "events"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    kind: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(sa.String(128), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


Subscriber = Callable[[Session, Event], None]


class EventLog:
    """Appends events and tells the subscribers, inside the caller's transaction."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[str, list[Subscriber]] = defaultdict(list)

    def subscribe(self, kind: str, subscriber: Subscriber) -> None:
        """Call `subscriber(session, event)` for each new event of that kind.

        It runs in the same transaction: what it raises undoes the change that caused the event.
        """
        self._subscribers[kind].append(subscriber)

    def append(self, session: Session, event: Event) -> Event:
        """Write the event and return it with its sequence number."""
        row = EventRow(
            user_id=event.user,
            at=event.at,
            kind=event.kind,
            version=event.version,
            subject=event.subject,
            data=event.data,
        )
        session.add(row)
        session.flush()
        written = _event(row)
        for subscriber in self._subscribers[event.kind]:
            subscriber(session, written)
        return written

    def replay(
        self, store: Store, user: str | None = None, after: int = 0, batch: int = 1000
    ) -> Iterator[Event]:
        """Yield the events after sequence number `after`, oldest first, of one user or of all."""
        while True:
            query = sa.select(EventRow).where(EventRow.seq > after).order_by(EventRow.seq)
            if user is not None:
                query = query.where(EventRow.user_id == user)
            with store.begin() as session:
                rows = session.scalars(query.limit(batch)).all()
            if not rows:
                return
            yield from map(_event, rows)
            after = rows[-1].seq


def _event(row: EventRow) -> Event:
    return Event(row.user_id, row.kind, row.subject, row.at, row.data, row.version, row.seq)
