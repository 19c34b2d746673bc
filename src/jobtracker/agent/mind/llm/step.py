"""One step of a turn: the model is asked until it names calls that can be run, or replies."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.guard import Instructions, ReplyGuard, Withheld
from jobtracker.agent.mind.llm.history import SUMMARY_WORDS, window
from jobtracker.agent.mind.llm.judging import CallJudge
from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.mind.llm.noted import answered, note
from jobtracker.agent.mind.llm.results import Suspicion, compact
from jobtracker.agent.mind.llm.sheet import Sheet
from jobtracker.agent.mind.llm.tokens import cut, estimate
from jobtracker.agent.mind.port import Decision, Emit, Message, ToolCall, Turn
from jobtracker.agent.prompts import render

if TYPE_CHECKING:
    from jobtracker.agent.mind.llm.hearing import Heard
    from jobtracker.agent.mind.llm.meter import Meter
    from jobtracker.agent.mind.llm.model import Model, OnText
    from jobtracker.agent.mind.llm.toolset import Toolset
    from jobtracker.core.settings import LlmSettings

STATE = "llm"
"""The key of what this mind keeps in the dialogue: the summary, and what was shown last."""
_STATE_TOKENS = 900
_CUT_OFF = " …"


@dataclass(frozen=True)
class Means:
    """What a step works with; `rules` is the system prompt, `answer_in` a language that is set."""

    settings: LlmSettings
    model: Model
    rules: str
    instructions: Instructions
    toolset: Toolset
    suspicion: Suspicion
    meter: Meter
    answer_in: str = ""
    monotonic: Callable[[], float] = time.monotonic


class Step:
    """One call of `decide`; raises `ModelFailed` where the model does not do its part."""

    def __init__(self, means: Means, turn: Turn, language: str, emit: Emit) -> None:
        self._means = means
        self._llm = means.settings
        self._turn = turn
        self._language = language
        self._emit = emit
        self._dialogue: dict[str, Any] = dict(turn.dialogue)
        self._result_tokens = self._llm.context_tokens // 4

    async def run(self) -> Decision:
        """Return the calls to run, or the reply."""
        sheet = Sheet.load(self._turn.scratch)
        if sheet is None:
            sheet = await self._start()
        news = sheet.take(self._turn.outcomes, self._means.suspicion, self._result_tokens)
        for outcome in news:
            note(self._dialogue, outcome)
        judge = CallJudge(self._means.toolset, self._llm)
        while True:
            heard = await self._ask(sheet)
            if heard.calls:
                if accepted := judge.sort(sheet, heard):
                    return self._decision(sheet, accepted)
            elif heard.text.strip():
                if heard.truncated:
                    await self._emit("token", {"text": _CUT_OFF})
                    sheet.said[-1] += _CUT_OFF
                return self._decision(sheet, [])
            else:
                judge.empty(sheet, truncated=heard.truncated)

    def _decision(self, sheet: Sheet, calls: list[ToolCall]) -> Decision:
        kept: dict[str, Any] = self._dialogue.get(STATE) or {}
        if sheet.shown:
            kept = {**kept, "shown": sheet.shown}
        if not calls:
            answered(self._dialogue)
        return Decision(
            calls=calls,
            reply="" if calls else "\n\n".join(sheet.said),
            intent=sheet.intent or "chat",
            language=self._language,
            dialogue={**self._dialogue, STATE: kept},
            scratch=sheet.save() if calls else {},
            usage=self._means.meter.usage,
        )

    async def _start(self) -> Sheet:
        """Put together what the model is told at the start of the turn."""
        turn, sheet = self._turn, Sheet()
        kept: dict[str, Any] = self._dialogue.get(STATE) or {}
        past = await window(
            turn.history,
            kept.get("history") or {},
            self._llm.context_tokens * 2 // 5,
            lambda summary, lines: self._summarise(sheet, summary, lines),
        )
        self._dialogue[STATE] = {**kept, "history": past.state}
        sheet.history = past.lines
        sheet.context = render(
            "turn_context",
            now=turn.now.strftime("%A, %Y-%m-%d %H:%M"),
            timezone=f"{turn.now.tzinfo}, UTC{turn.now.strftime('%z')}",
            language=self._means.answer_in or None,
            summary=past.summary or None,
            memories=[_memory(memory) for memory in turn.memories],
            state=_state(turn.dialogue),
            boundary=sheet.boundary,
        )
        message = cut(turn.message, self._llm.context_tokens // 2)
        sheet.lines = [Line(role="user", text=message)]
        return sheet

    async def _summarise(self, sheet: Sheet, summary: str, lines: list[Message]) -> str | None:
        prompt = render(
            "history_summary",
            model=self._llm.model,
            summary=summary or None,
            lines=lines,
            words=SUMMARY_WORDS,
            boundary=sheet.boundary,
        )
        try:
            # Half the time at most: the turn itself must still be possible.
            heard = await self._timed(
                sheet, "", [Line(role="user", text=prompt)], [], None, share=0.5
            )
        except ModelFailed:
            # The turn may still work, or fail with the better reason.
            return None
        return heard.text

    async def _ask(self, sheet: Sheet) -> Heard:
        if sheet.steps >= self._llm.max_steps:
            raise ModelFailed("steps", str(self._llm.max_steps))
        sheet.steps += 1
        last = sheet.steps == self._llm.max_steps or sheet.calls >= self._llm.max_tool_calls
        if last and not sheet.told_last:
            sheet.note("last_step")
            sheet.told_last = True
        sheet.fit(self._llm.context_tokens * 3 // 5)
        guard = ReplyGuard(self._means.instructions, self._means.model.secrets)
        show = self._shower(sheet)

        async def on_text(piece: str) -> None:
            await show(_guarded(lambda: guard.feed(piece)))

        heard = await self._timed(
            sheet,
            f"{self._means.rules}\n\n{sheet.context}",
            [*sheet.history, *sheet.lines],
            self._means.toolset.schemas,
            on_text,
            no_calls=last,
        )
        await show(_guarded(guard.close))
        if guard.text.strip():
            sheet.said.append(guard.text.strip())
        if heard.calls and last:
            raise ModelFailed("steps", str(self._llm.max_steps))
        return heard

    def _shower(self, sheet: Sheet) -> OnText:
        """Return what emits text, so that all that is emitted in a turn, joined, is the reply."""
        begun = False

        async def show(text: str) -> None:
            nonlocal begun
            text = text if begun else text.lstrip()
            if not text:
                return
            if not begun and sheet.said:
                text = f"\n\n{text}"
            begun = True
            await self._emit("token", {"text": text})

        return show

    async def _timed(
        self,
        sheet: Sheet,
        system: str,
        lines: list[Line],
        tools: list[dict[str, Any]],
        on_text: OnText | None,
        *,
        no_calls: bool = False,
        share: float = 1.0,
    ) -> Heard:
        """Ask the model within what the turn has left, and count what it costs."""
        left = (self._llm.timeout_seconds - sheet.seconds) * share
        if left <= 0:
            raise ModelFailed("timeout", f"{self._llm.timeout_seconds:g}")
        meter = self._means.meter
        asked = sum(estimate(line.get("text", "")) for line in lines) + estimate(system)
        await meter.allow(asked)
        await self._means.model.open()  # takes seconds once, which are not the model's
        started = self._means.monotonic()
        try:
            heard = await self._means.model.ask(
                system, lines, tools, left, on_text, no_calls=no_calls
            )
        except ModelFailed as failure:
            await meter.book(failure.usage)
            raise
        finally:
            sheet.seconds += self._means.monotonic() - started
        await meter.book(heard.usage)
        return heard


def _guarded(piece: Callable[[], str]) -> str:
    try:
        return piece()
    except Withheld as leak:
        raise ModelFailed("withheld") from leak


def _state(dialogue: dict[str, Any]) -> str | None:
    """Return what was shown last, by this mind and by the embedded one."""
    own: dict[str, Any] = dialogue.get(STATE) or {}
    found = {key: value for key, value in dialogue.items() if key != STATE and value}
    if own.get("shown"):
        found["seen"] = own["shown"]
    return compact(found, _STATE_TOKENS) if found else None


def _memory(memory: dict[str, Any]) -> str:
    text = memory.get("text") or memory.get("value")
    kind = memory.get("kind")
    said = str(text) if text else compact(memory, 60)
    return cut(f"{kind}: {said}" if kind else said, 80)
