"""What was said before, within the window: the last lines as they are, the rest in a summary."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jobtracker.agent.mind.llm.lines import Line
from jobtracker.agent.mind.llm.tokens import cut, estimate
from jobtracker.agent.mind.port import Message

FOLD_AT = 30
"""So many lines are kept as they are at most; below the number that the checkpoint keeps."""
KEEP = 12
SUMMARY_WORDS = 250
_SUMMARY_TOKENS = 600
_LONGEST_LINE = 1500
_TOLD_BY = 4

Summarise = Callable[[str, list[Message]], Awaitable[str | None]]
"""Takes the summary so far and the lines that follow it; None where the model cannot do it."""


@dataclass(frozen=True)
class Window:
    """The part of the conversation that the model sees; `state` goes into the dialogue."""

    summary: str
    lines: list[Line]
    state: dict[str, Any]


async def window(
    history: Sequence[Message], state: dict[str, Any], tokens: int, summarise: Summarise
) -> Window:
    """Return the conversation in at most about `tokens`.

    `state` is what an earlier call left behind: the summary, and the digest of the last line in it.
    Lines that no longer fit are folded into the summary by the model, else by their first words.
    """
    summary = str(state.get("summary", ""))
    fresh = _after(history, str(state.get("upto", "")))
    room = max(tokens - (estimate(summary) if summary else 0), tokens // 2)
    if len(fresh) > FOLD_AT or _length(fresh) > room:
        keep = _fitting(fresh[-KEEP:], room // 2)
        folded = list(fresh[: len(fresh) - keep])
        if folded:
            bounded = [Message(role=m["role"], text=cut(m["text"], 200)) for m in folded]
            written = await summarise(summary, _newest(bounded, tokens))
            summary = cut((written or _extract(summary, bounded)).strip(), _SUMMARY_TOKENS)
            state = {"summary": summary, "upto": _digest(folded)}
            fresh = fresh[len(folded) :]
    lines = [Line(role=m["role"], text=cut(m["text"], _LONGEST_LINE)) for m in fresh]
    return Window(summary, lines, state)


def _after(history: Sequence[Message], upto: str) -> list[Message]:
    """Return the lines behind the last one that is in the summary; all if it is gone.

    Where the same words were said twice, the earlier place is taken: nothing is lost that way.
    """
    for number in range(len(history)):
        if upto and _digest(history[: number + 1]) == upto:
            return list(history[number + 1 :])
    return list(history)


def _fitting(messages: Sequence[Message], tokens: int) -> int:
    """Return how many of the last messages fit; an answer without its question is left out."""
    kept = 0
    for message in reversed(messages):
        tokens -= min(estimate(message["text"]), _LONGEST_LINE)
        if tokens < 0:
            break
        kept += 1
    if kept and messages[len(messages) - kept]["role"] == "assistant":
        kept -= 1
    return kept


def _newest(messages: list[Message], tokens: int) -> list[Message]:
    while len(messages) > 2 and _length(messages) > tokens:
        messages = messages[len(messages) // 4 + 1 :]
    return messages


def _extract(summary: str, messages: Sequence[Message]) -> str:
    """Summarise without a model: the first words of what the person said."""
    said = [" ".join(m["text"].split())[:120] for m in messages if m["role"] == "user"]
    lines = "\n".join(f"- the person said: {text}" for text in said)
    return f"{summary}\n{lines}" if summary else lines


def _length(messages: Sequence[Message]) -> int:
    return sum(min(estimate(message["text"]), _LONGEST_LINE) for message in messages)


def _digest(history: Sequence[Message]) -> str:
    """Return what tells the last line from others, by it and the few before it."""
    text = "\0".join(f"{m['role']} {m['text']}" for m in history[-_TOLD_BY:])
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
