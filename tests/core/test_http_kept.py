"""What a vendor says is unchanged is not sent again: after a restart, and to another process."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from jobtracker.core.cache import Cache, open_cache
from jobtracker.core.http import Http
from jobtracker.core.http_kept import KIND, RENEWED_AFTER, KeptBelow
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import HttpSettings, load_settings

BODY = '{"jobs": ["Köchin"]}'.encode("latin-1")


class Board(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sent: ClassVar[int] = 0
    control: ClassVar[str] = ""
    validator: ClassVar[tuple[str, str]] = ("ETag", '"one"')

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        name, value = Board.validator
        asked = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[name]
        same = self.headers.get(asked) == value
        Board.sent += not same
        self.send_response(304 if same else 200)
        self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=iso-8859-1")
        if Board.control:
            self.send_header("Cache-Control", Board.control)
        self.send_header("Content-Length", "0" if same else str(len(BODY)))
        self.end_headers()
        if not same:
            self.wfile.write(BODY)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()


@pytest.fixture
def site() -> Iterator[str]:
    Board.sent, Board.control, Board.validator = 0, "", ("ETag", '"one"')
    server = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[], tuple[Http, Cache]]]:
    """Starts a process anew, over the same home."""
    opened: list[tuple[Http, Cache]] = []

    def start() -> tuple[Http, Cache]:
        given = load_settings()
        cache = open_cache(given.cache, given.redis, tmp_path)
        settings = HttpSettings(timeout_seconds=60, max_bytes=100_000, allow_private=True)
        opened.append((Http(settings, KeptBelow(lambda: cache)), cache))
        return opened[-1]

    yield start
    for http, cache in opened:
        http.close()
        cache.close()


Start = Callable[[], tuple[Http, Cache]]


@pytest.mark.parametrize(
    "validator", [("ETag", '"one"'), ("Last-Modified", "Mon, 16 Nov 2026 08:00:00 GMT")]
)
def test_an_unchanged_answer_is_not_sent_again_after_a_restart(
    started: Start, site: str, validator: tuple[str, str]
) -> None:
    Board.validator = validator
    first = started()[0].get(site + "/jobs")
    again = started()[0].get(site + "/jobs")
    assert Board.sent == 1
    assert (again.content, again.text, again.url) == (BODY, first.text, first.url)


def test_a_changed_answer_replaces_what_was_kept(started: Start, site: str) -> None:
    started()[0].get(site + "/jobs")
    Board.validator = ("ETag", '"two"')
    started()[0].get(site + "/jobs")
    assert Board.sent == 2
    started()[0].get(site + "/jobs")
    assert Board.sent == 2


@pytest.mark.parametrize("control", ["private, max-age=0", "no-store"])
def test_what_is_not_for_all_is_not_kept_beyond_the_process(
    started: Start, site: str, control: str
) -> None:
    Board.control = control
    started()[0].get(site + "/jobs")
    started()[0].get(site + "/jobs")
    assert Board.sent == 2


def test_the_answer_to_a_credential_is_not_given_to_others(started: Start, site: str) -> None:
    http, _ = started()
    http.get(site + "/jobs", headers={"Authorization": "Bearer mine"})
    http.get(site + "/jobs")
    started()[0].get(site + "/jobs")
    assert Board.sent == 2


def test_the_answer_to_a_body_is_not_that_of_the_address(started: Start, site: str) -> None:
    http, _ = started()
    http.post(site + "/jobs", json={"q": "cook"})
    http.get(site + "/jobs")
    assert Board.sent == 2


@pytest.mark.parametrize(
    "kept",
    [b"", b"{}", b"no json\nx", b'{"headers": {}, "size": 9, "charset": "", "at": 1}\nnot packed',
     b'{"headers": {"etag": "\\"one\\""}, "size": 99999999999, "charset": "", "at": 1}\nx'],
)  # fmt: skip
def test_what_cannot_be_read_is_fetched(started: Start, site: str, kept: bytes) -> None:
    http, cache = started()
    cache.put(SHARED_USER, KIND, site + "/jobs", kept, memory=False)
    assert http.get(site + "/jobs").content == BODY


def test_an_answer_in_use_is_kept_for_longer(
    started: Start, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, cache = started()
    http.get(site + "/jobs")
    before = cache.get(SHARED_USER, KIND, site + "/jobs", memory=False)
    http.get(site + "/jobs")
    assert cache.get(SHARED_USER, KIND, site + "/jobs", memory=False) == before
    monkeypatch.setattr("jobtracker.core.http_kept.RENEWED_AFTER", -1.0)
    http.get(site + "/jobs")
    assert cache.get(SHARED_USER, KIND, site + "/jobs", memory=False) != before
    assert RENEWED_AFTER > 0


def test_neither_address_nor_text_can_be_read_from_the_disk(
    started: Start, site: str, tmp_path: Path
) -> None:
    started()[0].get(site + "/jobs?q=secret-wish")
    files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert files
    held = b"".join(file.name.encode() + file.read_bytes() for file in files)
    assert b"secret-wish" not in held and b"jobs" not in held
