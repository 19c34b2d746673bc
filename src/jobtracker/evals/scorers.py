"""Which function scores which suite, with which mind; imported when the suite is run."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobtracker.evals.model import Case, Metric, MindName, Scored

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench

Tell = Callable[[Scored], None]
Scorer = Callable[[Sequence[Case], Tell], list[Scored]]
"""Scores all cases; those that take long `tell` of each as it is finished."""
Play = Callable[[Case, str], Awaitable[Scored]]
"""Scores one case as a person of that name, who has not been here before."""
Player = Callable[["Bench"], AbstractAsyncContextManager[Play]]
Extra = Callable[[Sequence[Scored]], dict[str, Metric]]
"""Metrics that are no shares of cases."""

_HERE = "jobtracker.evals.suites"
_MIND = ("system", "turn_context", "tool_result", "model_note", "history_summary")


@dataclass(frozen=True)
class Kind:
    """How a suite is scored: by which functions (`module:function`), through which prompts."""

    embedded: str = ""
    llm: str = ""
    prompts: tuple[str, ...] = ()
    extra: str = ""

    @property
    def minds(self) -> list[MindName]:
        """The minds that the suite can be run with."""
        both: list[tuple[MindName, str]] = [("embedded", self.embedded), ("llm", self.llm)]
        return [mind for mind, place in both if place]


def _task(prompt: str) -> Kind:
    return Kind(llm=f"{_HERE}.checking:tasks", prompts=(prompt,))


SCORERS: dict[str, Kind] = {
    "intents": Kind(f"{_HERE}.language:intents", f"{_HERE}.hearing:intents", ("intent",)),
    "slots": Kind(f"{_HERE}.language:slots", f"{_HERE}.hearing:slots", ("intent",)),
    "languages": Kind(f"{_HERE}.language:languages", f"{_HERE}.hearing:languages", ("intent",)),
    "times": Kind(f"{_HERE}.reading:times"),
    "salary": Kind(f"{_HERE}.reading:salary"),
    "invitations": Kind(f"{_HERE}.reading:invitations"),
    "dedup": Kind(f"{_HERE}.documents:dedup"),
    "dedup_held_out": Kind(f"{_HERE}.documents:dedup"),
    "search_relevance": Kind(f"{_HERE}.documents:search_relevance"),
    "search_relevance_held_out": Kind(f"{_HERE}.documents:search_relevance"),
    "resume_reading": Kind(f"{_HERE}.documents:resume_reading"),
    "resume_layouts": Kind(f"{_HERE}.documents:resume_reading"),
    "score_properties": Kind(f"{_HERE}.documents:score_properties"),
    "letters": Kind(f"{_HERE}.writing:letters"),
    "fabrication": Kind(f"{_HERE}.writing:fabrication"),
    "memory": Kind(f"{_HERE}.remembering:memory"),
    "conversations": Kind(
        f"{_HERE}.talking:conversations", f"{_HERE}.talking:with_model", _MIND
    ),
    "injection": Kind(f"{_HERE}.injecting:injection", f"{_HERE}.injecting:with_model", _MIND),
    "search_summary": _task("search_summary"),
    "cover_letters": _task("cover_letter"),
    "letter_sentences": _task("letter_sentences"),
    "rewording": _task("rewording"),
    "tailoring": _task("tailoring"),
    "mail_classification": _task("mail_classification"),
    "interview_questions": _task("interview_questions"),
    "answer_feedback": _task("answer_feedback"),
    "negotiation": _task("negotiation"),
    "memory_extraction": _task("memory_extraction"),
    "history_summary": _task("history_summary"),
    "judge": Kind(
        llm=f"{_HERE}.judged:labels",
        prompts=("grade", "judge"),
        extra="jobtracker.evals.judges:agreement",
    ),
    "checks": Kind(f"{_HERE}.checking:embedded", f"{_HERE}.checking:tasks"),
}  # fmt: skip


def _load(place: str) -> object:
    module, _, function = place.partition(":")
    return getattr(importlib.import_module(module), function)


def scorer(name: str) -> Scorer:
    """Return the function that scores a suite with the embedded mind."""
    return _load(SCORERS[name].embedded)  # type: ignore[return-value]


def player(name: str) -> Player:
    """Return the function that opens a suite for a model."""
    return _load(SCORERS[name].llm)  # type: ignore[return-value]


def extra(name: str) -> Extra | None:
    """Return what measures the suite beyond its cases' shares, if anything does."""
    place = SCORERS[name].extra
    return _load(place) if place else None  # type: ignore[return-value]
