"""From a person's words to what the index is asked: concepts, with their names in all languages.

Nothing of the query reaches the database as syntax: only single alphanumeric terms are looked up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from dataclasses import dataclass, field

from jobtracker.core.errors import BadInput
from jobtracker.core.lexicon import skills
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.roles import find_role, guarded_names, names_of, rivals
from jobtracker.jobs.text import terms

MAX_QUERY = 1000
MAX_LIMIT = 50
MAX_RADIUS_KM = 300
MAX_CONCEPTS = 12
MAX_WISHES = 20
_SKILL = "\x00"
PERCENT = re.compile(r"\b\d{1,3}(?:\s*[-–]\s*\d{1,3})?\s*%")
_NOISE = frozenset(
    """
    stelle stellen emploi emplois offre offres lavoro lavori impiego vacancy vacancies opening
    openings opportunity opportunities posting postings suche cherche cerco find search
    looking want arbeit travail look after someone something anything where can could need who
    what near good nice ideally maybe please around jemand gerne mochte will brauche etwas irgendwo
    quelqu quelque chose voudrais aimerais besoin qualcuno qualcosa vorrei bisogno als come comme
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Alternative:
    """One way to say a concept: terms that must all be there."""

    terms: tuple[str, ...]


@dataclass
class Concept:
    """One thing that is looked for. `label` is as the person or the lexicon calls it.

    The first alternative is what was said. `body`: whether the others count in running text, too.
    """

    label: str
    body: bool = True
    alternatives: list[Alternative] = field(default_factory=list[Alternative])
    guarded: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Names that count in titles of one language alone, with that language."""
    rivals: tuple[tuple[str, ...], ...] = ()
    """Names of other occupations that hold one of these."""


def concepts(query: str) -> list[Concept]:
    """Return what a query asks for; words of the lexicon stand for their names in all languages."""
    text = " ".join(PERCENT.sub(" ", query).split())
    found: list[Concept] = []
    spelled: list[str] = []
    end = 0
    roles = _long_roles(terms(text))
    for mention in skills.find_skills(text):
        start, stop = mention.span
        said = text[start:stop]
        # A word that names an occupation is looked for as one: “chef” before the skill of cooking.
        if start >= end and not _is_role(said) and not _within(terms(said), roles):
            spelled += [*terms(text[end:start]), f"{_SKILL}{len(found)}"]
            found.append(_known(mention.skill, said))
            end = stop
    spelled += terms(text[end:])
    return list({c.label: c for c in _ordered(spelled, found)}.values())[:MAX_CONCEPTS]


def _long_roles(spelled: list[str]) -> list[tuple[str, ...]]:
    """Return the names of several words in a query: “sales assistant” is no skill in sales."""
    named = (find_role(spelled, at) for at in range(len(spelled)))
    return [found[1] for found in named if found is not None and len(found[1]) > 1]


def _within(words: list[str], names: list[tuple[str, ...]]) -> bool:
    return any(set(words) <= set(name) for name in names)


def _is_role(said: str) -> bool:
    words = terms(said)
    named = find_role(words, 0) if words else None
    return named is not None and len(named[1]) == len(words)


def _ordered(spelled: list[str], known: list[Concept]) -> list[Concept]:
    found: list[Concept] = []
    at = 0
    while at < len(spelled):
        term = spelled[at]
        if term.startswith(_SKILL):
            found.append(known[int(term[1:])])
        elif named := find_role(spelled, at):
            role, name = named
            found.append(_role(role, name))
            at += len(name) - 1
        elif term not in _NOISE and len(term) > 1:
            found.append(Concept(term, alternatives=[Alternative((term,))]))
        at += 1
    return found


def _role(role: str, said: tuple[str, ...]) -> Concept:
    concept = Concept(role, body=False, alternatives=[Alternative(said)])
    others = [name for name in names_of(role) if name != said]
    concept.alternatives += [Alternative(name) for name in others]
    concept.guarded, concept.rivals = guarded_names(role), rivals(role)
    return concept


def _known(skill: skills.Skill, said: str) -> Concept:
    concept = Concept(skill.label)
    names = [said, skill.label, *(name for each in skill.names.values() for name in each)]
    for name in names:
        spelled = tuple(terms(name)[:5])
        if spelled and all(spelled != known.terms for known in concept.alternatives):
            concept.alternatives.append(Alternative(spelled))
    return concept


def checked(request: SearchRequest, known_sources: list[str]) -> SearchRequest:
    """Return the request, normalised.

    Raises:
        BadInput: a field is out of its bounds; the message names it.
    """
    for name, most in (("query", MAX_QUERY), ("location", 200), ("company", 200)):
        if len(getattr(request, name)) > most:
            raise BadInput(f"{name}: {len(getattr(request, name))} characters, {most} at most")
    if not 1 <= request.limit <= MAX_LIMIT:
        raise BadInput(f"limit: {request.limit} is not between 1 and {MAX_LIMIT}")
    if request.posted_within_days is not None and not 1 <= request.posted_within_days <= 3650:
        raise BadInput(
            f"posted_within_days: {request.posted_within_days} is not between 1 and 3650"
        )
    if not 0 <= request.radius_km <= MAX_RADIUS_KM:
        raise BadInput(f"radius_km: {request.radius_km} is not between 0 and {MAX_RADIUS_KM}")
    least = request.salary_min
    if least is not None and not (math.isfinite(least) and 0 < least < 1e9):
        raise BadInput(f"salary_min: {least} is not a positive amount below 1,000,000,000")
    currency = (request.currency or "").strip().upper()
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadInput(f"currency: {currency[:20]!r} is not an ISO 4217 code such as CHF")
    language = request.language.strip().replace("_", "-")
    if language and not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}", language):
        raise BadInput(f"language: {language[:20]!r} is not a BCP 47 code such as de")
    _check_wishes(request)
    if unknown := [name for name in request.sources if name not in known_sources]:
        raise BadInput(
            f"sources: {unknown[0][:40]!r} is no job source; known are {', '.join(known_sources)}"
        )
    return request.model_copy(
        update={
            "query": request.query.replace("\x00", " ").strip(),
            "location": request.location.strip(),
            "company": request.company.strip(),
            "currency": currency or None,
            "language": language.split("-")[0].lower(),
            "sources": sorted(set(request.sources)),
            "prefer": _wishes(request.prefer),
            "avoid": _wishes(request.avoid),
            "skills": _wishes(request.skills),
        }
    )


def _wishes(said: list[str]) -> list[str]:
    phrases = (" ".join(phrase.replace("\x00", " ").split()) for phrase in said)
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


def _check_wishes(request: SearchRequest) -> None:
    for name in ("prefer", "avoid", "skills"):
        said: list[str] = getattr(request, name)
        if len(said) > MAX_WISHES:
            raise BadInput(f"{name}: {len(said)} phrases, {MAX_WISHES} at most")
        if long := next((phrase for phrase in said if len(phrase) > 100), None):
            raise BadInput(f"{name}: {long[:40]!r}… has {len(long)} characters, 100 at most")
    unwanted = {phrase.casefold() for phrase in _wishes(request.avoid)}
    for name in ("prefer", "skills", "query", "company"):
        value: str | list[str] = getattr(request, name)
        wanted = _wishes([value] if isinstance(value, str) else value)
        if both := [phrase for phrase in wanted if phrase.casefold() in unwanted]:
            raise BadInput(f"avoid: {both[0]!r} is asked for in {name}, too; leave out one of them")


def _fingerprint(user: str, request: SearchRequest) -> str:
    asked = request.model_dump(mode="json", exclude={"cursor", "limit"})
    return hashlib.blake2b(f"{user}\n{json.dumps(asked, sort_keys=True)}".encode()).hexdigest()[:16]


def make_cursor(secret: bytes, user: str, request: SearchRequest, offset: int) -> str:
    """Return an opaque token for the page at `offset` of this very search."""
    body = f"{offset}:{_fingerprint(user, request)}".encode()
    seal = hmac.new(secret, body, "sha256").digest()[:12]
    return base64.urlsafe_b64encode(seal + body).decode().rstrip("=")


def read_cursor(secret: bytes, user: str, request: SearchRequest) -> int:
    """Return the offset that the request's cursor stands for, 0 without one.

    Raises:
        BadInput: it was not made here, or for another search.
    """
    if not request.cursor:
        return 0
    try:
        padded = request.cursor + "=" * (-len(request.cursor) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    seal, body = raw[:12], raw[12:]
    if not hmac.compare_digest(seal, hmac.new(secret, body, "sha256").digest()[:12]):
        raise BadInput("cursor: not one that a search gave; take next_cursor as it is")
    offset, _, fingerprint = body.decode().partition(":")
    if fingerprint != _fingerprint(user, request):
        raise BadInput("cursor: it belongs to another search; leave it out to start again")
    return int(offset)
