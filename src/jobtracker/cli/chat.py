"""`jobtracker chat` with `--message` or `--script`: turns without a terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from jobtracker.app import Assistant, new_loop, open_assistant
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, JobTrackerError
from jobtracker.core.settings import load_settings
from jobtracker.core.telemetry import log_to_file

MAX_SCRIPT_BYTES = 20_000_000


def open_core(overrides: dict[str, str | None]) -> Core:
    """Return the core with the settings that the command line names laid over; logs go to a file.

    Raises:
        JobTrackerError: a setting or the home folder cannot be used.
    """
    core = Core(load_settings(**{key: value for key, value in overrides.items() if value}))
    log_to_file(core.home / "logs", core.settings.log_level)
    return core


def run_messages(
    message: str | None,
    script: str | None,
    thread: str | None,
    overrides: dict[str, str | None],
    *,
    as_json: bool,
) -> None:
    """Run the message, or each line of the script, and print the answers.

    Raises:
        JobTrackerError: the message or the file cannot be used.
    """
    lines = [message] if message is not None else list(_script_lines(script or ""))
    core = open_core(overrides)
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            failed = runner.run(_run(core, lines, thread or "default", as_json=as_json))
    finally:
        core.close()
    if failed:
        raise typer.Exit(1)


def _script_lines(path: str) -> Iterable[str]:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_SCRIPT_BYTES + 1)
        else:
            with Path(path).expanduser().open("rb") as file:
                data = file.read(MAX_SCRIPT_BYTES + 1)
    except OSError as exc:
        raise BadInput(f"script {path} cannot be read: {exc.strerror}") from exc
    if len(data) > MAX_SCRIPT_BYTES:
        raise BadInput(f"script {path} is larger than {MAX_SCRIPT_BYTES // 1_000_000} MB; split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadInput(
            f"script {path} is not UTF-8 text (byte {exc.start}); save it as UTF-8"
        ) from exc
    # Only real line ends: a form feed or U+2028 inside a message does not cut it in two.
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            yield line


async def _run(core: Core, lines: list[str], thread: str, *, as_json: bool) -> bool:
    failed = False
    async with open_assistant(core) as assistant:
        for line in lines:
            try:
                await _one(assistant, core.settings.user, thread, line, as_json=as_json)
            except BadInput as exc:
                failed = True
                typer.echo(f"jobtracker: {exc.message}", err=True)
                if len(lines) == 1:
                    break
            except JobTrackerError:
                raise
    return failed


async def _one(assistant: Assistant, user: str, thread: str, line: str, *, as_json: bool) -> None:
    result = await assistant.conversations.turn(user, thread, line)
    if as_json:
        typer.echo(dump(result.as_json()))
    else:
        typer.echo(f"> {line}\n{result.reply}\n")


def dump(value: dict[str, Any]) -> str:
    """Return one line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)
