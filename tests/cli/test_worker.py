"""`jobtracker worker`: several on one PostgreSQL, killed at random, every document read once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError
from jobtracker.core.settings import load_settings
from tests.core.durable.crew import ROOT, Crew
from tests.core.durable.document_jobs import READ, Document
from tests.core.durable.helpers import postgres, wait_until
from tests.core.postgres_server import postgres_server

WORKER = [sys.executable, "-m", "jobtracker", "worker"]
DOCUMENTS = 24
KILLS = 4
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def url() -> Iterator[str]:
    with postgres() as made:
        yield made


def environment(home: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JOBTRACKER_HOME": str(home),
        "JOBTRACKER_STORE__URL": url,
        "JOBTRACKER_WORKERS__COUNT": "1",
        "JOBTRACKER_DURABLE__CONCURRENCY": "2",
        "JOBTRACKER_DURABLE__POLL_SECONDS": "0.1",
        "JOBTRACKER_DURABLE__HANDLERS": json.dumps(["tests.core.durable.document_jobs:register"]),
    }


def read(core: Core) -> Counter[str]:
    return Counter(event.subject for event in core.events.replay(core.store))


def test_each_document_is_read_once_whoever_is_killed(tmp_path: Path, url: str) -> None:
    core = Core(load_settings(home=str(tmp_path / "home"), store={"url": url}))
    names = {
        f"cv{number}.txt": f"Person{'abcdefgh'[number % 8]} Muster" for number in range(DOCUMENTS)
    }
    with core.store.begin() as session:
        for name, person in names.items():
            path = tmp_path / name
            path.write_text(
                f"{person}\nperson@example.com\n\nExperience\nClerk, Acme AG, 2019-2024\n"
            )
            core.durable.enqueue(session, READ, Document(path=str(path)), user="ann")
    crew, chance = Crew(WORKER, environment(tmp_path / "home", url)), random.Random(11)
    try:
        for kill in range(KILLS):
            enough = (kill + 1) * DOCUMENTS // (KILLS + 2)

            def far_enough(enough: int = enough) -> bool:
                crew.fill()
                return read(core).total() >= enough

            wait_until(far_enough, f"{enough} documents are read")
            crew.kill_one(chance)

        def all_read() -> bool:
            crew.fill()
            return core.durable.backlog() == 0

        wait_until(all_read, "all documents are read")
    finally:
        crew.stop()
    assert read(core) == Counter(dict.fromkeys(names, 1))
    found = {event.subject: event.data["name"] for event in core.events.replay(core.store)}
    assert found == names
    assert crew.deaths >= KILLS
    core.close()


def test_a_database_that_goes_and_comes_back_costs_no_document(tmp_path: Path) -> None:
    """PostgreSQL crashes twice while two workers read; they say so, and go on by themselves."""
    names = {f"cv{number}.txt" for number in range(DOCUMENTS)}
    with postgres_server() as server, ExitStack() as at_last:
        core = Core(load_settings(home=str(tmp_path / "home"), store={"url": server.url}))
        at_last.callback(core.close)
        with core.store.begin() as session:
            for name in names:
                path = tmp_path / name
                path.write_text(
                    "Anna Muster\nanna@example.com\n\nExperience\nClerk, Acme AG, 2020\n"
                )
                core.durable.enqueue(session, READ, Document(path=str(path)), user="ann")
        members = [launch(tmp_path / "home", server.url, "--port", "0") for _ in range(2)]
        bases = [started(one, "/metrics").split()[-1].removesuffix("/metrics") for one in members]
        said: list[str] = []
        for member in members:
            reader = threading.Thread(target=listen, args=[member, said])
            reader.start()
            for end in (reader.join, member.wait, member.kill):
                at_last.callback(end)

        def ready(base: str) -> bool:
            return get(f"{base}/readyz")[0] == 200

        for outage in range(2):
            enough = (outage + 1) * DOCUMENTS // 4
            wait_until(lambda enough=enough: count(core) >= enough, f"{enough} are read")
            server.stop()
            # To a worker that still rests from the first crash, the second is the same outage.
            wait_until(lambda: heard(said) >= 2, "both say that they wait")
            assert all(member.poll() is None for member in members)
            assert all(get(f"{base}/healthz")[0] == 200 for base in bases)
            server.start()
        wait_until(lambda: count(core) >= DOCUMENTS and not core.durable.backlog(), "all are read")
        wait_until(lambda: all(map(ready, bases)), "both are ready")
        assert read(core) == Counter(dict.fromkeys(names, 1))


def listen(process: subprocess.Popen[str], said: list[str]) -> None:
    assert process.stderr is not None
    with process.stderr:
        for line in process.stderr:
            said.append(line)


def heard(said: list[str]) -> int:
    return sum("wait, and go on by themselves" in line for line in said)


def count(core: Core) -> int:
    """Count what was read; nothing is known while the database is gone."""
    try:
        return read(core).total()
    except (JobTrackerError, SQLAlchemyError):
        return -1


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as exc:
        return exc.code, exc.read().decode()


def started(process: subprocess.Popen[str], word: str) -> str:
    assert process.stderr is not None
    deadline = time.monotonic() + 90
    while True:
        line = process.stderr.readline()
        if word in line:
            return line
        assert line and time.monotonic() < deadline, "it did not say so"


def launch(home: Path, url: str, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*WORKER, *options],
        env={**environment(home, url), "JOBTRACKER_LOG_LEVEL": "warning"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_probes_and_metrics_are_answered_and_term_ends_it(tmp_path: Path) -> None:
    with launch(tmp_path, "", "--port", "0") as process:
        base = started(process, "/metrics").split()[-1].removesuffix("/metrics")
        assert get(f"{base}/healthz")[0] == 200
        wait_until(lambda: get(f"{base}/readyz")[0] == 200, "it is ready")
        status, text = get(f"{base}/metrics")
        assert status == 200 and "jobtracker_durable_backlog 0.0" in text
        assert "jobtracker_durable_active 1.0" in text
        assert get(f"{base}/else")[0] == 404
        process.terminate()
        process.communicate(timeout=90)
        assert process.returncode == 0


def test_without_a_database_it_waits_and_says_so_once(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    with launch(tmp_path, nowhere, "--port", "0") as process:
        base = started(process, "/metrics").split()[-1].removesuffix("/metrics")
        assert "waiting for it" in started(process, "cannot be used")
        assert get(f"{base}/healthz")[0] == 200 and get(f"{base}/readyz")[0] == 503
        process.terminate()
        _, rest = process.communicate(timeout=90)
        assert "waiting for it" not in rest and process.returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WORKERS__COUNT", "0", "workers.count"),
        ("WORKERS__COUNT", "10000", "1 to 256"),
        ("WORKERS__MEMORY_MB", "9000000", "OVERCOMMIT"),
        ("STORE__URL", "oracle-ish://x", "store.url"),
        ("REDIS__URL", "http://localhost:6379", "redis.url"),
        ("DURABLE__HANDLERS", '["nowhere:register"]', "durable.handlers"),
    ],
)
def test_what_does_not_fit_is_named_in_one_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    done = subprocess.run(
        WORKER,
        env={**environment(tmp_path, ""), f"JOBTRACKER_{name}": value},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 1 and said in lines[-1] and "Traceback" not in done.stderr
