"""PostgreSQL and Redis go away while `serve` runs, and come back: it says so, and goes on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.core.durable.helpers import wait_until
from tests.core.postgres_server import PostgresServer, postgres_server
from tests.core.redis_server import RedisServer, redis_server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 100.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


class Serving:
    """A `jobtracker serve`, and what it has said."""

    def __init__(self, home: Path, **settings: str) -> None:
        named = {f"JOBTRACKER_{name}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "serve", "--port", "0"],
            env={**os.environ, "JOBTRACKER_HOME": str(home), **named},
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr:
            for line in self.process.stderr:
                self.said.append(line)

    def heard(self, words: str) -> bool:
        """Tell whether it has said that; it must not have ended before."""
        found = any(words in line for line in list(self.said))
        assert found or self.process.poll() is None, f"it ended by itself: {self.said}"
        return found

    def client(self) -> httpx.Client:
        """Return a client of it, once it is ready."""
        wait_until(lambda: self.heard("ready at"), "it is ready")
        address = re.findall(r"http://\S+", "".join(self.said))[0]
        return httpx.Client(base_url=address, timeout=PATIENCE)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)


@pytest.fixture
def client(tmp_path: Path, database: PostgresServer, redis: RedisServer) -> Iterator[httpx.Client]:
    """A client of a `jobtracker serve` on both."""
    serving = Serving(tmp_path / "home", STORE__URL=database.url, REDIS__URL=redis.url)
    try:
        with serving.client() as opened:
            yield opened
        assert serving.process.poll() is None, f"it ended by itself: {serving.said}"
    finally:
        serving.stop()


def test_a_server_that_is_there_before_its_stores_waits_for_the_one_it_needs(
    tmp_path: Path, database: PostgresServer, redis: RedisServer
) -> None:
    database.stop()
    redis.stop()
    serving = Serving(tmp_path / "home", STORE__URL=database.url, REDIS__URL=redis.url)
    try:
        wait_until(lambda: serving.heard("waiting for it"), "it says that it waits")
        database.start()
        with serving.client() as client:
            assert say(client, "I applied to Acme AG as a clerk today").status_code == 200
            assert not check(client, "cache") and client.get("/readyz").status_code == 200
            redis.start()
            wait_until(lambda: check(client, "cache"), "it says that Redis is there")
        assert sum("waiting for it" in line for line in serving.said) == 1, "said once"
    finally:
        serving.stop()


def test_an_address_that_is_none_of_redis_is_named_in_one_line(tmp_path: Path) -> None:
    serving = Serving(tmp_path / "home", REDIS__URL="http://localhost:6379")
    assert serving.process.wait(PATIENCE) == 1
    serving.stop()
    assert "redis.url" in serving.said[-1] and "Traceback" not in "".join(serving.said)


def say(client: httpx.Client, message: str) -> httpx.Response:
    return client.post("/v1/chat", json={"message": message, "thread_id": "t"})


def check(client: httpx.Client, name: str) -> bool:
    return bool(client.get("/readyz").json()["checks"][name]["ok"])


def test_what_was_answered_stays_and_it_goes_on_by_itself(
    client: httpx.Client, database: PostgresServer, redis: RedisServer
) -> None:
    answered: list[str] = []

    def answers(message: str) -> dict[str, Any]:
        """Say it until it is answered, as a client does that is told to come again."""
        found: list[httpx.Response] = []

        def done() -> bool:
            found[:] = [say(client, message)]
            return found[0].status_code != 503

        wait_until(done, "it answers")
        assert found[0].status_code == 200, found[0].text
        answered.append(message)
        return found[0].json()

    answers("I applied to Acme AG as a clerk today")
    redis.stop()
    wait_until(lambda: not check(client, "cache"), "it says that Redis is gone")
    assert client.get("/readyz").status_code == 200, "slower, not useless"
    answers("I applied to Birch AG as a clerk today")
    redis.start()
    wait_until(lambda: check(client, "cache"), "it says that Redis is back")
    answers("I applied to Cedar AG as a clerk today")
    for _ in range(2):
        database.stop()
        wait_until(lambda: not check(client, "store"), "it says that PostgreSQL is gone")
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200, "there is no use in a restart"
        lost = say(client, "I applied to Lost AG as a clerk today")
        assert lost.status_code == 503 and lost.json()["code"] == "unavailable", lost.text
        database.start()
        wait_until(lambda: check(client, "store"), "it says that PostgreSQL is back")
        answers(f"I applied to Dune{len(answered)} AG as a clerk today")
    open_now = answers("what's open?")["reply"]
    for name in ("Acme", "Birch", "Cedar", "Dune3", "Dune4"):
        assert name in open_now
    assert "Lost" not in open_now
    lines = client.get("/v1/threads/t", params={"limit": 200}).json()["messages"]
    assert [line["text"] for line in lines if line["role"] == "user"] == answered
    assert [line["turn"] for line in lines] == [
        turn for turn in range(1, len(answered) + 1) for _ in range(2)
    ]
