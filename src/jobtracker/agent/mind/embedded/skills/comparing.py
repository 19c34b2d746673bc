"""Two or three postings side by side, and which of them fits the résumé better."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, Steps, facts
from jobtracker.agent.mind.embedded.skills.focus import pick, unclear_job
from jobtracker.agent.mind.embedded.skills.resumes import resume_in_focus

MOST = 3
_MOST_SKILLS = 6


def compare_jobs(ctx: Context) -> Skill:
    """Show what sets postings apart; with a résumé also how well each fits."""
    chosen = _chosen(ctx)
    if len(chosen) < 2:
        return ctx.say("compare_two") if ctx.dialogue.get("jobs") else unclear_job(ctx)
    outcomes = yield [ctx.call("get_job", job_id=job["job_id"]) for job in chosen]
    failed = next((outcome for outcome in outcomes if not outcome["ok"]), None)
    if failed is not None:
        return ctx.failed(failed)
    full = [facts(outcome).get("job", facts(outcome)) for outcome in outcomes]
    jobs = [
        {**job, **{key: value for key, value in more.items() if value is not None}}
        for job, more in zip(chosen, full, strict=True)
    ]
    scores = yield from _scores(ctx, jobs)
    skills = [set(map(str, job.get("skills") or [])) for job in jobs]
    only = [
        sorted(own - set[str]().union(*(other for other in skills if other is not own)))
        for own in skills
    ]
    best = max(range(len(jobs)), key=lambda n: scores[n]) if scores else None
    if best is not None and scores.count(scores[best]) > 1:
        best = None
    return ctx.say(
        "compared", jobs=jobs, only=[words[:_MOST_SKILLS] for words in only], scores=scores,
        best=jobs[best] if best is not None else None,
    )  # fmt: skip


def _chosen(ctx: Context) -> list[dict[str, Any]]:
    """Return the postings that are named by number or firm; the first two where none is."""
    shown: list[dict[str, Any]] = ctx.dialogue.get("jobs") or []
    jobs = [job for job in shown if job.get("job_id")]
    picked = [pick(jobs, [number]) for number in ctx.slots.ordinals]
    for firm in ctx.slots.companies:
        word = firm.value.casefold()
        picked.append(
            next((job for job in jobs if word in str(job.get("company")).casefold()), None)
        )
    named = {job["job_id"]: job for job in picked if job is not None}
    focus: dict[str, Any] = ctx.dialogue.get("job") or {}
    if len(named) == 1 and focus.get("job_id"):
        named.setdefault(focus["job_id"], focus)
    # “The first two” counts one ordinal.
    found = list(named.values()) if len(named) > 1 else jobs[:2]
    return found[:MOST]


def _scores(ctx: Context, jobs: list[dict[str, Any]]) -> Steps[list[int]]:
    """Yield what is needed to score the résumé against each; empty without a résumé."""
    known = yield from resume_in_focus(ctx)
    if known is None:
        return []
    given = {"resume_id": known["resume_id"], "language": ctx.language}
    outcomes = yield [ctx.call("score_resume", **given, job_id=job["job_id"]) for job in jobs]
    if not all(outcome["ok"] for outcome in outcomes):
        return []
    return [round(facts(outcome).get("score") or 0) for outcome in outcomes]
