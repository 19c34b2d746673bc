"""Where a browser's request comes from: our own pages, or a page of another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from jobtracker.core.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def own_origin(connection: HTTPConnection, public_url: str) -> str:
    """Return the origin that browsers know us by: scheme, host and port."""
    if public_url:
        return public_url.rstrip("/")
    return f"{connection.url.scheme}://{connection.headers.get('host', '')}"


def check_origin(connection: HTTPConnection, public_url: str) -> None:
    """Refuse what a page of another site makes the browser send.

    Reading by following a link is allowed; a program that is no browser sends neither header.

    Raises:
        Forbidden: the request was made by a page of another site.
    """
    method = connection.scope.get("method", "GET")
    origin = connection.headers.get("origin")
    site = connection.headers.get("sec-fetch-site")
    followed = method == "GET" and connection.headers.get("sec-fetch-mode") == "navigate"
    foreign = site in ("cross-site", "same-site") and not followed
    if origin is not None and (method not in SAFE_METHODS or foreign):
        foreign = origin != own_origin(connection, public_url)
    if foreign:
        raise Forbidden("this request was made by a page of another site")


def local_path(target: str) -> str:
    """Return where to go after a sign-in: a path of ours, `/` for anything else.

    `//host`, `/\\host`, other schemes, control characters: a browser would leave our site.
    """
    plain = target.strip()
    if not plain.startswith("/") or plain.startswith(("//", "/\\")) or len(plain) > 2000:
        return "/"
    if any(ord(char) < 0x21 or char in "\\\x7f" for char in plain):
        return "/"
    parts = urlsplit(plain)
    return "/" if parts.scheme or parts.netloc else plain
