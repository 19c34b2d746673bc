"""The deciding step: asks the mind for calls or the reply, and falls back when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from langchain_core.runnables import RunnableConfig

from jobtracker.agent.mind.port import (
    Decision,
    Emit,
    Mind,
    MindFailed,
    Mode,
    Outcome,
    Turn,
    Usage,
)
from jobtracker.agent.state import State
from jobtracker.agent.toolbox import Toolbox

_PIECE = re.compile(r"(?s).+?(?:\n+|(?<=[.!?…])[ \t]+|\Z)")
"""A sentence or a line of a reply, with the white space behind it."""


CameOf = Callable[[Outcome, str, str], str]
"""Takes what came of a side effect, its question and the language; says it."""


async def silent(_kind: str, _data: dict[str, object]) -> None:
    """Emit nothing."""


def emitter(config: RunnableConfig) -> Emit:
    """Return what listens to this turn, or what ignores it."""
    return cast("Emit", config.get("configurable", {}).get("emit") or silent)


class Understand:
    """Runs one step of the mind: the model's while it can, else the embedded one."""

    def __init__(
        self,
        embedded: Mind,
        llm: Mind | None,
        toolbox: Toolbox,
        max_steps: int,
        max_calls: int,
        came_of: CameOf | None = None,
    ) -> None:
        self._came_of = came_of
        self._embedded = embedded
        self._llm = llm
        self._toolbox = toolbox
        self._max_steps = max_steps
        self._max_calls = max_calls

    async def __call__(self, state: State, config: RunnableConfig) -> State:
        """Return the next calls, which are run next, or the reply, with which the turn ends."""
        emit = emitter(config)
        if self._llm is None or state.get("offline"):
            mode: Mode = "offline" if state.get("offline") else "embedded"
            return self._next(state, await self._decide(self._embedded, state, emit), mode)
        try:
            if state.get("step", 0) >= self._max_steps:
                raise MindFailed(f"the model did not come to an end in {self._max_steps} steps")
            decision = await self._decide(self._llm, state, emit)
            if len(state.get("done", [])) + len(decision.calls) > self._max_calls:
                raise MindFailed(f"the model asked for more than {self._max_calls} tool calls")
        except MindFailed as exc:
            spent = _spent(state, exc.usage)
            afresh: dict[str, Any] = {
                "offline": True,
                "notice": exc.reason,
                "scratch": {},
                "outcomes": [],
            }
            offline = cast("State", {**state, **afresh})
            await emit("restart", {"reason": exc.reason})
            decision = await self._finished(state, emit)
            decision = decision or await self._decide(self._embedded, offline, emit)
            update = self._next(offline, decision, "offline")
            update.update(offline=True, notice=exc.reason, outcomes=[], usage=spent)
            return update
        return self._next(state, decision, "llm")

    async def _finished(self, state: State, emit: Emit) -> Decision | None:
        """Return what came of the side effects that the person said yes or no to, if they did.

        Without its question a "yes" means nothing to the embedded mind, and what was asked for is
        done by now, or left: it must be told, and must not be done again.
        """
        done = state.get("done", [])
        came = [
            (done[agreed["after"]], agreed["question"])
            for agreed in state.get("agreed", [])
            if agreed["after"] < len(done)
        ]
        if not came or self._came_of is None:
            return None
        # A no beside a yes goes without saying: "nothing was changed" would not be true.
        told = [pair for pair in came if not pair[0]["declined"]] or came[:1]
        language = state.get("language", "")
        reply = "\n\n".join(self._came_of(outcome, asked, language) for outcome, asked in told)
        await emit("token", {"text": reply})
        return Decision(reply=reply)

    async def _decide(self, mind: Mind, state: State, emit: Emit) -> Decision:
        turn = Turn(
            user=state.get("user", ""),
            thread_id=state.get("thread_id", ""),
            message=state.get("message", ""),
            now=datetime.fromisoformat(state.get("now", "")),
            language=state.get("language", ""),
            history=state.get("history", []),
            memories=state.get("memories", []),
            dialogue=state.get("dialogue", {}),
            outcomes=state.get("outcomes", []),
            scratch=state.get("scratch", {}),
            step=state.get("step", 0),
        )
        streamed = False

        async def noticed(kind: str, data: dict[str, Any]) -> None:
            nonlocal streamed
            streamed = True
            await emit(kind, data)

        decision = await mind.decide(turn, self._toolbox.tools, noticed)
        if not streamed:
            for piece in _PIECE.findall(decision.reply):
                await emit("token", {"text": piece})
        return decision

    def _next(self, state: State, decision: Decision, mode: Mode) -> State:
        update = State(
            calls=decision.calls,
            scratch=decision.scratch,
            step=state.get("step", 0) + 1,
            mode=mode,
            usage=_spent(state, decision.usage),
            reply=decision.reply,
        )
        if decision.dialogue:
            update["dialogue"] = decision.dialogue
        if decision.intent:
            update["intent"] = decision.intent
        if decision.language:
            update["language"] = decision.language
        return update


def _spent(state: State, usage: Usage) -> dict[str, float]:
    before = state.get("usage", {})
    return {
        "input_tokens": before.get("input_tokens", 0) + usage.input_tokens,
        "output_tokens": before.get("output_tokens", 0) + usage.output_tokens,
        "price": before.get("price", 0.0) + usage.price,
    }
