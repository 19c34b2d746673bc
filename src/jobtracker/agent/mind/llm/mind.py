"""The mind that asks a language model: a bounded tool-calling loop, one step at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.guard import Instructions
from jobtracker.agent.mind.llm.meter import Meter
from jobtracker.agent.mind.llm.model import Model
from jobtracker.agent.mind.llm.results import Suspicion
from jobtracker.agent.mind.llm.step import Means, Step
from jobtracker.agent.mind.llm.toolset import Toolset
from jobtracker.agent.mind.port import Decision, Emit, MindFailed, Mode, ToolSpec, Turn
from jobtracker.agent.prompts import render
from jobtracker.core.personal import answers_in

if TYPE_CHECKING:
    from jobtracker.agent.spend import Spend
    from jobtracker.core.bootstrap import Core

_LOG = logging.getLogger(__name__)


class LlmMind:
    """Decides with the model of the settings. Made at once; the model is opened on first use.

    `detect_language` tells the language of a message, given the conversation's so far; a failure is
    then told in it. One mind serves all users and threads; what a turn needs is in its scratch.
    """

    mode: Mode = "llm"

    def __init__(
        self,
        core: Core,
        *,
        model: Model | None = None,
        detect_language: Callable[[str, str], str] | None = None,
    ) -> None:
        self._core = core
        self._settings = core.settings
        self._model = model or Model(core.settings.llm)
        self._detect = detect_language
        self._tools: tuple[list[ToolSpec], Toolset, Suspicion] | None = None

    async def warm(self) -> None:
        """Import and open the model ahead of the first turn; a failure is told by that turn."""
        try:
            await self._model.open()
        except ModelFailed:
            return

    async def close(self) -> None:
        """Close the connections of this event loop."""
        await self._model.close()

    async def decide(self, turn: Turn, tools: Sequence[ToolSpec], emit: Emit) -> Decision:
        """Return the next calls, or the reply; the model's text is emitted as it comes.

        Raises:
            MindFailed: the model cannot finish the turn within its bounds; the reason is one line,
                in the person's language.
        """
        language = self._language(turn)
        meter = Meter(self._settings.llm, self._spend, turn.user, turn.thread_id)
        toolset, suspicion = self._toolset(tools)
        means = Means(
            settings=self._settings.llm,
            model=self._model,
            rules=self._rules,
            instructions=self._instructions,
            toolset=toolset,
            suspicion=suspicion,
            meter=meter,
            answer_in=answers_in(self._settings.language),
        )
        try:
            return await Step(means, turn, language, emit).run()
        except ModelFailed as failure:
            reason = render(
                "model_failed",
                language=language,
                part=failure.kind,
                detail=failure.detail or None,
            )
            _LOG.warning("thread %s: %s", turn.thread_id, self._safe(str(failure)))
            raise MindFailed(self._safe(reason), meter.usage) from failure

    def _language(self, turn: Turn) -> str:
        """Return the language of the turn, "" where nobody knows; a model writes many more."""
        if chosen := answers_in(self._settings.language):
            return chosen
        return self._detect(turn.message, turn.language) if self._detect else turn.language

    def _safe(self, reason: str) -> str:
        """Take the key out of a vendor's error text, should it be there."""
        for secret in self._model.secrets:
            reason = reason.replace(secret, "…")
        return " ".join(reason.split())

    @cached_property
    def _spend(self) -> Spend:
        from jobtracker.agent.spend import Spend

        return Spend(self._core)

    @cached_property
    def _rules(self) -> str:
        llm, chat = self._settings.llm, self._settings.chat
        return render("system", model=llm.model, max_postings=chat.page_size)

    @cached_property
    def _instructions(self) -> Instructions:
        return Instructions(self._rules)

    def _toolset(self, tools: Sequence[ToolSpec]) -> tuple[Toolset, Suspicion]:
        """Return the tools as the model sees them; made once for the same tools."""
        specs = list(tools)
        if self._tools is None or self._tools[0] != specs:
            self._tools = (
                specs,
                Toolset(specs, self._settings.llm.context_tokens // 2),
                Suspicion(spec.name for spec in specs),
            )
        return self._tools[1], self._tools[2]
