"""What fetches are held to: letters, packed bodies, slow servers, what is kept."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from jobtracker.core import net
from jobtracker.core.errors import BudgetExceeded, Unavailable
from jobtracker.core.http import Fetched, Http
from jobtracker.core.http_bounds import Cache, decoded
from jobtracker.core.settings import HttpSettings

PATIENT = 120.0


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serves each connection by `talk`, which gets it after the request's head was read."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            with suppress(OSError):  # the client went away, as it should
                talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        listening.close()


def fetch(url: str, seconds: float = PATIENT, most: int = 100_000) -> Fetched:
    http = Http(HttpSettings(timeout_seconds=seconds, max_bytes=most, allow_private=True))
    try:
        return http.get(url)
    finally:
        http.close()


def zipped(body: bytes) -> bytes:
    """Compress without the time of day, which would be part of a test's name."""
    return gzip.compress(body, mtime=0)


def packed(body: bytes, how: str) -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {how}\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("Zürich".encode(), "", "Zürich"),
        ("Zürich".encode(), "utf-8", "Zürich"),
        ("Zürich".encode(), "iso-8859-1", "Zürich"),
        ("Zürich".encode("latin-1"), "iso-8859-1", "Zürich"),
        ("Zürich".encode("latin-1"), "utf-8", "Zürich"),
        ("Zürich".encode("latin-1"), "", "Zürich"),
        ("90 €".encode("cp1252"), "iso-8859-1", "90 €"),
        ("Zürich".encode("utf-16"), "", "Zürich"),
        ("Zürich".encode("utf-8-sig"), "latin-1", "Zürich"),
        ("Łódź".encode("iso-8859-2"), "ISO-8859-2", "Łódź"),
        ("<meta charset=euc-jp>東京".encode("euc-jp"), "", "<meta charset=euc-jp>東京"),
        (b"<?xml version='1.0' encoding='iso-8859-15'?>" + "€".encode("iso-8859-15"), "",
         "<?xml version='1.0' encoding='iso-8859-15'?>€"),
        ("für Zürich und Genève".encode()[:-2], "utf-8", "für Zürich und Genè"[:-1] + "è"),
        ("Zürich, Genève, Bâle: ".encode() + "ü".encode()[:1], "utf-8",
         "Zürich, Genève, Bâle: \ufffd"),
        ("Zürich".encode(), "no-such-charset", "Zürich"),
        ("Zürich".encode(), "idna", "Zürich"),
        ("Zürich".encode(), "hex", "Zürich"),
        ("Zürich".encode(), "undefined", "Zürich"),
        (b"", "", ""), (b"\xff\xfe\x00", "", "\ufffd"),
    ],
)  # fmt: skip
def test_letters_are_read_by_what_is_most_certain(content: bytes, declared: str, text: str) -> None:
    assert decoded(content, declared) == text


@pytest.mark.parametrize(
    ("body", "how"),
    [
        (zipped(b"whole"), "gzip"),
        (zipped(b"who") + zipped(b"le"), "gzip"),
        (zipped(b"whole") + b"\0" * 512, "x-gzip"),
        (zlib.compress(b"whole"), "deflate"),
        (zlib.compress(b"whole")[2:-4], "deflate"),
        (b"whole", "identity"),
    ],
    ids=["gzip", "two members", "padded", "deflate", "deflate without its frame", "as it is"],
)
def test_packed_answers_are_read_whole(body: bytes, how: str) -> None:
    with raw_server(packed(body, how)) as url:
        assert fetch(url).content == b"whole"


@pytest.mark.parametrize(
    ("body", "how"),
    [
        (zipped(b"0" * 3_000_000), "gzip"),
        (zipped(b"0" * 60_000) * 50, "gzip"),
        (zlib.compress(b"0" * 3_000_000), "deflate"),
        (zlib.compress(b"0" * 3_000_000)[2:-4], "deflate"),
    ],
    ids=["gzip", "many members", "deflate", "deflate without its frame"],
)
def test_no_packing_goes_round_the_bound(body: bytes, how: str) -> None:
    with raw_server(packed(body, how)) as url, pytest.raises(BudgetExceeded):
        fetch(url)


@pytest.mark.parametrize(
    ("body", "how"),
    [(b"no gzip at all", "gzip"), (zipped(b"x" * 999)[:-20], "gzip"), (b"x", "br"),
     (zipped(b"x" * 99) + b"\x1f\x8bnoise", "gzip")],
    ids=["no gzip", "cut", "brotli", "noise behind it"],
)  # fmt: skip
def test_damaged_or_unasked_packing_is_told(body: bytes, how: str) -> None:
    with raw_server(packed(body, how)) as url, pytest.raises(Unavailable):
        fetch(url)


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"]
)
def test_a_server_that_drips_is_given_up(start: bytes) -> None:
    """Each byte comes in time; without one deadline over all of them this never ends."""
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while not stop.wait(0.02):
            connection.sendall(b"x" if start else b"")

    with raw_server(drip) as url:
        with pytest.raises(Unavailable):
            fetch(url, seconds=0.5)
        stop.set()


def test_the_deadline_of_one_call_does_not_hold_for_the_next() -> None:
    with raw_server(packed(b"x", "identity")) as url:
        with net.until(0.0):
            pass
        assert fetch(url).content == b"x"


def answer(size: int, **headers: str) -> Fetched:
    return Fetched("u", 200, {k.replace("_", "-"): v for k, v in headers.items()}, b"x" * size)


def test_the_least_recently_used_answer_is_dropped_first() -> None:
    cache = Cache(most_bytes=100)
    for name in "abcd":
        cache.put(name, answer(25, etag=name))
    assert cache.get("a") is not None
    cache.put("e", answer(25, etag="e"))
    assert cache.get("b") is None
    assert all(cache.get(name) is not None for name in "acde")


def test_what_may_not_be_kept_is_not() -> None:
    cache = Cache(most_bytes=100)
    cache.put("a", answer(10))
    cache.put("b", answer(10, etag="b", cache_control="private, no-store"))
    cache.put("c", answer(26, etag="c"))
    cache.put("d", answer(10, etag="d"))
    cache.put("d", answer(10, cache_control="no-store"))
    assert cache.entries == {} and cache.size == 0
