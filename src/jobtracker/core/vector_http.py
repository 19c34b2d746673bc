"""Kept-alive connections to a Chroma server.

Chroma's own client costs 1.6 s to import and HTTPX 0.3 s, the standard library 0.03 s; a query on
loopback takes 2.4 ms with this, 2.6 with urllib3, 3.3 with HTTPX.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import orjson

from jobtracker.core.errors import Unavailable

_KEPT = 8


class Unreachable(Exception):
    """No answer: the request may be sent again, for every one of ours is idempotent."""


@dataclass(frozen=True)
class Address:
    """A server, and the headers that it wants."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def name(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """Status and parsed body."""

    status: int
    body: Any

    @property
    def message(self) -> str:
        """What the server says of an error."""
        body: object = self.body
        return (
            str(cast("dict[str, Any]", body).get("message", "")) if isinstance(body, dict) else ""
        )


class Connections:
    """A few connections, shared by the threads of a process."""

    def __init__(self, address: Address, timeout: float = 30.0) -> None:
        self.address = address
        self._timeout = timeout
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        self._closed = False

    def request(self, method: str, path: str, body: Any = None) -> Answer:
        """Send and return the answer, whatever its status.

        Raises:
            Unreachable: nobody answers there.
        """
        content = None if body is None else orjson.dumps(body)
        connection = self._take()
        reused = connection is not None
        try:
            return self._send(connection or self._new(), method, path, content)
        except Unreachable:
            if not reused:
                raise
        # A kept connection may have been closed by a server that has started anew.
        return self._send(self._new(), method, path, content)

    def _send(
        self, connection: http.client.HTTPConnection, method: str, path: str, content: bytes | None
    ) -> Answer:
        headers = {"content-type": "application/json", **self.address.headers}
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as exc:
            connection.close()
            raise Unreachable(str(exc) or type(exc).__name__) from exc
        if response.will_close:
            connection.close()
        else:
            self._give_back(connection)
        try:
            return Answer(response.status, orjson.loads(raw) if raw else None)
        except orjson.JSONDecodeError as exc:
            raise Unavailable(
                f"{self.address.name} does not answer as Chroma does; "
                "check the setting vectors.url (JOBTRACKER_VECTORS__URL)"
            ) from exc

    def _new(self) -> http.client.HTTPConnection:
        host, port = self.address.host, self.address.port
        if self.address.scheme == "https":
            return http.client.HTTPSConnection(
                host, port, timeout=self._timeout, context=ssl.create_default_context()
            )
        connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as exc:
            connection.close()
            raise Unreachable(str(exc)) from exc
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _take(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < _KEPT and not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the idle connections, and each that is at work once it is done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
