"""`jobtracker bench targets`: what was promised of the whole, in one run, each beside its floor.

Turns in this process beside a bare LangGraph graph, conversations and a thousand people over HTTP
beside bare Starlette, tool calls beside a bare SDK server, documents beside bare `pypdf`, searches
beside bare FTS5, vectors beside bare Chroma, the cache beside a dictionary and a plain file, and
the memory of all processes together.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from statistics import quantiles
from typing import Any

import numpy as np
import typer

from jobtracker.app import new_loop
from jobtracker.cli import bench_chat as chat
from jobtracker.cli.bench import Row, row
from jobtracker.cli.bench_chat import MESSAGES
from jobtracker.cli.bench_engine import cache
from jobtracker.cli.bench_http import SDK, STARLETTE, Served, memory_mib, serve
from jobtracker.cli.bench_serve import CLIENTS, many_files, paced, say, throughput, tool_calls
from jobtracker.core.bootstrap import Core
from jobtracker.core.embedding import Matrix
from jobtracker.core.errors import JobTrackerError
from jobtracker.core.identity import SHARED_USER

TURNS = 800
USERS = 1000
USERS_SECONDS = 30.0
"""Each of them says something once in this time."""
DOCUMENTS = 60
POSTINGS = 10_000
VECTORS = 10_000
QUESTIONS = 1000
BATCH = 50


def run(core: Core) -> list[Row]:
    """Measure every target; a few minutes."""
    many_files()
    home = str(core.home)
    processes = str(min(os.cpu_count() or 1, 2))
    command = ["-m", "jobtracker", "serve", "--port", "0", "--processes", processes]
    rows: list[Row] = []

    def part(name: str, measure: Callable[[], list[Row]]) -> None:
        """Measure; a part that fails is missed and told, and the others go on."""
        try:
            rows.extend(measure())
        except (JobTrackerError, OSError, EOFError) as exc:
            typer.echo(f"targets.{name} failed: {exc}", err=True)
            rows.append(row(f"targets.{name}", 0.0, "measured", least=1.0))

    with asyncio.Runner(loop_factory=new_loop) as runner:
        part("turns", lambda: runner.run(chat.measured(core)))
        with serve(command, JOBTRACKER_HOME=home) as ours, serve(["-c", STARLETTE]) as bare:
            with serve(["-c", SDK]) as sdk:
                smallest = sdk.memory()
                part("mcp", lambda: runner.run(tool_calls(ours, sdk)))
            part("conversations", lambda: runner.run(_conversations(ours, bare)))
            part("users", lambda: runner.run(_users(ours, bare)))
            part("documents", lambda: [_documents(core)])
            part("searches", lambda: [_searches(core)])
            part("vectors", lambda: [_vectors(core)])
            part("cache", lambda: cache(core))
            # This process has the workers and the vector server below it, the served one its own.
            total = memory_mib(os.getpid()) - bare.memory()
    rows.append(row("targets.total_memory", total, "MiB", floor=smallest, most=12_000.0))
    return rows


async def _conversations(ours: Served, bare: Served) -> list[Row]:
    await throughput(ours, CLIENTS * 2)  # the first turn of each thread
    floor, rate = await throughput(bare, TURNS), await throughput(ours, TURNS)
    floors = quantiles(await paced(bare), n=100)
    cuts = quantiles(await paced(ours), n=100)
    return [
        row("targets.conversations_per_second", rate, "1/s", floor=floor, least=100.0),
        row("targets.conversation.p50", cuts[49], "ms", floor=floors[49], most=200.0),
        row("targets.conversation.p95", cuts[94], "ms", floor=floors[94], most=500.0),
        row("targets.conversation.p99", cuts[98], "ms", floor=floors[98], most=1000.0),
    ]


async def _users(ours: Served, bare: Served) -> list[Row]:
    """A thousand people are connected; each says something at a moment of their own."""
    floors, taken = await _crowd(bare), await _crowd(ours)
    floor, cut = quantiles(floors, n=20)[18], quantiles(taken, n=20)[18]
    return [
        row("targets.users_answered", float(len(taken)), "", floor=float(len(floors)), least=USERS),
        row("targets.users.p95", cut, "ms", floor=floor, most=500.0),
    ]


async def _crowd(served: Served) -> list[float]:
    """Return the milliseconds of each answer, from when it was asked for."""
    chance = random.Random(11)
    moments = [chance.uniform(0.0, USERS_SECONDS) for _ in range(USERS)]
    taken: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(served.connect()) for _ in range(USERS)]
        began = time.perf_counter()

        async def one(number: int) -> None:
            due = began + moments[number]
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            message = MESSAGES[number % len(MESSAGES)]
            try:
                await say(connections[number], message, f"user{number}")
            except (ConnectionError, EOFError):  # the server lets go who says nothing for long
                fresh = await stack.enter_async_context(served.connect())
                await say(fresh, message, f"user{number}")
            taken.append((time.perf_counter() - due) * 1000)

        await asyncio.gather(*(one(number) for number in range(USERS)))
    return taken


def _per_second(count: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _documents(core: Core) -> Row:
    """PDFs of two pages, read in the worker processes; a bare extraction in this one."""
    from jobtracker.resumes.bench import plain_text, two_pages
    from jobtracker.resumes.reading.reader import read
    from jobtracker.resumes.rendering.render import render

    data = render(two_pages(), "pdf", "classic", "en")

    def one(number: int) -> None:
        core.workers.run(f"reading file {number}", read, data, "cv.pdf", timeout=120.0)

    with ThreadPoolExecutor(core.workers.width) as threads:
        list(threads.map(one, range(core.workers.width * 2)))
        value = _per_second(DOCUMENTS, lambda: list(threads.map(one, range(DOCUMENTS)))) * 60
    plain_text(data)
    floor = _per_second(DOCUMENTS, lambda: [plain_text(data) for _ in range(DOCUMENTS)]) * 60
    return row("targets.documents_per_minute", value, "1/min", floor=floor, least=120.0)


def _searches(core: Core) -> Row:
    """Searches over postings that are kept here, one after the other."""
    from jobtracker.jobs.bench import plain_fts, postings, queries
    from jobtracker.jobs.service import JobService

    core.settings.search.samples = False
    jobs, made, asked = JobService(core), list(postings(POSTINGS)), queries()
    jobs.keep_shared(made)
    jobs.search("bench", asked[0])
    value = _per_second(len(asked), lambda: [jobs.search("bench", one) for one in asked]) * 60
    texts = [(number, raw.title, raw.text) for number, raw in enumerate(made)]
    floor = 60_000 / (sum(plain_fts(texts, asked).clock) / len(asked))
    return row("targets.searches_per_minute", value, "1/min", floor=floor, least=200.0)


def _vectors(core: Core) -> Row:
    """The ten nearest of shared vectors, asked for in batches as a search does."""
    from jobtracker.core.vectors import VectorItem

    generator = np.random.default_rng(5)
    dimensions = core.embedder.dimensions

    def some(count: int) -> Matrix:
        return generator.standard_normal((count, dimensions), dtype=np.float32)

    kept, asked = some(VECTORS), some(QUESTIONS)
    items = [VectorItem(f"v{number}", embedding=vector) for number, vector in enumerate(kept)]
    core.vectors.add("bench", SHARED_USER, items)
    batches = [asked[start : start + BATCH] for start in range(0, QUESTIONS, BATCH)]

    def ours() -> None:
        for batch in batches:
            core.vectors.query_many("bench", SHARED_USER, batch, k=10, metadata=False)

    core.vectors.query_many("bench", SHARED_USER, batches[0], k=10, metadata=False)
    value, floor = _per_second(QUESTIONS, ours), _bare_chroma(kept, batches)
    return row("targets.vector_queries_per_second", value, "1/s", floor=floor, least=1000.0)


def _bare_chroma(kept: Matrix, batches: list[Matrix]) -> float:
    chromadb: Any = import_module("chromadb")
    settings = import_module("chromadb.config").Settings(anonymized_telemetry=False)
    client = chromadb.EphemeralClient(settings)
    collection = client.create_collection("plain", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(kept), 5000):
        part = kept[start : start + 5000]
        collection.add(ids=[str(start + n) for n in range(len(part))], embeddings=part)

    def ask(batch: Matrix) -> None:
        collection.query(query_embeddings=batch, n_results=10, include=["distances"])

    ask(batches[0])
    rate = _per_second(QUESTIONS, lambda: [ask(batch) for batch in batches])
    client.delete_collection("plain")
    return rate
