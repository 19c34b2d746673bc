"""The applications as they are now; how they came to be is in `core.events`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker.core.store import Base, UserOwned, UtcDateTime


class ApplicationRow(UserOwned, Base):
    """One application of one person. Days are ISO dates as text, as they stand in the events."""

    __tablename__ = "applications"
    __table_args__ = (sa.Index("ix_applications_user_key", "user_id", "company_key"),)
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    job_id: Mapped[str | None] = mapped_column(sa.String(64))
    company: Mapped[str] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(300))
    company_key: Mapped[str] = mapped_column(sa.String(200))
    title_key: Mapped[str] = mapped_column(sa.String(300))
    status: Mapped[str] = mapped_column(sa.String(16))
    status_on: Mapped[str] = mapped_column(sa.String(10))
    location: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(300))
    url: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.String(80))
    channel: Mapped[str | None] = mapped_column(sa.String(16))
    pensum: Mapped[str] = mapped_column(sa.String(20))
    company_size: Mapped[str] = mapped_column(sa.String(40))
    deadline: Mapped[str | None] = mapped_column(sa.String(10))
    applied_on: Mapped[str | None] = mapped_column(sa.String(10))
    responded_on: Mapped[str | None] = mapped_column(sa.String(10))
    salary_asked: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    salary_offered: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    resume_version_id: Mapped[str | None] = mapped_column(sa.String(64))
    letter_id: Mapped[str | None] = mapped_column(sa.String(64))
    reached: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class PartRow(UserOwned, Base):
    """A note, contact, interview round, document or draft of an application."""

    __tablename__ = "application_parts"
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    application_id: Mapped[str] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class ReminderRow(UserOwned, Base):
    """Something that was due and told; the id says what it is about, so it is told once."""

    __tablename__ = "application_reminders"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    application_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    action: Mapped[str] = mapped_column(sa.String(32))
    company: Mapped[str] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(300))
    why: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, default=None)
    due: Mapped[datetime] = mapped_column(UtcDateTime())
    fired_at: Mapped[datetime] = mapped_column(UtcDateTime())
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class TodoRow(UserOwned, Base):
    """What a person asked to be reminded of; told when due, gone from the list once done."""

    __tablename__ = "application_todos"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    application_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    company: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.String(300))
    due: Mapped[datetime] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
