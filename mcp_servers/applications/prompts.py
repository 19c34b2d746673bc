"""The tracker's MCP prompts."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from mcp_servers.kit import ServerKit
from mcp_servers.prompting import Prompting, fill

_MOST = 50


def register(kit: ServerKit) -> None:
    """Register the prompts."""

    def mail_classification(
        ctx: Context[Any, Any],
        body: Annotated[str, Field(description="The mail's text.")],
        subject: Annotated[str, Field(description="Its subject.")] = "",
        sender: Annotated[str, Field(description="Who sent it.")] = "",
    ) -> str:
        """Say what a mail means for one of the person's applications."""
        from jobtracker.applications.service import ApplicationService

        page = ApplicationService(kit.core).list(kit.user(ctx), limit=_MOST)
        known = [
            {"application_id": a.application_id, "title": a.title, "company": a.company}
            for a in page.applications
        ]
        return fill(
            "mail_classification", subject=subject[:500], sender=sender[:200], body=body[:20000],
            applications=known, now=kit.core.clock.now().isoformat(),
        )  # fmt: skip

    def companies(user: str, typed: str) -> list[str]:
        from jobtracker.applications.service import ApplicationService

        page = ApplicationService(kit.core).list(user, limit=_MOST)
        low = typed.casefold()
        return [a.company for a in page.applications if a.company.casefold().startswith(low)]

    Prompting(kit).add(
        "mail_classification", "What does this mail mean?", mail_classification, sender=companies
    )
