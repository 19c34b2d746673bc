"""The calendar's MCP prompts."""

from datetime import timedelta
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from mcp_servers.kit import ServerKit
from mcp_servers.prompting import LANGUAGES, TONES, Prompting, among, fill

_DAYS = 14


def register(kit: ServerKit) -> None:
    """Register the prompts."""

    def invitation_reply(
        ctx: Context[Any, Any],
        invitation: Annotated[str, Field(description="The invitation's text.")],
        tone: Annotated[str, Field(description=", ".join(TONES))] = "professional",
        language: Annotated[str, Field(description="Of the answer: en, de, fr, it.")] = "en",
    ) -> str:
        """Draft the answer to an invitation to an interview, from what is free."""
        from jobtracker.calendars.service import CalendarService

        now = kit.core.clock.now()
        until = now + timedelta(days=_DAYS)
        free = CalendarService(kit.core).find_free_time(
            kit.user(ctx), now.isoformat(), until.isoformat(), 60
        )
        return fill(
            "invitation_reply", language, invitation=invitation[:20000], free=free, tone=tone,
            now=now.isoformat(),
        )  # fmt: skip

    Prompting(kit).add(
        "invitation_reply", "Answer an invitation", invitation_reply,
        tone=among(*TONES), language=among(*LANGUAGES),
    )  # fmt: skip
