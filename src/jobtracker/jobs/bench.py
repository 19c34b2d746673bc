"""How fast local search is, beside plain FTS5 and plain Chroma on the same postings.

Each figure is told by the clock and, because a busy machine makes clocks lie, by processor time.
The postings are drawn from word frequencies like those of real text (Zipf), so that frequent words
are frequent here, too.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jobtracker.core.bootstrap import Core
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import load_settings
from jobtracker.jobs.blocking import candidates
from jobtracker.jobs.dedupe import find_same
from jobtracker.jobs.index import postings_by_id
from jobtracker.jobs.model import JobPlace, JobPosting, RawPosting, Salary, SearchRequest
from jobtracker.jobs.normalize import normalise
from jobtracker.jobs.service import JobService

TOWNS = ("Zürich", "Bern", "Basel", "Lausanne", "Genève", "Lugano", "Winterthur", "St. Gallen")
TITLES = ("Engineer", "Nurse", "Cook", "Driver", "Accountant", "Teacher", "Designer", "Manager")
MODES = ("remote", "hybrid", "onsite")
WORDS = 250
TARGET_MS = 30.0
LARGE_TARGET_MS = 60.0
DEDUPE_TARGET_MS = 5.0
BARE_TARGET = 2000.0
FULL_TARGET = 1000.0
"""Postings a second, without and with embeddings."""
PLAIN_VECTORS = 20_000
"""Chroma takes minutes to take in more; its time for a query hardly grows with their number."""
Row = dict[str, Any]


def _syllables(rng: random.Random, count: int) -> list[str]:
    parts = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(rng.choices(parts, k=rng.randint(2, 4)))] = None
    return list(made)


def postings(count: int, seed: int = 7) -> Iterator[RawPosting]:
    """Yield invented postings of 250 words each."""
    rng = random.Random(seed)
    vocabulary = _syllables(rng, 20_000)
    weights = [1 / (rank + 2) for rank in range(len(vocabulary))]
    pool = rng.choices(vocabulary, weights, k=2_000_000)
    for number in range(count):
        start = rng.randrange(len(pool) - WORDS)
        text = " ".join(pool[start : start + WORDS])
        pay = rng.randrange(60, 160) * 1000
        yield RawPosting(
            source="text",
            external_id=str(number),
            title=f"{rng.choice(TITLES)} {rng.choice(vocabulary[:3000])}",
            company=f"Firm {rng.randrange(20_000)}",
            text=text,
            places=[JobPlace(name=rng.choice(TOWNS))],
            work_mode=rng.choice(MODES),  # type: ignore[arg-type]
            salary=Salary.model_validate({"min": pay, "max": pay + 10_000, "currency": "CHF"}),
            language="en",
        )


def queries(seed: int = 3) -> list[SearchRequest]:
    """Return searches with frequent and rare words, with and without conditions."""
    rng = random.Random(seed)
    vocabulary = _syllables(random.Random(7), 20_000)
    asked: list[SearchRequest] = []
    for _ in range(120):
        frequent = rng.choice(vocabulary[:30])
        rare = rng.choice(vocabulary[200:5000])
        asked.append(
            SearchRequest(
                query=rng.choice((frequent, f"{frequent} {rare}", f"{rng.choice(TITLES)} {rare}")),
                location=rng.choice(("", "", *TOWNS, "Switzerland")),
                work_mode=rng.choice(("any", "any", "remote")),  # type: ignore[arg-type]
                salary_min=rng.choice((None, 100_000)),
                currency="CHF",
            )
        )
    return asked


@dataclass(frozen=True)
class Spent:
    """Milliseconds of each call, sorted: by the clock, and of this process's processor time."""

    clock: list[float]
    cpu: list[float]

    def at(self, share: float) -> float:
        """Return a quantile by the clock."""
        return self.clock[int(len(self.clock) * share)]

    def cpu_at(self, share: float) -> float:
        """Return a quantile of processor time."""
        return self.cpu[int(len(self.cpu) * share)]


def _timed(call: Callable[[Any], object], items: list[Any]) -> Spent:
    clock: list[float] = []
    cpu: list[float] = []
    for item in items:
        started, used = time.perf_counter(), time.process_time()
        call(item)
        clock.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return Spent(sorted(clock), sorted(cpu))


def _rate(count: int, call: Callable[[], object]) -> tuple[float, float]:
    """Return how many a second by the clock, and how many a second of processor time."""
    started, used = time.perf_counter(), time.process_time()
    call()
    clock, cpu = time.perf_counter() - started, time.process_time() - used
    return count / clock, count / (cpu or clock)


def _row(name: str, value: float, unit: str, floor: float | None, target: float | None) -> Row:
    met = None if target is None else (value >= target if unit == "postings/s" else value <= target)
    ratio = round(value / floor, 3) if floor else None
    return {
        "name": name, "value": round(value, 2), "unit": unit, "floor": floor and round(floor, 2),
        "ratio": ratio, "target": target, "met": met,
    }  # fmt: skip


def plain_fts(rows: list[tuple[int, str, str]], asked: list[SearchRequest]) -> Spent:
    """Return what bare FTS5 spends on the same questions to the same texts."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(title, body)")
    connection.executemany("INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)", rows)
    statement = "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 10"

    def search(request: SearchRequest) -> object:
        words = " OR ".join(f'"{word}"' for word in request.query.split())
        return connection.execute(statement, (words,)).fetchall()

    spent = _timed(search, asked)
    connection.close()
    return spent


def _plain_chroma(vectors: list[list[float]], asked: list[list[float]]) -> Spent:
    """Ask a bare Chroma collection of the same postings for ten each."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    collection = client.create_collection("plain", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(vectors), 5000):
        part = vectors[start : start + 5000]
        ids = [str(start + n) for n in range(len(part))]
        collection.add(ids=ids, embeddings=part)  # type: ignore[arg-type]

    def search(vector: list[float]) -> object:
        return collection.query(query_embeddings=[vector], n_results=10)  # type: ignore[arg-type]

    spent = _timed(search, asked)
    client.delete_collection("plain")
    return spent


def _plain_indexing(rows: list[tuple[int, str, str]]) -> tuple[float, float]:
    """Return how many postings a second bare FTS5 takes in, on disk, nothing read or checked."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/plain.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE VIRTUAL TABLE plain USING fts5(title, body)")

        def index() -> None:
            for start in range(0, len(rows), 1000):
                with connection:
                    connection.executemany(
                        "INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)",
                        rows[start : start + 1000],
                    )

        rates = _rate(len(rows), index)
        connection.close()
    return rates


def _deduping(jobs: JobService) -> Spent:
    """Return how long it takes to find what new postings can be among all that are kept, in ms."""
    new = [
        raw.model_copy(update={"external_id": f"new-{raw.external_id}"})
        for raw in postings(300, 99)
    ]
    now = jobs.core.clock.now()
    drafts = [normalise(raw, SHARED_USER, now) for raw in new]

    def one(posting: JobPosting) -> object:
        with jobs.core.store.begin() as session:
            ids = candidates(session, SHARED_USER, [posting])
            kept = [(held, None) for held in postings_by_id(session, SHARED_USER, ids)]
            return find_same(posting, None, kept)

    return _timed(one, drafts)


def run(count: int = 100_000) -> list[Row]:
    """Return the rows of the benchmark over `count` postings; takes minutes at 100,000.

    Every posting has its vector, as in use; the first tenth is indexed without, for that figure.
    """
    with tempfile.TemporaryDirectory() as home:
        core = Core(load_settings(home=home, now="2026-11-23T09:00:00+01:00"))
        core.settings.search.samples = False
        jobs = JobService(core)
        made = list(postings(count))
        rows = _indexing(jobs, made)
        texts = [(n, raw.title, raw.text) for n, raw in enumerate(made)]
        floor = _plain_indexing(texts[: min(count, 20_000)])
        del made
        rows = [
            _row(name, value, "postings/s", floor[by], target) for name, value, by, target in rows
        ]
        rows = _searching(jobs, texts) + rows
        core.close()
    return rows


def _indexing(
    jobs: JobService, made: list[RawPosting]
) -> list[tuple[str, float, int, float | None]]:
    """Return the name of each rate, its value, which floor it has, and its target."""
    count = len(made)
    tenth = count // 10

    def with_vectors() -> None:
        for start in range(tenth, count, 5000):
            jobs.keep_shared(made[start : min(start + 5000, count)])

    jobs.keep_shared(made[:50])
    bare = _rate(tenth - 50, lambda: jobs.keep_shared(made[50:tenth], embed=False))
    full = _rate(count - tenth, with_vectors)
    jobs.keep_shared(made[50:tenth])
    return [
        ("indexing without embeddings", bare[0], 0, BARE_TARGET),
        ("indexing without embeddings, by processor time", bare[1], 1, BARE_TARGET),
        ("indexing with embeddings", full[0], 0, FULL_TARGET),
        ("indexing with embeddings, by processor time", full[1], 1, FULL_TARGET),
    ]


def _searching(jobs: JobService, texts: list[tuple[int, str, str]]) -> list[Row]:
    """Return the rows of search and deduplication over what is indexed."""
    count, asked, embedder = len(texts), queries(), jobs.core.embedder
    jobs.search("bench", SearchRequest(query="warm up"))
    cold = _timed(lambda request: jobs.search("bench", request), asked)
    warm = _timed(lambda request: jobs.search("bench", request), asked)
    deduped = _deduping(jobs)
    plain = plain_fts(texts, asked)
    embedded = embedder.embed([text[1] + text[2][:300] for text in texts[:PLAIN_VECTORS]])
    questions = embedder.embed([request.query for request in asked])
    chroma = _plain_chroma(embedded.tolist(), questions.tolist())
    at = f"over {count:,} postings"
    target = TARGET_MS if count <= 100_000 else LARGE_TARGET_MS
    rows: list[Row] = []
    for when, spent in (("first time asked", cold), ("asked before", warm)):
        p50, p95 = f"search p50 {at}, {when}", f"search p95 {at}, {when}"
        cpu = f"{p95}, processor time"
        rows += [
            _row(p50, spent.at(0.5), "ms", plain.at(0.5), None),
            _row(p95, spent.at(0.95), "ms", plain.at(0.95), target),
            _row(cpu, spent.cpu_at(0.95), "ms", plain.cpu_at(0.95), target),
        ]
    by_chroma = f"search p50 {at}, beside Chroma over {len(embedded):,} vectors"
    new = f"dedupe of a new posting p95 {at}"
    return [
        *rows,
        _row(by_chroma, cold.at(0.5), "ms", chroma.at(0.5), None),
        _row(new, deduped.at(0.95), "ms", None, DEDUPE_TARGET_MS),
        _row(f"{new}, processor time", deduped.cpu_at(0.95), "ms", None, DEDUPE_TARGET_MS),
    ]
