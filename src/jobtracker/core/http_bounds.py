"""What a fetch is held to: which URLs, how large, how long, in which letters; errors translated.

`core/http.py` fetches; what it may fetch and what it makes of an answer is decided here.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from jobtracker.core.errors import (
    AuthNeeded,
    BadInput,
    BudgetExceeded,
    ContractChanged,
    Forbidden,
    JobTrackerError,
    NotFound,
    RateLimited,
    Unavailable,
)
from jobtracker.core.net import NotPublic

MAX_URL = 4000
CACHE_BYTES = 16_000_000
MAX_RETRY_AFTER = 86_400.0
_SNIFFED = 4096
_NOT_WEB = frozenset({
    0, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
"""Ports where another service listens: https://fetch.spec.whatwg.org/#port-blocking, without those
of services that nobody runs."""
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})


@dataclass(frozen=True)
class Fetched:
    """An answer: the final URL, the status (below 400) and the unpacked body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    charset: str = ""
    """As the header declares it; empty where it does not."""

    @property
    def text(self) -> str:
        """The body as text; what cannot be decoded is replaced."""
        return decoded(self.content, self.charset)

    def json(self, name: str) -> Any:
        """Return the body as JSON.

        Raises:
            ContractChanged: it is not JSON, is cut off or nested too deep; `name` is the vendor.
        """
        import orjson

        try:
            return orjson.loads(self.content.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as exc:
            kind = self.headers.get("content-type", "no type").split(";")[0]
            raise ContractChanged(f"{name}: the answer is not JSON ({kind}, {exc})") from exc


def decoded(content: bytes, declared: str = "") -> str:
    """Return bytes as text by what is most certain: byte order mark, header, document, UTF-8.

    A declaration that the bytes contradict is not believed: pages say `iso-8859-1` over UTF-8 and
    the other way round. Latin-1 is read as Windows-1252, as browsers do
    (https://encoding.spec.whatwg.org/#names-and-labels).
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace").removeprefix("\ufeff")
    said = declared.lower()
    if not said and (found := _DECLARED.search(content[:_SNIFFED])):
        said = found[1].decode("ascii", "replace").lower()
    if said in {"", "utf-8", "utf8", "cp1252", "windows-1252"} | _LATIN:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            # One broken letter, at a cut for example, does not make UTF-8 Latin.
            name = "utf-8" if _mostly_utf8(content) else "cp1252"
            return content.decode(name, "replace")
    try:
        return content.decode(said, "replace")
    except (LookupError, UnicodeError, ValueError):
        return content.decode("utf-8", "replace")


def _mostly_utf8(content: bytes) -> bool:
    """Tell whether more letters beyond ASCII are whole in UTF-8 than are broken."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(1 for letter in text if letter > "\x7f") > 2 * broken


@dataclass
class Kept:
    """An answer of before, with what to ask for it conditionally by."""

    etag: str
    modified: str
    answer: Fetched
    at: float = 0.0
    """When it was written where other processes find it (seconds of the epoch), 0 where nowhere."""


@dataclass
class Cache:
    """Answers that the vendor lets us ask for conditionally, the least recently used dropped."""

    most_bytes: int = CACHE_BYTES
    entries: OrderedDict[str, Kept] = field(default_factory=OrderedDict[str, Kept])
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str) -> Kept | None:
        """Return the kept answer of a URL."""
        with self.lock:
            if key in self.entries:
                self.entries.move_to_end(key)
            return self.entries.get(key)

    def put(self, key: str, answer: Fetched, at: float = 0.0) -> None:
        """Keep an answer that has a validator and may be kept."""
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        unwanted = "no-store" in answer.headers.get("cache-control", "").lower()
        with self.lock:
            old = self.entries.pop(key, None)
            self.size -= len(old.answer.content) if old else 0
            if unwanted or not (etag or modified) or len(answer.content) > self.most_bytes // 4:
                return
            self.entries[key] = Kept(etag, modified, answer, at)
            self.size += len(answer.content)
            while self.size > self.most_bytes:
                _, dropped = self.entries.popitem(last=False)
                self.size -= len(dropped.answer.content)


def checked_url(url: str) -> str:
    """Return the URL, if it is one that may be fetched.

    Raises:
        BadInput: another scheme, no host, login data inside, or a port of no web server.
    """
    text = url.strip()
    if len(text) > MAX_URL or any(ord(c) < 33 for c in text):
        raise BadInput(f"url: {text[:60]!r} is too long or holds spaces; give one plain URL")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        normal = str(httpx.URL(text).copy_with(fragment=None))
    except (ValueError, httpx.InvalidURL) as exc:
        raise BadInput(f"url: {text[:80]!r} is not a URL") from exc
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise BadInput(f"url: {text[:80]!r} is not an http(s) URL")
    if port in _NOT_WEB:
        raise BadInput(f"url: port {port} is not one of a web server")
    if parts.username is not None or parts.password is not None:
        raise BadInput("url: it holds a user name or password; give it without")
    return normal


class Reader:
    """Collects a body, unpacked, within bounds of size and time."""

    def __init__(self, response: httpcore.Response, url: str, limit: int, deadline: float) -> None:
        self._url, self._limit, self._deadline = url, limit, deadline
        self._status = response.status
        self._headers = {
            key.decode("latin-1").lower(): value.decode("latin-1")
            for key, value in response.headers
        }
        packing = self._headers.get("content-encoding", "").strip().lower()
        self._packing, self._raw, self._packed = packing, False, 0
        self._unpack = None
        if packing in {"gzip", "x-gzip", "deflate"}:
            # 32 + 15: zlib finds out by itself whether it is gzip or zlib.
            self._unpack = zlib.decompressobj(32 + 15)
        elif packing not in {"", "identity"}:
            raise Unavailable(f"{url[:200]} answers packed as {packing!r}, which was not asked for")
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take a piece of the body as it came.

        Raises:
            Unavailable: it comes too slowly, or is damaged.
            BudgetExceeded: the body is larger than the limit, unpacked.
        """
        if time.monotonic() > self._deadline:
            raise Unavailable(f"{_site(self._url)} sends too slowly; try again later")
        if self._unpack is None:
            self._body += chunk
        else:
            self._unpacked(chunk)
        if len(self._body) > self._limit:
            raise BudgetExceeded(
                f"the answer of {_site(self._url)} is larger than {self._limit:,} bytes "
                "(setting http.max_bytes)",
                "memory",
            )

    def _unpacked(self, chunk: bytes) -> None:
        """Add what a packed chunk holds; a second gzip member goes on where the first ends."""
        self._packed += len(chunk)
        while chunk and self._unpack is not None:
            if self._unpack.eof:
                if not chunk.startswith(b"\x1f"):
                    return  # padding, which every reader of gzip leaves alone
                self._unpack = zlib.decompressobj(32 + 15)
            left = self._limit + 1 - len(self._body)
            if left <= 0:
                return
            try:
                self._body += self._unpack.decompress(chunk, left)
            except zlib.error as exc:
                if self._packing == "deflate" and not self._body and not self._raw:
                    # Some servers send deflate without its zlib frame (RFC 9110, 8.4.1.2).
                    self._raw, self._unpack = True, zlib.decompressobj(-15)
                    continue
                raise Unavailable(f"{_site(self._url)} sent a damaged answer") from exc
            chunk = self._unpack.unconsumed_tail or self._unpack.unused_data

    def finish(self) -> Fetched:
        """Return the whole answer."""
        if self._unpack is not None and self._packed and not self._unpack.eof:
            raise Unavailable(f"{_site(self._url)} broke off its answer; try again later")
        kind = self._headers.get("content-type", "")
        charset = kind.lower().partition("charset=")[2].split(";")[0].strip("\"' ")
        return Fetched(self._url, self._status, self._headers, bytes(self._body), charset)


def _site(url: str) -> str:
    return urlsplit(url).hostname or url[:80]


def translated(exc: BaseException, url: str) -> JobTrackerError:
    """Return the error of ours that a transport's error stands for."""
    if isinstance(exc, NotPublic):
        return BadInput(
            f"url: {exc.host} is not a public address; set JOBTRACKER_HTTP__ALLOW_PRIVATE=true "
            "only if you mean to reach your own network"
        )
    site = _site(url)
    if isinstance(exc, httpcore.TimeoutException):
        return Unavailable(f"{site} did not answer in time; try again later")
    if isinstance(exc, httpcore.ProtocolError):
        return Unavailable(f"{site} broke off its answer; try again later")
    reason = str(exc).splitlines()[0][:120] if str(exc) else type(exc).__name__
    return Unavailable(f"{site} cannot be reached ({reason}); check the address and the network")


def retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header (a number or a date), at most a day."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER) if seconds == seconds else None


def refused(answer: Fetched) -> JobTrackerError:
    """Return the error that a status of 400 and more stands for."""
    site, status = _site(answer.url), answer.status
    wait = retry_after(answer.headers.get("retry-after"))
    if status in {401, 407}:
        return AuthNeeded(f"{site} wants a login or key ({status}); check it in the settings")
    if status == 403:
        return Forbidden(f"{site} refuses the request (403)")
    if status in {404, 410}:
        return NotFound(f"{answer.url[:200]} does not exist ({status})")
    if status == 429:
        return RateLimited(f"{site} asks to slow down (429)", wait)
    if status >= 500 or status in {408, 425}:
        return Unavailable(f"{site} has trouble of its own ({status}); try again later", wait)
    return BadInput(f"{site} does not accept the request ({status})")
