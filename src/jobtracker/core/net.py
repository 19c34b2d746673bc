"""Connections to checked addresses only; what `core/http.py` builds on.

The address is checked in the same step that connects to it, so no second look-up of the name can
lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import httpcore

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INSIDE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
"""Public by their number, and answered inside a cloud: by Oracle's and Azure's metadata services.

Also https://www.iana.org/assignments/iana-ipv4-special-registry, of which older Pythons know less.
"""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, also inside IPv6 wrappings."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        for wrapped in (ip.ipv4_mapped, ip.sixtofour, ip.teredo[1] if ip.teredo else None):
            if wrapped is not None:
                return is_public(str(wrapped))
    if any(ip in network for network in _INSIDE if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int, allow_private: bool) -> list[str]:
    """Return the addresses of a host, all of them allowed."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise httpcore.ConnectError(f"name {host} does not resolve") from exc
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not allow_private and not all(map(is_public, addresses)):
        raise NotPublic(host)
    return addresses


class NotPublic(httpcore.ConnectError):
    """The host has an address that is not public."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class _Call(threading.local):
    """When the request of this thread must be through, by the monotonic clock."""

    until: float | None = None


_call = _Call()


@contextmanager
def until(deadline: float) -> Generator[None]:
    """Bound every read and write of this thread's request by one deadline (monotonic seconds)."""
    _call.until = deadline
    try:
        yield
    finally:
        _call.until = None


class _Bounded(httpcore.NetworkStream):
    """A stream whose reads and writes end with the request: also one that drips its headers."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    @staticmethod
    def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
        if _call.until is None:
            return timeout
        left = _call.until - time.monotonic()
        if left <= 0:
            raise late("the request took too long")
        return left if timeout is None else min(timeout, left)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked; TLS still names and verifies the host."""

    def __init__(self, allow_private: bool) -> None:
        self._allow = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        failure: Exception | None = None
        for address in resolve(host, port, self._allow):
            try:
                return _Bounded(
                    self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
        raise failure or httpcore.ConnectError(f"{host} has no address")
