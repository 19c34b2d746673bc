"""Builds the calendar's server."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer

from jobtracker.core.bootstrap import Core
from mcp_servers.calendar import prompts, tools
from mcp_servers.kit import ServerKit, Transport


def build(core: Core, transport: Transport) -> MCPServer[Any]:
    """Return the server; nothing but models is imported until a tool is called."""
    kit = ServerKit(
        core,
        transport,
        name="calendar",
        title="Calendar",
        description=(
            "Finds the time for interviews: what is in the person's calendars, when they are free, "
            "what an invitation says and whether it fits. Books interviews with preparation and "
            "travel around them, moves and cancels them, reads and writes calendar files. Times "
            "are RFC 3339; one without an offset is local time of the person."
        ),
    )
    tools.register(kit)
    prompts.register(kit)
    return kit.server
