"""`jobtracker mcp install CLIENT`: enters our servers into the configuration of an MCP client."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from jobtracker.cli import jsonc
from jobtracker.core.errors import BadInput, Forbidden, Unavailable
from jobtracker.core.settings import Settings, load_settings

SERVERS = ("job_search", "resume", "calendar", "coaching", "applications")


@dataclass(frozen=True)
class Client:
    """Where a client keeps its servers, and what it needs to be told besides.

    `key` is the member of the file that holds the servers, `typed` whether an entry names its
    transport, `asks` whether the client asks before each call by itself and cannot ask for us.
    """

    title: str
    file: Callable[[], Path]
    key: str
    typed: bool = False
    asks: bool = False
    restart: str = "restart it"


def _config(name: str) -> Path:
    from platformdirs import user_config_path

    return user_config_path(name, appauthor=False, roaming=True)


CLIENTS = {
    # https://modelcontextprotocol.io/docs/develop/connect-local-servers
    "claude": Client(
        "Claude Desktop",
        lambda: _config("Claude") / "claude_desktop_config.json",
        "mcpServers",
        asks=True,
    ),
    # https://docs.claude.com/en/docs/claude-code/mcp
    "claude-code": Client(
        "Claude Code", lambda: Path.home() / ".claude.json", "mcpServers", typed=True
    ),
    # https://code.visualstudio.com/docs/copilot/customization/mcp-servers
    "vscode": Client(
        "VS Code", lambda: _config("Code") / "User" / "mcp.json", "servers", typed=True
    ),
    # https://docs.cursor.com/context/model-context-protocol
    "cursor": Client("Cursor", lambda: Path.home() / ".cursor" / "mcp.json", "mcpServers"),
}


def run_install(client: str, server: str, *, only_print: bool, yes: bool) -> None:
    """Show what would change in the client's file, and change it after a yes.

    Raises:
        BadInput: no such client or server, or the file cannot be understood.
        Forbidden: the person said no.
        Unavailable: the file cannot be written.
    """
    if client not in CLIENTS:
        raise BadInput(f"there is no client {client!r}; one of: {', '.join(CLIENTS)}")
    if server not in (*SERVERS, "all"):
        raise BadInput(f"there is no server {server!r}; one of: {', '.join(SERVERS)}, all")
    target = CLIENTS[client]
    name = "jobtracker" if server == "all" else f"jobtracker-{server.replace('_', '-')}"
    made = entry(target, server, load_settings())
    if only_print:
        typer.echo(json.dumps({target.key: {name: made}}, indent=2, ensure_ascii=False))
        return
    file = target.file().resolve()
    before = _read(file)
    try:
        after = jsonc.put(before, (target.key, name), made)
    except BadInput as exc:
        raise BadInput(f"{file}: {exc.message}; mend it first, nothing was written") from exc
    if jsonc.parse(before) == jsonc.parse(after):
        typer.echo(f"{target.title} knows {name} already; nothing to change in {file}")
        return
    typer.echo(_diff(file, before, after))
    if not yes and not _confirmed(target.title):
        raise Forbidden("not confirmed; nothing was changed")
    kept = write(file, after)
    typer.echo(f"written; {target.restart} to see {name} in {target.title}")
    if kept is not None:
        typer.echo(f"as it was before: {kept}")


def entry(client: Client, server: str, settings: Settings) -> dict[str, Any]:
    """Return the entry of a server: how to start it, on which home and for whom."""
    environment = {"JOBTRACKER_HOME": str(settings.home_dir.absolute())}
    if settings.user != "local":
        environment["JOBTRACKER_USER"] = settings.user
    if client.asks:
        environment["JOBTRACKER_MCP__CONFIRM"] = "host"
    made: dict[str, Any] = {"type": "stdio"} if client.typed else {}
    return made | {
        "command": sys.executable,
        "args": ["-m", f"mcp_servers.{server}"],
        "env": environment,
    }


def _confirmed(title: str) -> bool:
    try:
        return typer.confirm(f"Change the configuration of {title}?")
    except typer.Abort:  # no terminal to answer on
        return False


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return opened.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise BadInput(f"{file} cannot be read: {reason}") from exc


def _diff(file: Path, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), str(file), str(file), lineterm=""
    )
    return "\n".join(lines)


def write(file: Path, text: str) -> Path | None:
    """Put the text in the file's place at once; return where the old one is kept, if any.

    Raises:
        Unavailable: it cannot be written; the old file is untouched.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = _backup(file)
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
            mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o600
            Path(fresh).chmod(mode)
            Path(fresh).replace(file)
        except OSError:
            with contextlib.suppress(OSError):
                Path(fresh).unlink()
            raise
    except OSError as exc:
        raise Unavailable(f"{file} cannot be written ({exc.strerror}); nothing changed") from exc
    return kept


def _backup(file: Path) -> Path | None:
    if not file.exists():
        return None
    number = 1
    while (kept := file.with_name(f"{file.name}.before-jobtracker-{number}")).exists():
        number += 1
    shutil.copy2(file, kept)
    return kept
