from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from jobtracker.applications.model import Change, Contact, Details, Posting
from jobtracker.applications.service import ApplicationService, subscribe
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.events import Event, EventRow

from .conftest import at

USER = "anna"


@pytest.fixture
def service(core: Core) -> ApplicationService:
    return ApplicationService(core)


def track(service: ApplicationService, status: str = "applied", **more: object):
    arguments = {"company": "Acme AG", "title": "Data Engineer", "status": status} | more
    return service.track(USER, None, **arguments)


def test_the_same_company_and_title_is_the_same_application(service: ApplicationService):
    first = track(service, "saved")
    again = track(service, "applied", company="ACME", title="Data Engineer (m/w/d) 80-100%")
    assert again.application_id == first.application_id
    assert (first.created, again.created, again.moved, again.status) == (
        True,
        False,
        True,
        "applied",
    )
    third = track(service, "saved")
    assert (third.moved, third.status) == (False, "applied")
    assert "stays" in third.message


def test_the_same_posting_is_the_same_application_and_two_postings_are_two(
    service: ApplicationService,
):
    bern = Posting(job_id="job_1", company="Acme", title="Nurse", location="Bern")
    basel = Posting(job_id="job_2", company="Acme", title="Nurse", location="Basel")
    one = service.track(USER, bern)
    assert service.track(USER, bern, status="applied").application_id == one.application_id
    assert service.track(USER, basel).application_id != one.application_id


def test_a_new_attempt_after_a_rejection_is_a_new_application(service: ApplicationService):
    first = track(service, date="2026-03-01")
    service.update(USER, first.application_id, Change(status="rejected", date="2026-03-20"))
    assert track(service, date="2026-03-01").application_id == first.application_id
    assert track(service, date="2026-11-20").application_id != first.application_id


@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("2026-11-24", "future"),
        ("1970-01-01", "1970"),
        ("next week", "not a date"),
        ("2026-13-01", "not a date"),
    ],
)
def test_impossible_dates_are_refused_and_nothing_is_stored(
    service: ApplicationService, date: str, says: str
):
    with pytest.raises(BadInput, match=says):
        track(service, date=date)
    assert service.list(USER).total == 0


def test_a_time_with_offset_is_the_day_in_the_persons_zone(service: ApplicationService):
    assert str(track(service, date="2026-11-21T23:30:00Z").applied_on) == "2026-11-22"


@pytest.mark.parametrize(("start", "wanted"), [("saved", "accepted"), ("saved", "offer")])
def test_an_impossible_move_asks_whether_one_applied(
    service: ApplicationService, start: str, wanted: str
):
    known = track(service, start)
    with pytest.raises(BadInput, match="did you apply"):
        service.update(USER, known.application_id, Change(status=wanted))
    with pytest.raises(BadInput, match="did you apply"):
        service.track(USER, None, "Other", "Cook", "accepted")


def test_an_answer_from_before_the_application_is_refused(service: ApplicationService):
    known = track(service, date="2026-11-20")
    with pytest.raises(BadInput, match="before the application"):
        service.update(USER, known.application_id, Change(status="rejected", date="2026-11-19"))


def test_a_closed_application_is_re_opened_and_the_history_tells_why(service: ApplicationService):
    known = track(service, date="2026-11-01")
    service.update(USER, known.application_id, Change(status="rejected", date="2026-11-10"))
    open_again = service.update(
        USER, known.application_id, Change(status="interview", note="they called back")
    )
    assert open_again.status == "interview"
    last = open_again.history[-2]
    assert (last.kind, last.from_status, last.to_status) == (
        "application.reopened",
        "rejected",
        "interview",
    )
    assert last.why == "they called back"
    assert open_again.notes[0].text == "they called back"


def test_undo_takes_back_one_change_after_the_other(service: ApplicationService):
    known = track(service, date="2026-11-01")
    key = known.application_id
    service.update(USER, key, Change(status="screening", date="2026-11-05"))
    service.update(USER, key, Change(contact=Contact(name="Mia Keller")))
    after = service.update(USER, key, Change(undo=True))
    assert (after.contacts, after.status) == ([], "screening")
    after = service.update(USER, key, Change(undo=True))
    assert (after.status, after.responded_on) == ("applied", None)
    assert str(after.status_on) == "2026-11-01"
    with pytest.raises(BadInput, match="no change left"):
        service.update(USER, key, Change(undo=True))


def test_details_are_set_and_absent_ones_stay(service: ApplicationService):
    key = track(service).application_id
    service.update(USER, key, Change(details=Details(source="LinkedIn", pensum="80%")))
    after = service.update(USER, key, Change(details=Details(deadline="2026-12-01")))
    assert (after.source, after.pensum, str(after.deadline)) == ("LinkedIn", "80%", "2026-12-01")


def test_an_empty_change_is_refused(service: ApplicationService):
    with pytest.raises(BadInput, match="nothing to change"):
        service.update(USER, track(service).application_id, Change())


def test_another_users_application_is_as_if_absent(service: ApplicationService):
    key = track(service).application_id
    for call in (
        lambda: service.get("bob", key),
        lambda: service.update("bob", key, Change(note="x")),
        lambda: service.delete("bob", key),
    ):
        with pytest.raises(NotFound):
            call()
    assert service.list("bob").applications == []


def test_lists_are_paged_and_counted(service: ApplicationService):
    for number in range(7):
        track(service, "saved" if number % 2 else "applied", title=f"Engineer {number}")
    page = service.list(USER, "open", limit=5)
    assert (len(page.applications), page.total, page.counts) == (5, 7, {"saved": 3, "applied": 4})
    rest = service.list(USER, "open", limit=5, cursor=page.next_cursor)
    assert len(rest.applications) == 2
    assert rest.next_cursor is None
    with pytest.raises(BadInput, match="cursor"):
        service.list(USER, cursor="-1")


def test_deletion_leaves_nothing_personal_behind(service: ApplicationService, core: Core):
    known = track(service, company="Secret Bank", note="met Mia Keller")
    key = known.application_id
    with core.store.begin() as session:
        core.events.append(
            session,
            Event(USER, "other.thing", "x", core.clock.now(), {"application_id": key, "p": "Mia"}),
        )
    service.delete(USER, key)
    with pytest.raises(NotFound):
        service.get(USER, key)
    with core.store.begin() as session:
        rows = session.scalars(sa.select(EventRow)).all()
        kept = json.dumps([row.data for row in rows])
        tables = [
            session.execute(sa.text(f"select count(*) from {name}")).scalar()
            for name in ("applications", "application_parts")
        ]
    assert "Secret" not in kept
    assert "Mia" not in kept
    assert tables == [0, 0]
    assert rows[-1].kind == "application.deleted"


def scheduled(core: Core, **data: object) -> None:
    data = {
        "event_id": "evt_1",
        "company": "Acme",
        "role": "data engineer",
        "start": "2026-11-26T15:00:00+01:00",
        "timezone": "Europe/Zurich",
    } | data
    with core.store.begin() as session:
        core.events.append(
            session, Event(USER, "calendar.interview_scheduled", "evt_1", core.clock.now(), data)
        )


def test_a_scheduled_interview_moves_the_application(service: ApplicationService, core: Core):
    key = track(service, date="2026-11-10").application_id
    subscribe(core)
    scheduled(core)
    after = service.get(USER, key)
    assert after.status == "interview"
    assert [r.event_id for r in after.rounds] == ["evt_1"]
    assert after.history[-1].by == "calendar"
    scheduled(core, application_id=key, event_id="evt_2")
    assert len(service.get(USER, key).rounds) == 2


def test_an_interview_that_means_no_application_changes_none(
    service: ApplicationService, core: Core
):
    key = track(service).application_id
    scheduled(core, company="Unknown", role="")
    scheduled(core, application_id="app_absent")
    assert service.get(USER, key).status == "applied"


def test_an_interview_with_a_firm_that_is_not_tracked_puts_it_into_the_tracker(
    service: ApplicationService, core: Core
):
    track(service)
    scheduled(core, company="Unknown SA", role="", application_id=None)
    scheduled(core, company="", role="", event_id="evt_3")
    found = service.list(USER).applications
    [begun] = [item for item in found if item.company == "Unknown SA"]
    assert (begun.status, begun.title) == ("interview", "Interview")
    kept = service.get(USER, begun.application_id)
    assert [r.event_id for r in kept.rounds] == ["evt_1"]
    scheduled(core, company="Unknown SA", role="", event_id="evt_4")
    assert len(service.list(USER).applications) == len(found)


def test_a_cancelled_interview_is_marked_in_its_round(service: ApplicationService, core: Core):
    key = track(service).application_id
    scheduled(core)
    with core.store.begin() as session:
        core.events.append(
            session,
            Event(USER, "calendar.interview_cancelled", "evt_1", core.clock.now(), {}),
        )
    assert service.get(USER, key).rounds[0].cancelled


def test_next_actions_name_what_is_due_with_a_reason(service: ApplicationService, core: Core):
    quiet = track(service, date="2026-11-05").application_id
    offer = track(service, title="Lead", date="2026-10-05").application_id
    service.update(USER, offer, Change(status="offer", date="2026-11-20"))
    track(service, "saved", title="Cook", details=Details(deadline="2026-11-25"))
    fresh = track(service, title="Fresh").application_id
    actions = service.next_actions(USER, horizon_days=3).actions
    kinds = {a.application_id: a.action for a in actions}
    assert kinds[quiet] == "follow_up"
    assert kinds[offer] == "answer_offer"
    assert fresh not in kinds
    assert actions[0].action == "follow_up"
    assert actions[0].overdue
    assert "2026-11-05" in actions[0].why
    at(core, "2027-03-01T09:00:00+01:00")
    assert "decide_or_withdraw" in {a.action for a in service.next_actions(USER).actions}


def test_interviews_are_prepared_thanked_for_and_their_result_asked(
    service: ApplicationService, core: Core
):
    track(service, date="2026-11-10")
    scheduled(core)
    assert [a.action for a in service.next_actions(USER, horizon_days=0).actions] == []
    at(core, "2026-11-25T10:00:00+01:00")
    assert [a.action for a in service.next_actions(USER).actions] == ["prepare_interview"]
    at(core, "2026-11-27T10:00:00+01:00")
    kinds = [a.action for a in service.next_actions(USER).actions]
    assert kinds[:2] == ["send_thank_you", "log_interview_result"]


def test_the_wait_before_a_follow_up_is_learnt_from_own_answers(service: ApplicationService):
    for number, took in enumerate((1, 2, 2, 3, 4, 5)):
        key = track(service, title=f"T{number}", date="2026-10-01").application_id
        service.update(USER, key, Change(status="rejected", date=f"2026-10-{1 + took:02d}"))
    track(service, title="Waiting", date="2026-11-16")
    action = service.next_actions(USER).actions[0]
    assert "of your 6 answers" in action.why
    assert action.due.date().isoformat() == "2026-11-23"


def test_the_same_application_told_at_once_by_many_is_one(service: ApplicationService):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: track(service), range(16)))
    assert len({item.application_id for item in made}) == 1
    assert sum(item.created for item in made) == 1
    assert service.list(USER).total == 1


def test_a_note_is_kept_once_and_a_huge_one_is_refused(service: ApplicationService):
    key = track(service, note="called").application_id
    track(service, note="called")
    assert len(service.get(USER, key).notes) == 1
    with pytest.raises(BadInput, match="characters"):
        service.update(USER, key, Change(note="x" * 30_000))
    with pytest.raises(BadInput, match="NUL"):
        track(service, company="A\0B")


def test_a_rejection_asks_for_its_lesson_until_one_is_noted(service: ApplicationService):
    key = track(service, date="2026-11-01").application_id
    service.update(USER, key, Change(status="rejected", date="2026-11-20"))
    assert [a.action for a in service.next_actions(USER).actions] == ["note_lesson"]
    service.update(USER, key, Change(note="more practice with SQL"))
    assert service.next_actions(USER).actions == []
