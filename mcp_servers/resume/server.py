"""The résumé server: read, score, tailor, write letters, keep versions, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp_servers.kit import ServerKit, Transport
from mcp_servers.resume import prompts
from mcp_servers.resume.tools import register

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from jobtracker.core.bootstrap import Core

DESCRIPTION = (
    "Reads résumés (PDF, DOCX, ODT, RTF, HTML, Markdown, text, JSON Resume, LinkedIn export, "
    "Europass) "
    "and scores them against postings, the same way every time. Nothing is ever invented: what a "
    "résumé does not hold is named as a gap."
)


def build(core: Core, transport: Transport) -> MCPServer[Any]:
    """Return the server."""
    kit = ServerKit(core, transport, name="resume", title="Résumé", description=DESCRIPTION)
    register(kit)
    prompts.register(kit)
    return kit.server
