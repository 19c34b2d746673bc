"""Conversations: a message in, a finished turn out, whoever asks and whatever interrupts it."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import Command, GraphOutput

from jobtracker.agent.checkpoints import READ, Read, Saver, checkpoint_key, failures
from jobtracker.agent.forgetting import Forgetting
from jobtracker.agent.graph import Graph
from jobtracker.agent.mind.port import Emit, Message, Mode, Outcome
from jobtracker.agent.state import HISTORY_KEPT, Agreed, Answer, Pending, State, fresh
from jobtracker.agent.transcript import Transcript, thread_name
from jobtracker.core.clock import Clock
from jobtracker.core.errors import BadInput, Unavailable

RECURSION_LIMIT = 200
PRUNE_EVERY = 8


@dataclass(frozen=True)
class TurnResult:
    """A finished turn, in the shape that `chat --json` prints."""

    thread_id: str
    turn: int
    reply: str
    intent: str
    mode: Mode
    language: str
    tool_calls: list[Outcome] = field(default_factory=list[Outcome])
    pending: Pending | None = None
    usage: dict[str, float] = field(default_factory=dict[str, float])

    def as_json(self) -> dict[str, Any]:
        """Return the contract's object."""
        keys = ("server", "tool", "arguments", "ok", "result", "elapsed_ms")
        calls = [{key: call[key] for key in keys} for call in self.tool_calls]
        for shown, call in zip(calls, self.tool_calls, strict=True):
            if call["error"]:
                shown["error"] = call["error"]
        return {
            "thread_id": self.thread_id,
            "turn": self.turn,
            "reply": self.reply,
            "intent": self.intent,
            "mode": self.mode,
            "language": self.language,
            "tool_calls": calls,
            "pending": self.pending,
            "usage": self.usage,
        }


AnswerReader = Callable[[str, str, str], Literal["yes", "no", "other"]]
"""Takes the message, the language and the action that waits; says what the message answers."""


@dataclass(frozen=True)
class Phrases:
    """The few lines that the conversation itself says, given the language."""

    question: Callable[[str, str], str]
    """Takes the question's summary and the language."""
    removed: Callable[[list[str], str], str]
    """Takes the kinds of secret that were taken out of a message, and the language."""


Acting = Callable[[str], AbstractAsyncContextManager[object]]
"""Takes the user; inside, times and answers are as that person has chosen."""
Screen = Callable[[str], tuple[str, list[str]]]
"""Takes a message; returns it without secrets, and the kinds of secret that were taken out."""


class _Spoken:
    """Passes on what happens in a turn, and keeps what was said of the reply and what was done."""

    def __init__(self, emit: Emit | None) -> None:
        self._emit = emit
        self._pieces: list[str] = []
        self.done: list[Outcome] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces).strip()

    async def __call__(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "token":
            self._pieces.append(data["text"])
        elif kind == "restart":
            self._pieces.clear()
        elif kind == "tool_result":
            self.done.append(cast("Outcome", data))
        if self._emit is not None:
            await self._emit(kind, data)

    async def add(self, text: str) -> str:
        """Say a paragraph more; return all that was said."""
        if text:
            await self("token", {"text": f"\n\n{text}" if self._pieces else text})
        return self.text


class Conversations:
    """Runs turns, one at a time within a thread."""

    def __init__(
        self,
        graph: Graph,
        saver: Saver,
        transcript: Transcript,
        clock: Clock,
        max_chars: int,
        read_answer: AnswerReader,
        phrases: Phrases,
        screen: Screen,
        forgetting: Forgetting | None = None,
        acting: Acting | None = None,
    ) -> None:
        self._graph = graph
        self._saver = saver
        self._transcript = transcript
        self._clock = clock
        self._max_chars = max_chars
        self._read_answer = read_answer
        self._phrases = phrases
        self._screen = screen
        self._forgetting = forgetting
        self._acting = acting or nullcontext
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def turn(
        self, user: str, thread_id: str, message: str, emit: Emit | None = None
    ) -> TurnResult:
        """Answer one message.

        Raises:
            BadInput: the message is empty, too long or not text, or the thread id is unusable.
        Unavailable: the disk is full, or the files cannot be written.
        """
        thread = thread_name(thread_id)
        text, removed = self._screen(checked_message(message, self._max_chars))
        key = checkpoint_key(user, thread)
        spoken = _Spoken(emit)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock, self._acting(user):
            try:
                result = await self._run(user, thread, key, text, spoken)
                if self._forgetting is not None:
                    await self._forgetting.carry_out(user, thread)
                if result.turn % PRUNE_EVERY == 0:
                    await self._saver.prune_thread(key)
            except failures() as exc:
                raise Unavailable(
                    f"the conversation cannot be kept ({exc}); free some disk space, make the home "
                    "folder writable or check that the database runs, then say it again"
                ) from exc
        if removed:
            notice = self._phrases.removed(removed, result.language or "en")
            result = replace(result, reply=await spoken.add(notice))
        if result.pending is not None:
            await spoken("confirm", {**result.pending})
        return result

    async def pending(self, user: str, thread_id: str) -> Pending | None:
        """Return what waits for the person's yes in that thread."""
        config = _config(checkpoint_key(user, thread_id), None)
        _, waiting = await self._look(config, await self._saver.aget_tuple(config))
        return waiting

    async def forget(self, user: str, thread_id: str) -> None:
        """Remove a thread: its checkpoints and its transcript."""
        await self._saver.adelete_thread(checkpoint_key(user, thread_id))
        await asyncio.to_thread(self._transcript.delete, user, thread_id)

    async def _look(
        self, config: RunnableConfig, saved: CheckpointTuple | None
    ) -> tuple[State, Pending | None]:
        """Return the state in the thread's checkpoint, and the question that waits there."""
        if saved is None:
            return State(), None
        if not saved.pending_writes:  # a question is one; putting the tasks together costs 1 ms
            return cast("State", saved.checkpoint["channel_values"]), None
        snapshot = await self._graph.aget_state(config)
        values = cast("State", snapshot.values)
        for task in snapshot.tasks:
            for waiting in task.interrupts:
                return values, cast("Pending", waiting.value)
        return values, None

    async def _run(
        self, user: str, thread: str, key: str, text: str, spoken: _Spoken
    ) -> TurnResult:
        config = _config(key, spoken)
        saved, newest = await self._saver.read_beside(
            config, lambda: self._transcript.newest(user, thread)
        )
        before, waiting = await self._look(config, saved)
        # The thread is locked: what the graph would read is what was read here.
        config = _config(key, spoken, Read(saved))
        given = fresh(user, thread, text, self._clock.now().isoformat())
        if waiting is not None:
            language = before.get("language", "en")
            said = self._read_answer(text, language, waiting["action"])
            history = self._with_question(before, waiting, language)
            if said != "other":
                skip = len(before.get("done", []))
                command: Command[Any] = Command(
                    resume=Answer(yes=said == "yes", summary=waiting["summary"]),
                    update={
                        "history": history,
                        "message": text,
                        "turn": before.get("turn", 0) + 1,
                        "agreed": [
                            *before.get("agreed", []),
                            Agreed(question=waiting["summary"], after=skip),
                        ],
                    },
                )
                output = await self._invoke(command, config, sync=said == "yes")
                return await self._finish(output, thread, text, spoken)
            # Neither yes nor no: the question lapses and the message is a turn of its own.
            given["history"] = history
        else:
            _catch_up(given, before, newest, text)
        output = await self._invoke(given, config, sync=False)
        return await self._finish(output, thread, text, spoken)

    def _with_question(self, before: State, waiting: Pending, language: str) -> list[Message]:
        question = self._phrases.question(waiting["summary"], language)
        history = [
            *before.get("history", []),
            Message(role="user", text=before.get("message", "")),
            Message(role="assistant", text=question),
        ]
        return history[-HISTORY_KEPT:]

    async def _invoke(
        self, given: State | Command[Any], config: RunnableConfig, *, sync: bool
    ) -> GraphOutput[Any]:
        graph: Any = self._graph  # its `ainvoke` is not fully typed upstream
        return await graph.ainvoke(
            given, config, durability="sync" if sync else "exit", version="v2"
        )

    async def _finish(
        self, output: GraphOutput[Any], thread: str, said: str, spoken: _Spoken
    ) -> TurnResult:
        state = cast("State", output.value)
        language = state.get("language", "en")
        pending: Pending | None = None
        # What a model said before a question that was answered since is no part of this reply.
        reply = spoken.text or await spoken.add(state.get("reply", ""))
        for waiting in output.interrupts:
            pending = cast("Pending", waiting.value)
            reply = await spoken.add(self._phrases.question(pending["summary"], language))
            await asyncio.to_thread(
                self._transcript.add,
                state.get("user", ""),
                thread,
                state.get("turn", 0),
                said,
                reply,
                self._clock.now(),
            )
        return TurnResult(
            thread_id=thread,
            turn=state.get("turn", 0),
            reply=reply,
            intent=state.get("intent", ""),
            mode=state.get("mode", "embedded"),
            language=language,
            tool_calls=[call for call in spoken.done if pending is None or not call["declined"]],
            pending=pending,
            usage=state.get("usage", {}),
        )


def _catch_up(given: State, before: State, newest: tuple[int, str, str] | None, text: str) -> None:
    """Go on after a turn that was written down but not kept: its process was killed between.

    Who read it in the transcript has their answer. The same message again is the turn done
    again, and takes its place.
    """
    if newest is None or newest[0] <= before.get("turn", 0) or newest[1] == text:
        return
    turn, said, reply = newest
    lines = [Message(role="user", text=said), Message(role="assistant", text=reply)]
    given["turn"] = turn
    given["history"] = [*before.get("history", []), *lines][-HISTORY_KEPT:]


def checked_message(message: str, max_chars: int) -> str:
    """Return the message, stripped.

    Raises:
        BadInput: it is empty, too long, or not text.
    """
    if len(message) > max_chars:
        raise BadInput(
            f"the message has {len(message):,} characters, at most {max_chars:,} are read; "
            "shorten it, or save it as a file and give its path"
        )
    if "\0" in message or any(0xD800 <= ord(char) <= 0xDFFF for char in message):
        raise BadInput(
            "the message is not text (it holds NUL or broken characters); "
            "send plain text, or give the path of the file"
        )
    text = message.strip()
    if not text:
        raise BadInput("the message is empty; write what you need, for example: help")
    return text


def _config(key: str, emit: Emit | None, read: Read | None = None) -> RunnableConfig:
    return RunnableConfig(
        configurable={"thread_id": key, "emit": emit, READ: read}, recursion_limit=RECURSION_LIMIT
    )
