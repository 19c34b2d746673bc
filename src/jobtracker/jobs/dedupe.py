"""Whether two postings are one job: blocking by company, then title, place, requisition and text.

Two postings of one title and company are often two jobs: in another town, of another requisition or
level. So every difference has to be explained before two are merged.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache

from rapidfuzz import fuzz

from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.normalize import company_key, title_key
from jobtracker.jobs.places import key_of, lies_in_key
from jobtracker.jobs.text import stem, words

SHINGLE = 3
ALIKE_ELSEWHERE = 0.45
"""Share of the shorter text found in the longer one, for postings of two boards."""
ALIKE_SAME_BOARD = 0.85
"""The same on one board, where two numbers usually mean two jobs."""
SLIP = 95
"""Likeness of two titles, of 100, that differ by a slip of the pen alone."""
SHORT = 25
"""A text of fewer words is a snippet and says nothing against a match."""

_FILLER = frozenset(
    """
    all genders gender m w f d x h i mwd mfd fmd hfx in innen remote hybrid onsite job position
    role new open opening neu ab sofort per or oder und and the a an of der die das fur for with mit
    vollzeit teilzeit full time part fulltime parttime cdi unbefristet permanent home office
    homeoffice pensum workload mann frau leute welcome willkommen possible moglich gesucht wir
    suchen sucht nous recherchons recherche cherche cherchons on cercasi cerchiamo cerca we are
    looking hiring urgent dringend asap subito immediate immediatamente bei chez presso at ou et le
    la les des un une il lo gli o e per stelle stellenangebot offre emploi offerta lavoro poste
    posto kat kategorie cat categorie category categoria efz cfc afc
    """.split()  # noqa: SIM905
)
_NUMBER = re.compile(r"\b(?:[ivx]{1,4}|l?\d{1,6})\b")
_ENDING = re.compile(
    r"(?<=\w)(?:[·•*:_]|\(-?|/-?|(?<=[a-zé])-(?=(?:in|innen|e|ère|ere|euse|trice|frau|mann|[nltvs]{1,2}es?)\b))"
    r"(?:innen|in|frau|mann|r|n|ères?|eres?|euses?|trices?|rices?|[nltvs]{1,2}es?|ives?|ées?|fes?|es?|a|o|i)"
    r"\)?(?!\w)",
    re.I,
)
"""The other gender's ending, however it is tied to a word: `/in`, `(e)`, `·ère`, `-frau`."""
_TIES = frozenset("·•*:_(/-")
_DIGIT = re.compile(r"\d")
_REFERENCE = re.compile(
    r"\(?\b(?:r[eé]f(?:erenz|erence|érence)?|rif|req(?:uisition)?|job[- ]?id|stellen-?nr|id|nr|no)"
    r"\b[\s.:#-]{0,3}(?P<number>[A-Z]{0,4}[-_ ]?\d[\w-]{2,})\)?",
    re.I,
)


def _neutral(word: str) -> str:
    """Return a stem without what tells its gender: fachfrau and fachmann, cuoca and cuoco."""
    for ending in ("mann", "frau", "person"):
        if word.endswith(ending) and len(word) > 6:
            return word[: -len(ending)]
    for ending in ("teur", "trice", "tore", "tor"):
        if word.endswith(ending) and len(word) > 6:
            return word[: -len(ending)] + "t"
    if word.endswith("in") and len(word) > 5:
        word = word[:-2]
    bare = word.rstrip("aeo") if len(word) > 3 and word.isalpha() else word
    if len(bare) > 3 and bare[-1] == bare[-2]:
        bare = bare[:-1]
    return bare or word


@lru_cache(maxsize=20_000)
def _ordered(title: str) -> tuple[str, ...]:
    """Return the stems that tell a title from another, in the order of the title."""
    # Most titles have neither a number nor a sign, and need no pattern.
    bare = _REFERENCE.sub(" ", title) if _DIGIT.search(title) else title
    bare = bare if _TIES.isdisjoint(bare) else _ENDING.sub("", bare)
    spelled = words(title_key(bare))
    return tuple(_neutral(stem(word)) for word in spelled if word not in _FILLER)


@lru_cache(maxsize=20_000)
def title_words(title: str) -> frozenset[str]:
    """Return the stems that tell a title from another."""
    return frozenset(_ordered(title))


def reference(title: str) -> str | None:
    """Return the employer's number that a title names, as in “Controller (Ref. 7781)”."""
    found = _REFERENCE.search(title)
    return found["number"] if found else None


def _same_number(one: str, other: str) -> bool:
    """Boards write “7781” and “REQ-7781” for one requisition."""
    first, second = ("".join(filter(str.isalnum, number)).casefold() for number in (one, other))
    digits = ["".join(filter(str.isdigit, number)) for number in (first, second)]
    return first == second or bool(digits[0] and digits[0] == digits[1])


@lru_cache(maxsize=4_000)
def _shingles(text: str) -> frozenset[int]:
    spelled = words(text[:5000])
    return frozenset(
        hash(tuple(spelled[i : i + SHINGLE])) for i in range(max(0, len(spelled) - SHINGLE + 1))
    )


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of a short text."""
    return frozenset(_neutral(stem(word)) for word in words(text))


def _place_words(posting: JobPosting) -> frozenset[str]:
    return frozenset[str]().union(*(stems(place.name) for place in posting.places))


def same_title(one: JobPosting, other: JobPosting) -> bool:
    """Tell whether two titles name one job, apart from marks, places and the company's name."""
    noise = _place_words(one) | _place_words(other)
    noise |= stems(one.company or "") | stems(other.company or "")
    return _alike(one.title, other.title, noise)


def _alike(one: str, other: str, noise: Set[str]) -> bool:
    first, second = title_words(one), title_words(other)
    first, second = first - noise or first, second - noise or second
    if first == second:
        return True
    # “Logistik-Mitarbeiter” is “Logistikmitarbeiter”.
    if _joined(one, noise) == _joined(other, noise):
        return True
    differing = first ^ second
    if any(_NUMBER.fullmatch(word) for word in differing):
        return False
    spelled = " ".join(sorted(first)), " ".join(sorted(second))
    # Only a slip of the pen in a long title passes; another word is another job.
    return (
        len(first) == len(second) and fuzz.ratio(*spelled) >= SLIP and min(map(len, spelled)) >= 12
    )


def _joined(title: str, noise: Set[str]) -> str:
    return "".join(word for word in _ordered(title) if word not in noise)


def same_place(one: JobPosting, other: JobPosting) -> bool:
    """Tell whether two postings can be in one place: a shared one, or one that holds the other."""
    cantons = [{place.canton for place in posting.places} for posting in (one, other)]
    if all(cantons) and None not in cantons[0] | cantons[1] and not cantons[0] & cantons[1]:
        return False
    first, second = _keys(one), _keys(other)
    if not first or not second:
        return _names(one) & _names(other) != frozenset() or not one.places or not other.places
    if len(first) > 1 and len(second) > 1:
        return first == second or len(first & second) >= min(len(first), len(second))
    return any(a == b or lies_in_key(a, b) or lies_in_key(b, a) for a in first for b in second)


def _keys(posting: JobPosting) -> frozenset[str]:
    return frozenset(key for place in posting.places if (key := key_of(place)))


def _names(posting: JobPosting) -> frozenset[str]:
    return frozenset(word for place in posting.places for word in words(place.name))


def likeness(one: str, other: str) -> float | None:
    """Return the share of the shorter text that is in the longer one, None for snippets."""
    first, second = _shingles(one), _shingles(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= SHORT else None


def same_job(
    one: JobPosting,
    other: JobPosting,
    requisitions: tuple[str | None, str | None] = (None, None),
) -> bool:
    """Tell whether two postings are one job, seen twice."""
    if one.sample != other.sample:
        return False
    if one.apply_url and one.apply_url == other.apply_url and same_title(one, other):
        return same_place(one, other)
    if _contradict(one, other, requisitions) or not same_title(one, other):
        return False
    if not same_place(one, other):
        return False
    alike = likeness(one.description, other.description)
    boards = {s.source for s in one.sources} & {s.source for s in other.sources}
    if boards:
        return alike is not None and alike >= ALIKE_SAME_BOARD
    return alike is None or alike >= ALIKE_ELSEWHERE


def _contradict(
    one: JobPosting, other: JobPosting, requisitions: tuple[str | None, str | None]
) -> bool:
    first, second = company_key(one.company), company_key(other.company)
    if not first or first != second:
        return True
    left = requisitions[0] or reference(one.title)
    right = requisitions[1] or reference(other.title)
    if left and right and not _same_number(left, right):
        return True
    if one.workload and other.workload:
        mine, theirs = one.workload, other.workload
        if mine.max < theirs.min or theirs.max < mine.min:
            return True
    for field in ("seniority", "employment_type", "language"):
        mine, theirs = getattr(one, field), getattr(other, field)
        training = {mine, theirs} & {"internship", "apprenticeship"}
        if mine and theirs and mine != theirs and (field != "employment_type" or training):
            return True
    both = {one.work_mode, other.work_mode}
    return both == {"remote", "onsite"}


def merged(kept: JobPosting, found: JobPosting) -> JobPosting:
    """Return the kept posting with what the other adds: sources, missing fields, longer text."""
    known = {(source.source, source.external_id) for source in kept.sources}
    changes: dict[str, object] = {
        "sources": [
            *kept.sources,
            *(s for s in found.sources if (s.source, s.external_id) not in known),
        ]
    }
    for name in (
        "company", "salary", "work_mode", "employment_type", "workload", "seniority", "language",
        "apply_url", "expires_at",
    ):  # fmt: skip
        if getattr(kept, name) is None and getattr(found, name) is not None:
            changes[name] = getattr(found, name)
    if not kept.places and found.places:
        changes |= {"places": found.places, "location": found.location}
    if len(found.description) > 1.5 * len(kept.description):
        changes["description"] = found.description
        changes["skills"] = list(dict.fromkeys([*found.skills, *kept.skills]))[:30]
    dates = [date for date in (kept.posted_at, found.posted_at) if date is not None]
    if dates:
        changes["posted_at"] = min(dates)
    return kept.model_copy(update=changes)


def find_same(
    posting: JobPosting,
    requisition: str | None,
    candidates: Iterable[tuple[JobPosting, str | None]],
) -> JobPosting | None:
    """Return the candidate that is the same job as `posting`, None where there is none."""
    for candidate, other in candidates:
        if candidate.job_id != posting.job_id and same_job(
            posting, candidate, (requisition, other)
        ):
            return candidate
    return None
