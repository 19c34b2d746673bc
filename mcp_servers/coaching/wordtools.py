"""The coach's tools around pay, messages and goals."""

import functools
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field

from jobtracker.coaching.model import (
    Country,
    Fact,
    Goal,
    Language,
    NegotiationBrief,
    OutreachDraft,
    OutreachDrafts,
    OutreachKind,
    Period,
    Tone,
    WeeklyReview,
)
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import known, spoken
from mcp_servers.coaching.sources import Sources
from mcp_servers.kit import ServerKit, Spoken, Worded
from mcp_servers.wording import rewording

if TYPE_CHECKING:
    from jobtracker.coaching.preparation import Subject

JobId = Annotated[str | None, Field(description="Posting, job_…", max_length=64)]
ApplicationId = Annotated[str | None, Field(description="Application, app_…", max_length=64)]
Money = Annotated[float | None, Field(gt=0, le=100_000_000)]


def register_words(kit: ServerKit, sources: Sources) -> None:
    """Register the tools around pay, messages and goals."""
    _register_pay(kit, sources)
    _register_outreach(kit, sources)
    _register_goals(kit, sources)


def _subject(
    sources: Sources,
    user: str,
    job_id: str | None,
    application_id: str | None,
    company: str | None,
    role: str | None,
) -> "tuple[Subject, str | None]":
    from jobtracker.coaching.preparation import Subject

    if job_id or application_id:
        return sources.subject(user, job_id, application_id)
    return Subject(company=company or "", role=role or ""), None


def _language(language: Language | None, tag: str | None) -> Language:
    return language or known(tag) or spoken()


def _register_pay(kit: ServerKit, sources: Sources) -> None:
    @kit.tool(title="Prepare a pay talk", read_only=True)
    def negotiation_brief(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        job_id: JobId = None,
        application_id: ApplicationId = None,
        title: Annotated[
            str | None, Field(description="Role, where there is no posting.", max_length=200)
        ] = None,
        offer: Annotated[Money, Field(description="Base pay offered.")] = None,
        target: Annotated[Money, Field(description="Base pay that the person wants.")] = None,
        currency: Annotated[
            str | None, Field(description="ISO 4217; default the country's.", pattern="^[A-Z]{3}$")
        ] = None,
        period: Annotated[
            Period | None,
            Field(description="Of offer and target; default by the size of the number."),
        ] = None,
        country: Annotated[
            Country | None, Field(description="ISO 3166; default by the currency, else CH.")
        ] = None,
        months: Annotated[
            int | None, Field(ge=12, le=16, description="Monthly salaries a year; 13 in CH.")
        ] = None,
        pensum: Annotated[int, Field(ge=5, le=100, description="Workload in percent.")] = 100,
        bonus: Annotated[float, Field(ge=0, description="Agreed bonus a year.")] = 0,
        holidays: Annotated[
            int | None, Field(ge=0, le=100, description="Days of holiday a year.")
        ] = None,
        pension: Annotated[
            float | None, Field(ge=0, le=60, description="Employer's pension share, % of base.")
        ] = None,
        age: Annotated[
            int | None, Field(ge=14, le=99, description="Age, for Swiss pension credits.")
        ] = None,
        language: Worded = None,
    ) -> NegotiationBrief:
        """Prepare a talk about pay: what comparable postings pay (with n), the offer against the
        target, the total of a year (13th month, bonus, pension, holidays) to the cent for CH, DE,
        FR, IT, GB and US, what to ask for, what to say, and what else can be asked.
        """
        from jobtracker.coaching.negotiation import COUNTRY_OF, brief, period_of
        from jobtracker.coaching.pay import Terms, country_facts
        from jobtracker.coaching.wording import spoken

        user = kit.user(ctx)
        subject, tag = _subject(sources, user, job_id, application_id, None, title)
        if not subject.role and offer is None and target is None:
            raise BadInput("give application_id, job_id or title, or an offer or a target")
        place: Country = country or COUNTRY_OF.get(currency or "") or "CH"
        money = currency or str(country_facts(place)["currency"])

        def terms(amount: float | None, extra: bool) -> "Terms | None":
            if amount is None:
                return None
            given = Decimal(str(amount))
            make = functools.partial(
                Terms, given, period_of(given, period), place, money, months, pensum
            )
            share = None if pension is None else Decimal(str(pension))
            if not extra:
                return make(pension=share, age=age)
            return make(bonus=Decimal(str(bonus)), holidays=holidays, pension=share, age=age)

        spoken_in = _language(language, tag)
        made = brief(
            subject.company,
            subject.role,
            place,
            spoken_in,
            terms(offer, True),
            terms(target, False),
            sources.market(user, subject.role, "", money),
            sources.resume(user),
        )
        return spoken(made, rewording(kit.core, user, "pay", spoken_in))


def _register_outreach(kit: ServerKit, sources: Sources) -> None:
    @kit.tool(title="Draft a message to a person")
    def draft_outreach(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        kind: Annotated[
            OutreachKind, Field(description="What for; a linkedin note has at most 300 characters.")
        ] = "recruiter",
        person: Annotated[
            str | None, Field(description="Name of the person written to.", max_length=200)
        ] = None,
        company: Annotated[
            str | None, Field(description="Employer, where there is no posting.", max_length=200)
        ] = None,
        role: Annotated[
            str | None, Field(description="Position, where there is no posting.", max_length=200)
        ] = None,
        job_id: JobId = None,
        application_id: ApplicationId = None,
        tone: Annotated[Tone, Field(description="How it sounds.")] = "professional",
        language: Worded = None,
    ) -> OutreachDraft:
        """Draft a message to a recruiter or contact (also referral, LinkedIn note, thank-you,
        decline, accept, withdraw) from known facts alone. It waits for the person's review and is
        sent by the person, never by itself.
        """
        user = kit.user(ctx)
        subject, tag = _subject(sources, user, job_id, application_id, company, role)
        resume = sources.resume(user) or {}
        basics: dict[str, Any] = resume.get("basics") or {}
        named = {
            "person": (person, "given"),
            "company": (subject.company, "posting or tracker"),
            "role": (subject.role, "posting or tracker"),
            "label": (basics.get("label"), "/basics/label"),
        }
        facts = {
            name: Fact(text=" ".join(str(text).split())[:200], source=source)
            for name, (text, source) in named.items()
            if text
        }
        spoken_in = _language(language, tag)
        return sources.coach.draft_outreach(
            user,
            kind,
            spoken_in,
            tone,
            facts,
            str(basics.get("name") or ""),
            subject.application_id,
            rewording(kit.core, user, "message", spoken_in, tone=tone),
        )

    @kit.tool(title="List messages that wait", read_only=True)
    def list_outreach_drafts(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
    ) -> OutreachDrafts:
        """List the drafted messages that wait for the person's review."""
        return sources.coach.outreach_drafts(kit.user(ctx))

    @kit.tool(title="Mark a message as sent or discarded", idempotent=True)
    def decide_outreach_draft(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        draft_id: Annotated[str, Field(description="Id from the draft.", max_length=64)],
        status: Annotated[
            Literal["sent", "discarded"],
            Field(description="What the person did: sent it themselves, or threw it away."),
        ],
    ) -> OutreachDraft:
        """Keep what the person did with a drafted message. Nothing is sent by this."""
        return sources.coach.mark_outreach(kit.user(ctx), draft_id, status)


def _register_goals(kit: ServerKit, sources: Sources) -> None:
    @kit.tool(title="Set a goal")
    def set_goal(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        goal: Annotated[
            str, Field(description="In the person's words, e.g. “five applications a week”.")
        ],
        target: Annotated[
            int | None, Field(ge=1, le=1000, description="How many; default read from the goal.")
        ] = None,
        period: Annotated[
            Literal["week", "month", "once"] | None,
            Field(description="Per what; default read from the goal."),
        ] = None,
    ) -> Goal:
        """Keep a goal for the search. What it counts (applications, follow-ups, interviews, mock
        interviews) is measured from the tracker by itself.
        """
        user = kit.user(ctx)
        return sources.coach.set_goal(user, goal, target, period, sources.week(user, False))

    @kit.tool(title="Review the week", read_only=True)
    def weekly_review(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any], language: Spoken = None
    ) -> WeeklyReview:
        """Review the week: goals and how far they are, what was done and learnt, what comes next,
        and a plan that fits the free time in the calendar. Praise rests on what was done.
        """
        user = kit.user(ctx)
        return sources.coach.weekly_review(user, sources.week(user, True), spoken())
