"""Turns as the server runs them: queued within a thread, followed by readers, stopped when left.

A turn is a task of its own, not of the request: a stream that is cut may be read on by another
request. Who leaves and does not come back stops the work, unless it has begun to change something:
such a turn is finished, so that what was done is also written down.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jobtracker.agent.conversation import TurnResult, checked_message
from jobtracker.agent.transcript import thread_name
from jobtracker.core.errors import BadInput, JobTrackerError, NotFound, Unavailable
from jobtracker.web.metrics import METRICS
from jobtracker.web.problems import Problem
from jobtracker.web.queueing import ThreadQueue, open_thread_lock
from jobtracker.web.stream import Event, TurnLog, new_turn_id

if TYPE_CHECKING:
    from jobtracker.app import Assistant
    from jobtracker.core.bootstrap import Core
    from jobtracker.web.relay import Relay

LOG_BYTES = 1_000_000
"""Most of one turn's events that is kept for its readers."""
FINISHED_BYTES = 32_000_000
"""Most of all finished turns that is kept for those who come back."""
STALL_SECONDS = 30.0
"""So long a turn waits for a reader that does not read."""
THREAD_QUEUE = 8
"""Messages of one thread that may wait or run at the same time."""
_log = logging.getLogger("jobtracker.web")


@dataclass(frozen=True)
class Asked:
    """What a person sends: a message, or the answer to the very question that waits."""

    user: str
    thread_id: str
    message: str
    pending: str | None = None
    """The question that the message answers; None where it is just said."""


class Running:
    """A turn at work."""

    def __init__(self, turn_id: str, asked: Asked, log: TurnLog | None) -> None:
        self.turn_id = turn_id
        self.asked = asked
        self.log = log
        self.task: asyncio.Task[TurnResult] | None = None
        self.changing = False
        self.resumable = True
        self.leaving: asyncio.TimerHandle | None = None

    @property
    def done(self) -> bool:
        """Tell whether the turn has ended."""
        return self.task is not None and self.task.done()

    def stop(self) -> bool:
        """Stop the work, unless it has begun to change something; return whether it stops."""
        if self.changing or self.task is None:
            return False
        return self.task.cancel()


class Turns:
    """Starts turns, keeps their events, and lets them be followed by their owner."""

    def __init__(self, core: Core, assistant: Assistant, relay: Relay | None = None) -> None:
        self._assistant = assistant
        self._settings = core.settings
        self._relay = relay
        self._queue = ThreadQueue(open_thread_lock(core), THREAD_QUEUE, 300.0)
        self._live: dict[str, Running] = {}
        self._kept: OrderedDict[str, TurnLog] = OrderedDict()
        self._kept_bytes = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._at_work: set[Running] = set()
        self._draining = False

    async def run(self, asked: Asked) -> TurnResult:
        """Answer the message; cancelling this stops the work.

        Raises:
            JobTrackerError: what the turn reports; `RateLimited` where the thread's queue is full.
        """
        running = self._begin(asked, None)
        assert running.task is not None
        try:
            return await asyncio.shield(running.task)
        except asyncio.CancelledError:
            if running.task.cancelled():
                raise _stopped(running) from None
            running.stop()
            raise

    def start(self, asked: Asked, *, resumable: bool = True) -> Running:
        """Start the turn; its events are read by `follow`.

        One that is not resumable stops as soon as its reader leaves.

        Raises:
            BadInput, RateLimited, Unavailable: it cannot be started.
        """
        turn_id = new_turn_id()
        log = TurnLog(turn_id, asked.user, max_bytes=LOG_BYTES, stall_seconds=STALL_SECONDS)
        running = self._begin(asked, log, turn_id)
        running.resumable = resumable
        self._live[turn_id] = running
        self._leave(running)
        return running

    def _begin(self, asked: Asked, log: TurnLog | None, turn_id: str = "") -> Running:
        if self._draining:
            raise Unavailable("the server is being restarted; try again", 3)
        checked_message(asked.message, self._settings.chat.max_message_chars)
        key = _key(asked.user, asked.thread_id)
        self._queue.check(key)
        running = Running(turn_id, asked, log)
        running.task = asyncio.create_task(self._work(running, key))
        self._tasks.add(running.task)
        running.task.add_done_callback(self._tasks.discard)
        self._at_work.add(running)
        running.task.add_done_callback(lambda _: self._at_work.discard(running))
        return running

    async def _work(self, running: Running, key: str) -> TurnResult:
        asked = running.asked
        failure: tuple[str, str] | None = None
        with METRICS.turn() as measured:
            try:
                async with self._queue.turn(key):
                    if asked.pending is not None:
                        await self._still_waits(asked)
                    result = await self._assistant.conversations.turn(
                        asked.user, asked.thread_id, asked.message, self._emitter(running)
                    )
                measured(result.mode)
                if running.log is not None:
                    await self._append(running.log, "done", result.as_json(), final=True)
                return result
            except asyncio.CancelledError:
                measured("stopped")
                failure = ("unavailable", _stopped(running).message)
                raise
            except JobTrackerError as exc:
                measured("failed")
                failure = (exc.code, exc.message)
                if running.log is None:
                    raise
            except Exception:
                measured("failed")
                failure = ("error", "an unexpected error; nothing half-done was kept")
                if running.log is None:
                    raise
                _log.exception("a turn failed")
            finally:
                await self._end(running, failure)
        raise _stopped(running)

    async def _end(self, running: Running, failure: tuple[str, str] | None) -> None:
        log = running.log
        if log is None:
            return
        if failure is not None:
            data = {"code": failure[0], "message": failure[1], "restart": False}
            if running.task is not None and running.task.cancelling():
                # A client may send the same message by itself: nothing was done that would be
                # done twice.
                data["resend"] = not running.changing
            await asyncio.shield(self._append(log, "error", data, final=True))
        self._live.pop(log.turn_id, None)
        if running.leaving is not None:
            running.leaving.cancel()
        self._keep(log)

    async def _still_waits(self, asked: Asked) -> None:
        waiting = await self._assistant.conversations.pending(asked.user, asked.thread_id)
        if waiting is None or waiting["summary"] != asked.pending:
            raise Problem(
                409,
                "the question that this answers no longer waits; look at what waits now",
                pending=waiting,
            )

    def _emitter(self, running: Running) -> Any:
        async def emit(kind: str, data: dict[str, Any]) -> None:
            if kind == "tool_call":
                spec = self._assistant.toolbox.find(str(data.get("tool")))
                running.changing = running.changing or spec is None or not spec.read_only
            elif kind == "tool_result":
                METRICS.tool(str(data.get("server")), str(data.get("tool")), bool(data.get("ok")))
            if running.log is None:
                return
            if kind == "restart":
                data = {"code": "model_failed", "message": data["reason"], "restart": True}
                kind = "error"
            await self._append(running.log, kind, data)

        return emit

    async def _append(
        self, log: TurnLog, kind: str, data: dict[str, Any], *, final: bool = False
    ) -> None:
        event = await log.append(kind, data, final=final)
        if self._relay is not None:
            await self._relay.publish(log.turn_id, log.user, event)

    async def follow(self, user: str, turn_id: str, after: int) -> AsyncGenerator[Event]:
        """Yield the events of a turn after number `after`.

        Raises:
            NotFound: the user has no such turn, or it ended too long ago.
        """
        running = self._live.get(turn_id)
        log = running.log if running is not None else self._kept.get(turn_id)
        if log is None and self._relay is not None:
            events = self._relay.read(turn_id, user, after)
        elif log is None or log.user != user:
            raise NotFound("that stream is not kept any more; read the thread instead")
        else:
            events = log.read(after)
        if running is not None and running.leaving is not None:
            running.leaving.cancel()
        try:
            with METRICS.stream():
                async with contextlib.aclosing(events):
                    async for event in events:
                        yield event
        finally:
            if running is not None and not running.done and log is not None and not log.readers:
                self._leave(running, at_once=not running.resumable)

    async def check(self, user: str, turn_id: str) -> None:
        """Refuse to follow what cannot be followed, before the stream is opened.

        Raises:
            NotFound: the user has no such turn, or it ended too long ago.
        """
        running = self._live.get(turn_id)
        log = running.log if running is not None else self._kept.get(turn_id)
        if log is not None and log.user == user:
            return
        if log is None and self._relay is not None and await self._relay.knows(turn_id, user):
            return
        raise NotFound("that stream is not kept any more; read the thread instead")

    def _leave(self, running: Running, *, at_once: bool = False) -> None:
        """Stop the turn unless somebody reads it again soon."""
        seconds = 0.0 if at_once else self._settings.server.resume_seconds
        running.leaving = asyncio.get_running_loop().call_later(seconds, self._left, running)

    def _left(self, running: Running) -> None:
        if running.log is None or running.log.readers or running.done:
            return
        if self._relay is None:
            running.stop()
            return
        task = asyncio.create_task(self._left_everywhere(running, self._relay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _left_everywhere(self, running: Running, relay: Relay) -> None:
        if await relay.followed(running.turn_id):
            self._leave(running)
        else:
            running.stop()

    def _keep(self, log: TurnLog) -> None:
        self._kept[log.turn_id] = log
        self._kept_bytes += log.size
        while self._kept_bytes > FINISHED_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.size
        loop = asyncio.get_running_loop()
        loop.call_later(max(self._settings.server.resume_seconds, 1) * 4, self._drop, log.turn_id)

    def _drop(self, turn_id: str) -> None:
        log = self._kept.pop(turn_id, None)
        if log is not None:
            self._kept_bytes -= log.size

    async def forget(self, user: str) -> None:
        """Stop the user's turns, wait for what cannot be stopped, and drop what they told."""
        theirs = [running for running in self._at_work if running.asked.user == user]
        for running in theirs:
            running.stop()
        waiting = [running.task for running in theirs if running.task is not None]
        await asyncio.gather(*waiting, return_exceptions=True)
        for turn_id in [name for name, log in self._kept.items() if log.user == user]:
            self._drop(turn_id)

    def alone(self, user: str, thread_id: str) -> contextlib.AbstractAsyncContextManager[None]:
        """Hold the thread, so that no turn of it runs meanwhile."""
        return self._queue.turn(_key(user, thread_id))

    @property
    def draining(self) -> bool:
        """Tell whether the server is being stopped."""
        return self._draining

    def drain(self) -> None:
        """Start no more turns; those that run have `server.stop_seconds` to finish."""
        if self._draining:
            return
        self._draining = True
        loop = asyncio.get_running_loop()
        loop.call_later(self._settings.server.stop_seconds, self._stop_all)

    def _stop_all(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    async def close(self) -> None:
        """Wait for the turns that run, within `server.stop_seconds`, then stop the rest."""
        self.drain()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._settings.server.stop_seconds)
        self._stop_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._queue.close()
        if self._relay is not None:
            await self._relay.close()


def _key(user: str, thread_id: str) -> str:
    return f"{user}\x1f{thread_name(thread_id)}"


def _stopped(running: Running) -> Unavailable:
    if running.changing:
        return Unavailable(
            "the answer was stopped while something was being changed; look whether it was done "
            "before you send the message again",
            2,
        )
    return Unavailable("the answer was stopped before it was finished; send the message again", 2)


def answer_text(answer: Literal["yes", "no"]) -> str:
    """Return the message that says it, which every language's reader of answers knows."""
    if answer not in ("yes", "no"):
        raise BadInput("answer: yes or no")
    return answer
