"""The question bank: large enough, distinct, whole in four languages, chosen by the posting."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

from jobtracker.coaching.bank import GENERAL, ask, questions, trades
from jobtracker.coaching.model import Language, Stage
from jobtracker.coaching.phrases import competencies
from jobtracker.coaching.preparation import Subject, prepare


def test_there_are_four_hundred_distinct_questions_in_twenty_trades() -> None:
    count = Counter(q.trade for q in questions())
    assert len(questions()) >= 400 and len(count) - 1 >= 20
    assert set(count) == {*trades(), GENERAL} and min(count.values()) >= 15


@pytest.mark.parametrize("language", get_args(Language))
def test_no_question_comes_twice_in_a_language(language: Language) -> None:
    texts = [re.sub(r"\W+", " ", q.texts[language]).casefold() for q in questions()]
    assert len(set(texts)) == len(texts)
    for question in questions():
        text = question.texts[language]
        assert text.strip() == text and 15 <= len(text) <= 160 and text[-1] in "?.!»"


def test_a_question_is_in_its_language() -> None:
    from jobtracker.coaching.language import detect

    wrong = [
        (language, q.texts[language])
        for q in questions()
        for language in get_args(Language)
        if detect(q.texts[language], language) != language
    ]
    assert len(wrong) <= 8, wrong  # short ones may be undecided


def test_every_trade_has_questions_for_every_stage() -> None:
    for trade in trades():
        for stage in get_args(Stage):
            asked = ask(trade, stage, 3)
            assert len(asked) == 3, (trade, stage)
            assert len({q.competency for q in asked}) == 3, (trade, stage)


def test_the_posting_decides_what_is_asked_first_and_is_given_as_the_reason() -> None:
    subject = Subject(
        company="Hof", role="Pflegefachfrau",
        description="Hohe Hygiene und Sicherheit sind uns wichtig.",
    )  # fmt: skip
    plan = prepare(subject, None, "technical", "de")
    reasons = [q.why for q in plan.questions if "Inserat" in q.why]
    assert any("Hygiene" in why or "Sicherheit" in why for why in reasons)
    assert "quality" in competencies()
