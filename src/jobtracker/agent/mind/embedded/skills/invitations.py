"""What to do about an invitation that was pasted: book, move or call off, each after a yes."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, facts, rows
from jobtracker.agent.mind.embedded.skills.calendars import EVENT_KEPT, localised

INVITATION_KEPT = ("duration_minutes", "link", "location", "uid", "timezone")


def read_invitation(ctx: Context) -> Skill:
    """Understand an invitation that was pasted, and say what to do about it."""
    # After a yes the message is that yes; what was pasted is still in the act.
    pasted = max(ctx.message, ctx.act.text, key=len)
    if len(pasted.split()) < 8:
        return ctx.ask("text", "paste_invitation")
    ics = pasted if "BEGIN:VCALENDAR" in pasted else None
    [outcome] = yield [ctx.call("read_invitation", ics=ics, text=None if ics else pasted)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    invitation = facts(outcome)
    if known := invitation.get("known_event_id"):
        if invitation.get("method") == "CANCEL":
            return (yield from _called_off(ctx, invitation, str(known)))
        if invitation.get("method") == "UPDATE" and invitation.get("start"):
            return (yield from _moved_by_mail(ctx, invitation, str(known)))
    proposed: list[dict[str, Any]] = invitation.get("proposed_times") or []
    if not proposed and invitation.get("start"):
        conflict = "; ".join(invitation.get("conflicts") or [])
        proposed = [
            {"start": invitation["start"], "end": invitation.get("end"), "conflict": conflict}
        ]
    checks = [localised(ctx, slot) for slot in proposed]
    ctx.dialogue["slots"] = proposed
    ctx.dialogue.update(list="slots", offer=bool(proposed))
    if invitation.get("company"):
        ctx.dialogue["job"] = {"company": invitation["company"], "title": invitation.get("role")}
        ctx.dialogue["application"] = None
    ctx.dialogue["invitation"] = {key: invitation.get(key) for key in INVITATION_KEPT}
    return _with_reply(ctx.say("invitation", invitation=invitation, slots=checks), invitation)


def _with_reply(said: str, invitation: dict[str, Any]) -> str:
    """Add the drafted answer, which the person sends; it is in the language of the invitation."""
    draft = str(invitation.get("reply") or "").strip()
    return f"{said}\n\n> {draft.replace(chr(10), chr(10) + '> ')}" if draft else said


def _called_off(ctx: Context, invitation: dict[str, Any], event_id: str) -> Skill:
    """A mail calls an interview off that is booked: take it out, after a yes."""
    [outcome] = yield [ctx.call("cancel_event", event_id=event_id)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue.pop("event", None)
    said = ctx.say("cancelled_event", event={"summary": facts(outcome).get("summary")})
    return _with_reply(said, invitation)


def _moved_by_mail(ctx: Context, invitation: dict[str, Any], event_id: str) -> Skill:
    """A mail moves an interview that is booked: move it with its blocks, after a yes."""
    [outcome] = yield [
        ctx.call(
            "reschedule_event",
            event_id=event_id,
            start=invitation["start"],
            duration_minutes=invitation.get("duration_minutes"),
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    moved = rows(outcome, "events")
    event = {key: moved[0].get(key) for key in EVENT_KEPT} if moved else {"event_id": event_id}
    ctx.dialogue.update(event=event, about="event")
    said = ctx.say("rescheduled", event=event, start=ctx.local(str(invitation["start"])))
    return _with_reply(said, invitation)
