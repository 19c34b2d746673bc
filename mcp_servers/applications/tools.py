"""The tracker's tools: each validates, calls one service function and shapes the result."""

import contextlib
import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import CallToolResult
from pydantic import Field

from jobtracker.applications.model import (
    ApplicationDetails,
    ApplicationPage,
    ApplicationStats,
    Change,
    Contact,
    DeletedApplication,
    Details,
    Document,
    Draft,
    DraftMark,
    ExportedApplications,
    NextActions,
    PlannedReminder,
    Posting,
    Reminders,
    Round,
    Status,
    StatusFilter,
    TrackedApplication,
)
from jobtracker.core.errors import NotFound
from jobtracker.core.speech import Language, say, spoken
from mcp_servers.embedded import from_disk, with_files
from mcp_servers.kit import Confirmation, ServerKit, Spoken, require_yes
from mcp_servers.wording import rewording

if TYPE_CHECKING:
    from jobtracker.applications.service import ApplicationService

Tone = Literal["professional", "enthusiastic", "concise"]
Format = Literal["csv", "json", "ics", "rav"]
ApplicationId = Annotated[str, Field(description="Id of the application, app_…", max_length=64)]


class Parts:
    """What the tools stand on, opened at the first call."""

    def __init__(self, kit: ServerKit) -> None:
        self.kit = kit

    @functools.cached_property
    def service(self) -> "ApplicationService":
        """The tracker."""
        from jobtracker.applications.service import ApplicationService

        return ApplicationService(self.kit.core)

    def others_listen(self) -> None:
        """Let the features that keep something about applications hear of a deletion here too."""
        from jobtracker.coaching.service import CoachingService

        CoachingService(self.kit.core)

    def posting(self, user: str, job_id: str | None) -> Posting | None:
        """Return what the tracker keeps of the posting of that id."""
        if not job_id:
            return None
        from jobtracker.jobs.service import JobService

        job = JobService(self.kit.core).get(user, job_id)
        load = job.workload
        return Posting(
            job_id=job.job_id,
            company=job.company or "",
            title=job.title,
            location=job.location[:200],
            url=(job.apply_url or "")[:2000],
            source=job.source[:80],
            pensum="" if load is None else _percent(load.min, load.max),
        )

    def pictures(
        self, made: ApplicationStats, wanted: str, language: Language
    ) -> list[tuple[str, str, bytes]]:
        """Return the charts as SVG, PNG or both; none where none is wanted."""
        if wanted == "none":
            return []
        from jobtracker.applications.charts import charts, png

        found: list[tuple[str, str, bytes]] = []
        for chart in charts(made, language):
            uri = f"chart://applications/{chart.name}"
            if wanted in {"svg", "both"}:
                found.append((f"{uri}.svg", "image/svg+xml", chart.svg.encode()))
            if wanted in {"png", "both"}:
                found.append((f"{uri}.png", "image/png", png(chart)))
        return found

    def person(self, user: str) -> dict[str, str]:
        """Return the person's name from the newest résumé; empty where none is kept."""
        from jobtracker.resumes.service import ResumeService

        kept = ResumeService(self.kit.core).list(user).resumes
        name = next((item.name for item in kept if item.name), None)
        return {"name": name} if name else {}

    def language(self, user: str, application_id: str) -> Language:
        """Return the language of the application's posting, else the person's, else English."""
        from jobtracker.jobs.service import JobService

        tags = [self.kit.core.settings.language]
        if job_id := self.service.get(user, application_id).job_id:
            # An application outlives its posting.
            with contextlib.suppress(NotFound):
                tags.insert(0, JobService(self.kit.core).get(user, job_id).language or "")
        short = [tag.split("-")[0].casefold() for tag in tags]
        known: dict[str, Language] = {"en": "en", "de": "de", "fr": "fr", "it": "it"}
        spoken: list[Language] = [known[tag] for tag in short if tag in known]
        return spoken[0] if spoken else "en"


def _told(made: ApplicationStats) -> str:
    """Say the figures in one line, for clients that show text alone."""
    rate = made.response
    code = "applications.stats_few" if rate.value is None else "applications.stats"
    return "; ".join([say(code, total=made.total, share=rate.value, n=rate.n), *made.notes])


def _percent(low: int, high: int) -> str:
    return f"{low}%" if low == high else f"{low}-{high}%"


def register(kit: ServerKit) -> None:
    """Register all tools of the tracker."""
    parts = Parts(kit)
    _register_changes(kit, parts)
    _register_reminders(kit, parts)
    _register_output(kit, parts)
    _register_reading(kit, parts)
    _register_deletion(kit, parts)


def _register_changes(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="Track an application")
    def track_application(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        job_id: Annotated[
            str | None, Field(description="Posting that was applied to, job_…")
        ] = None,
        company: Annotated[
            str | None, Field(description="Employer; needed without job_id.", max_length=200)
        ] = None,
        title: Annotated[
            str | None, Field(description="Position; needed without job_id.", max_length=300)
        ] = None,
        status: Annotated[Status, Field(description="Where it stands.")] = "saved",
        date: Annotated[
            str | None,
            Field(description="Day on which it reached that status, ISO 8601; default today."),
        ] = None,
        note: Annotated[str | None, Field(description="A note to keep.")] = None,
        details: Annotated[
            Details | None, Field(description="What else is known: source, channel, pensum …")
        ] = None,
    ) -> TrackedApplication:
        """Record that the person saved, or applied to, a posting (job_id, or company and title).

        The same posting or the same company and title is the same application: it is moved on
        where the status is later than the known one, and left alone otherwise.
        """
        user = kit.user(ctx)
        posting = parts.posting(user, job_id)
        return parts.service.track(user, posting, company, title, status, date, details, note)

    @kit.tool(title="Update an application", destructive=True)
    def update_application(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        application_id: ApplicationId,
        status: Annotated[Status | None, Field(description="The new status.")] = None,
        note: Annotated[str | None, Field(description="A note to keep, or the reason.")] = None,
        date: Annotated[
            str | None, Field(description="Day on which it happened, ISO 8601; default today.")
        ] = None,
        details: Annotated[
            Details | None, Field(description="Other fields to set; absent ones stay.")
        ] = None,
        contact: Annotated[
            Contact | None, Field(description="A person to add; with contact_id, to change.")
        ] = None,
        round: Annotated[
            Round | None, Field(description="An interview round to add; with round_id, to change.")
        ] = None,
        document: Annotated[
            Document | None, Field(description="A document to add; with document_id, to change.")
        ] = None,
        draft: Annotated[
            DraftMark | None, Field(description="Mark a draft as sent by the person, or discarded.")
        ] = None,
        undo: Annotated[bool, Field(description="Take back the last change first.")] = False,
    ) -> ApplicationDetails:
        """Move an application to another status, re-open it, add to it, or undo the last change.

        Impossible moves (accepted without an offer, an answer before the application) are refused
        with what to record first. The history keeps who changed what, when and why.
        """
        change = Change(
            status=status,
            note=note,
            date=date,
            details=details,
            contact=contact,
            round=round,
            document=document,
            draft=draft,
            undo=undo,
        )
        return parts.service.update(kit.user(ctx), application_id, change)


def _register_reading(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="List applications", read_only=True)
    def list_applications(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        status: Annotated[
            StatusFilter,
            Field(description="One status; or open, closed or all."),
        ] = "all",
        limit: Annotated[int, Field(ge=1, le=50, description="Applications a page.")] = 20,
        cursor: Annotated[str | None, Field(description="next_cursor of the page before.")] = None,
    ) -> ApplicationPage:
        """List the person's applications, last changed first, with the number per status."""
        return parts.service.list(kit.user(ctx), status, limit, cursor)

    @kit.tool(title="Show an application", read_only=True)
    def get_application(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any], application_id: ApplicationId
    ) -> ApplicationDetails:
        """Show an application with its notes, contacts, interview rounds, documents and history."""
        return parts.service.get(kit.user(ctx), application_id)

    @kit.tool(title="What to do next", read_only=True)
    def next_actions(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        limit: Annotated[int, Field(ge=1, le=50, description="Actions to return.")] = 10,
        horizon_days: Annotated[
            int, Field(ge=0, le=365, description="How many days to look ahead.")
        ] = 14,
        language: Spoken = None,
    ) -> NextActions:
        """List what is due on the applications, most urgent first, each with its reason.

        Follow-ups (when is learnt from the person's own response times), deadlines, offers to
        answer, interviews to prepare for, thank-you notes, applications gone quiet.
        """
        return parts.service.next_actions(kit.user(ctx), limit, horizon_days)


def _register_reminders(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="Reminders", read_only=True)
    def list_reminders(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        unread: Annotated[bool, Field(description="Only those not seen yet.")] = True,
        limit: Annotated[int, Field(ge=1, le=50, description="Reminders to return.")] = 20,
        language: Spoken = None,
    ) -> Reminders:
        """List what the person was reminded of: follow-ups, deadlines, interviews, goals, the
        monthly proof of efforts. Each is told once."""
        return parts.service.reminders(kit.user(ctx), unread, limit)

    @kit.tool(title="Set a reminder", idempotent=True)
    def set_reminder(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        text: Annotated[str, Field(description="What to be reminded of.", max_length=300)],
        due: Annotated[
            str,
            Field(description="When: RFC 3339, local without an offset, or a day.", max_length=40),
        ],
        application_id: Annotated[
            str, Field(description="The application that it is about, if any.", max_length=60)
        ] = "",
    ) -> PlannedReminder:
        """Remind the person of something at a time: it stands in next_actions until dismissed.

        The same text and time is kept once.
        """
        return parts.service.set_reminder(kit.user(ctx), text, due, application_id)

    @kit.tool(title="Dismiss a reminder", idempotent=True)
    def dismiss_reminder(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        reminder_id: Annotated[
            str, Field(description="rem_… as listed, or todo_… of next_actions.", max_length=60)
        ],
    ) -> Reminders:
        """Mark a reminder as seen, or what was asked for as done; returns those that are left."""
        return parts.service.dismiss_reminder(kit.user(ctx), reminder_id)


def _register_output(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="Draft a follow-up")
    def draft_follow_up(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        application_id: ApplicationId,
        tone: Annotated[Tone, Field(description="How it sounds.")] = "professional",
        language: Annotated[
            Language | None, Field(description="Language; default that of the posting.")
        ] = None,
    ) -> Draft:
        """Write a message that fits where the application stands: a follow-up after silence, a
        thank-you after an interview, an answer to an offer, a question after a rejection.

        It holds only tracked facts, waits for the person's review, and is never sent by itself.
        """
        user = kit.user(ctx)
        spoken = language or parts.language(user, application_id)
        sender = parts.person(user).get("name", "")
        reword = rewording(kit.core, user, "message", spoken, tone=tone)
        return parts.service.draft_follow_up(user, application_id, tone, spoken, sender, reword)

    @kit.tool(title="Application statistics", read_only=True)
    def application_stats(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        charts: Annotated[
            Literal["none", "svg", "png", "both"],
            Field(description="Pictures to embed: funnel, answers by group, months."),
        ] = "svg",
        language: Spoken = None,
    ) -> Annotated[CallToolResult, ApplicationStats]:
        """Count what works: the funnel, response rates by source, résumé version, title, company
        size and weekday, days to an answer, this month against the last.

        Each rate has its n and 95 % interval, and is null where n is too small to say anything.
        The pictures come as embedded resources; `language` is of their words and of the notes.
        """
        made = parts.service.stats(kit.user(ctx))
        return with_files(made, _told(made), parts.pictures(made, charts, spoken()))

    @kit.tool(title="Export applications")
    def export_applications(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        format: Annotated[
            Format,
            Field(description="csv, json, ics, or rav: the Swiss monthly proof of efforts (PDF)."),
        ] = "csv",
        month: Annotated[
            str | None,
            Field(description="Month, YYYY-MM; default all, for rav the one due by the 5th."),
        ] = None,
        language: Annotated[
            Language | None, Field(description="Language of the rav form; default German.")
        ] = None,
    ) -> Annotated[CallToolResult, ExportedApplications]:
        """Write the applications into a file, embedded here too. For rav: the list of personal
        efforts to find work (Nachweis der persönlichen Arbeitsbemühungen, preuves de recherches,
        prova degli sforzi) as PDF and CSV, with warnings naming the entries that lack what the form
        needs.
        """
        user = kit.user(ctx)
        person = parts.person(user) if format == "rav" else {}
        made = parts.service.export(user, format, month, language or "de", person)
        files = [from_disk(made.path, made.mime_type)]
        files += [from_disk(path, "text/csv") for path in made.also]
        summary = say("applications.exported", n=made.entries, size=made.size_bytes, path=made.path)
        return with_files(made, summary, files)


def _register_deletion(kit: ServerKit, parts: Parts) -> None:
    def ask(ctx: Context[Any, Any], application_id: str) -> Elicit[Confirmation] | Confirmation:
        known = parts.service.get(kit.user(ctx), application_id)
        return kit.ask(
            ctx,
            say(
                "applications.delete",
                title=known.title,
                company=known.company,
                status=known.status,
                on=known.status_on,
                notes=len(known.notes),
                contacts=len(known.contacts),
            ),
        )

    @kit.tool(title="Delete an application", destructive=True)
    def delete_application(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        application_id: ApplicationId,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
    ) -> DeletedApplication:
        """Delete an application for good, after the person said yes.

        Its notes, contacts, drafts and the personal data in its history are gone with it, so are
        what the coach kept about it and the exported files that hold it.
        """
        require_yes(answer)
        parts.others_listen()
        return parts.service.delete(kit.user(ctx), application_id)
