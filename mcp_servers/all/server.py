"""Every tool of every server from one process, for clients that take one entry only."""

from __future__ import annotations

import importlib
from typing import Any

from mcp.server.mcpserver import MCPServer

from jobtracker.core.bootstrap import Core
from mcp_servers.kit import ServerKit, Transport

SERVERS = ("job_search", "resume", "calendar", "coaching", "applications")


def build(core: Core, transport: Transport) -> MCPServer[Any]:
    """Return one server with the tools and prompts of all; their names are unique."""
    kit = ServerKit(
        core,
        transport,
        name="jobtracker",
        title="Job Tracker Pro",
        description=(
            "Everything for a job search: postings, the résumé, the calendar, interview coaching "
            "and the applications themselves."
        ),
    )
    for name in SERVERS:
        importlib.import_module(f"mcp_servers.{name}.tools").register(kit)
        importlib.import_module(f"mcp_servers.{name}.prompts").register(kit)
    return kit.server
