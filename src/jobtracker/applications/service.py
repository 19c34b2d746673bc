"""The tracker: every change is a row and an event in one transaction."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.applications import records, todos
from jobtracker.applications.changes import (
    Writer,
    advance,
    check_applied,
    detail_values,
    is_again,
    mark,
    new_id,
    note_body,
    posting_values,
    restatus,
    undo,
)
from jobtracker.applications.dates import past_day
from jobtracker.applications.model import (
    ApplicationDetails,
    ApplicationPage,
    ApplicationStats,
    Change,
    DeletedApplication,
    Details,
    Draft,
    ExportedApplications,
    NextActions,
    Posting,
    Status,
    StatusFilter,
    TrackedApplication,
)
from jobtracker.applications.naming import names_of, outcome
from jobtracker.applications.pipeline import (
    CLOSED,
    OPEN,
    STATUSES,
    State,
    begin,
)
from jobtracker.applications.reminding import Reminding
from jobtracker.applications.tables import ApplicationRow, PartRow, ReminderRow, TodoRow
from jobtracker.core.errors import BadInput
from jobtracker.core.events import Event, EventLog, EventRow

if TYPE_CHECKING:
    from jobtracker.applications.drafting import Language, Tone
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.words import Reword

_TRACKING = threading.Lock()
"""Looking for the same application and adding one go together: two calls at once stay one. Between
processes the database keeps them apart, see `records.one_at_a_time`."""


class ApplicationService(Reminding):
    """Keeps a person's applications."""

    def __init__(self, core: Core) -> None:
        self.core = core
        subscribe(core)

    def track(
        self,
        user: str,
        posting: Posting | None,
        company: str | None = None,
        title: str | None = None,
        status: Status = "saved",
        date: str | None = None,
        details: Details | None = None,
        note: str | None = None,
        by: str = "person",
    ) -> TrackedApplication:
        """Track an application, or move the one to the same posting on if the status is later.

        Raises:
            BadInput: no company or title, an impossible date or move.
        """
        from jobtracker.applications.reminders import keep_schedule

        now = self.core.clock.now()
        company, title = names_of(posting, company, title)
        on = past_day(date, now)
        extra = detail_values(details, now)
        with _TRACKING, self.core.store.begin() as session:
            records.one_at_a_time(session, user)
            same = records.find_same(
                session, user, posting.job_id if posting else None, company, title
            )
            known = next((s for s in same if not is_again(s, status, on.isoformat())), None)
            log = Writer(session, self.core.events, now, by)
            if known is None:
                state = State(id=new_id("app"), user=user)
                values = {"company": company, "title": title, **posting_values(posting)}
                values |= extra | begin(status, on)
                values |= {k: extra[k] for k in ("applied_on",) if k in extra}
                state = log.write(state, "application.created", values, on=on.isoformat())
                moved = False
                keep_schedule(self.core, session, user)
            else:
                state, moved = advance(log, known, posting, status, on, extra, date is not None)
            told = {p["data"].get("text") for p in state.parts.values() if p["kind"] == "note"}
            if note and note not in told:
                log.add(state, "note", note_body(note, now))
            result = _read(session, user, state.id)
        return TrackedApplication(
            **result.model_dump(),
            created=known is None,
            moved=moved,
            message=outcome(result, known, moved),
        )

    def update(
        self, user: str, application_id: str, change: Change, by: str = "person"
    ) -> ApplicationDetails:
        """Change an application: status, details, note, contact, round, document; or undo.

        Raises:
            NotFound: no such application of this user.
            BadInput: nothing to change, an impossible date or move.
        """
        if change.is_empty():
            raise BadInput(
                "nothing to change was given; set status, note, date, details, contact, round, "
                "document or undo"
            )
        now = self.core.clock.now()
        with self.core.store.begin() as session:
            state = records.load(session, user, application_id)
            log = Writer(session, self.core.events, now, by)
            if change.undo:
                state = undo(session, log, state)
            if change.details is not None:
                values = detail_values(change.details, now)
                check_applied(state, values)
                state = log.write(state, "application.changed", values)
            if change.status is not None or change.date is not None:
                state = restatus(log, state, change, now)
            if change.note:
                log.add(state, "note", note_body(change.note, now))
            if change.draft is not None:
                mark(log, state, change.draft)
            for kind, item in (
                ("contact", change.contact),
                ("round", change.round),
                ("document", change.document),
            ):
                if item is not None:
                    body = item.model_dump(mode="json", exclude={f"{kind}_id"})
                    log.add(state, kind, body, getattr(item, f"{kind}_id"))
            return _read(session, user, application_id)

    def get(self, user: str, application_id: str) -> ApplicationDetails:
        """Return an application with its history.

        Raises:
            NotFound: no such application of this user.
        """
        with self.core.store.begin() as session:
            return _read(session, user, application_id)

    def list(
        self, user: str, status: StatusFilter = "all", limit: int = 20, cursor: str | None = None
    ) -> ApplicationPage:
        """Return a page of the user's applications, last changed first; at most 50.

        Raises:
            BadInput: a cursor that no page gave out.
        """
        offset = _offset(cursor)
        size = max(1, min(limit, 50))
        mine = ApplicationRow.user_id == user
        wanted = {"all": STATUSES, "open": tuple(OPEN), "closed": tuple(CLOSED)}.get(
            status, (status,)
        )
        with self.core.store.begin() as session:
            counts = {
                name: number
                for name, number in session.execute(
                    sa.select(ApplicationRow.status, sa.func.count())
                    .where(mine)
                    .group_by(ApplicationRow.status)
                ).all()
            }
            rows = session.scalars(
                sa.select(ApplicationRow)
                .where(mine, ApplicationRow.status.in_(wanted))
                .order_by(ApplicationRow.updated_at.desc(), ApplicationRow.id)
                .offset(offset)
                .limit(size)
            )
            page = [records.summary(records.state_of(row)) for row in rows]
        total = sum(Counter(counts)[name] for name in wanted)
        return ApplicationPage(
            applications=page,
            total=total,
            counts={name: counts[name] for name in STATUSES if name in counts},
            next_cursor=str(offset + size) if offset + size < total else None,
        )

    def next_actions(self, user: str, limit: int = 10, horizon_days: int = 14) -> NextActions:
        """Return what is due until the horizon, most urgent first."""
        from jobtracker.applications import followups

        now, states = self.core.clock.now(), self.states(user)
        found = followups.next_actions(states, now, horizon_days)
        if now.day <= 10:
            with self.core.store.begin() as session:
                exported = records.last_proof(session, user)
            last = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
            count = sum((s.applied_on or "").startswith(last) for s in states)
            if reminder := followups.proof_due(exported, count, now):
                found = followups.sort([*found, reminder], now)
        with self.core.store.begin() as session:
            own = todos.open_until(session, user, now + timedelta(days=horizon_days), now)
        found = followups.sort([*found, *own], now) if own else found
        return NextActions(actions=found[: max(1, min(limit, 50))], total=len(found))

    def draft_follow_up(
        self, user: str, application_id: str, tone: Tone, language: Language, sender: str = "",
        reword: Reword | None = None,
    ) -> Draft:  # fmt: skip
        """Write a message that fits where the application stands, and keep it for review.

        Raises:
            NotFound: no such application of this user.
            BadInput: there is nothing to follow up.
        """
        from jobtracker.applications.drafting import write

        now = self.core.clock.now()
        body = write(self.state(user, application_id), tone, language, sender, now, reword)
        draft_id = self.add_part(user, application_id, "draft", body)
        return Draft(draft_id=draft_id, **body)

    def stats(self, user: str) -> ApplicationStats:
        """Return the figures of the user's applications."""
        from jobtracker.applications.analytics import stats

        with self.core.store.begin() as session:
            states = records.load_all(session, user)
        return stats(states, self.core.clock.now().date())

    def export(
        self,
        user: str,
        format: str,
        month: str | None = None,
        language: str = "en",
        person: dict[str, str] | None = None,
    ) -> ExportedApplications:
        """Write the applications of a month (YYYY-MM), or all, as csv, json, ics or rav.

        Raises:
            BadInput: an unknown format or month.
        """
        states = self.states(user)
        if format != "rav":
            from jobtracker.applications.exporting import export

            return export(self.core, user, states, format, month)
        from jobtracker.applications import rav

        result = rav.export(self.core, user, states, month, language, person or {})
        now = self.core.clock.now()
        with self.core.store.begin() as session:
            data = {"month": month or rav.month_due(now.date()), "entries": result.entries}
            self.core.events.append(
                session, Event(user, "application.proof_exported", "rav", now, data)
            )
        return result

    def changes(self, user: str, since: date) -> list[dict[str, str]]:
        """Return what happened since that day: kind, on, company, title, status."""
        with self.core.store.begin() as session:
            return records.changes_since(session, user, since)

    def states(self, user: str) -> list[State]:
        """Return all applications of the user with their parts, last changed first."""
        with self.core.store.begin() as session:
            return records.load_all(session, user, with_parts=True)

    def state(self, user: str, application_id: str) -> State:
        """Return one application with its parts.

        Raises:
            NotFound: no such application of this user.
        """
        with self.core.store.begin() as session:
            return records.load(session, user, application_id)

    def find(self, user: str, company: str, title: str = "") -> ApplicationDetails | None:
        """Return the application that a company and a role mean; None where unsure or unknown."""
        with self.core.store.begin() as session:
            state = records.find_by_names(session, user, company, title)
            return records.details(state, []) if state else None

    def add_part(self, user: str, application_id: str, kind: str, body: dict[str, Any]) -> str:
        """Add a part (draft, document …) and return its id.

        Raises:
            NotFound: no such application of this user.
        """
        now = self.core.clock.now()
        with self.core.store.begin() as session:
            state = records.load(session, user, application_id)
            return Writer(session, self.core.events, now, "person").add(state, kind, body)

    def delete(self, user: str, application_id: str) -> DeletedApplication:
        """Delete an application with everything that belongs to it, exported files too.

        The log keeps that something was there and when, without any of its content.

        Raises:
            NotFound: no such application of this user.
            Unavailable: an exported file cannot be removed; nothing was deleted.
        """
        from jobtracker.applications.exporting import forget

        now = self.core.clock.now()
        with self.core.store.begin() as session:
            _ = records.load(session, user, application_id)
            files = forget(self.core, user, application_id)
            session.execute(sa.delete(PartRow).where(PartRow.application_id == application_id))
            session.execute(sa.delete(TodoRow).where(TodoRow.application_id == application_id))
            session.execute(
                sa.delete(ReminderRow).where(ReminderRow.application_id == application_id)
            )
            session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id == application_id))
            session.execute(
                sa.update(EventRow)
                .where(EventRow.user_id == user, records.mentions(application_id))
                .values(data={"erased": True})
            )
            self.core.events.append(
                session, Event(user, "application.deleted", application_id, now, {"erased": True})
            )
        self.core.store.scrub()
        return DeletedApplication(application_id=application_id, files=files)


def _read(session: Session, user: str, application_id: str) -> ApplicationDetails:
    state = records.load(session, user, application_id)
    return records.details(state, records.history(session, user, application_id))


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise BadInput(f"cursor {cursor[:20]!r} is not one that list_applications gave out")
    return int(cursor)


_subscribed: weakref.WeakSet[EventLog] = weakref.WeakSet()


def subscribe(core: Core) -> None:
    """React to what other features report; harmless when called again for the same core."""
    if core.events in _subscribed:
        return
    _subscribed.add(core.events)
    from jobtracker.applications.reactions import Reactions

    Reactions(core).connect()
