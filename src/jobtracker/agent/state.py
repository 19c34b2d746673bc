"""What a conversation's checkpoint holds. Plain JSON values only, so that any saver can keep it."""

from __future__ import annotations

from typing import Any, TypedDict

from jobtracker.agent.mind.port import Message, Mode, Outcome, ToolCall

HISTORY_KEPT = 40
"""Lines of the conversation in the checkpoint; the whole of it is in the transcript."""


class Pending(TypedDict):
    """What waits for the person's yes: the tool, and the question in one line."""

    action: str
    summary: str


class Answer(TypedDict):
    """What the person said to a `Pending`; `summary` is the question that they saw."""

    yes: bool
    summary: str


class Agreed(TypedDict):
    """A question that was answered, and how many calls of the turn had been run by then."""

    question: str
    after: int


class State(TypedDict, total=False):
    """The channels of the graph. The second group is reset by each turn."""

    user: str
    thread_id: str
    history: list[Message]
    dialogue: dict[str, Any]
    language: str
    turn: int

    message: str
    now: str
    memories: list[dict[str, Any]]
    calls: list[ToolCall]
    outcomes: list[Outcome]
    done: list[Outcome]
    agreed: list[Agreed]
    scratch: dict[str, Any]
    step: int
    offline: bool
    notice: str
    reply: str
    intent: str
    mode: Mode
    usage: dict[str, float]


def fresh(user: str, thread_id: str, message: str, now: str) -> State:
    """Return the input of a new turn: what the last one left behind is cleared."""
    return State(
        user=user,
        thread_id=thread_id,
        message=message,
        now=now,
        memories=[],
        calls=[],
        outcomes=[],
        done=[],
        agreed=[],
        scratch={},
        step=0,
        offline=False,
        notice="",
        reply="",
        intent="",
        mode="embedded",
        usage={},
    )
