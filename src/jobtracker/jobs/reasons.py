"""Why a posting is in the answer, in short words a person can check."""

from __future__ import annotations

from datetime import datetime

from jobtracker.core.lexicon.places import Place
from jobtracker.core.speech import Saying, say, saying, texts
from jobtracker.jobs.model import JobPosting, JobSummary, SearchRequest, Workload
from jobtracker.jobs.places import distance, key_of, lies_in
from jobtracker.jobs.query import Concept
from jobtracker.jobs.ranking import AROUND_KM, Ranked
from jobtracker.jobs.salary import rate
from jobtracker.jobs.saying import pay
from jobtracker.jobs.text import fold, terms, with_tails

MAX_REASONS = 9


def why(
    posting: JobPosting, request: SearchRequest, ranked: Ranked, slot: int, now: datetime
) -> list[Saying]:
    """Return the reasons, the strongest first."""
    reasons = _words(posting, ranked.concepts)
    if slot in ranked.by_meaning:
        reasons.append(saying("jobs.meaning_asked"))
    reasons += _place(posting, request, ranked)
    if request.work_mode != "any" and posting.work_mode == request.work_mode:
        reasons.append(saying("jobs.mode", mode=request.work_mode))
    elif request.work_mode == "onsite" and posting.work_mode is None:
        reasons.append(saying("jobs.mode_open"))
    reasons += _pay(posting, request)
    if posting.posted_at is not None:
        days = (now.date() - posting.posted_at.astimezone(now.tzinfo).date()).days
        if days <= 14 or request.posted_within_days:
            reasons.append(
                saying("jobs.posted_today") if days <= 0 else saying("jobs.posted", days=days)
            )
    reasons += _wishes(posting, ranked)
    asked, stated = ranked.wording.pensum, posting.workload
    if asked and stated:
        fits = stated.min <= asked[1] and asked[0] <= stated.max
        code = "jobs.workload" if fits else "jobs.other_workload"
        reasons.append(saying(code, load=_percent(stated)))
    if posting.sample:
        reasons[MAX_REASONS - 1 :] = [saying("jobs.sample")]
    return reasons[:MAX_REASONS]


def _percent(workload: Workload) -> str:
    low, high = workload.min, workload.max
    return f"{low}%" if low == high else f"{low}–{high}%"


def _wishes(posting: JobPosting, ranked: Ranked) -> list[Saying]:
    """Return what the person likes or avoids and this posting holds."""
    taste = ranked.taste
    if not (taste.liked or taste.avoided or taste.skills):
        return []
    body = {
        *terms(posting.title), *terms(posting.company or ""), *terms(" ".join(posting.skills)),
        *terms(posting.description),
    }  # fmt: skip
    have = [skill.label for skill in taste.skills if _holds(body, skill)]
    reasons = [saying("jobs.your_skills", labels=have[:5])] if have else []
    for code, phrases in (("jobs.you_like", taste.liked), ("jobs.you_avoid", taste.avoided)):
        held = [p for p, asked in phrases.items() if all(_holds(body, one) for one in asked)]
        reasons += [saying(code, labels=held[:4])] if held else []
    return reasons


def _words(posting: JobPosting, asked: list[Concept]) -> list[Saying]:
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
            in_text.append(say("jobs.employer", label=concept.label))
        else:
            body = body or fold(posting.description)
            if any(all(term in body for term in way.terms) for way in concept.alternatives):
                in_text.append(concept.label)
    named = (("jobs.title", in_title), ("jobs.skills", in_skills), ("jobs.text", in_text))
    return [saying(code, labels=labels) for code, labels in named if labels]


def _holds(words: set[str], concept: Concept) -> bool:
    for way in concept.alternatives:
        if all(term in words for term in way.terms):
            return True
        start = way.terms[0]
        if len(way.terms) == 1 and len(start) >= 4 and any(w.startswith(start) for w in words):
            return True
    return False


def _place(posting: JobPosting, request: SearchRequest, ranked: Ranked) -> list[Saying]:
    if not (request.location or ranked.wording.place):
        return []
    if not ranked.places:
        return [saying("jobs.in_place", place=posting.location)]
    for place in posting.places:
        key = key_of(place)
        if key and any(lies_in(key, want) for want in ranked.places):
            return [saying("jobs.in_place", place=place.name)]
    most = max(request.radius_km, AROUND_KM if ranked.around else 0)
    if near := _nearest(posting, ranked, most):
        return [near]
    asked = request.location or ranked.wording.place
    if posting.location:
        return [saying("jobs.remote_open_at", place=asked, where=posting.location)]
    return [saying("jobs.remote_open", place=asked)]


def _nearest(posting: JobPosting, ranked: Ranked, most_km: float) -> Saying | None:
    towns = [want for want in ranked.places if isinstance(want, Place)]
    away = [
        (km, place.name, town.name)
        for place in posting.places
        for town in towns
        if (km := distance(key_of(place), town)) is not None and km <= most_km
    ]
    if not away:
        return None
    km, place, town = min(away)
    return saying("jobs.near", place=place, km=round(km), town=town)


def _pay(posting: JobPosting, request: SearchRequest) -> list[Saying]:
    if posting.salary is None:
        return [saying("jobs.pay_unsaid")] if request.salary_min is not None else []
    said = pay(posting.salary)
    if request.salary_min is None:
        return [saying("jobs.pay", pay=said)]
    other = posting.salary.currency
    if request.currency and other and other != request.currency:
        known = rate(other, request.currency) is not None
        return [saying("jobs.pay_rough" if known else "jobs.pay_other", pay=said)]
    return [saying("jobs.pay_reaches", pay=said)]


def summary(
    posting: JobPosting, score: float = 0.0, reasons: list[Saying] | None = None
) -> JobSummary:
    """Return the posting as a line of a list."""
    shared = posting.model_dump(
        include=set(JobSummary.model_fields) - {"score", "why", "why_codes"}
    )
    given = reasons or []
    codes = [one.code.partition(".")[2] for one in given]
    return JobSummary(**shared, score=round(score, 4), why=texts(given), why_codes=codes)
