"""Whole messages: what they want, in which order, with which slots."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobtracker.agent.mind.embedded import nlu_eval
from jobtracker.agent.mind.embedded.extract import extract
from jobtracker.agent.mind.embedded.nlu import Nlu
from jobtracker.agent.mind.embedded.slots import Slots

# ruff: noqa: E501 (rows of examples)

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("Europe/Zurich"))
EVALS = Path(__file__).resolve().parents[4] / "evals"
NLU = Nlu()


def intents(message: str, **context: object) -> list[str]:
    return [act.intent for act in NLU.parse(message, NOW, None, context).acts]


def test_a_search_keeps_what_it_names_with_spans() -> None:
    text = "find me nurse jobs in Bern, 80-100%, at least 6500 per month"
    (act,) = NLU.parse(text, NOW).acts
    assert act.intent == "search_jobs"
    assert act.slots.role and text[slice(*act.slots.role.span)] == "nurse"
    assert [place.name for place in act.slots.places] == ["Bern"]
    assert act.slots.pensum and (act.slots.pensum.min, act.slots.pensum.max) == (80, 100)
    assert act.slots.salary and act.slots.salary.min == Decimal(6500)
    assert act.slots.salary.period == "month"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "save the first one and draft a cover letter",
            ["track_application", "write_cover_letter"],
        ),
        ("I applied to it today, what's open?", ["track_application", "list_applications"]),
        ("research and development jobs in Bern and Basel", ["search_jobs"]),
        ("am I free Thursday between 2 and 4?", ["find_free_time"]),
        (
            "speichere die erste und schreib ein Motivationsschreiben",
            ["track_application", "write_cover_letter"],
        ),
        ("hi, find me baker jobs in Thun", ["search_jobs"]),
    ],
)
def test_several_wishes_become_acts_in_order(message: str, expected: list[str]) -> None:
    assert intents(message, has_results=True) == expected


def test_spans_of_the_second_act_lie_in_the_whole_message() -> None:
    text = "save the first one and write a cover letter for Novartis in German"
    act = NLU.parse(text, NOW).acts[1]
    assert text[slice(*act.span)].startswith("write")
    assert text[slice(*act.slots.companies[0].span)] == "Novartis"
    assert act.slots.language == "de"


@pytest.mark.parametrize(
    ("message", "context", "expected"),
    [
        ("yes", {"pending": True}, "yes"),
        ("nein danke", {"pending": True}, "no"),
        ("the second one", {"has_results": True}, "get_job"),
        ("die zweite", {"has_results": True}, "get_job"),
        ("only from this month", {"has_results": True}, "refine_search"),
        ("et à Fribourg ?", {"has_results": True}, "refine_search"),
        ("no, I meant Geneva", {"has_results": True}, "correct"),
        ("https://jobs.example.com/1", {}, "import_job"),
        ("~/cv.pdf", {}, "import_resume"),
    ],
)
def test_the_conversation_bends_the_guess(
    message: str, context: dict[str, object], expected: str
) -> None:
    assert intents(message, **context) == [expected]


def test_a_short_word_stays_in_the_language_of_the_conversation() -> None:
    assert NLU.parse("ok", NOW, "de").language == "de"
    assert NLU.parse("was verdient ein Koch in Zürich?", NOW, "en").language == "de"


def test_contradictions_are_kept_as_said() -> None:
    (act,) = NLU.parse("remote on-site jobs in Zurich or Bern, 80k, no 90k", NOW).acts
    assert {place.name for place in act.slots.places} == {"Zurich", "Bern"}


@pytest.mark.parametrize(
    "message",
    ["", " ", "\x00", "🙂🙂", "a" * 100_000, "a b " * 25_000, "שלום עולם", "e\u0301" * 50, "and and and", "?!" * 500,
     "(" * 3000, "1 " * 20_000, "von " * 5000 + "\n" * 5000],
)  # fmt: skip
def test_odd_messages_are_answered(message: str) -> None:
    """A pattern that backtracks would run into the suite's time-out here."""
    assert NLU.parse(message, NOW).acts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, "en", "de", "fr", "it"]))
def test_any_message_gives_acts_with_spans_inside(message: str, language: str | None) -> None:
    parse = NLU.parse(message, NOW, language)
    assert parse.acts and parse.language in {"en", "de", "fr", "it"}
    for act in parse.acts:
        assert 0 <= act.span[0] <= act.span[1] <= len(message)
        assert 0 <= act.confidence <= 1
        for place in act.slots.places:
            assert act.span[0] <= place.span[0] < place.span[1] <= act.span[1]


def test_the_suite_of_intents_is_met() -> None:
    figures = nlu_eval.run_intents(EVALS / "intents.yaml", NLU)
    assert figures["accuracy"] >= 0.9, figures["wrong"]
    assert figures["by"]["language"] >= 0.97


def test_the_suite_of_slots_is_met() -> None:
    figures = nlu_eval.run_slots(EVALS / "slots.yaml")
    assert figures["accuracy"] >= 0.95, figures["wrong"]


def slots(message: str, intent: str, language: str = "en") -> Slots:
    return extract(message, NOW, language, intent)


@pytest.mark.parametrize(
    ("message", "company"),
    [
        ("track an application at Hôtel du Lac as waiter", "Hôtel du Lac"),
        ("I applied at Du Pont yesterday", "Du Pont"),
        ("Gespräch bei Gasthof zum Löwen am Montag", "Gasthof zum Löwen"),
        ("j'ai postulé à la Clinique de la Source", "Clinique de la Source"),
        ("Bewerbung bei Sulzer am Standort Winterthur", "Sulzer"),
        ("ich habe mich beim Kantonsspital Aarau beworben", "Kantonsspital Aarau"),
    ],
)
def test_the_small_words_of_a_name_belong_to_it(message: str, company: str) -> None:
    assert [value.value for value in slots(message, "track_application").companies] == [company]


def test_a_kind_of_house_is_a_trade_and_no_employer() -> None:
    found = slots("how about hotel jobs in Engelberg instead", "refine_search")
    assert found.companies == [] and found.role and found.role.value.lower() == "hotel"


def test_of_two_amounts_the_corrected_one_counts() -> None:
    found = slots("in Zurich or Bern, 80k, no 90k", "search_jobs")
    assert found.salary and found.salary.min == Decimal(90000)


def test_two_modes_leave_the_mode_open() -> None:
    found = slots("remote on-site in Zurich", "search_jobs")
    assert found.work_mode is None and found.modes == ["remote", "onsite"]


def test_a_place_does_not_tell_the_language() -> None:
    assert NLU.parse("bartender in Zürich, £12.60 an hour plus tips", NOW).language == "en"


@pytest.mark.parametrize("message", ["keep that in mind", "merk dir das bitte", "tienilo a mente"])
def test_asking_to_remember_adds_no_wish(message: str) -> None:
    assert intents(f"I only want hybrid work, {message}") == ["remember_preference"]


@pytest.mark.parametrize("message", ["what's open?", "was ist noch offen?", "what is still open"])
def test_what_is_open_asks_for_the_applications_whatever_is_at_hand(message: str) -> None:
    assert intents(message, has_results=True, has_focus=True) == ["list_applications"]
