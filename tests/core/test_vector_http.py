"""Connections are closed with their pool: those at work just then, and those of who comes later."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.vector_http import Address, Connections
from jobtracker.core.vectors import VectorItem


class _Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked, answer = threading.Event(), threading.Event()

    def do_GET(self) -> None:
        type(self).asked.set()
        type(self).answer.wait(60)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[Address]:
    _Slow.asked.clear()
    _Slow.answer.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Address("http", "127.0.0.1", server.server_address[1])
    _Slow.answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_connection_at_work_when_its_pool_is_closed_is_not_kept(address: Address) -> None:
    pool = Connections(address)
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(pool.request("GET", "/").status))
    thread.start()
    assert _Slow.asked.wait(60)
    pool.close()
    _Slow.answer.set()
    thread.join(60)
    assert answers == [200]
    assert not pool._idle  # pyright: ignore[reportPrivateUsage]


def test_a_late_caller_of_a_closed_index_leaves_nothing_open(core: Core) -> None:
    vectors = core.vectors
    vectors.add("memories", "ann", [VectorItem("one", "lives in Bern")])
    vectors.close()
    assert vectors.count("memories", "ann") == 1
    vectors.start()
    assert not vectors.ready
