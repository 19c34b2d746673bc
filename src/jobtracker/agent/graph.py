"""One turn as a LangGraph graph: recall → understand ⇄ act → respond.

`understand` asks a mind for the next calls or the reply; `act` runs the calls over MCP, and stops
at an `interrupt` where a server wants the person's yes. Nodes live in `agent/nodes/`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.recall import Recall
from jobtracker.agent.nodes.respond import Respond
from jobtracker.agent.nodes.understand import Understand
from jobtracker.agent.state import State

Graph = CompiledStateGraph[State, Any, State, State]


Node = Callable[[State, RunnableConfig], Awaitable[State]]
Route = Callable[[State], str]
"""Takes what a node returned, names the next node."""


def after_understand(update: State) -> Literal["act", "respond"]:
    """Calls to run, or the end of the turn."""
    return "act" if update.get("calls") else "respond"


def after_act(update: State) -> Literal["act", "understand"]:
    """Calls that are still queued run first; then the mind sees what came of them."""
    return "act" if update.get("calls") else "understand"


def _routed(node: Node, route: Route) -> Any:
    """Let the node say itself where the turn goes on.

    A conditional edge costs half as much as a node: it puts the whole state together once more,
    and asks a plain function in a thread.
    """

    async def run(state: State, config: RunnableConfig) -> Command[Any]:
        update = await node(state, config)
        return Command(update=update, goto=route(update))

    return run


def build_graph(
    recall: Recall,
    understand: Understand,
    act: Act,
    respond: Respond,
    saver: BaseCheckpointSaver[Any],
) -> Graph:
    """Wire the four nodes."""
    graph: Any = StateGraph(State)  # its node methods are not fully typed upstream
    graph.add_node("recall", recall)
    graph.add_node(
        "understand", _routed(understand, after_understand), destinations=("act", "respond")
    )
    graph.add_node("act", _routed(act, after_act), destinations=("act", "understand"))
    graph.add_node("respond", respond)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "understand")
    graph.add_edge("respond", END)
    return graph.compile(checkpointer=saver)
