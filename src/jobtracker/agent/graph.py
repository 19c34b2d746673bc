"""One turn as a LangGraph graph: converse (recall → understand ⇄ reads → respond) ⇄ act.

`understand` asks a mind for the next calls or the reply. Reads are run over MCP at once; what may
change something is run by the node `act`, which stops at an `interrupt` where a server wants the
person's yes. The steps live in `agent/nodes/`.
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from jobtracker.agent.nodes.act import Act
from jobtracker.agent.nodes.converse import Converse
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
    """Wire the two nodes from the four steps of a turn."""
    graph: Any = StateGraph(State)  # its node methods are not fully typed upstream
    # Both say themselves where the turn goes on: a conditional edge costs half as much as a node,
    # for it puts the whole state together once more.
    converse = Converse(recall, understand, act, respond)
    graph.add_node("converse", converse, destinations=("act", END))
    graph.add_node("act", act, destinations=("converse",))
    graph.add_edge(START, "converse")
    return graph.compile(checkpointer=saver)
