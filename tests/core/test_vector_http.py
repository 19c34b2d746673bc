"""Kept connections are closed with their pool, also those that are at work just then."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobtracker.core.vector_http import Address, Connections


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
