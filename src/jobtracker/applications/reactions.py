"""What happens elsewhere and moves an application: the calendar's interviews."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import Session

from jobtracker.applications import records
from jobtracker.applications.changes import Writer, new_id
from jobtracker.applications.pipeline import OPEN, State, begin, move
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event, EventLog

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core


UNKNOWN_TITLE = "Interview"
"""Of an interview whose position nobody named."""


class Reactions:
    """Subscribers of the tracker; each runs in the transaction of the event's cause."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.log: EventLog = core.events

    def connect(self) -> None:
        """Subscribe."""
        self.log.subscribe("calendar.interview_scheduled", self.scheduled)
        self.log.subscribe("calendar.interview_rescheduled", self.changed)
        self.log.subscribe("calendar.interview_cancelled", self.changed)
        self.log.subscribe("coaching.goal_due", self.goal_due)

    def scheduled(self, session: Session, event: Event) -> None:
        """Add the round and move the application to `interview`.

        Who is invited has applied: a firm that is not in the tracker comes into it.
        """
        state = _meant(session, event) or self._begun(session, event)
        if state is None:
            return
        writer = self._writer(session, event)
        writer.add(state, "round", _round(event))
        if state.status in {"interview", "offer", "accepted"}:
            return
        on = event.at.date()
        applied = state.applied_on
        try:
            values = move(state, "interview", on)
        except BadInput:
            # The clock of the cause may lie before the application (a fixed clock, a correction):
            # a scheduled interview must not fail for the tracker's sake.
            values = {"status": "interview", "status_on": max(on.isoformat(), applied or "")}
        kind = "application.moved" if state.status in OPEN else "application.reopened"
        writer.write(
            state, kind, values, on=on.isoformat(), why="an interview was put into the calendar"
        )

    def _begun(self, session: Session, event: Event) -> State | None:
        """Track the application of an interview; none where its firm is not known."""
        from jobtracker.applications.reminders import keep_schedule

        company = str(event.data.get("company") or "").strip()
        if not company or event.data.get("application_id"):
            return None
        title = str(event.data.get("role") or "").strip() or UNKNOWN_TITLE
        on = event.at.date()
        values = {"company": company[:200], "title": title[:300], **begin("interview", on)}
        keep_schedule(self.core, session, event.user)
        state = State(id=new_id("app"), user=event.user)
        writer = self._writer(session, event)
        return writer.write(
            state, "application.created", values, on=on.isoformat(),
            why="an interview was put into the calendar",
        )  # fmt: skip

    def changed(self, session: Session, event: Event) -> None:
        """Follow an interview that moved or was called off."""
        event_id = str(event.data.get("event_id") or event.subject)
        for state in records.load_all(session, event.user, with_parts=True):
            for part in list(state.parts.values()):
                if part["kind"] == "round" and part["data"].get("event_id") == event_id:
                    body = dict(cast("dict[str, Any]", part["data"]))
                    if event.kind.endswith("cancelled"):
                        body["cancelled"] = True
                    elif start := _start(event):
                        body["start"] = start
                    self._writer(session, event).add(state, "round", body, part["id"])

    def goal_due(self, session: Session, event: Event) -> None:
        """Remind of a goal that the coach reports as due."""
        from jobtracker.applications.reminders import goal_due

        goal_due(self.core, session, event)

    def _writer(self, session: Session, event: Event) -> Writer:
        return Writer(session, self.log, event.at, "calendar")


def _meant(session: Session, event: Event) -> State | None:
    if application_id := event.data.get("application_id"):
        try:
            return records.load(session, event.user, str(application_id))
        except NotFound:
            return None
    company, role = str(event.data.get("company") or ""), str(event.data.get("role") or "")
    return records.find_by_names(session, event.user, company, role) if company else None


def _start(event: Event) -> str | None:
    start = event.data.get("start")
    if not isinstance(start, str):
        return None
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return None
    return moment.isoformat() if moment.tzinfo else None


def _round(event: Event) -> dict[str, Any]:
    return {
        "stage": str(event.data.get("stage") or ""),
        "start": _start(event),
        "timezone": str(event.data.get("timezone") or ""),
        "location": str(event.data.get("location") or event.data.get("link") or ""),
        "event_id": str(event.data.get("event_id") or event.subject),
        "outcome": "",
        "cancelled": False,
    }
