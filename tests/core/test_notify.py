"""Live notices: to the readers of a user, in this process and by Redis in others."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
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
from tests.core.redis_server import patient, redis_server

PATIENCE = 90.0
pytestmark = pytest.mark.timeout(300)
READY = Notice("ann", "resume.read", {"resume_id": "r1"})


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
    with redis_server(tmp_path) as server:
        sender, listener = open_notifier(patient(server.url)), RedisNotifier(server.url, PATIENCE)
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
    with redis_server(tmp_path) as server:
        here, there = RedisNotifier(server.url, PATIENCE), RedisNotifier(server.url, PATIENCE)
        server.stop()
        own, others = Inbox(), Inbox()
        here.subscribe("ann", own)
        there.subscribe("ann", others)
        here.publish(READY)
        assert own.got == [READY] and others.got == []
        for _ in range(2):  # it comes, goes, and comes again
            server.start()
            assert there.listening.wait(PATIENCE) and here.listening.wait(PATIENCE)
            others.came.clear()
            here.publish(READY)
            assert others.came.wait(PATIENCE)
            server.stop()
            until(lambda: not there.listening.is_set() and not here.listening.is_set())
        said = [record for record in caplog.records if "does not answer" in record.message]
        assert 2 <= len(said) <= 8, "said once each time that it goes, by each of the two"
        here.close()
        there.close()
    assert own.got == [READY] * 3, "none came back to its sender"


def test_who_could_not_send_tells_the_others_of_a_gap_when_redis_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_server(tmp_path) as server:
        sender, listener = RedisNotifier(server.url, PATIENCE), RedisNotifier(server.url, PATIENCE)
        gap, inbox = threading.Event(), Inbox()
        listener.on_gap(gap.set)
        listener.subscribe("ann", inbox)
        assert listener.listening.wait(PATIENCE)
        dead = RedisNotifier("redis://127.0.0.1:9/0")
        with monkeypatch.context() as gone:
            gone.setattr(sender, "_client", dead._client)  # pyright: ignore[reportPrivateUsage]
            sender.publish(READY)
            assert not gap.is_set()
        assert gap.wait(PATIENCE), "though nothing more is published"
        assert inbox.got == []
        sender.publish(READY)
        assert inbox.came.wait(PATIENCE)
        for opened in (sender, listener, dead):
            opened.close()


def test_a_part_that_raises_after_a_gap_does_not_end_the_listening(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        listener, inbox = RedisNotifier(server.url, PATIENCE), Inbox()

        def broken() -> None:
            raise ZeroDivisionError

        listener.on_gap(broken)
        listener.subscribe("ann", inbox)
        assert listener.listening.wait(PATIENCE)
        server.stop()
        until(lambda: not listener.listening.is_set())
        server.start()
        assert listener.listening.wait(PATIENCE)
        sender = RedisNotifier(server.url, PATIENCE)
        sender.publish(READY)
        assert inbox.came.wait(PATIENCE)
        sender.close()
        listener.close()


def test_a_url_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match="JOBTRACKER_REDIS__URL"):
        open_notifier(patient("http://nowhere"))
