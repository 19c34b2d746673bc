"""`jobtracker doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import typer

from jobtracker.cli.chat import open_core
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError

Check = Callable[[Core], str]


def run_doctor() -> None:
    """Run each check and print one line; exit 1 where one failed."""
    failed = False
    core = open_core({})
    try:
        for name, check in CHECKS.items():
            try:
                typer.echo(f"ok    {name:<10} {check(core)}")
            except JobTrackerError as exc:
                failed = True
                typer.echo(f"FAIL  {name:<10} {exc.message}")
    finally:
        core.close()
    if failed:
        raise typer.Exit(1)


def _python(core: Core) -> str:
    return f"{sys.version.split()[0]}, zone {core.settings.zone.key}"


def _home(core: Core) -> str:
    return str(core.home)


def _store(core: Core) -> str:
    return f"{core.store.dialect}, schema current"


def _vectors(core: Core) -> str:
    core.vectors.count("postings", "local")
    return f"Chroma answers, embedder {core.embedder.name} ({core.embedder.dimensions} dimensions)"


def _servers(core: Core) -> str:
    from jobtracker.agent.toolbox import Toolbox
    from jobtracker.app import connections
    from jobtracker.core.errors import Unavailable

    async def count() -> tuple[int, dict[str, str]]:
        async with Toolbox(connections(core), core.settings.chat.timeout_seconds) as toolbox:
            await toolbox.connect_all()
            return len(toolbox.tools), dict(toolbox.failures)

    tools, failures = asyncio.run(count())
    if failures:
        raise Unavailable("; ".join(f"{name}: {why}" for name, why in failures.items()))
    return f"{tools} tools"


def _model(core: Core) -> str:
    llm = core.settings.llm
    if not (llm.model or llm.base_url):
        return "none; the embedded mind answers (JOBTRACKER_LLM__MODEL names one)"
    return f"{llm.model or 'default'} at {llm.base_url or 'the vendor'}, not called here"


def _of_server(name: str) -> Check:
    def check(core: Core) -> str:
        from jobtracker.cli import doctor_server

        return doctor_server.CHECKS[name](core)

    return check


CHECKS: dict[str, Check] = {
    "python": _python,
    "home": _home,
    "store": _store,
    "servers": _servers,
    "vectors": _vectors,
    "model": _model,
    "server": _of_server("server"),
    "redis": _of_server("redis"),
    "limits": _of_server("limits"),
}
