"""Where a language model's words enter the coach: questions, what to say about pay, advice.

The rules' text is what is true. Who rewords is given in (`Reword`), with the check that keeps the
facts; scores, ranges and amounts never come from a model.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

from jobtracker.coaching.model import AnswerReview, NegotiationBrief, PreparedInterview
from jobtracker.core.words import Reword, Wording, Writer, refused_note

_QUOTED = re.compile(r"([“«„]\s?)(.+?)(\s?[”»“])", re.S)
_DIGITS = re.compile(r"\d+")
_CAPITALS = re.compile(r"(?<=[\w,;] )[A-ZÀ-Ý][\w-]{2,}")
_LINK = re.compile(r"https?:|www\.|\S@[\w-]+\.", re.I)
_LONGEST = 400


class FeedbackAnswer(BaseModel):
    """The answer to the prompt `answer_feedback`; its own scores are not read."""

    notes: list[str] = Field(default_factory=list[str])


def asked(plan: PreparedInterview, reword: Reword) -> PreparedInterview:
    """Return the plan with its questions in words that fit the role and the posting."""
    worded = reword([item.question for item in plan.questions], [plan.company, plan.role])
    questions = [
        item.model_copy(update={"question": text})
        for item, text in zip(plan.questions, worded.lines, strict=True)
    ]
    return plan.model_copy(update={"questions": questions, "wording": worded.wording})


def spoken(brief: NegotiationBrief, reword: Reword) -> NegotiationBrief:
    """Return the brief with what is said aloud in better words; amounts and numbers stay."""
    marked = [(at, match) for at, line in enumerate(brief.say) if (match := _quoted(line))]
    worded = reword([match[2] for _, match in marked], [brief.company, brief.role])
    say = list(brief.say)
    for (at, match), text in zip(marked, worded.lines, strict=True):
        say[at] = f"{match[1]}{text}{match[3]}"
    return brief.model_copy(update={"say": say, "wording": worded.wording})


def _quoted(line: str) -> re.Match[str] | None:
    return _QUOTED.fullmatch(line.strip())


def advised(
    writer: Writer, user: str, review: AnswerReview, question: str, answer: str
) -> AnswerReview:
    """Return the review with a model's advice beside it; score, parts and notes stay the rubric's.

    Advice that names a number or a name which neither question nor answer holds is left out: it
    would put experience into the person's mouth.
    """
    language = review.language
    written = writer.write(
        user, "answer_feedback", language, FeedbackAnswer, question=question, answer=answer
    )
    if written.answer is None:
        note = Wording(by="rules", note=written.note) if written.note else None
        return review.model_copy(update={"wording": note})
    taken: list[str] = []
    refused: list[str] = []
    for raw in written.answer.notes[:4]:
        text = " ".join(raw.split())[:_LONGEST]
        if reasons := _beyond(text, f"{question} {answer}", language):
            refused.append(f"{text[:200]} ({'; '.join(reasons)})")
        elif text:
            taken.append(text)
    note = refused_note(language) if refused and not taken else ""
    wording = Wording(by="model" if taken else "rules", note=note, refused=refused)
    return review.model_copy(update={"advice": taken, "wording": wording})


def _beyond(text: str, known: str, language: str) -> list[str]:
    numbers = set(_DIGITS.findall(text)) - set(_DIGITS.findall(known)) - {"1", "2", "3"}
    found = [f"the number {number} is not in the answer" for number in sorted(numbers)]
    if _LINK.search(text):
        found.append("it carries a link or an address")
    if language != "de":
        held = known.casefold()
        names = [name for name in _CAPITALS.findall(text) if name.casefold() not in held]
        found += [f"{name} is not in the answer" for name in names if name.upper() != "STAR"]
    return found
