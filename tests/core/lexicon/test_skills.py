from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.lexicon import skills

ALL = skills.vocabulary()


def labels(text: str) -> list[str]:
    return [mention.skill.label for mention in skills.find_skills(text)]


def test_the_vocabulary_is_large_and_covers_the_trades() -> None:
    assert len(ALL) >= 2000
    assert len({skill.key for skill in ALL}) == len(ALL)
    trades = {skill.trade for skill in ALL}
    assert {"software", "finance", "care", "construction", "watch", "gastronomy"} <= trades
    assert {"languages", "soft skills", "certificates", "agriculture", "law"} <= trades


def test_every_name_resolves_to_its_skill() -> None:
    for skill in ALL:
        assert skills.resolve(skill.label) is skill, skill.label
        for names in skill.names.values():
            for name in names:
                assert skills.resolve(name) is skill, name


def test_every_name_is_found_in_a_list_of_skills() -> None:
    for skill in ALL:
        for name in (skill.label, *skill.names["de"][:1], *skill.names["fr"][:1]):
            text = f"PostgreSQL, {name}, Kubernetes"
            spans = {m.span: m.skill for m in skills.find_skills(text)}
            assert spans.get((12, 12 + len(name))) is skill, name


def test_broader_skills_exist_and_do_not_run_in_circles() -> None:
    by_key = {skill.key: skill for skill in ALL}
    assert sum(skill.broader is not None for skill in ALL) >= 100
    for skill in ALL:
        seen: set[str] = set()
        at = skill
        while at.broader:
            assert at.key not in seen
            seen.add(at.key)
            at = by_key[at.broader]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python, C++, C#, .NET and Node.js", ["Python", "C++", "C#", ".NET", "Node.js"]),
        ("R, Go or Rust", ["R", "Go", "Rust"]),
        ("go developer", ["Go"]),
        ("Sehr gute Excel-Kenntnisse", ["Excel"]),
        ("Pythonkenntnisse und Java-Entwickler", ["Python", "Java"]),
        ("Microsoft Excel and Word", ["Excel", "Word"]),
        ("sql, excel", ["SQL", "Excel"]),
        ("go developer, react and excel", ["Go", "React", "Excel"]),
        ("programming in R.", ["R"]),
        ("CI/CD with GitHub Actions", ["CI/CD", "GitHub Actions"]),
        ("comptabilité et TVA", ["Accounting", "Value added tax"]),
        ("contabilità e IVA", ["Accounting", "Value added tax"]),
        ("Deutsch und Französisch", ["German", "French"]),
        ("SAP S/4HANA", ["SAP S/4HANA"]),
        ("Führerausweis Kategorie B", ["Driving licence B"]),
        ("permis de conduire", ["Driving licence"]),
        ("Spring Boot and Spring", ["Spring Boot", "Spring Boot"]),
        ("English, Polish and Latin", ["English", "Polish", "Latin"]),
    ],
)
def test_skills_are_understood(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Excel at your work and go the extra mile.",
        "Go for it, and let us see.",
        "The R&D department and the C-level agree.",
        "In other words, you have access to the outlook.",
        "We react to what happens, and rest on Sunday.",
        "They react to this, and the rest and swift changes follow.",
        "Please polish the letter, I will express my thanks.",
        "Le point de vue de la direction.",
        "Das ist gut, und das bleibt so.",
        "Ich bin mit dem Zustand zufrieden.",
        "A swift answer would spark joy.",
        "La scala è alta.",
        "When can I start, and where?",
    ],
)
def test_ordinary_words_are_no_skills(text: str) -> None:
    assert labels(text) == []


@given(st.text(max_size=400))
def test_any_text_yields_ordered_spans_inside_it(text: str) -> None:
    end = 0
    for mention in skills.find_skills(text):
        assert end <= mention.span[0] < mention.span[1] <= len(text)
        end = mention.span[1]
    skills.resolve(text)


def test_the_words_of_a_sentence_are_no_single_letters_of_a_name() -> None:
    assert skills.find_skills("hi, I'm a trained cook") == []
    assert [mention.skill.label for mention in skills.find_skills("M&A experience")] == [
        "Investment banking"
    ]
