"""`jobtracker serve` as a process: its port, its end, several of them, its logs and figures."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.openai_server import FakeOpenAI, Say
from tests.ready import seed
from tests.web.served import events

pytestmark = pytest.mark.anyio
PATIENCE = 100.0
STREAM = {"Accept": "text/event-stream"}


class Child:
    """A served process and what it writes to standard error."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        seed(home)
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jobtracker", "serve", "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            env={**os.environ, "JOBTRACKER_HOME": str(home), **environment},
            text=True,
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._ready.wait(PATIENCE), self.lines

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            if "ready at" in line:
                self._ready.set()

    @property
    def address(self) -> str:
        return next(re.findall(r"http://\S+", line)[0] for line in self.lines if "ready" in line)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@contextlib.contextmanager
def child(home: Path, *arguments: str, **environment: str) -> Iterator[Child]:
    served = Child(home, *arguments, **environment)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.process.kill()
            served.ended()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def with_model(url: str) -> dict[str, str]:
    return {"JOBTRACKER_LLM__BASE_URL": url, "JOBTRACKER_LLM__MODEL": "fake"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_and_ends_in_good_order(home: Path, how: int) -> None:
    with child(home) as served:
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            assert (await client.get("/readyz")).json()["ready"]
            answer = await client.post("/v1/chat", json={"message": "hello"})
            assert answer.json()["reply"]
        assert served.stop(how) == 0
        assert not [line for line in served.lines if "Traceback" in line or "ERROR" in line]


async def test_a_taken_port_is_one_clear_line(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "jobtracker", "serve", "--port", port],
            capture_output=True,
            env={**os.environ, "JOBTRACKER_HOME": str(home)},
            timeout=PATIENCE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"127.0.0.1:{port} is taken" in done.stderr and "--port" in done.stderr


async def test_a_turn_that_runs_is_finished_before_the_end(home: Path) -> None:
    asked, release = threading.Event(), threading.Event()

    def brain(_body: dict[str, Any]) -> Say:
        asked.set()
        release.wait(PATIENCE)
        return Say(text="Finished after all.")

    with FakeOpenAI(brain=brain) as model, child(home, **with_model(model.url)) as served:
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            body = {"message": "tell me about interviews in general"}
            async with client.stream("POST", "/v1/chat", json=body, headers=STREAM) as answer:
                assert await asyncio.to_thread(asked.wait, PATIENCE)
                served.process.send_signal(signal.SIGTERM)
                release.set()
                got = [event async for event in events(answer)]
        assert got[-1][0] == "done" and got[-1][2]["reply"] == "Finished after all."
        assert served.ended() == 0


async def test_a_turn_that_does_not_finish_is_ended_so_that_the_client_knows(home: Path) -> None:
    asked, release = threading.Event(), threading.Event()

    def brain(_body: dict[str, Any]) -> Say:
        asked.set()
        release.wait(PATIENCE)
        return Say(text="Too late.")

    environment = {"JOBTRACKER_SERVER__STOP_SECONDS": "0"}
    with (
        FakeOpenAI(brain=brain) as model,
        child(home, **environment, **with_model(model.url)) as served,
    ):
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            body = {"message": "tell me about interviews in general", "thread_id": "cut"}
            async with client.stream("POST", "/v1/chat", json=body, headers=STREAM) as answer:
                assert await asyncio.to_thread(asked.wait, PATIENCE)
                served.process.send_signal(signal.SIGTERM)
                got = [event async for event in events(answer)]
        assert got[-1][0] == "error" and got[-1][2]["resend"] and not got[-1][2]["restart"]
        release.set()
        assert served.ended() == 0
    with child(home) as served:
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            again = await client.post("/v1/chat", json={"message": "hello", "thread_id": "cut"})
            assert again.status_code == 200 and again.json()["reply"]


async def test_processes_share_the_port_keep_order_and_replace_the_dead(home: Path) -> None:
    with child(home, "--processes", "2") as served:

        async def say(number: int) -> Any:
            async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
                body = {"message": f"hello {number}", "thread_id": "shared"}
                return (await client.post("/v1/chat", json=body)).json()["turn"]

        turns = await asyncio.gather(*(say(number) for number in range(8)))
        assert sorted(turns) == list(range(1, 9))
        before = _children(served.process.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while len(now := _children(served.process.pid)) < 2 or before[0] in now:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await say(9) == 9
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            figures = (await client.get("/metrics")).text
        counted = re.findall(r'^jobtracker_turns_total\{outcome="embedded"\} (\d+)', figures, re.M)
        assert [int(count) for count in counted] == [9]
        assert served.stop() == 0


def _children(pid: int) -> list[int]:
    """Return the processes that serve, without the resource tracker."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            line = (entry / "cmdline").read_bytes()
            if parent == pid and b"spawn_main" in line:
                found.append(int(entry.name))
    return found


async def test_logs_are_json_with_request_ids_and_nothing_personal(home: Path) -> None:
    environment = {"JOBTRACKER_SERVER__LOG_FORMAT": "json", "JOBTRACKER_LOG_LEVEL": "info"}
    with child(home, **environment) as served:
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            headers = {"X-Request-Id": "abc-12345678"}
            body = {"message": "my name is Xanthippe Quux", "thread_id": "xanthippe"}
            await client.post("/v1/chat", json=body, headers=headers)
            await client.get("/v1/threads/xanthippe?x=Quux")
            await client.get("/nothing/Xanthippe")
            await client.post("/v1/chat", json={"message": "Xanthippe\0"})
        assert served.stop() == 0
    lines = [line for line in served.lines if "ready at" not in line]
    records = [json.loads(line) for line in lines]
    access = [record for record in records if record["logger"] == "jobtracker.access"]
    assert {"time", "level", "route", "status", "ms", "request_id"} <= set(access[0])
    assert access[0]["route"] == "/healthz" or access[0]["request_id"] == "abc-12345678"
    assert [r for r in access if r["route"] == "/v1/threads/{thread_id}" and r["status"] == 200]
    assert "xanthippe" not in "\n".join(lines).lower() and "quux" not in "\n".join(lines).lower()


async def test_a_head_that_does_not_end_is_given_up(home: Path) -> None:
    with child(home, JOBTRACKER_SERVER__HEADER_SECONDS="0.3") as served:
        host, _, port = served.address.removeprefix("http://").partition(":")
        for sent, answered in ((b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ", b"408"), (b"", b"")):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(sent)
            await writer.drain()
            async with asyncio.timeout(PATIENCE):
                whole = await reader.read()
            assert answered in whole
            writer.close()
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            # Whoever is answered may take longer than a head may, also on a connection kept open.
            for _ in range(3):
                assert (await client.get("/healthz")).status_code == 200
        assert served.stop() == 0


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b\r\n c\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_no_request_gets_no_answer_of_a_route(served_once: str, head: bytes) -> None:
    host, _, port = served_once.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head)
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(OSError):
            writer.write_eof()
            assert b" 200 " not in (await reader.read())[:20]
    writer.close()


@pytest.fixture(scope="module")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with child(tmp_path_factory.mktemp("served") / "home") as served:
        yield served.address
        assert served.stop() == 0
