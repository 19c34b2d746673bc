"""What the words of a query and the person's wishes do to an answer."""

import sys
from pathlib import Path
from typing import Any

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.jobs.model import SearchRequest, SearchResult
from jobtracker.jobs.service import JobService
from jobtracker.jobs.spelling import nearest_word
from jobtracker.jobs.wording import read

sys.path.insert(0, str(Path(__file__).parent))
from test_service import board

ROWS = (
    {"title": "Data engineer", "company": "Alpine Consulting AG", "text": "Pipelines."},
    {
        "title": "Data engineer (consulting)",
        "company": "Fluxo AG",
        "text": "Pipelines.",
        "req": "2",
    },
    {"title": "Data engineer", "company": "Beta GmbH", "text": "After years in consulting."},
    {"title": "Data engineer", "company": "Gamma SA", "text": "Python and SQL for the climate."},
    {"title": "Data engineer", "company": "Delta SA", "text": "Spreadsheets."},
)


@pytest.fixture
def jobs(core: Core) -> JobService:
    core.settings.search.samples = False
    service = JobService(core)
    service.import_payload("ada", board(*ROWS))
    return service


def asked(jobs: JobService, **fields: Any) -> SearchResult:
    return jobs.search("ada", SearchRequest(limit=20, **fields))


def test_what_is_never_to_be_shown_is_left_out_and_counted(jobs: JobService) -> None:
    found = asked(jobs, query="data engineer", avoid=["consulting"])
    assert [job.company for job in found.jobs][-1] == "Beta GmbH"
    assert {job.company for job in found.jobs} == {"Beta GmbH", "Gamma SA", "Delta SA"}
    assert "you avoid: consulting" in found.jobs[-1].why
    assert found.notes == ["2 postings left out: you avoid “consulting”"]


def test_an_employer_can_be_avoided_whatever_its_legal_form(jobs: JobService) -> None:
    found = asked(jobs, query="data engineer", avoid=["Gamma"])
    assert "Gamma SA" not in {job.company for job in found.jobs}


def test_what_is_liked_and_known_rises_and_the_reason_is_told(jobs: JobService) -> None:
    found = asked(jobs, query="data engineer", prefer=["climate"], skills=["Python", "SQL"])
    assert found.jobs[0].company == "Gamma SA"
    assert {"your skills: Python, SQL", "you like: climate"} <= set(found.jobs[0].why)
    plain = asked(jobs, query="data engineer")
    assert plain.total == found.total == 5


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"avoid": ["x"] * 3 + [str(n) for n in range(30)]}, "avoid"),
        ({"skills": ["y" * 101]}, "skills"),
        ({"avoid": ["Python"], "skills": ["python"]}, "avoid"),
        ({"query": "nurse", "avoid": ["Nurse"]}, "avoid"),
        ({"company": "Acme", "avoid": ["acme"]}, "avoid"),
    ],
)
def test_wishes_that_contradict_or_exceed_are_named(
    jobs: JobService, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        asked(jobs, **fields)


@pytest.mark.parametrize(
    ("query", "words", "place", "pensum", "kind", "without"),
    [
        ("Koch in Luzern 80%", "Koch", "Luzern", (80, 80), None, []),
        ("Luzern Koch", "Koch", "Luzern", None, None, []),
        ("Pflegefachfrau Bern Teilzeit", "Pflegefachfrau", "Bern", None, "part_time", []),
        ("vendeuse à Lausanne temps partiel", "vendeuse", "Lausanne", None, "part_time", []),
        ("cuoco a Lugano, senza notti", "cuoco", "Lugano", None, None, ["notti"]),
        ("Java 60-80 % Basel", "Java", "Basel", (60, 80), None, []),
        ("Zurich Insurance", "Zurich Insurance", "", None, None, []),
        ("Bern", "", "Bern", None, None, []),
        ("C++ 150%", "C++", "", None, None, []),
    ],
)
def test_the_words_of_a_query_are_taken_apart(
    query: str, words: str, place: str, pensum: Any, kind: str | None, without: list[str]
) -> None:
    said = read(SearchRequest(query=query))
    found = (said.words, said.place, said.pensum, said.kind, said.without)
    assert found == (words, place, pensum, kind, without)


def test_a_place_given_as_filter_is_not_taken_from_the_words() -> None:
    assert read(SearchRequest(query="Koch in Luzern", location="Zug")).place == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [("enginer", "engineer"), ("pyhton", "python"), ("infirmeire", "infirmier"), ("qqqqqq", None),
     ("go", None), ("engineer", None)],
)  # fmt: skip
def test_a_slip_of_the_pen_is_put_right(said: str, meant: str | None) -> None:
    assert nearest_word(said) == meant


def test_a_misspelt_search_finds_and_says_what_was_looked_for(jobs: JobService) -> None:
    found = asked(jobs, query="data enginer")
    assert found.total == 5
    assert found.notes == ["no posting mentions “enginer”; looked for “engineer” instead"]


def test_where_a_town_has_nothing_its_surroundings_answer_and_say_so(jobs: JobService) -> None:
    jobs.import_payload("ada", board({"title": "Koch", "place": "Zug", "company": "Rössli AG"}))
    found = asked(jobs, query="Koch in Luzern")
    assert [job.location for job in found.jobs] == ["Zug"]
    assert found.notes == ["nothing in Luzern; these are within 50 km of it"]
    assert asked(jobs, query="Koch", location="Luzern").jobs == []


def test_the_last_part_of_a_german_compound_finds_it(jobs: JobService) -> None:
    jobs.import_payload("ada", board({"title": "Servicetechniker/in", "company": "Lift AG"}))
    assert [job.company for job in asked(jobs, query="Techniker").jobs] == ["Lift AG"]
