"""Laws that hold for every calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobtracker.calendars import availability as free
from jobtracker.calendars import scheduling, writing
from jobtracker.calendars.availability import Preferences
from jobtracker.calendars.entry import Draft
from jobtracker.calendars.index import Index
from jobtracker.calendars.reading import read_entries

from .samples import calendar, event

ZONES = ["Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC",
         "America/St_Johns", "Pacific/Auckland", "Asia/Tokyo"]  # fmt: skip
zones = st.sampled_from(ZONES)
BASE = datetime(2026, 1, 5)  # noqa: DTZ001 - wall clock; a Monday
quick = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@st.composite
def rules(draw: st.DrawFn, start: datetime) -> str:
    """A rule that matches its start, as RFC 5545 asks for."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][start.weekday()]
    if freq == "WEEKLY" and draw(st.booleans()):
        more = draw(st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA"]), max_size=3))
        parts.append("BYDAY=" + ",".join(sorted({day, *more})))
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if freq == "MONTHLY":
        nth = (start.day - 1) // 7 + 1
        parts += draw(
            st.sampled_from(
                [[], [f"BYDAY={nth}{day}"] if nth < 5 else [], [f"BYMONTHDAY={start.day},-1"]]
            )
        )
    if freq == "YEARLY":
        parts += draw(st.sampled_from([[], [f"BYMONTH={start.month}", f"BYMONTHDAY={start.day}"]]))
    end = draw(st.sampled_from(["none", "count", "until"]))
    if end == "count":
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if end == "until":
        parts.append("UNTIL=" + (start + timedelta(days=draw(st.integers(0, 500)), hours=14)).strftime("%Y%m%dT%H%M%SZ"))  # noqa: E501 # fmt: skip
    return "RRULE:" + ";".join(parts)


@st.composite
def series(draw: st.DrawFn, number: int = 0) -> str:
    """A repeating event with excluded and moved occurrences, some of them."""
    # Hours that no clock change skips or repeats, for there the libraries differ by design.
    start = BASE + timedelta(days=draw(st.integers(0, 300)), hours=draw(st.integers(6, 20)))
    zone = draw(zones)
    minutes = draw(st.sampled_from([15, 30, 60, 90]))
    lines = [
        f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={zone}:{start + timedelta(minutes=minutes):%Y%m%dT%H%M%S}",
        draw(rules(start)),
    ]
    if draw(st.booleans()):
        lines.append(f"EXDATE;TZID={zone}:{start + timedelta(days=7):%Y%m%dT%H%M%S}")
    return event(*lines, uid=f"series{number}@test", summary=f"Series {number}")


def instants(text: str, low: datetime, high: datetime) -> list[tuple[datetime, datetime]]:
    """What the library finds."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(low, high)
    return sorted((e["DTSTART"].dt.astimezone(UTC), e["DTEND"].dt.astimezone(UTC)) for e in found)


@quick
@given(text=series(), offset=st.integers(0, 500), length=st.integers(1, 120))
def test_occurrences_are_those_of_the_library(text: str, offset: int, length: int) -> None:
    low = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=offset)
    high = low + timedelta(days=length)
    entries, _ = read_entries(calendar(text))
    ours = Index(entries, ZoneInfo("UTC")).between(free.seconds(low), free.seconds(high))
    found = [
        (datetime.fromtimestamp(o.start, UTC), datetime.fromtimestamp(o.end, UTC)) for o in ours
    ]
    assert sorted(found) == instants(calendar(text), low, high)


@st.composite
def singles(draw: st.DrawFn) -> list[str]:
    made: list[str] = []
    for number in range(draw(st.integers(0, 12))):
        start = datetime(2026, 11, 23) + timedelta(  # noqa: DTZ001
            days=draw(st.integers(0, 9)), minutes=15 * draw(st.integers(0, 95))
        )
        end = start + timedelta(minutes=draw(st.sampled_from([5, 30, 60, 600, 2000])))
        zone = draw(zones)
        extra = draw(st.sampled_from(["TRANSP:OPAQUE", "TRANSP:TRANSPARENT", "STATUS:CANCELLED"]))
        made.append(
            event(
                f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}",
                f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
                extra,
                uid=f"single{number}",
            )
        )
    return made


@quick
@given(
    events=singles(), one=series(), home=zones, other=st.none() | zones,
    minutes=st.sampled_from([15, 45, 60, 120]), days=st.integers(1, 10),
)  # fmt: skip
def test_suggestions_are_free_in_working_hours_and_to_come(
    events: list[str], one: str, home: str, other: str | None, minutes: int, days: int
) -> None:
    zone = ZoneInfo(home)
    prefs = Preferences(zone)
    now = datetime(2026, 11, 23, 9, tzinfo=zone)
    entries, _ = read_entries(calendar(*events, one))
    index = Index(entries, zone)
    window = (now, now + timedelta(days=days))
    theirs = ZoneInfo(other) if other else None
    for found in scheduling.suggest(index, window, minutes, prefs, now, theirs):
        start, end = free.seconds(found.start), free.seconds(found.end)
        assert end - start == minutes * 60
        assert free.conflicts(index, start, end) == []
        assert found.start >= now + timedelta(hours=prefs.notice_hours)
        assert free.seconds(found.end) <= free.seconds(window[1])
        assert found.start.isoweekday() in prefs.work_days
        assert prefs.work_start <= found.start.time() and found.end.time() <= prefs.work_end
        if theirs is not None:
            there = found.start.astimezone(theirs)
            assert 8 <= there.hour < 18 and there.isoweekday() <= 5
    bounds = free.seconds(window[0]), free.seconds(window[1])
    hours = free.working_stretches(*bounds, prefs)
    for a, b in index.minutes(*bounds).free(hours, minutes):
        assert free.conflicts(index, a, b) == []
        assert any(low <= a and b <= high for low, high in hours)


@quick
@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
    minutes=st.integers(1, 1440),
    zone=zones,
    summary=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=120),
)
def test_an_event_that_is_written_reads_back_as_the_same_instants(
    start: datetime, minutes: int, zone: str, summary: str
) -> None:
    begin = start.replace(microsecond=0, tzinfo=UTC)
    end = begin + timedelta(minutes=minutes)
    text = writing.draft_text(Draft("u@x", summary, begin, end, zone), begin)
    [occurrence] = Index(read_entries(text)[0], ZoneInfo("UTC")).between(0, 2**40)
    local = begin.astimezone(ZoneInfo(zone))
    if local.fold == 0:  # iCalendar cannot say the second of two equal local times
        assert occurrence.start == free.seconds(begin)
        [theirs] = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert theirs["DTSTART"].dt.astimezone(UTC) == begin
    if local.fold == 0 and end.astimezone(ZoneInfo(zone)).fold == 0:
        assert occurrence.end == free.seconds(end)
    read_back = occurrence.entry.summary
    assert read_back == ((" ".join(summary.split()) and summary.strip()) or "(no title)")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@quick
@given(st.text(alphabet="BEGIN:VCALENDAR\r\n;=\"'ÄDTSTARTEVTRULEFQ0123456789,\\ ", max_size=400))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    wrapped = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261201T100000Z\r\n{text}"
    for candidate in (text, wrapped):
        entries, _ = read_entries(candidate)
        Index(entries, ZoneInfo("Europe/Zurich")).between(0, 2_000_000_000)


def test_all_day_series_follow_the_calendar() -> None:
    text = calendar(event("DTSTART;VALUE=DATE:20261124", "RRULE:FREQ=WEEKLY;COUNT=3"))
    index = Index(read_entries(text)[0], ZoneInfo("Europe/Zurich"))
    days = [datetime.fromtimestamp(o.start, UTC).astimezone(ZoneInfo("Europe/Zurich")).date()
            for o in index.between(0, 2**33)]  # fmt: skip
    assert days == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_this_and_all_that_follow_move_together() -> None:
    text = calendar(
        event("DTSTART:20261124T100000Z", "DTEND:20261124T110000Z", "RRULE:FREQ=DAILY;COUNT=4"),
        event(
            "DTSTART:20261126T130000Z",
            "DTEND:20261126T133000Z",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261126T100000Z",
        ),
    )
    index = Index(read_entries(text)[0], ZoneInfo("UTC"))
    found = [(datetime.fromtimestamp(o.start, UTC).hour, o.end - o.start) for o in index.between(0, 2**33)]  # noqa: E501 # fmt: skip
    assert found == [(10, 3600), (10, 3600), (13, 1800), (13, 1800)]
