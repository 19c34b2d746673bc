"""What a person asked to be reminded of, at a time of their own: kept, told when due, then done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.applications.changes import new_id
from jobtracker.applications.model import NextAction, PlannedReminder
from jobtracker.applications.tables import ApplicationRow, TodoRow
from jobtracker.core.errors import BadInput, NotFound

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

ID_PREFIX = "todo_"
MOST_TEXT = 300
MOST_OPEN = 200
"""Open reminders a person may have: more are no longer read."""
_FURTHEST = timedelta(days=366 * 2)
_MORNING = 8
"""The hour at which a reminder for a day, without a time, is told."""


def plan(
    core: Core, session: Session, user: str, text: str, when: str, application_id: str
) -> PlannedReminder:
    """Keep a reminder and have it told when it is due; the same text and time is kept once.

    Raises:
        BadInput: no plain text, no time that can be read, one that is past or beyond two years,
            or too many open ones.
        NotFound: no such application of this user.
    """
    from jobtracker.applications.reminders import REMIND, Remind

    now = core.clock.now()
    words = " ".join(text.split())
    if not words:
        raise BadInput("text: say what to be reminded of")
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in words):
        raise BadInput("text: it holds characters that cannot be kept; send plain text")
    if len(words) > MOST_TEXT:
        raise BadInput(f"text: at most {MOST_TEXT} characters, these are {len(words)}")
    due = _due(when, now)
    company = _company(session, user, application_id)
    open_ones = sa.select(TodoRow).where(TodoRow.user_id == user, TodoRow.done_at.is_(None))
    kept = session.scalars(open_ones).all()
    row = next((k for k in kept if (k.text, k.due) == (words, due)), None)
    if row is None:
        if len(kept) >= MOST_OPEN:
            raise BadInput(f"there are {len(kept)} open reminders; dismiss some first")
        row = TodoRow(
            id=new_id("todo"), user_id=user, application_id=application_id, company=company,
            text=words, due=due, created_at=now, done_at=None,
        )  # fmt: skip
        session.add(row)
        core.durable.enqueue(session, REMIND, Remind(), user=user, key=row.id, at=due)
    return PlannedReminder(
        reminder_id=row.id, text=row.text, due=due, application_id=row.application_id or None
    )


def _due(when: str, now: datetime) -> datetime:
    """Return the time in the person's zone; of a day alone its morning."""
    try:
        due = datetime.fromisoformat(when.strip())
    except ValueError:
        raise BadInput(
            f"due: {when[:40]!r} is no time; RFC 3339 is needed, as 2026-11-27T09:00"
        ) from None
    if len(when.strip()) <= len("2026-11-27"):
        due = due.replace(hour=_MORNING)
        if due.date() == now.date() and due.replace(tzinfo=now.tzinfo) < now:
            return now
    if due.tzinfo is None:
        due = due.replace(tzinfo=now.tzinfo)
    if due < now - timedelta(minutes=1):
        raise BadInput(f"due: {due:%Y-%m-%d %H:%M} is past; say a time that is still to come")
    if due > now + _FURTHEST:
        raise BadInput(f"due: {due:%Y-%m-%d} is more than two years away")
    return due


def _company(session: Session, user: str, application_id: str) -> str:
    if not application_id:
        return ""
    row = session.get(ApplicationRow, application_id)
    if row is None or row.user_id != user:
        raise NotFound(f"there is no application {application_id[:60]!r}")
    return row.company


def open_until(session: Session, user: str, end: datetime, now: datetime) -> list[NextAction]:
    """Return the open reminders that are due until a time, as things to do."""
    wanted = (
        sa.select(TodoRow)
        .where(TodoRow.user_id == user, TodoRow.done_at.is_(None), TodoRow.due <= end)
        .order_by(TodoRow.due, TodoRow.id)
    )
    return [
        NextAction(
            application_id=row.application_id, action="reminder", why="",
            due=row.due.astimezone(now.tzinfo),
            company=row.company, title=row.text, overdue=row.due < now, reminder_id=row.id,
        )
        for row in session.scalars(wanted)
    ]  # fmt: skip


def finish(session: Session, user: str, reminder_id: str, now: datetime) -> None:
    """Note that what a person wanted to be reminded of is done.

    Raises:
        NotFound: no such reminder of this user.
    """
    row = session.get(TodoRow, reminder_id)
    if row is None or row.user_id != user:
        raise NotFound(f"there is no reminder {reminder_id[:60]!r}")
    row.done_at = row.done_at or now
