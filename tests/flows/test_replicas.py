"""Two `serve` on one PostgreSQL and one Redis: killed at random, no turn is lost or answered twice.

A client whose answer does not come reads the thread on the other replica: what is written there was
answered, what is not is said again.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.core.durable.helpers import postgres, wait_until

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 24
THREADS = 3
KILLS = 3
PATIENCE = 100.0
START = 300.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]
    with subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


class Replica:
    """A `jobtracker serve` that is started again when it was killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._ready = threading.Event()
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self._ready.clear()
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "serve", "--port", "0"],
            env=self._environment,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, args=[self.process], daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                self.said.append(line)
                if "ready at" in line:
                    self.address = re.findall(r"http://\S+", line)[0]
                    self._ready.set()

    def wait(self) -> str:
        assert self._ready.wait(START), f"it did not start: {self.process.poll()} {self.said}"
        return self.address

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.deaths += 1
        self.start()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)


@pytest.fixture
def replicas(tmp_path: Path, redis_url: str) -> Iterator[list[Replica]]:
    with postgres() as url:
        environment = {
            **os.environ,
            "JOBTRACKER_HOME": str(tmp_path / "home"),
            "JOBTRACKER_STORE__URL": url,
            "JOBTRACKER_REDIS__URL": redis_url,
        }
        pair = [Replica(environment), Replica(environment)]
        try:
            yield pair
        finally:
            for replica in pair:
                replica.stop()


def lines(address: str, thread: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{address}/v1/threads/{thread}?limit=200", timeout=PATIENCE)
    if answer.status_code == 404:
        return []
    answer.raise_for_status()
    return answer.json()["messages"]


class Client:
    """Says things, whatever happens to the replicas."""

    def __init__(self, replicas: list[Replica], seed: int) -> None:
        self._replicas = replicas
        self._chance = random.Random(seed)
        self.answered: list[str] = []

    def say(self, thread: str, message: str) -> None:
        while True:
            address = self._chance.choice(self._replicas).wait()
            try:
                if any(line["text"] == message for line in lines(address, thread)):
                    break
                body = {"message": message, "thread_id": thread}
                answer = httpx.post(f"{address}/v1/chat", json=body, timeout=PATIENCE)
            except httpx.TransportError:
                continue  # it was killed: the next one is asked
            if answer.status_code in (429, 503):
                continue
            assert answer.status_code == 200, answer.text
            assert answer.json()["reply"]
            break
        self.answered.append(message)


def test_no_turn_is_lost_or_answered_twice(replicas: list[Replica]) -> None:
    clients = [Client(replicas, seed) for seed in range(THREADS)]

    def converse(number: int) -> None:
        for turn in range(MESSAGES // THREADS):
            message = f"I applied to Firma{number}x{turn} AG as a clerk today"
            clients[number].say(f"t{number}", message)

    talks = [threading.Thread(target=converse, args=[number]) for number in range(THREADS)]
    for talk in talks:
        talk.start()
    chance = random.Random(3)
    for kill in range(KILLS):
        enough = (kill + 1) * MESSAGES // (KILLS + 2)
        wait_until(
            lambda enough=enough: sum(len(one.answered) for one in clients) >= enough,
            f"{enough} turns are answered",
        )
        chance.choice(replicas).kill()
    for talk in talks:
        talk.join(600)
    assert sum(replica.deaths for replica in replicas) == KILLS
    address = replicas[0].wait()
    for number, client in enumerate(clients):
        written = lines(address, f"t{number}")
        said = [line["text"] for line in written if line["role"] == "user"]
        assert said == client.answered, "each once, in the order in which they were said"
        turns = Counter(line["turn"] for line in written)
        assert list(turns) == list(range(1, len(said) + 1))
        assert set(turns.values()) == {2}, "one thing said and one answer a turn"


def test_a_question_asked_by_one_replica_is_answered_on_the_other_after_a_kill(
    replicas: list[Replica],
) -> None:
    first, second = replicas

    def post(address: str, **body: str) -> dict[str, Any]:
        answer = httpx.post(f"{address}/v1/chat", json={"thread_id": "q", **body}, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    post(first.wait(), message="I applied to Acme AG as a clerk today")
    asked = post(first.wait(), message="delete my application at Acme AG")
    assert asked["pending"], asked["reply"]
    first.kill()
    done = post(second.wait(), answer="yes", pending=asked["pending"]["summary"])
    assert done["pending"] is None and [call["ok"] for call in done["tool_calls"]] == [True]
    again = httpx.post(
        f"{first.wait()}/v1/chat",
        json={"thread_id": "q", "answer": "yes", "pending": asked["pending"]["summary"]},
        timeout=PATIENCE,
    )
    assert again.status_code == 409, "answered once is answered"
