"""Runs the calls that the mind asked for; as a node, waits for a yes where one is due."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, interrupt

from jobtracker.agent.mind.port import Emit, Outcome, ToolCall
from jobtracker.agent.nodes.understand import emitter
from jobtracker.agent.state import Answer, Pending, State
from jobtracker.agent.toolbox import ConfirmationNeeded, Toolbox


class Act:
    """Runs reads together, and anything else alone, as a node of the graph.

    A node that is interrupted runs again from its start once the person has answered; a call alone
    in its node, which asks before it does anything, is then simply repeated.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    async def read(self, state: State, config: RunnableConfig) -> State | None:
        """Run the reads at the head of the queue; None where the first call is no read.

        Those run first; then the mind sees what came of them.
        """
        calls = state.get("calls", [])
        for server in {call["server"] for call in calls}:
            await self._toolbox.connect(server)
        reads = 0
        while reads < len(calls) and self._is_read(calls[reads]):
            reads += 1
        if not reads:
            return None
        emit = emitter(config)
        for call in calls[:reads]:
            await _begun(emit, call)
        running = (self._run(call, state, asks=False) for call in calls[:reads])
        outcomes = list(await asyncio.gather(*running))
        return await _ended(emit, state, outcomes)

    async def __call__(self, state: State, config: RunnableConfig) -> Command[Any]:
        """Run the call at the head of the queue; the conversation goes on with its outcome."""
        emit = emitter(config)
        call = state.get("calls", [])[0]
        await self._toolbox.connect(call["server"])
        await _begun(emit, call)
        outcome = await self._run(call, state, asks=True)
        return Command(update=await _ended(emit, state, [outcome]), goto="converse")

    def _is_read(self, call: ToolCall) -> bool:
        spec = self._toolbox.find(call["tool"])
        return spec is not None and spec.read_only

    def _already(self, call: ToolCall, state: State) -> Outcome | None:
        """Return what came of a call earlier in this turn, by a mind that failed since.

        The very same call is not repeated. A change that was put in other words ("Acme AG" for
        "Acme") is the same one too, unless the ids differ: each stands for one of the calls now.
        """
        done = [o for o in state.get("done", []) if o["ok"] and o["tool"] == call["tool"]]
        if same := next((o for o in done if o["arguments"] == call["arguments"]), None):
            return same
        if self._is_read(call):
            return None
        used = [o["arguments"] for o in state.get("outcomes", []) if o["tool"] == call["tool"]]
        return next((o for o in done if o["arguments"] not in used and _one_thing(o, call)), None)

    async def _run(self, call: ToolCall, state: State, *, asks: bool) -> Outcome:
        if state.get("offline") and (already := self._already(call, state)):
            return cast("Outcome", {**already, "id": call["id"]})
        user, language = state.get("user", ""), state.get("language", "")
        try:
            return await self._toolbox.call(call, user, language=language)
        except ConfirmationNeeded as need:
            if not asks:
                return _declined(call)
            question = need.question
        while True:
            answer = cast("Answer", interrupt(Pending(action=call["tool"], summary=question)))
            if not answer["yes"]:
                return _declined(call)
            try:
                # What was agreed to is the question that the person saw, not today's.
                return await self._toolbox.call(call, user, answer["summary"], language)
            except ConfirmationNeeded as need:
                question = need.question


async def _begun(emit: Emit, call: ToolCall) -> None:
    await emit("tool_call", {k: call[k] for k in ("id", "server", "tool", "arguments")})


async def _ended(emit: Emit, state: State, outcomes: list[Outcome]) -> State:
    for outcome in outcomes:
        await emit("tool_result", cast("dict[str, Any]", outcome))
    return State(
        calls=state.get("calls", [])[len(outcomes) :],
        outcomes=[*state.get("outcomes", []), *outcomes],
        done=[*state.get("done", []), *outcomes],
    )


def _one_thing(outcome: Outcome, call: ToolCall) -> bool:
    """Tell whether no id that both name differs."""
    before, now = outcome["arguments"], call["arguments"]
    return all(before[key] == now[key] for key in before.keys() & now if key.endswith("_id"))


def _declined(call: ToolCall) -> Outcome:
    return Outcome(
        **call,
        ok=False,
        result=None,
        error="not_confirmed: the person did not say yes; nothing was changed",
        declined=True,
        elapsed_ms=0.0,
    )
