"""Builds the coach's server."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer

from jobtracker.core.bootstrap import Core
from mcp_servers.coaching import prompts, tools
from mcp_servers.kit import ServerKit, Transport


def build(core: Core, transport: Transport) -> MCPServer[Any]:
    """Return the server; nothing but models is imported until a tool is called."""
    kit = ServerKit(
        core,
        transport,
        name="coaching",
        title="Coaching",
        description=(
            "Prepares a person for interviews from their own postings, applications and résumé, "
            "holds mock interviews, scores answers on a written rubric, prepares pay talks, drafts "
            "outreach for review, and keeps goals with a weekly review."
        ),
    )
    tools.register(kit)
    prompts.register(kit)
    return kit.server
