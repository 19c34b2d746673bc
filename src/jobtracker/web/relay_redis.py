"""The events of turns in Redis streams, so that any process that serves can go on with a stream.

A turn is the stream `jobtracker:turn:<id>`, its events under the ids `0-<number>`; beside it stand
its person and whether somebody reads it elsewhere. All of it expires by itself, soon after the end.
https://redis.io/docs/latest/develop/data-types/streams/
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from typing import Any, cast

import orjson
import redis.asyncio as redis
from redis.exceptions import RedisError

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.web.stream import Event, encode

_PREFIX = "jobtracker:turn:"
_EVENTS = 10_000
_QUEUE = 10_000
_BATCH = 200
_PATIENCE = 2.0
_READING_SECONDS = 5
_BLOCK_MS = 1000
_SILENT_SECONDS = 120.0
"""A turn that says nothing for so long has lost its process."""
_Streams = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]
_log = logging.getLogger("jobtracker.web")


class RedisRelay:
    """Events go out in batches behind the turn, which never waits for Redis."""

    def __init__(self, url: str, keep_seconds: float, timeout_seconds: float = 2.0) -> None:
        try:
            self._client: Any = cast("Any", redis.Redis).from_url(
                url,
                socket_timeout=timeout_seconds + _BLOCK_MS / 1000,
                socket_connect_timeout=timeout_seconds,
            )
        except ValueError as exc:
            raise BadInput(
                "setting redis.url (JOBTRACKER_REDIS__URL) is not a Redis address; "
                "write redis://host:6379/0"
            ) from exc
        self._keep = max(60, int(keep_seconds))
        self._queue: asyncio.Queue[tuple[str, str, Event]] = asyncio.Queue(_QUEUE)
        self._sender: asyncio.Task[None] | None = None
        self._lost = False

    async def publish(self, turn_id: str, user: str, event: Event) -> None:
        """Offer an event to the other processes; where Redis is gone, they miss it."""
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait((turn_id, user, event))

    async def _send(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._write(batch)
                self._lost = False
            except (RedisError, OSError) as exc:
                if not self._lost:
                    self._lost = True
                    _log.warning("Redis does not answer (%s): streams resume here only", exc)
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _write(self, batch: list[tuple[str, str, Event]]) -> None:
        pipe = self._client.pipeline(transaction=False)
        for turn_id, user, event in batch:
            key = _PREFIX + turn_id
            body = orjson.dumps([event.kind, event.data, event.final, event.restart])
            pipe.xadd(key, {"e": body}, id=f"0-{event.seq}", maxlen=_EVENTS, approximate=True)
            if event.seq == 1:
                pipe.set(f"{key}:user", user, ex=self._keep)
        for turn_id in {turn_id for turn_id, _, _ in batch}:
            pipe.expire(_PREFIX + turn_id, self._keep)
            pipe.expire(f"{_PREFIX}{turn_id}:user", self._keep)
        await pipe.execute()

    async def knows(self, turn_id: str, user: str) -> bool:
        """Tell whether the user has that turn in some process."""
        try:
            owner = await self._client.get(f"{_PREFIX}{turn_id}:user")
        except (RedisError, OSError):
            return False
        return owner is not None and owner.decode() == user

    async def read(self, turn_id: str, user: str, after: int) -> AsyncGenerator[Event]:
        """Yield its events after number `after`.

        Raises:
            NotFound: the user has no such turn.
        """
        if not await self.knows(turn_id, user):
            raise NotFound("that stream is not kept any more; read the thread instead")
        heard = time.monotonic()
        while time.monotonic() - heard < _SILENT_SECONDS:
            try:
                found = await self._next(turn_id, after)
            except (RedisError, OSError):
                break
            for event in found:
                heard = time.monotonic()
                yield event
                if event.final:
                    return
                after = event.seq
        lost = {"code": "unavailable", "message": "the stream was lost; read the thread",
                "restart": False, "resend": False}  # fmt: skip
        yield Event(after + 1, "error", encode(lost), final=True)

    async def _next(self, turn_id: str, after: int) -> list[Event]:
        """Wait a moment for events, and note that somebody does."""
        key = _PREFIX + turn_id
        await self._client.set(f"{key}:reading", b"1", ex=_READING_SECONDS)
        found: _Streams = await self._client.xread(
            {key: f"0-{after}"}, block=_BLOCK_MS, count=_BATCH
        )
        events: list[Event] = []
        for _, entries in found or []:
            for number, fields in entries:
                kind, data, final, restart = orjson.loads(fields[b"e"])
                seq = int(number.decode().partition("-")[2])
                events.append(Event(seq, kind, data, final, restart))
        return events

    async def followed(self, turn_id: str) -> bool:
        """Tell whether somebody reads the turn elsewhere."""
        try:
            return bool(await self._client.exists(f"{_PREFIX}{turn_id}:reading"))
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        """Send what waits, then close the connections."""
        if self._sender is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._queue.join()
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await self._client.aclose()
