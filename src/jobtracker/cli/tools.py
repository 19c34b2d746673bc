"""What the commands that call one tool have in common."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import typer

from jobtracker.app import call_tool
from jobtracker.cli.chat import dump, open_core
from jobtracker.core.errors import BadInput

MAX_INPUT_BYTES = 50_000_000


def confirm(question: str) -> bool:
    """Ask in the terminal; without one the answer is no."""
    if not sys.stdin.isatty():
        typer.echo(f"{question}\n(not confirmed: run it in a terminal, or add --yes)", err=True)
        return False
    return typer.confirm(question)


def _agree(_question: str) -> bool:
    return True


def run(
    server: str, tool: str, arguments: dict[str, Any], *, user: str | None = None, yes: bool = False
) -> dict[str, Any]:
    """Call the tool and return its result; arguments that are None or empty are left out.

    Raises:
        JobTrackerError: what the tool reports.
    """
    given = {key: value for key, value in arguments.items() if value not in (None, "", [])}
    core = open_core({"user": user})
    try:
        ask = _agree if yes else confirm
        return asyncio.run(call_tool(core, server, tool, given, ask))
    finally:
        core.close()


def show(result: dict[str, Any], key: str, /, *, as_json: bool, **facts: Any) -> None:
    """Print a result: as JSON, or in the words of the assistant."""
    if as_json:
        typer.echo(dump(result))
        return
    from jobtracker.agent.mind.embedded.phrases import phrase

    typer.echo(phrase(key, "en", **{**result, **facts}))


def read_input(source: str) -> bytes:
    """Return the content of a file, or of standard input for ``-``.

    Raises:
        BadInput: absent, unreadable, empty or too large.
    """
    try:
        if source == "-":
            data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        else:
            with Path(source).expanduser().open("rb") as file:
                data = file.read(MAX_INPUT_BYTES + 1)
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise BadInput(f"{source} cannot be read: {reason}") from exc
    name = "standard input" if source == "-" else source
    if len(data) > MAX_INPUT_BYTES:
        raise BadInput(f"{name} is larger than {MAX_INPUT_BYTES // 1_000_000} MB; split it")
    if not data.strip():
        raise BadInput(f"{name} is empty")
    return data


def as_text(data: bytes, name: str) -> str:
    """Decode a text file: UTF-8, UTF-16 with a mark, else Latin-1 where it looks like text.

    Raises:
        BadInput: it is binary.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        if sum(char < " " and char not in "\t\r\n\f" for char in text[:4000]) > 8:
            raise BadInput(f"{name} is binary; a board's answer is JSON, XML or HTML") from None
    if "\0" in text:
        raise BadInput(f"{name} is binary; a board's answer is JSON, XML or HTML")
    return text
