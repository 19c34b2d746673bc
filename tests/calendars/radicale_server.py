"""A real Radicale on loopback, in a thread of the test process."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Running:
    """The server's address, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[str] = []


@contextmanager
def radicale(folder: Path, user: str = "me", password: str = "right") -> Iterator[Running]:
    from radicale import Application, config

    (folder / "users").write_text(f"{user}:{password}\n")
    settings = config.load()
    settings.update(
        {
            "storage": {"filesystem_folder": str(folder / "data")},
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / "users"),
                "htpasswd_encryption": "plain",
                "delay": 0,
            },
            "rights": {"type": "owner_only"},
            "logging": {"level": "critical"},
        },
        "test",
        privileged=True,
    )
    application = Application(settings)
    running = Running("")

    def counted(environ: Any, start_response: Any) -> Any:
        running.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return application(environ, start_response)

    server = make_server("127.0.0.1", 0, counted, server_class=_Server, handler_class=_Quiet)
    running.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        _make_calendar(running.url, user, password)
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


def _make_calendar(url: str, user: str, password: str) -> None:
    import httpx

    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    body = (
        '<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" '
        'xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
        "<D:displayname>Private</D:displayname></D:prop></D:set></C:mkcalendar>"
    )
    answer = httpx.request(
        "MKCALENDAR",
        f"{url}{user}/private/",
        content=body,
        headers={"Authorization": f"Basic {login}"},
    )
    assert answer.status_code == 201, answer.text
