"""Skills around the résumé: import, score, tailor, letters, export."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, Steps, facts, rows
from jobtracker.agent.mind.embedded.skills.focus import posting_in_focus, unclear_job


def import_resume(ctx: Context) -> Skill:
    """Read the résumé at a path."""
    if ctx.slots.path is None:
        return ctx.ask("path", "resume_where")
    path = ctx.slots.path.value
    [outcome] = yield [ctx.call("import_resume", path=path)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    result = facts(outcome)
    ctx.dialogue["resume"] = {k: result.get(k) for k in ("resume_id", "version_id")}
    return ctx.say(
        "resume_read", resume=result.get("resume") or {}, warnings=result.get("warnings", [])[:5]
    )


def resume_in_focus(ctx: Context) -> Steps[dict[str, Any] | None]:
    """Yield what is needed to know the résumé that is meant; None where there is none."""
    known: dict[str, Any] | None = ctx.dialogue.get("resume")
    if known:
        return known
    [outcome] = yield [ctx.call("list_resumes")]
    found = rows(outcome, "resumes")
    if not found:
        return None
    newest = {"resume_id": found[0].get("resume_id")}
    ctx.dialogue["resume"] = newest
    return newest


def _with_resume(ctx: Context, tool: str, **more: Any) -> Steps[dict[str, Any] | str]:
    """Call a tool with the résumé and the posting in focus; returns its result or what to say."""
    resume = yield from resume_in_focus(ctx)
    if resume is None:
        ctx.ask("path", "resume_where")
        return ctx.say("resume_first")
    [outcome] = yield [ctx.call(tool, resume_id=resume["resume_id"], **more)]
    return facts(outcome) if outcome["ok"] else ctx.failed(outcome)


def score_resume(ctx: Context) -> Skill:
    """How well the résumé fits the posting in focus."""
    job = posting_in_focus(ctx)
    if job is None:
        if ctx.dialogue.get("jobs"):
            return unclear_job(ctx)
        if len(ctx.message.split()) <= 60:
            return ctx.say("score_against_what")
    given = {"job_id": job["job_id"]} if job else {"job_text": ctx.message}
    result = yield from _with_resume(ctx, "score_resume", language=ctx.language, **given)
    if isinstance(result, str):
        return result
    return ctx.say("scored", job=job or {}, score=result)


def tailor_resume(ctx: Context) -> Skill:
    """Fit the résumé to the posting in focus, inventing nothing."""
    job = posting_in_focus(ctx)
    if job is None:
        return unclear_job(ctx, "posting_first")
    result = yield from _with_resume(
        ctx, "tailor_resume", job_id=job["job_id"], language=ctx.language
    )
    if isinstance(result, str):
        return result
    ctx.dialogue["resume"]["version_id"] = result.get("version_id")
    return ctx.say("tailored", job=job, result=result)


def write_cover_letter(ctx: Context) -> Skill:
    """Draft a letter for the posting in focus."""
    job = posting_in_focus(ctx)
    if job is None:
        return unclear_job(ctx, "posting_first")
    result = yield from _with_resume(
        ctx,
        "write_cover_letter",
        job_id=job["job_id"],
        tone=ctx.slots.tone,
        language=ctx.slots.language,
    )
    if isinstance(result, str):
        return result
    ctx.dialogue["letter"] = result.get("letter_id")
    return ctx.say("letter", job=job, text=result.get("text", ""))


def list_resumes(ctx: Context) -> Skill:
    """The résumés that are kept."""
    [outcome] = yield [ctx.call("list_resumes")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("resumes", resumes=rows(outcome, "resumes"))


def get_resume(ctx: Context) -> Skill:
    """What the résumé says, in short."""
    result = yield from _with_resume(ctx, "get_resume")
    if isinstance(result, str):
        return result
    return ctx.say("resume_shown", resume=result.get("resume") or {})


def edit_resume(ctx: Context) -> Skill:
    """Change the résumé as the person says."""
    result = yield from _with_resume(ctx, "edit_resume", instruction=ctx.act.text)
    if isinstance(result, str):
        return result
    ctx.dialogue["resume"]["version_id"] = result.get("version_id")
    return ctx.say("edited", result=result)


def export_resume(ctx: Context) -> Skill:
    """Write the résumé to a file."""
    known: dict[str, Any] = ctx.dialogue.get("resume") or {}
    result = yield from _with_resume(
        ctx,
        "export_resume",
        version_id=known.get("version_id"),
        format=ctx.slots.file_format or "pdf",
    )
    if isinstance(result, str):
        return result
    return ctx.say("exported", result=result)


def _older(ctx: Context) -> Steps[dict[str, Any] | str]:
    """Yield what is needed to know the version before the newest, or what to say."""
    result = yield from _with_resume(ctx, "get_resume")
    if isinstance(result, str):
        return result
    versions: list[dict[str, Any]] = result.get("versions") or []
    return versions[1] if len(versions) > 1 else ctx.say("one_version")


def diff_versions(ctx: Context) -> Skill:
    """What changed between the last two versions."""
    older = yield from _older(ctx)
    if isinstance(older, str):
        return older
    result = yield from _with_resume(ctx, "diff_versions", version_a=older["version_id"])
    return result if isinstance(result, str) else ctx.say("diff", result=result)


def restore_version(ctx: Context) -> Skill:
    """Go back to the version before the newest."""
    older = yield from _older(ctx)
    if isinstance(older, str):
        return older
    result = yield from _with_resume(ctx, "restore_version", version_id=older["version_id"])
    if isinstance(result, str):
        return result
    ctx.dialogue["resume"]["version_id"] = result.get("version_id")
    return ctx.say("restored", result=result)
