"""Preparing an interview from what is stored: the posting, the tracker and the résumé. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from jobtracker.coaching import bank
from jobtracker.coaching.language import sentences
from jobtracker.coaching.model import (
    CoachGap,
    Fact,
    Language,
    LikelyQuestion,
    Logistics,
    PreparedInterview,
    Stage,
    Story,
)
from jobtracker.coaching.phrases import checklist, competencies, say, stage_name, to_ask
from jobtracker.coaching.stories import best_for, extract

MAX_SKILLS, MAX_STORIES, MAX_GAPS = 3, 8, 5
GENERAL_QUESTIONS, TRADE_QUESTIONS = 4, 4


@dataclass(frozen=True)
class Subject:
    """What is known of the interview's subject; `facts` and `rounds` as the tracker has them."""

    company: str
    role: str
    description: str = ""
    skills: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    rounds: tuple[Logistics, ...] = ()
    application_id: str | None = None
    job_id: str | None = None
    missing: tuple[str, ...] = field(default=())


def prepare(
    subject: Subject, resume: dict[str, Any] | None, stage: Stage, language: Language
) -> PreparedInterview:
    """Return what to walk in with; every story carries its place in the résumé."""
    stories = extract(resume) if resume else []
    trade = bank.trade_of(subject.role, subject.description)
    held = _resume_text(resume) if resume else ""
    gaps = [s for s in subject.skills if resume and not holds(held, s)][:MAX_GAPS]
    questions = list(_questions(subject, stage, language, trade, gaps, bool(resume)))
    questions, told = _with_stories(questions, stories)
    return PreparedInterview(
        company=subject.company,
        role=subject.role,
        stage=stage,
        language=language,
        trade=trade,
        application_id=subject.application_id,
        job_id=subject.job_id,
        facts=[*_posting_facts(subject), *subject.facts],
        questions=questions,
        stories=told,
        gaps=[_gap(skill, stories, language) for skill in gaps],
        questions_to_ask=to_ask(stage, language),
        logistics=list(subject.rounds),
        checklist=checklist(language),
        missing=[*subject.missing, *_missing(subject, resume, told, language)],
    )


def _questions(
    subject: Subject,
    stage: Stage,
    language: Language,
    trade: str,
    gaps: list[str],
    has_resume: bool,
) -> Iterator[LikelyQuestion]:
    name = stage_name(stage, language)
    for item in bank.ask(bank.GENERAL, stage, GENERAL_QUESTIONS):
        why = say("why_stage", language, stage=name)
        yield LikelyQuestion(question=item.texts[language], why=why, competency=item.competency)
    if trade != bank.GENERAL:
        spoken = _spoken_of(subject.description)
        usual = say("why_trade", language, role=subject.role)
        for item in bank.ask(trade, stage, TRADE_QUESTIONS, spoken.keys()):
            word = spoken.get(item.competency)
            why = say("why_posting", language, word=word) if word else usual
            yield LikelyQuestion(question=item.texts[language], why=why, competency=item.competency)
    held = [skill for skill in subject.skills if skill not in gaps][:MAX_SKILLS]
    for skill in held:
        yield LikelyQuestion(
            question=say("ask_skill", language, skill=skill),
            why=say("why_skill", language, skill=skill),
            competency=f"skill:{skill}",
        )
    for skill in gaps[:2] if has_resume else ():
        yield LikelyQuestion(
            question=say("ask_gap", language, skill=skill),
            why=say("why_gap", language, skill=skill),
            competency="learning",
        )


def _spoken_of(description: str) -> dict[str, str]:
    """Return the competencies that the posting speaks of, each with its word there."""
    found: dict[str, str] = {}
    for name, stems in competencies().items():
        pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, stems))})[\w-]*"
        if match := re.search(pattern, description[:20_000], re.IGNORECASE):
            found[name] = match[0]
    return found


def _with_stories(
    questions: list[LikelyQuestion], stories: list[Story]
) -> tuple[list[LikelyQuestion], list[Story]]:
    """Give each question its best story; return only the stories that are used."""
    used: dict[int, int] = {}
    picks: list[int | None] = []
    for item in questions:
        term = item.competency.removeprefix("skill:")
        pick = best_for(stories, item.competency, [term], used)
        if pick is not None and len(used) >= MAX_STORIES and pick not in used:
            pick = None
        if pick is not None:
            used[pick] = used.get(pick, 0) + 1
        picks.append(pick)
    order = {old: new for new, old in enumerate(used)}
    linked = [
        item.model_copy(update={"story": None if pick is None else order[pick]})
        for item, pick in zip(questions, picks, strict=True)
    ]
    return linked, [stories[old] for old in used]


def _posting_facts(subject: Subject) -> Iterator[Fact]:
    """Yield the posting's own sentences that speak of the company or the task."""
    telling = re.compile(
        r"\b(we are|we're|about us|our (?:mission|team|product)|you will|your (?:role|tasks)|"
        r"wir sind|unser|über uns|ihre aufgaben|deine aufgaben|nous sommes|notre|"
        r"vos (?:tâches|missions)|"
        r"siamo|nostra|nostro|i suoi compiti|le tue)\b",
        re.IGNORECASE,
    )
    picked = 0
    for sentence in sentences(subject.description[:20_000]):
        if telling.search(sentence) and 25 <= len(sentence) <= 300:
            yield Fact(text=sentence, source="posting")
            picked += 1
            if picked == 5:
                return


def _gap(skill: str, stories: list[Story], language: Language) -> CoachGap:
    near = best_for(stories, "learning", [skill], {})
    if near is None:
        return CoachGap(term=skill, say=say("say_plain", language, skill=skill))
    return CoachGap(
        term=skill, say=say("say_near", language, skill=skill, near=stories[near].title)
    )


def _missing(
    subject: Subject, resume: dict[str, Any] | None, told: list[Story], language: Language
) -> Iterator[str]:
    if not resume:
        yield say("no_resume", language)
    if not subject.description:
        yield say("no_posting", language)
    if not subject.rounds:
        yield say("no_time", language)
    if bare := sum(not story.result for story in told):
        yield say("no_results", language, n=bare)


def holds(text: str, skill: str) -> bool:
    """Tell whether the text names the skill as a word of its own."""
    return (
        re.search(rf"(?<![\w+#]){re.escape(skill.casefold())}(?![\w+#])", text.casefold())
        is not None
    )


def _resume_text(resume: dict[str, Any]) -> str:
    return "\n".join(_strings(resume))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            if name != "meta":
                yield from _strings(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _strings(item)
