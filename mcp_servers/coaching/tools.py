"""The coach's tools: each gathers the facts, calls one service function and shapes the result."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult
from pydantic import Field

from jobtracker.coaching.model import (
    AnswerReview,
    Language,
    MockQuestion,
    MockResult,
    MockTurn,
    PreparedInterview,
    Stage,
)
from jobtracker.core.speech import known, say, spoken
from mcp_servers.coaching.sources import Sources
from mcp_servers.coaching.wordtools import register_words
from mcp_servers.embedded import from_disk, with_files
from mcp_servers.kit import ServerKit, Worded
from mcp_servers.wording import rewording

JobId = Annotated[
    str | None, Field(description="Posting, job_…; or give application_id.", max_length=64)
]
ApplicationId = Annotated[
    str | None, Field(description="Application, app_…; or give job_id.", max_length=64)
]
StageOf = Annotated[Stage, Field(description="Which kind of interview it is.")]
SessionId = Annotated[
    str | None, Field(description="Session, mock_…; default the newest open one.", max_length=64)
]


def _told(plan: PreparedInterview) -> str:
    """Say what was prepared in one line, for clients that show text alone."""
    named = plan.model_dump(include={"stage", "role", "company"})
    lines = [say("coaching.prepared", **named)]
    lines += [f"- {item.question} ({item.why})" for item in plan.questions]
    return "\n".join(lines)


def register(kit: ServerKit) -> None:
    """Register all tools of the coach."""
    sources = Sources(kit)
    _register_preparation(kit, sources)
    _register_mock(kit, sources)
    register_words(kit, sources)


def _prepared(
    sources: Sources,
    user: str,
    job_id: str | None,
    application_id: str | None,
    stage: Stage,
    language: Language | None,
) -> PreparedInterview:
    subject, tag = sources.subject(user, job_id, application_id)
    worded = language or known(tag) or spoken()
    plan = sources.coach.prepare(subject, sources.resume(user), stage, worded)
    return _asked(sources, user, plan, subject.description)


def _asked(
    sources: Sources, user: str, plan: PreparedInterview, background: str
) -> PreparedInterview:
    """Return the plan with its questions in a model's words, where there is one."""
    from jobtracker.coaching.wording import asked

    about = f"{plan.role} {plan.company}"
    core = sources.kit.core
    return asked(
        plan,
        rewording(core, user, "questions", plan.language, about=about, background=background),
    )


def _register_preparation(kit: ServerKit, sources: Sources) -> None:
    @kit.tool(title="Prepare an interview", idempotent=True)
    def prepare_interview(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        job_id: JobId = None,
        application_id: ApplicationId = None,
        stage: StageOf = "screening",
        language: Worded = None,
        pdf: Annotated[bool, Field(description="Also write one page to take along.")] = False,
    ) -> Annotated[CallToolResult, PreparedInterview]:
        """Prepare the person for an interview from what is stored: likely questions with why they
        are likely, the person's own stories from the résumé that answer them (each with its
        evidence), gaps and how to speak of them, questions to ask, time and place.
        """
        user = kit.user(ctx)
        plan = _prepared(sources, user, job_id, application_id, stage, language)
        if not pdf:
            return with_files(plan, _told(plan), [])
        plan = sources.coach.take_along(user, plan)
        return with_files(plan, _told(plan), [from_disk(plan.pdf_path or "", "application/pdf")])

    @kit.tool(title="Review an answer", read_only=True)
    def review_answer(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        question: Annotated[str, Field(description="The interview question.")],
        answer: Annotated[str, Field(description="What the person answered, as spoken.")],
    ) -> AnswerReview:
        """Score an interview answer from 0 to 100 on a written rubric: structure, specificity,
        result, relevance, length, hedging and filler, with the sentence that earned or lost points.
        """
        from jobtracker.coaching.wording import advised

        review = sources.coach.review(question, answer)
        return advised(kit.core.writer, kit.user(ctx), review, question, answer)


def _register_mock(kit: ServerKit, sources: Sources) -> None:
    @kit.tool(title="Start a mock interview")
    def start_mock_interview(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        job_id: JobId = None,
        application_id: ApplicationId = None,
        stage: StageOf = "screening",
        language: Worded = None,
        role: Annotated[
            str | None,
            Field(description="Role to practise for, where there is no posting.", max_length=200),
        ] = None,
        questions: Annotated[int, Field(ge=1, le=12, description="How many questions.")] = 5,
    ) -> MockQuestion:
        """Start a mock interview and ask its first question. It may be continued days later."""
        user = kit.user(ctx)
        if role and not job_id and not application_id:
            from jobtracker.coaching.preparation import Subject, prepare

            subject = Subject(company="", role=role)
            practised = prepare(subject, sources.resume(user), stage, language or "en")
            practised = _asked(sources, user, practised, "")
            return sources.coach.start_mock(user, practised, questions)
        prepared = _prepared(sources, user, job_id, application_id, stage, language)
        return sources.coach.start_mock(user, prepared, questions)

    @kit.tool(title="Answer a mock question")
    def answer_mock_question(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        answer: Annotated[str, Field(description="The person's answer, as spoken.")],
        session_id: SessionId = None,
    ) -> MockTurn:
        """Answer the question that waits: returns its review and the next question, which follows
        up where the answer was weak.
        """
        from jobtracker.coaching.wording import advised

        user = kit.user(ctx)
        asked = sources.coach.open_question(user, session_id)
        turn = sources.coach.answer_mock(user, session_id, answer)
        question = asked.question if asked else ""
        review = advised(kit.core.writer, user, turn.review, question, answer)
        return turn.model_copy(update={"review": review})

    @kit.tool(title="Finish a mock interview", idempotent=True)
    def finish_mock_interview(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any], session_id: SessionId = None
    ) -> MockResult:
        """Close a mock interview: score, strongest and weakest part, advice, and the progress
        against earlier sessions.
        """
        return sources.coach.finish_mock(kit.user(ctx), session_id)
