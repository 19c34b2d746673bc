"""One turn as a LangGraph graph: recall → understand ⇄ act → respond.

`understand` asks a mind for the next calls or the reply; `act` runs the calls over MCP, and stops
at an `interrupt` where a server wants the person's yes. Nodes live in `agent/nodes/`.
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.recall import Recall
from jobtracker.agent.nodes.respond import Respond
from jobtracker.agent.nodes.understand import Understand
from jobtracker.agent.state import State

Graph = CompiledStateGraph[State, Any, State, State]


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
    # These two say themselves where the turn goes on: a conditional edge costs half as much as a
    # node, for it puts the whole state together once more.
    graph.add_node("understand", understand, destinations=("act", "respond"))
    graph.add_node("act", act, destinations=("act", "understand"))
    graph.add_node("respond", respond)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "understand")
    graph.add_edge("respond", END)
    return graph.compile(checkpointer=saver)
