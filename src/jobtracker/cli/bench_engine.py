"""Worker processes, cache, durable jobs and MCP calls, each beside its floor."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from pydantic import BaseModel

from jobtracker.cli.bench import Row, row
from jobtracker.core.bootstrap import Core
from jobtracker.core.workers_child import hello


def _times(call: Callable[[], Any], count: int) -> list[float]:
    """Return the milliseconds of each call."""
    taken: list[float] = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def workers(core: Core) -> list[Row]:
    """Measure a task without work, beside bare Pebble, and a conversation's beside a batch."""
    from pebble import ProcessPool

    context: Any = multiprocessing.get_context("forkserver")
    with ProcessPool(max_workers=1, context=context) as bare:
        bare.schedule(hello).result()
        floor = median(_times(lambda: bare.schedule(hello).result(), 200))
    pool = core.workers
    first = _times(lambda: pool.run("nothing", hello), 1)[0]
    taken = _times(lambda: pool.run("nothing", hello), 200)
    started = time.perf_counter()
    # As much as one user may have waiting.
    batch = [
        pool.submit("nothing", hello, user=f"u{number % 8}", priority="batch")
        for number in range(200)
    ]
    waits = _times(lambda: pool.run("nothing", hello, user="ann"), 20)
    for future in batch:
        future.result()
    rate = 220 / (time.perf_counter() - started)
    return [
        row("workers.first_task", first, "ms"),
        row("workers.round_trip.p50", median(taken), "ms", floor=floor, most_ratio=3.0),
        row("workers.conversation_beside_batch.p95", quantiles(waits, n=20)[18], "ms", most=500.0),
        row("workers.tasks_per_second", rate, "1/s"),
    ]


def cache(core: Core) -> list[Row]:
    """Measure a hit in memory beside a dictionary's, and one on the disk beside a plain file's."""
    value = b"x" * 20_000
    plain = {f"k{number}": value for number in range(1000)}
    kept, folder = core.cache, Path(core.home)
    for key, held in plain.items():
        kept.put("bench", "rows", key, held)
    (folder / "plain").write_bytes(value)

    def all_of(get: Callable[[str], Any]) -> float:
        return median(_times(lambda: [get(key) for key in plain], 9)) * 1000 / len(plain)

    memory, floor = all_of(lambda key: kept.get("bench", "rows", key)), all_of(plain.get)
    from jobtracker.core.cache import Key
    from jobtracker.core.cache_disk import DiskLayer

    settings = core.settings.cache
    disk = DiskLayer(folder / "cache", settings.disk_mb * 1_000_000, settings.disk_seconds)
    paths = {key: Key.of("bench", "rows", key).path for key in plain}
    on_disk = all_of(lambda key: disk.get(paths[key]))
    file = all_of(lambda key: (folder / "plain").read_bytes())
    return [
        row("cache.memory_hit", memory, "µs", floor=floor, most=50.0),
        row("cache.disk_hit", on_disk, "µs", floor=file, most=1000.0),
    ]


class Nothing(BaseModel):
    """The payload of a job without work."""


def durable(core: Core) -> list[Row]:
    """Measure jobs without work, from being queued to being done."""
    from jobtracker.core.durable import JobKind

    kind = JobKind("bench.nothing", Nothing)
    core.durable.handle(kind, lambda job: None)
    core.durable.start()

    def batch(count: int) -> float:
        started = time.perf_counter()
        with core.store.begin() as session:
            for _ in range(count):
                core.durable.enqueue(session, kind, Nothing(), user="bench")
        while core.durable.backlog():
            time.sleep(0.01)
        return count / (time.perf_counter() - started)

    batch(5)
    return [row("durable.jobs_per_second", batch(150), "1/s", least=10.0)]


def mcp(core: Core) -> list[Row]:
    """Measure a tool call beside one of a bare server of the SDK, both in memory."""
    return asyncio.run(_mcp(core))


async def _mcp(core: Core) -> list[Row]:
    from mcp.client import Client
    from mcp.server import MCPServer

    from mcp_servers.applications.server import build

    bare = MCPServer("bare")

    @bare.tool()
    def echo(text: str) -> str:  # pyright: ignore[reportUnusedFunction]
        """Return the text."""
        return text

    async def calls(server: Any, tool: str, arguments: dict[str, Any]) -> float:
        taken: list[float] = []
        async with Client(server) as client:
            for _ in range(120):
                started = time.perf_counter()
                await client.call_tool(tool, arguments)
                taken.append((time.perf_counter() - started) * 1000)
        return median(taken[20:])

    floor = await calls(bare, "echo", {"text": "x"})
    ours = await calls(build(core, "memory"), "list_applications", {})
    return [row("mcp.call.p50", ours, "ms", floor=floor, most=30.0)]
