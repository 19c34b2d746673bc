"""Goals that come due: reported once each as an event, which the tracker makes a reminder of.

What was done is read from the event log, so that a goal that is reached is left alone.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from jobtracker.coaching import goals
from jobtracker.coaching.goals import Happened, Week
from jobtracker.coaching.tables import CoachingRow
from jobtracker.core.durable import Job, JobKind
from jobtracker.core.events import Event, EventRow
from jobtracker.core.speech import saying

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

EACH_MORNING = "30 7 * * *"
NAME = "coaching.goals"
AHEAD = timedelta(days=2)
"""So long before its end a goal that is not reached is called to mind."""


class CheckGoals(BaseModel):
    """The job needs to know nothing but whose goals they are."""


CHECK = JobKind("coaching.check_goals", CheckGoals)


def register(core: Core) -> None:
    """Do the jobs, and see that every person with goals has their daily one."""

    def check(job: Job[CheckGoals]) -> None:
        with core.store.begin() as session:
            told = report_due(core, session, job.user, core.clock.now())
            job.done(session, {"goals": told})

    core.durable.handle(CHECK, check)
    with core.store.begin() as session:
        mine = sa.select(CoachingRow.user_id).where(CoachingRow.kind == "goal").distinct()
        for user in session.scalars(mine).all():
            keep_schedule(core, session, user)


def keep_schedule(core: Core, session: Session, user: str) -> None:
    """Have the person's goals looked at each morning; harmless when it is so already."""
    core.durable.schedule(session, NAME, CHECK, CheckGoals(), user=user, cron=EACH_MORNING)


def report_due(core: Core, session: Session, user: str, now: datetime) -> int:
    """Report each goal that ends soon and is not reached; once for each of its periods."""
    week = Week(today=now.date(), happened=_happened(session, user))
    told = 0
    query = sa.select(CoachingRow).where(CoachingRow.user_id == user, CoachingRow.kind == "goal")
    for row in session.scalars(query).all():
        set_on = row.created_at.astimezone(now.tzinfo).date()
        goal = goals.progress(row.id, row.data, set_on, week)
        until = goal.until or _end_of(goal.period, week.today)
        if until is None or goal.reached or not week.today <= until <= week.today + AHEAD:
            continue
        if row.data.get("reminded") == until.isoformat():
            continue
        row.data = {**row.data, "reminded": until.isoformat()}
        why = saying("applications.goal_due", done=goal.done, target=goal.target, until=until)
        data = {
            "text": goal.text, "until": until.isoformat(), "why": why.text("en"),
            "reason": why.model_dump(),
        }  # fmt: skip
        core.events.append(session, Event(user, "coaching.goal_due", row.id, now, data))
        told += 1
    return told


def _end_of(period: str, today: date) -> date | None:
    """Return the last working day of the week, the last day of the month; None for “once”."""
    if period == "week":
        return today + timedelta(days=4 - today.weekday()) if today.weekday() <= 4 else None
    if period == "month":
        return today.replace(day=monthrange(today.year, today.month)[1])
    return None


def _happened(session: Session, user: str) -> tuple[Happened, ...]:
    query = sa.select(EventRow).where(
        EventRow.user_id == user,
        sa.or_(EventRow.kind.startswith("application."), EventRow.kind == "coaching.mock_finished"),
    )
    found: list[Happened] = []
    for row in session.scalars(query.order_by(EventRow.seq)):
        part = cast("dict[str, Any]", row.data.get("part") or {})
        body = cast("dict[str, Any]", part.get("data") or {})
        sent = part.get("kind") == "draft" and body.get("status") == "sent"
        on = date.fromisoformat(str(row.data.get("on") or row.at.date().isoformat())[:10])
        kind = "draft.sent" if sent else row.kind
        found.append(Happened(kind, on, status="" if sent else str(row.data.get("to") or "")))
    return tuple(found)
