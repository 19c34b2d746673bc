"""`jobtracker bench soak`: everything at once for minutes; nothing may grow.

A served assistant is talked to over HTTP: conversations, streams, searches, documents and calls
over MCP, calendars, exports. Beside it this process uses cache, durable jobs, vectors and notices.
Memory (of all processes, by /proc), open files, connections, threads and times are looked at all
along; the last third is compared with the second, for the first is warming up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from jobtracker.app import new_loop
from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_http import Served, memory_mib, serve
from jobtracker.cli.bench_soak_kinds import HERE, OVER_HTTP, open_durable
from jobtracker.core.bootstrap import Core

TALKERS = 4
PAUSE_SECONDS = 0.05
GROWTH = 1.10
SLOWER = 1.5


@dataclass
class Soak:
    """What was seen, as (seconds since the start, value)."""

    began: float = field(default_factory=time.monotonic)
    series: dict[str, list[tuple[float, float]]] = field(
        default_factory=dict[str, list[tuple[float, float]]]
    )
    done: Counter[str] = field(default_factory=Counter[str])
    errors: list[str] = field(default_factory=list[str])
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, name: str, value: float) -> None:
        """Add a value."""
        self.series.setdefault(name, []).append((time.monotonic() - self.began, value))

    def over(self, name: str, began: float) -> None:
        """Count one of a kind, and note how long it took."""
        self.done[name] += 1
        self.note(name, (time.perf_counter() - began) * 1000)

    def thirds(self, name: str) -> tuple[list[float], list[float]]:
        """Return the values of the second and of the last third of the time."""
        seen = self.series.get(name, [])
        end = seen[-1][0] if seen else 0.0
        middle = [value for at, value in seen if end / 3 <= at < 2 * end / 3]
        return middle, [value for at, value in seen if at >= 2 * end / 3]


def run(core: Core, minutes: float) -> list[Row]:
    """Soak for so many minutes and compare."""
    open_durable(core)
    command = ["-m", "jobtracker", "serve", "--port", "0"]
    with serve(command, JOBTRACKER_HOME=str(core.home / "served")) as served:
        soak = Soak()
        threads = [
            threading.Thread(target=_repeat, args=[soak, core, name], daemon=True) for name in HERE
        ]
        for thread in threads:
            thread.start()
        try:
            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(_talk_to(served, soak, minutes * 60))
        finally:
            soak.stop.set()
            for thread in threads:
                thread.join()
    return compared(soak)


def compared(soak: Soak) -> list[Row]:
    """Return what was done, and the last third beside the second."""
    rows = [row(f"soak.{name}", float(soak.done[name]), "done") for name in (*OVER_HTTP, *HERE)]
    for name, unit in (
        ("memory", "MiB"),
        ("files", "open"),
        ("connections", "open"),
        ("threads", "open"),
    ):
        middle, last = soak.thirds(name)
        if middle and last:
            now, before = median(last), median(middle)
            rows.append(row(f"soak.{name}", now, unit, floor=before, most_ratio=GROWTH))
    for name in OVER_HTTP:
        middle, last = soak.thirds(name)
        if len(middle) > 20 and len(last) > 20:
            before, after = quantiles(middle, n=20)[18], quantiles(last, n=20)[18]
            rows.append(row(f"soak.{name}.p95", after, "ms", floor=before, most_ratio=SLOWER))
    rows.append(row("soak.errors", float(len(soak.errors)), "", most=0.0))
    return rows


async def _talk_to(served: Served, soak: Soak, seconds: float) -> None:
    end = soak.began + seconds

    async def talk(name: str, client: int) -> None:
        act: Callable[..., Awaitable[None]] = OVER_HTTP[name]
        number = 0
        async with served.connect() as connection:
            while time.monotonic() < end:
                began = time.perf_counter()
                try:
                    await act(connection, f"user{client}", number)
                except Exception as exc:  # counted; the soak goes on  # noqa: BLE001
                    soak.errors.append(f"{name}: {exc}")
                    return
                soak.over(name, began)
                number += 1
                await asyncio.sleep(0 if name == "turns" else PAUSE_SECONDS)

    async def look() -> None:
        while time.monotonic() < end:
            await asyncio.sleep(1)
            for name, value in (await asyncio.to_thread(_looked_at, served.process.pid)).items():
                soak.note(name, value)

    many = [("turns", client) for client in range(TALKERS)]
    rest = [(name, 0) for name in OVER_HTTP if name != "turns"]
    await asyncio.gather(look(), *(talk(name, client) for name, client in (*many, *rest)))


def _repeat(soak: Soak, core: Core, name: str) -> None:
    number = 0
    while not soak.stop.is_set():
        began = time.perf_counter()
        try:
            HERE[name](core, number)
        except Exception as exc:  # counted; the soak goes on  # noqa: BLE001
            soak.errors.append(f"{name}: {exc}")
        soak.over(name, began)
        number += 1
        soak.stop.wait(PAUSE_SECONDS)


def _looked_at(served: int) -> dict[str, float]:
    """Return what may not grow, of this process and of the one that serves."""
    both = (os.getpid(), served)
    opened = [name for pid in both for name in _opened(pid)]
    return {
        "memory": memory_mib(os.getpid()),  # all processes are below this one
        "files": float(len(opened)),
        "connections": float(sum(name.startswith("socket:") for name in opened)),
        "threads": float(sum(_count(f"/proc/{pid}/task") for pid in both)),
    }


def _opened(pid: int) -> list[str]:
    """Return what the open files of a process are."""
    found: list[str] = []
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.append(os.readlink(link))
    return found


def _count(folder: str) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(folder))
    return 0
