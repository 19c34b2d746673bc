"""The résumé as the rest of the program sees it: JSON Resume, and what the tools answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from jobtracker.core.speech import Saying
from jobtracker.core.words import Wording
from jobtracker.resumes.jsonresume import (
    Award,
    Basics,
    Certificate,
    Education,
    Interest,
    Language,
    Location,
    Profile,
    Project,
    Publication,
    Reference,
    Resume,
    Skill,
    Sparse,
    Volunteer,
    Work,
)

__all__ = [
    "Award",
    "Basics",
    "Certificate",
    "Education",
    "Interest",
    "Language",
    "Location",
    "Profile",
    "Project",
    "Publication",
    "Reference",
    "Resume",
    "Skill",
    "Sparse",
    "Volunteer",
    "Work",
]

Format = Literal["pdf", "docx", "json", "markdown", "html", "txt"]
Tone = Literal["professional", "enthusiastic", "concise"]


class FieldSource(BaseModel):
    """Where a field was read: `path` as a JSON pointer, `page` and `line` from 1."""

    path: str
    page: int = 1
    line: int = 0
    quote: str
    confidence: float = Field(ge=0, le=1)


class HiddenText(BaseModel):
    """Text that a machine reads and a person does not see; it is kept out of the résumé."""

    how: Literal["white", "tiny", "off_page", "invisible", "hidden_style", "metadata", "covered"]
    text: str
    page: int = 1


class Layout(BaseModel):
    """What an applicant-tracking system stumbles over, as found in the file."""

    kind: str
    pages: int = 1
    columns: int = 1
    tables: int = 0
    images: int = 0
    text_boxes: int = 0
    header_footer_text: bool = False
    smallest_font: float | None = None
    fonts: int = 0
    words: int = 0
    unmapped_characters: int = 0


class ReadResult(BaseModel):
    """What a reader made of a file."""

    resume: Resume
    text: str
    language: str
    layout: Layout
    sources: list[FieldSource] = Field(default_factory=list[FieldSource])
    hidden: list[HiddenText] = Field(default_factory=list[HiddenText])
    warnings: list[Saying] = Field(default_factory=list[Saying])


class ImportResult(BaseModel):
    """A résumé that was read and kept."""

    resume_id: str
    version_id: str
    resume: Resume
    language: str
    sources: list[FieldSource] = Field(
        default_factory=list[FieldSource], description="where the main fields were read, 50 at most"
    )
    warnings: list[str]


class ResumeSummary(BaseModel):
    """One line of the list."""

    resume_id: str
    version_id: str
    name: str | None
    label: str | None
    filename: str
    language: str
    versions: int
    created_at: str
    updated_at: str


class ResumeList(BaseModel):
    """The person's résumés, newest first."""

    resumes: list[ResumeSummary]


class Outcome(BaseModel):
    """How the applications with a version did; `answer_rate` is null under five settled ones."""

    applications: int
    answers: int
    interviews: int = 0
    offers: int = 0
    answer_rate: float | None = None


class VersionInfo(BaseModel):
    """One version: where it comes from, what for, and how the applications with it did."""

    version_id: str
    parent: str | None
    purpose: Literal["import", "edit", "tailor", "restore"]
    label: str | None
    note: str | None
    job_id: str | None
    job_title: str | None
    created_at: str
    outcome: Outcome | None = None


class ResumeDocument(BaseModel):
    """A résumé at one version, with the list of its newest versions."""

    resume_id: str
    version_id: str
    resume: Resume
    language: str
    filename: str
    versions: list[VersionInfo]
    better_version: str | None = Field(
        default=None, description="the version whose applications were answered clearly more often"
    )
    warnings: list[str] = Field(default_factory=list[str])


class Match(BaseModel):
    """A term of the posting that the résumé holds, and where."""

    term: str
    path: str
    quote: str
    weight: float


class Missing(BaseModel):
    """A term of the posting that the résumé does not hold."""

    term: str
    required: bool
    weight: float


class Finding(BaseModel):
    """Why points were given or lost; `where` is a path or a place in the file."""

    part: Literal["keywords", "experience", "format", "readability", "hidden_text"]
    severity: Literal["good", "info", "warn", "bad"]
    message: str
    where: str = ""
    points: float = 0.0
    code: str = Field(default="", description="What was found; the same in every language.")
    facts: dict[str, str] = Field(default_factory=dict[str, str], exclude=True)


class ScoreParts(BaseModel):
    """Each part from 0 to 100."""

    keywords: float = Field(ge=0, le=100)
    experience: float = Field(ge=0, le=100)
    format: float = Field(ge=0, le=100)
    readability: float = Field(ge=0, le=100)


class ScoreResult(BaseModel):
    """How well a résumé fits a posting, and why. The same input always gives the same score."""

    score: float = Field(ge=0, le=100)
    parts: ScoreParts
    matched: list[Match]
    missing: list[Missing]
    findings: list[Finding]
    resume_id: str | None = None
    version_id: str | None = None
    job_id: str | None = None
    job_title: str | None = None


class Evidence(BaseModel):
    """The place in the résumé on which something rests: a JSON pointer and the words there."""

    path: str
    quote: str


class Change(BaseModel):
    """One change and what it rests on. `op` is add, remove, replace or move."""

    path: str
    op: Literal["add", "remove", "replace", "move"] = "replace"
    before: str | None
    after: str | None
    why: str = ""
    evidence: Evidence | None = None
    code: str = Field(default="", description="Why; the same in every language.")
    facts: dict[str, str] = Field(default_factory=dict[str, str], exclude=True)


class Rejected(BaseModel):
    """A proposed change that the résumé does not bear out."""

    path: str
    text: str
    reasons: list[str]


class Gap(BaseModel):
    """What the posting wants and the résumé lacks: something to talk about, not to write."""

    term: str
    required: bool
    advice: str


class TailorResult(BaseModel):
    """A new version made for a posting."""

    resume_id: str
    version_id: str
    changes: list[Change]
    rejected: list[Rejected]
    gaps: list[Gap]
    score_before: float
    score_after: float
    wording: Wording | None = None


class EditResult(BaseModel):
    """A new version after an edit; `version_before` undoes it with restore_version."""

    resume_id: str
    version_id: str
    version_before: str
    changes: list[Change]
    note: str = ""


class DiffResult(BaseModel):
    """What differs between two versions."""

    resume_id: str
    version_a: str
    version_b: str
    changes: list[Change]


class RestoreResult(BaseModel):
    """A new version that holds what an older one held."""

    resume_id: str
    version_id: str
    restored_from: str


class ExportResult(BaseModel):
    """A written file."""

    path: str
    mime_type: str
    size_bytes: int
    pages: int | None = None
    template: str | None = None


class Claim(BaseModel):
    """A sentence of a letter and the place in the résumé on which it rests."""

    text: str
    evidence: Evidence


class LetterResult(BaseModel):
    """A letter, kept for review: nothing is sent."""

    letter_id: str
    kind: Literal["cover_letter", "follow_up"] = "cover_letter"
    language: str
    tone: Tone
    subject: str
    text: str
    claims: list[Claim]
    gaps: list[Gap] = Field(default_factory=list[Gap])
    rejected: list[Rejected] = Field(
        default_factory=list[Rejected], description="sentences given that the résumé does not hold"
    )
    wording: Wording | None = None
    status: Literal["draft", "approved", "discarded"] = "draft"


class Review(BaseModel):
    """A draft that waits for the person: what it says and what it claims."""

    review_id: str
    kind: Literal["letter", "follow_up"]
    subject: str
    text: str
    about: str = ""
    claims: list[Claim] = Field(default_factory=list[Claim])
    missing: list[str] = Field(
        default_factory=list[str], description="what the posting asks for and the letter cannot say"
    )
    created_at: str


class ReviewList(BaseModel):
    """What waits for the person, newest first."""

    reviews: list[Review]
    total: int


class ReviewDecision(BaseModel):
    """What the person decided; approving sends nothing by itself."""

    review_id: str
    status: Literal["approved", "discarded"]
