"""Drafting a message to a person from known facts; it waits for review and is never sent. Pure."""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Any, cast

from jobtracker.coaching.model import Fact, Language, OutreachKind, Tone
from jobtracker.coaching.phrases import table
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say
from jobtracker.core.words import Reword, Reworded

LINKEDIN_LIMIT = 300

_NEEDED = {
    "person": "coaching.no_person", "company": "coaching.no_company", "role": "coaching.no_role",
}  # fmt: skip
"""What the person fills in where it is not known."""


def write(
    kind: OutreachKind,
    language: Language,
    tone: Tone,
    facts: dict[str, Fact],
    sender: str,
    reword: Reword | None = None,
) -> dict[str, Any]:
    """Return the body of a draft; `facts` by the names person, company, role and label.

    `reword` may say the sentences of the middle better; a note of 300 characters stays as it is.

    Raises:
        BadInput: a LinkedIn note cannot be kept within 300 characters.
    """
    words = table("outreach")
    template = cast("dict[str, Any]", words[kind][language])
    middle = list(cast("list[str]", template["core"]))
    if tone != "concise":
        middle += template["formal" if tone == "professional" else "warm"]
    greeting = str(words["greeting"][language])
    lines = [greeting, *middle, str(template["subject"])]
    worded = Reworded([])
    if kind == "linkedin":
        text = _note(greeting, middle, facts, sender)
    else:
        worded = Reworded(_fill(middle, facts))
        if reword:
            worded = reword(worded.lines, [fact.text for fact in facts.values()])
        body = " ".join(worded.lines)
        closing = str(words["closing"][tone][language])
        text = "\n\n".join([_fill([greeting], facts)[0], body, f"{closing}\n{sender}".strip()])
    missing = [] if sender else [say("coaching.no_sender")]
    missing += [say(code) for name, code in _NEEDED.items() if name not in facts]
    return {
        "kind": kind,
        "language": language,
        "tone": tone,
        "subject": (_fill([str(template["subject"])], facts) or [""])[0],
        "text": text,
        "characters": len(text),
        "facts": [facts[name].model_dump() for name in _used(lines, facts)],
        "missing": missing,
        "status": "review",
        "wording": worded.wording.model_dump() if worded.wording else None,
    }


def _note(greeting: str, middle: list[str], facts: dict[str, Fact], sender: str) -> str:
    """Return a note of at most 300 characters, leaving out what does not fit, politeness first."""
    for count in range(len(middle), 0, -1):
        for known in (facts, {k: v for k, v in facts.items() if k != "role"}):
            parts = [*_fill([greeting], known), *_fill(middle[:count], known), sender]
            text = " ".join(part for part in parts if part)
            if len(text) <= LINKEDIN_LIMIT:
                return text
    raise BadInput("the names are too long for a LinkedIn note of 300 characters; shorten them")


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def _choose(line: str, facts: dict[str, Fact]) -> str | None:
    for choice in line.split(" || "):
        if all(name in facts for name in _names(choice)):
            return choice
    return None


def _fill(lines: Iterable[str], facts: dict[str, Fact]) -> list[str]:
    texts = {name: fact.text for name, fact in facts.items()}
    chosen = (_choose(line, facts) for line in lines)
    return [line.format(**texts) for line in chosen if line]


def _used(lines: Iterable[str], facts: dict[str, Fact]) -> list[str]:
    names = [name for line in lines for name in _names(_choose(line, facts) or "")]
    return list(dict.fromkeys(names))
