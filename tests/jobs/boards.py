"""A loopback server that speaks every board's wire format, well or badly."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from wire import ANSWERS, EMPTY


class Boards(ThreadingHTTPServer):
    """`mode` says how it misbehaves: ok, limited, broken, slow, cut, changed, empty, unknown."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode: dict[str, str] = {}
        self.default = "ok"
        self.delay = 0.0
        self.seen: list[str] = []

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def base(self, name: str) -> str:
        """The address that stands for the vendor's; the board's name goes into the path."""
        return f"{self.home}/{name}" + ("/{board}" if name in BY_HOST else "")


BY_HOST = frozenset(
    ["recruitee", "breezy", "bamboohr", "jazzhr", "personio", "teamtailor", "workday", "taleo",
     "applicantpro"]
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    server: Boards

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(json.loads(raw or b"{}"))

    def _answer(self, sent: Any) -> None:
        name = self.path.lstrip("/").split("/")[0]
        self.server.seen.append(self.path)
        mode = self.server.mode.get(name, self.server.default)
        time.sleep(self.server.delay)
        if mode == "slow":
            time.sleep(2)
        if mode == "limited":
            return self._send(429, b"", {"Retry-After": "120"})
        if mode in {"broken", "unknown"}:
            return self._send(500 if mode == "broken" else 404, b"")
        if mode == "changed":
            return self._send(200, b'{"message": "v2 is here"}')
        body = self._body(name, sent, EMPTY.get(name) if mode == "empty" else ANSWERS[name][0])
        if mode == "cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + 500))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return None
        return self._send(200, body)

    def _body(self, name: str, sent: Any, payload: Any) -> bytes:
        if name == "applicantpro" and self.path.endswith("/jobs/"):
            return b"<script>var x = {domainId: 77}</script>"
        if name == "hackernews" and "author_whoishiring" in self.path:
            title = "Ask HN: Who is hiring? (November 2026)"
            return json.dumps({"hits": [{"objectID": "46", "title": title}]}).encode()
        if name in {"dice", "ziprecruiter", "indeed"}:
            tool = {"name": "search_jobs", "inputSchema": {"properties": {"query": {}}}}
            results = {
                "tools/call": {"structuredContent": payload},
                "tools/list": {"tools": [tool]},
            }
            result = results.get(sent.get("method"), {})
            return json.dumps({"jsonrpc": "2.0", "id": sent.get("id"), "result": result}).encode()
        return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[Boards]:
    server = Boards()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
