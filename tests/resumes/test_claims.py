from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from jobtracker.core.paths import asset_dir
from jobtracker.resumes.claims import check, facts_of
from jobtracker.resumes.evidence import evidence
from jobtracker.resumes.model import Resume

TODAY = date(2026, 11, 22)


def _cases() -> list[dict[str, Any]]:
    text = (asset_dir("evals") / "fabrication.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["cases"]


def test_every_planted_invention_is_refused_and_every_truthful_rewording_passes() -> None:
    cases = _cases()
    wrong = []
    for case in cases:
        facts = facts_of(Resume.model_validate(case["inputs"]["resume"]), TODAY)
        allowed = not check(case["inputs"]["text"], facts)
        if allowed != case["expected_output"]:
            wrong.append(case["name"])
    assert sum(not case["expected_output"] for case in cases) >= 100
    assert sum(case["expected_output"] for case in cases) >= 100
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Led a team of 12 engineers",
        "Cut empty trips by eighty percent",
        "Doubled revenue",
        "PhD in Statistics",
        "Analyst at Google",
        "Automated 40 weekly reports with Kubernetes",
        "Fluent French",
        "Joined Nordlicht Logistics AG in 2014",
    ],
)
def test_what_the_resume_does_not_hold_is_refused_with_a_reason(
    content: dict[str, Any], text: str
) -> None:
    assert check(text, facts_of(Resume.model_validate(content), TODAY))


def test_each_line_of_a_resume_passes_against_itself(content: dict[str, Any]) -> None:
    resume = Resume.model_validate(content)
    facts = facts_of(resume, TODAY)
    for job in resume.work:
        for line in job.highlights:
            assert check(line, facts) == []


def test_evidence_names_the_line_it_rests_on(content: dict[str, Any]) -> None:
    found = evidence(
        "cut empty trips with a forecasting model", facts_of(Resume.model_validate(content), TODAY)
    )
    assert found is not None
    assert found.path == "/work/0/highlights/1"


def test_facts_do_not_move_from_one_job_to_another(content: dict[str, Any]) -> None:
    facts = facts_of(Resume.model_validate(content), TODAY, scope="/work/1")
    assert check("Cut empty trips by 18%", facts)


def _held_out() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "data" / "claims_held_out.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["sets"]


@pytest.mark.parametrize("case", _held_out(), ids=lambda case: case["resume"]["basics"]["name"])
def test_subtle_inventions_are_refused_and_truthful_rewordings_pass(case: dict[str, Any]) -> None:
    facts = facts_of(Resume.model_validate(case["resume"]), TODAY)
    assert [text for text in case["invented"] if not check(text, facts)] == []
    assert [text for text in case["truthful"] if check(text, facts)] == []


@pytest.mark.parametrize("case", _held_out(), ids=lambda case: case["resume"]["basics"]["name"])
def test_each_line_and_heading_of_a_resume_passes_against_it(case: dict[str, Any]) -> None:
    resume = Resume.model_validate(case["resume"])
    facts = facts_of(resume, TODAY)
    own = [line for job in resume.work for line in [*job.highlights, job.position or "x"]]
    assert {line: check(line, facts) for line in own if check(line, facts)} == {}
