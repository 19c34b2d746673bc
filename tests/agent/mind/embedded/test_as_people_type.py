"""Messages as people type them: dialect, lower case, several employers, a greeting that tells."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from jobtracker.agent.mind.embedded.extract import extract
from jobtracker.agent.mind.embedded.nlu import Nlu
from jobtracker.agent.mind.embedded.slots import Slots
from jobtracker.core.lexicon.times import find_times

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("Europe/Zurich"))


@pytest.fixture(scope="module")
def nlu() -> Nlu:
    return Nlu()


def slots(message: str, language: str, intent: str) -> Slots:
    return extract(message, NOW, language, intent)


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("geschter", "2026-11-21T00:00"),
        ("hüt am füfi", "2026-11-22T17:00"),
        ("am zischtig am nüni", "2026-11-24T09:00"),
        ("nächscht wuche", "2026-11-23T00:00"),
    ],
)
def test_times_in_swiss_german(message: str, start: str) -> None:
    assert find_times(message, NOW, "de")[0].start.isoformat()[:16] == start


@pytest.mark.parametrize(
    ("message", "role", "place"),
    [
        ("suech öppis als gärtner z bärn", "gärtner", "Bern"),
        ("gits stelle als pfleger z lozärn", "pfleger", "Luzern"),
        ("hiya im a tiler from leeds, work in winti?", "tiler", "Winterthur"),
    ],
)
def test_dialect_words_are_no_part_of_a_search(message: str, role: str, place: str) -> None:
    found = slots(message, "en" if "hiya" in message else "de", "search_jobs")
    assert found.role is not None and found.role.value.startswith(role)
    assert place in [named.name for named in found.places]


def test_of_two_places_the_one_that_is_meant_counts() -> None:
    for message in ("not basel, i meant zug", "nicht Basel, Zug", "pas à Bâle, Zoug"):
        language = {"not": "en", "nic": "de", "pas": "fr"}[message[:3]]
        assert len(slots(message, language, "correct").places) == 1, message


@pytest.mark.parametrize(
    ("message", "language", "intent", "company"),
    [
        ("move the interview with geberit to monday", "en", "reschedule_event", "geberit"),
        ("mark the sika one as rejected", "en", "update_application", "sika"),
        ("bereite mich für Geberit vor", "de", "prepare_interview", "Geberit"),
        ("han mi bi de Post beworbe", "de", "track_application", "Post"),
        ("the interview at Denner is off", "en", "cancel_event", "Denner"),
        ("beworben bei Blumen Tessin AG", "de", "track_application", "Blumen Tessin AG"),
    ],
)
def test_an_employer_is_heard(message: str, language: str, intent: str, company: str) -> None:
    assert [firm.value for firm in slots(message, language, intent).companies] == [company]


def test_what_in_german_tells_nothing_of_the_past() -> None:
    found = slots("was steht am Donnerstag an?", "de", "list_events")
    assert found.times[0].start.day == 26


def test_several_employers_are_as_many_applications(nlu: Nlu) -> None:
    acts = nlu.parse("I applied to Geberit on Friday and to Sika today", NOW).acts
    assert [act.slots.companies[0].value for act in acts] == ["Geberit", "Sika"]
    assert [act.slots.times[0].start.day for act in acts] == [20, 22]


def test_what_a_greeting_tells_belongs_to_the_wish(nlu: Nlu) -> None:
    [act] = nlu.parse("hello there, i'm a welder. any work in Chur?", NOW).acts
    assert act.intent == "search_jobs"
    assert act.slots.role is not None and act.slots.role.value == "welder"


@pytest.mark.parametrize(
    ("message", "language", "kind", "ruled_out"),
    [
        ("nurse in zurich, not temp agencies", "en", None, ["temp agencies"]),
        ("koch in Zug, keine Temporärbüros bitte", "de", None, ["Temporärbüros"]),
        ("infirmière à Lausanne, pas d'agences temporaires", "fr", None, ["agences temporaires"]),
        ("no temporary jobs please, nurse in Bern", "en", "permanent", ["temporary"]),
        ("keine befristeten Stellen, Koch in Chur", "de", "permanent", ["befristeten"]),
        ("nur Festanstellungen als Elektriker", "de", "permanent", []),
        ("marketing, only permanent ones", "en", "permanent", []),
        ("offres de comptable, CDI uniquement", "fr", "permanent", []),
        ("solo contratti a tempo indeterminato", "it", "permanent", []),
        ("pfleger z bern, kei temporärfirma", "de", None, ["temporärfirma"]),
        ("temp jobs as a driver in Basel", "en", "temporary", []),
    ],
)
def test_what_is_ruled_out_is_not_asked_for(
    message: str, language: str, kind: str | None, ruled_out: list[str]
) -> None:
    found = slots(message, language, "search_jobs")
    assert found.employment_type == kind
    assert [value.value for value in found.excluded] == ruled_out


@pytest.mark.parametrize(
    ("message", "language", "ruled_out"),
    [
        ("marketing jobs, not at Novartis or Roche", "en", ["Novartis", "Roche"]),
        ("Verkäuferin, nicht bei Coop oder Migros", "de", ["Coop", "Migros"]),
        ("ingénieur, pas chez Nestlé ni Philip Morris", "fr", ["Nestlé", "Philip Morris"]),
        ("commessa, non da Coop o Migros", "it", ["Coop", "Migros"]),
    ],
)
def test_of_two_employers_both_are_ruled_out(
    message: str, language: str, ruled_out: list[str]
) -> None:
    found = slots(message, language, "search_jobs")
    assert [value.value for value in found.excluded] == ruled_out


@pytest.mark.parametrize(
    ("message", "language", "days"),
    [
        ("python jobs newer than a week", "en", 7), ("not older than 3 days", "en", 3),
        ("Pflege, höchstens 2 Wochen alt", "de", 14), ("jünger als 10 Tage", "de", 10),
        ("publiées depuis moins d'une semaine", "fr", 7), ("da meno di 5 giorni", "it", 5),
        ("max 2 wuche alt", "de", 14),
        ("less than 5 years experience", "en", None), ("at most 3 days a week on site", "en", None),
    ],
)  # fmt: skip
def test_how_old_a_posting_may_be(message: str, language: str, days: int | None) -> None:
    assert slots(message, language, "search_jobs").posted_within_days == days


@pytest.mark.parametrize("message", ["100% télétravail", "100 % remoto", "100% von zuhause"])
def test_all_of_the_work_at_home_is_no_workload(message: str) -> None:
    assert slots(message, "fr", "search_jobs").pensum is None


@pytest.mark.parametrize(
    ("message", "role"),
    [
        ("serach for warehouse jobs in winterthur", "warehouse"),
        ("lookin for a nurse job in bern", "nurse"), ("saerch cook jobs in chur", "cook"),
        ("suhce stelle als koch in zug", "koch"),
    ],
)  # fmt: skip
def test_a_search_misspelt_is_no_part_of_what_is_searched(message: str, role: str) -> None:
    found = slots(message, "de" if "als" in message else "en", "search_jobs")
    assert found.role is not None and found.role.value == role
