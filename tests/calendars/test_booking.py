from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jobtracker.calendars.booking import Wanted
from jobtracker.calendars.providers.local_folder import LocalFolder
from jobtracker.calendars.service import CalendarService
from jobtracker.core.errors import BadInput, NotFound, Unavailable
from jobtracker.core.events import Event

from .samples import calendar, timed

INTERVIEW = Wanted("Acme AG", "Engineer", "2026-11-26T15:00", location="Seestrasse 1, Zürich")


def kinds(found: Any) -> dict[str, str]:
    return {e.kind + e.summary[:8]: e.start.isoformat() for e in found.events}


def test_an_interview_comes_with_travel_research_and_preparation(service: CalendarService) -> None:
    booked = service.booking.schedule("local", INTERVIEW)
    assert kinds(booked) == {
        "interviewIntervie": "2026-11-26T15:00:00+01:00",
        "travelTravel t": "2026-11-26T14:30:00+01:00",
        "travelTravel b": "2026-11-26T16:00:00+01:00",
        "preparationPrepare:": "2026-11-25T17:00:00+01:00",
        "researchResearch": "2026-11-24T17:00:00+01:00",
    }
    assert booked.warnings == []


def test_an_online_interview_needs_no_travel(service: CalendarService) -> None:
    wanted = Wanted("Acme", "", "2026-11-26T15:00", link="https://meet.example/x", location="Teams")
    assert {e.kind for e in service.booking.schedule("local", wanted).events} == {
        "interview",
        "preparation",
        "research",
    }


def test_blocks_go_where_the_person_is_free(service: CalendarService, folder: Path) -> None:
    taken = timed("20261125T120000", "20261125T190000")
    (folder / "busy.ics").write_text(calendar(taken), newline="")
    booked = service.booking.schedule("local", INTERVIEW)
    prepare = next(e for e in booked.events if e.kind == "preparation")
    assert prepare.start.isoformat() == "2026-11-25T11:00:00+01:00"


def test_the_same_interview_twice_is_one_event(
    service: CalendarService, make_service: Callable[..., CalendarService]
) -> None:
    first = service.booking.schedule("local", INTERVIEW)
    again = make_service().booking.schedule(
        "local", Wanted("acme ag", "ENGINEER", "2026-11-26T14:00:00Z")
    )
    assert again.already_booked
    assert again.events[0].event_id == first.events[0].event_id
    assert service.list_events("local").total == len(first.events)


def test_the_same_invitation_twice_is_one_event(service: CalendarService) -> None:
    wanted = Wanted("Acme", "", "2026-11-26T15:00", invitation_uid="abc@google.com", blocks=False)
    service.booking.schedule("local", wanted)
    assert service.booking.schedule("local", wanted).already_booked
    assert service.list_events("local").total == 1


def test_the_question_names_everything_and_the_conflict(
    service: CalendarService, folder: Path
) -> None:
    (folder / "x.ics").write_text(calendar(timed("20261126T143000", "20261126T153000")), newline="")
    asked = service.booking.question("local", INTERVIEW)
    for part in ("Acme AG", "Engineer", "Thursday, 2026-11-26 15:00", "Europe/Zurich", "60 minutes",
                 "Seestrasse 1", "“Dentist” 14:30–15:30"):  # fmt: skip
        assert part in asked


def test_a_conflict_that_came_after_the_question_is_refused(
    service: CalendarService, make_service: Callable[..., CalendarService]
) -> None:
    service.booking.question("local", INTERVIEW)
    make_service().booking.schedule("local", Wanted("Beta", "", "2026-11-26T15:30", blocks=False))
    with pytest.raises(BadInput, match="meanwhile “Interview: Beta”"):
        service.booking.schedule("local", INTERVIEW)
    assert service.list_events("local").total == 1


def test_two_bookings_for_the_same_minute_at_once_book_one(
    make_service: Callable[..., CalendarService],
) -> None:
    services = [make_service(), make_service()]
    wanted = [Wanted(name, "", "2026-11-26T15:00", blocks=False) for name in ("Acme", "Beta")]
    for one, want in zip(services, wanted, strict=True):
        one.booking.question("local", want)

    def book(pair: tuple[CalendarService, Wanted]) -> str:
        try:
            pair[0].booking.schedule("local", pair[1])
        except BadInput as exc:
            return exc.message
        return "booked"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(book, zip(services, wanted, strict=True)))
    assert said[0] == "booked" and said[1].startswith("meanwhile")
    assert services[0].list_events("local").total == 1


def test_a_failure_half_way_leaves_nothing(
    service: CalendarService, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = LocalFolder.save

    def fail_on_research(self: LocalFolder, draft: Any) -> None:
        if draft.kind == "research":
            raise Unavailable("disk full")
        save(self, draft)

    monkeypatch.setattr(LocalFolder, "save", fail_on_research)
    with pytest.raises(Unavailable, match="disk full"):
        service.booking.schedule("local", INTERVIEW)
    assert list(folder.iterdir()) == []


def test_an_error_of_the_tracker_undoes_the_event(service: CalendarService, folder: Path) -> None:
    def refuse(session: Any, event: Event) -> None:
        raise BadInput("no")

    service.core.events.subscribe("calendar.interview_scheduled", refuse)
    with pytest.raises(BadInput, match="no"):
        service.booking.schedule("local", INTERVIEW)
    assert list(folder.iterdir()) == []


def test_what_a_crash_left_half_done_is_taken_back(
    service: CalendarService, make_service: Callable[..., CalendarService]
) -> None:
    with pytest.raises(KeyboardInterrupt), service.hub("local").changing() as batch:
        draft, _ = service.booking._draft("local", INTERVIEW)  # pyright: ignore[reportPrivateUsage]
        batch.save("local", draft)
        batch.__exit__ = lambda *_: None  # type: ignore[method-assign]
        notes = batch._journal.read_text()  # pyright: ignore[reportPrivateUsage]
        raise KeyboardInterrupt
    service.hub("local").providers["local"].save(draft)
    batch._journal.write_text(notes)  # pyright: ignore[reportPrivateUsage]
    later = make_service()
    later.booking.schedule("local", Wanted("Beta", "", "2026-11-27T10:00", blocks=False))
    assert [e.company for e in later.list_events("local").events] == ["Beta"]


def test_the_interview_is_reported_in_the_event_log(service: CalendarService) -> None:
    booked = service.booking.schedule("local", INTERVIEW)
    [event] = service.core.events.replay(service.core.store)
    assert event.kind == "calendar.interview_scheduled"
    assert event.data["event_id"] == booked.events[0].event_id
    assert event.data["start"] == "2026-11-26T15:00:00+01:00"
    assert (event.data["company"], event.data["timezone"]) == ("Acme AG", "Europe/Zurich")


def test_a_moved_interview_takes_its_blocks_along(service: CalendarService) -> None:
    event_id = service.booking.schedule("local", INTERVIEW).events[0].event_id
    moved = service.booking.reschedule("local", event_id, "2026-12-03T10:00", 90)
    assert moved.events[0].event_id == event_id
    assert (moved.events[0].end - moved.events[0].start).seconds == 5400
    assert kinds(moved)["preparationPrepare:"] == "2026-12-02T17:00:00+01:00"
    assert service.list_events("local", "2026-11-23", "2026-11-29").total == 0
    assert service.list_events("local", "2026-11-30", "2026-12-06").total == 5


def test_a_cancelled_interview_takes_its_blocks_away(
    service: CalendarService, folder: Path
) -> None:
    event_id = service.booking.schedule("local", INTERVIEW).events[0].event_id
    assert "4 blocks" in service.booking.cancel_question("local", event_id)
    assert len(service.booking.cancel("local", event_id).removed) == 5
    assert list(folder.iterdir()) == []
    assert service.list_events("local").total == 0


def test_one_occurrence_of_a_series_can_be_cancelled(
    service: CalendarService, folder: Path
) -> None:
    standup = timed("20261123T100000", "20261123T101500", "RRULE:FREQ=DAILY;COUNT=5")
    (folder / "standup.ics").write_text(calendar(standup), newline="")
    third = service.list_events("local").events[2].event_id
    service.booking.cancel("local", third)
    assert [e.start.day for e in service.list_events("local").events] == [23, 24, 26, 27]


def test_a_rescheduled_interview_leaves_room_for_a_new_one_at_its_old_time(
    service: CalendarService,
) -> None:
    first = service.booking.schedule("local", INTERVIEW).events[0].event_id
    service.booking.reschedule("local", first, "2026-12-03T10:00", None)
    second = service.booking.schedule("local", INTERVIEW)
    assert not second.already_booked and second.events[0].event_id != first


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("", "x", "2026-11-26T15:00"), "company is missing"),
        (Wanted("A", "x", "2026-11-22T15:00"), "is in the past"),
        (Wanted("A", "x", "Thursday"), "not RFC 3339"),
        (Wanted("A", "x", "9999-12-31T23:30:00Z"), "out of range"),
        (Wanted("A", "x", "2026-11-26T15:00+25:00"), "not RFC 3339"),
        (Wanted("A", "x", "2026-11-26T15:00", 0), "duration_minutes is 0"),
        (Wanted("A", "x", "2026-11-26T15:00", 25 * 60), "duration_minutes is 1500"),
        (Wanted("A", "x", "2027-03-28T02:30"), "does not exist.*Say 01:30 or 03:30"),
        (Wanted("A", "x", "2026-11-26T15:00", timezone="Mars/Base"), "not an IANA name"),
        (Wanted("A" * 301, "x", "2026-11-26T15:00"), "company is longer"),
        (Wanted("A", "x", "2026-11-26T15:00", link="javascript:alert(1)"), "not a web address"),
    ],
)
def test_what_cannot_be_booked_is_said_clearly(
    service: CalendarService, folder: Path, wanted: Wanted, said: str
) -> None:
    for use in (service.booking.question, service.booking.schedule):
        with pytest.raises(BadInput, match=said):
            use("local", wanted)
    assert list(folder.iterdir()) == []


def test_a_time_that_happens_twice_is_the_first_with_a_note(service: CalendarService) -> None:
    booked = service.booking.schedule("local", Wanted("A", "", "2027-10-31T02:30", blocks=False))
    assert booked.events[0].start.isoformat() == "2027-10-31T02:30:00+02:00"
    assert "happens twice" in booked.warnings[0]


def test_another_persons_event_is_as_if_absent(service: CalendarService) -> None:
    event_id = service.booking.schedule("local", INTERVIEW).events[0].event_id
    assert service.list_events("mallory").total == 0
    with pytest.raises(NotFound):
        service.booking.cancel("mallory", event_id)


def test_an_interview_in_another_zone_is_right_to_the_minute(service: CalendarService) -> None:
    wanted = Wanted("A", "", "2026-11-26T09:30", timezone="Asia/Kolkata", blocks=False)
    [event] = service.booking.schedule("local", wanted).events
    assert event.timezone == "Asia/Kolkata"
    assert event.start.isoformat() == "2026-11-26T05:00:00+01:00"


def test_text_of_others_cannot_write_lines_of_the_file(
    service: CalendarService, folder: Path
) -> None:
    evil = "A\r\nATTENDEE:mailto:x@y\r\nEND:VEVENT"
    wanted = Wanted(evil, "R;,\\", "2026-11-26T15:00", location="x\nBEGIN:VEVENT", blocks=False)
    service.booking.schedule("local", wanted)
    [path] = folder.glob("*.ics")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines.count("BEGIN:VEVENT") == 1
    assert not any(line.startswith("ATTENDEE") for line in lines)


def test_users_with_odd_names_stay_apart(service: CalendarService, tmp_path: Path) -> None:
    for user in ("..", ".", "a.b", "a:b"):
        service.booking.schedule(user, Wanted("Acme", "", "2026-11-26T15:00", blocks=False))
        assert service.list_events(user).total == 1
    inside = {path.parent for path in (tmp_path / "home").rglob("*.ics")}
    assert len(inside) == 4 and {path.parent.name for path in inside} == {"calendars"}
