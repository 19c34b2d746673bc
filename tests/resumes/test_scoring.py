from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobtracker.resumes.accuracy import cases
from jobtracker.resumes.model import HiddenText, Layout, Resume, ScoreResult
from jobtracker.resumes.posting import understand
from jobtracker.resumes.scoring import score, years_of_work

from .conftest import CONTENT, POSTING

TODAY = date(2026, 11, 22)
LAYOUT = Layout(kind="pdf")


def _score(content: dict[str, Any], hidden: list[HiddenText] | None = None) -> ScoreResult:
    return score(Resume.model_validate(content), LAYOUT, hidden or [], understand(POSTING), TODAY)


def test_the_score_names_what_matched_and_what_is_missing(content: dict[str, Any]) -> None:
    result = _score(content)
    assert {"Python", "SQL", "Tableau"} <= {match.term for match in result.matched}
    assert "Kubernetes" in {item.term for item in result.missing if item.required}
    assert "Docker" in {item.term for item in result.missing if not item.required}
    assert all(match.path.startswith("/") and match.quote for match in result.matched)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["Python", "Docker", "Kubernetes", "Excel", "Welding"]), max_size=4)
)
def test_the_same_input_always_gives_the_same_score(skills: list[str]) -> None:
    content = copy.deepcopy(CONTENT)
    content["skills"][0]["keywords"] += skills
    assert _score(content) == _score(content)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["Kubernetes", "Docker"]), st.integers(0, 4))
def test_a_skill_that_the_posting_asks_for_never_lowers_the_score(skill: str, at: int) -> None:
    content = copy.deepcopy(CONTENT)
    before = _score(content).score
    content["skills"][0]["keywords"].insert(at, skill)
    assert _score(content).score > before


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["Python", "SQL", "Senior Data Analyst"]), st.integers(1, 60))
def test_repeating_a_word_earns_nothing(word: str, times: int) -> None:
    content = copy.deepcopy(CONTENT)
    before = _score(content).score
    content["skills"][0]["keywords"] += [word] * times
    content["work"][0]["highlights"].append(" ".join([word] * times))
    assert _score(content).score <= before


def test_hidden_text_is_reported_and_earns_nothing(content: dict[str, Any]) -> None:
    hidden = [HiddenText(how="white", text="Kubernetes Docker Kubernetes")]
    result = _score(content, hidden)
    assert result.score < _score(content).score
    assert any(finding.part == "hidden_text" for finding in result.findings)
    assert "Kubernetes" in {item.term for item in result.missing}


def test_years_that_overlap_count_once(content: dict[str, Any]) -> None:
    resume = Resume.model_validate(content)
    resume.work.append(resume.work[0].model_copy())
    assert 10 < years_of_work(resume, TODAY) < 10.5


def test_the_parts_add_up_to_the_score(content: dict[str, Any]) -> None:
    result = _score(content)
    parts = result.parts
    total = (
        0.45 * parts.keywords
        + 0.3 * parts.experience
        + 0.15 * parts.format
        + 0.1 * parts.readability
    )
    assert abs(total - result.score) < 0.06


def _changed(inputs: dict[str, Any]) -> tuple[dict[str, Any], list[HiddenText]]:
    content, change = copy.deepcopy(inputs["resume"]), inputs["change"]
    keywords: list[str] = content["skills"][0]["keywords"]
    keywords += change.get("skills", [])
    if change.get("without_skill"):
        keywords.remove(change["without_skill"])
    content["work"][0]["highlights"] += change.get("highlights", [])
    return content, [HiddenText.model_validate(item) for item in change.get("hidden", [])]


@pytest.mark.parametrize("case", cases("score_properties"), ids=lambda case: case["name"])
def test_the_laws_of_the_score_hold(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    posting = understand(inputs["posting"])

    def points(content: dict[str, Any], hidden: list[HiddenText]) -> float:
        return score(Resume.model_validate(content), LAYOUT, hidden, posting, TODAY).score

    before, after = points(inputs["resume"], []), points(*_changed(inputs))
    holds = {
        "same": after == before,
        "higher": after > before,
        "lower": after < before,
        "not_higher": after <= before,
    }
    assert holds[case["expected_output"]], (before, after)
