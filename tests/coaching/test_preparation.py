from __future__ import annotations

from typing import Any, get_args

import pytest

from jobtracker.coaching import bank
from jobtracker.coaching.model import Language, Stage
from jobtracker.coaching.preparation import Subject, prepare
from jobtracker.coaching.stories import extract, has_number, result_of

RESUME: dict[str, Any] = {
    "basics": {"name": "Anna Muster", "label": "Data Engineer"},
    "work": [
        {
            "name": "Helvetia Logistik",
            "position": "Data Engineer",
            "startDate": "2021-04",
            "summary": "Responsible for the reporting platform.",
            "highlights": [
                "Reduced the nightly load from 6 hours to 50 minutes with Python and Airflow",
                "Led a team of four through the migration to Snowflake",
                "Coffee",
            ],
        },
        {
            "name": "Bank Beispiel",
            "position": "Analyst",
            "startDate": "2018",
            "endDate": "2021",
            "summary": "Presented weekly figures to customers. Solved data quality incidents.",
        },
    ],
    "skills": [{"name": "Python", "keywords": ["pandas"]}],
}
POSTING = Subject(
    company="Acme AG",
    role="Senior Data Engineer (m/w/d)",
    description="We are a team of twelve for freight data. You will build pipelines in Python.",
    skills=("Python", "Kafka"),
)


def pointer(document: Any, path: str) -> Any:
    for step in path.strip("/").split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


@pytest.mark.parametrize("stage", get_args(Stage))
@pytest.mark.parametrize("language", get_args(Language))
def test_every_stage_and_language_gets_questions_with_reasons(stage: Stage, language: Language):
    plan = prepare(POSTING, RESUME, stage, language)
    assert plan.trade == "data"
    assert len(plan.questions) >= 7
    assert len({q.question for q in plan.questions}) == len(plan.questions)
    assert all(q.why for q in plan.questions)
    assert any("Kafka" in q.question for q in plan.questions)
    assert [g.term for g in plan.gaps] == ["Kafka"]
    assert len(plan.questions_to_ask) >= 4


def test_each_story_is_in_the_resume_at_the_place_it_names():
    plan = prepare(POSTING, RESUME, "panel", "en")
    assert plan.stories
    for story in plan.stories:
        assert story.evidence.quote in pointer(RESUME, story.evidence.path)
    linked = [q.story for q in plan.questions if q.story is not None]
    assert set(linked) == set(range(len(plan.stories)))


def test_stories_tell_situation_action_and_result_in_the_resumes_words():
    first, second, *rest = extract(RESUME)
    assert first.situation == "Data Engineer, Helvetia Logistik, 2021–"
    assert "50 minutes" in first.result
    assert "improvement" in first.competencies
    assert "leadership" in second.competencies
    assert [story.evidence.path for story in rest] == ["/work/1/summary", "/work/1/summary"]


def test_a_year_is_no_result_and_a_percentage_is_one():
    assert not has_number("joined in 2019")
    assert has_number("fell by 12%")
    assert result_of("Trained two apprentices") == ""


def test_without_a_resume_or_posting_the_plan_says_what_is_missing():
    plan = prepare(Subject(company="X", role="Koch"), None, "screening", "de")
    assert plan.trade == "hospitality"
    assert plan.stories == []
    assert len(plan.missing) == 3


@pytest.mark.parametrize(
    ("title", "trade"),
    [
        ("Dipl. Pflegefachfrau HF 80-100%", "nursing"),
        ("Infirmière en soins intensifs", "nursing"),
        ("Backend Developer", "software"),
        ("Systemadministrator", "it_operations"),
        ("Verkäuferin Food", "retail"),
        ("Cuoco/a", "hospitality"),
        ("Elektriker EFZ", "construction"),
        ("Comptable", "finance"),
        ("Insegnante di scuola elementare", "education"),
        ("Lagermitarbeiter", "logistics"),
        ("Jurist", "legal"),
        ("Sozialpädagoge", "social"),
        ("Laborantin Chemie", "science"),
        ("Bauleiter Hochbau", "construction"),
        ("Astronaut", "general"),
    ],
)
def test_the_trade_is_read_from_the_title(title: str, trade: str):
    assert bank.trade_of(title) == trade
