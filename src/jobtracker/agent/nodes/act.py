"""The acting node: runs the calls that the mind asked for, and waits for a yes where one is due."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, interrupt

from jobtracker.agent.mind.port import Outcome, ToolCall
from jobtracker.agent.nodes.understand import emitter
from jobtracker.agent.state import Answer, Pending, State
from jobtracker.agent.toolbox import ConfirmationNeeded, Toolbox


class Act:
    """Runs the reads at the head of the queue together, and anything else alone.

    A node that is interrupted runs again from its start once the person has answered; a call alone
    in its node, which asks before it does anything, is then simply repeated.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    async def __call__(self, state: State, config: RunnableConfig) -> Command[Any]:
        """Return the outcomes and the calls that are left.

        Those run first; then the mind sees what came of them.
        """
        emit = emitter(config)
        calls = state.get("calls", [])
        for server in {call["server"] for call in calls}:
            await self._toolbox.connect(server)
        reads = 0
        while reads < len(calls) and self._is_read(calls[reads]):
            reads += 1
        batch = calls[: max(reads, 1)]
        for call in batch:
            await emit("tool_call", {k: call[k] for k in ("id", "server", "tool", "arguments")})
        if reads:
            outcomes = list(
                await asyncio.gather(*(self._run(call, state, asks=False) for call in batch))
            )
        else:
            outcomes = [await self._run(batch[0], state, asks=True)]
        for outcome in outcomes:
            await emit("tool_result", cast("dict[str, Any]", outcome))
        update = State(
            calls=calls[len(batch) :],
            outcomes=[*state.get("outcomes", []), *outcomes],
            done=[*state.get("done", []), *outcomes],
        )
        return Command(update=update, goto="act" if update.get("calls") else "understand")

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
        user = state.get("user", "")
        try:
            return await self._toolbox.call(call, user)
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
                return await self._toolbox.call(call, user, granted=answer["summary"])
            except ConfirmationNeeded as need:
                question = need.question


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
