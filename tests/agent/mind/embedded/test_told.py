"""Errors, which servers say in English, reach the person in their language."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobtracker.agent.mind.embedded import phrases
from jobtracker.agent.mind.embedded.told import rows
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
        ("search_jobs did not answer within 20 s",
         "Keine Antwort innert 20 Sekunden. Versuchen Sie es gleich noch einmal."),
        ("cv.pdf has 12 MB; the limit is 10 MB", "cv.pdf ist zu gross (12 MB, höchstens 10)."),
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
    said = phrases.told("{{ 7 * 7 }}.pdf is empty; choose another", "de")
    assert said.startswith("{{ 7 * 7 }}.pdf ist leer")
    assert phrases.told("x" * 5000, "fr") == "x" * 5000
