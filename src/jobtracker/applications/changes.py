"""Writing changes of an application: the row, its parts and the event, in one session."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.applications import records
from jobtracker.applications.dates import any_day, past_day
from jobtracker.applications.model import Change, Details, DraftMark, Posting, Status
from jobtracker.applications.pipeline import CLOSED, OPEN, State, evolve, is_later, move
from jobtracker.applications.tables import PartRow
from jobtracker.core.errors import BadInput
from jobtracker.core.events import Event, EventLog, EventRow
from jobtracker.core.speech import say

MAX_NOTE = 20_000
UNDOABLE = ("application.moved", "application.reopened", "application.changed", "application.added")


def new_id(prefix: str) -> str:
    """Return a short unguessable id."""
    return f"{prefix}_{secrets.token_hex(6)}"


class Writer:
    """Writes changes of applications: the row, the parts and the event, in the given session."""

    def __init__(self, session: Session, log: EventLog, now: datetime, by: str) -> None:
        self.session, self.log, self.now, self.by = session, log, now, by

    def write(self, state: State, kind: str, values: dict[str, Any], **data: Any) -> State:
        """Set these values where they differ and return the new state."""
        created = kind == "application.created"
        changed = {k: v for k, v in values.items() if created or getattr(state, k) != v}
        if not changed and not data:
            return state
        was = {name: getattr(state, name) for name in changed}
        facts = {"company": changed.get("company", state.company)}
        facts["title"] = changed.get("title", state.title)
        if "status" in changed:
            facts |= {"from": "" if created else state.status, "to": changed["status"]}
        event = Event(
            state.user,
            kind,
            state.id,
            self.now,
            {**facts, "set": changed, "was": was, "by": self.by, **data},
        )
        return self._commit(state, event)

    def _commit(self, state: State, event: Event) -> State:
        known = event.kind != "application.created"
        base = replace(state, parts=dict(state.parts)) if known else None
        after = cast("State", evolve(base, event))
        records.save(self.session, after)
        self.log.append(self.session, event)
        return after

    def add(self, state: State, kind: str, body: dict[str, Any], part_id: str = "") -> str:
        """Add a part, or change the one of that id; returns its id."""
        known = state.parts.get(part_id)
        if part_id and (known is None or known["kind"] != kind):
            raise BadInput(f"{kind} {part_id[:60]!r} does not belong to this application")
        part = {"id": part_id or new_id(kind[:4]), "kind": kind, "data": body}
        data: dict[str, Any] = {"part": part, "before": known, "by": self.by}
        event = Event(state.user, "application.added", state.id, self.now, data)
        records.put_part(self.session, self._commit(state, event), part, self.now)
        return cast("str", part["id"])


def undo(session: Session, log: Writer, state: State) -> State:
    """Take back the last change that was not taken back yet.

    Raises:
        BadInput: there is none.
    """
    query = (
        sa.select(EventRow)
        .where(EventRow.user_id == state.user, EventRow.subject == state.id)
        .order_by(EventRow.seq.desc())
    )
    undone: set[int] = set()
    for row in session.scalars(query):
        if row.kind == "application.undone":
            undone.add(row.data["undoes"])
        elif row.kind in UNDOABLE and row.seq not in undone:
            return take_back(session, log, state, row)
    raise BadInput(say("applications.no_undo", company=state.company, title=state.title))


def take_back(session: Session, log: Writer, state: State, row: EventRow) -> State:
    """Write the event that undoes the one of that row."""
    extra: dict[str, Any] = {"undoes": row.seq}
    if part := row.data.get("part"):
        before = row.data.get("before")
        if before:
            extra["part"] = before
            records.put_part(session, state, before, log.now)
        else:
            extra["removed_part"] = part["id"]
            session.execute(sa.delete(PartRow).where(PartRow.id == part["id"]))
    return log.write(state, "application.undone", row.data.get("was") or {}, **extra)


def advance(
    log: Writer,
    known: State,
    posting: Posting | None,
    status: Status,
    on: date,
    extra: dict[str, Any],
    dated: bool,
) -> tuple[State, bool]:
    """Move a known application on if the status is later; fill in what was not known."""
    fresh = {k: v for k, v in posting_values(posting).items() if not getattr(known, k)}
    values = fresh | extra
    if known.applied_on is None and status == "applied" and known.status != "saved" and dated:
        values["applied_on"] = on.isoformat()
    state = log.write(known, "application.changed", values) if values else known
    if not is_later(state.status, status):
        return state, False
    changes = move(state, status, on) | {k: v for k, v in extra.items() if k == "applied_on"}
    return log.write(state, "application.moved", changes, on=on.isoformat()), True


def restatus(log: Writer, state: State, change: Change, now: datetime) -> State:
    """Move, re-open or re-date the application as the change asks."""
    on = past_day(change.date, now)
    wanted = change.status or cast("Status", state.status)
    why = (change.note or "")[:500]
    if wanted == state.status:
        if change.date is None:
            return state
        values: dict[str, Any] = {"status_on": on.isoformat()}
        if wanted == "applied":
            values["applied_on"] = on.isoformat()
        return log.write(state, "application.changed", values, on=on.isoformat(), why=why)
    reopened = state.status in CLOSED and wanted in OPEN
    kind = "application.reopened" if reopened else "application.moved"
    return log.write(state, kind, move(state, wanted, on), on=on.isoformat(), why=why)


def mark(log: Writer, state: State, mark: DraftMark) -> None:
    """Mark a draft as sent or discarded."""
    known = state.parts.get(mark.draft_id)
    if known is None or known["kind"] != "draft":
        raise BadInput(f"draft {mark.draft_id[:60]!r} does not belong to this application")
    body = dict(cast("dict[str, Any]", known["data"])) | {"status": mark.status}
    if mark.status == "sent":
        body["sent_at"] = log.now.isoformat()
    log.add(state, "draft", body, mark.draft_id)


def is_again(state: State, status: Status, on: str) -> bool:
    """Tell whether this is a new attempt: the old one ended before that day."""
    return state.status in CLOSED and status in OPEN and on > state.status_on


def posting_values(posting: Posting | None) -> dict[str, Any]:
    """Return what a posting tells of an application."""
    if posting is None:
        return {}
    values = posting.model_dump(exclude={"company", "title"})
    return {name: value for name, value in values.items() if value}


def detail_values(details: Details | None, now: datetime) -> dict[str, Any]:
    """Return the values that details set, their days checked.

    Raises:
        BadInput: it cannot be.
    """
    if details is None:
        return {}
    values = details.model_dump(mode="json", exclude_none=True)
    if "applied_on" in values:
        values["applied_on"] = past_day(values["applied_on"], now, "applied_on").isoformat()
    if "deadline" in values:
        values["deadline"] = any_day(values["deadline"], now, "deadline")
    return values


def check_applied(state: State, values: dict[str, Any]) -> None:
    """Refuse a day of application that contradicts what followed.

    Raises:
        BadInput: it cannot be.
    """
    day = values.get("applied_on")
    if day and state.responded_on and day > state.responded_on:
        raise BadInput(
            f"applied_on {day} would be after {state.company} answered on {state.responded_on}"
        )
    if day and state.status == "saved":
        raise BadInput("this application is only saved; set status applied with its date instead")


def note_body(text: str, now: datetime) -> dict[str, Any]:
    """Return the body of a note.

    Raises:
        BadInput: it cannot be.
    """
    if len(text) > MAX_NOTE:
        raise BadInput(say("applications.long_note", n=len(text), most=MAX_NOTE))
    return {"at": now.isoformat(), "text": text.replace("\0", "")}
