"""Between rows, states and what callers see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.applications.model import (
    Application,
    ApplicationDetails,
    Contact,
    Document,
    Draft,
    HistoryEntry,
    Note,
    Round,
)
from jobtracker.applications.naming import company_key, title_key
from jobtracker.applications.pipeline import CLOSED, OPEN, State
from jobtracker.applications.tables import ApplicationRow, PartRow
from jobtracker.core.errors import NotFound
from jobtracker.core.events import EventRow
from jobtracker.core.speech import say

_COLUMNS = tuple(name for name in State.__slots__ if name not in {"user", "parts"})


def state_of(row: ApplicationRow, parts: Iterable[PartRow] = ()) -> State:
    """Return the state that a row and its parts hold."""
    state = State(id=row.id, user=row.user_id)
    for name in _COLUMNS:
        setattr(state, name, getattr(row, name))
    state.parts = {part.id: part.data for part in parts}
    return state


def save(session: Session, state: State) -> None:
    """Write the state's own row; the parts are written one by one as they come."""
    row = session.get(ApplicationRow, state.id)
    if row is None:
        row = ApplicationRow(id=state.id, user_id=state.user)
        session.add(row)
    for name in _COLUMNS:
        setattr(row, name, getattr(state, name))
    row.company_key, row.title_key = company_key(state.company), title_key(state.title)
    session.flush()


def put_part(session: Session, state: State, part: dict[str, Any], at: datetime) -> None:
    """Write a part, new or changed."""
    session.merge(
        PartRow(
            id=part["id"],
            user_id=state.user,
            application_id=state.id,
            kind=part["kind"],
            at=at,
            data=part,
        )
    )


def one_at_a_time(session: Session, user: str) -> None:
    """Let the person's other transactions wait until this one ends, in all processes.

    SQLite: a statement that could write takes the one write lock now, not at the first change.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.blake2b(user.encode(), digest_size=8).digest(), signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
        return
    session.execute(sa.update(ApplicationRow).where(sa.false()).values(source=""))


def load(session: Session, user: str, application_id: str) -> State:
    """Return the state of the user's application.

    Raises:
        NotFound: no such application, or another user's.
    """
    row = session.get(ApplicationRow, application_id)
    if row is None or row.user_id != user:
        raise NotFound(say("applications.unknown", id=application_id[:60]))
    return state_of(row, parts_of(session, user, [application_id]))


def parts_of(session: Session, user: str, ids: Iterable[str]) -> list[PartRow]:
    """Return the parts of these applications, oldest first."""
    query = (
        sa.select(PartRow)
        .where(PartRow.user_id == user, PartRow.application_id.in_(list(ids)))
        .order_by(PartRow.at, PartRow.id)
    )
    return list(session.scalars(query))


def load_all(session: Session, user: str, with_parts: bool = False) -> list[State]:
    """Return all applications of the user, last changed first."""
    query = (
        sa.select(ApplicationRow)
        .where(ApplicationRow.user_id == user)
        .order_by(ApplicationRow.updated_at.desc(), ApplicationRow.id)
    )
    states = [state_of(row) for row in session.scalars(query)]
    if with_parts:
        by_id = {state.id: state for state in states}
        for part in session.scalars(
            sa.select(PartRow).where(PartRow.user_id == user).order_by(PartRow.at, PartRow.id)
        ):
            by_id[part.application_id].parts[part.id] = part.data
    return states


def find_same(
    session: Session, user: str, job_id: str | None, company: str, title: str
) -> list[State]:
    """Return the user's applications to the same posting, or else the same position, open first."""
    query = sa.select(ApplicationRow).where(
        ApplicationRow.user_id == user,
        sa.or_(
            ApplicationRow.company_key == company_key(company),
            ApplicationRow.job_id == (job_id or "-"),
        ),
    )
    wanted = title_key(title)
    same: list[State] = []
    for row in session.scalars(query):
        other_posting = job_id is not None and row.job_id is not None and row.job_id != job_id
        if (job_id is not None and row.job_id == job_id) or (
            row.title_key == wanted
            and row.company_key == company_key(company)
            and not other_posting
        ):
            same.append(state_of(row, parts_of(session, user, [row.id])))
    return sorted(same, key=lambda s: (s.status in CLOSED, s.status_on), reverse=False)


def find_by_names(session: Session, user: str, company: str, title: str) -> State | None:
    """Return the application that a company and a role most likely mean; None where unsure."""
    query = sa.select(ApplicationRow).where(
        ApplicationRow.user_id == user, ApplicationRow.company_key == company_key(company)
    )
    rows = list(session.scalars(query))
    exact = [row for row in rows if title and row.title_key == title_key(title)]
    still_open = [row for row in exact or rows if row.status in OPEN]
    for candidates in (still_open, exact):
        if len(candidates) == 1:
            row = candidates[0]
            return state_of(row, parts_of(session, user, [row.id]))
    return None


def summary(state: State) -> Application:
    """Return what lists show."""
    return Application(
        application_id=state.id,
        company=state.company,
        title=state.title,
        status=cast("Any", state.status),
        status_on=date.fromisoformat(state.status_on),
        applied_on=_day(state.applied_on),
        job_id=state.job_id,
        location=state.location,
        source=state.source,
        url=state.url,
        deadline=_day(state.deadline),
        updated_at=cast("datetime", state.updated_at),
    )


def details(state: State, history: list[HistoryEntry]) -> ApplicationDetails:
    """Return everything that is stored about it."""
    return ApplicationDetails(
        **summary(state).model_dump(),
        created_at=cast("datetime", state.created_at),
        responded_on=_day(state.responded_on),
        address=state.address,
        channel=cast("Any", state.channel),
        pensum=state.pensum,
        company_size=state.company_size,
        salary_asked=cast("Any", state.salary_asked),
        salary_offered=cast("Any", state.salary_offered),
        resume_version_id=state.resume_version_id,
        letter_id=state.letter_id,
        contacts=[Contact(contact_id=p["id"], **_body(p)) for p in _kind(state, "contact")],
        rounds=[Round(round_id=p["id"], **_body(p)) for p in _kind(state, "round")],
        notes=[Note(note_id=p["id"], **_body(p)) for p in _kind(state, "note")],
        documents=[Document(document_id=p["id"], **_body(p)) for p in _kind(state, "document")],
        drafts=drafts(state),
        history=history,
    )


def drafts(state: State) -> list[Draft]:
    """Return the drafts of an application, oldest first."""
    return [Draft(draft_id=p["id"], **_body(p)) for p in _kind(state, "draft")]


def _kind(state: State, kind: str) -> list[dict[str, Any]]:
    return [part for part in state.parts.values() if part["kind"] == kind]


def _body(part: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", part["data"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def history(session: Session, user: str, application_id: str) -> list[HistoryEntry]:
    """Return the changes of an application from the log, oldest first."""
    query = (
        sa.select(EventRow)
        .where(
            EventRow.user_id == user,
            EventRow.subject == application_id,
            EventRow.kind.startswith("application."),
        )
        .order_by(EventRow.seq)
    )
    return [_entry(row) for row in session.scalars(query)]


def _entry(row: EventRow) -> HistoryEntry:
    data = row.data
    changes = cast("dict[str, Any]", data.get("set") or {})
    before = cast("dict[str, Any]", data.get("was") or {})
    return HistoryEntry(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        by=data.get("by", ""),
        on=_day(data.get("on")),
        from_status=before.get("status"),
        to_status=changes.get("status"),
        changed=sorted(changes),
        why=data.get("why", ""),
    )


def changes_since(session: Session, user: str, since: date) -> list[dict[str, str]]:
    """Return the moves and sent drafts that happened since that day, oldest first."""
    query = (
        sa.select(EventRow)
        .where(EventRow.user_id == user, EventRow.kind.startswith("application."))
        .order_by(EventRow.seq)
    )
    found: list[dict[str, str]] = []
    taken_back: set[int] = set()
    for row in session.scalars(query):
        data = row.data
        if row.kind == "application.undone":
            taken_back.add(int(data.get("undoes") or 0))
        part = cast("dict[str, Any]", data.get("part") or {})
        sent = part.get("kind") == "draft" and part["data"].get("status") == "sent"
        on = str(data.get("on") or row.at.date().isoformat())
        if (data.get("to") or sent) and on >= since.isoformat():
            found.append(
                {
                    "seq": str(row.seq),
                    "kind": "draft.sent" if sent else row.kind,
                    "on": on,
                    "company": str(data.get("company") or ""),
                    "title": str(data.get("title") or ""),
                    "status": "" if sent else str(data["to"]),
                }
            )
    return [item for item in found if int(item["seq"]) not in taken_back]


def last_proof(session: Session, user: str) -> str | None:
    """Return the last month (YYYY-MM) whose proof of efforts was exported; None for never."""
    query = sa.select(EventRow.data).where(
        EventRow.user_id == user, EventRow.kind == "application.proof_exported"
    )
    months = [str(data.get("month") or "") for data in session.scalars(query)]
    return max(months, default=None)


def mentions(application_id: str) -> sa.ColumnElement[bool]:
    """Return the condition that an event is about the application, or names it."""
    return sa.or_(
        EventRow.subject == application_id,
        sa.cast(EventRow.data, sa.Text).contains(f'"{application_id}"', autoescape=True),
    )
