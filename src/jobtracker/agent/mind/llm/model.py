"""The language model: opened late, streamed, bounded in time and tokens, its retries in view."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

from jobtracker.agent.mind.llm.failures import ModelFailed, translate
from jobtracker.agent.mind.llm.hearing import Heard, Hearing
from jobtracker.agent.mind.llm.lines import Line, to_messages
from jobtracker.agent.mind.llm.opening import NO_KEY, OPTIONAL, Opened, build
from jobtracker.agent.mind.llm.tokens import estimate
from jobtracker.agent.mind.port import Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage

    from jobtracker.core.settings import LlmSettings

RETRIES = 2
_ROUNDS = 10
_NOTHING_STREAMED = "No generation"
_FIRST_WAIT = 0.5
OnText = Callable[[str], Awaitable[None]]


class Model:
    """Speaks with the configured model. Safe to share between turns and event loops.

    `sleep` and `monotonic` are those of the real world, unless a test brings its own.
    """

    def __init__(
        self,
        settings: LlmSettings,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._monotonic = monotonic
        # HTTP connections belong to the event loop that opened them.
        self._opened: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Opened] = (
            weakref.WeakKeyDictionary()
        )
        self._refused: frozenset[str] = frozenset()
        self._streams = True

    @property
    def secrets(self) -> list[str]:
        """What must never be in a reply."""
        found = [self._settings.api_key.get_secret_value()]
        for opened in self._opened.values():
            for value in vars(opened.model).values():
                if hasattr(value, "get_secret_value"):
                    found.append(str(value.get_secret_value()))
        return [secret for secret in dict.fromkeys(found) if secret and secret != NO_KEY]

    async def open(self) -> None:
        """Import and build the model now, off the event loop; this takes seconds.

        Raises:
            ModelFailed: it cannot be built from the settings.
        """
        await self._open()

    async def close(self) -> None:
        """Close the connections of this event loop."""
        opened = self._opened.pop(asyncio.get_running_loop(), None)
        if opened is not None and opened.client is not None:
            await _settle()
            await opened.client.aclose()
            await _settle()

    async def ask(
        self,
        system: str,
        lines: list[Line],
        tools: list[dict[str, Any]],
        seconds: float,
        on_text: OnText | None = None,
        *,
        no_calls: bool = False,
    ) -> Heard:
        """Return the model's answer to the conversation; `on_text` gets its text as it comes.

        Rate limits and outages are waited for, within `seconds`, as long as nothing was heard yet.

        Raises:
            ModelFailed: no answer; its `usage` is what was spent on the attempt.
        """
        deadline = self._monotonic() + seconds
        opened = await self._open()
        attempt, lost = 0, Usage()
        while True:
            try:
                heard = await self._once(opened, system, lines, tools, deadline, on_text, no_calls)
                _add(heard.usage, lost)
                return heard
            except ModelFailed as failure:
                _add(failure.usage, lost)
                if failure.kind == "rejected" and self._leave_out(failure):
                    await self.close()
                    opened = await self._open()
                    continue
                attempt += 1
                wait = failure.retry_after
                wait = _FIRST_WAIT * 2 ** (attempt - 1) if wait is None else wait
                most = 1 if failure.kind == "unreachable" else RETRIES
                spoken = failure.usage.output_tokens > 0
                late = wait >= deadline - self._monotonic()
                if attempt > most or spoken or late or not failure.retryable:
                    raise
                lost = failure.usage
                await self._sleep(wait)

    async def _once(
        self,
        opened: Opened,
        system: str,
        lines: list[Line],
        tools: list[dict[str, Any]],
        deadline: float,
        on_text: OnText | None,
        no_calls: bool,
    ) -> Heard:
        bound = _bound(opened, tools, no_calls=no_calls)
        asked = estimate(system) + sum(map(_size, lines)) + (estimate(str(tools)) if tools else 0)
        hearing = Hearing(asked, self._settings.max_output_tokens)
        messages = to_messages(system, lines)
        try:
            if self._streams:
                await self._listen(bound.astream(messages), hearing, deadline, on_text)
            if not hearing.began:
                await self._listen(_whole(bound, messages), hearing, deadline, on_text)
                self._streams = not hearing.began
            return hearing.finish(says_end=opened.says_end)
        except ModelFailed as failure:
            failure.usage = hearing.spent()
            if failure.kind == "not_found":
                failure.detail = self._settings.model
            raise

    async def _listen(
        self,
        stream: AsyncIterator[AIMessageChunk],
        hearing: Hearing,
        deadline: float,
        on_text: OnText | None,
    ) -> None:
        async with contextlib.aclosing(cast("Any", stream)):
            while not hearing.over:
                chunk = await self._next(stream, hearing, deadline)
                if chunk is None:
                    return
                text = hearing.add(chunk)
                if text and on_text is not None:
                    await on_text(text)

    async def _next(
        self, stream: AsyncIterator[AIMessageChunk], hearing: Hearing, deadline: float
    ) -> AIMessageChunk | None:
        left = min(self._settings.stall_seconds, deadline - self._monotonic())
        try:
            async with asyncio.timeout(max(left, 0)):
                return await anext(stream)
        except StopAsyncIteration:
            return None
        except TimeoutError as exc:
            raise self._late(deadline) from exc
        except Exception as exc:
            if isinstance(exc, ValueError) and str(exc).startswith(_NOTHING_STREAMED):
                return None
            failure = translate(exc)
            # A connection that breaks after the answer began is not an unreachable server.
            if hearing.began and failure.kind == "unreachable":
                failure = ModelFailed("cut")
            raise failure from exc

    def _late(self, deadline: float) -> ModelFailed:
        if self._monotonic() >= deadline - 0.01:
            return ModelFailed("timeout", f"{self._settings.timeout_seconds:g}")
        return ModelFailed("stalled", f"{self._settings.stall_seconds:g}")

    def _leave_out(self, failure: ModelFailed) -> bool:
        """Do without the options that a server names as the reason of its refusal, from now on."""
        named = {option for option in OPTIONAL if option in failure.detail} - self._refused
        self._refused |= named
        return bool(named)

    async def _open(self) -> Opened:
        loop = asyncio.get_running_loop()
        opened = self._opened.get(loop)
        if opened is None:
            try:
                opened = await asyncio.to_thread(build, self._settings, self._refused)
            except ImportError as exc:
                package = (exc.name or "").replace("_", "-")
                hint = f"; pip install {package}" if package else ""
                raise ModelFailed("setup", f"{str(exc).splitlines()[0][:100]}{hint}") from exc
            except Exception as exc:
                failure = translate(exc)
                if failure.kind not in {"no_key", "auth"}:
                    first = (str(exc) or type(exc).__name__).splitlines()[0]
                    failure = ModelFailed("setup", first[:160])
                raise failure from exc
            self._opened[loop] = opened
        return opened


def _bound(opened: Opened, tools: list[dict[str, Any]], *, no_calls: bool) -> Any:
    if not tools:
        return opened.model
    # Where it is understood, "none" ends the calls for sure; elsewhere the model is only told.
    chooses = no_calls and opened.chooses
    choice: dict[str, Any] = {"tool_choice": "none"} if chooses else {}
    try:
        return opened.model.bind_tools(cast("Any", tools), **choice)
    except NotImplementedError as exc:
        raise ModelFailed("setup", "this model calls no tools") from exc


async def _whole(bound: Any, messages: list[BaseMessage]) -> AsyncGenerator[AIMessageChunk]:
    """Ask without streaming, for servers that cannot."""
    from langchain_core.messages import AIMessageChunk
    from langchain_core.messages.tool import tool_call_chunk

    answer = await bound.ainvoke(messages)
    asked = [
        *((call["name"], json.dumps(call["args"]), call["id"]) for call in answer.tool_calls),
        *((call["name"], call["args"], call["id"]) for call in answer.invalid_tool_calls),
    ]
    yield AIMessageChunk(
        content=answer.content,
        tool_call_chunks=[
            tool_call_chunk(name=name, args=arguments, id=identity, index=index)
            for index, (name, arguments, identity) in enumerate(asked)
        ],
        usage_metadata=answer.usage_metadata,
        response_metadata=answer.response_metadata,
    )


async def _settle() -> None:
    """Let streams that were left early close; each layer of theirs takes a round of the loop."""
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)


def _add(usage: Usage, more: Usage) -> None:
    usage.input_tokens += more.input_tokens
    usage.output_tokens += more.output_tokens


def _size(line: Line) -> int:
    return estimate(line.get("text", "")) + estimate(str(line.get("calls", "")))
