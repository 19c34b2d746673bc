"""What `bench serve` measures with: servers as processes, a client that costs next to nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any, Self

import orjson

from jobtracker.core.errors import Unavailable
from jobtracker.core.settings import child_environment

READY_SECONDS = 180.0
_MIB = 1024 * 1024


class Connection:
    """One HTTP/1.1 connection that is kept open; answers are read whole."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._writer.close()

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, bytes]:
        """Send JSON; return status and body."""
        await self.send(path, body, **headers)
        return await self._answer()

    async def get(self, path: str) -> tuple[int, bytes]:
        """Ask for it; return status and body."""
        head = f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n\r\n"
        self._writer.write(head.encode())
        await self._writer.drain()
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        status, found = await self.head()
        if b"chunked" in found.get(b"transfer-encoding", b""):
            return status, await self._chunks()
        return status, await self._reader.readexactly(int(found.get(b"content-length", b"0")))

    async def send(self, path: str, body: Any, **headers: str) -> None:
        """Send JSON and do not wait for the answer."""
        content = orjson.dumps(body)
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self._writer.write("\r\n".join([*lines, "\r\n"]).encode() + content)
        await self._writer.drain()

    async def head(self) -> tuple[int, dict[bytes, bytes]]:
        """Read the head of an answer."""
        raw = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = raw[:-4].split(b"\r\n")
        pairs = (line.partition(b":") for line in lines)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def until(self, mark: bytes) -> None:
        """Read a streamed answer until it holds the mark."""
        await self._reader.readuntil(mark)

    async def _chunks(self) -> bytes:
        parts: list[bytes] = []
        while size := int((await self._reader.readuntil(b"\r\n")).strip(), 16):
            parts.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readuntil(b"\r\n")
        return b"".join(parts)


class Served:
    """A server as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def connect(self) -> Connection:
        """Return a connection to it."""
        return Connection("127.0.0.1", self.port)

    def memory(self) -> float:
        """Return MiB of it and its children; what they share is counted once (PSS)."""
        return memory_mib(self.process.pid)

    def cpu(self) -> float:
        """Return the seconds of processor time that it and its children have taken."""
        ticks = 0
        for pid in _tree(self.process.pid):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
                ticks += sum(map(int, fields.split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Return MiB of a process and all below it; what they share is counted once (PSS)."""
    total = 0
    for one in _tree(pid):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
            total += sum(map(int, re.findall(r"^Pss:\s+(\d+) kB", rollup, re.M))) * 1024
    return total / _MIB


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += _tree(int(child))
    return found


@contextlib.contextmanager
def serve(command: list[str], **environment: str) -> Generator[Served]:
    """Start a server that says `ready at http://…:PORT` on standard error; stop it in the end.

    Raises:
        Unavailable: it does not start.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        env=child_environment(**environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if "ready at" in line:
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        ready.wait(READY_SECONDS)
        address = re.search(r"ready at http://\S+:(\d+)", "".join(lines))
        if address is None:
            raise Unavailable(f"{command[:3]} did not start: {''.join(lines)[-400:]}")
        yield Served(process, int(address[1]))
    finally:
        process.terminate()
        try:
            process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(READY_SECONDS)
        if process.stderr is not None:
            process.stderr.close()


_BARE = """
import socket, sys, uvicorn
{body}
listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        port = listener.getsockname()[1]
        print(f"ready at http://127.0.0.1:{{port}}", file=sys.stderr, flush=True)
config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
Server(config).run(sockets=[listener])
"""
STARLETTE = _BARE.format(
    body="""
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
REPLY = {"reply": "x" * 2000}
async def chat(request):
    await request.json()
    return JSONResponse(REPLY)
app = Starlette(routes=[Route("/v1/chat", chat, methods=["POST"])])
"""
)
SDK = _BARE.format(
    body="""
from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel
class Item(BaseModel):
    search_id: str
    name: str
class Found(BaseModel):
    searches: list[Item]
server = MCPServer("bare", version="1", subscriptions=False, log_level="ERROR")
@server.tool()
def list_saved_searches() -> Found:
    "List them."
    return Found(searches=[])
app = server.streamable_http_app(stateless_http=True)
"""
)
