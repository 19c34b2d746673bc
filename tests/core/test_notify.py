"""Live notices: to the readers of a user, in this process and by Redis in others."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.core.notify import (
    MemoryNotifier,
    Notice,
    Notifier,
    notices,
    open_notifier,
    publish_after,
)
from jobtracker.core.notify_redis import RedisNotifier

PATIENCE = 60.0
READY = Notice("ann", "resume.read", {"resume_id": "r1"})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(
        [*command, "--appendonly", "no", "--dir", str(folder)], stdout=subprocess.DEVNULL
    ) as server:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
        yield
        server.terminate()


class Inbox:
    """Collects notices."""

    def __init__(self) -> None:
        self.got: list[Notice] = []
        self.came = threading.Event()

    def __call__(self, notice: Notice) -> None:
        self.got.append(notice)
        self.came.set()


@pytest.fixture(params=["memory", "redis"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Notifier, Notifier]]:
    """One who publishes and one who listens."""
    if request.param == "memory":
        one = MemoryNotifier()
        yield one, one
        return
    port = free_port()
    with redis_server(port, tmp_path):
        url = f"redis://127.0.0.1:{port}/0"
        sender, listener = open_notifier(url), RedisNotifier(url)
        listener.subscribe("nobody", lambda _: None)
        assert listener.listening.wait(PATIENCE)
        yield sender, listener
        sender.close()
        listener.close()


def test_a_notice_reaches_the_readers_of_its_user_alone(pair: tuple[Notifier, Notifier]) -> None:
    sender, listener = pair
    ann, bob = Inbox(), Inbox()
    end = listener.subscribe("ann", ann)
    listener.subscribe("bob", bob)
    sender.publish(READY)
    assert ann.came.wait(PATIENCE)
    end()
    sender.publish(READY)
    sender.publish(Notice("bob", "x.y"))
    assert bob.came.wait(PATIENCE)
    assert ann.got == [READY] and bob.got == [Notice("bob", "x.y")]


def test_a_reader_that_raises_does_not_keep_others_from_theirs() -> None:
    notifier, inbox = MemoryNotifier(), Inbox()

    def broken(_: Notice) -> None:
        raise ZeroDivisionError

    notifier.subscribe("ann", broken)
    notifier.subscribe("ann", inbox)
    notifier.publish(READY)
    assert inbox.got == [READY]


def test_a_loop_reads_them_and_a_slow_one_loses_the_oldest(
    pair: tuple[Notifier, Notifier],
) -> None:
    sender, listener = pair

    async def read() -> None:
        async with aclosing(notices(listener, "ann")) as stream:
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)  # until it has subscribed
            await asyncio.to_thread(sender.publish, READY)
            assert await asyncio.wait_for(first, PATIENCE) == READY

    asyncio.run(read())


def test_a_slow_reader_loses_the_oldest() -> None:
    notifier = MemoryNotifier()

    async def read() -> list[int]:
        got: list[int] = []
        async with aclosing(notices(notifier, "ann")) as stream:
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            for number in range(150):
                notifier.publish(Notice("ann", "n", {"number": number}))
            got.append((await first).data["number"])
            while got[-1] != 149:
                got.append((await anext(stream)).data["number"])
        return got

    got = asyncio.run(read())
    assert got == list(range(50, 150))


def test_it_is_published_with_the_change_or_not_at_all(core: Core) -> None:
    inbox = Inbox()
    core.notifier.subscribe("ann", inbox)
    with pytest.raises(ZeroDivisionError), core.store.begin() as session:
        publish_after(session, core.notifier, READY)
        raise ZeroDivisionError
    assert inbox.got == []
    with core.store.begin() as session:
        publish_after(session, core.notifier, READY)
        assert inbox.got == []
    assert inbox.got == [READY]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_without_redis_notices_stay_here_and_go_out_again_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    here, there = RedisNotifier(url), RedisNotifier(url)
    own, others = Inbox(), Inbox()
    here.subscribe("ann", own)
    there.subscribe("ann", others)
    here.publish(READY)
    assert own.got == [READY] and others.got == []
    for _ in range(2):  # it comes, goes, and comes again
        with redis_server(port, tmp_path):
            assert there.listening.wait(PATIENCE) and here.listening.wait(PATIENCE)
            others.came.clear()
            here.publish(READY)
            assert others.came.wait(PATIENCE)
        until(lambda: not there.listening.is_set())
    said = [record for record in caplog.records if "does not answer" in record.message]
    assert 2 <= len(said) <= 8, "said once each time that it goes, by each of the two"
    here.close()
    there.close()
    assert own.got == [READY] * 3, "none came back to its sender"


def test_a_url_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match="JOBTRACKER_REDIS__URL"):
        open_notifier("http://nowhere")
