"""Two rankings made one: by words and by meaning."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

import numpy as np

from jobtracker.jobs.query import Concept

Array = np.ndarray[Any, np.dtype[Any]]
FUSION = 60.0
"""The constant of reciprocal rank fusion: how slowly a rank loses its worth."""
DEPTH = 1000
DEEPEST = 2000
"""Postings that are ranked; a person pages no further."""


def in_english(query: str, asked: list[Concept]) -> str:
    """Return a query with the English names of what it names: there the vectors know most."""
    low = query.casefold()
    known = [one.label for one in asked if len(one.alternatives) > 1]
    return ". ".join([query, *(label for label in known if label.casefold() not in low)])


def strongest(slots: Array, merit: Array) -> Array:
    """Return the slots of most merit, DEEPEST at most, in their order; of equals the latest."""
    if slots.size <= DEEPEST:
        return slots
    # By what the last one in has, not by places: half the time. The best stand first here, for a
    # place near the end of many equals is what `partition` is slow at.
    owed = -merit[slots]
    most = np.partition(owed, DEEPEST - 1)[DEEPEST - 1]
    better = np.flatnonzero(owed < most)
    equal = np.flatnonzero(owed == most)[better.size - DEEPEST :]
    return slots[np.sort(np.concatenate([better, equal]))]


def fuse(strength: Array, likeness: Array) -> Array:
    """Reciprocal rank fusion; equals share a rank, and what is far down counts as DEPTH."""
    by_text = _ranks(strength)
    by_meaning = _ranks(np.round(likeness, 3))
    return 1 / (FUSION + by_text) + 1 / (FUSION + by_meaning)


def _ranks(values: Array) -> Array:
    distinct, inverse = np.unique(-values, return_inverse=True)
    return np.minimum(inverse + 1, DEPTH) if distinct.size else np.zeros(0)
