"""Skills that need no tool: greeting, help, memory, what is out of scope."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.cleaning import foreign_script
from jobtracker.agent.mind.embedded.context import Context, Skill, SkillFunction
from jobtracker.agent.mind.embedded.skills.focus import place_name


def _plain(key: str) -> SkillFunction:
    def skill(ctx: Context) -> Skill:
        yield from ()
        return ctx.say(key)

    skill.__doc__ = f"Say “{key}”."
    return skill


greeting = _plain("greeting")
goodbye = _plain("goodbye")
thanks = _plain("thanks")
help_ = _plain("help")
small_talk = _plain("small_talk")
cancel = _plain("cancelled")


def yes(ctx: Context) -> Skill:
    """A yes with nothing to confirm: go on with what is at hand."""
    yield from ()
    return ctx.say("yes_to_what")


def no(ctx: Context) -> Skill:
    """A no with nothing to confirm."""
    yield from ()
    return ctx.say("fine")


def out_of_scope(ctx: Context) -> Skill:
    """Say what can be done instead; never a made-up answer."""
    yield from ()
    return ctx.say("other_script" if foreign_script(ctx.message) else "out_of_scope")


def remember_preference(ctx: Context) -> Skill:
    """Keep what the person prefers, keyed so that a newer one replaces the older."""
    yield from ()
    kept: list[str] = []
    for key, value, shown in _preferences(ctx):
        text = ctx.say(f"prefers_{key}", value=shown)
        ctx.memory.remember(ctx.user, "preference", key, text, {"value": value}, ctx.thread_id)
        kept.append(shown)
    if not kept:
        return (yield from remember_fact(ctx))
    return ctx.say("remembered", what=kept)


def _preferences(ctx: Context) -> list[tuple[str, Any, str]]:
    slots = ctx.slots
    found: list[tuple[str, Any, str]] = []
    if slots.work_mode:
        found.append(("work_mode", slots.work_mode, ctx.say("word_" + slots.work_mode)))
    if place := place_name(slots):
        found.append(("location", place, place))
    if slots.employment_type:
        found.append(
            ("employment_type", slots.employment_type, ctx.say("word_" + slots.employment_type))
        )
    if slots.salary and (slots.salary.min or slots.salary.max):
        amount = slots.salary.min or slots.salary.max
        pay = {
            "min": str(amount),
            "currency": slots.salary.currency,
            "period": slots.salary.period,
        }
        factor = {"year": 1, "month": slots.salary.months, "week": 52, "day": 220, "hour": 1900}
        yearly = float((amount or 0) * factor[slots.salary.period])
        found.append(("salary_min", yearly, ctx.say("pay", pay=pay)))
    if slots.pensum:
        found.append(
            (
                "pensum",
                {"min": slots.pensum.min, "max": slots.pensum.max},
                f"{slots.pensum.min}–{slots.pensum.max} %",
            )
        )
    if slots.role:
        found.append(("role", slots.role.value, slots.role.value))
    return found


def remember_dislike(ctx: Context) -> Skill:
    """Keep what the person never wants to see."""
    yield from ()
    values = [*ctx.slots.excluded, *ctx.slots.companies]
    words = [value.value for value in values] or [skill.value for skill in ctx.slots.skills]
    if not words and ctx.slots.role:
        words = [ctx.slots.role.value]
    if not words:
        return ctx.ask("text", "dislike_what")
    for word in words:
        key = word.casefold()
        text = ctx.say("dislikes_it", value=word)
        ctx.memory.remember(ctx.user, "dislike", key, text, {"value": word}, ctx.thread_id)
    return ctx.say("disliked", what=words)


def remember_fact(ctx: Context) -> Skill:
    """Keep something that the person tells of themselves."""
    yield from ()
    said = ctx.slots.note  # what stands behind “remember that”
    text = (said.value if said else ctx.act.text).strip()
    ctx.memory.remember(ctx.user, "fact", text.casefold()[:120], text, {}, ctx.thread_id)
    return ctx.say("noted", what=text)


def recall_memory(ctx: Context) -> Skill:
    """What is known of the person."""
    yield from ()
    return ctx.say("memories", memories=ctx.memory.known(ctx.user))


def forget_memory(ctx: Context) -> Skill:
    """Forget what is named, or the last thing that was kept; all of it only after a yes."""
    yield from ()
    everything = not ctx.act.confirmed and ctx.memory.means_everything(ctx.act.text)
    if everything and ctx.memory.known(ctx.user):
        return ctx.ask("sure", "forget_all_sure")
    forgotten = ctx.memory.forget_said(ctx.user, ctx.act.text)
    return ctx.say("forgotten", what=forgotten) if forgotten else ctx.say("nothing_to_forget")
