"""`jobtracker bench soak`: everything at once for minutes; nothing may grow.

Conversations, documents, cache, durable jobs and notices run side by side. Memory (this process and
its children, by /proc), open files, threads and the time of a turn are looked at all along; the
last third is compared with the second, for the first is warming up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from jobtracker.app import open_assistant
from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_chat import MESSAGES
from jobtracker.core.bootstrap import Core

RESUME = b"Anna Muster\nanna@example.com\n\nExperience\nNurse, Inselspital Bern, 2019-2024\n" * 20
_THREADS_KEPT = 20


@dataclass
class Soak:
    """What was seen, as (seconds since the start, value)."""

    began: float = field(default_factory=time.monotonic)
    series: dict[str, list[tuple[float, float]]] = field(
        default_factory=dict[str, list[tuple[float, float]]]
    )
    done: dict[str, int] = field(default_factory=dict[str, int])
    errors: list[str] = field(default_factory=list[str])
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, name: str, value: float) -> None:
        """Add a value."""
        self.series.setdefault(name, []).append((time.monotonic() - self.began, value))

    def thirds(self, name: str) -> tuple[list[float], list[float]]:
        """Return the values of the second and of the last third of the time."""
        seen = self.series.get(name, [])
        end = seen[-1][0] if seen else 0.0
        middle = [value for at, value in seen if end / 3 <= at < 2 * end / 3]
        return middle, [value for at, value in seen if at >= 2 * end / 3]


def run(core: Core, minutes: float) -> list[Row]:
    """Soak for so many minutes and compare."""
    soak = Soak()
    jobs: dict[str, Callable[[Core, int], None]] = {
        "documents": _document,
        "cache": _cache,
        "durable": _durable(core),
    }
    threads = [
        threading.Thread(target=_repeat, args=[soak, core, name, job], daemon=True)
        for name, job in jobs.items()
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_converse(soak, core, minutes * 60))
    finally:
        soak.stop.set()
        for thread in threads:
            thread.join()
    return _rows(soak)


def _rows(soak: Soak) -> list[Row]:
    rows = [row(f"soak.{name}", float(count), "done") for name, count in soak.done.items()]
    for name, unit, most in (
        ("memory", "MB", 1.10),
        ("files", "open", 1.10),
        ("threads", "open", 1.10),
    ):
        middle, last = soak.thirds(name)
        if middle and last:
            rows.append(
                row(f"soak.{name}", median(last), unit, floor=median(middle), most_ratio=most)
            )
    middle, last = soak.thirds("turn")
    if len(middle) > 1 and len(last) > 1:
        before, after = quantiles(middle, n=20)[18], quantiles(last, n=20)[18]
        rows.append(row("soak.turn.p95", after, "ms", floor=before, most_ratio=1.5))
    rows.append(row("soak.errors", float(len(soak.errors)), "", most=0.0))
    return rows


async def _converse(soak: Soak, core: Core, seconds: float) -> None:
    async with open_assistant(core) as assistant:

        async def talk(user: str) -> None:
            number = 0
            while time.monotonic() - soak.began < seconds:
                started = time.perf_counter()
                thread = f"soak-{number // len(MESSAGES) % _THREADS_KEPT}"
                message = MESSAGES[number % len(MESSAGES)]
                await assistant.conversations.turn(user, thread, message)
                soak.note("turn", (time.perf_counter() - started) * 1000)
                soak.done["turns"] = soak.done.get("turns", 0) + 1
                number += 1

        async def look() -> None:
            while time.monotonic() - soak.began < seconds:
                await asyncio.sleep(1)
                soak.note("memory", await asyncio.to_thread(_memory_mb))
                soak.note("files", float(_count("/proc/self/fd")))
                soak.note("threads", float(threading.active_count()))

        await asyncio.gather(look(), *(talk(f"user{number}") for number in range(4)))


def _repeat(soak: Soak, core: Core, name: str, job: Callable[[Core, int], None]) -> None:
    number = 0
    while not soak.stop.is_set():
        try:
            job(core, number)
        except Exception as exc:  # counted; the soak goes on  # noqa: BLE001
            soak.errors.append(f"{name}: {exc}")
        number += 1
        soak.done[name] = number
        soak.stop.wait(0.05)


def _document(core: Core, number: int) -> None:
    from jobtracker.resumes.reading.reader import read

    data = RESUME + str(number).encode()
    core.workers.run("reading cv.txt", read, data, "cv.txt", user="soak", safe=True)


def _cache(core: Core, number: int) -> None:
    key = f"k{number % 500}"
    made = core.cache.get_or_make("soak", "rows", key, lambda: os.urandom(20_000))
    if len(made) != 20_000:
        raise ValueError("another value came back")
    if number % 50 == 49:
        core.cache.drop("soak", "rows")


def _durable(core: Core) -> Callable[[Core, int], None]:
    from jobtracker.cli.bench_engine import Nothing
    from jobtracker.core.durable import JobKind

    kind = JobKind("soak.nothing", Nothing)
    core.durable.handle(kind, lambda job: None)
    core.durable.start()

    def put(core: Core, number: int) -> None:
        if core.durable.backlog() < 20:
            with core.store.begin() as session:
                core.durable.enqueue(session, kind, Nothing(), user="soak")

    return put


def _count(folder: str) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(folder))
    return 0


def _memory_mb() -> float:
    """Return the memory of this process and all below it, in MB: Pss, shared pages shared out."""
    total, waiting = 0, [os.getpid()]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError, ValueError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii")
                waiting.extend(map(int, children.split()))
    return total / 1024
