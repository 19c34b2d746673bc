"""Whether a text is a person's name."""

from __future__ import annotations

import re

from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.places import is_place
from jobtracker.resumes.reading.vocabulary import TITLE_WORDS, title_score

_PARTICLES = frozenset(
    [
        "von",
        "van",
        "de",
        "di",
        "da",
        "del",
        "della",
        "der",
        "den",
        "zu",
        "le",
        "la",
        "dos",
        "bin",
        "al",
        "el",
        "ten",
        "y",
        "e",
    ]
)


def is_name(text: str, *, with_title: bool = False) -> bool:
    """Tell whether a text is a person's name; `with_title` allows words of a job title in it."""
    text = re.split(r",|\s[–|·-]\s", text)[0].strip()
    words = text.split()
    if re.fullmatch(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}", text):
        return True
    if not 2 <= len(words) <= 6 or len(text) > 45 or re.search(r"[\d@:/]", text):
        return False
    if heading_section(text) or is_place(text):
        return False
    if with_title:
        return all(_begins_name(word) for word in words) and title_score(text) < len(words)
    if title_score(text) > 0:
        return False
    fine = all(_begins_name(word) or word.casefold() in _PARTICLES for word in words)
    return fine and not any(word.casefold() in TITLE_WORDS for word in words)


def _begins_name(word: str) -> bool:
    """Tell a capital, or a letter of a script that has none (Arabic, Georgian, Devanagari)."""
    first = word.lstrip("(“\"'’")[:1]
    return first.isupper() or (first.isalpha() and first.upper() == first.lower())
