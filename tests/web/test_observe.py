"""Spans of requests, sent to a collector on loopback; and what a stream does to a dead client."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.openai_server import FakeOpenAI, Say
from tests.web.test_serving import PATIENCE, child, with_model

pytestmark = pytest.mark.anyio


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP; keeps what was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                collector.received.append(self.rfile.read(length))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def collector() -> Iterator[Collector]:
    opened = Collector()
    thread = threading.Thread(target=opened.serve_forever, args=(0.05,))
    thread.start()
    yield opened
    opened.shutdown()
    opened.server_close()
    thread.join()


async def test_traces_are_sent_with_routes_and_without_what_was_said(
    tmp_path: Path, collector: Collector
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    url = f"http://127.0.0.1:{collector.server_address[1]}"
    with child(tmp_path / "home", JOBTRACKER_SERVER__TRACES_URL=url) as served:
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            body = {"message": "find nursing jobs in Bern", "thread_id": "zebra"}
            await client.post("/v1/chat", json=body)
            await client.get("/v1/threads/zebra")
        assert served.stop() == 0
    sent = b"".join(collector.received)
    assert b"POST /v1/chat" in sent and b"/v1/threads/{thread_id}" in sent
    assert b"tools/call search_jobs" in sent
    assert b"zebra" not in sent and b"nursing" not in sent


async def test_a_client_that_vanishes_in_a_stream_leaves_nothing_behind(tmp_path: Path) -> None:
    """The model is released once the server has let the connection to it go."""
    left = threading.Event()
    asked = threading.Event()

    def brain(_body: dict[str, Any]) -> Say:
        asked.set()
        return Say(pieces=["Once ", "upon "], stall=2)

    environment = {"JOBTRACKER_SERVER__RESUME_SECONDS": "0.05"}
    with (
        FakeOpenAI(brain=brain) as model,
        child(tmp_path / "home", **environment, **with_model(model.url)) as served,
    ):
        host, _, port = served.address.removeprefix("http://").partition(":")
        content = json.dumps({"message": "tell me a story", "thread_id": "dead"}).encode()
        head = (
            f"POST /v1/chat HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + content)
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"event: token")
        writer.transport.abort()
        async with httpx.AsyncClient(base_url=served.address, timeout=PATIENCE) as client:
            async with asyncio.timeout(PATIENCE):
                while not left.is_set():
                    figures = (await client.get("/metrics")).text
                    if (
                        "jobtracker_streams_open 0.0" in figures
                        and 'jobtracker_turns_total{outcome="stopped"} 1.0' in figures
                    ):
                        left.set()
                    await asyncio.sleep(0.05)
        model.released.set()
        assert served.stop() == 0
