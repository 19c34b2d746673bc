"""A turn with the language-model mind against the server on loopback, as the graph runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from jobtracker.agent.mind.llm.mind import LlmMind
from jobtracker.agent.mind.llm.model import Model
from jobtracker.agent.mind.port import (
    Decision,
    MindFailed,
    Outcome,
    ToolCall,
    ToolSpec,
    Turn,
    Usage,
)
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from tests.fakes.openai_server import FakeOpenAI

KEY = "sk-test-0123456789abcdef"
NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def spec(name: str, properties: dict[str, Any], *required: str, read_only: bool = True) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSpec("job_search", name, name.replace("_", " "), f"Does {name}.", schema, read_only)


TOOLS = [
    spec(
        "search_jobs",
        {"query": {"type": "string"}, "limit": {"type": "integer", "minimum": 1}},
        "query",
    ),
    spec("get_job", {"job_id": {"type": "string"}}, "job_id"),
    spec("track_application", {"job_id": {"type": "string"}}, "job_id", read_only=False),
]
JOBS = {"jobs": [{"job_id": "job_1", "title": "Cook", "company": "Krone", "location": "Chur"}]}


@dataclass
class Ended:
    """How a turn ended."""

    reply: str = ""
    failed: str = ""
    usage: Usage = field(default_factory=Usage)
    calls: list[ToolCall] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def streamed(self) -> str:
        return "".join(self.tokens)


Execute = Callable[[ToolCall], dict[str, Any]]


class Driver:
    """Runs turns like the graph does: decide, act, decide, …"""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.tools = list(TOOLS)

    def configure(self, **llm: Any) -> None:
        self.core.settings.llm = self.core.settings.llm.model_copy(update=llm)

    def turn(self, message: str = "find me a job as a cook", **fields: Any) -> Turn:
        return Turn("anna", "t1", message, NOW, fields.pop("language", ""), **fields)

    def run(
        self,
        fake: FakeOpenAI,
        turn: Turn | None = None,
        execute: Execute | None = None,
        detect: Callable[[str, str], str] | None = None,
    ) -> Ended:
        self.configure(base_url=fake.url)
        return asyncio.run(self._run(turn or self.turn(), execute or (lambda _call: JOBS), detect))

    async def _run(
        self, turn: Turn, execute: Execute, detect: Callable[[str, str], str] | None
    ) -> Ended:
        ended = Ended()

        async def sleep(seconds: float) -> None:
            ended.waits.append(seconds)

        async def emit(kind: str, data: dict[str, Any]) -> None:
            assert kind == "token"
            ended.tokens.append(data["text"])

        model = Model(self.core.settings.llm, sleep=sleep)
        mind = LlmMind(self.core, model=model, detect_language=detect)
        try:
            await self._steps(mind, turn, execute, emit, ended)
        except MindFailed as failure:
            ended.failed = failure.reason
            _add(ended.usage, failure.usage)
        finally:
            await mind.close()
        return ended

    async def _steps(
        self,
        mind: LlmMind,
        turn: Turn,
        execute: Execute,
        emit: Callable[[str, dict[str, Any]], Awaitable[None]],
        ended: Ended,
    ) -> None:
        for step in range(40):
            turn.step = step
            decision = await mind.decide(turn, self.tools, emit)
            ended.decisions.append(decision)
            _add(ended.usage, decision.usage)
            turn.dialogue, turn.scratch = decision.dialogue, decision.scratch
            if not decision.calls:
                ended.reply = decision.reply
                return
            ended.calls.extend(decision.calls)
            turn.outcomes = [*turn.outcomes, *(_outcome(c, execute(c)) for c in decision.calls)]
        raise AssertionError("the turn has no end")


def _outcome(call: ToolCall, result: dict[str, Any]) -> Outcome:
    error = result.get("error")
    return Outcome(
        **call,
        ok=error is None,
        result=None if error else result,
        error=error,
        declined=bool(result.get("declined")),
        elapsed_ms=1.0,
    )


def _add(total: Usage, usage: Usage) -> None:
    total.input_tokens += usage.input_tokens
    total.output_tokens += usage.output_tokens
    total.price += usage.price


@pytest.fixture
def driver(tmp_path: Any) -> Iterator[Driver]:
    base = load_settings().llm.model_dump()
    given = {
        **base,
        "model": "fake",
        "base_url": "http://127.0.0.1:1/v1",
        "api_key": KEY,
        "stall_seconds": 5.0,
        "timeout_seconds": 20.0,
    }
    core = Core(load_settings(home=str(tmp_path / "home"), now=NOW.isoformat(), llm=given))
    yield Driver(core)
    core.close()
