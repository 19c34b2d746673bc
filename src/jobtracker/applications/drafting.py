"""Writing a follow-up from templates and tracked facts; nothing else is ever said. Pure."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from jobtracker.applications.followups import rounds
from jobtracker.applications.pipeline import State
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.core.words import Reword, Reworded

Tone = Literal["professional", "enthusiastic", "concise"]
Language = Literal["en", "de", "fr", "it"]
LOCALES: dict[str, str] = {"en": "en_GB", "de": "de_CH", "fr": "fr_CH", "it": "it_CH"}
THANKS_DAYS = 4


@cache
def _templates() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "letters.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def kind_for(state: State, now: datetime) -> str:
    """Return which message fits the application as it stands.

    Raises:
        BadInput: there is nothing to follow up; the message says why.
    """
    past = [start for start, _ in rounds(state) if start <= now]
    if past and state.status in {"screening", "interview"}:
        fresh = (now.date() - past[-1].astimezone(now.tzinfo).date()).days <= THANKS_DAYS
        thanked = any(
            part["kind"] == "draft"
            and part["data"].get("kind") == "thank_you"
            and part["data"].get("status") == "sent"
            for part in state.parts.values()
        )
        return "thank_you" if fresh and not thanked else "interview"
    kinds = {
        "applied": "applied",
        "screening": "applied",
        "interview": "interview",
        "offer": "offer",
        "rejected": "rejected",
    }
    if state.status in kinds:
        return kinds[state.status]
    saved = state.status == "saved"
    code = "applications.no_follow_up_saved" if saved else "applications.no_follow_up"
    raise BadInput(say(code, title=state.title, company=state.company, status=state.status))


def write(
    state: State,
    tone: Tone,
    language: Language,
    sender: str,
    now: datetime,
    reword: Reword | None = None,
) -> dict[str, Any]:
    """Return the body of a draft: kind, subject, text, facts and what is missing.

    `reword` may say the sentences of the middle better; the facts stay.

    Raises:
        BadInput: there is nothing to follow up.
    """
    kind = kind_for(state, now)
    facts = _facts(state, language, now)
    table = _templates()
    template = table[kind][language]
    middle = list(template["core"])
    if tone != "concise":
        middle += template["formal" if tone == "professional" else "warm"]
    said = _fill(middle, facts)
    worded = reword(said, list(facts.values())) if reword else Reworded(said)
    body = " ".join(worded.lines)
    greeting = _fill([table["greeting"][language]], facts)[0]
    closing = table["closing"][tone][language]
    if language == "de":
        body = body[0].upper() + body[1:]
    lines = [greeting, body, f"{closing}\n{sender}".strip()]
    missing = [] if sender else [say("applications.no_sender")]
    if "contact" not in facts:
        missing.append(say("applications.no_contact"))
    used = _used([template["subject"], table["greeting"][language], *middle], facts)
    return {
        "application_id": state.id,
        "kind": "thank_you" if kind == "thank_you" else "follow_up",
        "language": language,
        "tone": tone,
        "subject": _fill([template["subject"]], facts)[0],
        "text": "\n\n".join(lines),
        "facts": [f"{name}: {facts[name]}" for name in used],
        "missing": missing,
        "status": "review",
        "created_at": now.isoformat(),
        "wording": worded.wording.model_dump() if worded.wording else None,
    }


def _facts(state: State, language: Language, now: datetime) -> dict[str, str]:
    facts = {"company": state.company, "title": state.title}
    if state.applied_on:
        facts["applied_on"] = long_date(date.fromisoformat(state.applied_on), language)
    past = [start for start, _ in rounds(state) if start <= now]
    if past:
        facts["interview_on"] = long_date(past[-1].astimezone(now.tzinfo).date(), language)
    if state.deadline and state.deadline >= now.date().isoformat():
        facts["deadline"] = long_date(date.fromisoformat(state.deadline), language)
    contacts = [part["data"]["name"] for part in state.parts.values() if part["kind"] == "contact"]
    if contacts:
        facts["contact"] = cast("str", contacts[-1])
    return facts


def long_date(day: date, language: Language) -> str:
    """Return the day in words, as usual in the language."""
    from babel.dates import format_date

    return format_date(day, "long", locale=LOCALES[language])


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def _choose(line: str, facts: dict[str, str]) -> str | None:
    for choice in line.split(" || "):
        if all(name in facts for name in _names(choice)):
            return choice
    return None


def _fill(lines: Iterable[str], facts: dict[str, str]) -> list[str]:
    chosen = (_choose(line, facts) for line in lines)
    return [line.format(**facts) for line in chosen if line is not None]


def _used(lines: Iterable[str], facts: dict[str, str]) -> list[str]:
    names = [name for line in lines for name in _names(_choose(line, facts) or "")]
    return list(dict.fromkeys(names))
