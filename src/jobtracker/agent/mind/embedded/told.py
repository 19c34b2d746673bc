"""Says the errors of servers, which are in English, in the person's language.

Reasons, notes and questions servers word themselves (`core/speech.py`). The errors and their
translations are data: `prompts/replies/v1/told.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_SAFE = 600
"""Characters of a sentence that is looked at; longer ones are texts, not sentences."""


@cache
def rows(path: Path) -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """Return the sentences of the file: what is said, and the template of each language.

    Raises:
        KeyError, re.error: the file is not of that shape.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        (re.compile(row["en"]), {name: text for name, text in row.items() if name != "en"})
        for row in content["said"]
    ]


def find(text: str, language: str, path: Path) -> tuple[str, dict[str, str | None]] | None:
    """Return the template for a sentence in another language, and its facts; None if unknown."""
    if len(text) > _SAFE:
        return None
    for pattern, templates in rows(path):
        if language in templates and (match := pattern.fullmatch(text)):
            return templates[language], match.groupdict()
    return None
