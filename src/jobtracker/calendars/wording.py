"""How a booking is put into words, and what its words must be like."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from jobtracker.calendars import availability as free
from jobtracker.calendars.entry import Draft, Entry, Occurrence
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.speech import say

MAX_TEXT = 300
TITLES: dict[str, dict[str, str]] = {
    "en": {
        "interview": "Interview: {name}", "preparation": "Prepare: {name}",
        "research": "Research: {name}", "travel": "Travel to {name}",
        "return": "Travel back from {name}",
    },
    "de": {
        "interview": "Vorstellungsgespräch: {name}", "preparation": "Vorbereitung: {name}",
        "research": "Recherche: {name}", "travel": "Hinweg: {name}",
        "return": "Rückweg: {name}",
    },
    "fr": {
        "interview": "Entretien : {name}", "preparation": "Préparation : {name}",
        "research": "Recherches : {name}", "travel": "Trajet : {name}",
        "return": "Trajet retour : {name}",
    },
    "it": {
        "interview": "Colloquio: {name}", "preparation": "Preparazione: {name}",
        "research": "Ricerca: {name}", "travel": "Tragitto: {name}",
        "return": "Tragitto di ritorno: {name}",
    },
}  # fmt: skip
TODO: dict[str, dict[str, str]] = {
    "en": {
        "research": "Read the posting again, the employer's site and news, and who you will meet.",
        "preparation": "Go through your stories, the likely questions and your own questions.",
    },
    "de": {
        "research": "Inserat, Website und Neuigkeiten des Arbeitgebers lesen, und wer dabei ist.",
        "preparation": "Eigene Beispiele, wahrscheinliche Fragen und eigene Fragen durchgehen.",
    },
    "fr": {
        "research": "Relire l'annonce, le site et l'actualité de l'employeur, et qui sera présent.",
        "preparation": "Revoir vos exemples, les questions probables et vos propres questions.",
    },
    "it": {
        "research": "Rileggere l'annuncio, il sito e le novità del datore, e chi sarà presente.",
        "preparation": "Ripassare i propri esempi, le domande probabili e le proprie domande.",
    },
}


def title(kind: str, name: str, language: str) -> str:
    """Return the title of one of our events in the person's language, English where unknown."""
    return TITLES.get(language, TITLES["en"])[kind].format(name=name)


def language_of(summary: str) -> str | None:
    """Return the language in which the title of an interview was written."""
    for language, titles in TITLES.items():
        if summary.startswith(titles["interview"].partition("{")[0]):
            return language
    return None


def todo(kind: str, language: str) -> str | None:
    """Return what a block is for, in the person's language."""
    return TODO.get(language, TODO["en"]).get(kind)


def one_line(raw: str, name: str) -> str:
    """Return one clean line.

    Raises:
        BadInput: it is too long to be a name.
    """
    line = " ".join(raw.split())
    if len(line) > MAX_TEXT:
        raise BadInput(f"{name} is longer than {MAX_TEXT} characters; shorten it")
    return line


def folded(text: str | None) -> str:
    """Return text as it is compared."""
    return " ".join((text or "").casefold().split())


def facts_of(draft: Draft) -> dict[str, Any]:
    """Return title, day, time, zone and length, for a question."""
    # In epoch seconds: subtracting two times of one zone would ignore a clock change between them.
    minutes = (free.seconds(draft.end) - free.seconds(draft.start)) // 60
    return {"title": draft.summary, "at": draft.start, "zone": draft.timezone, "n": minutes}


def listed(clashes: list[Occurrence], zone: tzinfo) -> str:
    """Return the first conflicts by name, for a question."""
    shown = ", ".join(free.describe(o, zone) for o in clashes[:3])
    return say("calendars.more", what=shown, n=len(clashes) - 3) if len(clashes) > 3 else shown


def single(entries: list[Entry]) -> Entry:
    """Return the one entry that can be moved as a whole.

    Raises:
        BadInput: it repeats, or takes whole days.
    """
    entry = entries[0]
    if any(e.rule or e.rdates for e in entries) or len(entries) > 1:
        raise BadInput(say("calendars.repeating", title=entry.summary[:60]))
    if entry.all_day:
        raise BadInput(say("calendars.whole_days", title=entry.summary[:60]))
    return entry


def occurrence_start(wanted: str) -> datetime | None:
    """Return the start in the id of one occurrence."""
    _, _, stamp = wanted.partition("@")
    if not stamp:
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as exc:
        raise NotFound(say("calendars.unknown", id=wanted[:60])) from exc
