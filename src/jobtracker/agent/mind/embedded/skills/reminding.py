"""“Remind me on Friday to call them”: what is to be told, and when."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
from typing import Any

from jobtracker.agent.mind.embedded.context import Context, Skill, facts, first_time
from jobtracker.agent.mind.embedded.skills.focus import by_company
from jobtracker.core.lexicon.lazy import lazy
from jobtracker.core.lexicon.times import find_times

_DAYS = frozenset({"day", "week", "month"})
_LEAD = lazy(
    r"(?i)^\W*(?:(?:please|pls|can you|could you|bitte|kannst du|tu peux|peux-tu|puoi|hey|hi|ok|and|und|et|e|also|so|hm)\W+)*"
    r"(?:(?:set|make|put|create) (?:me )?(?:a |in a )?reminder(?: in)?|i need a reminder|remind(?:er)?(?: me)?(?: of)?|"
    r"(?:don[’']?t|do not) let me forget|make sure i don[’']?t forget|(?:ping|nudge|poke|alert) me|give me a shout|note to self|"
    r"erinner\w*(?: du)?(?: (?:mich|mi))?|erinnerung(?: an)?|(?:mach|setz)\w* (?:mir )?eine erinnerung|lass mich nicht vergessen|ich darf nicht vergessen|"
    r"gib mir (?:einen )?schubs|stups mich|sag mir|reminder|wecker|chasch mi|"
    r"rappelle[- ]moi|me rappeler|fais[- ]moi penser|mets[- ]?(?:moi )?un rappel|programme un rappel|(?:un petit )?rappel|préviens[- ]moi|ne me laisse pas oublier|"
    r"ricorda(?:mi|rmi)?|mi ricordi|mett\w*(?:mi)? un promemoria|imposta un promemoria|(?:un )?promemoria|fammi ricordare|avvertimi|non farmi dimenticare|non lasciarmi dimenticare)\W*"
)
_LINK = lazy(
    r"(?i)^\W*(?:(?:to|that|about|for|of|i have to|i need to|i must|on|at|in|by|"
    r"daran|dran|dass|ich|an|auf|am|um|wegen|für|zu|muss|"
    r"de|d[’']|que|je dois|pour|à|"
    r"di|che|devo|per|da)[\s,]+|d[’']|dass? ich )+"
)
_TAIL = lazy(
    r"(?i)[\s,.;!?]*(?:(?:,\s*)?(?<!\w)(?:remind me|erinnere mich|rappelle-le-moi|ricordamelo|please|pls|bitte|svp|stp|s'il te plaît|per favore|thanks|danke|merci|grazie|on|at|in|by|am|um|à|le|il|alle|for|für|pour|per|to|daran|dran|erinnern|anrufen muss)?)[\s,.;!?]*$"
)
_POINTS = lazy(
    r"(?i)\W*(?:do |das |dies |fai |faire )?(?:that|this|it|so|that one|this one|das|daran|dies|ça|cela|le|lo|quello|questo|farlo|le faire|do (?:that|this|it))?\W*"
)


def set_reminder(ctx: Context) -> Skill:
    """Keep what the person wants to be reminded of."""
    about = _application(ctx)
    text = _what(ctx)
    if _POINTS.fullmatch(text):
        if about is None:
            return ctx.ask("text", "remind_of_what")
        named = (about.get("title"), about.get("company"))
        text = ", ".join(str(word) for word in named if word)
    time = first_time(ctx.slots)
    if time is None:
        return ctx.ask("time", "remind_when")
    start = time.start
    due = start.date().isoformat() if time.grain in _DAYS else start.isoformat()
    [outcome] = yield [
        ctx.call(
            "set_reminder", text=text[:300], due=due,
            application_id=about.get("application_id") if about else None,
        )
    ]  # fmt: skip
    if not outcome["ok"]:
        return ctx.failed(outcome)
    planned = facts(outcome)
    return ctx.say("reminder_set", text=planned.get("text"), due=ctx.local(str(planned["due"])))


def _application(ctx: Context) -> dict[str, Any] | None:
    """Return the application that is named, or the one in focus where none is."""
    focus: dict[str, Any] | None = ctx.dialogue.get("application")
    shown: list[dict[str, Any]] = ctx.dialogue.get("applications") or []
    items = [*([focus] if focus else []), *shown]
    if found := by_company(items, ctx.slots):
        return found
    return None if ctx.slots.companies else focus


def _what(ctx: Context) -> str:
    """Return the words of the message without the asking and without the time."""
    if ctx.slots.note is not None:
        return ctx.slots.note.value
    # Read anew: behind a question the text is of two messages, and the spans of one.
    text = ctx.act.text
    for time in reversed(find_times(text, ctx.now, ctx.language)):
        text = f"{text[: time.span[0]].rstrip()} {text[time.span[1] :].lstrip()}"
    text = _LEAD.sub("", text.strip())
    for _ in range(3):
        text = _LINK.sub("", _TAIL.sub("", text.strip()))
    return text.strip(" ,.;:!?")
