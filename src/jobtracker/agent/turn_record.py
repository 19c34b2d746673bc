"""Keeps a finished turn: the transcript, and the episode that later turns may recall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobtracker.agent.mind.embedded.phrases import phrase
from jobtracker.agent.state import State
from jobtracker.agent.transcript import Transcript
from jobtracker.core.clock import Clock

if TYPE_CHECKING:
    from jobtracker.agent.memory import Memory
    from jobtracker.agent.remembering import Remembering

_EPISODES = frozenset({
    "search_jobs", "track_application", "update_application", "schedule_interview",
    "finish_mock_interview",
})  # fmt: skip
"""Calls worth remembering; each has a phrase `episode_<tool>`."""


class TurnRecorder:
    """Writes what is kept of a turn; called once, before the reply is shown.

    `remembering` looks, where a model speaks, for what the person told of themselves.
    """

    def __init__(
        self,
        transcript: Transcript,
        memory: Memory,
        clock: Clock,
        remembering: Remembering | None = None,
    ) -> None:
        self._remembering = remembering
        self._transcript = transcript
        self._memory = memory
        self._clock = clock

    def __call__(self, state: State) -> None:
        """Append the turn to the transcript and remember what was done in it."""
        user, thread = state.get("user", ""), state.get("thread_id", "")
        self._transcript.add(
            user,
            thread,
            state.get("turn", 0),
            state.get("message", ""),
            state.get("reply", ""),
            self._clock.now(),
        )
        if self._remembering is not None:
            self._remembering.later(state)
        searched = False
        for number, outcome in enumerate(state.get("done", [])):
            tool, facts = outcome["tool"], outcome["arguments"]
            if tool not in _EPISODES or not outcome["ok"]:
                continue
            if tool == "search_jobs":
                # The first is what was asked for; the next pages and the wider places are not.
                if searched or facts.get("cursor"):
                    continue
                searched = True
            # An update names the application by its id alone; what came of it says which.
            known = {**(outcome["result"] or {}), **facts}
            text = phrase(f"episode_{tool}", state.get("language", "en"), **known)
            key = f"{thread}/{state.get('turn', 0)}/{number}"
            self._memory.remember(user, "episode", key, text, {"tool": tool}, thread)
