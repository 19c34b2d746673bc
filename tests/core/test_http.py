import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import anyio
import pytest

from jobtracker.core import net
from jobtracker.core.errors import (
    AuthNeeded,
    BadInput,
    BudgetExceeded,
    ContractChanged,
    Forbidden,
    NotFound,
    RateLimited,
    Unavailable,
)
from jobtracker.core.http import Http, checked_url, retry_after
from jobtracker.core.settings import HttpSettings

BOMB = gzip.compress(b"0" * 40_000_000, 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.answer(200, self.rfile.read(size), Content_Type="application/json")

    def do_GET(self) -> None:  # noqa: C901 - one branch a page that is served
        Handler.seen.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path.startswith("/status/"):
            self.answer(int(path[8:]), b"x", Retry_After="7")
        elif path == "/etag":
            if self.headers.get("If-None-Match") == '"one"':
                self.answer(304)
            else:
                self.answer(200, b'{"n": 1}', ETag='"one"')
        elif path == "/loop":
            self.answer(302, Location="/loop")
        elif path == "/to-file":
            self.answer(302, Location="file:///etc/passwd")
        elif path == "/to-metadata":
            self.answer(302, Location="http://169.254.169.254/latest/meta-data")
        elif path == "/bomb":
            self.answer(200, BOMB, Content_Encoding="gzip")
        elif path == "/big":
            self.answer(200, b"0" * 200_000)
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"jobs": [')
            self.close_connection = True
        elif path == "/cut-gzip":
            self.answer(200, gzip.compress(b"abc" * 5000)[:40], Content_Encoding="gzip")
        elif path == "/html":
            self.answer(
                200, "<p>Zürich</p>".encode("latin-1"), Content_Type="text/html; charset=iso-8859-1"
            )
        elif path == "/deep":
            self.answer(200, b"[" * 100_000)
        else:
            self.answer(200, b'{"ok": true}', Content_Type="application/json")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def http() -> Iterator[Http]:
    opened = Http(HttpSettings(timeout_seconds=60, max_bytes=100_000, allow_private=True))
    yield opened
    opened.close()


@pytest.fixture
def strict() -> Iterator[Http]:
    opened = Http(HttpSettings(timeout_seconds=60, max_bytes=100_000, allow_private=False))
    yield opened
    opened.close()


def test_an_answer_is_read_as_json(http: Http, site: str) -> None:
    assert http.get(site + "/x", params={"q": "a b&c"}).json("test") == {"ok": True}
    assert Handler.seen[-1][0] == "/x?q=a+b%26c"


def test_the_charset_of_the_answer_is_used(http: Http, site: str) -> None:
    assert http.get(site + "/html").text == "<p>Zürich</p>"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthNeeded), (403, Forbidden), (404, NotFound), (410, NotFound), (500, Unavailable),
     (503, Unavailable), (400, BadInput), (422, BadInput)],
)  # fmt: skip
def test_a_status_says_what_to_do_next(
    http: Http, site: str, status: int, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        http.get(f"{site}/status/{status}")


def test_a_rate_limit_says_how_long(http: Http, site: str) -> None:
    with pytest.raises(RateLimited) as caught:
        http.get(site + "/status/429")
    assert caught.value.retry_after == 7


def test_an_unchanged_answer_comes_from_the_cache(http: Http, site: str) -> None:
    first, again = http.get(site + "/etag"), http.get(site + "/etag")
    assert again.content == first.content
    assert Handler.seen[-1][1]["If-None-Match"] == '"one"'


def test_redirects_end(http: Http, site: str) -> None:
    with pytest.raises(Unavailable, match="redirects more than"):
        http.get(site + "/loop")
    assert http.get(site + "/loop", follow=False).status == 302


def test_a_redirect_to_a_file_is_refused(http: Http, site: str) -> None:
    with pytest.raises(BadInput, match="not an http"):
        http.get(site + "/to-file")


def test_what_is_too_large_is_refused_also_when_packed(http: Http, site: str) -> None:
    for path in ("/big", "/bomb"):
        with pytest.raises(BudgetExceeded, match="larger than"):
            http.get(site + path)


def test_an_answer_that_breaks_off_is_no_answer(http: Http, site: str) -> None:
    for path in ("/cut", "/cut-gzip"):
        with pytest.raises(Unavailable, match="broke off"):
            http.get(site + path)


def test_what_is_no_json_is_a_changed_contract(http: Http, site: str) -> None:
    for path in ("/html", "/deep"):
        with pytest.raises(ContractChanged, match="Acme: the answer is not JSON"):
            http.get(site + path).json("Acme")


def test_private_addresses_are_refused(strict: Http, site: str) -> None:
    for url in (
        site,
        "http://localhost:8/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://017700000001/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://127。0。0。1/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
        "http://192.0.0.192/",
        "http://168.63.129.16/",
    ):
        with pytest.raises(BadInput, match="not a public address"):
            strict.get(url)


def test_a_name_with_any_private_address_is_refused(
    strict: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.1.2.3", 80))]
    monkeypatch.setattr(net.socket, "getaddrinfo", lambda *a, **k: answers)
    with pytest.raises(BadInput, match=r"rebound\.example is not a public address"):
        strict.get("http://rebound.example/")


def test_a_name_that_changes_its_mind_is_not_asked_twice(
    strict: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(0, 0, 0, "", ("203.0.113.7" if len(asked) == 1 else "127.0.0.1", 80))]

    connected: list[str] = []

    def connect(_: object, address: str, *__: object) -> None:
        connected.append(address)
        raise net.httpcore.ConnectError("nobody there")

    monkeypatch.setattr(net, "is_public", lambda address: address != "127.0.0.1")
    monkeypatch.setattr(net.socket, "getaddrinfo", answer)
    monkeypatch.setattr(net.httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(Unavailable):
        strict.get("http://rebound.example/")
    assert (len(asked), connected) == (1, ["203.0.113.7"])


def test_each_step_of_a_redirect_is_checked(
    strict: Http, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = net.is_public
    monkeypatch.setattr(net, "is_public", lambda address: address == "127.0.0.1" or real(address))
    with pytest.raises(BadInput, match=r"169\.254\.169\.254 is not a public address"):
        strict.get(site + "/to-metadata")


def test_the_network_being_away_is_one_line(http: Http) -> None:
    with pytest.raises(Unavailable) as caught:
        http.get("http://127.0.0.1:8/")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "url", ["", "ftp://x.y/", "javascript:alert(1)", "http://", "http://a b/", "http://u:p@x.y/",
            "file:///etc/passwd", "http://x.y/" + "a" * 5000, "http://x:99999/",
            "http://x.y:22/", "http://x.y:0/", "https://x.y:6667/", "http://x\\@127.0.0.1/"]
)  # fmt: skip
def test_what_is_no_plain_url_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput):
        checked_url(url)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), ("999999999", 86400.0), ("-4", 0.0), ("soon", None), (None, None)],
)
def test_retry_after_is_bounded(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_calls_run_beside_each_other_on_an_event_loop(http: Http, site: str) -> None:
    async def both() -> list[object]:
        found: list[object] = []

        async def one(path: str) -> None:
            found.append((await http.aget(site + path)).json("t"))

        async with anyio.create_task_group() as group:
            group.start_soon(one, "/a")
            group.start_soon(one, "/b")
        found.append((await http.apost(site + "/p", json={"q": 1})).json("t"))
        return found

    assert anyio.run(both) == [{"ok": True}, {"ok": True}, {"q": 1}]
