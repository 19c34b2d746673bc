"""Tables of the durable jobs, and the two statements that both databases spell differently."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobtracker.core.store import Base, UserOwned, UtcDateTime

WAITING, HANDED, RUNNING = "waiting", "handed", "running"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
OPEN = (WAITING, HANDED, RUNNING)


class JobRow(UserOwned, Base):
    """A job: `waiting` for its time, `handed` to the engine, `running`, then one of three ends."""

    __tablename__ = "durable_jobs"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    priority: Mapped[int]
    run_at: Mapped[datetime] = mapped_column(UtcDateTime())
    state: Mapped[str] = mapped_column(sa.String(16))
    attempt: Mapped[int]
    starts: Mapped[int]
    result: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ScheduleRow(Base):
    """A cron line of a user; `next_at` is when it fires, `last_at` what it fired for."""

    __tablename__ = "durable_schedules"
    user_id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    cron: Mapped[str] = mapped_column(sa.String(128))
    zone: Mapped[str] = mapped_column(sa.String(64))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert the row unless its key is taken; tell whether it was inserted.

    The driver of PostgreSQL forgets how many rows an INSERT made unless it is asked to keep it.
    """
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:  # not imported where it is not used: a tenth of a second on the way to the first answer
        from sqlalchemy.dialects.postgresql import insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return _count(session, statement.execution_options(preserve_rowcount=True)) == 1


def change(session: Session, statement: sa.Update | sa.Delete) -> int:
    """Run the statement without touching loaded objects; return how many rows it changed."""
    return _count(session, statement.execution_options(synchronize_session=False))


def _count(session: Session, statement: sa.Executable) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))
