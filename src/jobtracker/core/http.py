"""Fetching from the network: http(s) only, public addresses only, bounded in size and time.

A host name is resolved here and the connection goes to the address that was checked, so a name that
changes its mind between check and connection (DNS re-binding) reaches nothing private. Redirects
are followed one by one through the same check. Proxies of the environment are not used.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from jobtracker.core.errors import Unavailable
from jobtracker.core.http_bounds import (
    Cache,
    Fetched,
    Kept,
    Reader,
    checked_url,
    refused,
    retry_after,
    translated,
)
from jobtracker.core.http_kept import KeptBelow
from jobtracker.core.net import CheckedBackend, until
from jobtracker.core.settings import HttpSettings

__all__ = ["Fetched", "Http", "checked_url", "retry_after"]

MAX_REDIRECTS = 5
_AGENT = "JobTrackerPro/0.1 (self-hosted job search of one person)"
_CONNECT_TIMEOUT = 6.0
_CREDENTIALS = frozenset({"authorization", "authorization-key", "cookie"})
_TRANSPORT = (
    httpcore.ConnectError, httpcore.TimeoutException, httpcore.NetworkError,
    httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError, OSError,
)  # fmt: skip


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

    def __init__(self, settings: HttpSettings, below: KeptBelow | None = None) -> None:
        """`below` keeps answers beyond this process."""
        self._settings = settings
        self._cache = Cache()
        self._below = below
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
                return self._settle(call, answer, kept)
            call = moved
        raise Unavailable(f"{url[:200]} redirects more than {MAX_REDIRECTS} times")

    def _once(self, call: _Call, deadline: float) -> Fetched:
        left = max(0.05, deadline - time.monotonic())
        limits = {"connect": min(left, _CONNECT_TIMEOUT), "read": left, "write": left, "pool": left}
        raw = [(k.encode("latin-1", "ignore"), v.encode("utf-8")) for k, v in call.headers.items()]
        try:
            with (
                until(deadline),
                self._pool().stream(
                    call.method,
                    call.url,
                    headers=raw,
                    content=call.content,
                    extensions={"timeout": limits},
                ) as response,
            ):
                reader = Reader(response, call.url, self._settings.max_bytes, deadline)
                for chunk in response.iter_stream():
                    reader.feed(chunk)
        except _TRANSPORT as exc:
            raise translated(exc, call.url) from exc
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
    ) -> tuple[_Call, Kept | None]:
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
        kept = self._kept(full) if _is_for_all(method, sent) else None
        if kept is not None and kept.etag:
            sent["If-None-Match"] = kept.etag
        if kept is not None and kept.modified:
            sent["If-Modified-Since"] = kept.modified
        return _Call(method, full, sent, content), kept

    def _kept(self, url: str) -> Kept | None:
        kept = self._cache.get(url)
        if kept is None and self._below is not None and (kept := self._below.get(url)):
            self._cache.put(url, kept.answer, kept.at)
        return kept

    def _moved(self, call: _Call, answer: Fetched) -> _Call | None:
        """Return the call that a redirect asks for; credentials stay with their host, encrypted."""
        target = answer.headers.get("location")
        if answer.status not in {301, 302, 303, 307, 308} or not target:
            return None
        url = checked_url(urljoin(call.url, target))
        headers = dict(call.headers)
        headers["Host"] = urlsplit(url).netloc.rpartition("@")[2]
        for name in ("If-None-Match", "If-Modified-Since"):
            headers.pop(name, None)
        old, new = urlsplit(call.url), urlsplit(url)
        if new.netloc != old.netloc or (old.scheme, new.scheme) == ("https", "http"):
            headers = {k: v for k, v in headers.items() if k.lower() not in _CREDENTIALS}
        if call.method == "GET" or answer.status in {301, 302, 303}:
            headers.pop("Content-Length", None)
            return _Call("GET", url, headers, None)
        return _Call(call.method, url, headers, call.content)

    def _settle(self, call: _Call, answer: Fetched, kept: Kept | None) -> Fetched:
        if answer.status == 304 and kept is not None:
            if self._below is not None:
                self._below.renew(call.url, kept)
            return kept.answer
        if answer.status >= 400:
            raise refused(answer)
        if answer.status == 200 and _is_for_all(call.method, call.headers):
            self._cache.put(call.url, answer, time.time())
            if self._below is not None:
                self._below.put(call.url, answer)
        return answer


def _is_for_all(method: str, headers: Mapping[str, str]) -> bool:
    """Answers to a credential belong to its owner, and those to a body are not a URL's."""
    return method == "GET" and not any(name.lower() in _CREDENTIALS for name in headers)
