"""One contract for every provider, over a real Radicale and loopback fakes."""

# ruff: noqa: E501 (fixtures are kept whole)
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobtracker.calendars.booking import Wanted
from jobtracker.calendars.entry import Draft
from jobtracker.calendars.providers import REGISTRY, provider_class, provider_info
from jobtracker.calendars.providers.caldav import CalDav
from jobtracker.calendars.providers.google import Google
from jobtracker.calendars.providers.graph import Graph
from jobtracker.calendars.providers.icloud import ICloud, with_end
from jobtracker.calendars.providers.local_folder import LocalFolder
from jobtracker.calendars.providers.remote import MemoryCache, Remote
from jobtracker.calendars.service import CalendarService
from jobtracker.core.errors import AuthNeeded, BadInput, NotFound, RateLimited, Unavailable

from .fakes import Fake, FakeGoogle, FakeGraph, google_error, serving
from .radicale_server import radicale
from .samples import calendar, timed

ZONE = ZoneInfo("Europe/Zurich")
START = datetime(2026, 12, 3, 15, tzinfo=ZONE)
LOW, HIGH = START - timedelta(days=5), START + timedelta(days=5)
REMOTES = ["caldav", "icloud", "google", "graph"]


def draft(uid: str = "one@jobtracker", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "uid": uid, "summary": "Interview: Ä & Söhne; “x”, y", "start": START,
        "end": START + timedelta(minutes=45), "timezone": "Europe/Zurich", "kind": "interview",
        "location": "Seestrasse 1, Zürich", "company": "Ä & Söhne", "role": "Koch/Köchin",
        "link": "https://meet.example/x", "related": "parent@jobtracker", "reminders": (30,),
    }  # fmt: skip
    return Draft(**{**values, **changes})


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes every provider that a test opened."""
    begin = Remote.__init__
    made: list[Remote] = []

    def note(self: Remote, *args: Any) -> None:
        made.append(self)
        begin(self, *args)

    monkeypatch.setattr(Remote, "__init__", note)
    yield
    for provider in made:
        if hasattr(provider, "_client") or hasattr(provider, "_service"):
            provider.close()


class Place:
    """One provider with a way to open it a second time, as another device would."""

    def __init__(self, open_it: Callable[[], Any], fake: Fake | None = None) -> None:
        self.open = open_it
        self.provider = open_it()
        self.fake = fake


@pytest.fixture(params=list(REGISTRY))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from opened(request.param, tmp_path)


@pytest.fixture(params=REMOTES)
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    yield from opened(request.param, tmp_path)


def opened(name: str, tmp_path: Path) -> Iterator[Place]:
    if name == "local_folder":
        yield Place(lambda: LocalFolder(tmp_path / "folder", lambda: START))
    elif name in {"caldav", "icloud"}:
        kind = CalDav if name == "caldav" else ICloud
        with radicale(tmp_path) as running:
            yield Place(
                lambda: kind(
                    "cal_1", MemoryCache(), url=running.url, username="me", password="right"
                )
            )
    elif name == "google":
        with serving(FakeGoogle()) as fake:
            yield Place(lambda: google(fake), fake)
    else:
        with serving(FakeGraph()) as fake:
            yield Place(lambda: graph(fake), fake)


def google(fake: Fake) -> Google:
    return Google(
        "cal_1", MemoryCache(), client_id="c", client_secret="s", refresh_token="r",
        endpoint=f"{fake.url}calendar/v3/", token_uri=f"{fake.url}token",
    )  # fmt: skip


def graph(fake: Fake) -> Graph:
    return Graph(
        "cal_1", MemoryCache(), client_id="c", refresh_token="r", endpoint=f"{fake.url}v1.0/",
        login=fake.url,
    )  # fmt: skip


def summaries(provider: Any) -> list[str]:
    if isinstance(provider, Remote):
        provider.refresh()
    return sorted(entry.summary for entry in provider.read(LOW, HIGH).entries)


def test_the_table_names_the_files_and_each_has_its_card() -> None:
    folder = Path(__file__).parents[2] / "src/jobtracker/calendars/providers"
    files = {p.stem for p in folder.glob("*.py") if not p.stem.startswith("_")}
    assert files - {"port", "remote"} == set(REGISTRY)
    for name in REGISTRY:
        card = provider_info(name)
        assert card.name == name and card.title and card.terms_url.startswith("https://")
        assert set(card.secrets) <= set(card.settings)
    with pytest.raises(BadInput, match="is unknown"):
        provider_class("myspace")


def test_an_event_is_there_as_it_was_written_also_on_another_device(place: Place) -> None:
    place.provider.save(draft())
    for provider in (place.provider, place.open()):
        [entry] = provider.read(LOW, HIGH).entries
        assert (entry.uid, entry.summary) == ("one@jobtracker", "Interview: Ä & Söhne; “x”, y")
        assert (entry.company, entry.role, entry.kind) == ("Ä & Söhne", "Koch/Köchin", "interview")
        assert (entry.location, entry.link) == ("Seestrasse 1, Zürich", "https://meet.example/x")
        assert entry.related == "parent@jobtracker" and entry.busy and entry.seconds == 2700
        from jobtracker.calendars.index import Index

        [seen] = Index([entry], ZONE).between(0, 2**33)
        assert seen.start == int(START.timestamp())


def test_saving_twice_is_one_event(place: Place) -> None:
    place.provider.save(draft())
    place.provider.save(draft(summary="Second"))
    assert summaries(place.open()) == summaries(place.provider) == ["Second"]


def test_a_repeated_first_save_from_two_devices_is_one_event(place: Place) -> None:
    other = place.open()
    place.provider.save(draft())
    if isinstance(other, Remote):
        other.refresh()
    other.save(draft(summary="Second"))
    assert summaries(place.open()) == ["Second"]


def test_a_removed_event_is_gone_and_removing_again_is_no_error(place: Place) -> None:
    place.provider.save(draft())
    other = place.open()
    assert len(summaries(other)) == 1
    place.provider.remove("one@jobtracker")
    place.provider.remove("one@jobtracker")
    assert summaries(other) == summaries(place.provider) == []


def test_a_snapshot_brings_an_event_back(place: Place) -> None:
    assert place.provider.snapshot("one@jobtracker") is None
    place.provider.save(draft())
    kept = place.provider.snapshot("one@jobtracker")
    place.provider.save(
        draft(summary="Changed", start=START + timedelta(days=1), end=START + timedelta(days=2))
    )
    place.provider.restore("one@jobtracker", kept)
    assert summaries(place.open()) == ["Interview: Ä & Söhne; “x”, y"]
    place.provider.restore("one@jobtracker", None)
    assert summaries(place.open()) == []


def test_many_events_come_over_several_pages(place: Place) -> None:
    for number in range(5):
        place.provider.save(draft(f"{number}@x", summary=f"Event {number}"))
    assert summaries(place.open()) == [f"Event {number}" for number in range(5)]


def test_calendars_are_listed(place: Place) -> None:
    [found] = place.provider.calendars()
    assert found.provider in REGISTRY and found.writable


def test_a_server_that_is_gone_shows_what_was_seen_and_says_so(tmp_path: Path) -> None:
    with serving(FakeGoogle()) as fake:
        provider = google(fake)
        provider.save(draft())
        provider.read(LOW, HIGH)
        provider.close()  # else the old connection would still be served
    provider.refresh()
    reading = provider.read(LOW, HIGH)
    assert len(reading.entries) == 1 and "shown as last seen" in reading.warnings[0]
    with pytest.raises(Unavailable, match="cannot be reached"):
        provider.calendars()


@pytest.mark.parametrize("open_it", [google, graph])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (google_error(429, "rateLimitExceeded", retry_after="7"), RateLimited),
        (google_error(500, "backendError"), Unavailable),
        (google_error(404, "notFound"), NotFound),
        (google_error(400, "invalid"), BadInput),
    ],
)
def test_errors_tell_the_next_step(
    open_it: Callable[[Fake], Any], answer: Any, error: type[Exception]
) -> None:
    with serving(FakeGoogle() if open_it is google else FakeGraph()) as fake:
        provider = open_it(fake)
        fake.fail = [answer]
        with pytest.raises(error) as caught:
            provider.calendars()
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after == 7


def test_googles_403_for_the_rate_is_a_wait() -> None:
    with serving(FakeGoogle()) as fake:
        fake.fail = [google_error(403, "userRateLimitExceeded")]
        with pytest.raises(RateLimited):
            google(fake).calendars()


@pytest.mark.parametrize("open_it", [google, graph])
def test_an_expired_token_is_renewed_and_an_expired_login_is_told(
    open_it: Callable[[Fake], Any],
) -> None:
    with serving(FakeGoogle() if open_it is google else FakeGraph()) as fake:
        provider = open_it(fake)
        provider.save(draft())
        fake.valid = "another"
        assert len(summaries(provider)) == 1 and fake.tokens == 2
        fake.valid, fake.refused = "third", True
        provider.refresh()
        with pytest.raises(AuthNeeded, match="connect the account again"):
            provider.calendars()


def test_google_syncs_by_token_and_anew_after_410() -> None:
    with serving(FakeGoogle()) as fake:
        provider = google(fake)
        for number in range(5):
            provider.save(draft(f"{number}@x", summary=f"Event {number}"))
        assert len(summaries(provider)) == 5
        begin = len(fake.requests)
        assert len(summaries(provider)) == 5
        assert len(fake.requests) - begin == 1  # nothing new: one request
        provider._tokens = {"primary": "stale"}
        fake.events.pop(next(iter(fake.events)))
        assert len(summaries(provider)) == 4


def test_google_series_declined_and_all_day_events_are_understood() -> None:
    with serving(FakeGoogle()) as fake:
        fake.events = {
            "a": {"id": "a", "iCalUID": "a@g", "summary": "Series", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
                  "start": {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Zurich"},
                  "end": {"dateTime": "2026-12-01T11:00:00+01:00", "timeZone": "Europe/Zurich"}},
            "a_2": {"id": "a_2", "iCalUID": "a@g", "status": "cancelled", "recurringEventId": "a",
                    "originalStartTime": {"dateTime": "2026-12-02T10:00:00+01:00", "timeZone": "Europe/Zurich"}},
            "b": {"id": "b", "summary": "Declined", "start": {"dateTime": "2026-12-01T15:00:00+01:00"},
                  "end": {"dateTime": "2026-12-01T16:00:00+01:00"},
                  "attendees": [{"self": True, "responseStatus": "declined"}]},
            "c": {"id": "c", "summary": "Holiday", "start": {"date": "2026-12-04"}, "end": {"date": "2026-12-05"}},
        }  # fmt: skip
        from jobtracker.calendars.index import Index

        fake.events["a_2"]["x"] = 1
        listed = google(fake)
        fake.changes = []
        index = Index(listed.read(LOW, HIGH).entries, ZONE)
        seen = index.between(int(LOW.timestamp()), int(HIGH.timestamp()))
        busy = [o.start for o in seen if o.entry.busy]
        days = [datetime.fromtimestamp(start, ZONE).strftime("%d %H:%M") for start in busy]
    assert days in (
        ["01 10:00", "03 10:00", "04 00:00"],
        ["01 10:00", "02 10:00", "03 10:00", "04 00:00"],
    )


def test_caldav_later_syncs_fetch_only_what_changed(tmp_path: Path) -> None:
    with radicale(tmp_path) as running:
        login = {"url": running.url, "username": "me", "password": "right"}
        one = CalDav("cal_1", MemoryCache(), **login)
        for number in range(3):
            one.save(draft(f"{number}@x"))
        other = CalDav("cal_2", MemoryCache(), **login)
        assert len(summaries(other)) == 3
        one.save(draft("0@x", summary="Changed"))
        begin = len(running.requests)
        assert "Changed" in summaries(other)
        assert running.requests[begin:] == ["REPORT /me/private/"] * 2
        other._tokens = {url: "http://radicale.org/ns/sync/" + "0" * 64 for url in other._tokens}
        assert len(summaries(other)) == 3
        with pytest.raises(AuthNeeded, match="app password"):
            CalDav("c", MemoryCache(), url=running.url, username="me", password="wrong").calendars()
        with pytest.raises(BadInput, match="there are Private"):
            CalDav("c", MemoryCache(), **login, calendar="Work").calendars()


def test_caldav_two_writers_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    with radicale(tmp_path) as running:
        login = {"url": running.url, "username": "me", "password": "right"}
        one, two = (CalDav("c", MemoryCache(), **login) for _ in range(2))
        one.save(draft())
        assert len(summaries(two)) == 1
        one.save(draft(summary="First"))
        with pytest.raises(Unavailable, match="changed elsewhere"):
            two.save(draft(summary="Second"))
        assert summaries(two) == ["First"]


@pytest.mark.parametrize(
    "url", ["http://calendar.example/", "ftp://x.example/", "https://u:p@x.example/", "nonsense"]
)
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(BadInput):
        CalDav("c", MemoryCache(), url=url, username="u", password="p")


def test_icloud_never_gets_an_event_without_an_end() -> None:
    text = calendar("BEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261201T100000Z\r\nEND:VEVENT")
    assert "DTEND:20261201T100000Z" in with_end(text)


def test_busy_is_the_union_and_events_go_to_the_chosen_calendar(
    service: CalendarService, folder: Path, tmp_path: Path
) -> None:
    (folder / "x.ics").write_text(calendar(timed("20261126T080000", "20261126T120000")), newline="")
    (tmp_path / "rad").mkdir()
    with radicale(tmp_path / "rad") as running:
        login = {"url": running.url, "username": "me", "password": "right"}
        with pytest.raises(AuthNeeded):
            service.connect("local", "caldav", {**login, "password": "wrong"})
        connected = service.connect("local", "caldav", login, "Home")
        service.choose("local", connected.calendar_id)
        listed = service.list_calendars("local").calendars
        assert [(c.name, c.chosen) for c in listed] == [("Local folder", False), ("Home", True)]
        booked = service.booking.schedule(
            "local", Wanted("Acme", "", "2026-11-26T14:00", blocks=False)
        )
        assert booked.events[0].calendar == connected.calendar_id
        slots = service.find_free_time("local", "2026-11-26", "2026-11-26").slots
        assert [(s.start.hour, s.end.hour) for s in slots] == [(12, 14), (15, 18)]
        raw = (tmp_path / "home" / "jobtracker.db").read_bytes()
        wal = tmp_path / "home" / "jobtracker.db-wal"
        raw += wal.read_bytes() if wal.exists() else b""
        assert b"right" not in raw.replace(b"copyright", b"").replace(b"rights", b"")
        assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600
        with pytest.raises(NotFound):
            service.disconnect("mallory", connected.calendar_id)
        service.disconnect("local", connected.calendar_id)
        assert len(service.list_calendars("local").calendars) == 1
