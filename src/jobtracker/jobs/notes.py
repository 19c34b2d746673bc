"""What is said beside an answer: notes of a search, warnings of an import, likenesses."""

from __future__ import annotations

from datetime import datetime

from jobtracker.core.settings import SearchSettings
from jobtracker.core.speech import Saying, say, saying
from jobtracker.jobs.index import Saved
from jobtracker.jobs.model import JobPosting, SearchRequest
from jobtracker.jobs.ranking import Ranked
from jobtracker.jobs.recheck import Page


def in_order(found: dict[str, JobPosting], saved: list[Saved]) -> list[JobPosting]:
    """Return the postings in the order of their import, each once."""
    ids = dict.fromkeys(one.posting.job_id for one in saved)
    return [found[job_id] for job_id in ids if job_id in found]


def shared(given: JobPosting, other: JobPosting) -> list[Saying]:
    """Return what two postings have in common."""
    common = [skill for skill in other.skills if skill in given.skills][:5]
    reasons = [saying("jobs.also_asks", labels=common) if common else saying("jobs.meaning")]
    if given.company and given.company == other.company:
        reasons.append(saying("jobs.same_employer"))
    return reasons + [saying("jobs.sample")] * other.sample


def warnings(saved: list[Saved], now: datetime) -> list[str]:
    """Return what a person should know about an import."""
    warnings: list[str] = []
    postings = [one.posting for one in saved]
    expired = sum(1 for p in postings if p.expires_at is not None and p.expires_at < now)
    if expired:
        warnings.append(say("jobs.expired", n=expired, total=len(postings)))
    nameless = sum(1 for p in postings if p.company is None)
    if nameless:
        warnings.append(say("jobs.nameless", n=nameless, total=len(postings)))
    if len(postings) == 1:
        only = postings[0]
        if not only.location:
            warnings.append(say("jobs.no_location"))
        if not only.description:
            warnings.append(say("jobs.no_description"))
    again = sum(1 for one in saved if one.merged_into)
    if again:
        warnings.append(say("jobs.merged", n=again))
    return warnings


def notes(request: SearchRequest, ranked: Ranked) -> list[Saying]:
    """Return what a person should know about a search."""
    told = [saying("jobs.unmatched", label=label) for label in ranked.unmatched]
    told += [
        saying("jobs.corrected", label=word, other=other)
        for word, other in ranked.corrected.items()
    ]
    if request.location and not ranked.places:
        told.append(saying("jobs.unknown_place", place=request.location))
    if ranked.around:
        told.append(saying("jobs.around", place=ranked.wording.place))
    told += [
        saying("jobs.left_out", n=count, phrase=phrase)
        for phrase, count in ranked.taste.left_out.items()
    ]
    return told


def standing(page: Page, settings: SearchSettings) -> list[Saying]:
    """Return what asking again for postings not seen for a while has shown."""
    told: list[Saying] = []
    if page.closed:
        told.append(saying("jobs.closed_now", n=page.closed))
    if page.unasked:
        oldest = min(p.checked_at for p in page.unasked if p.checked_at is not None)
        code = "jobs.unasked_offline" if settings.offline else "jobs.unasked"
        told.append(saying(code, n=len(page.unasked), on=oldest.date()))
    return told
