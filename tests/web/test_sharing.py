"""Processes that listen on one port: each takes its part, and nobody waits for one that is stuck.

They are played by acceptors of one loop, which share what processes share.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from jobtracker.web.sharing import Acceptor, Board, Held, nobody

pytestmark = pytest.mark.anyio
PATIENCE = 100.0


class Process:
    """What one process holds."""

    def __init__(
        self, listener: socket.socket, counts: list[int], number: int, courtesy: float = PATIENCE
    ) -> None:
        self.board = Board(counts, number)
        self.held = Held(lambda: self.board.add(-1))
        self._listener = listener.dup()  # each process has a descriptor of its own
        self._acceptor = Acceptor(self._listener, self.board, lambda: Greeting(self.held), courtesy)

    def close(self) -> None:
        self._acceptor.close()
        self._listener.close()


class Greeting(asyncio.Protocol):
    """Greets who connects."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._held.add(self)
        transport.write(b"hello\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._held.discard(self)
        self._held.discard(self)


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=64)


@contextlib.asynccontextmanager
async def visitors(listener: socket.socket, number: int) -> AsyncIterator[None]:
    """Connect that many at once; all are greeted."""
    address = listener.getsockname()
    async with asyncio.timeout(PATIENCE):
        opened = await asyncio.gather(
            *(asyncio.open_connection(*address[:2]) for _ in range(number))
        )
        assert {await reader.readline() for reader, _ in opened} == {b"hello\n"}
    try:
        yield
    finally:
        for _, writer in opened:
            writer.close()
            await writer.wait_closed()


async def until(counts: list[int], wanted: list[int]) -> None:
    async with asyncio.timeout(PATIENCE):
        while counts != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_comes_at_once_is_shared_evenly_and_given_back(listener: socket.socket) -> None:
    counts = [0, 0]
    with listener:
        processes = [Process(listener, counts, number) for number in range(2)]
        async with visitors(listener, 16):
            assert counts == [len(one.held) for one in processes] == [8, 8]
        await until(counts, [0, 0])
        for one in processes:
            one.close()
        assert counts == [-1, -1]


async def test_who_holds_more_waits_for_the_others_until_they_are_level(
    listener: socket.socket,
) -> None:
    counts = [0, 0]
    nobody(counts, 1)
    with listener:
        first = Process(listener, counts, 0)
        async with visitors(listener, 3):
            assert counts == [3, -1]
            second = Process(listener, counts, 1)
            async with visitors(listener, 3):
                assert counts == [3, 3]
            await until(counts, [3, 0])
        first.close()
        second.close()


async def test_a_process_that_takes_nothing_holds_nobody_up(listener: socket.socket) -> None:
    counts = [0, 0]
    with listener:
        working = Process(listener, counts, 0, courtesy=0.02)
        async with visitors(listener, 5):
            assert counts == [5, 0]
        working.close()
