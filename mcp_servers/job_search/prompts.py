"""The job search's MCP prompts."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from mcp_servers.kit import ServerKit
from mcp_servers.prompting import LANGUAGES, Prompting, among, fill

_SHOWN = 5


def register(kit: ServerKit) -> None:
    """Register the prompts."""

    def search_summary(
        ctx: Context[Any, Any],
        query: Annotated[str, Field(description="What is looked for, in words.")],
        location: Annotated[str, Field(description="Where; empty: anywhere.")] = "",
        language: Annotated[str, Field(description="Of the answer: en, de, fr, it.")] = "en",
    ) -> str:
        """Search, and tell what was found from the result alone."""
        from jobtracker.jobs.model import SearchRequest
        from jobtracker.jobs.service import JobService

        request = SearchRequest(query=query[:500], location=location[:200])
        result = JobService(kit.core).search(kit.user(ctx), request)
        return fill(
            "search_summary", language, query=query[:500], result=result, max_postings=_SHOWN
        )

    prompting = Prompting(kit)
    prompting.add(
        "search_summary",
        "Tell what a search finds",
        search_summary,
        query=_titles(kit),
        language=among(*LANGUAGES),
    )


def _titles(kit: ServerKit) -> Any:
    """Complete what is looked for by the titles of postings that are kept."""

    def values(user: str, typed: str) -> list[str]:
        from jobtracker.jobs.model import SearchRequest
        from jobtracker.jobs.service import JobService

        found = JobService(kit.core).search(user, SearchRequest(query=typed, limit=20)).jobs
        return [job.title for job in found]

    return values
