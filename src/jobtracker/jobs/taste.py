"""What the person likes and does not: postings left out, pushed down or lifted by it, visibly.

The wishes come as arguments of a search. The caller knows the person; the index knows postings.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jobtracker.jobs.columns import Columns
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.normalize import company_key
from jobtracker.jobs.query import Concept, concepts

Array = np.ndarray[Any, np.dtype[Any]]
AVOIDED = 0.6
"""What a posting is worth whose text, but not its title or employer, names what is avoided."""
LIKED = 0.25
SKILLED = 0.3
"""How much more a posting is worth that holds all that is liked, or all of the person's skills."""
OTHER_PENSUM = 0.55


@dataclass
class Taste:
    """What the wishes of a search did to it."""

    left_out: dict[str, int] = field(default_factory=dict[str, int])
    """Phrase → postings that it took out of the answer."""
    avoided: dict[str, list[Concept]] = field(default_factory=dict[str, list[Concept]])
    liked: dict[str, list[Concept]] = field(default_factory=dict[str, list[Concept]])
    skills: list[Concept] = field(default_factory=list[Concept])


def apply(
    request: SearchRequest,
    columns: Columns,
    strength: Callable[[Concept], Array],
    in_title: Callable[[Concept], Array],
    mask: Array,
    worth: Array,
) -> Taste:
    """Change `mask` and `worth` in place by the request's `avoid`, `prefer` and `skills`.

    `strength` gives per slot how good a sign of a concept a posting holds, 0 to 1; `in_title`
    whether its title holds it.
    """
    taste = Taste()
    for phrase in request.avoid:
        asked = concepts(phrase)
        key = company_key(phrase)
        out = columns.companies.where(lambda name, key=key: f" {key} " in f" {name} ")
        gone = out[columns["company"]] if key else np.zeros(columns.size, np.bool_)
        if asked:
            gone = gone | np.logical_and.reduce([in_title(concept) for concept in asked])
            worth[_held(asked, strength) > 0] *= AVOIDED
            taste.avoided[phrase] = asked
        if count := int(np.count_nonzero(mask & gone)):
            taste.left_out[phrase] = count
        mask &= ~gone
    for phrase in request.prefer:
        if asked := concepts(phrase):
            worth *= 1 + LIKED / len(request.prefer) * _held(asked, strength)
            taste.liked[phrase] = asked
    taste.skills = [one for skill in request.skills for one in concepts(skill)[:1]]
    if taste.skills:
        have = sum((strength(skill) > 0).astype(np.float32) for skill in taste.skills)
        worth *= 1 + SKILLED * have / len(taste.skills)
    return taste


def _held(asked: list[Concept], strength: Callable[[Concept], Array]) -> Array:
    """Return per slot the weakest sign of a phrase's concepts: all of them are meant."""
    return np.minimum.reduce([strength(concept) for concept in asked])


def by_pensum(wanted: tuple[int, int], columns: Columns, worth: Array) -> None:
    """Push down what states another workload; what states none stays."""
    low, high = columns["pensum_min"], columns["pensum_max"]
    worth[(high > 0) & ((wanted[1] < low) | (wanted[0] > high))] *= OTHER_PENSUM
