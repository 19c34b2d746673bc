"""A misspelt word of a query: the nearest word that names an occupation or a skill."""

from __future__ import annotations

from collections import Counter
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from jobtracker.core.lexicon import skills
from jobtracker.jobs.roles import find_role, names
from jobtracker.jobs.text import terms

SHORTEST = 4
LONG = 8
"""From so many letters on, two slips are believed."""


@cache
def _words() -> dict[str, int]:
    """Return the terms that names of occupations and skills are made of, and in how many."""
    spelled = Counter(term for name in names() for term in name)
    for skill in skills.vocabulary():
        for name in (skill.label, *(each for some in skill.names.values() for each in some)):
            spelled.update(terms(name))
    return {w: n for w, n in spelled.items() if len(w) >= SHORTEST and w.isalpha()}


def nearest_word(word: str) -> str | None:
    """Return the one nearest known word, None where none or several are as near.

    `word` is an index term; words of few letters are left as they are.
    """
    if len(word) < SHORTEST or not word.isalpha() or word in _words():
        return None
    most = 2 if len(word) >= LONG else 1
    found = process.extract(
        word, _words().keys(), scorer=OSA.distance, score_cutoff=most, limit=5, processor=None
    )
    near = [(term, distance) for term, distance, _ in found if term[0] == word[0] or distance == 1]
    best = [term for term, distance in near if distance == near[0][1]]
    best.sort(key=lambda term: -_words()[term])
    # As near to several: the one must be a form of the other, or far more usual in names.
    if len(best) > 1 and _words()[best[0]] < 3 * _words()[best[1]]:
        meant = {found[0] if (found := find_role([term], 0)) else term for term in best}
        return best[0] if len(meant) == 1 else None
    return best[0] if best else None
