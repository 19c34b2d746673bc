"""`jobtracker chat` in a terminal: the prompt is there at once, the rest loads behind it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import sys
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from jobtracker.core.errors import BadInput, JobTrackerError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from jobtracker.agent.conversation import TurnResult
    from jobtracker.app import Assistant
    from jobtracker.core.bootstrap import Core

T = TypeVar("T")
WELCOME = "Job Tracker Pro. Write what you need; “help” shows what I can do, Ctrl-D leaves."
HINTS = (
    " find remote python jobs in Zurich over 120k · here is my résumé: ~/cv.pdf · "
    "I applied to it today · am I free Thursday afternoon? · help "
)
BAD = {
    "/bad", "👎", "that was wrong", "das war falsch", "c'était faux", "c’était faux",
    "era sbagliato",
}  # fmt: skip
"""A thumbs-down: the conversation is offered as a test case."""
LEAVE = {"/quit", "/exit", "/q", ":q", "exit", "quit"}


class Backstage:
    """An event loop in a thread of its own, in which the assistant is opened and turns run."""

    def __init__(self, overrides: dict[str, str | None]) -> None:
        self._overrides = overrides
        self._loop = asyncio.new_event_loop()
        self._ready: concurrent.futures.Future[Assistant] = concurrent.futures.Future()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="assistant", daemon=True)
        self.user = ""
        self.core: Core | None = None

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as exc:  # noqa: BLE001 - handed to the thread that waits
            if not self._ready.done():
                self._ready.set_exception(exc)
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        from jobtracker.app import open_assistant
        from jobtracker.cli.chat import open_core

        core = open_core(self._overrides)
        self.user = core.settings.user
        self.core = core
        try:
            async with open_assistant(core) as assistant:
                self._ready.set_result(assistant)
                await self._stop.wait()
        finally:
            core.close()

    def assistant(self) -> Assistant:
        """Wait until the assistant is open.

        Raises:
            JobTrackerError: it could not be opened.
        """
        return self._ready.result()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine in the assistant's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Close the assistant, if it was opened, and end the thread."""
        if self._ready.done() and self._ready.exception() is None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=10)


def run_terminal(thread: str | None, overrides: dict[str, str | None], *, as_json: bool) -> None:
    """Talk until the person leaves with Ctrl-D.

    Raises:
        JobTrackerError: the assistant cannot be opened.
    """
    if not sys.stdin.isatty():
        from jobtracker.cli.chat import run_messages

        run_messages(None, "-", thread, overrides, as_json=as_json)
        return
    stage = Backstage(overrides)
    session = _session()
    typer.echo(WELCOME)
    stage.start()
    try:
        _talk(stage, session, thread or "default", as_json=as_json)
    finally:
        stage.close()


def _session() -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    return PromptSession(
        history=InMemoryHistory(),
        bottom_toolbar=HINTS,
        enable_open_in_editor=False,
        complete_while_typing=False,
    )


def _talk(stage: Backstage, session: PromptSession[str], thread: str, *, as_json: bool) -> None:
    loaded = False
    while True:
        try:
            line = session.prompt("you> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            typer.echo("Good luck, see you soon.")
            return
        if not line.strip():
            continue
        if line.strip().lower().rstrip(".!") in BAD:
            _complain(stage, thread)
            continue
        if line.strip().lower() in LEAVE:
            typer.echo("Good luck, see you soon.")
            return
        try:
            if not loaded:
                _load_history(stage, session)
                loaded = True
            _turn(stage, thread, line, as_json=as_json)
        except BadInput as exc:
            typer.echo(f"jobtracker: {exc.message}", err=True)
        except KeyboardInterrupt:
            typer.echo("(stopped)")


def _complain(stage: Backstage, thread: str) -> None:
    """Offer to keep the conversation as a test case, with names replaced."""
    from jobtracker.cli.eval_more import offer

    try:
        stage.assistant()
        if stage.core is not None:
            offer(stage.core, stage.user, thread)
    except JobTrackerError as exc:
        typer.echo(f"jobtracker: {exc.message}", err=True)
    except typer.Abort:
        typer.echo("nothing was kept")


def _load_history(stage: Backstage, session: PromptSession[str]) -> None:
    """Bring the person's earlier lines of all threads within reach of the arrow keys."""
    assistant = stage.assistant()
    with contextlib.suppress(JobTrackerError):
        for line in assistant.transcript.said(stage.user, 200):
            if line not in session.history.get_strings():
                session.history.append_string(line)


def _turn(stage: Backstage, thread: str, line: str, *, as_json: bool) -> None:
    from rich.console import Console

    with Console(stderr=True).status("…", spinner="dots"):
        assistant = stage.assistant()
        work = stage.submit(assistant.conversations.turn(stage.user, thread, line))
        try:
            result = work.result()
        except KeyboardInterrupt:
            work.cancel()
            raise
    show(result, as_json=as_json)


def show(result: TurnResult, *, as_json: bool) -> None:
    """Print a reply: Markdown for the eye, or the JSON object."""
    if as_json:
        from jobtracker.cli.chat import dump

        typer.echo(dump(result.as_json()))
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(result.reply))
    typer.echo("")
