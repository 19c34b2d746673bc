"""Why a posting is in the answer, in short words a person can check."""

from __future__ import annotations

from datetime import datetime

from jobtracker.core.lexicon.places import Place
from jobtracker.jobs.model import JobPosting, JobSummary, SearchRequest, Workload
from jobtracker.jobs.places import distance, key_of, lies_in
from jobtracker.jobs.query import Concept
from jobtracker.jobs.ranking import AROUND_KM, Ranked
from jobtracker.jobs.salary import describe, rate
from jobtracker.jobs.text import fold, terms, with_tails

MAX_REASONS = 9


def why(
    posting: JobPosting, request: SearchRequest, ranked: Ranked, slot: int, now: datetime
) -> list[str]:
    """Return the reasons, the strongest first."""
    reasons = _words(posting, ranked.concepts)
    if slot in ranked.by_meaning:
        reasons.append("close in meaning to what you asked")
    reasons += _place(posting, request, ranked)
    if request.work_mode != "any" and posting.work_mode == request.work_mode:
        reasons.append({"onsite": "on site"}.get(request.work_mode, request.work_mode))
    elif request.work_mode == "onsite" and posting.work_mode is None:
        reasons.append("does not say whether on site")
    reasons += _pay(posting, request)
    if posting.posted_at is not None:
        days = (now.date() - posting.posted_at.astimezone(now.tzinfo).date()).days
        if days <= 14 or request.posted_within_days:
            reasons.append(
                "posted today" if days <= 0 else f"posted {days} day{'s' * (days > 1)} ago"
            )
    reasons += _wishes(posting, ranked)
    asked, stated = ranked.wording.pensum, posting.workload
    if asked and stated:
        fits = stated.min <= asked[1] and asked[0] <= stated.max
        reasons.append(f"{'workload' if fits else 'another workload:'} {_percent(stated)}")
    if posting.sample:
        reasons[MAX_REASONS - 1 :] = ["a sample, not a real vacancy"]
    return reasons[:MAX_REASONS]


def _percent(workload: Workload) -> str:
    low, high = workload.min, workload.max
    return f"{low}%" if low == high else f"{low}–{high}%"


def _wishes(posting: JobPosting, ranked: Ranked) -> list[str]:
    """Return what the person likes or avoids and this posting holds."""
    taste = ranked.taste
    if not (taste.liked or taste.avoided or taste.skills):
        return []
    body = {
        *terms(posting.title), *terms(posting.company or ""), *terms(" ".join(posting.skills)),
        *terms(posting.description),
    }  # fmt: skip
    have = [skill.label for skill in taste.skills if _holds(body, skill)]
    reasons = [f"your skills: {', '.join(have[:5])}"] if have else []
    for said, phrases in (("you like", taste.liked), ("you avoid", taste.avoided)):
        held = [p for p, asked in phrases.items() if all(_holds(body, one) for one in asked)]
        reasons += [f"{said}: {', '.join(held[:4])}"] if held else []
    return reasons


def _words(posting: JobPosting, asked: list[Concept]) -> list[str]:
    title, skills = (
        set(with_tails(terms(posting.title))),
        {skill.lower() for skill in posting.skills},
    )
    company = set(terms(posting.company or ""))
    body = ""
    in_title: list[str] = []
    in_skills: list[str] = []
    in_text: list[str] = []
    for concept in asked:
        if _holds(title, concept):
            in_title.append(concept.label)
        elif concept.label.lower() in skills:
            in_skills.append(concept.label)
        elif _holds(company, concept):
            in_text.append(f"{concept.label} (employer)")
        else:
            body = body or fold(posting.description)
            if any(all(term in body for term in way.terms) for way in concept.alternatives):
                in_text.append(concept.label)
    named = (("title", in_title), ("skills", in_skills), ("text", in_text))
    return [f"{part}: {', '.join(labels)}" for part, labels in named if labels]


def _holds(words: set[str], concept: Concept) -> bool:
    for way in concept.alternatives:
        if all(term in words for term in way.terms):
            return True
        start = way.terms[0]
        if len(way.terms) == 1 and len(start) >= 4 and any(w.startswith(start) for w in words):
            return True
    return False


def _place(posting: JobPosting, request: SearchRequest, ranked: Ranked) -> list[str]:
    if not (request.location or ranked.wording.place):
        return []
    if not ranked.places:
        return [f"in {posting.location}"]
    for place in posting.places:
        key = key_of(place)
        if key and any(lies_in(key, want) for want in ranked.places):
            return [f"in {place.name}"]
    most = max(request.radius_km, AROUND_KM if ranked.around else 0)
    if near := _nearest(posting, ranked, most):
        return [near]
    where = f" ({posting.location})" if posting.location else ""
    return [f"remote, open to {request.location or ranked.wording.place}{where}"]


def _nearest(posting: JobPosting, ranked: Ranked, most_km: float) -> str | None:
    towns = [want for want in ranked.places if isinstance(want, Place)]
    away = [
        (km, f"{place.name}, {km:.0f} km from {town.name}")
        for place in posting.places
        for town in towns
        if (km := distance(key_of(place), town)) is not None and km <= most_km
    ]
    return min(away)[1] if away else None


def _pay(posting: JobPosting, request: SearchRequest) -> list[str]:
    if posting.salary is None:
        return ["salary not stated"] if request.salary_min is not None else []
    said = describe(posting.salary)
    if request.salary_min is None:
        return [said]
    other = posting.salary.currency
    if request.currency and other and other != request.currency:
        known = rate(other, request.currency) is not None
        return [f"{said}, compared at a rough rate" if known else f"{said}, not comparable"]
    return [f"{said}, reaches your minimum"]


def summary(
    posting: JobPosting, score: float = 0.0, reasons: list[str] | None = None
) -> JobSummary:
    """Return the posting as a line of a list."""
    shared = posting.model_dump(include=set(JobSummary.model_fields) - {"score", "why"})
    return JobSummary(**shared, score=round(score, 4), why=reasons or [])
