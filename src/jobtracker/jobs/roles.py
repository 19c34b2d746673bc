"""Occupations in English, German, French and Italian: one name finds postings in all of them.

A name is matched by its stems, so one form of a word stands for its plural and its other gender
where only the ending differs. Names of one line are the same job or so near that one who looks for
the one wants to see the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jobtracker.core.lexicon.occupations import occupations
from jobtracker.jobs.text import terms

Name = tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    names: dict[str, tuple[Name, ...]]
    owners: dict[Name, str]
    """The role of each name; a shared name is the first's."""
    guarded: dict[str, tuple[tuple[Name, str], ...]]
    """Names that are ordinary words elsewhere (`chef@en`): the language in which they are the job,
    empty where no title says it by the name alone."""


@cache
def _roles() -> _Table:
    table = _Table({}, {}, {})
    for role, listed in occupations().items():
        free: dict[Name, None] = {}
        guarded: list[tuple[Name, str]] = []
        for name in listed:
            word, at, language = name.partition("@")
            if not (spelled := tuple(terms(word))):
                continue
            if at:
                guarded.append((spelled, language))
            else:
                free[spelled] = None
        table.names[role] = tuple(free)
        table.guarded[role] = tuple(guarded)
        for spelled in free:
            table.owners.setdefault(spelled, role)
    return table


@cache
def _guarded_owners() -> dict[Name, str]:
    return {name: role for role, named in _roles().guarded.items() for name, _ in named}


def find_role(spelled: list[str], start: int) -> tuple[str, Name] | None:
    """Return the role named at a position of a list of terms, and the terms that name it.

    A word that means something else beside others (“chef”: a cook, or the head of anything) names
    its role only where nothing else is said.
    """
    table = _roles()
    for length in range(min(5, len(spelled) - start), 0, -1):
        name = tuple(spelled[start : start + length])
        if role := table.owners.get(name):
            return role, name
    whole = tuple(spelled)
    role = _guarded_owners().get(whole) if start == 0 else None
    return (role, whole) if role else None


def names_of(role: str) -> tuple[Name, ...]:
    """Return the names of a role in all languages, as terms, without those that need a guard."""
    return _roles().names[role]


def guarded_names(role: str) -> tuple[tuple[Name, str], ...]:
    """Return names that stand for the role in titles of one language only, with that language."""
    return tuple((name, language) for name, language in _roles().guarded[role] if language)


@cache
def rivals(role: str) -> tuple[Name, ...]:
    """Return longer names of other roles that hold a name of this one.

    A “conducteur de travaux” is no driver, and an “Installateur-électricien” no plumber.
    """
    table = _roles()
    own = [frozenset(name) for name in (*table.names[role], *(n for n, _ in table.guarded[role]))]
    return tuple(
        name
        for name, owner in table.owners.items()
        if owner != role and any(each < frozenset(name) for each in own)
    )


def labels(spelled: list[str]) -> list[str]:
    """Return the English labels of the roles that a list of terms names, the longest names first
    at each place."""
    found: dict[str, None] = {}
    at = 0
    while at < len(spelled):
        named = find_role(spelled, at)
        if named is not None:
            found[named[0]] = None
        at += len(named[1]) if named is not None else 1
    return list(found)


def names() -> list[Name]:
    """Return every name of every role, as terms."""
    return list(_roles().owners)
