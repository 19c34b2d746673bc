"""The résumé's MCP prompts."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from mcp_servers.kit import ServerKit
from mcp_servers.prompting import (
    LANGUAGES,
    TONES,
    Prompting,
    among,
    fill,
    job_ids,
    posting_text,
    resume_ids,
    resume_json,
)

_CHANGES = 6
JobId = Annotated[str, Field(description="Id of the posting, job_…")]
ResumeId = Annotated[str, Field(description="Id of the résumé; empty: the one last used.")]
Language = Annotated[str, Field(description="Of the answer: en, de, fr, it.")]


def register(kit: ServerKit) -> None:
    """Register the prompts."""

    def cover_letter(
        ctx: Context[Any, Any],
        job_id: JobId,
        resume_id: ResumeId = "",
        tone: Annotated[str, Field(description=", ".join(TONES))] = "professional",
        language: Language = "en",
    ) -> str:
        """Write a letter of application in which every claim points at the résumé."""
        user = kit.user(ctx)
        return fill(
            "cover_letter", language, resume=resume_json(kit, user, resume_id),
            posting=posting_text(kit, user, job_id), tone=tone,
        )  # fmt: skip

    def tailoring(
        ctx: Context[Any, Any],
        job_id: JobId,
        resume_id: ResumeId = "",
        language: Language = "en",
    ) -> str:
        """Reword and reorder a résumé for one posting without adding a fact."""
        user = kit.user(ctx)
        return fill(
            "tailoring", language, resume=resume_json(kit, user, resume_id),
            posting=posting_text(kit, user, job_id), max_changes=_CHANGES,
        )  # fmt: skip

    shared = {
        "job_id": job_ids(kit), "resume_id": resume_ids(kit), "language": among(*LANGUAGES),
    }  # fmt: skip
    prompting = Prompting(kit)
    prompting.add(
        "cover_letter", "Write a letter of application", cover_letter, tone=among(*TONES), **shared
    )
    prompting.add("tailoring", "Tailor the résumé to a posting", tailoring, **shared)
