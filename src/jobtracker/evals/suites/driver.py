"""Plays conversations through the joined assistant, on a home folder that is thrown away."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobtracker.agent.conversation import TurnResult
from jobtracker.agent.mind.port import ToolCall
from jobtracker.app import Assistant, open_assistant
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Tell
from jobtracker.resumes.files import user_folder

if TYPE_CHECKING:
    from jobtracker.core.settings import LlmSettings
    from jobtracker.evals.bench import Bench

NOW = "2026-11-23T09:00:00+01:00"
"""A Monday morning in Zurich: when all conversations take place."""


class Stage:
    """An assistant for one suite; each case is another person on it."""

    def __init__(self, assistant: Assistant, core: Core) -> None:
        self._assistant = assistant
        self._core = core

    async def say(self, person: str, message: str) -> TurnResult:
        """Say one message as that person.

        Raises:
            GaveUp: there is a model, and it did not finish the turn.
        """
        turn = await self._assistant.conversations.turn(person, "eval", message)
        if turn.mode == "offline":
            raise GaveUp(turn.reply)
        return turn

    @property
    def has_model(self) -> bool:
        """Whether a language model speaks."""
        return bool(self._core.settings.llm.model or self._core.settings.llm.base_url)

    def reads_only(self, tool: str) -> bool:
        """Tell whether a tool changes nothing."""
        return any(spec.name == tool and spec.read_only for spec in self._assistant.toolbox.tools)

    async def look(self, person: str, server: str, tool: str, **given: Any) -> dict[str, Any]:
        """Call a reading tool past the conversation, and return its result."""
        call = ToolCall(id="look", server=server, tool=tool, arguments=given)
        return (await self._assistant.toolbox.call(call, person, None))["result"] or {}

    def remembered(self, person: str) -> list[str]:
        """Return what is remembered of the person, but for what they did."""
        items = self._assistant.memory.list(person)
        return sorted(item.text for item in items if item.kind != "episode")

    def file(self, person: str, name: str, text: str) -> Path:
        """Write a file into the person's uploads and return its path."""
        folder = user_folder(self._core, "uploads", person)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return path


def on_stage(
    cases: Sequence[Case], play: Callable[[Stage, Case, str], Awaitable[Scored]], tell: Tell
) -> list[Scored]:
    """Run `play(stage, case, person)` one after the other, and return what came of them.

    The mind is the embedded one and the clock is fixed, whatever the environment says.
    """

    async def main(core: Core) -> list[Scored]:
        found: list[Scored] = []
        async with open_assistant(core) as assistant:
            stage = Stage(assistant, core)
            for number, case in enumerate(cases):
                found.append(await play(stage, case, f"p{number}"))
                tell(found[-1])
        return found

    with fresh_core() as core:
        return asyncio.run(main(core))


@contextlib.asynccontextmanager
async def model_stage(bench: Bench) -> AsyncGenerator[Stage]:
    """Open an assistant whose mind is the bench's model, on a home folder that is thrown away."""
    from jobtracker.agent.mind.llm.mind import LlmMind

    with fresh_core(bench.settings.llm) as core:
        async with open_assistant(core, LlmMind(core, model=bench.model)) as assistant:
            yield Stage(assistant, core)


class GaveUp(Exception):
    """The model did not finish the turn: the embedded mind did, which is not to be measured."""


@contextlib.contextmanager
def fresh_core(llm: LlmSettings | None = None) -> Generator[Core]:
    """Open a core on an empty home folder, with the fixed clock and no outside services."""
    model: Any = {"model": "", "base_url": ""} if llm is None else llm.model_dump()
    # The features' words have suites of their own; here the mind is measured, and counted, alone.
    model["writer"] = ""
    with tempfile.TemporaryDirectory(prefix="jobtracker-eval-") as home:
        core = Core(
            load_settings(
                home=home, now=NOW, timezone="Europe/Zurich", language="",
                llm=model, store={"url": ""}, redis={"url": ""}, log_level="error",
            )
        )  # fmt: skip
        try:
            yield core
        finally:
            core.close()
