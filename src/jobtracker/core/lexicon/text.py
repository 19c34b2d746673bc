"""Words of a text with their spans, folded so that case, accents and umlauts do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SPECIAL = str.maketrans(
    {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"}
)
_PLAIN = str.maketrans("äöüàâáãåéèêëíìîïóòôõúùûçñšžčćř", "aouaaaaaeeeeiiiioooouuucnszccr")
_TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WRITTEN_OUT = frozenset("äöüåø")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


class Word(NamedTuple):
    """A run of letters: `folded` to compare, `raw` as written, at `start:end` of the text."""

    folded: str
    raw: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower-case without accents: “Zürich” → “zurich”, “Straße” → “strasse”."""
    text = text.lower()
    if text.isascii():
        return text
    text = text.translate(_SPECIAL).translate(_PLAIN)
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def transliterate(text: str) -> str:
    """Fold with umlauts written out: “Zürich” → “zuerich”."""
    return fold(unicodedata.normalize("NFC", text).lower().translate(_TRANSLITERATED))


def words(text: str) -> list[Word]:
    """Split into runs of letters; digits, hyphens, apostrophes and the rest separate them."""
    return [
        Word(fold(raw := found.group()), raw, found.start(), found.end())
        for found in _WORD.finditer(text)
    ]


_NO_WORD = bytes(byte if chr(byte).isalnum() and byte < 128 else 32 for byte in range(256))


@lru_cache(maxsize=8)
def ascii_words(text: str) -> tuple[str, ...]:
    """Split ASCII text into runs of letters and digits, in lower case, by a table.

    That takes a fifth of a pattern's time. Of one posting several want the words, one after the
    other, so the last few texts are remembered.
    """
    plain = text.lower().encode("ascii").translate(_NO_WORD)
    return tuple(plain.decode("ascii").split())


def keys(name: str) -> set[tuple[str, ...]]:
    """The ways to look a name up: folded words, and with its umlauts written out."""
    plain = tuple(_WORD.findall(fold(name)))
    if name.isascii() or _WRITTEN_OUT.isdisjoint(name.lower()):
        return {plain}
    return {plain, tuple(_WORD.findall(transliterate(name)))}
