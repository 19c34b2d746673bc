from __future__ import annotations

from jobtracker.resumes.model import Resume, ResumeDocument, VersionInfo
from jobtracker.resumes.outcomes import Sent, add_outcomes, lower_bound


def _document(*versions: str) -> ResumeDocument:
    infos = [
        VersionInfo(
            version_id=name,
            parent=None,
            purpose="edit",
            label=None,
            note=None,
            job_id=None,
            job_title=None,
            created_at="2026-11-01T00:00:00+01:00",
        )
        for name in versions
    ]
    return ResumeDocument(
        resume_id="res_1",
        version_id=versions[0],
        resume=Resume(),
        language="en",
        filename="cv.pdf",
        versions=infos,
    )


def _sent(version: str, answered: int, silent: int) -> list[Sent]:
    return [Sent(version, i < answered, False, False) for i in range(answered + silent)]


def test_the_version_that_is_answered_clearly_more_often_shows() -> None:
    found = add_outcomes(_document("a", "b"), _sent("a", 12, 3) + _sent("b", 3, 17))
    assert found.better_version == "a"
    assert found.versions[0].outcome and found.versions[0].outcome.answer_rate == 0.8


def test_few_applications_prove_nothing() -> None:
    found = add_outcomes(_document("a", "b"), _sent("a", 2, 0) + _sent("b", 0, 2))
    assert found.better_version is None
    assert found.versions[0].outcome and found.versions[0].outcome.answer_rate is None


def test_a_difference_that_chance_explains_does_not_show() -> None:
    found = add_outcomes(_document("a", "b"), _sent("a", 3, 3) + _sent("b", 2, 4))
    assert found.better_version is None


def test_the_bound_is_wilsons() -> None:
    assert round(lower_bound(8, 10), 3) == 0.490
