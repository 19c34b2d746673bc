"""The served assistant under load, beside bare Starlette and a bare SDK server on the same machine.

The load comes from this process, which shares the cores with the server: figures are what is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import AsyncGenerator
from statistics import median, quantiles
from typing import Any

from jobtracker.app import new_loop
from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_chat import MESSAGES
from jobtracker.cli.bench_http import SDK, STARLETTE, Connection, Served, serve
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import Unavailable

CLIENTS = 16
TURNS = 800
RATE = 50.0
PACED_SECONDS = 12.0
STREAMS = 1000
AT_ONCE = 40
CALLS = 300
ACCEPT = "application/json, text/event-stream"
_CALL: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "list_saved_searches",
        "arguments": {},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    },
}


def run(core: Core) -> list[Row]:
    """Measure rest, throughput, latency, open streams and a tool call over HTTP."""
    many_files()
    home = str(core.home)
    processes = str(min(os.cpu_count() or 1, 2))
    with asyncio.Runner(loop_factory=new_loop) as runner:
        with serve(["-m", "jobtracker", "serve", "--port", "0"], JOBTRACKER_HOME=home) as one:
            runner.run(_warm(one))
            rest = one.memory()
            rows = [row("serve.rest_memory", rest, "MiB", most=300.0)]
            with serve(["-c", SDK]) as bare:
                rows += runner.run(tool_calls(one, bare))
        many = ["-m", "jobtracker", "serve", "--port", "0", "--processes", processes]
        with serve(many, JOBTRACKER_HOME=home) as ours, serve(["-c", STARLETTE]) as bare:
            rows += runner.run(_turns(ours, bare))
        rows += runner.run(_streams(home))
    return rows


def many_files() -> None:
    """Let this process have as many files open as the system allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _warm(served: Served) -> None:
    async with served.connect() as connection:
        for message in MESSAGES:
            await say(connection, message, "warm")


async def say(connection: Connection, message: str, thread: str) -> None:
    """Say it and read the answer.

    Raises:
        Unavailable: there is none.
    """
    body = {"message": message, "thread_id": thread}
    status, answer = await connection.post("/v1/chat", body)
    if status != 200:
        raise Unavailable(f"the server answered {status}: {answer[:200].decode()}")


async def tool_calls(ours: Served, bare: Served) -> list[Row]:
    """Time the same call on both in turn, so that a slow moment of the machine meets both."""
    taken: tuple[list[float], list[float]] = ([], [])
    headers = {
        "Accept": ACCEPT,
        "MCP_Protocol_Version": "2026-07-28",
        "Mcp_Method": "tools/call",
        "Mcp_Name": "list_saved_searches",
    }
    async with ours.connect() as one, bare.connect() as other:
        for number in range(CALLS + 20):
            for place, (connection, path) in enumerate(((one, "/mcp/job_search"), (other, "/mcp"))):
                started = time.perf_counter()
                status, answer = await connection.post(path, _CALL, **headers)
                if status != 200 or b'"searches"' not in answer:
                    raise Unavailable(f"{path} answered {status}: {answer[:200].decode()}")
                if number >= 20:
                    taken[place].append((time.perf_counter() - started) * 1000)
    mine, floor = median(taken[0]), median(taken[1])
    return [row("serve.mcp_tool_call", mine, "ms", floor=floor, most_ratio=1.5)]


async def _turns(ours: Served, bare: Served) -> list[Row]:
    """Measure turns as fast as they go, then at a fixed rate; bare Starlette as the floor."""
    await throughput(ours, CLIENTS * 2)  # the first turn of each thread
    floor = await throughput(bare, TURNS)
    before = ours.cpu()
    rate = await throughput(ours, TURNS)
    cpu = (ours.cpu() - before) / TURNS * 1000
    floors = quantiles(await paced(bare), n=100)
    cuts = quantiles(await paced(ours), n=100)
    return [
        row("serve.turns_per_second", rate, "1/s", floor=floor, least=100.0),
        # What neighbours on the machine do not change: 20 ms are 100 turns/s on two cores.
        row("serve.turn.cpu", cpu, "ms", most=20.0),
        row("serve.turn.p50_at_50_per_s", cuts[49], "ms", floor=floors[49], most=30.0),
        row("serve.turn.p95_at_50_per_s", cuts[94], "ms", floor=floors[94], most=100.0),
        row("serve.turn.p99_at_50_per_s", cuts[98], "ms", floor=floors[98], most=200.0),
    ]


@contextlib.asynccontextmanager
async def _clients(served: Served) -> AsyncGenerator[list[Connection]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(served.connect()) for _ in range(CLIENTS)]


async def throughput(served: Served, turns: int) -> float:
    """Return turns a second, each client sending its next message when it has its answer."""
    share = turns // CLIENTS

    async def talk(number: int, connection: Connection) -> None:
        for turn in range(share):
            await say(connection, MESSAGES[turn % len(MESSAGES)], f"c{number}")

    async with _clients(served) as connections:
        started = time.perf_counter()
        await asyncio.gather(*(talk(number, one) for number, one in enumerate(connections)))
        return share * CLIENTS / (time.perf_counter() - started)


async def paced(served: Served, rate: float = RATE) -> list[float]:
    """Return the milliseconds of each turn at that rate, from when it was due: waiting counts."""
    taken: list[float] = []
    async with _clients(served) as connections:
        free: asyncio.Queue[tuple[int, Connection]] = asyncio.Queue()
        for pair in enumerate(connections):
            free.put_nowait(pair)
        started = time.perf_counter()

        async def one(turn: int) -> None:
            due = started + turn / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            number, connection = await free.get()
            try:
                await say(connection, MESSAGES[turn % len(MESSAGES)], f"p{number}")
            finally:
                free.put_nowait((number, connection))
            taken.append((time.perf_counter() - due) * 1000)

        await asyncio.gather(*(one(turn) for turn in range(int(rate * PACED_SECONDS))))
    return taken


async def _streams(home: str) -> list[Row]:
    """Hold streams of turns open whose model does not finish, and look at the memory."""
    async with _slow_model() as (url, release):
        environment = {
            "JOBTRACKER_HOME": home,
            "JOBTRACKER_LLM__BASE_URL": url,
            "JOBTRACKER_LLM__MODEL": "slow",
            "JOBTRACKER_LLM__STALL_SECONDS": "600",
            "JOBTRACKER_LLM__TIMEOUT_SECONDS": "600",
        }
        command = ["-m", "jobtracker", "serve", "--port", "0"]
        gate = asyncio.Semaphore(AT_ONCE)
        with serve(command, **environment) as served:
            async with contextlib.AsyncExitStack() as stack:

                async def open_stream(number: int) -> Connection:
                    body = {"message": "tell me a story", "thread_id": f"s{number}"}
                    async with gate:
                        one = await stack.enter_async_context(served.connect())
                        await one.send("/v1/chat", body, Accept="text/event-stream")
                        await one.head()
                        await one.until(b"event: token")
                        return one

                connections = await asyncio.gather(*(open_stream(n) for n in range(STREAMS)))
                memory = served.memory()
                release.set()
                await asyncio.gather(*(one.until(b"event: done") for one in connections))
        return [row(f"serve.memory_with_{STREAMS}_streams", memory, "MiB", most=600.0)]


@contextlib.asynccontextmanager
async def _slow_model() -> AsyncGenerator[tuple[str, asyncio.Event]]:
    """Serve a model that says one word and goes on when it is released."""
    release = asyncio.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            raw = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(raw.partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            writer.write(head + _chunk('{"role":"assistant","content":"Once "}', "null"))
            await writer.drain()
            await release.wait()
            writer.write(_chunk('{"content":"upon a time."}', "null"))
            writer.write(_chunk("{}", '"stop"') + b"data: [DONE]\n\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=2048)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1", release
    finally:
        release.set()
        server.close()


def _chunk(delta: str, finish: str) -> bytes:
    return (
        'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"slow","choices":'
        f'[{{"index":0,"delta":{delta},"finish_reason":{finish}}}]}}\n\n'
    ).encode()
