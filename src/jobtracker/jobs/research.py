"""What is known of a company, with sources: from kept postings, the list of employers, its careers
page, and what the caller knows of the person's own history with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobtracker.core.errors import BadInput, JobTrackerError
from jobtracker.core.http import checked_url
from jobtracker.core.speech import say
from jobtracker.jobs.company_page import careers_page, read_careers_page
from jobtracker.jobs.employers import find_employer
from jobtracker.jobs.model import CompanyResearch, Finding, JobPosting, SearchRequest
from jobtracker.jobs.saying import counted, pay

if TYPE_CHECKING:
    from jobtracker.jobs.service import JobService

MOST_NAME = 200


def research(
    jobs: JobService,
    user: str,
    company: str,
    careers_url: str = "",
    history: Sequence[Finding] = (),
) -> CompanyResearch:
    """Return what is known of a company; nothing is said that no source states.

    `careers_url` is its careers page where the person names one, else it is found by the addresses
    of its postings. `history` is what other features know of the person and this company.

    Raises:
        BadInput: no company is named, or the address is none that may be fetched.
    """
    name = " ".join(company.split())
    if not any(map(str.isalnum, name)):
        raise BadInput("company: empty; name one")
    if len(name) > MOST_NAME:
        raise BadInput(f"company: {len(name)} characters, {MOST_NAME} at most")
    if careers_url:
        checked_url(careers_url)
    found = jobs.search(user, SearchRequest(company=name, limit=50))
    postings = [jobs.get(user, job.job_id) for job in found.jobs]
    findings = _findings(postings)
    employer = find_employer(name)
    if employer is not None:
        code = "jobs.board_seen" if employer.verified else "jobs.board_unseen"
        fact = say(code, source=employer.source, board=employer.board)
        findings.append(Finding(fact=fact, source="config/sources.toml"))
    page = careers_url or careers_page([one for one in postings if not one.sample])
    told, notes = _by_page(jobs, user, page)
    findings += [*told, *history]
    if not findings:
        findings.append(Finding(fact=say("jobs.nothing_known"), source=say("jobs.kept_postings")))
    return CompanyResearch(
        company=postings[0].company or name if postings else name,
        open_postings=found.total,
        findings=findings,
        jobs=found.jobs[:10],
        careers_url=page or next((p.apply_url for p in postings if p.apply_url), None),
        notes=notes,
    )


def _by_page(jobs: JobService, user: str, page: str | None) -> tuple[list[Finding], list[str]]:
    """Return what the careers page says, and why it says nothing."""
    if page is None:
        return [], []
    if jobs.core.settings.search.offline:
        return [], [say("jobs.page_offline", page=page[:200])]
    try:
        url, facts = read_careers_page(jobs.core, user, page)
    except JobTrackerError as exc:
        return [], [say("jobs.page_silent", page=page[:200], reason=exc.message)]
    return [Finding(fact=fact, source=url[:300]) for fact in facts], []


def _findings(postings: list[JobPosting]) -> list[Finding]:
    if not postings:
        return []
    findings: list[Finding] = []
    source = ", ".join(sorted({s.source for p in postings for s in p.sources}))
    ids = ", ".join(p.job_id for p in postings[:5])
    where = say("jobs.from_postings", n=len(postings), source=source, ids=ids)
    for code, values in (
        ("jobs.hires_in", [place.name for p in postings for place in p.places]),
        ("jobs.asks_for", [skill for p in postings for skill in p.skills]),
        ("jobs.works", [p.work_mode for p in postings if p.work_mode]),
        ("jobs.writes_in", [p.language for p in postings if p.language]),
        ("jobs.level", [p.seniority for p in postings if p.seniority]),
    ):
        if common := counted(code.partition(".")[2], values):
            findings.append(Finding(fact=say(code, values=common), source=where))
    for posting in postings:
        if posting.salary is not None:
            fact = say("jobs.states_pay", pay=pay(posting.salary), title=posting.title)
            findings.append(Finding(fact=fact, source=posting.job_id))
    if any(posting.sample for posting in postings):
        findings.append(Finding(fact=say("jobs.samples_only"), source="sample"))
    return findings[:15]
