"""What servers say in English reaches the person in their language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobtracker.agent.mind.embedded import phrases
from jobtracker.agent.mind.embedded.told import rows
from jobtracker.core.bootstrap import Core
from jobtracker.core.paths import asset_dir

FILE: Path = asset_dir("prompts") / "replies" / phrases.VERSION / "told.toml"
OTHERS = ("de", "fr", "it")


def test_each_sentence_is_there_in_every_language() -> None:
    assert rows(FILE)
    for pattern, templates in rows(FILE):
        assert set(templates) == set(OTHERS), pattern.pattern


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("posted 1 day ago", "vor 1 Tag publiziert"),
        ("another workload: 60–80%", "anderes Pensum: 60–80%"),
        ("workload 80%", "Pensum 80%"),
        ("Bulle, 47 km from Bern", "Bulle, 47 km von Bern"),
        ("posted 3 days ago", "vor 3 Tagen publiziert"),
        ("CHF 4,400–4,850 a month ×13, reaches your minimum",
         "CHF 4,400–4,850 pro Monat ×13, erreicht Ihr Minimum"),
        ("cv.pdf is encrypted; save a copy without a password and import that",
         "cv.pdf ist verschlüsselt. Speichern Sie eine Kopie ohne Passwort und geben Sie mir "
         "diese."),
    ],
)  # fmt: skip
def test_facts_stay_and_words_change(english: str, german: str) -> None:
    assert phrases.told(english, "de") == german
    assert phrases.told(english, "en") == english


def test_an_unknown_sentence_and_markup_in_a_fact_stay_as_they_are() -> None:
    assert phrases.told("The moon is full.", "de") == "The moon is full."
    assert phrases.told("title: {{ 7 * 7 }}", "de") == "Titel: {{ 7 * 7 }}"
    assert phrases.told("x" * 5000, "fr") == "x" * 5000


def test_the_calendar_still_asks_in_words_that_are_known(core: Core) -> None:
    from jobtracker.calendars.booking import Wanted
    from jobtracker.calendars.service import CalendarService

    service = CalendarService(core)
    start = (datetime.now(UTC) + timedelta(days=6)).replace(microsecond=0).isoformat()
    wanted = Wanted(company="Acme", role="Cook", start=start, blocks=False)
    asked = service.booking.question("local", wanted)
    for language in OTHERS:
        assert phrases.told(asked, language) != asked
    event = service.booking.schedule("local", wanted).events[0].event_id
    for known in (
        service.booking.cancel_question("local", event),
        service.booking.reschedule_question("local", event, start, 90),
    ):
        assert phrases.told(known, "it") != known


def test_the_tracker_still_gives_reasons_in_words_that_are_known(core: Core) -> None:
    from jobtracker.applications.followups import next_actions
    from jobtracker.applications.records import State

    now = core.clock.now()
    for days in (0, 12, 40, 90):
        day = (now - timedelta(days=days)).date().isoformat()
        for status in ("saved", "applied", "screening", "interview", "offer", "rejected"):
            state = State("app_1", "local")
            state.company, state.title, state.status = "Acme", "Cook", status
            state.status_on = state.applied_on = day
            for action in next_actions([state], now):
                for language in OTHERS:
                    assert phrases.told(action.why, language) != action.why, action.why


def test_the_tracker_asks_before_a_deletion_in_words_that_are_known() -> None:
    asked = (
        "Delete the application “Cook” at Acme (applied since 2026-11-02) with its 1 notes, "
        "0 contacts and history, and the exported files that hold it? This cannot be undone."
    )
    assert phrases.told(asked, "de").startswith("Die Bewerbung «Cook» bei Acme (beworben seit")
