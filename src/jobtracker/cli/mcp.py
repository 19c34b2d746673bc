"""`jobtracker mcp SERVER`: one of our MCP servers, or all tools from one process."""

from __future__ import annotations

import importlib

import typer

SERVERS = ("job_search", "resume", "calendar", "coaching", "applications")


LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def run_server(name: str, transport: str, host: str, port: int) -> None:
    """Serve until the client leaves (stdio) or the process is stopped (http)."""
    if name not in (*SERVERS, "all"):
        raise typer.BadParameter(f"there is no server {name!r}; one of: {', '.join(SERVERS)}, all")
    if transport not in ("stdio", "http"):
        raise typer.BadParameter("--transport is stdio or http")
    module = importlib.import_module(f"mcp_servers.{name}.server")
    if transport == "stdio":
        from mcp_servers.kit import run

        run(module.build)
        return
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.errors import Forbidden
    from jobtracker.core.telemetry import log_to_stderr

    if host not in LOOPBACK:
        raise Forbidden(
            f"this server has no login, so it listens on loopback only, not on {host}; "
            "leave --host out"
        )
    core = Core()
    log_to_stderr(core.settings.log_level)
    try:
        module.build(core, "http").run("streamable-http", host=host, port=port, stateless_http=True)
    finally:
        core.close()
