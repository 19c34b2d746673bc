"""How fast local search is, beside plain FTS5 on the same postings.

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


def _queries(seed: int = 3) -> list[SearchRequest]:
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


def _timed(call: Callable[[Any], object], items: list[Any]) -> list[float]:
    spent: list[float] = []
    for item in items:
        started = time.perf_counter()
        call(item)
        spent.append((time.perf_counter() - started) * 1000)
    return sorted(spent)


def _row(name: str, value: float, unit: str, floor: float | None, target: float | None) -> Row:
    met = None if target is None else (value >= target if unit == "postings/s" else value <= target)
    ratio = round(value / floor, 3) if floor else None
    return {
        "name": name, "value": round(value, 2), "unit": unit, "floor": floor and round(floor, 2),
        "ratio": ratio, "target": target, "met": met,
    }  # fmt: skip


def _plain_fts(rows: list[tuple[int, str, str]], asked: list[SearchRequest]) -> list[float]:
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


def _plain_chroma(vectors: list[list[float]], asked: list[list[float]]) -> list[float]:
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


def _plain_indexing(rows: list[tuple[int, str, str]]) -> float:
    """Return how many postings a second bare FTS5 takes in, on disk, nothing read or checked."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/plain.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE VIRTUAL TABLE plain USING fts5(title, body)")
        started = time.perf_counter()
        for start in range(0, len(rows), 1000):
            with connection:
                connection.executemany(
                    "INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)",
                    rows[start : start + 1000],
                )
        spent = time.perf_counter() - started
        connection.close()
    return len(rows) / spent


def _deduping(jobs: JobService) -> list[float]:
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
        tenth = count // 10
        jobs.keep_shared(made[:50])
        started = time.perf_counter()
        jobs.keep_shared(made[50:tenth], embed=False)
        plain_rate = (tenth - 50) / (time.perf_counter() - started)
        started = time.perf_counter()
        for start in range(tenth, count, 5000):
            jobs.keep_shared(made[start : min(start + 5000, count)])
        embedded_rate = (count - tenth) / (time.perf_counter() - started)
        jobs.keep_shared(made[50:tenth])
        rows = [(n, raw.title, raw.text) for n, raw in enumerate(made)]
        floor_rate = _plain_indexing(rows[: min(count, 20_000)])
        del made
        asked = _queries()
        jobs.search("bench", SearchRequest(query="warm up"))
        cold = _timed(lambda request: jobs.search("bench", request), asked)
        warm = _timed(lambda request: jobs.search("bench", request), asked)
        plain = _plain_fts(rows, asked)
        deduped = _deduping(jobs)
        embedded = core.embedder.embed([row[1] + row[2][:300] for row in rows[:PLAIN_VECTORS]])
        questions = core.embedder.embed([request.query for request in asked])
        chroma = _plain_chroma(embedded.tolist(), questions.tolist())
        core.close()
    at = f"over {count:,} postings"
    target = TARGET_MS if count <= 100_000 else LARGE_TARGET_MS
    middle, high = len(asked) // 2, int(len(asked) * 0.95)
    by_chroma = f"search p50 {at}, beside Chroma over {len(embedded):,} vectors"
    return [
        _row(f"search p50 {at}, first time asked", cold[middle], "ms", plain[middle], None),
        _row(f"search p95 {at}, first time asked", cold[high], "ms", plain[high], target),
        _row(f"search p50 {at}, asked before", warm[middle], "ms", plain[middle], None),
        _row(f"search p95 {at}, asked before", warm[high], "ms", plain[high], target),
        _row(by_chroma, cold[middle], "ms", chroma[middle], None),
        _row(f"dedupe of a new posting p95 {at}", deduped[285], "ms", None, 5.0),
        _row("indexing without embeddings", plain_rate, "postings/s", floor_rate, 2000.0),
        _row("indexing with embeddings", embedded_rate, "postings/s", floor_rate, 1000.0),
    ]
