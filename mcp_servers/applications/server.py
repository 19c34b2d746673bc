"""Builds the tracker's server."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer

from jobtracker.core.bootstrap import Core
from mcp_servers.applications import prompts, tools
from mcp_servers.kit import ServerKit, Transport


def build(core: Core, transport: Transport) -> MCPServer[Any]:
    """Return the server; nothing but models is imported until a tool is called."""
    kit = ServerKit(
        core,
        transport,
        name="applications",
        title="Applications",
        description=(
            "Keeps a person's job applications from saved to accepted, rejected or withdrawn, with "
            "notes, contacts, interview rounds and history; tells what is due, drafts follow-ups, "
            "counts what works, and exports, also the Swiss proof of efforts (RAV)."
        ),
    )
    tools.register(kit)
    prompts.register(kit)
    return kit.server
