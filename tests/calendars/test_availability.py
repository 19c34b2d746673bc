from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from jobtracker.calendars.service import CalendarService
from jobtracker.core.errors import BadInput

from .samples import calendar, event, timed


def slots(service: CalendarService, start: str, end: str, minutes: int = 30) -> list[str]:
    found = service.find_free_time("local", start, end, minutes)
    return [f"{s.start:%a %H:%M}-{s.end:%H:%M}" for s in found.slots]


def put(folder: Path, *events: str) -> None:
    (folder / "mine.ics").write_text(calendar(*events), newline="")


def test_an_empty_day_is_free_in_working_hours(service: CalendarService) -> None:
    assert slots(service, "2026-11-26", "2026-11-26") == ["Thu 08:00-18:00"]


def test_an_afternoon_with_a_dentist(service: CalendarService, folder: Path) -> None:
    put(folder, timed("20261126T140000", "20261126T150000"))
    found = service.find_free_time("local", "2026-11-26T12:00", "2026-11-26T18:00")
    assert [s.start.hour for s in found.slots] == [12, 15]
    assert [b.summary for b in found.busy] == ["Dentist"]


def test_the_past_is_not_free(service: CalendarService) -> None:
    assert slots(service, "2026-11-23", "2026-11-23") == ["Mon 09:00-18:00"]
    found = service.find_free_time("local", "2026-11-20", "2026-11-20")
    assert (found.slots, found.note) == ([], "this is in the past")


def test_a_weekend_is_outside_working_hours(service: CalendarService) -> None:
    found = service.find_free_time("local", "2026-11-28", "2026-11-28")
    assert found.slots == []
    assert found.note == "outside your working hours (Mon–Fri 08:00–18:00)"


@pytest.mark.parametrize(
    ("lines", "free"),
    [
        (("TRANSP:TRANSPARENT",), True),
        (("STATUS:CANCELLED",), True),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), True),
        (("STATUS:TENTATIVE",), False),
        (("TRANSP:OPAQUE",), False),
    ],
)
def test_what_counts_as_busy(
    service: CalendarService, folder: Path, lines: tuple[str, ...], free: bool
) -> None:
    put(folder, timed("20261126T080000", "20261126T180000", *lines))
    assert bool(slots(service, "2026-11-26", "2026-11-26")) is free


def test_an_all_day_event_takes_the_day(service: CalendarService, folder: Path) -> None:
    put(folder, event("DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261127"))
    assert slots(service, "2026-11-25", "2026-11-27") == ["Wed 08:00-18:00", "Fri 08:00-18:00"]


def test_a_series_with_an_exception_and_a_moved_occurrence(
    service: CalendarService, folder: Path
) -> None:
    put(
        folder,
        timed(
            "20261102T080000",
            "20261102T120000",
            "RRULE:FREQ=DAILY",
            "EXDATE;TZID=Europe/Zurich:20261125T080000",
        ),
        timed(
            "20261126T130000",
            "20261126T180000",
            "RECURRENCE-ID;TZID=Europe/Zurich:20261126T080000",
        ),
    )
    assert slots(service, "2026-11-24", "2026-11-26") == [
        "Tue 12:00-18:00",
        "Wed 08:00-18:00",
        "Thu 08:00-13:00",
    ]


def test_a_weekly_meeting_keeps_its_local_hour_over_the_clock_change(
    service: CalendarService, folder: Path
) -> None:
    put(folder, timed("20261123T100000", "20261123T110000", "RRULE:FREQ=WEEKLY"))
    assert slots(service, "2027-03-22", "2027-03-22")[0] == "Mon 08:00-10:00"
    assert slots(service, "2027-03-29", "2027-03-29")[0] == "Mon 08:00-10:00"


def test_a_rule_that_explodes_is_bounded_and_told(service: CalendarService, folder: Path) -> None:
    put(
        folder,
        timed("20200101T000000", "20200101T000001", "RRULE:FREQ=SECONDLY"),
        timed("20200101T000000", "20200101T000001", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
              uid="never"),
        timed("20200101T000000", "20200101T000001", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
              uid="never2"),
    )  # fmt: skip
    found = service.find_free_time("local", "2026-11-24", "2026-11-25")
    assert any("repeats too often" in warning for warning in found.warnings)


def test_suggestions_keep_notice_hours_and_the_interviewers_office_hours(
    service: CalendarService,
) -> None:
    found = service.suggest("local", "2026-11-23", "2026-12-04", 60, "America/New_York")
    assert len(found.suggestions) == 5
    for one in found.suggestions:
        assert one.start.hour >= 14 and one.end.hour <= 18
        assert "America/New_York" in one.why


def test_a_suggestion_says_what_it_is_close_to(service: CalendarService, folder: Path) -> None:
    put(
        folder,
        timed("20261126T080000", "20261126T094500"),
        timed("20261126T111500", "20261126T180000", uid="two", summary="Workshop"),
    )
    [one] = service.suggest("local", "2026-11-26", "2026-11-26", 60).suggestions
    assert one.start.isoformat() == "2026-11-26T10:00:00+01:00"
    assert one.conflict is not None and "after “Dentist” (ends 09:45)" in one.conflict


def test_the_buffer_is_given_up_only_where_nothing_else_is_free(
    service: CalendarService, folder: Path
) -> None:
    put(
        folder,
        timed("20261126T080000", "20261126T140000"),
        timed("20261126T150000", "20261126T180000", uid="two", summary="Workshop"),
    )
    [one] = service.suggest("local", "2026-11-26", "2026-11-26", 60).suggestions
    assert (
        one.conflict == "right after “Dentist” (ends 14:00); right before “Workshop” (starts 15:00)"
    )


def test_nothing_found_says_why(service: CalendarService) -> None:
    found = service.suggest("local", "2026-11-28", "2026-11-29")
    assert found.suggestions == [] and "working hours" in (found.note or "")
    assert "notice" in (service.suggest("local", "2026-11-23", "2026-11-23T12:00").note or "")


@pytest.mark.parametrize(
    ("start", "end", "minutes", "said"),
    [
        ("2026-11-27", "2026-11-25", 30, "not after the start"),
        ("2026-11-27", "2028-11-25", 30, "longer than a year"),
        ("soon", "2026-11-25", 30, "not RFC 3339"),
        ("2026-02-30", "2026-03-25", 30, "does not exist"),
        ("2026-11-25", "2026-11-27", 0, "duration_minutes is 0"),
        ("2026-11-25", "2026-11-27", -5, "duration_minutes is -5"),
    ],
)
def test_bad_ranges_are_refused(
    service: CalendarService, start: str, end: str, minutes: int, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        service.find_free_time("local", start, end, minutes)
    with pytest.raises(BadInput, match=said):
        service.suggest("local", start, end, minutes)


def test_lunch_is_kept_free(make_service: Callable[..., CalendarService]) -> None:
    service = make_service()
    service.core.settings.calendar.lunch = "12:00-13:00"
    assert slots(service, "2026-11-26", "2026-11-26") == ["Thu 08:00-12:00", "Thu 13:00-18:00"]


def test_night_shifts_and_other_days_are_working_hours_too(
    make_service: Callable[..., CalendarService],
) -> None:
    service = make_service()
    own = service.core.settings.calendar
    own.work_start, own.work_end, own.work_days = time(22), time(6), [6]
    assert slots(service, "2026-11-27", "2026-11-30") == ["Sat 22:00-06:00"]
