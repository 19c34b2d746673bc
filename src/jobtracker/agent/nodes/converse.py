"""The conversing node: recall → understand ⇄ reads → respond, in one step of the graph.

A step of the graph costs as much as half of the work in it, and the checkpoint of a turn that only
reads is written when it ends: such a turn needs no more than one. What may change something is left
to the acting node, a step of its own: it may be interrupted by a question, and what came of it is
kept before anything else is done.
"""

from __future__ import annotations

from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END
from langgraph.types import Command

from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.recall import Recall
from jobtracker.agent.nodes.respond import Respond
from jobtracker.agent.nodes.understand import Understand
from jobtracker.agent.state import State

_STEPS = 20
"""Of the mind, in one step of the graph; who needs more is counted by the graph as well."""


class Converse:
    """Takes a turn as far as it goes without a side effect."""

    def __init__(self, recall: Recall, understand: Understand, act: Act, respond: Respond) -> None:
        self._recall = recall
        self._understand = understand
        self._act = act
        self._respond = respond

    async def __call__(self, state: State, config: RunnableConfig) -> Command[Any]:
        """Return the end of the turn, or the side effect that comes next."""
        now = cast("State", dict(state))
        update = State()

        def learn(news: State) -> None:
            now.update(news)
            update.update(news)

        if not now.get("step"):  # else an outcome of the acting node brought the turn back
            learn(await self._recall(now))
        for _ in range(_STEPS):
            while now.get("calls"):
                news = await self._act.read(now, config)
                if news is None:
                    return Command(update=update, goto="act")
                learn(news)
            learn(await self._understand(now, config))
            if not now.get("calls"):
                learn(await self._respond(now, config))
                return Command(update=update, goto=END)
        return Command(update=update, goto="converse")
