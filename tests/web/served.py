"""A server on a loopback port in a thread of its own, and how its streams are read."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import uvicorn


@contextlib.contextmanager
def served(app: Any, **more: Any) -> Iterator[str]:
    """Serve the application; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", **more)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # Connections wait in the listener's queue until the server takes them.
        httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=100).raise_for_status()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
    assert not thread.is_alive()


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, str, Any]]:
    """Yield (event, id, data) of a stream of server-sent events."""
    kind, number, data = "message", "", []
    async for line in response.aiter_lines():
        if not line:
            if data:
                yield kind, number, json.loads("\n".join(data))
            kind, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            kind = value
        elif field == "id":
            number = value
        elif field == "data":
            data.append(value)
