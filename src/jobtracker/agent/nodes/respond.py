"""The last step: the reply joins the conversation and the transcript, the turn becomes a memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from langchain_core.runnables import RunnableConfig

from jobtracker.agent.mind.port import Message
from jobtracker.agent.nodes.understand import emitter
from jobtracker.agent.state import HISTORY_KEPT, State

Recorder = Callable[[State], None]
"""Keeps the finished turn: transcript and long-term memory."""


class Respond:
    """Ends the turn."""

    def __init__(self, recorder: Recorder, offline_notice: Callable[[str, str], str]) -> None:
        self._recorder = recorder
        self._offline_notice = offline_notice

    async def __call__(self, state: State, config: RunnableConfig) -> State:
        """Return the final reply and the history with this turn in it."""
        reply = state.get("reply", "")
        if state.get("offline") and state.get("notice"):
            notice = self._offline_notice(state.get("notice", ""), state.get("language", "en"))
            added = f"\n\n{notice}" if reply else notice
            reply += added
            await emitter(config)("token", {"text": added})
        said = [
            *state.get("history", []),
            Message(role="user", text=state.get("message", "")),
            Message(role="assistant", text=reply),
        ]
        finished = State(reply=reply, history=said[-HISTORY_KEPT:])
        await asyncio.to_thread(self._recorder, cast("State", {**state, **finished}))
        # Nobody looks at these any more, and results of tools are half of a checkpoint.
        finished.update(outcomes=[], done=[], agreed=[], scratch={}, memories=[])
        return finished
