"""The résumé tools: each validates, calls one service function and shapes the result."""

import base64
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import BlobResourceContents, CallToolResult, EmbeddedResource, TextContent
from pydantic import AnyUrl, Field

from jobtracker.core.speech import say, spoken
from jobtracker.resumes.model import (
    DiffResult,
    EditResult,
    ExportResult,
    Format,
    ImportResult,
    LetterResult,
    RestoreResult,
    ResumeDocument,
    ResumeList,
    ReviewDecision,
    ReviewList,
    ScoreResult,
    TailorResult,
    Tone,
)
from mcp_servers.kit import Confirmation, ServerKit, Spoken, require_yes

if TYPE_CHECKING:
    from jobtracker.resumes.outcomes import Sent
    from jobtracker.resumes.reviews import Reviews
    from jobtracker.resumes.service import Job, ResumeService
    from jobtracker.resumes.workshop import Workshop

ResumeId = Annotated[str | None, Field(description="Résumé id (res_…); the newest where absent.")]
VersionId = Annotated[str | None, Field(description="Version id (ver_…); the newest where absent.")]
JobId = Annotated[str | None, Field(description="Id of a stored posting (job_…).")]
JobText = Annotated[str | None, Field(description="Text of a posting, instead of job_id.")]


class Services:
    """The services, built when the first tool is called."""

    def __init__(self, kit: ServerKit) -> None:
        self._kit = kit
        self._lock = threading.Lock()
        self._resumes: ResumeService | None = None
        self._workshop: Workshop | None = None

    def resumes(self) -> "ResumeService":
        """Return the résumé service."""
        with self._lock:
            if self._resumes is None:
                from jobtracker.resumes.service import ResumeService

                self._resumes = ResumeService(self._kit.core)
            return self._resumes

    def workshop(self) -> "Workshop":
        """Return what works on imported résumés."""
        with self._lock:
            if self._workshop is None:
                from jobtracker.resumes.workshop import Workshop

                self._workshop = Workshop(self._kit.core)
            return self._workshop

    def reviews(self) -> "Reviews":
        """Return what waits for the person's yes."""
        from jobtracker.resumes.reviews import Reviews

        return Reviews(self._kit.core)

    def sent(self, user: str) -> "list[Sent]":
        """Return how the applications that name a version of a résumé went."""
        from jobtracker.applications.pipeline import RANK
        from jobtracker.applications.service import ApplicationService
        from jobtracker.resumes.outcomes import Sent

        return [
            Sent(
                version_id=state.resume_version_id,
                answered=state.responded_on is not None or state.reached >= RANK["screening"],
                interview=state.reached >= RANK["interview"],
                offer=state.reached >= RANK["offer"],
            )
            for state in ApplicationService(self._kit.core).states(user)
            if state.resume_version_id and (state.applied_on or state.reached > 0)
        ]

    def job(self, ctx: Context[Any, Any], job_id: str | None, job_text: str | None) -> "Job":
        """Return the posting that a tool was given, by id or as text.

        Raises:
            BadInput: neither was given.
            NotFound: no such posting.
        """
        from jobtracker.core.errors import BadInput
        from jobtracker.resumes.service import Job

        if job_id:
            from jobtracker.jobs.service import JobService

            found = JobService(self._kit.core).get(self._kit.user(ctx), job_id)
            return Job(
                text=found.description,
                title=found.title,
                company=found.company or "",
                language=found.language or "",
                skills=tuple(found.skills),
                job_id=job_id,
            )
        if not (job_text or "").strip():
            raise BadInput(
                "say which posting: give job_id (from search_jobs) or its text in job_text"
            )
        return Job(text=job_text or "")

    def own_machine(self, user: str) -> bool:
        """Tell whether this is the person who started the process here."""
        return self._kit.transport != "http" and user == self._kit.core.settings.user


def register(kit: ServerKit) -> None:
    """Register the tools."""
    services = Services(kit)
    _reading_tools(kit, services)
    _tailoring_tools(kit, services)
    _version_tools(kit, services)
    _export_tool(kit, services)
    _review_tools(kit, services)


def _reading_tools(kit: ServerKit, services: Services) -> None:
    @kit.tool(title="Import a résumé")
    def import_resume(
        ctx: Context[Any, Any],
        path: Annotated[str | None, Field(description="Path of the file on this machine.")] = None,
        content_base64: Annotated[
            str | None, Field(description="The file's bytes in base64, instead of path.")
        ] = None,
        filename: Annotated[str | None, Field(description="Name of the file.")] = None,
    ) -> ImportResult:
        """Read a résumé file into JSON Resume and keep it.

        Reads PDF, DOCX, ODT, RTF, HTML, Markdown, text, JSON Resume, LinkedIn's export ZIP and
        Europass XML; tells what was unclear in `warnings`.
        """
        user = kit.user(ctx)
        return services.resumes().import_file(
            user,
            path=path,
            content_base64=content_base64,
            filename=filename,
            own_machine=services.own_machine(user),
        )

    @kit.tool(title="List résumés", read_only=True)
    def list_resumes(ctx: Context[Any, Any]) -> ResumeList:
        """List the person's résumés, newest first."""
        return services.resumes().list(kit.user(ctx))

    @kit.tool(title="Show a résumé", read_only=True)
    def get_resume(
        ctx: Context[Any, Any], resume_id: ResumeId = None, version_id: VersionId = None
    ) -> ResumeDocument:
        """Show a résumé as JSON Resume, with its versions and how applications with each did."""
        from jobtracker.resumes.outcomes import add_outcomes

        user = kit.user(ctx)
        document = services.resumes().get(user, resume_id, version_id)
        return add_outcomes(document, services.sent(user))

    @kit.tool(title="Score a résumé against a posting", read_only=True)
    def score_resume(
        ctx: Context[Any, Any],
        resume_id: ResumeId = None,
        job_id: JobId = None,
        job_text: JobText = None,
        version_id: VersionId = None,
        language: Spoken = None,
    ) -> ScoreResult:
        """Tell how well a résumé fits a posting: a score from 0 to 100, its parts and every reason.

        The same résumé and posting always give the same score.
        """
        job = services.job(ctx, job_id, job_text)
        from jobtracker.resumes.saying import told

        made = services.resumes().score(kit.user(ctx), job, resume_id, version_id)
        return told(made, spoken())


def _tailoring_tools(kit: ServerKit, services: Services) -> None:
    @kit.tool(title="Tailor a résumé to a posting")
    def tailor_resume(
        ctx: Context[Any, Any],
        resume_id: ResumeId = None,
        job_id: JobId = None,
        job_text: JobText = None,
        version_id: VersionId = None,
        proposals: Annotated[
            list[dict[str, Any]] | None,
            Field(
                description="Rephrasings to check and take: [{path, text}], path a JSON "
                "pointer such as "
                "/work/0/highlights/1. What the résumé does not bear out is refused with the "
                "reason."
            ),
        ] = None,
        language: Spoken = None,
    ) -> TailorResult:
        """Make a version of the résumé for a posting: reordered, selected, rephrased, never
        invented.

        Every change names its evidence; what the posting wants and the résumé lacks is in `gaps`.
        """
        job = services.job(ctx, job_id, job_text)
        from jobtracker.resumes.saying import told_changes

        made = services.workshop().tailor(kit.user(ctx), job, resume_id, version_id, proposals)
        return told_changes(made, spoken())

    @kit.tool(title="Write a cover letter")
    def write_cover_letter(
        ctx: Context[Any, Any],
        resume_id: ResumeId = None,
        job_id: JobId = None,
        job_text: JobText = None,
        tone: Annotated[Tone, Field(description="How it sounds.")] = "professional",
        language: Annotated[
            str | None, Field(description="en, de, fr or it; the posting's language where absent.")
        ] = None,
        version_id: VersionId = None,
        sentences: Annotated[
            list[str] | None,
            Field(
                description="Sentences for the body, to check and take. What the résumé does not "
                "bear out is refused with the reason; rephrase and try again."
            ),
        ] = None,
    ) -> LetterResult:
        """Write a cover letter as a draft; each claim names the place in the résumé it rests on.

        Swiss form (place and date, subject line, “ss” in German). Nothing is sent.
        """
        job = services.job(ctx, job_id, job_text)
        return services.workshop().cover_letter(
            kit.user(ctx), job, resume_id, tone, language, version_id, sentences
        )


def _version_tools(kit: ServerKit, services: Services) -> None:
    @kit.tool(title="Edit a résumé")
    def edit_resume(
        ctx: Context[Any, Any],
        resume_id: ResumeId = None,
        patch: Annotated[
            list[dict[str, Any]] | None,
            Field(description="JSON Patch (RFC 6902) on the JSON Resume."),
        ] = None,
        instruction: Annotated[
            str | None,
            Field(
                description="What to change, in words: “make it one page”, “shorten the "
                "second job”."
            ),
        ] = None,
        label: Annotated[str | None, Field(description="A name for the new version.")] = None,
    ) -> EditResult:
        """Change the résumé as the person says, as a new version with a diff.

        Instructions: add that …, remove …, shorten …, change … to …, make it one page, undo.
        """
        return services.workshop().edit(
            kit.user(ctx), resume_id, patch=patch, instruction=instruction, label=label
        )

    @kit.tool(title="Compare two versions", read_only=True)
    def diff_versions(
        ctx: Context[Any, Any],
        version_a: Annotated[str, Field(description="The older version (ver_…).")],
        version_b: Annotated[
            str | None, Field(description="The newer; the newest where absent.")
        ] = None,
        resume_id: ResumeId = None,
    ) -> DiffResult:
        """Show what differs between two versions of a résumé."""
        return services.workshop().diff(kit.user(ctx), version_a, version_b, resume_id)

    @kit.tool(title="Restore a version")
    def restore_version(
        ctx: Context[Any, Any],
        version_id: Annotated[str, Field(description="The version to go back to (ver_…).")],
        resume_id: ResumeId = None,
    ) -> RestoreResult:
        """Go back to an older version; it becomes the newest, and nothing is lost."""
        return services.workshop().restore(kit.user(ctx), resume_id, version_id)


def _export_tool(kit: ServerKit, services: Services) -> None:
    @kit.tool(title="Export a résumé")
    def export_resume(
        ctx: Context[Any, Any],
        resume_id: ResumeId = None,
        version_id: VersionId = None,
        format: Annotated[Format, Field(description="File format.")] = "pdf",
        template: Annotated[
            str | None,
            Field(description="For PDF: classic, modern, swiss (with photo), ats or compact."),
        ] = None,
        language: Annotated[
            str | None,
            Field(description="Of the headings: en, de, fr or it; the résumé's where absent."),
        ] = None,
    ) -> Annotated[CallToolResult, ExportResult]:
        """Write the résumé as a file; it comes as an embedded resource and lies at `path`."""
        made, data = services.workshop().export(
            kit.user(ctx), resume_id, version_id, format, template, language
        )
        resource = BlobResourceContents(
            uri=str(AnyUrl(Path(made.path).as_uri())),
            mime_type=made.mime_type,
            blob=base64.b64encode(data).decode("ascii"),
        )
        name = Path(made.path).name
        summary = say("resumes.exported", name=name, n=made.size_bytes, path=made.path)
        return CallToolResult(
            content=[
                TextContent(type="text", text=summary),
                EmbeddedResource(type="resource", resource=resource),
            ],
            structured_content=made.model_dump(mode="json"),
        )


def _review_tools(kit: ServerKit, services: Services) -> None:
    def ask(
        ctx: Context[Any, Any], review_id: str, approve: bool
    ) -> Elicit[Confirmation] | Confirmation:
        found = services.reviews().get(kit.user(ctx), review_id)
        asked = say("resumes.approve" if approve else "resumes.discard")
        return kit.ask(ctx, f"{asked}\n\n{found.subject}\n\n{found.text[:1500]}")

    @kit.tool(title="What waits for review", read_only=True)
    def list_reviews(ctx: Context[Any, Any]) -> ReviewList:
        """List the letters that wait for the person's yes, with their claims and evidence."""
        return services.reviews().list_reviews(kit.user(ctx))

    @kit.tool(title="Decide on a letter")
    def decide_review(
        ctx: Context[Any, Any],
        review_id: Annotated[str, Field(description="Id from list_reviews.", max_length=64)],
        approve: Annotated[bool, Field(description="Approve; false discards it.")],
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
    ) -> ReviewDecision:
        """Approve or discard a letter, after the person said yes. Nothing is sent by this."""
        require_yes(answer)
        return services.reviews().decide(kit.user(ctx), review_id, approve)
