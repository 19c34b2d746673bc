"""Turns of the embedded mind, servers in memory, beside a bare graph of as many nodes."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from statistics import quantiles
from typing import Any

from jobtracker.agent.state import State
from jobtracker.app import new_loop, open_assistant
from jobtracker.cli.bench import Row, row
from jobtracker.core.bootstrap import Core

MESSAGES = (
    "find nursing jobs in Bern",
    "only part time",
    "tell me more about the second one",
    "what's open?",
    "am I free Thursday afternoon?",
    "find software jobs in Zurich over 100k",
    "thanks",
    "I prefer hybrid",
)
ROUNDS = 25


def run(core: Core) -> list[Row]:
    """Measure warm turns one after the other, and eight conversations at once."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(measured(core))


async def measured(core: Core) -> list[Row]:
    """Measure in the loop that runs."""
    floor = await _bare_graph()
    async with open_assistant(core) as assistant:
        turn = assistant.conversations.turn
        for message in MESSAGES:
            await turn("bench", "warm", message)
        taken: list[float] = []
        for number in range(ROUNDS):
            for message in MESSAGES:
                started = time.perf_counter()
                await turn("bench", f"one-{number}", message)
                taken.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        await asyncio.gather(*(_talk(turn, f"u{n}") for n in range(8)))
        rate = 8 * len(MESSAGES) * 4 / (time.perf_counter() - started)
    cuts = quantiles(taken, n=100)
    return [
        row("chat.turn.p50", cuts[49], "ms", floor=floor, most=20.0),
        row("chat.turn.p95", cuts[94], "ms", floor=floor, most=50.0),
        row("chat.turn.p99", cuts[98], "ms", floor=floor, most=100.0),
        row("chat.turns_per_second", rate, "1/s", least=100.0),
    ]


async def _talk(turn: Any, user: str) -> None:
    for number in range(4):
        for message in MESSAGES:
            await turn(user, f"many-{number}", message)


def _nothing(_state: State) -> State:
    return State(step=1)


async def _bare_graph() -> float:
    """Return the median milliseconds of a graph with as many empty nodes and no checkpointer."""
    from langgraph.graph import END, START, StateGraph

    graph: Any = StateGraph(State)
    names = ("recall", "understand", "act", "respond")
    for name in names:
        graph.add_node(name, _nothing)
    graph.add_edge(START, names[0])
    for one, other in pairwise(names):
        graph.add_edge(one, other)
    graph.add_edge(names[-1], END)
    bare = graph.compile()
    taken: list[float] = []
    for _ in range(60):
        started = time.perf_counter()
        await bare.ainvoke(State(message="x"))
        taken.append((time.perf_counter() - started) * 1000)
    return quantiles(taken[10:], n=2)[0]
