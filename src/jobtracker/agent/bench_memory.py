"""How fast memories are kept and recalled, with many people and with one who has many."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from jobtracker.agent.memory import Memory
from jobtracker.agent.memory_tables import MemoryRow, MemoryUserRow
from jobtracker.core.bench_vectors import Row, percentile, row, timed
from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import Settings

_WORK = ("nurse", "cook", "driver", "welder", "teacher", "python developer", "baker", "lawyer")
_PLACES = ("Bern", "Basel", "Zürich", "Genève", "Lugano", "Chur", "Sion", "Zug", "Aarau")
_DONE = ("searched for", "applied to a job as", "declined a job as", "had an interview as")


def run(settings: Settings, size: int = 100_000) -> list[Row]:
    """Return rows for `size` memories of a hundredth as many people, and one with a tenth of it.

    Uses a home of its own; 100,000 take about two minutes.
    """
    with tempfile.TemporaryDirectory(prefix="jobtracker-bench-") as home:
        local = {"store": settings.store.model_copy(update={"url": ""})}
        core = Core(settings.model_copy(update={"home": str(Path(home)), **local}))
        memory = Memory(core)
        try:
            return _measure(core, memory, size)
        finally:
            memory.close()
            core.close()


def _measure(core: Core, memory: Memory, size: int) -> list[Row]:
    people, big = max(1, size // 100), max(400, size // 10)
    for start in range(0, people, 100):
        _fill(core, [f"person{n}" for n in range(start, min(people, start + 100))], 100)
    _fill(core, ["collector"], big)
    asked = [f"what about the {_WORK[n % 8]} job in {_PLACES[n % 9]}?" for n in range(400)]
    before = timed(lambda n: memory.recall("collector", asked[n]), 100)
    started = time.perf_counter()
    memory.index.catch_up()
    fed = (size + big) / (time.perf_counter() - started)
    memory.recall("collector", asked[0])
    deadline = time.monotonic() + 5
    vector = core.embedder.embed([asked[0]])[0]
    while not memory.index.ready_for("collector", asked[0], vector) and time.monotonic() < deadline:
        time.sleep(0.01)
    many = timed(lambda n: memory.recall(f"person{n * 7 % people}", asked[n]), len(asked))
    one = timed(lambda n: memory.recall("collector", asked[n]), 200)
    kept = timed(lambda n: memory.remember(f"person{n}", "fact", f"key{n}", f"has {n} sheep"), 200)
    floor = percentile(timed(lambda _: _version(core), 100), 0.5)
    return [
        row("memory.index", fed, "1/s", 500, most=True),
        row("memory.recall.p50", percentile(many, 0.5), "ms", 10, floor, most=False),
        row("memory.recall.p95", percentile(many, 0.95), "ms", 10, floor, most=False),
        row("memory.recall.big.p95", percentile(one, 0.95), "ms", 20, floor, most=False),
        row("memory.recall.no_index.p95", percentile(before, 0.95), "ms", 20, floor, most=False),
        row("memory.remember.p50", percentile(kept, 0.5), "ms", 2, floor, most=False),
    ]


def _version(core: Core) -> object:
    """Read one row: what any answer from the store costs at least."""
    with core.store.begin() as session:
        return session.execute(sa.text("select version from memory_users limit 1")).scalar()


def _fill(core: Core, users: list[str], each: int) -> None:
    now = core.clock.now()
    rows: list[dict[str, object]] = [
        {
            "id": f"mem_{user}_{n}",
            "user_id": user,
            "kind": "preference" if n < 5 else "episode",
            "key": f"key{n}",
            "text": f"{_DONE[n % 4]} {_WORK[n % 8]} in {_PLACES[n % 9]}, number {n}",
            "data": {},
            "thread_id": "",
            "created_at": now - timedelta(days=each - n),
            "updated_at": now - timedelta(days=each - n),
            "revision": n + 1,
            "indexed": "",
        }
        for user in users
        for n in range(each)
    ]
    with core.store.begin() as session:
        session.execute(sa.insert(MemoryRow), rows)
        session.execute(
            sa.insert(MemoryUserRow), [{"user_id": user, "version": each} for user in users]
        )
