"""Telling English, German, French and Italian apart, and cutting text into sentences and words."""

from __future__ import annotations

import re
from functools import cache

from jobtracker.coaching.model import Language
from jobtracker.coaching.phrases import table

LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "it")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*", re.UNICODE)
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+")


@cache
def _common(language: Language) -> frozenset[str]:
    return frozenset(str(table("markers")["common"][language]).split())


def words(text: str) -> list[str]:
    """Return the words, in lower case."""
    return [word.casefold() for word in _WORD.findall(text)]


def sentences(text: str) -> list[str]:
    """Return the sentences, trimmed."""
    return [part.strip() for part in _BREAK.split(text) if part.strip()]


def detect(text: str, default: Language = "en") -> Language:
    """Return the language whose commonest words the text holds most; `default` where none."""
    tokens = [piece for word in words(text) for piece in re.split(r"[’']", word)]
    counts = {name: sum(token in _common(name) for token in tokens) for name in LANGUAGES}
    best: Language = max(LANGUAGES, key=lambda name: (counts[name], name == default))
    return best if counts[best] else default


def known(tag: str | None) -> Language | None:
    """Return the language of a BCP 47 tag where it is one of the four."""
    short = (tag or "").split("-")[0].casefold()
    return next((name for name in LANGUAGES if name == short), None)
