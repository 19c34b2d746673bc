"""Which languages a text says that somebody speaks, and how well."""

from __future__ import annotations

import re

from jobtracker.resumes.model import Language
from jobtracker.resumes.reading.vocabulary import FLUENCY, LANGUAGES

_NAMED_LANGUAGE = re.compile(
    r"(?:^|[,;|•·\t]\s*)([^\W\d_]{3,}(?:[ -][^\W\d_]{3,})?)\s*[:(\t–—,-]\s*(?="
    + FLUENCY.pattern.removeprefix(r"\b")
    + ")",
    re.IGNORECASE,
)
"""A name that a level follows: any word can be a language under the heading of languages."""


def _language_marks(text: str, *, named: bool) -> list[re.Match[str]]:
    marks = [
        match
        for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)?", text)
        if match[0].casefold() in LANGUAGES
    ]
    if not named:
        return marks
    taken = {mark.start() for mark in marks}
    for match in _NAMED_LANGUAGE.finditer(text):
        inside = re.compile(re.escape(match[1])).match(text, match.start(1))
        if inside and inside.start() not in taken and not FLUENCY.fullmatch(match[1]):
            marks.append(inside)
    if not marks and re.fullmatch(r"[^\W\d_]{3,20}", text.strip()) and text.strip()[0].isupper():
        whole = re.compile(r"\w+").search(text)
        if whole and not FLUENCY.fullmatch(whole[0]):
            marks.append(whole)
    return sorted(marks, key=lambda mark: mark.start())


def languages_in(text: str, *, named: bool = False) -> list[Language]:
    """Return the languages that a line names, each with the words behind it as its fluency.

    `named`: the line stands under a heading of languages, so a name unknown here is one too.
    """
    marks = _language_marks(text, named=named)
    marks = [
        m for i, m in enumerate(marks) if i == 0 or not _is_level_context(text, marks[i - 1], m)
    ]
    result: list[Language] = []
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        tail = text[mark.end() : end].replace("\t", " ")
        fluency = tail.strip(" :,;|•·–—-()/").strip()
        fluency = re.sub(r"\s*(?:,|;|\||•|·|\band|\bund|\bet|\be)\s*$", "", fluency).strip(" ()")
        if not fluency and (lead := _leading_level(text[: mark.start()])):
            fluency = lead
        result.append(Language(language=mark[0], fluency=fluency or None))
    return result


def _is_level_context(text: str, before: re.Match[str], mark: re.Match[str]) -> bool:
    """Tell `German (Swiss German)` from two languages."""
    between = text[before.end() : mark.start()]
    return between.count("(") > between.count(")")


def _leading_level(text: str) -> str | None:
    lead = re.split(r"[,;|•·\t]", text)[-1]
    found = FLUENCY.findall(lead)
    return str(found[-1]) if found and len(lead) < 40 else None
