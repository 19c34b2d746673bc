"""Two `serve` and two `worker` on one PostgreSQL and one Redis, killed at random under load.

No turn is lost or answered twice, and each queued document is read once. A client whose answer does
not come reads the thread on the other replica: what is written there was answered, what is not is
said again.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from tests.cli.test_worker import WORKER, environment
from tests.core.durable.crew import ROOT, Crew
from tests.core.durable.document_jobs import READ, Document
from tests.core.durable.helpers import postgres, wait_until
from tests.core.redis_server import redis_server

MESSAGES = 24
DOCUMENTS = 16
THREADS = 3
KILLS = 3
"""Of each: so many servers and so many workers die."""
PATIENCE = 100.0
START = 300.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of all processes: one home, one PostgreSQL, one Redis."""
    with postgres() as url, redis_server(tmp_path) as redis:
        yield {**environment(tmp_path / "home", url), "JOBTRACKER_REDIS__URL": redis.url}


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
def replicas(place: dict[str, str]) -> Iterator[list[Replica]]:
    pair = [Replica(place), Replica(place)]
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
        self.leave = threading.Event()

    def say(self, thread: str, message: str) -> None:
        while not self.leave.is_set():
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


class Pile:
    """Documents that wait to be read, as rows of the database that all processes share."""

    def __init__(self, folder: Path, place: dict[str, str]) -> None:
        url, home = place["JOBTRACKER_STORE__URL"], place["JOBTRACKER_HOME"]
        self.core = Core(load_settings(home=home, store={"url": url}))
        self.names = {f"cv{number}.txt" for number in range(DOCUMENTS)}
        with self.core.store.begin() as session:
            for name in self.names:
                path = folder / name
                path.write_text(
                    "Anna Muster\nanna@example.com\n\nExperience\nClerk, Acme AG, 2019-2024\n"
                )
                self.core.durable.enqueue(session, READ, Document(path=str(path)), user="ann")

    def read(self) -> Counter[str]:
        """Count what was read, by document."""
        events = self.core.events.replay(self.core.store, user="ann")
        return Counter(event.subject for event in events)


def test_no_turn_is_lost_or_answered_twice_and_each_document_is_read_once(
    replicas: list[Replica], place: dict[str, str], tmp_path: Path
) -> None:
    clients = [Client(replicas, seed) for seed in range(THREADS)]
    pile, crew = Pile(tmp_path, place), Crew(WORKER, place)

    def converse(number: int) -> None:
        for turn in range(MESSAGES // THREADS):
            message = f"I applied to Firma{number}x{turn} AG as a clerk today"
            clients[number].say(f"t{number}", message)

    def answered() -> int:
        crew.fill()
        return sum(len(one.answered) for one in clients)

    talks = [threading.Thread(target=converse, args=[number]) for number in range(THREADS)]
    chance = random.Random()  # never the same twice: what must hold, holds whenever they die
    with closing(pile.core), ExitStack() as at_last:
        at_last.callback(crew.stop)
        for one in clients:
            at_last.callback(one.leave.set)
        crew.fill()
        for talk in talks:
            talk.start()
        for kill in range(KILLS):
            enough = (kill + 1) * MESSAGES // (KILLS + 2)
            wait_until(lambda enough=enough: answered() >= enough, f"{enough} turns are answered")
            chance.choice(replicas).kill()
            enough = (kill + 1) * DOCUMENTS // (KILLS + 2)
            wait_until(
                lambda enough=enough: bool(answered()) and pile.read().total() >= enough,
                f"{enough} documents are read",
            )
            crew.kill_one(chance)
        for talk in talks:
            talk.join(600)
        wait_until(
            lambda: bool(answered()) and pile.core.durable.backlog() == 0, "all documents are read"
        )
        assert pile.read() == Counter(dict.fromkeys(pile.names, 1))
    assert sum(replica.deaths for replica in replicas) == KILLS and crew.deaths >= KILLS
    _each_once(replicas[0].wait(), clients)


def _each_once(address: str, clients: list[Client]) -> None:
    for number, client in enumerate(clients):
        written = lines(address, f"t{number}")
        said = [line["text"] for line in written if line["role"] == "user"]
        assert len(said) == MESSAGES // THREADS
        assert said == client.answered, "each once, in the order in which they were said"
        turns = Counter(line["turn"] for line in written)
        assert list(turns) == list(range(1, len(said) + 1))
        assert set(turns.values()) == {2}, "one thing said and one answer a turn"
    tracked = httpx.get(f"{address}/v1/applications?limit=50", timeout=PATIENCE).json()
    companies = [one["company"] for one in tracked["applications"]]
    told = [re.findall(r"Firma\S+ AG", message)[0] for one in clients for message in one.answered]
    assert sorted(companies) == sorted(told), "what was said has had its effect once"


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
