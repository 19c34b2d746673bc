"""Thumbs up and down: kept beside the turn they are about, for whoever improves the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, Store, UtcDateTime

Rating = Literal["up", "down"]


class FeedbackRow(Base):
    """What a person thought of one turn; the latest word counts."""

    __tablename__ = "feedback"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    thread_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rating: Mapped[str] = mapped_column(sa.String(8))
    comment: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime())


@dataclass(frozen=True)
class Feedback:
    """One word of feedback."""

    thread_id: str
    turn: int
    rating: Rating
    comment: str
    at: datetime


class FeedbackBook:
    """Writes and reads feedback, each person's sealed from the others'."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give(self, user: str, given: Feedback) -> None:
        """Keep it; it takes the place of what was said of that turn before."""
        row = FeedbackRow(
            user_id=user,
            thread_id=given.thread_id,
            turn=given.turn,
            rating=given.rating,
            comment=given.comment,
            at=given.at,
        )
        with self._store.begin() as session:
            session.merge(row)

    def of_thread(self, user: str, thread_id: str) -> list[Feedback]:
        """Return what was said of a thread's turns, in their order."""
        query = (
            sa.select(FeedbackRow)
            .where(FeedbackRow.user_id == user, FeedbackRow.thread_id == thread_id)
            .order_by(FeedbackRow.turn)
        )
        with self._store.begin() as session:
            return [
                Feedback(row.thread_id, row.turn, cast("Rating", row.rating), row.comment, row.at)
                for row in session.scalars(query)
            ]

    def drop(self, user: str, thread_id: str) -> None:
        """Remove what was said of a thread."""
        with self._store.begin() as session:
            session.execute(
                sa.delete(FeedbackRow).where(
                    FeedbackRow.user_id == user, FeedbackRow.thread_id == thread_id
                )
            )
