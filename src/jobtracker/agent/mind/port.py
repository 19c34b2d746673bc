"""The mind: what decides, step by step, how a turn goes on.

A turn is `recall → understand ⇄ act → respond`. At each `understand` a mind sees the turn so far
(with the outcomes of the calls it asked for) and either asks for more calls or ends the turn with a
reply. Two minds implement the port: `embedded` and `llm`; both see tools only through their specs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypedDict

Mode = Literal["embedded", "llm", "offline"]


class ToolCall(TypedDict):
    """A call that a mind asks for. `id` is unique within the turn."""

    id: str
    server: str
    tool: str
    arguments: dict[str, Any]


class Outcome(TypedDict):
    """What came of a call. `result` is the structured content where `ok`, `error` the text else.

    `declined` is true where the person said no to a side effect.
    """

    id: str
    server: str
    tool: str
    arguments: dict[str, Any]
    ok: bool
    result: dict[str, Any] | None
    error: str | None
    declined: bool
    elapsed_ms: float


class Message(TypedDict):
    """One line of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class ToolSpec:
    """A tool as its server lists it."""

    server: str
    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    read_only: bool


@dataclass
class Usage:
    """Tokens of the model calls of one step, and their price in the settings' currency."""

    input_tokens: int = 0
    output_tokens: int = 0
    price: float = 0.0


@dataclass
class Turn:
    """A turn so far. Everything in `dialogue` and `scratch` is JSON, for both are checkpointed.

    `dialogue` outlives the turn (last results, focus, open question); `scratch` does not.
    `memories` are the few long-term memories that bear on this message, newest facts first.
    """

    user: str
    thread_id: str
    message: str
    now: datetime
    language: str
    history: list[Message] = field(default_factory=list[Message])
    memories: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    dialogue: dict[str, Any] = field(default_factory=dict[str, Any])
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    scratch: dict[str, Any] = field(default_factory=dict[str, Any])
    step: int = 0


@dataclass
class Decision:
    """What a mind wants next: `calls` to run in order, or, where there are none, the `reply`."""

    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    reply: str = ""
    intent: str = ""
    language: str = ""
    dialogue: dict[str, Any] = field(default_factory=dict[str, Any])
    scratch: dict[str, Any] = field(default_factory=dict[str, Any])
    usage: Usage = field(default_factory=Usage)


Emit = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Receives what happens in a turn, as (kind, data), in the order in which it happens.

- `token` `{"text"}`: a piece of the reply. All pieces since the start of the turn, or the last
  `restart`, joined, are the `TurnResult.reply`: the question of a confirmation and notices too.
- `tool_call` `{"id", "server", "tool", "arguments"}`: a call begins.
- `tool_result`: an `Outcome`, under the id of its call. A call that waits for the person's yes has
  none in this turn; the turn that answers the question emits the call anew, then its result.
- `confirm` `{"action", "summary"}`: the turn ends with a question, as in `TurnResult.pending`.
- `restart` `{"reason"}`: the model failed and the embedded mind answers from here on; the pieces
  emitted so far are void. `reason` is one line in the person's language, and joins the reply.

A turn that raises emits nothing of it: the error is the caller's to show.
"""


class MindFailed(Exception):
    """This mind cannot go on; `reason` is one line for the person. The embedded mind finishes."""

    def __init__(self, reason: str, usage: Usage | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.usage = usage or Usage()


class Mind(Protocol):
    """Decides the next step of a turn."""

    mode: Mode

    async def decide(self, turn: Turn, tools: Sequence[ToolSpec], emit: Emit) -> Decision:
        """Return the next calls, or the reply.

        A mind that writes its reply bit by bit emits the pieces; the whole is emitted for one that
        does not.

        Raises:
            MindFailed: this mind cannot finish the turn.
        """
        ...
