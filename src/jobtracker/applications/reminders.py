"""Reminders: what is due is told once, also after a crash or a week switched off.

A durable job a day and person looks at what is due and keeps each thing as a row whose id says what
it is about. The row and the end of the job are one transaction, and a row that is there is not
written again: killed anywhere, a reminder is there once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from jobtracker.applications import followups, records, todos
from jobtracker.applications.model import NextAction, Reminder, Reminders
from jobtracker.applications.pipeline import State
from jobtracker.applications.tables import ApplicationRow, ReminderRow
from jobtracker.core.durable import Job, JobKind
from jobtracker.core.errors import NotFound
from jobtracker.core.events import Event
from jobtracker.core.notify import Notice, publish_after
from jobtracker.core.speech import Saying

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

EACH_MORNING = "0 7 * * *"
NAME = "applications.reminders"
_OF_ROUND = {"prepare_interview", "send_thank_you", "log_interview_result"}


class Remind(BaseModel):
    """The job needs to know nothing but whose it is."""


REMIND = JobKind("applications.remind", Remind)


def register(core: Core) -> None:
    """Do the jobs, and see that every person with applications has their daily one."""
    from jobtracker.applications.service import subscribe

    subscribe(core)

    def remind(job: Job[Remind]) -> None:
        with core.store.begin() as session:
            fresh = fire(core, session, job.user, core.clock.now())
            job.done(session, {"reminders": fresh})

    core.durable.handle(REMIND, remind)
    with core.store.begin() as session:
        for user in session.scalars(sa.select(ApplicationRow.user_id).distinct()).all():
            keep_schedule(core, session, user)


def keep_schedule(core: Core, session: Session, user: str) -> None:
    """Have the person reminded each morning; harmless when it is so already."""
    core.durable.schedule(session, NAME, REMIND, Remind(), user=user, cron=EACH_MORNING)


def fire(core: Core, session: Session, user: str, now: datetime) -> int:
    """Keep a reminder of each thing that is due by tonight; return how many are new.

    Idempotent: what was told once is not told again, however often and late this runs.
    """
    states = records.load_all(session, user, with_parts=True)
    due = followups.next_actions(states, now, horizon_days=1)
    if proof := _proof(session, user, states, now):
        due.append(proof)
    tonight = now.replace(hour=23, minute=59, second=59)
    due += todos.open_until(session, user, now, now)
    by_id = {state.id: state for state in states}
    fresh = sum(
        _keep(session, user, _about(action, by_id.get(action.application_id)), _facts(action), now)
        for action in due
        if action.due <= tonight
    )
    if fresh:
        _tell(core, session, user, fresh)
    return fresh


def goal_due(core: Core, session: Session, event: Event) -> None:
    """Keep the reminder of a goal that the coach reports as due."""
    facts = {
        "action": "goal_due", "application_id": "", "company": "", "due": event.at,
        "title": str(event.data.get("text") or "")[:300], "why": str(event.data.get("why") or ""),
        "reason": event.data.get("reason"),
    }  # fmt: skip
    if _keep(
        session, event.user, f"goal|{event.subject}|{event.data.get('until')}", facts, event.at
    ):
        _tell(core, session, event.user, 1)


def _tell(core: Core, session: Session, user: str, fresh: int) -> None:
    publish_after(session, core.notifier, Notice(user, "reminder.due", {"fresh": fresh}))


def _proof(session: Session, user: str, states: list[State], now: datetime) -> NextAction | None:
    last = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    count = sum((s.applied_on or "").startswith(last) for s in states)
    return followups.proof_due(records.last_proof(session, user), count, now)


def _about(action: NextAction, state: State | None) -> str:
    """Say what a reminder is about: the round, or the spell of silence since the last message."""
    if action.reminder_id:
        return f"{action.action}|{action.reminder_id}"
    if state is None:
        return f"{action.action}|{action.title}"
    if action.action in _OF_ROUND:
        # The words of the first release: what was told by them is not told again.
        why = action.reason.text("en") if action.reason else action.why
        return f"{action.action}|{state.id}|{why}"
    sent = sum(
        part["kind"] == "draft" and part["data"].get("status") == "sent"
        for part in state.parts.values()
    )
    deadline = state.deadline if action.action in {"apply", "answer_offer"} else None
    return f"{action.action}|{state.id}|{state.status}|{state.status_on}|{deadline}|{sent}"


def _facts(action: NextAction) -> dict[str, Any]:
    names = ("action", "application_id", "company", "title", "due", "why")
    reason = action.reason.model_dump() if action.reason else None
    return {name: getattr(action, name) for name in names} | {"reason": reason}


def _keep(session: Session, user: str, about: str, facts: dict[str, Any], now: datetime) -> bool:
    from jobtracker.core.durable_tables import insert_once

    named = f"{user}\x1f{about}".encode(errors="surrogatepass")
    key = f"rem_{hashlib.blake2b(named, digest_size=12).hexdigest()}"
    values = {"id": key, "user_id": user, "fired_at": now, "read_at": None, **facts}
    return insert_once(session, ReminderRow, values)


def listed(session: Session, user: str, *, unread: bool, limit: int) -> Reminders:
    """Return the person's reminders, newest first."""
    mine = sa.select(ReminderRow).where(ReminderRow.user_id == user)
    if unread:
        mine = mine.where(ReminderRow.read_at.is_(None))
    rows = session.scalars(mine.order_by(ReminderRow.fired_at.desc(), ReminderRow.id).limit(limit))
    waiting = sa.select(sa.func.count()).where(
        ReminderRow.user_id == user, ReminderRow.read_at.is_(None)
    )
    return Reminders(
        reminders=[_reminder(row) for row in rows], unread=session.scalar(waiting) or 0
    )


def _reminder(row: ReminderRow) -> Reminder:
    """Return the row, its reason in the language that is spoken now."""
    reason = Saying.model_validate(row.reason) if row.reason else None
    return Reminder(
        reminder_id=row.id, action=row.action, application_id=row.application_id or None,
        company=row.company, title=row.title, due=row.due,
        why=reason.text() if reason else row.why, reason=reason,
        fired_at=row.fired_at, read=row.read_at is not None,
    )  # fmt: skip


def mark_read(session: Session, user: str, reminder_id: str, now: datetime) -> None:
    """Note that the person has seen a reminder.

    Raises:
        NotFound: no such reminder of this user.
    """
    row = session.get(ReminderRow, reminder_id)
    if row is None or row.user_id != user:
        raise NotFound(f"there is no reminder {reminder_id[:60]!r}")
    row.read_at = row.read_at or now
