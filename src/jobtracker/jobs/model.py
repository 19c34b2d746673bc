"""The words of job search: what a posting, a search and its answer are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from jobtracker.core.errors import JobTrackerError
from jobtracker.core.speech import Saying

WorkMode = Literal["remote", "hybrid", "onsite"]
WorkModeFilter = Literal["any", "remote", "hybrid", "onsite"]
EmploymentType = Literal[
    "full_time",
    "part_time",
    "contract",
    "temporary",
    "internship",
    "apprenticeship",
    "volunteer",
]
EmploymentFilter = Literal[
    "any",
    "permanent",
    "full_time",
    "part_time",
    "contract",
    "temporary",
    "internship",
    "apprenticeship",
    "volunteer",
]
"""What may be asked for; `permanent` is all that does not end by itself."""
ENDING = ("temporary", "contract", "internship", "apprenticeship", "volunteer")
LASTING = ("full_time", "part_time", "")
"""Employments that end by themselves, and those that do not (one that is not told lasts)."""
Seniority = Literal["intern", "junior", "mid", "senior", "lead", "executive"]
Period = Literal["hour", "day", "week", "month", "year"]
OpenState = Literal["open", "closed", "unknown"]


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


Amount = Annotated[Decimal, PlainSerializer(_number, return_type=float, when_used="json")]
"""Money, decimal inside and a plain number in JSON."""


class Salary(BaseModel):
    """Pay as the posting states it. `months` is 13 where a thirteenth monthly salary is paid."""

    min: Amount | None = None
    max: Amount | None = None
    currency: str | None = Field(default=None, description="ISO 4217 code, null where not stated.")
    period: Period = "year"
    months: int = Field(default=12, description="Monthly salaries a year, 12 to 14.")


class Workload(BaseModel):
    """Percent of a full-time job."""

    min: int
    max: int


class JobPlace(BaseModel):
    """One place of work; `key` names it in the lexicon, where it is known there."""

    name: str
    key: str | None = None
    canton: str | None = None
    region: str | None = None
    country: str | None = Field(default=None, description="ISO 3166 code.")


class RawPosting(BaseModel):
    """A posting as a source's parser hands it over: translated, not yet normalised.

    `text` may be HTML or plain. Nothing here is guessed; absent is None or empty.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: str
    external_id: str
    title: str
    company: str | None = None
    url: str | None = None
    apply_url: str | None = None
    text: str = ""
    places: list[JobPlace] = Field(default_factory=list[JobPlace])
    work_mode: WorkMode | None = None
    employment: list[str] = Field(default_factory=list[str])
    salary: Salary | None = None
    salary_text: str = ""
    posted_at: datetime | None = None
    expires_at: datetime | None = None
    language: str | None = None
    seniority: str | None = None
    workload: Workload | None = None
    workload_text: str = ""
    contact: str | None = None
    tags: list[str] = Field(default_factory=list[str])
    requisition: str | None = None
    original: dict[str, Any] = Field(default_factory=dict[str, Any])


class JobSource(BaseModel):
    """Where a posting was seen."""

    source: str
    external_id: str
    url: str | None = None
    requisition: str | None = Field(default=None, description="The employer's own number for it.")


class JobPosting(BaseModel):
    """A posting as it is kept: one clean text, typed fields, every source it was seen in."""

    job_id: str
    title: str
    company: str | None = Field(description="Null where the posting does not say it.")
    location: str
    places: list[JobPlace] = Field(default_factory=list[JobPlace])
    work_mode: WorkMode | None = None
    employment_type: EmploymentType | None = None
    workload: Workload | None = None
    salary: Salary | None = None
    seniority: Seniority | None = None
    language: str | None = Field(default=None, description="BCP 47 language of the posting.")
    skills: list[str] = Field(default_factory=list[str])
    description: str = ""
    posted_at: datetime | None = None
    expires_at: datetime | None = None
    apply_url: str | None = None
    contact: str | None = Field(default=None, description="Whom to ask, as the posting says.")
    source: str
    sources: list[JobSource] = Field(default_factory=list[JobSource])
    sample: bool = Field(default=False, description="True: an invented sample, no real vacancy.")
    status: OpenState = "open"
    checked_at: datetime | None = Field(
        default=None, description="When it was last seen open, in its source or on its own page."
    )


class JobSummary(BaseModel):
    """A posting in a list."""

    job_id: str
    title: str
    company: str | None
    location: str
    work_mode: WorkMode | None = None
    employment_type: EmploymentType | None = None
    workload: Workload | None = None
    salary: Salary | None = None
    posted_at: datetime | None = None
    expires_at: datetime | None = None
    language: str | None = None
    source: str
    sample: bool = False
    apply_url: str | None = None
    checked_at: datetime | None = Field(
        default=None, description="When it was last seen open, in its source or on its own page."
    )
    score: float = Field(default=0.0, description="0 to 1, within this search.")
    why: list[str] = Field(default_factory=list[str])
    why_codes: list[str] = Field(
        default_factory=list[str], description="What each line of `why` is about: title, pay …"
    )


class Failure(BaseModel):
    """A source that did not answer."""

    source: str
    reason: str
    retry_after: float | None = Field(default=None, description="Seconds; null where unknown.")

    @classmethod
    def of(cls, source: str, exc: JobTrackerError) -> Failure:
        """Return the failure that an error of ours describes."""
        return cls(
            source=source,
            reason=f"{exc.code}: {exc.message}",
            retry_after=getattr(exc, "retry_after", None),
        )


class SearchRequest(BaseModel):
    """What is looked for. Empty text, None and `any` do not narrow the search."""

    query: str = ""
    location: str = ""
    radius_km: int = 0
    work_mode: WorkModeFilter = "any"
    salary_min: float | None = None
    currency: str | None = None
    employment_type: EmploymentFilter = "any"
    company: str = ""
    language: str = ""
    posted_within_days: int | None = None
    sources: list[str] = Field(default_factory=list[str])
    prefer: list[str] = Field(default_factory=list[str])
    avoid: list[str] = Field(default_factory=list[str])
    skills: list[str] = Field(default_factory=list[str])
    limit: int = 10
    cursor: str | None = None


class SearchResult(BaseModel):
    """A page of ranked postings, best first."""

    jobs: list[JobSummary]
    failures: list[Failure] = Field(default_factory=list[Failure])
    total: int
    next_cursor: str | None = None
    took_ms: float
    notes: list[str] = Field(
        default_factory=list[str], description="What to know about this answer."
    )
    sayings: list[Saying] = Field(
        default_factory=list[Saying], description="Notes by their codes and facts."
    )


class ImportResult(BaseModel):
    """What came of an import: one posting, or several."""

    job_id: str | None = None
    job: JobPosting | None = None
    merged_into: str | None = Field(
        default=None, description="The posting that was there already and now holds this one."
    )
    jobs: list[JobSummary] = Field(default_factory=list[JobSummary])
    total: int = 0
    warnings: list[str] = Field(default_factory=list[str])


class SimilarJobs(BaseModel):
    """Postings like a given one, nearest first."""

    job_id: str
    jobs: list[JobSummary]
    notes: list[str] = Field(
        default_factory=list[str], description="What to know about this answer."
    )


class OpenCheck(BaseModel):
    """Whether a posting can still be applied to, and how that is known."""

    job_id: str
    status: OpenState
    evidence: str
    checked_at: datetime


class SalaryInsight(BaseModel):
    """Quartiles of the pay that postings state."""

    n: int
    p25: Amount | None = None
    median: Amount | None = None
    p75: Amount | None = None
    currency: str | None = None
    period: Period = "year"
    note: str = ""


class SourceState(BaseModel):
    """A source as the person sees it."""

    name: str
    title: str
    kind: str
    auth: str
    status: str
    enabled: bool
    terms_url: str | None = None
    limits: str = ""
    note: str = ""
    postings: int = 0
    shown: int = 0
    found_dead: int = 0
    waiting_until: datetime | None = Field(
        default=None,
        description="It asked to be left alone until then; it is asked again by itself.",
    )


class SourceList(BaseModel):
    """All sources, and the share of shown postings that turned out to be closed."""

    sources: list[SourceState]
    dead_share: float | None = None


class SavedSearch(BaseModel):
    """A search that is repeated."""

    search_id: str
    name: str
    request: SearchRequest
    every_hours: int
    created_at: datetime
    last_run_at: datetime | None = None
    next_run_at: datetime
    new_jobs: list[JobSummary] = Field(default_factory=list[JobSummary])


class SavedSearches(BaseModel):
    """The person's saved searches."""

    searches: list[SavedSearch]


class Deleted(BaseModel):
    """What was deleted."""

    search_id: str
    deleted: bool = True


class Finding(BaseModel):
    """One thing known of a company, and where from."""

    fact: str
    source: str


class CompanyResearch(BaseModel):
    """What kept postings, the careers page and the person's own history say of a company."""

    company: str
    open_postings: int
    findings: list[Finding]
    jobs: list[JobSummary] = Field(default_factory=list[JobSummary])
    careers_url: str | None = None
    notes: list[str] = Field(
        default_factory=list[str], description="What could not be asked, and why."
    )
