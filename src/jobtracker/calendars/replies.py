"""Answers to invitations, ready to be sent: yes to a time, or three other ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

_TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "hello": "Hello {name},",
        "accept": "thank you for the invitation. {when} suits me well; I look forward to it.",
        "offer": "thank you for the invitation. Unfortunately I am not free then. "
        "These times would suit me:",
        "thanks": "thank you for letting me know.",
        "bye": "Kind regards",
    },
    "de": {
        "hello": "Guten Tag {name}",
        "accept": "Vielen Dank für die Einladung. {when} passt mir gut; ich freue mich auf das "
        "Gespräch.",
        "offer": "Vielen Dank für die Einladung. Leider bin ich dann verhindert. Diese Termine "
        "würden mir passen:",
        "thanks": "Vielen Dank für die Mitteilung.",
        "bye": "Freundliche Grüsse",
    },
    "fr": {
        "hello": "Bonjour {name},",
        "accept": "Merci pour votre invitation. {when} me convient bien ; je me réjouis de cet "
        "entretien.",
        "offer": "Merci pour votre invitation. Malheureusement, je ne suis pas disponible à ce "
        "moment-là. Ces dates me conviendraient :",
        "thanks": "Merci de m'avoir prévenu.",
        "bye": "Meilleures salutations",
    },
    "it": {
        "hello": "Buongiorno {name},",
        "accept": "La ringrazio per l'invito. {when} mi va bene; sarò lieto di parlare con voi.",
        "offer": "La ringrazio per l'invito. Purtroppo in quel momento non sono disponibile. "
        "Questi orari mi andrebbero bene:",
        "thanks": "La ringrazio per la comunicazione.",
        "bye": "Cordiali saluti",
    },
}
_PATTERN = {
    "en": "EEEE, d MMMM y, HH:mm",
    "de": "EEEE, d. MMMM y, HH:mm 'Uhr'",
    "fr": "EEEE d MMMM y 'à' HH:mm",
    "it": "EEEE d MMMM y 'alle' HH:mm",
}


def _texts(language: str | None) -> tuple[str, dict[str, str]]:
    code = (language or "en").split("-")[0]
    return (code, _TEXTS[code]) if code in _TEXTS else ("en", _TEXTS["en"])


def _when(moment: datetime, code: str, home: str) -> str:
    """Write a time out; the zone is named where it is not the reader's own."""
    from babel.dates import format_datetime

    text = format_datetime(moment.replace(tzinfo=None), _PATTERN[code], locale=code)
    zone = getattr(moment.tzinfo, "key", "")
    shown = text[:1].upper() + text[1:]
    return f"{shown} ({zone})" if zone and zone != home else shown


def accept(language: str | None, name: str | None, start: datetime, home: str) -> str:
    """Return a yes to one time."""
    code, texts = _texts(language)
    return _letter(texts, name, texts["accept"].format(when=_when(start, code, home)))


def offer(language: str | None, name: str | None, starts: Sequence[datetime], home: str) -> str:
    """Return a friendly no with other times."""
    code, texts = _texts(language)
    times = "\n".join(f"- {_when(start, code, home)}" for start in starts)
    return _letter(texts, name, f"{texts['offer']}\n{times}")


def acknowledge(language: str | None, name: str | None) -> str:
    """Return a thank-you for a cancellation."""
    _, texts = _texts(language)
    return _letter(texts, name, texts["thanks"])


def _letter(texts: dict[str, str], name: str | None, body: str) -> str:
    greeting = texts["hello"].format(name=name or "").replace(" ,", ",").rstrip()
    return f"{greeting}\n\n{body}\n\n{texts['bye']}"
