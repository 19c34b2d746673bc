"""The terms that postings and résumés share: skills of the lexicon, and names of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from jobtracker.resumes.model import Resume

_WORD = re.compile(r"[^\W_][\w+#./&’'-]*[\w+#]|[^\W_]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Found:
    """A skill in a text: its `key` in the lexicon, its label, and the words as written."""

    key: str
    label: str
    words: str
    start: int


def skills_in(text: str) -> list[Found]:
    """Return the lexicon's skills that the text names, in order."""
    return list(_skills_in(text[:60000]))


@lru_cache(maxsize=4096)
def _skills_in(text: str) -> tuple[Found, ...]:
    from jobtracker.core.lexicon import skills

    return tuple(
        Found(m.skill.key, m.skill.label, text[m.span[0] : m.span[1]], m.span[0])
        for m in skills.find_skills(text)
    )


def fold(text: str) -> str:
    """Return the text in lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Return the folded words of the text, with marks such as C++ and .NET kept."""
    return list(_words(text))


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].rstrip("./-'’") for match in _WORD.finditer(fold(text)))


def fields(resume: Resume) -> Iterator[tuple[str, str]]:
    """Yield each text of the résumé with its JSON pointer; links, pictures and metadata are no
    text.
    """
    yield from _walk(resume.to_json(), "")


_SILENT = {"meta", "image", "url", "$schema", "email", "phone", "postalCode", "username"}


def _walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            if key not in _SILENT:
                yield from _walk(item, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _walk(item, f"{path}/{index}")
    elif isinstance(value, str):
        yield path, value
