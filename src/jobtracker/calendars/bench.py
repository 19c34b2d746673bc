"""How fast the calendar is, beside a plain expansion of the same file by the library.

`jobtracker bench calendar` prints these rows.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from jobtracker.calendars import accuracy, bench_sync
from jobtracker.calendars.index import Index
from jobtracker.calendars.invitations.reader import read
from jobtracker.calendars.reading import read_entries
from jobtracker.calendars.service import CalendarService
from jobtracker.core.bootstrap import Core

EVENTS = 5_000
DAYS = 90
Row = dict[str, Any]
_ZONE = ZoneInfo("Europe/Zurich")
_FIRST = datetime(2026, 11, 23, tzinfo=_ZONE)
_RULES = (
    "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=DAILY;COUNT=30", "FREQ=WEEKLY;INTERVAL=2", "FREQ=YEARLY",
)  # fmt: skip
MAIL = """From: Anna Huber <anna.huber@muster-bau.example>
Subject: Einladung zum Vorstellungsgespräch

Guten Tag Herr Meier
Vielen Dank für Ihre Bewerbung als Projektleiter Bau (m/w/d). Gerne laden wir Sie zu einem
Vorstellungsgespräch bei der Muster Bau AG ein. Wir können Ihnen folgende Termine anbieten:
- Dienstag, 1.12., 10 Uhr
- Mittwoch, 2. Dezember 2026, 14.30 Uhr
- am 03.12. um 15 Uhr
Das Gespräch dauert 45 Minuten und findet an der Bahnhofstrasse 12, 8001 Zürich statt.
Bitte geben Sie uns bis am 25.11.2026 Bescheid, welcher Termin Ihnen passt.

Freundliche Grüsse
Anna Huber
"""


def sample_calendar(events: int = EVENTS) -> str:
    """Return a calendar of that many events, a third of them recurring."""
    draw = random.Random(7)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Job Tracker Pro//bench//EN"]
    for number in range(events):
        start = datetime(2026, 1, 5) + timedelta(  # noqa: DTZ001 - wall clock
            days=draw.randrange(400), minutes=15 * draw.randrange(24, 84)
        )
        end = start + timedelta(minutes=draw.choice((15, 30, 60)))
        lines += [
            "BEGIN:VEVENT", f"UID:bench-{number}@jobtracker", f"SUMMARY:Event {number}",
            f"DTSTART;TZID=Europe/Zurich:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Zurich:{end:%Y%m%dT%H%M%S}",
        ]  # fmt: skip
        if number % 3 == 0:
            lines.append(f"RRULE:{draw.choice(_RULES)}")
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def run(core: Core) -> list[Row]:
    """Measure and return one row per figure."""
    text = sample_calendar()
    floor = _library(text)
    service = CalendarService(core)
    folder = core.home / "calendars" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.ics").write_text(text, encoding="utf-8", newline="")
    span = timedelta(days=DAYS)
    service.list_calendars("bench-other")  # opens and migrates the store, which is not measured

    def ask(number: int) -> object:
        start = _FIRST + timedelta(hours=number)
        return service.find_free_time("bench", start.isoformat(), (start + span).isoformat())

    first_read = _milliseconds(lambda _: ask(0), 1)
    entries, _ = read_entries(text)
    low, high = (int(t.timestamp()) for t in (_FIRST, _FIRST + span))
    cold = _milliseconds(lambda _: Index(entries, _ZONE).minutes(low, high), 5)
    again = _milliseconds(ask, 20)
    now = datetime(2026, 11, 23, 9, tzinfo=_ZONE)
    mail = _milliseconds(lambda _: read(MAIL, "", now, _ZONE), 30)
    invitation = "\r\n".join([*text.split("\r\n")[:8], "END:VEVENT", "END:VCALENDAR"])
    file = _milliseconds(lambda _: read("", invitation, now, _ZONE), 30)
    service.close()
    return [
        _row("free time, 90 days, 5,000 events", again, floor=floor, target=50),
        _row("the same, nothing worked out before", cold, floor=floor, target=None),
        _row("the same, the file read for the first time", first_read, floor=floor, target=10_000),
        _row("invitation read, prose with three times", mail, target=20),
        _row("invitation read, calendar file", file, target=20),
        *bench_sync.rows(core, text),
        *accuracy.rows(),
    ]


def _library(text: str) -> float:
    """Milliseconds of a plain expansion of the parsed file by `recurring-ical-events`."""
    import icalendar

    # Has no types; loaded by name and used as Any.
    recurring: Any = import_module("recurring_ical_events")
    parsed = icalendar.Calendar.from_ical(text)
    begin = time.perf_counter()
    low = _FIRST.astimezone(UTC)
    _ = recurring.of(parsed).between(low, low + timedelta(days=DAYS))
    return (time.perf_counter() - begin) * 1000


def _milliseconds(measured: Callable[[int], object], rounds: int) -> float:
    """Return the median of some rounds."""
    took: list[float] = []
    for number in range(rounds):
        begin = time.perf_counter()
        measured(number)
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


def _row(name: str, value: float, *, target: float | None, floor: float | None = None) -> Row:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": "ms",
        "floor": None if floor is None else round(floor, 3),
        "ratio": None if floor is None else round(value / floor, 5),
        "target": target,
        "met": None if target is None else value <= target,
    }
