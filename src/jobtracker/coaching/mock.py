"""A mock interview as plain data: questions that adapt to the answers. Pure."""

from __future__ import annotations

from statistics import fmean
from typing import Any, cast

from jobtracker.coaching import phrases
from jobtracker.coaching.model import (
    AnswerReview,
    Language,
    MockAnswer,
    MockQuestion,
    MockResult,
    PreparedInterview,
)

FOLLOWED = ("result", "specificity", "structure", "relevance")
WEAK = 50


def start(prepared: PreparedInterview, count: int) -> dict[str, Any]:
    """Return a new session of that many questions."""
    planned = [
        {"question": q.question, "competency": q.competency, "why": q.why}
        for q in prepared.questions
    ][:count]
    return {
        "company": prepared.company,
        "role": prepared.role,
        "stage": prepared.stage,
        "language": prepared.language,
        "trade": prepared.trade,
        "planned": planned,
        "at": 0,
        "follow_up": None,
        "answers": [],
        "status": "open",
    }


def current(session_id: str, session: dict[str, Any]) -> MockQuestion | None:
    """Return the question that waits for an answer; None where all are answered."""
    planned, at = cast("list[dict[str, str]]", session["planned"]), int(session["at"])
    if session["status"] != "open" or at >= len(planned):
        return None
    item = dict(planned[at])
    if session["follow_up"]:
        item["question"] = session["follow_up"]
        item["why"] = phrases.note("follow_up", cast("Language", session["language"]))
    return MockQuestion(
        session_id=session_id,
        number=at + 1,
        of=len(planned),
        question=item["question"],
        competency=item["competency"],
        why=item["why"],
    )


def answered(session: dict[str, Any], asked: MockQuestion, review: AnswerReview) -> dict[str, Any]:
    """Return the session after an answer: a follow-up where it was weak, else the next question.

    A question gets one follow-up at most.
    """
    after = dict(session)
    record = {
        "question": asked.question,
        "competency": asked.competency,
        "score": review.score,
        "parts": review.parts.model_dump(),
    }
    after["answers"] = [*cast("list[Any]", session["answers"]), record]
    weak = _weak_part(review)
    if weak is not None and not session["follow_up"]:
        language = cast("Language", session["language"])
        after["follow_up"] = phrases.follow_up(weak, language, asked.question)
    else:
        after["follow_up"] = None
        after["at"] = int(session["at"]) + 1
        after["planned"] = _reorder(after)
    return after


def _weak_part(review: AnswerReview) -> str | None:
    parts = review.parts.model_dump()
    weak = [name for name in FOLLOWED if parts[name] < WEAK]
    if "relevance" in weak:
        return "relevance"
    return min(weak, key=lambda name: parts[name], default=None)


def _reorder(session: dict[str, Any]) -> list[dict[str, str]]:
    """Bring forward a question on the competency that did worst so far."""
    planned, at = list(cast("list[dict[str, str]]", session["planned"])), int(session["at"])
    last = cast("list[dict[str, Any]]", session["answers"])[-1]
    if last["score"] >= WEAK:
        return planned
    for index in range(at, len(planned)):
        if planned[index]["competency"] == last["competency"]:
            planned.insert(at, planned.pop(index))
            break
    return planned


def finish(session_id: str, session: dict[str, Any], earlier: list[int]) -> MockResult:
    """Return what came of the session, beside the scores of earlier ones."""
    answers = cast("list[dict[str, Any]]", session["answers"])
    score = round(fmean(a["score"] for a in answers)) if answers else None
    means = _means(answers)
    weakest = min(means, key=lambda name: means[name]) if means else None
    strongest = max(means, key=lambda name: means[name]) if means else None
    words = phrases.advice(cast("Language", session["language"]))
    advice = [words[name] for name in sorted(means, key=lambda n: means[n]) if means[name] < 70]
    return MockResult(
        session_id=session_id,
        company=session["company"],
        role=session["role"],
        stage=session["stage"],
        score=score,
        answers=[
            MockAnswer(question=a["question"], competency=a["competency"], score=a["score"])
            for a in answers
        ],
        strongest=strongest,
        weakest=weakest,
        advice=advice[:3],
        earlier_scores=earlier,
        change=None if score is None or not earlier else score - round(fmean(earlier)),
    )


def _means(answers: list[dict[str, Any]]) -> dict[str, float]:
    if not answers:
        return {}
    return {name: fmean(a["parts"][name] for a in answers) for name in phrases.PARTS}
