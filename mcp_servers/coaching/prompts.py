"""The coach's MCP prompts."""

import contextlib
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from jobtracker.core.errors import NotFound
from mcp_servers.kit import ServerKit
from mcp_servers.prompting import (
    LANGUAGES,
    Prompting,
    among,
    fill,
    job_ids,
    posting_text,
    resume_json,
)

_QUESTIONS = 8
_STAGES = ("phone", "first", "technical", "trial day", "panel", "final")
JobId = Annotated[str, Field(description="Id of the posting, job_…")]
AnyJob = Annotated[str, Field(description="Id of the posting it is about, if any.")]
Language = Annotated[str, Field(description="Of the answer: en, de, fr, it.")]


def register(kit: ServerKit) -> None:
    """Register the prompts."""

    def interview_questions(
        ctx: Context[Any, Any],
        job_id: JobId,
        stage: Annotated[str, Field(description=", ".join(_STAGES))] = "first",
        language: Language = "en",
    ) -> str:
        """Propose the questions that an interview for a posting is likely to hold."""
        user = kit.user(ctx)
        return fill(
            "interview_questions", language, posting=posting_text(kit, user, job_id),
            resume=_own_resume(kit, user), stage=stage[:60], count=_QUESTIONS,
        )  # fmt: skip

    def answer_feedback(
        ctx: Context[Any, Any],
        question: Annotated[str, Field(description="The question.")],
        answer: Annotated[str, Field(description="The answer to review.")],
        job_id: AnyJob = "",
        language: Language = "en",
    ) -> str:
        """Review one answer to one interview question."""
        posting = posting_text(kit, kit.user(ctx), job_id) if job_id else None
        return fill(
            "answer_feedback", language, question=question[:2000], answer=answer[:8000],
            posting=posting,
        )  # fmt: skip

    jobs, languages = job_ids(kit), among(*LANGUAGES)
    prompting = Prompting(kit)
    prompting.add(
        "interview_questions", "Questions to prepare for", interview_questions,
        job_id=jobs, stage=among(*_STAGES), language=languages,
    )  # fmt: skip
    prompting.add(
        "answer_feedback", "Review an answer", answer_feedback, job_id=jobs, language=languages
    )
    _register_negotiation(kit, prompting)


def _register_negotiation(kit: ServerKit, prompting: Prompting) -> None:
    def negotiation(
        ctx: Context[Any, Any],
        offer: Annotated[str, Field(description="What is offered, in words.")],
        title: Annotated[str, Field(description="The job's title.")],
        location: Annotated[str, Field(description="Where.")] = "",
        language: Language = "en",
    ) -> str:
        """Prepare a talk about pay from the figures of postings that are kept."""
        from jobtracker.jobs.service import JobService

        user = kit.user(ctx)
        market = JobService(kit.core).salary_insight(user, title[:200], location[:200], "CHF")
        return fill(
            "negotiation",
            language,
            offer=offer[:4000],
            market=market,
            resume=_own_resume(kit, user),
        )

    prompting.add(
        "negotiation", "Prepare a talk about pay", negotiation, language=among(*LANGUAGES)
    )


def _own_resume(kit: ServerKit, user: str) -> str | None:
    with contextlib.suppress(NotFound):
        return resume_json(kit, user)
    return None
