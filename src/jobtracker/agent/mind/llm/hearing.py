"""Puts the pieces of a model's answer together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.tokens import NO_TEXT, estimate
from jobtracker.agent.mind.port import Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

_CHARACTERS_PER_TOKEN = 12
"""More than any real text has: what is longer than this has ignored the limit."""


@dataclass
class RawCall:
    """A tool call as the model wrote it: `arguments` is JSON text, or a dict from some vendors."""

    name: str = ""
    arguments: str | dict[str, Any] = ""
    id: str = ""


@dataclass
class Heard:
    """One answer of the model."""

    text: str = ""
    calls: list[RawCall] = field(default_factory=list[RawCall])
    usage: Usage = field(default_factory=Usage)
    truncated: bool = False


class Hearing:
    """Puts the pieces of one answer together."""

    def __init__(self, asked_tokens: int, most_tokens: int) -> None:
        self._asked = asked_tokens
        self._most = most_tokens
        self._texts: list[str] = []
        self._calls: list[RawCall] = []
        self._by_index: dict[Any, RawCall] = {}
        self._length = 0
        self._counted = Usage()
        self._ended = ""
        self._chunks = 0

    @property
    def began(self) -> bool:
        """Whether anything came at all."""
        return self._chunks > 0

    @property
    def over(self) -> bool:
        """Whether the model writes without end."""
        return self._length > self._most * _CHARACTERS_PER_TOKEN

    def add(self, chunk: AIMessageChunk) -> str:
        """Take a piece, and return the text in it."""
        self._chunks += 1
        text = NO_TEXT.sub("", str(chunk.text))
        self._texts.append(text)
        self._length += len(text)
        for piece in chunk.tool_call_chunks:
            self._add_call(piece)
        if not chunk.tool_call_chunks:
            for call in chunk.tool_calls:
                self._calls.append(
                    RawCall(NO_TEXT.sub("", call["name"]), call["args"], call.get("id") or "")
                )
        if usage := chunk.usage_metadata:
            # Counted at the end, at both ends, or upwards in each piece: the highest is right.
            self._counted.input_tokens = max(self._counted.input_tokens, usage["input_tokens"])
            self._counted.output_tokens = max(self._counted.output_tokens, usage["output_tokens"])
        meta = chunk.response_metadata
        self._ended = str(meta.get("finish_reason") or meta.get("stop_reason") or self._ended)
        return text

    def _add_call(self, piece: Any) -> None:
        index, name, identity = piece.get("index"), piece.get("name"), piece.get("id")
        key = index if index is not None else (identity or "")
        call = self._by_index.get(key)
        # Some servers number all parallel calls 0, and tell them apart by their ids.
        if call is None or (identity and call.id and identity != call.id and name):
            call = self._by_index[key] = RawCall(id=identity or "")
            self._calls.append(call)
        call.name += NO_TEXT.sub("", name or "")
        call.arguments = str(call.arguments) + (piece.get("args") or "")
        self._length += len(piece.get("args") or "")

    def spent(self) -> Usage:
        """Return the tokens, estimated where the vendor did not count; none if nothing came."""
        if not self._chunks:
            return Usage()
        written = "".join(self._texts) + "".join(str(call.arguments) for call in self._calls)
        return Usage(
            input_tokens=self._counted.input_tokens or self._asked,
            output_tokens=self._counted.output_tokens or (estimate(written) if written else 0),
        )

    def finish(self, *, says_end: bool) -> Heard:
        """Return the whole answer.

        Raises:
            ModelFailed: the stream ended before the model did.
        """
        if says_end and not self._ended and not self.over:
            raise ModelFailed("cut")
        return Heard(
            text="".join(self._texts),
            calls=self._calls,
            usage=self.spent(),
            truncated=self.over or self._ended in {"length", "max_tokens"},
        )
