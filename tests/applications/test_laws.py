"""Laws of the state machine and of the log, on whatever happens to an application."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobtracker.applications import records
from jobtracker.applications.model import Change, Contact, Details
from jobtracker.applications.pipeline import (
    MOVES,
    RANK,
    STATUSES,
    State,
    check_move,
    evolve,
    is_later,
    move,
)
from jobtracker.applications.replay import rebuild
from jobtracker.applications.service import ApplicationService
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput

statuses = st.sampled_from(STATUSES)
days = st.dates(date(2026, 1, 1), date(2026, 11, 22)).map(date.isoformat)


@given(statuses, statuses)
def test_a_move_is_allowed_or_refused_with_what_to_do(now, wanted):
    state = State(id="a", user="u", company="Acme", title="Cook", status=now)
    if wanted in MOVES[now]:
        check_move(state, wanted)
    else:
        with pytest.raises(BadInput, match="cannot become"):
            check_move(state, wanted)


@given(statuses)
def test_nothing_is_accepted_but_an_offer(now):
    assert ("accepted" in MOVES[now]) == (now == "offer")


@given(statuses)
def test_every_closed_application_can_be_opened_again(now):
    if now not in RANK or now == "accepted":
        assert MOVES[now] & {"applied", "screening", "interview", "offer"}


@given(statuses, statuses)
def test_later_is_never_both_ways(one, other):
    assert not (is_later(one, other) and is_later(other, one))


@given(st.lists(statuses, max_size=8), days)
def test_the_reached_stage_never_exceeds_what_was_moved_to(wanted, day):
    state = State(id="a", user="u", company="Acme", title="Cook")
    highest = 0
    for status in wanted:
        try:
            values = move(state, status, date.fromisoformat(day))
        except BadInput:
            continue
        highest = max(highest, RANK.get(status, 1))
        for name, value in values.items():
            setattr(state, name, value)
        assert state.status == status
        assert 0 <= state.reached <= highest


steps = st.one_of(
    st.builds(lambda s, d: Change(status=s, date=d), statuses, days),
    st.builds(lambda t: Change(note=t), st.text(min_size=1, max_size=20)),
    st.builds(lambda t: Change(details=Details(source=t)), st.text(max_size=20)),
    st.builds(lambda t: Change(contact=Contact(name=t)), st.text(min_size=1, max_size=20)),
    st.just(Change(undo=True)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, max_size=8))
def test_replaying_the_events_rebuilds_the_same_state(core: Core, changes: list[Change]):
    service = ApplicationService(core)
    key = service.track("anna", None, "Acme", f"Cook {id(changes)}", "applied", "2026-01-01")
    for change in changes:
        try:
            service.update("anna", key.application_id, change)
        except BadInput:
            continue
    rebuilt = {state.id: state for state in rebuild(core, "anna")}
    with core.store.begin() as session:
        kept = {state.id: state for state in records.load_all(session, "anna", with_parts=True)}
    assert rebuilt.keys() == kept.keys()
    for state_id, state in kept.items():
        assert rebuilt[state_id] == state


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_undo_takes_back_exactly_the_last_change(core: Core, change: Change):
    service = ApplicationService(core)
    title = f"Cook {id(change)}"
    key = service.track("anna", None, "Acme", title, "applied", "2026-01-01").application_id
    if change.undo:
        return
    before = _shown(service, key)
    try:
        changed = len(service.update("anna", key, change).history)
    except BadInput:
        return
    if changed > 1:
        service.update("anna", key, Change(undo=True))
    assert _shown(service, key) == before


def _shown(service: ApplicationService, key: str) -> dict[str, Any]:
    return service.get("anna", key).model_dump(exclude={"history", "updated_at"})


def test_a_deleted_application_is_not_rebuilt(core: Core):
    service = ApplicationService(core)
    key = service.track("anna", None, "Acme", "Cook").application_id
    service.update("anna", key, Change(note="x"))
    service.delete("anna", key)
    assert rebuild(core, "anna") == []


def test_an_unknown_event_before_its_creation_is_passed_over():
    from jobtracker.core.clock import Clock
    from jobtracker.core.events import Event

    assert evolve(None, Event("u", "application.moved", "a", Clock().now())) is None
