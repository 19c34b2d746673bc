"""The lines of a talk with a model: JSON for the checkpoint, LangChain messages for the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


class Asked(TypedDict):
    """A call in an assistant's line; `name` is the one that the model used."""

    id: str
    name: str
    arguments: dict[str, Any]


class Line(TypedDict, total=False):
    """One line. `calls` belongs to an assistant's, `id` (of the call) and `name` to a tool's."""

    role: Literal["user", "assistant", "tool"]
    text: str
    calls: list[Asked]
    id: str
    name: str


def to_messages(system: str, lines: list[Line]) -> list[BaseMessage]:
    """Return the messages. Neighbours of one role are joined: some models want alternation."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    messages: list[BaseMessage] = [SystemMessage(system)]
    for line in _joined(lines):
        text = line.get("text", "")
        role = line.get("role")
        if role == "tool":
            messages.append(
                ToolMessage(text, tool_call_id=line.get("id", ""), name=line.get("name", ""))
            )
        elif role == "assistant":
            calls: list[Any] = [
                {"name": c["name"], "args": c["arguments"], "id": c["id"], "type": "tool_call"}
                for c in line.get("calls", [])
            ]
            messages.append(AIMessage(text, tool_calls=calls))
        else:
            messages.append(HumanMessage(text))
    return messages


def _joined(lines: list[Line]) -> list[Line]:
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if (
            last is not None
            and line.get("role") == last.get("role") != "tool"
            and not line.get("calls")
            and not last.get("calls")
        ):
            text = f"{last.get('text', '')}\n\n{line.get('text', '')}"
            joined[-1] = Line(role=last.get("role", "user"), text=text)
        else:
            joined.append(line)
    return joined
