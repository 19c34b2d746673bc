"""What the suites run a model on: its answers are cached, its cost is counted and bounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.hearing import Heard, RawCall
from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.mind.llm.model import Model, OnText
from jobtracker.agent.mind.port import Usage
from jobtracker.evals.answers import Answers, key_of
from jobtracker.evals.model import Used

if TYPE_CHECKING:
    from jobtracker.core.settings import LlmSettings, Settings

PASSING = frozenset(
    {"rate_limited", "unavailable", "unreachable", "cut", "stalled", "timeout", "failed"}
)
"""Failures of the way to the model: the case is tried again."""
FINAL = frozenset({"auth", "no_key", "forbidden", "not_found", "setup", "quota", "limit"})
"""Failures that end the run: every other case would fail alike."""


@dataclass
class Trouble:
    """What kept a case from its answer; `retry_after` in seconds, as the vendor asks."""

    kind: str
    detail: str = ""
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}" if self.detail else self.kind


TROUBLES: ContextVar[list[Trouble] | None] = ContextVar("eval_troubles", default=None)
"""What went wrong on the way to the model within the present case."""
REPEAT: ContextVar[int] = ContextVar("eval_repeat", default=0)


@dataclass
class Bounds:
    """When a run ends early; zero is no bound. `seconds` counts from `started`."""

    cost: float = 0.0
    seconds: float = 0.0
    monotonic: Callable[[], float] = time.monotonic
    started: float = field(default=0.0)

    def begin(self) -> None:
        """Start the clock."""
        self.started = self.monotonic()

    @property
    def late(self) -> bool:
        """Whether the time is over."""
        return self.seconds > 0 and self.monotonic() - self.started >= self.seconds


class Bench:
    """A model, its cache and its counter, shared by the cases of a run."""

    def __init__(
        self,
        settings: Settings,
        answers: Answers | None,
        bounds: Bounds,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self.bounds = bounds
        self.sleep = sleep
        self.used = Used(currency=settings.llm.currency)
        self.stopped = ""
        self.model = RecordedModel(settings.llm, self, answers)
        self.judge_model = self.model
        self.kappa: float | None = None
        self._answers = answers

    def judge_with(self, model: str) -> None:
        """Let another model of the same server judge."""
        llm = self.settings.llm.model_copy(update={"model": model})
        self.judge_model = RecordedModel(llm, self, self._answers)

    def price(self, usage: Usage) -> float:
        """Return what so many tokens cost, in the settings' currency."""
        llm = self.settings.llm
        tokens = usage.input_tokens * llm.input_price + usage.output_tokens * llm.output_price
        return tokens / 1_000_000

    def stop(self, why: str) -> None:
        """End the run after what is under way."""
        self.stopped = self.stopped or why

    def over(self) -> str:
        """Return why no further question may be asked; "" where it may."""
        bounds = self.bounds
        if bounds.cost and self.used.spent >= bounds.cost:
            self.stop(
                f"the bound of {bounds.cost:g} {self.used.currency} is reached "
                f"({self.used.spent:.4f} spent)"
            )
        elif bounds.late:
            self.stop(f"the bound of {bounds.seconds:g} seconds is reached")
        return self.stopped

    def book(self, usage: Usage, *, paid: bool) -> None:
        """Count one answer."""
        price = self.price(usage)
        self.used.calls += 1
        self.used.cached += not paid
        self.used.input_tokens += usage.input_tokens
        self.used.output_tokens += usage.output_tokens
        self.used.price += price
        self.used.spent += price if paid else 0.0

    async def close(self) -> None:
        """Close the connections."""
        await self.model.close()
        if self.judge_model is not self.model:
            await self.judge_model.close()


class RecordedModel(Model):
    """A model whose answers are kept, counted and bounded; failures are told to the case."""

    def __init__(self, settings: LlmSettings, bench: Bench, answers: Answers | None) -> None:
        super().__init__(settings, sleep=bench.sleep)
        self._bench = bench
        self._answers = answers
        self._opening = asyncio.Lock()

    async def ask(
        self,
        system: str,
        lines: list[Line],
        tools: list[dict[str, Any]],
        seconds: float,
        on_text: OnText | None = None,
        *,
        no_calls: bool = False,
    ) -> Heard:
        """Return the kept answer to this very question, else ask."""
        llm = self._settings
        key, names = key_of(
            model=llm.model, url=llm.base_url, max_tokens=llm.max_output_tokens, system=system,
            lines=lines, tools=tools, no_calls=no_calls, repeat=REPEAT.get(),
        )  # fmt: skip
        kept = self._answers.get(key, names) if self._answers else None
        if kept is not None:
            heard = _heard(kept)
            self._bench.book(heard.usage, paid=False)
            if on_text is not None and heard.text:
                await on_text(heard.text)
            return heard
        if why := self._bench.over():
            _tell(Trouble("stopped", why))
            raise ModelFailed("limit", why)
        try:
            # Cases come all at once: only one of them opens the connections.
            async with self._opening:
                await self.open()
            heard = await super().ask(system, lines, tools, seconds, on_text, no_calls=no_calls)
        except ModelFailed as failure:
            if failure.usage.input_tokens or failure.usage.output_tokens:
                self._bench.book(failure.usage, paid=True)
            if failure.kind in PASSING | FINAL:
                _tell(Trouble(failure.kind, failure.detail, failure.retry_after))
            raise
        self._bench.book(heard.usage, paid=True)
        if self._answers is not None:
            self._answers.put(key, names, asdict(heard))
        return heard


def _tell(trouble: Trouble) -> None:
    troubles = TROUBLES.get()
    if troubles is not None:
        troubles.append(trouble)


def _heard(kept: dict[str, Any]) -> Heard:
    return Heard(
        text=kept["text"],
        calls=[RawCall(**call) for call in kept["calls"]],
        usage=Usage(**kept["usage"]),
        truncated=kept["truncated"],
    )
