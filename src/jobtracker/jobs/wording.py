"""What the words of a query say beside what is looked for: place, workload, contract, what not.

“Pflegefachfrau Bern Teilzeit 60%, ohne Nachtdienst” looks for a Pflegefachfrau. The rest is read
here, each as what it is, and moves the ranking; filters are what is given as filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jobtracker.core.lexicon.places import find_places
from jobtracker.jobs.model import EmploymentType, SearchRequest
from jobtracker.jobs.query import PERCENT
from jobtracker.jobs.roles import find_role
from jobtracker.jobs.text import terms

_IN = re.compile(
    r"\b(?:in|near|around|within|um|bei|rund um|im raum|raum|region|à|a|en|dans|près de|vicino a|"
    r"nel|nella)\s+(?:der |de la |dem |the |kanton |canton(?: of| de| du)? )?$",
    re.I,
)
_WITHOUT = re.compile(
    r"[,;]?\s*\b(?:without|ohne|sans|senza|but not|aber nicht|mais pas|ma non|except)\s+"
    r"(?:any\s+|de\s+)?(?P<what>[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){0,2})",
    re.I,
)
_KINDS: tuple[tuple[EmploymentType, re.Pattern[str]], ...] = (
    ("part_time", re.compile(
        r"\b(?:teilzeit\w*|part[- ]?time|temps partiel|tempo parziale)\b", re.I)),
    ("full_time", re.compile(r"\b(?:vollzeit\w*|full[- ]?time|temps plein|tempo pieno)\b", re.I)),
    ("temporary", re.compile(r"\b(?:befristet\w*|temporär\w*|cdd|tempo determinato)\b", re.I)),
)  # fmt: skip


@dataclass
class Wording:
    """A query taken apart. `words` is what is looked for."""

    words: str
    place: str = ""
    pensum: tuple[int, int] | None = None
    kind: EmploymentType | None = None
    without: list[str] = field(default_factory=list[str])


def read(request: SearchRequest) -> Wording:
    """Take the query of a request apart; a place only where the request has none of its own."""
    found = Wording(" ".join(request.query.split()), pensum=pensum_of(request.query))
    for refused in _WITHOUT.finditer(found.words):
        found.without.append(refused["what"])
    found.words = _WITHOUT.sub(" ", found.words)
    for kind, pattern in _KINDS:
        if request.employment_type == "any" and pattern.search(found.words):
            found.kind = kind
            found.words = pattern.sub(" ", found.words)
            break
    found.words = " ".join(PERCENT.sub(" ", found.words).split()).strip(" ,;")
    if not request.location:
        found.words, found.place = _without_place(found.words)
    return found


def pensum_of(query: str) -> tuple[int, int] | None:
    """Return the workload that a query names: (80, 80) for “Koch 80%”, (60, 80) for “60-80%”."""
    said = PERCENT.search(query)
    if said is None:
        return None
    percents = [int(number) for number in re.findall(r"\d+", said[0])]
    low, high = min(percents), max(percents)
    return (low, high) if low >= 5 and high <= 100 else None


def _without_place(text: str) -> tuple[str, str]:
    """Return a query without the place that it names (“Koch in Luzern”), and that place.

    A name that opens the query is an employer's (“Zurich Insurance”), unless an occupation follows.
    """
    for mention in reversed(find_places(text)):
        start, end = mention.span
        led = _IN.search(text[:start])
        head = text[: led.start() if led else start].strip(" ,")
        tail = text[end:].strip(" ,.-–")
        if not head and not led and tail and not _names_role(tail):
            continue
        return " ".join(f"{head} {tail}".split()), text[start:end]
    return text, ""


def _names_role(text: str) -> bool:
    spelled = terms(text)
    return any(find_role(spelled, at) for at in range(len(spelled)))
