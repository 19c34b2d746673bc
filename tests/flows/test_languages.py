"""A person who writes German, French or Italian reads it too, in what servers say as well."""

import re

import pytest

from tests.flows.conftest import Talk

ENGLISH = re.compile(r"\b(?:into your calendar|posted|title:|a sample|is in the past|minutes\?)")

STORIES = {
    "de": ("Stellen als Koch in Bern", "trag ein Gespräch bei Sulzer am Freitag um 10 Uhr ein",
           "trag ein Gespräch bei Sulzer gestern um 10 Uhr ein"),
    "fr": ("cherche infirmière à Lausanne", "note un entretien avec la BCV vendredi à 10h",
           "note un entretien avec la BCV hier à 10h"),
    "it": ("cerco lavoro come cuoco a Lugano", "segna un colloquio con Manor venerdì alle 10",
           "segna un colloquio con Manor ieri alle 10"),
}  # fmt: skip


@pytest.mark.parametrize("language", STORIES)
def test_reasons_questions_and_errors_are_in_the_persons_language(
    talk: Talk, language: str
) -> None:
    search, book, late = STORIES[language]
    found, asked, refused = talk(search, book, late)
    assert {turn.language for turn in (found, asked, refused)} == {language}
    assert found.tool_calls[0]["result"] and "1." in found.reply
    assert asked.pending and asked.pending["action"] == "schedule_interview"
    assert not refused.tool_calls[-1]["ok"]
    for turn in (found, asked, refused):
        assert not ENGLISH.search(turn.reply), turn.reply


def test_a_person_corrects_what_was_noted(talk: Talk) -> None:
    turns = talk("Stellen als Koch", "ich habe mich bei der ersten beworben",
                 "nein, es war die zweite", "ja", "welche Bewerbungen sind offen?")  # fmt: skip
    jobs = turns[0].tool_calls[0]["result"]["jobs"]  # type: ignore[index]
    assert turns[2].pending and turns[2].pending["action"] == "delete_application"
    (left,) = turns[4].tool_calls[0]["result"]["applications"]  # type: ignore[index]
    assert left["job_id"] == jobs[1]["job_id"]


def test_a_question_is_answered_bit_by_bit(talk: Talk) -> None:
    turns = talk("please schedule the interview with Nestlé for Friday", "10", "no", "thanks")
    assert turns[1].pending and "2026-11-27 10:00" in turns[1].pending["summary"]
    assert turns[3].intent == "thanks" and turns[3].pending is None


def test_free_time_of_a_week_keeps_the_hours_that_were_said(talk: Talk) -> None:
    (free,) = talk("am I free next week between 9 and 11?")
    assert "09:00" in free.reply and "11:00" in free.reply and "18:00" not in free.reply
