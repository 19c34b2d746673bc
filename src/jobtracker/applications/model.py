"""What an application is: models only, light to import."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainSerializer

from jobtracker.core.speech import Saying
from jobtracker.core.words import Wording

Status = Literal[
    "saved", "applied", "screening", "interview", "offer", "accepted", "rejected", "withdrawn"
]
StatusFilter = Literal[
    "all",
    "open",
    "closed",
    "saved",
    "applied",
    "screening",
    "interview",
    "offer",
    "accepted",
    "rejected",
    "withdrawn",
]
Channel = Literal["online", "email", "post", "phone", "in_person", "referral", "agency"]
Stage = Literal["screening", "technical", "case", "panel", "final"]
Period = Literal["hour", "day", "week", "month", "year"]
ActionKind = Literal[
    "apply",
    "follow_up",
    "prepare_interview",
    "send_thank_you",
    "log_interview_result",
    "answer_offer",
    "decide_or_withdraw",
    "note_lesson",
    "submit_rav_proof",
    "reminder",
]


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


class Money(BaseModel):
    """An amount of pay: decimal, ISO 4217 code and period."""

    amount: Annotated[Decimal, PlainSerializer(_number, return_type=float, when_used="json")] = (
        Field(ge=0, le=10**12, description="The amount, as a decimal number.")
    )
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code, e.g. CHF.")
    period: Period = Field(default="year", description="hour, day, week, month or year.")


class Details(BaseModel):
    """What is known about an application beside its status. Absent fields are left as they are."""

    applied_on: str | None = Field(
        default=None, description="Day on which the person applied, ISO 8601 date."
    )
    location: str | None = Field(default=None, max_length=200, description="Place of work.")
    address: str | None = Field(
        default=None, max_length=300, description="Address or contact line of the employer."
    )
    url: str | None = Field(default=None, max_length=2000, description="Link to the posting.")
    source: str | None = Field(
        default=None, max_length=80, description="Where it was found, e.g. LinkedIn, jobs.ch."
    )
    channel: Channel | None = Field(default=None, description="How the person applied.")
    pensum: str | None = Field(
        default=None, max_length=20, description="Workload in percent, e.g. 80-100%."
    )
    company_size: str | None = Field(
        default=None, max_length=40, description="Size of the employer, e.g. 50-200."
    )
    deadline: str | None = Field(
        default=None, description="Day by which to apply or to answer, ISO 8601 date."
    )
    salary_asked: Money | None = Field(default=None, description="What the person asked for.")
    salary_offered: Money | None = Field(default=None, description="What was offered.")
    resume_version_id: str | None = Field(
        default=None, max_length=64, description="Résumé version that was sent."
    )
    letter_id: str | None = Field(default=None, max_length=64, description="Letter that was sent.")


class Contact(BaseModel):
    """A person at the employer or an agency."""

    contact_id: str = ""
    name: str = Field(max_length=200, description="Full name.")
    role: str = Field(default="", max_length=200, description="e.g. recruiter, team lead.")
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=60)


class Round(BaseModel):
    """One interview round; `start` is RFC 3339, `event_id` the calendar's."""

    round_id: str = ""
    stage: str = Field(default="", max_length=60)
    start: datetime | None = None
    timezone: str = ""
    location: str = Field(default="", max_length=500)
    event_id: str = ""
    outcome: str = Field(default="", max_length=500)
    cancelled: bool = False


class Note(BaseModel):
    """A note of the person."""

    note_id: str
    at: datetime
    text: str


class Document(BaseModel):
    """A document that belongs to the application, by reference."""

    document_id: str = ""
    kind: str = Field(max_length=40, description="e.g. resume, letter, certificate, contract.")
    name: str = Field(max_length=200)
    reference: str = Field(default="", max_length=500, description="Path, id or link.")


class Draft(BaseModel):
    """A message that waits for the person's review; nothing is sent by itself."""

    draft_id: str
    application_id: str
    kind: str
    language: str
    tone: str
    subject: str
    text: str
    facts: list[str] = Field(description="Each fact in the text and where it comes from.")
    missing: list[str] = Field(description="What the person should fill in before sending.")
    status: Literal["review", "sent", "discarded"] = "review"
    created_at: datetime
    wording: Wording | None = None


class HistoryEntry(BaseModel):
    """One change: when it was recorded, by whom and why, and the day on which it happened."""

    seq: int
    at: datetime
    kind: str
    by: str
    on: date | None = None
    from_status: Status | None = None
    to_status: Status | None = None
    changed: list[str] = Field(default_factory=list[str])
    why: str = ""


class Application(BaseModel):
    """An application as lists show it."""

    application_id: str
    company: str
    title: str
    status: Status
    status_on: date = Field(description="Day on which it reached this status.")
    applied_on: date | None = None
    job_id: str | None = None
    location: str = ""
    source: str = ""
    url: str = ""
    deadline: date | None = None
    updated_at: datetime


class ApplicationDetails(Application):
    """An application with everything that is stored about it."""

    created_at: datetime
    responded_on: date | None = Field(default=None, description="Day of the employer's answer.")
    address: str = ""
    channel: Channel | None = None
    pensum: str = ""
    company_size: str = ""
    salary_asked: Money | None = None
    salary_offered: Money | None = None
    resume_version_id: str | None = None
    letter_id: str | None = None
    contacts: list[Contact] = Field(default_factory=list[Contact])
    rounds: list[Round] = Field(default_factory=list[Round])
    notes: list[Note] = Field(default_factory=list[Note])
    documents: list[Document] = Field(default_factory=list[Document])
    drafts: list[Draft] = Field(default_factory=list[Draft])
    history: list[HistoryEntry] = Field(default_factory=list[HistoryEntry])


class TrackedApplication(ApplicationDetails):
    """What came of tracking: a new application, a known one moved on, or one left as it was."""

    created: bool
    moved: bool
    message: str


class ApplicationPage(BaseModel):
    """One page of a person's applications, last changed first."""

    applications: list[Application]
    total: int
    counts: dict[str, int] = Field(description="Applications per status, of all pages.")
    next_cursor: str | None = None


class NextAction(BaseModel):
    """One thing to do; `due` is RFC 3339."""

    application_id: str
    action: ActionKind
    due: datetime
    why: str
    reason: Saying | None = Field(default=None, description="`why` by its code and facts.")
    company: str
    title: str
    overdue: bool
    reminder_id: str | None = Field(
        default=None, description="Of what the person asked to be reminded of; dismiss it by this."
    )


class NextActions(BaseModel):
    """What is due, most urgent first."""

    actions: list[NextAction]
    total: int


class Reminder(BaseModel):
    """Something due that the person was told of, once; times are RFC 3339."""

    reminder_id: str
    action: str
    application_id: str | None
    company: str
    title: str
    due: datetime
    why: str
    reason: Saying | None = Field(default=None, description="`why` by its code and facts.")
    fired_at: datetime
    read: bool


class PlannedReminder(BaseModel):
    """What the person asked to be reminded of, and when (RFC 3339)."""

    reminder_id: str
    text: str
    due: datetime
    application_id: str | None


class Reminders(BaseModel):
    """Reminders, newest first; `unread` counts all that were not seen."""

    reminders: list[Reminder]
    unread: int


class Rate(BaseModel):
    """A share with its 95 % Wilson interval; `value` is null where `n` is under 5."""

    n: int
    answered: int
    value: float | None
    low: float | None = None
    high: float | None = None


class FunnelStep(BaseModel):
    """How many applications reached a stage, and the share of the stage before."""

    stage: str
    count: int
    from_previous: Rate | None


class GroupRate(BaseModel):
    """The response rate of one group; `label` is its name in the language of the answer."""

    group: str
    label: str = ""
    rate: Rate


class MonthChange(BaseModel):
    """This month so far beside the same days of the last one."""

    applications: int
    applications_before: int
    answers: int
    answers_before: int


class ApplicationStats(BaseModel):
    """The figures of a person's applications."""

    total: int
    by_status: dict[str, int]
    funnel: list[FunnelStep]
    response: Rate = Field(description="Answered of those applied for, leaving out the fresh ones.")
    by_source: list[GroupRate]
    by_resume_version: list[GroupRate]
    by_title: list[GroupRate]
    by_company_size: list[GroupRate]
    by_weekday: list[GroupRate]
    median_days_to_answer: float | None = Field(description="Null under 5 answers.")
    answers: int
    month: MonthChange
    notes: list[str]
    sayings: list[Saying] = Field(
        default_factory=list[Saying], description="`notes` by their codes and facts."
    )


class DeletedApplication(BaseModel):
    """An application that is gone, with its notes, contacts, drafts, history and exported files."""

    application_id: str
    deleted: bool = True
    files: list[str] = []


class Posting(BaseModel):
    """What the tracker keeps of a posting; filled by whoever resolves the job id."""

    job_id: str
    company: str
    title: str
    location: str = ""
    url: str = ""
    source: str = ""
    pensum: str = ""
    deadline: str | None = None


class ExportWarning(BaseModel):
    """What one entry lacks."""

    application_id: str
    entry: str
    missing: list[str]


class ExportedApplications(BaseModel):
    """A written file. `warnings` say which entries lack what the format needs, one line each."""

    path: str
    mime_type: str
    size_bytes: int
    entries: int
    also: list[str] = Field(
        default_factory=list[str], description="Further files, e.g. the CSV beside the PDF."
    )
    warnings: list[str]
    incomplete: list[ExportWarning] = Field(default_factory=list[ExportWarning])


class ImportFailure(BaseModel):
    """One row that could not be taken over."""

    row: int
    reason: str


class ImportReport(BaseModel):
    """What came of a bulk import."""

    created: int
    updated: int
    unchanged: int
    failures: list[ImportFailure]


class DraftMark(BaseModel):
    """What the person did with a draft."""

    draft_id: str = Field(max_length=64, description="The draft, draf_…")
    status: Literal["sent", "discarded"] = Field(description="Sent by the person, or thrown away.")


class Change(BaseModel):
    """A change as it is asked of the service."""

    status: Status | None = None
    note: str | None = None
    date: str | None = None
    details: Details | None = None
    contact: Contact | None = None
    round: Round | None = None
    document: Document | None = None
    draft: DraftMark | None = None
    undo: bool = False

    def is_empty(self) -> bool:
        """Tell whether nothing is asked."""
        return not self.undo and all(value is None for name, value in self if name != "undo")
