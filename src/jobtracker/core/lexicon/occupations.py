"""Occupations in four languages, and where a text names one.

A form of a name counts as the name: plurals, the other gender, “Verkäufer/in”, “Pfleger:innen”, and
German words that end with one (“Chefbuchhalter”).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from jobtracker.core.lexicon.text import Word, words

Span = tuple[int, int]
_ENDINGS = ("innen", "nnen", "in", "en", "es", "n", "s", "e", "x")
_LEAST_STEM = 4
_LEAST_TAIL = 6
"""Letters of a name that a longer German word may end with: “koch” would find “Gekoch”."""
_GENDERED = re.compile(r"(?:/-?|[:*_]|\()(?:in|innen|frau|euse|e|trice|a)\b\)?", re.IGNORECASE)
_MOST_WORDS = 5
_ENGLISH_PLURAL = ("ies", "y")


class OccupationMention(NamedTuple):
    """An occupation that a text names, and the span of the name.

    `label` is the English one; empty for “engineer”, “Mitarbeiter”, which are work of any trade.
    """

    label: str
    span: Span


@dataclass
class _Index:
    names: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    first: frozenset[str] = frozenset()
    """Words that a name of several begins with."""
    tails: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """What a longer word may end with: its place in the table, and the label."""
    longest: int = 0


@cache
def occupations() -> dict[str, list[str]]:
    """Return the names of each occupation, by its English label.

    A name may end with `@` or `@en`: it is the job where nothing else is said, or in titles of that
    language, and an ordinary word elsewhere.
    """
    text = files("jobtracker.core.lexicon").joinpath("data", "occupations.tsv")
    rows = (line.split("\t") for line in text.read_text(encoding="utf-8").splitlines())
    return {row[0]: row[1].split(", ") for row in rows if not row[0].startswith("#")}


@cache
def _index() -> _Index:
    index = _Index()
    for label, names in occupations().items():
        for name in names:
            folded = tuple(word.folded for word in words(name.partition("@")[0]))
            if folded:
                index.names.setdefault(folded, label)
    index.first = frozenset(name[0] for name in index.names if len(name) > 1)
    alone = [(name[0], label) for name, label in index.names.items() if len(name) == 1]
    for place, (tail, label) in enumerate(alone):
        if len(tail) >= _LEAST_TAIL:
            index.tails[tail] = (place, label)
    index.longest = max(map(len, index.tails), default=0)
    return index


@cache
def _general() -> frozenset[str]:
    """Words for people at work that say of no trade which, folded."""
    text = files("jobtracker.core.lexicon").joinpath("data", "at_work.txt")
    return frozenset(text.read_text(encoding="utf-8").split())


def find_occupations(text: str) -> list[OccupationMention]:
    """Return the occupations that a text names, the longest name at each place, in order."""
    said = words(text)
    found: list[OccupationMention] = []
    at = 0
    while at < len(said):
        label, length = _named(said, at)
        if label is None:
            at += 1
            continue
        end = said[at + length - 1].end
        if behind := _GENDERED.match(text, end):
            end = behind.end()
        found.append(OccupationMention(label, (said[at].start, end)))
        at += length
        while at < len(said) and said[at].start < end:
            at += 1
    return found


def _named(said: list[Word], at: int) -> tuple[str | None, int]:
    index = _index()
    alone = said[at].folded
    most = min(_MOST_WORDS, len(said) - at) if alone in index.first else 1
    for length in range(most, 1, -1):
        before = tuple(word.folded for word in said[at : at + length - 1])
        for last in _forms(said[at + length - 1].folded):
            if label := index.names.get((*before, last)):
                return label, length
    return _alone(alone), 1


@lru_cache(8192)
def _alone(word: str) -> str | None:
    """Return the occupation that one word names; empty for people at work of any trade."""
    names = _index().names
    for form in _forms(word):
        if label := names.get((form,)):
            return label
    if any(form in _general() for form in _forms(word)):
        return ""
    return _by_tail(word)


@lru_cache(8192)
def _forms(word: str) -> tuple[str, ...]:
    """Return the word, and what it may be a form of."""
    forms = [word]
    for ending in _ENDINGS:
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= _LEAST_STEM:
            forms.append(stem)
            if ending in ("in", "innen"):
                forms.append(stem + "e")  # “Pädagogin”: “Pädagoge”
    if word.endswith(_ENGLISH_PLURAL[0]):
        forms.append(word[:-3] + _ENGLISH_PLURAL[1])
    return tuple(forms)


def _by_tail(word: str) -> str | None:
    """“Chefbuchhalter” is a “Buchhalter”."""
    tails, longest = _index().tails, _index().longest
    for form in _forms(word):
        if len(form) < _LEAST_TAIL + 3:
            continue
        ends = (form[-length:] for length in range(_LEAST_TAIL, min(len(form), longest) + 1))
        if found := [tails[end] for end in ends if end in tails]:
            return min(found)[1]
    return None
