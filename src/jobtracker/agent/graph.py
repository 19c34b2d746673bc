"""One turn as a LangGraph graph: recall → understand ⇄ act → respond.

`understand` asks a mind for the next calls or the reply; `act` runs the calls over MCP, and stops
at an `interrupt` where a server wants the person's yes. Nodes live in `agent/nodes/`.
"""

from __future__ import annotations

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.recall import Recall
from jobtracker.agent.nodes.respond import Respond
from jobtracker.agent.nodes.understand import Understand
from jobtracker.agent.state import State

Graph = CompiledStateGraph[State, Any, State, State]


def after_understand(state: State) -> Literal["act", "respond"]:
    """Calls to run, or the end of the turn."""
    return "act" if state.get("calls") else "respond"


def after_act(state: State) -> Literal["act", "understand"]:
    """Calls that are still queued run first; then the mind sees what came of them."""
    return "act" if state.get("calls") else "understand"


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
    graph.add_node("understand", understand)
    graph.add_node("act", act)
    graph.add_node("respond", respond)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "understand")
    graph.add_conditional_edges("understand", after_understand)
    graph.add_conditional_edges("act", after_act)
    graph.add_edge("respond", END)
    return graph.compile(checkpointer=saver)
