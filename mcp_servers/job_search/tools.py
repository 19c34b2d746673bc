"""The tools: each validates, calls one function of the job service, and shapes the result."""

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from jobtracker.core.errors import BadInput
from jobtracker.jobs.model import (
    CompanyResearch,
    Deleted,
    EmploymentFilter,
    ImportResult,
    JobPosting,
    OpenCheck,
    SalaryInsight,
    SavedSearch,
    SavedSearches,
    SearchRequest,
    SearchResult,
    SimilarJobs,
    SourceList,
    WorkModeFilter,
)
from mcp_servers.kit import ServerKit, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jobtracker.jobs.saved import SavedSearchService
    from jobtracker.jobs.service import JobService

_Company = Annotated[str, Field(description="The employer's name, with or without legal form.")]
_Prefer = Field(
    description="What the person likes, in their words, e.g. “climate”: lifts postings."
)
_Avoid = Field(
    description="What the person never wants to see, e.g. “consulting” or an employer: postings "
    "with it in title or employer are left out and counted in notes; in the text it ranks lower."
)
_Skills = Field(
    description="The person's skills, e.g. of the résumé: postings that name them rise."
)
JobId = Annotated[str, Field(description="A job_id as search_jobs or import_job gave it.")]


def _progress(ctx: Context) -> "Callable[[str, int], None]":
    """Tell the client of each source as it answers; tools run in a thread of the server's loop."""
    answered = 0

    def heard(source: str, count: int) -> None:
        from anyio.from_thread import run

        nonlocal answered
        answered += 1
        message = f"{source}: {count} posting{'s' * (count != 1)}"
        run(ctx.report_progress, answered, None, message)

    return heard


def _request(given: "Mapping[str, Any]") -> SearchRequest:
    """Return the search that a tool's arguments describe; what was not given keeps its default."""
    asked = {name: given.get(name) for name in SearchRequest.model_fields}
    return SearchRequest.model_validate({k: v for k, v in asked.items() if v is not None})


def register(kit: ServerKit) -> None:  # noqa: C901
    """Register every tool of job search."""

    @cache
    def service() -> "JobService":
        from jobtracker.jobs.service import JobService

        return JobService(kit.core)

    @cache
    def saved() -> "SavedSearchService":
        from jobtracker.jobs.saved import SavedSearchService

        return SavedSearchService(service())

    @kit.tool(title="Search jobs", read_only=True, open_world=True)
    def search_jobs(
        ctx: Context,
        query: Annotated[
            str, Field(description="Role, skills or words, in any language; empty for all.")
        ] = "",
        location: Annotated[
            str, Field(description="Town, canton, region or country; empty for anywhere.")
        ] = "",
        radius_km: Annotated[
            int,
            Field(description="Also towns this near to the location, 0 to 300; nearest first."),
        ] = 0,
        work_mode: Annotated[WorkModeFilter, Field(description="Where the work is done.")] = "any",
        salary_min: Annotated[
            float | None,
            Field(
                description="Least pay wanted per year; below 25,000 it is read per month, below "
                "300 per hour. Postings that do not state pay stay, ranked below."
            ),
        ] = None,
        currency: Annotated[
            str | None, Field(description="ISO 4217 currency of salary_min, e.g. CHF.")
        ] = None,
        employment_type: Annotated[
            EmploymentFilter,
            Field(
                description="Kind of contract; permanent leaves out temporary work and the like."
            ),
        ] = "any",
        company: Annotated[str, Field(description="Only this employer.")] = "",
        language: Annotated[
            str, Field(description="BCP 47 language the posting is written in, e.g. de.")
        ] = "",
        posted_within_days: Annotated[
            int | None, Field(description="Only postings at most this many days old, 1 to 3650.")
        ] = None,
        sources: Annotated[
            list[str] | None, Field(description="Only these sources; see list_job_sources.")
        ] = None,
        prefer: Annotated[list[str] | None, _Prefer] = None,
        avoid: Annotated[list[str] | None, _Avoid] = None,
        skills: Annotated[list[str] | None, _Skills] = None,
        limit: Annotated[int, Field(description="Postings on this page, 1 to 50.")] = 10,
        cursor: Annotated[
            str | None, Field(description="next_cursor of the page before, with the same filters.")
        ] = None,
        answer_language: Spoken = None,
    ) -> SearchResult:
        """Find open postings, best first, each with the reasons why it fits.

        Give what the person said as filters rather than as words of the query. `failures` names
        sources that did not answer; `total` counts all hits; `next_cursor` leads to the next page.
        """
        return service().search(kit.user(ctx), _request(locals()), _progress(ctx))

    @kit.tool(title="Read a posting", read_only=True, open_world=True)
    def get_job(ctx: Context, job_id: JobId) -> JobPosting:
        """Return one posting whole: its text, places, pay, skills, dates and sources.

        `status` tells whether it is open still; one not seen for long is asked for first.
        """
        return service().show(kit.user(ctx), job_id)

    @kit.tool(title="Import postings", open_world=True)
    def import_job(
        ctx: Context,
        url: Annotated[
            str | None, Field(description="Public address of a posting, careers page or board.")
        ] = None,
        html: Annotated[
            str | None, Field(description="Source of a page that holds a schema.org JobPosting.")
        ] = None,
        text: Annotated[
            str | None,
            Field(
                description="A posting as plain text, its title on the first line; or a job "
                "alert e-mail of a board, with its header lines."
            ),
        ] = None,
        json: Annotated[
            Any, Field(description="A board's answer: an object, a list, or either as text.")
        ] = None,
        language: Spoken = None,
    ) -> ImportResult:
        """Keep a posting, or all postings of a board's answer, for this person.

        Give exactly one of `url`, `html`, `text`, `json` (`url` may come with `html` or `json` as
        their origin). One posting comes back as `job_id` and `job`; several as `jobs`.
        `merged_into` names the posting it was recognised as, where it was kept already.
        """
        given = [name for name, value in (("html", html), ("text", text), ("json", json)) if value]
        if len(given) > 1 or (not given and not url):
            raise BadInput("give exactly one of url, html, text or json")
        user = kit.user(ctx)
        if html:
            return service().import_payload(user, html, url or "")
        if text:
            return service().import_text(user, text)
        if json is not None and json != "":
            return service().import_payload(user, json, url or "")
        return service().import_url(user, url or "")

    @kit.tool(title="Similar jobs", read_only=True)
    def similar_jobs(
        ctx: Context,
        job_id: JobId,
        limit: Annotated[int, Field(description="How many, 1 to 50.")] = 10,
        language: Spoken = None,
    ) -> SimilarJobs:
        """Return open postings that are nearest in meaning to a given one."""
        return service().similar(kit.user(ctx), job_id, limit)

    @kit.tool(title="Is it still open?", open_world=True, idempotent=True)
    def check_job_open(ctx: Context, job_id: JobId, language: Spoken = None) -> OpenCheck:
        """Ask the posting's own page whether it can still be applied to.

        `open`, `closed` or `unknown`, with the evidence. A closed posting is not found any more.
        """
        return service().check_open(kit.user(ctx), job_id)

    @kit.tool(title="What does it pay?", read_only=True)
    def salary_insight(
        ctx: Context,
        title: Annotated[str, Field(description="A job, e.g. nurse or Data Engineer.")],
        location: Annotated[str, Field(description="Town, canton, region or country.")] = "",
        currency: Annotated[
            str, Field(description="ISO 4217 code; empty: the one most postings state.")
        ] = "",
        language: Spoken = None,
    ) -> SalaryInsight:
        """Return the quartiles of yearly pay that postings for a job state, and from how many.

        With fewer than five postings there are no quartiles, and `note` says so.
        """
        return service().salary_insight(kit.user(ctx), title, location, currency)

    @kit.tool(title="Job sources", read_only=True)
    def list_job_sources(ctx: Context) -> SourceList:
        """List the job boards: which are asked, their terms and limits, and how many postings
        each gave; `dead_share` is the share of shown postings that were found closed."""
        return service().list_sources(kit.user(ctx))

    @kit.tool(title="What is known of a company", read_only=True, open_world=True)
    def research_company(
        ctx: Context,
        company: _Company,
        careers_url: Annotated[
            str, Field(description="Its careers page, where known; else it is found by itself.")
        ] = "",
        language: Spoken = None,
    ) -> CompanyResearch:
        """Return what is known of a company, each fact with its source: kept postings, the list of
        employers, its careers page (quoted), and the person's own applications and notes."""
        from jobtracker.jobs.research import research
        from mcp_servers.job_search.history import own_history

        user = kit.user(ctx)
        history = own_history(kit.core, user, company)
        return research(service(), user, company, careers_url, history)

    @kit.tool(title="Save a search")
    def save_search(
        ctx: Context,
        name: Annotated[str, Field(description="How the person calls it.")],
        query: Annotated[str, Field(description="As in search_jobs.")] = "",
        location: Annotated[str, Field(description="As in search_jobs.")] = "",
        radius_km: Annotated[int, Field(description="As in search_jobs.")] = 0,
        work_mode: Annotated[WorkModeFilter, Field(description="As in search_jobs.")] = "any",
        salary_min: Annotated[float | None, Field(description="As in search_jobs.")] = None,
        currency: Annotated[str | None, Field(description="As in search_jobs.")] = None,
        employment_type: Annotated[
            EmploymentFilter, Field(description="As in search_jobs.")
        ] = "any",
        company: Annotated[str, Field(description="As in search_jobs.")] = "",
        language: Annotated[str, Field(description="As in search_jobs.")] = "",
        posted_within_days: Annotated[int | None, Field(description="As in search_jobs.")] = None,
        sources: Annotated[list[str] | None, Field(description="As in search_jobs.")] = None,
        prefer: Annotated[list[str] | None, Field(description="As in search_jobs.")] = None,
        avoid: Annotated[list[str] | None, Field(description="As in search_jobs.")] = None,
        skills: Annotated[list[str] | None, Field(description="As in search_jobs.")] = None,
        every_hours: Annotated[int, Field(description="How often it is run, 1 to 720.")] = 24,
    ) -> SavedSearch:
        """Keep a search to be run again; later, list_saved_searches tells what is new."""
        return saved().save(kit.user(ctx), name, _request(locals()), every_hours)

    @kit.tool(title="Saved searches")
    def list_saved_searches(ctx: Context) -> SavedSearches:
        """List the saved searches, running those that are due.

        `new_jobs` holds postings that were not told before; each is told once.
        """
        return saved().list(kit.user(ctx))

    @kit.tool(title="Delete a saved search", idempotent=True)
    def delete_saved_search(
        ctx: Context,
        search_id: Annotated[str, Field(description="As list_saved_searches gave it.")],
    ) -> Deleted:
        """Forget a saved search; postings stay."""
        return saved().delete(kit.user(ctx), search_id)
