"""Findings and reasons in four languages: the words change, what they say does not."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from typing import Any

import pytest

from jobtracker.resumes import saying
from jobtracker.resumes.model import HiddenText, Layout, Resume
from jobtracker.resumes.posting import understand
from jobtracker.resumes.scoring import score
from jobtracker.resumes.service import Job, ResumeService
from jobtracker.resumes.workshop import Workshop

from .conftest import POSTING

TABLES = {**saying._FINDINGS, **saying._CHANGES, **saying._HOW}


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", TABLES)
def test_each_sentence_is_there_in_four_languages_with_the_same_facts(code: str) -> None:
    words = TABLES[code]
    assert len(words) == 4
    assert all(words)
    assert len({frozenset(slots(text)) for text in words}) == 1
    assert "ß" not in words[1]


def poor(content: dict[str, Any]) -> Any:
    """A score with as many findings as one file can have."""
    work = [{"position": "Cook", "highlights": ["I cooked " + "very " * 40 + "much"]}]
    layout = Layout(
        kind="pdf", columns=2, tables=3, text_boxes=1, images=4, header_footer_text=True,
        smallest_font=6.5, fonts=12, unmapped_characters=99, pages=5,
    )  # fmt: skip
    hidden = [HiddenText(how="off_page", text="Kubernetes", page=2)]
    resume = Resume.model_validate({"basics": {}, "work": work})
    return score(resume, layout, hidden, understand(POSTING), date(2026, 11, 22))


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_a_score_is_told_in_the_language_asked_for(content: dict[str, Any], language: str) -> None:
    english = poor(content)
    told = saying.told(english, language)
    assert (told.score, told.parts, told.missing) == (
        english.score,
        english.parts,
        english.missing,
    )
    for before, after in zip(english.findings, told.findings, strict=True):
        assert (before.code, before.points, before.severity) == (
            after.code,
            after.points,
            after.severity,
        )
        assert after.code
        assert after.message != before.message
        numbers = re.findall(r"\d+(?:\.\d+)?", before.message)
        assert re.findall(r"\d+(?:\.\d+)?", after.message) == numbers
        assert "{" not in after.message + after.where


def test_an_unknown_language_is_told_in_english(content: dict[str, Any]) -> None:
    english = poor(content)
    assert saying.told(english, "pt") == english == saying.told(english, None)


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_changes_give_their_reason_in_the_language(core: Any, language: str) -> None:
    user = f"told-{language}"
    import json

    from .conftest import CONTENT

    ResumeService(core).import_bytes(user, json.dumps(CONTENT).encode(), "cv.json")
    made = Workshop(core).tailor(user, Job(text=POSTING))
    told = saying.told_changes(made, language)
    assert [change.code for change in told.changes] == [change.code for change in made.changes]
    assert all(change.code and change.why for change in told.changes)
    assert all(gap.advice == saying.GAP[language] for gap in told.gaps)
    assert (told.changes == made.changes) == (language == "en")
