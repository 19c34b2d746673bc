"""Skills around coaching: preparation, mock interviews, negotiation, goals."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, facts, rows
from jobtracker.agent.mind.embedded.skills.applications import draft
from jobtracker.agent.mind.embedded.skills.focus import application_in_focus, job_in_focus


def _about(ctx: Context) -> dict[str, Any] | None:
    """Return the posting or application that coaching is about, as arguments."""
    job = job_in_focus(ctx)
    if job is not None and job.get("job_id"):
        return {"job_id": job["job_id"]}
    application = application_in_focus(ctx)
    if application is not None:
        return {"application_id": application["application_id"]}
    return None


def prepare_interview(ctx: Context) -> Skill:
    """Likely questions, own stories, gaps, what to ask."""
    about = _about(ctx)
    if about is None:
        [listed] = yield [ctx.call("list_applications")]
        firms = [value.value for value in ctx.slots.companies]
        known: dict[str, Any] = ctx.dialogue.get("job") or {}
        if not firms and not known.get("job_id"):
            firms = [str(known.get("company") or "")]  # the firm of an invitation
        open_items = [
            item
            for item in rows(listed, "applications")
            if item.get("status") in ("interview", "screening", "applied")
            and all(firm.casefold() in str(item.get("company")).casefold() for firm in firms)
        ]
        if not open_items:
            return ctx.say("prepare_for_what")
        about = {"application_id": open_items[0]["application_id"]}
    [outcome] = yield [ctx.call("prepare_interview", **about, stage=ctx.slots.stage)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("preparation", plan=facts(outcome), job=ctx.dialogue.get("job") or {})


def start_mock_interview(ctx: Context) -> Skill:
    """Begin a mock interview; what follows is an answer until it ends."""
    role = ctx.slots.role.value if ctx.slots.role else None
    known: dict[str, Any] = _about(ctx) or {}
    about = {"role": role} if role else known
    [outcome] = yield [
        ctx.call("start_mock_interview", **about, stage=ctx.slots.stage, language=ctx.language)
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    ctx.dialogue["mock"] = result.get("session_id")
    return ctx.say("mock_started", result=result)


def answer_mock_question(ctx: Context) -> Skill:
    """Take the message as the answer to the mock question, and ask the next."""
    session = ctx.dialogue.get("mock")
    if not session:
        return ctx.say("no_mock")
    [outcome] = yield [ctx.call("answer_mock_question", session_id=session, answer=ctx.message)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    return ctx.say("mock_next", result=result)


def finish_mock_interview(ctx: Context) -> Skill:
    """End the mock interview with its feedback."""
    session = ctx.dialogue.get("mock")
    if not session:
        return ctx.say("no_mock")
    [outcome] = yield [ctx.call("finish_mock_interview", session_id=session)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue["mock"] = None
    return ctx.say("mock_finished", result=facts(outcome))


def review_answer(ctx: Context) -> Skill:
    """Score an answer to an interview question by the rubric."""
    if len(ctx.message.split()) < 25:
        return ctx.ask("text", "review_what")
    [outcome] = yield [
        ctx.call("review_answer", question=ctx.say("word_question"), answer=ctx.message)
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("reviewed", review=facts(outcome))


def negotiation_brief(ctx: Context) -> Skill:
    """What to ask for, and on what ground."""
    about: dict[str, Any] = _about(ctx) or {}
    pay = ctx.slots.salary
    if not about and ctx.slots.role is None:
        return ctx.ask("role", "negotiate_what")
    [outcome] = yield [
        ctx.call(
            "negotiation_brief",
            **about,
            title=ctx.slots.role.value if ctx.slots.role and not about else None,
            offer=float(pay.min if pay.min is not None else pay.max or 0) if pay else None,
            currency=pay.currency if pay else None,
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("negotiation", brief=facts(outcome))


def draft_outreach(ctx: Context) -> Skill:
    """A message to a recruiter or a contact, to be sent by the person."""
    about: dict[str, Any] = _about(ctx) or {}
    person = ctx.slots.people[0].value if ctx.slots.people else None
    company = ctx.slots.companies[0].value if ctx.slots.companies else None
    [outcome] = yield [
        ctx.call(
            "draft_outreach",
            **about,
            kind=outreach_kind(ctx.act.text),
            person=person,
            company=None if about else company,
            tone=ctx.slots.tone,
            language=ctx.slots.language or ctx.language,
        )
    ]
    return draft(ctx, outcome)


def outreach_kind(text: str) -> str | None:
    """Return the kind of outreach that a message names."""
    words = text.casefold()
    kinds = {
        "thank_you": ("thank", "dank", "remerci", "ringrazia"),
        "referral": ("referral", "refer me", "empfehl", "recommand", "segnala"),
        "linkedin": ("linkedin",),
        "decline": ("decline", "turn down", "absag", "déclin", "declin", "rifiut"),
        "accept": ("accept", "annehm", "zusag", "accetta"),
        "withdraw": ("withdraw", "zurückzieh", "retir", "ritira"),
    }
    for kind, stems in kinds.items():
        if any(stem in words for stem in stems):
            return kind
    return None


def set_goal(ctx: Context) -> Skill:
    """Keep a goal for the search."""
    [outcome] = yield [ctx.call("set_goal", goal=ctx.act.text)]
    return ctx.say("goal_set", goal=ctx.act.text) if outcome["ok"] else ctx.failed(outcome)


def weekly_review(ctx: Context) -> Skill:
    """The week that was, and a plan for the next."""
    [outcome] = yield [ctx.call("weekly_review", language=ctx.language)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("review", review=facts(outcome))
