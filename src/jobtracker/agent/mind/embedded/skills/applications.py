"""Skills around the applications: track, move, list, what is next."""

from __future__ import annotations

import re
from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, Steps, facts, first_time, rows
from jobtracker.agent.mind.embedded.skills.focus import (
    application_in_focus,
    by_company,
    job_in_focus,
    unclear_job,
)
from jobtracker.agent.mind.port import Outcome

KEPT = ("application_id", "company", "title", "status", "job_id", "updated_at")
_SAME = re.compile(
    r"(?i)\b(?:same (?:job|role|position|thing)|(?:gleiche|selbe)r? (?:stelle|job)|"
    r"même (?:poste|job)|stesso (?:posto|lavoro))\b"
)
CLOSED = {"accepted", "rejected", "withdrawn"}


def _keep(ctx: Context, application: dict[str, Any]) -> None:
    ctx.dialogue["application"] = {key: application.get(key) for key in KEPT}


def track_application(ctx: Context) -> Skill:
    """Put an application into the tracker, from the posting in focus or by company and role."""
    time = first_time(ctx.slots)
    status = ctx.slots.status or "applied"
    date = (time.start if time else ctx.now).date().isoformat()
    named = ctx.slots.companies[0].value if ctx.slots.companies else None
    job = job_in_focus(ctx)
    arguments: dict[str, Any]
    if job is not None and job.get("job_id"):
        arguments = {"job_id": job["job_id"]}
    elif named:
        title = ctx.slots.role.value if ctx.slots.role else _same_work(ctx)
        arguments = {"company": named, "title": title}
        if arguments["title"] is None:
            return ctx.ask("role", "applied_as_what", company=named)
    elif job is not None:
        arguments = {"company": job.get("company"), "title": job.get("title")}
    else:
        return unclear_job(ctx) if ctx.dialogue.get("jobs") else ctx.ask("company", "applied_where")
    [outcome] = yield [ctx.call("track_application", **arguments, status=status, date=date)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    application = facts(outcome)
    _keep(ctx, application)
    ctx.dialogue["about"] = "tracked"
    return ctx.say("tracked", application=application, date=date, status=status)


def apply_for_me(ctx: Context) -> Skill:
    """Nothing is sent in the person's name: say where to apply, and what can be got ready."""
    yield from ()
    job = job_in_focus(ctx)
    if job is None and ctx.dialogue.get("jobs"):
        return unclear_job(ctx)
    return ctx.say("cannot_apply", job=job)


def _same_work(ctx: Context) -> str | None:
    """Who looked for work as a cook applies as a cook, or for the “same job” as before.

    The answer says it, so that it can be put right.
    """
    application: dict[str, Any] = ctx.dialogue.get("application") or {}
    search: dict[str, Any] = ctx.dialogue.get("search") or {}
    return application.get("title") if _SAME.search(ctx.act.text) else search.get("query")


def correct_application(ctx: Context) -> Skill:
    """“No, it was the second one”: the right posting is noted, the wrong one goes, after a yes."""
    wrong: dict[str, Any] = ctx.dialogue.get("application") or {}
    if not ctx.slots.ordinals:
        return (yield from update_application(ctx))
    job = job_in_focus(ctx)
    if job is None:
        return unclear_job(ctx)
    if job.get("job_id") == wrong.get("job_id"):
        return ctx.say("tracked", application=wrong, date=None, status=wrong.get("status"))
    time = first_time(ctx.slots)
    status = ctx.slots.status or wrong.get("status") or "applied"
    date = time.start.date().isoformat() if time else str(wrong.get("date") or ctx.now.date())
    [outcome] = yield [
        ctx.call("track_application", job_id=job["job_id"], status=status, date=date)
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    application = facts(outcome)
    [gone] = yield [ctx.call("delete_application", application_id=wrong.get("application_id"))]
    _keep(ctx, application)
    said = ctx.say("tracked", application=application, date=date, status=status)
    if gone["ok"]:
        said += "\n\n" + ctx.say("deleted_application", application=wrong)
    return said


def _found(ctx: Context) -> Steps[dict[str, Any] | None]:
    """Yield what is needed to find the application that is meant; None where it is unclear."""
    found = application_in_focus(ctx)
    if found is not None:
        return found
    [outcome] = yield [ctx.call("list_applications")]
    kept = [{key: item.get(key) for key in KEPT} for item in rows(outcome, "applications")]
    ctx.dialogue["applications"] = kept
    named = by_company(kept, ctx.slots)
    if named is None and len(kept) == 1 and not ctx.slots.companies:
        named = kept[0]
    if named is not None:
        ctx.dialogue["application"] = named
    return named


def update_application(ctx: Context) -> Skill:
    """Move an application, or add a note to it."""
    found = yield from _found(ctx)
    if found is None:
        if ctx.slots.status and ctx.slots.companies:
            return (yield from track_application(ctx))
        return ctx.say("which_application", applications=ctx.dialogue.get("applications", []))
    time = first_time(ctx.slots)
    note = ctx.slots.note.value if ctx.slots.note else None
    moved = time is not None and ctx.act.intent == "correct_application"
    if ctx.slots.status is None and note is None and not moved:
        return ctx.say("update_how", application=found)
    [outcome] = yield [
        ctx.call(
            "update_application",
            application_id=found["application_id"],
            status=ctx.slots.status,
            note=note,
            date=time.start.date().isoformat() if time else None,
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    application = {**found, **facts(outcome)}
    _keep(ctx, application)
    return ctx.say("updated", application=application, note=note)


def list_applications(ctx: Context) -> Skill:
    """What is open, or in one status."""
    [outcome] = yield [ctx.call("list_applications", status=ctx.slots.status)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    items = rows(outcome, "applications")
    shown = items if ctx.slots.status else [i for i in items if i.get("status") not in CLOSED]
    ctx.dialogue["applications"] = [{key: item.get(key) for key in KEPT} for item in shown]
    ctx.dialogue["list"] = "applications"
    return ctx.say(
        "applications", applications=shown[:10], total=len(shown), closed=len(items) - len(shown)
    )


def get_application(ctx: Context) -> Skill:
    """One application with its history."""
    found = yield from _found(ctx)
    if found is None:
        return ctx.say("which_application", applications=ctx.dialogue.get("applications", []))
    [outcome] = yield [ctx.call("get_application", application_id=found["application_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("application", application={**found, **facts(outcome)})


def next_actions(ctx: Context) -> Skill:
    """What to do next, and why."""
    [outcome] = yield [ctx.call("next_actions")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("actions", actions=rows(outcome, "actions")[:5])


def draft_follow_up(ctx: Context) -> Skill:
    """A follow-up for an application, to be sent by the person."""
    found = yield from _found(ctx)
    if found is None:
        return ctx.say("which_application", applications=ctx.dialogue.get("applications", []))
    [outcome] = yield [
        ctx.call(
            "draft_follow_up",
            application_id=found["application_id"],
            tone=ctx.slots.tone,
            language=ctx.slots.language or ctx.language,
        )
    ]
    return draft(ctx, outcome)


def draft(ctx: Context, outcome: Outcome) -> str:
    """Show a draft that was written."""
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    return ctx.say("draft", subject=result.get("subject"), text=result.get("text", ""))


def application_stats(ctx: Context) -> Skill:
    """How the search goes, in numbers."""
    [outcome] = yield [ctx.call("application_stats")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("stats", stats=facts(outcome))


def export_applications(ctx: Context) -> Skill:
    """Write the applications to a file; “rav” is the Swiss proof of job-search efforts."""
    words = ctx.act.text.casefold()
    proof = any(
        word in words
        for word in ("rav", "orp", "urc", "nachweis", "preuve", "prova", "proof", "arbeitsbem")
    )
    kind = "rav" if proof else ctx.slots.file_format or "csv"
    time = first_time(ctx.slots)
    month = f"{(time.start if time else ctx.now):%Y-%m}" if proof or time else None
    [outcome] = yield [ctx.call("export_applications", format=kind, month=month)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("exported", result=facts(outcome))


def delete_application(ctx: Context) -> Skill:
    """Delete an application for good, after a yes."""
    found = yield from _found(ctx)
    if found is None:
        return ctx.say("which_application", applications=ctx.dialogue.get("applications", []))
    [outcome] = yield [ctx.call("delete_application", application_id=found["application_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue.update(application=None, applications=[])
    return ctx.say("deleted_application", application=found)
