"""What a message says once its dressing is off: signs nobody sees, strokes through letters."""

from __future__ import annotations

import re
import unicodedata

from jobtracker.core.lexicon.lazy import lazy

_OVERLAYS = frozenset(chr(code) for code in (*range(0x334, 0x339), 0x20D2, 0x20D3, 0x20E5))
_SECRET = lazy(
    r"(?:[,;]?\s*\b(?:and|und|et|e)\s+)?(?:\b(?:my|meine?|mon|ma|mio|mia|la mia|il mio)\s+)?"
    r"(?:[\w-]{1,20}\s+){0,2}?(?:is|ist|est|è|:|=)?\s*\[[^\]\n]{1,30} removed\][,;.]?\s*",
    re.IGNORECASE,
)
_LEAST_LETTERS = 3
_LATIN_SHARE = 0.3


def undressed(message: str) -> str:
    """Return the message without invisible signs (zero width, direction, soft hyphens) and strokes.

    The joiner of emoji stays; what was taken out as a secret is no part of the wish.
    """
    if not message.isascii():
        message = "".join(
            char
            for char in unicodedata.normalize("NFC", message)
            if char not in _OVERLAYS and (char == "\u200d" or unicodedata.category(char) != "Cf")
        )
    if " removed]" in message and (rest := _SECRET.sub(" ", message)).strip():
        return rest.strip()
    return message


def foreign_script(message: str) -> bool:
    """Tell whether the words are of a script that none of our languages is written in."""
    letters = [char for char in message if char.isalpha()]
    if len(letters) < _LEAST_LETTERS:
        return False
    latin = sum(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in letters)
    return latin < _LATIN_SHARE * len(letters)
