"""What Google and Graph can beyond the contract: busy time of others, deltas, series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobtracker.calendars.entry import Draft
from jobtracker.calendars.index import Index
from jobtracker.calendars.providers.google import Google
from jobtracker.calendars.providers.graph import Graph
from jobtracker.calendars.providers.remote import Cache, MemoryCache
from jobtracker.core.errors import NotSupported, RateLimited

from .fakes import FakeGoogle, FakeGraph, google_error, serving
from .samples import calendar, timed

ZONE = ZoneInfo("Europe/Zurich")
START = datetime(2026, 12, 3, 15, tzinfo=ZONE)
LOW, HIGH = START - timedelta(days=5), START + timedelta(days=30)
WEEKLY = calendar(
    timed(
        "20261203T090000", "20261203T093000", "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Zurich:20261210T090000", uid="standup@jobtracker", summary="Standup",
    )
)  # fmt: skip


@pytest.fixture
def fake_graph() -> Iterator[FakeGraph]:
    with serving(FakeGraph()) as fake:
        assert isinstance(fake, FakeGraph)
        yield fake


@pytest.fixture
def fake_google() -> Iterator[FakeGoogle]:
    with serving(FakeGoogle()) as fake:
        assert isinstance(fake, FakeGoogle)
        yield fake


def graph(fake: FakeGraph, cache: Cache | None = None, **more: Any) -> Graph:
    return Graph(
        "cal_1", cache or MemoryCache(), client_id="c", refresh_token="r",
        endpoint=f"{fake.url}v1.0/", login=fake.url, **more,
    )  # fmt: skip


def google(fake: FakeGoogle, **more: Any) -> Google:
    return Google(
        "cal_1", MemoryCache(), client_id="c", client_secret="s", refresh_token="r",
        endpoint=f"{fake.url}calendar/v3/", token_uri=f"{fake.url}token", **more,
    )  # fmt: skip


def draft(uid: str, day: int = 0) -> Draft:
    start = START + timedelta(days=day)
    return Draft(uid, f"Event {uid}", start, start + timedelta(hours=1), "Europe/Zurich")


def times(provider: Any) -> list[str]:
    found = Index(provider.read(LOW, HIGH).entries, ZONE).between(0, 2**33)
    return [f"{datetime.fromtimestamp(o.start, ZONE):%m-%d %H:%M}" for o in found if o.entry.busy]


@pytest.mark.parametrize("vendor", ["google", "graph"])
def test_the_busy_time_of_others_is_taken_too(
    vendor: str, fake_google: FakeGoogle, fake_graph: FakeGraph
) -> None:
    fake: Any = fake_google if vendor == "google" else fake_graph
    fake.busy["family@example.org"] = [("2026-12-04T08:00:00+00:00", "2026-12-04T09:30:00+00:00")]
    others = "family@example.org, nobody@example.org"
    opened: Any = (google if vendor == "google" else graph)(fake, also_busy=others)
    try:
        reading = opened.read(LOW, HIGH)
        assert times(opened) == ["12-04 09:00"]
        [warning] = reading.warnings
        assert "nobody@example.org" in warning and "otFound" in warning
    finally:
        opened.close()


def test_a_long_window_is_asked_for_in_parts(fake_google: FakeGoogle) -> None:
    fake_google.busy["a@example.org"] = [("2027-03-01T08:00:00+00:00", "2027-03-01T09:00:00+00:00")]
    opened = google(fake_google, also_busy="a@example.org")
    reading = opened.read(LOW, LOW + timedelta(days=200))
    opened.close()
    assert [e.summary for e in reading.entries] == ["Busy (a@example.org)"]
    assert fake_google.requests.count("POST /calendar/v3/freeBusy") == 4


def test_a_rate_limit_beside_the_calendar_costs_only_the_busy_time(
    fake_google: FakeGoogle,
) -> None:
    opened = google(fake_google, also_busy="a@example.org")
    opened.save(draft("one@jobtracker"))
    fake_google.fail = [google_error(403, "rateLimitExceeded")]
    reading = opened.read(LOW, HIGH)
    opened.close()
    assert [e.uid for e in reading.entries] == ["one@jobtracker"]
    assert "asks to wait" in reading.warnings[0]


def test_a_second_start_asks_graph_only_for_what_changed(fake_graph: FakeGraph) -> None:
    cache = MemoryCache()
    first = graph(fake_graph, cache)
    for n in range(5):
        first.save(draft(f"e{n}@jobtracker", n))
    first.refresh()
    assert len(first.read(LOW, HIGH).entries) == 5
    first.close()
    other = graph(fake_graph)
    other.remove("e1@jobtracker")
    other.save(draft("e9@jobtracker", 7))
    other.close()
    fake_graph.requests.clear()
    second = graph(fake_graph, cache)
    found = {e.uid for e in second.read(LOW, HIGH).entries}
    second.close()
    assert found == {f"e{n}@jobtracker" for n in (0, 2, 3, 4, 9)}
    assert fake_graph.requests.count("GET /v1.0/me/calendarView/delta") == 1


def test_a_forgotten_delta_means_all_anew(fake_graph: FakeGraph) -> None:
    cache = MemoryCache()
    first = graph(fake_graph, cache)
    first.save(draft("one@jobtracker"))
    first.refresh()
    first.read(LOW, HIGH)
    first.close()
    fake_graph.events.clear()
    fake_graph.forgot = True
    second = graph(fake_graph, cache)
    assert second.read(LOW, HIGH).entries == []
    second.close()


def test_a_series_is_written_to_graph_read_changed_and_removed(fake_graph: FakeGraph) -> None:
    opened = graph(fake_graph)
    opened.put("standup@jobtracker", WEEKLY)
    assert times(opened) == ["12-03 09:00", "12-17 09:00", "12-24 09:00"]
    [master] = fake_graph.events.values()
    assert master["recurrence"] == {
        "pattern": {
            "type": "weekly", "interval": 1, "daysOfWeek": ["thursday"], "firstDayOfWeek": "monday",
        },
        "range": {
            "type": "numbered", "numberOfOccurrences": 4, "startDate": "2026-12-03",
            "recurrenceTimeZone": "Europe/Zurich",
        },
    }  # fmt: skip
    kept = opened.snapshot("standup@jobtracker")
    assert kept is not None and "RRULE:FREQ=WEEKLY;COUNT=4" in kept
    opened.remove("standup@jobtracker")
    assert fake_graph.events == {} and times(opened) == []
    opened.restore("standup@jobtracker", kept)
    again = graph(fake_graph)
    assert times(again) == ["12-03 09:00", "12-17 09:00", "12-24 09:00"]
    opened.close()
    again.close()


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20261231T230000Z", {"type": "daily", "interval": 2}),
        ("FREQ=DAILY;BYDAY=MO,FR", {"type": "weekly", "daysOfWeek": ["monday", "friday"]}),
        ("FREQ=MONTHLY;BYDAY=2TU", {"type": "relativeMonthly", "index": "second"}),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", {"index": "last"}),
        ("FREQ=MONTHLY;BYMONTHDAY=15", {"type": "absoluteMonthly", "dayOfMonth": 15}),
        ("FREQ=YEARLY", {"type": "absoluteYearly", "month": 12, "dayOfMonth": 3}),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", {"type": "relativeYearly", "month": 3}),
    ],
)
def test_rules_become_graphs_patterns(rule: str, pattern: dict[str, Any]) -> None:
    from jobtracker.calendars.providers._graph_format import to_json

    body, _ = to_json("u", WEEKLY.replace("FREQ=WEEKLY;COUNT=4", rule))
    assert pattern.items() <= body["recurrence"]["pattern"].items()
    assert body["recurrence"]["range"]["type"] == ("endDate" if "UNTIL" in rule else "noEnd")


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "FREQ=YEARLY;BYWEEKNO=3", "FREQ=MONTHLY;BYMONTHDAY=1,15"]
)
def test_a_rule_that_outlook_cannot_keep_is_refused_before_anything_is_written(
    rule: str, fake_graph: FakeGraph
) -> None:
    opened = graph(fake_graph)
    with pytest.raises(NotSupported, match="Outlook cannot repeat"):
        opened.put("standup@jobtracker", WEEKLY.replace("FREQ=WEEKLY;COUNT=4", rule))
    opened.close()
    assert fake_graph.events == {}


def test_a_new_refresh_token_is_handed_on(fake_graph: FakeGraph) -> None:
    kept: list[str] = []
    give = fake_graph.token
    fake_graph.token = lambda: (200, {**give()[1], "refresh_token": "r-2"}, {})  # type: ignore[method-assign]
    opened = graph(fake_graph, renewed=kept.append)
    opened.read(LOW, HIGH)
    opened.close()
    assert kept == ["r-2"]


def test_a_429_says_how_long_to_wait(fake_graph: FakeGraph) -> None:
    fake_graph.fail = [(429, {"error": {"code": "TooManyRequests"}}, {"retry-after": "17"})]
    opened = graph(fake_graph)
    with pytest.raises(RateLimited) as caught:
        opened.read(LOW, HIGH)
    opened.close()
    assert caught.value.retry_after == 17
