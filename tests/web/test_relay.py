"""Streams of turns that other processes go on with, by way of a real Redis."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import redis

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import NotFound
from jobtracker.core.settings import Settings, load_settings
from jobtracker.web.app import create_app
from jobtracker.web.relay_redis import RedisRelay
from jobtracker.web.stream import Event, new_turn_id

pytestmark = pytest.mark.anyio
URL = "redis://127.0.0.1:6379/14"


@pytest.fixture
def redis_url() -> Iterator[str]:
    client: Any = redis.Redis.from_url(URL, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        if "CI" in os.environ:
            raise
        pytest.skip("no Redis on loopback")
    yield URL
    client.close()


@pytest.fixture
async def relay(redis_url: str) -> AsyncIterator[RedisRelay]:
    opened = RedisRelay(redis_url, 60, 60.0)
    yield opened
    await opened.close()


def event(seq: int, text: str, *, final: bool = False) -> Event:
    return Event(seq, "done" if final else "token", json.dumps({"text": text}), final)


async def test_another_process_reads_what_was_and_what_comes(
    relay: RedisRelay, redis_url: str
) -> None:
    turn = new_turn_id()
    other = RedisRelay(redis_url, 60, 60.0)
    await relay.publish(turn, "anna", event(1, "a"))
    await relay.publish(turn, "anna", event(2, "b"))
    async with asyncio.timeout(100):
        while not await other.knows(turn, "anna"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def read() -> list[int]:
        return [found.seq async for found in other.read(turn, "anna", 1)]

    reading = asyncio.create_task(read())
    async with asyncio.timeout(100):
        while not await relay.followed(turn):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await relay.publish(turn, "anna", event(3, "c"))
    await relay.publish(turn, "anna", event(4, "d", final=True))
    assert await reading == [2, 3, 4]
    await other.close()


async def test_nobody_else_reads_it(relay: RedisRelay) -> None:
    turn = new_turn_id()
    await relay.publish(turn, "anna", event(1, "a", final=True))
    async with asyncio.timeout(100):
        while not await relay.knows(turn, "anna"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not await relay.knows(turn, "eve")
    with pytest.raises(NotFound):
        await anext(relay.read(turn, "eve", 0))
    assert not await relay.knows(new_turn_id(), "anna")


async def test_a_redis_that_is_gone_costs_the_turn_nothing() -> None:
    gone = RedisRelay("redis://127.0.0.1:1/0", 60)
    turn = new_turn_id()
    for number in range(1, 50):
        await gone.publish(turn, "anna", event(number, "a"))
    assert not await gone.knows(turn, "anna") and not await gone.followed(turn)
    await gone.close()


async def test_a_stream_is_resumed_on_another_replica(settings: Settings, redis_url: str) -> None:
    shared = load_settings(
        home=settings.home,
        now=settings.now,
        timezone=settings.timezone,
        redis={"url": redis_url, "timeout_seconds": 60},
    )
    one, two = Core(shared), Core(shared)
    first, second = create_app(one), create_app(two)
    async with first.router.lifespan_context(first), second.router.lifespan_context(second):
        base = "http://127.0.0.1:8080"
        here = httpx.ASGITransport(first, client=("127.0.0.1", 5))
        there = httpx.ASGITransport(second, client=("127.0.0.1", 5))
        async with (
            httpx.AsyncClient(transport=here, base_url=base, timeout=100) as client,
            httpx.AsyncClient(transport=there, base_url=base, timeout=100) as other,
        ):
            body = {"message": "find nursing jobs in Bern", "thread_id": "t"}
            sent = await client.post("/v1/chat", json=body, headers={"Accept": "text/event-stream"})
            ids = [line[4:] for line in sent.text.splitlines() if line.startswith("id: ")]
            async with asyncio.timeout(100):
                while True:
                    again = await other.get("/v1/chat", headers={"Last-Event-ID": ids[0]})
                    if again.status_code == 200:
                        break
                    await asyncio.sleep(0.05)
    rest = [line[4:] for line in again.text.splitlines() if line.startswith("id: ")]
    assert rest == ids[1:]
    one.close()
    two.close()
