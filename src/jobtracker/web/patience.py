"""A client that does not finish the head of its request is let go: too slow, or too long.

A byte now and then would else hold a connection for ever (slow-loris), and a head without an end
would fill the memory: httptools knows no limit. The body has limits of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

MAX_HEAD_BYTES = 65_536
"""Of what comes in pieces; one read of the event loop (256 KiB) is taken as it is."""
_END = b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout" + _END
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large" + _END


class _Patience:
    """Laid over one of uvicorn's protocols: a timer runs while a head is awaited."""

    seconds: float
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any

    _waiting: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        cast("Any", super()).connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while the head is incomplete."""
        cast("Any", super()).data_received(data)
        if self._busy():
            self._head = 0
            self._stop_waiting()
            return
        self._head += len(data)
        if self._head > MAX_HEAD_BYTES:
            self._refuse(_TOO_LONG)
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        cast("Any", super()).connection_lost(exc)

    def _busy(self) -> bool:
        """Tell whether a head has come and its answer is not finished."""
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        self._waiting = None
        if self.transport.is_closing() or self._busy():
            return
        self._refuse(_TOO_SLOW if self._head else b"")

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


def patient(seconds: float) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol for HTTP with that much patience for a head."""
    base: Any
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as base
    except ImportError:
        from uvicorn.protocols.http.h11_impl import H11Protocol as base
    return cast("type[asyncio.Protocol]", type("Patient", (_Patience, base), {"seconds": seconds}))
