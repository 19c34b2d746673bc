"""Answers that outlive their process, to be asked for conditionally: on disk, and in Redis.

What a vendor says is unchanged need not be sent again after a restart, nor to another process. The
names are digests and the address is not written down, for it can hold a person's words or key.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson

from jobtracker.core.http_bounds import Fetched, Kept
from jobtracker.core.identity import SHARED_USER

if TYPE_CHECKING:
    from jobtracker.core.cache import Cache

KIND = "http"
RENEWED_AFTER = 1800.0
"""Seconds after which an answer that is still the same is written anew, to be kept for longer."""
MOST_BYTES = 20_000_000
_HEADERS = ("content-type", "etag", "last-modified", "cache-control")


class KeptBelow:
    """Kept answers in the layers of the cache that are not this process's memory. Thread-safe."""

    def __init__(self, cache: Callable[[], Cache]) -> None:
        self._cache = cache

    def get(self, url: str) -> Kept | None:
        """Return the answer that was kept of a URL, None where none was or it cannot be read."""
        packed = self._cache().get(SHARED_USER, KIND, url, memory=False)
        if packed is None:
            return None
        try:
            head, _, body = packed.partition(b"\n")
            told = orjson.loads(head)
            headers = {name: str(told["headers"][name]) for name in told["headers"]}
            content = _unpacked(body, int(told["size"]))
            answer = Fetched(url, 200, headers, content, str(told["charset"]))
            etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
            return Kept(etag, modified, answer, float(told["at"]))
        except (ValueError, KeyError, TypeError, zlib.error):
            return None

    def put(self, url: str, answer: Fetched) -> None:
        """Keep an answer that everybody may be given and that can be asked for conditionally."""
        headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
        said = headers.get("cache-control", "").lower()
        known = headers.get("etag") or headers.get("last-modified")
        if not known or "no-store" in said or "private" in said:
            return
        if len(answer.content) > MOST_BYTES:
            return
        told = {
            "headers": headers, "charset": answer.charset,
            "size": len(answer.content), "at": time.time(),
        }  # fmt: skip
        packed = orjson.dumps(told) + b"\n" + zlib.compress(answer.content, 1)
        self._cache().put(SHARED_USER, KIND, url, packed, memory=False)

    def renew(self, url: str, kept: Kept) -> None:
        """Keep an answer for longer that the vendor says is still the same."""
        if time.time() - kept.at > RENEWED_AFTER:
            kept.at = time.time()
            self.put(url, kept.answer)


def _unpacked(body: bytes, size: int) -> bytes:
    if not 0 <= size <= MOST_BYTES:
        raise ValueError("size")
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(body, size + 1)
    if len(content) != size:
        raise ValueError("size")
    return content
