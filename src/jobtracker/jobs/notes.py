"""What is said beside an answer: notes of a search, warnings of an import, likenesses."""

from __future__ import annotations

from datetime import datetime

from jobtracker.core.settings import SearchSettings
from jobtracker.jobs.index import Saved
from jobtracker.jobs.model import JobPosting, SearchRequest
from jobtracker.jobs.ranking import Ranked
from jobtracker.jobs.recheck import Page


def in_order(found: dict[str, JobPosting], saved: list[Saved]) -> list[JobPosting]:
    """Return the postings in the order of their import, each once."""
    ids = dict.fromkeys(one.posting.job_id for one in saved)
    return [found[job_id] for job_id in ids if job_id in found]


def shared(given: JobPosting, other: JobPosting) -> list[str]:
    """Return what two postings have in common."""
    common = [skill for skill in other.skills if skill in given.skills][:5]
    reasons = [f"also asks for {', '.join(common)}"] if common else ["close in meaning"]
    if given.company and given.company == other.company:
        reasons.append("same employer")
    return reasons + ["a sample, not a real vacancy"] * other.sample


def warnings(saved: list[Saved], now: datetime) -> list[str]:
    """Return what a person should know about an import."""
    warnings: list[str] = []
    postings = [one.posting for one in saved]
    expired = sum(1 for p in postings if p.expires_at is not None and p.expires_at < now)
    if expired:
        warnings.append(f"{expired} of {len(postings)} expired already and will not be found")
    nameless = sum(1 for p in postings if p.company is None)
    if nameless:
        warnings.append(f"{nameless} of {len(postings)} do not say which company it is")
    if len(postings) == 1:
        only = postings[0]
        missing = [n for n in ("location", "description") if not getattr(only, n)]
        warnings += [f"the posting does not say its {name}" for name in missing]
    again = sum(1 for one in saved if one.merged_into)
    if again:
        warnings.append(f"{again} were there already, from another board, and are merged")
    return warnings


def notes(request: SearchRequest, ranked: Ranked) -> list[str]:
    """Return what a person should know about a search."""
    told = [f"no posting mentions “{label}”" for label in ranked.unmatched]
    told += [
        f"no posting mentions “{word}”; looked for “{other}” instead"
        for word, other in ranked.corrected.items()
    ]
    if request.location and not ranked.places:
        told.append(f"“{request.location}” is not a place I know; looked for by its name")
    if ranked.around:
        told.append(f"nothing in {ranked.wording.place}; these are within 50 km of it")
    told += [
        f"{count} posting{'s' * (count > 1)} left out: you avoid “{phrase}”"
        for phrase, count in ranked.taste.left_out.items()
    ]
    return told


def standing(page: Page, settings: SearchSettings) -> list[str]:
    """Return what asking again for postings not seen for a while has shown."""
    told: list[str] = []
    if page.closed:
        told.append(f"{page.closed} left out: found closed just now")
    if page.unasked:
        oldest = min(p.checked_at for p in page.unasked if p.checked_at is not None)
        why = "search.offline is set" if settings.offline else "no answer in time"
        told.append(
            f"{len(page.unasked)} not asked again whether open ({why}); "
            f"last seen {oldest.date().isoformat()} or later, see checked_at"
        )
    return told
