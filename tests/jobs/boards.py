"""A loopback server that speaks every board's wire format, well or badly."""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from many import asked, page_of
from wire import ANSWERS, EMPTY
from wire_details import DETAILS

BY_HOST = frozenset(
    ["recruitee", "breezy", "bamboohr", "jazzhr", "personio", "teamtailor", "workday", "taleo",
     "taleobe", "applicantpro"]
)  # fmt: skip
MCP = frozenset({"dice", "ziprecruiter", "indeed"})
BAD_BODIES: dict[str, bytes] = {
    "changed": b'{"message": "v2 is here"}',
    "html": b"<!doctype html><html><body><h1>Maintenance</h1></body></html>",
    "deep": b"[" * 200_000,
    "nested": b'{"jobs": [' * 450 + b"1" + b"]}" * 450,
    "nothing": b"",
    "noise": bytes(range(256)) * 8,
}
BOMB = gzip.compress(b" " * 40_000_000, 1)


class Boards(ThreadingHTTPServer):
    """`mode` says how a source misbehaves; `size` how many postings it has, where not one.

    Modes: ok, limited, broken, held (until `release`), cut, empty, unknown, bomb, those of
    `BAD_BODIES`, `no-detail` and `detail-limited`.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.release = threading.Event()
        self.reset()

    def reset(self) -> None:
        self.mode: dict[str, str] = {}
        self.size: dict[str, int] = {}
        self.default = "ok"
        self.seen: list[str] = []
        self.sent: list[Any] = []
        self.bodies = 0
        self.arrived = threading.Event()
        """Set by the first request."""
        self.retry_after = "120"
        self.validators = False
        """Whether answers carry an ETag and are not sent again while they are the same."""
        self.before: Callable[[str, int], str | None] = lambda path, number: None
        """Told the path and the number of each request; may name a mode for it."""

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def base(self, name: str) -> str:
        """The address that stands for the vendor's; the board's name goes into the path."""
        return f"{self.home}/{name}" + ("/{board}" if name in BY_HOST else "")

    def handle_error(self, *args: object) -> None:
        """A client that went away is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
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
        self.server.sent.append(sent)
        self.server.arrived.set()
        told = self.server.before(self.path, len(self.server.seen))
        mode = told or self.server.mode.get(name, self.server.default)
        detail = name in DETAILS and DETAILS[name][0].search(self.path) is not None
        if mode in {"no-detail", "detail-limited"}:
            mode = {"no-detail": "broken", "detail-limited": "limited"}[mode] if detail else "ok"
        if mode == "held":
            self.server.release.wait(120)
            self.close_connection = True
        elif mode == "limited":
            self._send(429, b"", {"Retry-After": self.server.retry_after})
        elif mode in {"broken", "unknown"}:
            self._send(500 if mode == "broken" else 404, b"")
        elif mode in BAD_BODIES:
            self._send(200, BAD_BODIES[mode])
        elif mode == "bomb":
            self._send(200, BOMB, {"Content-Encoding": "gzip"})
        else:
            body = DETAILS[name][1].encode() if detail else self._body(name, sent, mode)
            if mode == "cut":
                self._cut(body)
            else:
                self._send(200, body)

    def _cut(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + 500))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _body(self, name: str, sent: Any, mode: str) -> bytes:
        if name == "applicantpro" and self.path.endswith("/jobs/"):
            return b"<script>var x = {domainId: 77}</script>"
        if name == "hackernews" and "author_whoishiring" in self.path:
            title = "Ask HN: Who is hiring? (November 2026)"
            return json.dumps({"hits": [{"objectID": "46", "title": title}]}).encode()
        payload = EMPTY.get(name) if mode == "empty" else ANSWERS[name][0]
        if mode != "empty" and name in self.server.size:
            payload = page_of(name, self.server.size[name], asked(self.path, sent))
        if name in MCP:
            payload = self._rpc(sent, payload)
        return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()

    def _rpc(self, sent: Any, payload: Any) -> Any:
        tool = {"name": "search_jobs", "inputSchema": {"properties": {"query": {}}}}
        results = {
            "tools/call": {"structuredContent": payload},
            "tools/list": {"tools": [tool]},
        }
        result = results.get(sent.get("method"), {})
        return {"jsonrpc": "2.0", "id": sent.get("id"), "result": result}

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        headers = dict(headers or {})
        if status == 200 and self.server.validators:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
        self.server.bodies += status == 200
        self.send_response(status)
        for key, value in headers.items():
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
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
