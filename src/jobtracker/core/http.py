"""Fetching from the network: http(s) only, public addresses only, bounded in size and time.

A host name is resolved here and the connection goes to the address that was checked, so a name that
changes its mind between check and connection (DNS re-binding) reaches nothing private. Redirects
are followed one by one through the same check. Proxies of the environment are not used.
"""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

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
from jobtracker.core.net import CheckedBackend, NotPublic
from jobtracker.core.settings import HttpSettings

MAX_REDIRECTS = 5
MAX_URL = 4000
CACHE_BYTES = 16_000_000
MAX_RETRY_AFTER = 86_400.0
_AGENT = "JobTrackerPro/0.1 (self-hosted job search of one person)"
_CONNECT_TIMEOUT = 6.0
_CREDENTIALS = frozenset({"authorization", "authorization-key", "cookie"})


@dataclass(frozen=True)
class Fetched:
    """An answer: the final URL, the status (below 400) and the decoded body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    charset: str = "utf-8"

    @property
    def text(self) -> str:
        """The body as text; what cannot be decoded is replaced."""
        try:
            return self.content.decode(self.charset, "replace").removeprefix("\ufeff")
        except LookupError:
            return self.content.decode("utf-8", "replace")

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


@dataclass
class _Kept:
    etag: str
    modified: str
    answer: Fetched


@dataclass
class _Cache:
    """Answers that the vendor lets us ask for conditionally, the least recently used dropped."""

    entries: OrderedDict[str, _Kept] = field(default_factory=OrderedDict[str, _Kept])
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str) -> _Kept | None:
        with self.lock:
            return self.entries.get(key)

    def put(self, key: str, answer: Fetched) -> None:
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        if not (etag or modified) or len(answer.content) > CACHE_BYTES // 4:
            return
        with self.lock:
            old = self.entries.pop(key, None)
            self.size -= len(old.answer.content) if old else 0
            self.entries[key] = _Kept(etag, modified, answer)
            self.size += len(answer.content)
            while self.size > CACHE_BYTES:
                _, dropped = self.entries.popitem(last=False)
                self.size -= len(dropped.answer.content)


@dataclass(frozen=True)
class _Call:
    method: str
    url: str
    headers: dict[str, str]
    content: bytes | None


class Http:
    """Fetches over one pool of connections; safe to use from several threads.

    `get` and `post` block; `aget` and `apost` do the same in a thread, for many at once.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._cache = _Cache()
        self._lock = threading.Lock()
        self._opened: httpcore.ConnectionPool | None = None

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Fetched:
        """Fetch a URL. `follow=False` returns a redirect as it is.

        Raises:
            BadInput: not an http(s) URL, or one that leads to a private address.
            AuthNeeded, Forbidden, NotFound, RateLimited, Unavailable: by the status or the network.
            BudgetExceeded: the answer is larger than the settings allow.
        """
        return self._ask("GET", url, params, headers, None, follow)

    def post(
        self,
        url: str,
        *,
        json: Any,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send JSON for an answer; raises as `get` does."""
        import orjson

        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", url, params, sent, orjson.dumps(json), True)

    def post_form(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Send a form for an answer, following no redirect; raises as `get` does."""
        from urllib.parse import urlencode

        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", url, None, sent, urlencode(fields).encode(), False)

    async def aget(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Fetched:
        """Fetch without blocking the event loop; a cancelled call is left behind."""
        from anyio.to_thread import run_sync

        call = partial(self.get, url, params=params, headers=headers, follow=follow)
        return await run_sync(call, abandon_on_cancel=True)

    async def apost(
        self,
        url: str,
        *,
        json: Any,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send JSON without blocking the event loop; a cancelled call is left behind."""
        from anyio.to_thread import run_sync

        call = partial(self.post, url, json=json, params=params, headers=headers)
        return await run_sync(call, abandon_on_cancel=True)

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
        follow: bool,
    ) -> Fetched:
        call, kept = self._prepare(method, url, params, headers, content)
        deadline = time.monotonic() + self._settings.timeout_seconds
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._once(call, deadline)
            moved = self._moved(call, answer) if follow else None
            if moved is None:
                return self._settle(call.url, answer, kept)
            call = moved
        raise Unavailable(f"{url[:200]} redirects more than {MAX_REDIRECTS} times")

    def _once(self, call: _Call, deadline: float) -> Fetched:
        left = max(0.05, deadline - time.monotonic())
        limits = {"connect": min(left, _CONNECT_TIMEOUT), "read": left, "write": left, "pool": left}
        raw = [(k.encode("latin-1", "ignore"), v.encode("utf-8")) for k, v in call.headers.items()]
        try:
            with self._pool().stream(
                call.method,
                call.url,
                headers=raw,
                content=call.content,
                extensions={"timeout": limits},
            ) as response:
                reader = _Reader(response, call.url, self._settings.max_bytes, deadline)
                for chunk in response.iter_stream():
                    reader.feed(chunk)
        except _TRANSPORT as exc:
            raise _translated(exc, call.url) from exc
        return reader.finish()

    def _pool(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._opened is None:
                self._opened = httpcore.ConnectionPool(
                    ssl_context=httpx.create_ssl_context(trust_env=False),
                    max_connections=100,
                    max_keepalive_connections=10,
                    keepalive_expiry=20,
                    network_backend=CheckedBackend(self._settings.allow_private),
                )
            return self._opened

    def _prepare(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
    ) -> tuple[_Call, _Kept | None]:
        full = checked_url(url)
        if params:
            full = str(httpx.URL(full).copy_merge_params(dict(params)))
        sent = {
            "Host": urlsplit(full).netloc.rpartition("@")[2],
            "User-Agent": _AGENT,
            "Accept": "application/json, text/html;q=0.9, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            **(headers or {}),
        }
        if content is not None:
            sent["Content-Length"] = str(len(content))
        # Answers to a credential belong to its owner and are not kept for others.
        private = any(name.lower() in _CREDENTIALS for name in sent)
        kept = None if private or method != "GET" else self._cache.get(full)
        if kept is not None and kept.etag:
            sent["If-None-Match"] = kept.etag
        if kept is not None and kept.modified:
            sent["If-Modified-Since"] = kept.modified
        return _Call(method, full, sent, content), kept

    def _moved(self, call: _Call, answer: Fetched) -> _Call | None:
        """Return the call that a redirect asks for; credentials stay with their host."""
        target = answer.headers.get("location")
        if answer.status not in {301, 302, 303, 307, 308} or not target:
            return None
        url = checked_url(urljoin(call.url, target))
        headers = dict(call.headers)
        headers["Host"] = urlsplit(url).netloc.rpartition("@")[2]
        for name in ("If-None-Match", "If-Modified-Since"):
            headers.pop(name, None)
        if urlsplit(url).netloc != urlsplit(call.url).netloc:
            headers = {k: v for k, v in headers.items() if k.lower() not in _CREDENTIALS}
        if call.method == "GET" or answer.status in {301, 302, 303}:
            headers.pop("Content-Length", None)
            return _Call("GET", url, headers, None)
        return _Call(call.method, url, headers, call.content)

    def _settle(self, url: str, answer: Fetched, kept: _Kept | None) -> Fetched:
        if answer.status == 304 and kept is not None:
            return kept.answer
        if answer.status >= 400:
            raise _refused(answer)
        if answer.status == 200:
            self._cache.put(url, answer)
        return answer


_TRANSPORT = (
    httpcore.ConnectError, httpcore.TimeoutException, httpcore.NetworkError,
    httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError, OSError,
)  # fmt: skip


def checked_url(url: str) -> str:
    """Return the URL, if it is one that may be fetched.

    Raises:
        BadInput: another scheme, no host, or login data inside.
    """
    text = url.strip()
    if len(text) > MAX_URL or any(ord(c) < 33 for c in text):
        raise BadInput(f"url: {text[:60]!r} is too long or holds spaces; give one plain URL")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        normal = str(httpx.URL(text).copy_with(fragment=None))
    except (ValueError, httpx.InvalidURL) as exc:
        raise BadInput(f"url: {text[:80]!r} is not a URL") from exc
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise BadInput(f"url: {text[:80]!r} is not an http(s) URL")
    if parts.username is not None or parts.password is not None:
        raise BadInput("url: it holds a user name or password; give it without")
    return normal


class _Reader:
    """Collects a body, unpacked, within bounds of size and time."""

    def __init__(self, response: httpcore.Response, url: str, limit: int, deadline: float) -> None:
        self._url, self._limit, self._deadline = url, limit, deadline
        self._status = response.status
        self._headers = {
            key.decode("latin-1").lower(): value.decode("latin-1")
            for key, value in response.headers
        }
        packing = self._headers.get("content-encoding", "").strip().lower()
        self._unpack = None
        if packing in {"gzip", "x-gzip", "deflate"}:
            # 32 + 15: zlib finds out by itself whether it is gzip or zlib.
            self._unpack = zlib.decompressobj(32 + 15)
        elif packing not in {"", "identity"}:
            raise Unavailable(f"{url[:200]} answers packed as {packing!r}, which was not asked for")
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        if time.monotonic() > self._deadline:
            raise Unavailable(f"{_site(self._url)} sends too slowly; try again later")
        if self._unpack is None:
            self._body += chunk
        else:
            try:
                self._body += self._unpack.decompress(chunk, self._limit + 1 - len(self._body))
            except zlib.error as exc:
                raise Unavailable(f"{_site(self._url)} sent a damaged answer") from exc
        if len(self._body) > self._limit or (self._unpack and self._unpack.unconsumed_tail):
            raise BudgetExceeded(
                f"the answer of {_site(self._url)} is larger than {self._limit:,} bytes "
                "(setting http.max_bytes)",
                "memory",
            )

    def finish(self) -> Fetched:
        if self._unpack is not None and self._body and not self._unpack.eof:
            raise Unavailable(f"{_site(self._url)} broke off its answer; try again later")
        kind = self._headers.get("content-type", "")
        charset = kind.partition("charset=")[2].split(";")[0].strip("\"' ") or "utf-8"
        return Fetched(self._url, self._status, self._headers, bytes(self._body), charset)


def _site(url: str) -> str:
    return urlsplit(url).hostname or url[:80]


def _translated(exc: BaseException, url: str) -> JobTrackerError:
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


def _refused(answer: Fetched) -> JobTrackerError:
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
