"""The state machine of an application, and the fold that rebuilds it from its events.

    saved → applied → screening → interview → offer → accepted
                 └──────────┴──────────┴────────┴──→ rejected / withdrawn → (re-opened)

Pure: no database, no clock. An event's data carries `set` (the new values) and `was` (the old
ones), so replay needs no rule of this file and an undo is the same step backwards.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, cast, get_args

from jobtracker.applications.model import Status
from jobtracker.core.errors import BadInput
from jobtracker.core.events import Event
from jobtracker.core.speech import say

STATUSES: tuple[Status, ...] = get_args(Status)
STAGES: tuple[Status, ...] = STATUSES[:6]
RANK: dict[str, int] = {name: index for index, name in enumerate(STAGES)}
OPEN: frozenset[str] = frozenset(STAGES[:5])
CLOSED: frozenset[str] = frozenset(STATUSES) - OPEN
ANSWERS: frozenset[str] = frozenset({"screening", "interview", "offer", "rejected"})
"""Statuses that only an answer of the employer can bring."""

MOVES: dict[str, frozenset[str]] = {
    "saved": frozenset({"applied", "screening", "interview", "withdrawn"}),
    "applied": frozenset({"screening", "interview", "offer", "rejected", "withdrawn"}),
    "screening": frozenset({"applied", "interview", "offer", "rejected", "withdrawn"}),
    "interview": frozenset({"applied", "screening", "offer", "rejected", "withdrawn"}),
    "offer": frozenset({"applied", "screening", "interview", "accepted", "rejected", "withdrawn"}),
    "accepted": frozenset({"offer", "rejected", "withdrawn"}),
    "rejected": frozenset({"applied", "screening", "interview", "offer"}),
    "withdrawn": frozenset({"saved", "applied", "screening", "interview", "offer"}),
}


@dataclass(slots=True)
class State:
    """An application as its events made it. Days are ISO dates, as they stand in the events."""

    id: str
    user: str
    company: str = ""
    title: str = ""
    status: str = "saved"
    status_on: str = ""
    job_id: str | None = None
    location: str = ""
    address: str = ""
    url: str = ""
    source: str = ""
    channel: str | None = None
    pensum: str = ""
    company_size: str = ""
    deadline: str | None = None
    applied_on: str | None = None
    responded_on: str | None = None
    salary_asked: dict[str, Any] | None = None
    salary_offered: dict[str, Any] | None = None
    resume_version_id: str | None = None
    letter_id: str | None = None
    reached: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    parts: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def fields(self) -> dict[str, Any]:
        """Return everything but the parts, as plain values."""
        values = asdict(self)
        del values["parts"]
        return values


def evolve(state: State | None, event: Event) -> State | None:
    """Return the state after the event; None once it is deleted or where its data is erased."""
    if event.kind == "application.deleted" or event.data.get("erased"):
        return None
    if state is None:
        if event.kind != "application.created":
            return None
        state = State(id=event.subject, user=event.user, created_at=event.at)
    changes = cast("dict[str, Any]", event.data.get("set") or {})
    for name, value in changes.items():
        setattr(state, name, value)
    if part := event.data.get("part"):
        state.parts[part["id"]] = part
    if gone := event.data.get("removed_part"):
        state.parts.pop(gone, None)
    state.updated_at = event.at
    return state


def is_later(current: str, wanted: str) -> bool:
    """Tell whether `wanted` lies ahead of an open application that is at `current`."""
    if current in CLOSED:
        return False
    return wanted in CLOSED or RANK[wanted] > RANK[current]


def move(state: State, wanted: Status, on: date) -> dict[str, Any]:
    """Return the values that moving to `wanted` on that day sets.

    Raises:
        BadInput: an impossible move; the message says what to do first.
    """
    check_move(state, wanted)
    check_order(state, wanted, on)
    return _values(state, wanted, on.isoformat())


def begin(wanted: Status, on: date) -> dict[str, Any]:
    """Return the values of a new application that starts at `wanted`.

    Raises:
        BadInput: an acceptance without an application.
    """
    if wanted == "accepted":
        raise BadInput(say("applications.not_tracked"))
    return _values(State(id="", user=""), wanted, on.isoformat())


def _values(state: State, wanted: Status, day: str) -> dict[str, Any]:
    values: dict[str, Any] = {"status": wanted, "status_on": day}
    if wanted in RANK:
        values["reached"] = RANK[wanted]
    elif wanted == "rejected":
        values["reached"] = max(state.reached, RANK["applied"])
    if wanted == "applied" and (state.applied_on is None or state.status not in CLOSED):
        values["applied_on"] = day
        values["responded_on"] = None
    if wanted in ANSWERS and state.applied_on and not state.responded_on:
        values["responded_on"] = day
    return values


def check_move(state: State, wanted: Status) -> None:
    """Refuse a move that cannot have happened.

    Raises:
        BadInput: with a question or the step to do first.
    """
    now = state.status
    if wanted in MOVES[now] and not (wanted == "saved" and state.applied_on):
        return
    if wanted == "accepted":
        asked = now in OPEN and now != "saved"
        hint = say("applications.hint_offer" if asked else "applications.hint_applied_offer")
    elif wanted == "saved":
        hint = say("applications.hint_past_it")
    elif now == "saved":
        hint = say("applications.hint_applied")
    elif now in CLOSED:
        hint = say("applications.hint_closed", states=sorted(MOVES[now]))
    else:
        hint = say("applications.hint_possible", states=sorted(MOVES[now]))
    named = {"company": state.company, "title": state.title}
    raise BadInput(say("applications.bad_move", **named, now=now, wanted=wanted, hint=hint))


def check_order(state: State, wanted: Status, on: date) -> None:
    """Refuse an answer from before the application.

    Raises:
        BadInput: the day lies before the application's.
    """
    if (
        wanted not in {"saved", "applied"}
        and state.applied_on
        and on.isoformat() < state.applied_on
    ):
        raise BadInput(
            say(
                "applications.bad_order",
                wanted=wanted,
                on=on,
                applied=state.applied_on,
                company=state.company,
            )
        )
