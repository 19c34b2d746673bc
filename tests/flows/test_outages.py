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
START = 300.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def client(tmp_path: Path, database: PostgresServer, redis: RedisServer) -> Iterator[httpx.Client]:
    """A client of a `jobtracker serve` on both."""
    environment = {
        **os.environ,
        "JOBTRACKER_HOME": str(tmp_path / "home"),
        "JOBTRACKER_STORE__URL": database.url,
        "JOBTRACKER_REDIS__URL": redis.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "jobtracker", "serve", "--port", "0"],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                said.append(line)
                if "ready at" in line:
                    ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(START), f"it did not start: {process.poll()} {said}"
        address = re.findall(r"http://\S+", "".join(said))[0]
        with httpx.Client(base_url=address, timeout=PATIENCE) as opened:
            yield opened
        assert process.poll() is None, f"it ended by itself: {said}"
    finally:
        process.kill()
        process.wait(PATIENCE)
        reader.join(PATIENCE)


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
