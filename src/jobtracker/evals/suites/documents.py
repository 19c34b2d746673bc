"""Suites on résumés and postings: reading, laws of the score, duplicates, relevance of a search."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Tell

if TYPE_CHECKING:
    from jobtracker.jobs.model import SearchRequest
    from jobtracker.jobs.service import JobService

_TODAY = date(2026, 11, 22)
_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _judged(case: Case, right: bool, got: Any, metric: str = "accuracy") -> Scored:
    return Scored(
        id=case.name,
        passed=right,
        expected=case.expected_output,
        got=got,
        scores={metric: (right, 1)},
    )


def resume_reading(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`f1` over the fields of all cases; a case passes at its own expected F1."""
    from jobtracker.resumes.accuracy import read_case

    found: list[Scored] = []
    for case in cases:
        tally = read_case(case.inputs)
        scored = _judged(case, tally.f1 >= case.expected_output, round(tally.f1, 4))
        scored.scores["f1"] = (2 * tally.right, tally.read + tally.gold)
        found.append(scored)
    return found


def score_properties(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`laws` that hold."""
    from jobtracker.resumes.model import HiddenText, Layout, Resume
    from jobtracker.resumes.posting import understand
    from jobtracker.resumes.scoring import score

    def points(content: dict[str, Any], hidden: list[Any], posting: Any) -> float:
        notes = [HiddenText.model_validate(item) for item in hidden]
        resume = Resume.model_validate(content)
        return score(resume, Layout(kind="pdf"), notes, posting, _TODAY).score

    found: list[Scored] = []
    for case in cases:
        posting = understand(case.inputs["posting"])
        before = points(case.inputs["resume"], [], posting)
        after = points(_changed(case.inputs), case.inputs["change"].get("hidden", []), posting)
        holds = {
            "same": after == before,
            "higher": after > before,
            "lower": after < before,
            "not_higher": after <= before,
        }
        got = f"{before} → {after}"
        found.append(_judged(case, holds[case.expected_output], got, "laws"))
    return found


def _changed(inputs: dict[str, Any]) -> dict[str, Any]:
    content, change = copy.deepcopy(inputs["resume"]), inputs["change"]
    keywords: list[str] = content["skills"][0]["keywords"]
    keywords += change.get("skills", [])
    if change.get("without_skill"):
        keywords.remove(change["without_skill"])
    content["work"][0]["highlights"] += change.get("highlights", [])
    return content


def dedup(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`recall` of pairs that are one job; `wrongly_merged` of those that are two."""
    from jobtracker.jobs.dedupe import same_job
    from jobtracker.jobs.model import JobPlace, RawPosting
    from jobtracker.jobs.normalize import normalise

    def posting(row: dict[str, Any]) -> Any:
        raw = RawPosting(
            source=row["source"],
            external_id=row["id"],
            title=row["title"],
            text=row["text"],
            company=row["company"],
            places=[JobPlace(name=row["place"])],
        )
        return normalise(raw, "ada", _NOW)

    found: list[Scored] = []
    for case in cases:
        one, other = case.inputs["one"], case.inputs["other"]
        numbers = (one.get("requisition"), other.get("requisition"))
        said = bool(same_job(posting(one), posting(other), numbers))
        scored = _judged(case, said == case.expected_output, said)
        scored.scores["recall" if case.expected_output else "wrongly_merged"] = (said, 1)
        found.append(scored)
    return found


def search_relevance(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`accuracy`: at least two of the first three postings (one of one) are what was meant.

    `ndcg_at_10` over graded judgements: 2 where the title is what was meant, 1 where it matches
    `related`, 0 else; the ideal order is that of all postings within the filters.
    """
    from jobtracker.evals.suites.driver import fresh_core
    from jobtracker.jobs.model import SearchRequest
    from jobtracker.jobs.service import JobService

    found: list[Scored] = []
    with fresh_core() as core:
        jobs = JobService(core)
        for case in cases:
            request = SearchRequest(**case.inputs)
            shown = [job.title for job in jobs.search("p0", request).jobs]
            wanted = re.compile(case.expected_output["title"], re.IGNORECASE)
            titles = shown[:3]
            good = sum(bool(wanted.search(title)) for title in titles)
            scored = _judged(case, good >= min(2, max(1, len(titles))), titles)
            scored.scores["precision_at_3"] = (good, max(1, len(titles)))
            every = _titles(jobs, request.model_copy(update={"query": ""}))
            scored.scores["ndcg_at_10"] = (ndcg(case.expected_output, shown, every), 1)
            found.append(scored)
    return found


def _titles(jobs: JobService, request: SearchRequest) -> list[str]:
    """Return the titles of all postings within the filters."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = jobs.search("p0", request.model_copy(update={"limit": 50, "cursor": cursor}))
        found += [job.title for job in page.jobs]
        cursor = page.next_cursor
        if cursor is None:
            return found


def ndcg(
    judgement: dict[str, str], shown: Sequence[str], every: Sequence[str], k: int = 10
) -> float:
    """Return the normalised discounted cumulative gain of the first k titles.

    K. Järvelin, J. Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002), with gains
    2^grade - 1 and the discount log2(rank + 1). 1 where nothing in the catalogue is relevant.
    """

    def gain(title: str) -> int:
        for name, grade in (("title", 2), ("related", 1)):
            if name in judgement and re.search(judgement[name], title, re.IGNORECASE):
                return 2**grade - 1
        return 0

    def dcg(gains: Sequence[int]) -> float:
        return sum(value / math.log2(rank + 2) for rank, value in enumerate(gains[:k]))

    best = dcg(sorted(map(gain, every), reverse=True))
    return round(dcg([gain(title) for title in shown]) / best, 6) if best else 1.0
