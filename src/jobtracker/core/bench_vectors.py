"""How fast vectors are made and found, beside what the bare parts need in the same run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jobtracker.core.embedding import STATIC_FOLDER, Embedder, Matrix, StaticEmbedder
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.settings import VectorSettings
from jobtracker.core.vectors import VectorItem, Vectors, open_vectors

Row = dict[str, Any]
_KIND = "bench"


def run(settings: VectorSettings, embedder: Embedder, size: int = 100_000) -> list[Row]:
    """Return the measured rows: `size` vectors of a hundredth as many people, and two big sets.

    Uses a folder and a server of its own; 100,000 vectors take about a minute.
    """
    rows = _embedding()
    with tempfile.TemporaryDirectory(prefix="jobtracker-bench-") as folder:
        vectors = open_vectors(settings.model_copy(update={"url": ""}), Path(folder), embedder)
        try:
            rows += _index(vectors, embedder.dimensions, size)
        finally:
            vectors.close()
    return rows


def row(
    name: str, value: float, unit: str, target: float, floor: float | None = None, *, most: bool
) -> Row:
    """Return a row of the report; `most` where more is better."""
    ratio = None if not floor else round(value / floor, 2)
    met = value >= target if most else value <= target
    shown = None if floor is None else round(floor, 2)
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "floor": shown,
        "ratio": ratio,
        "target": target,
        "met": met,
    }


def percentile(samples: list[float], share: float) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed(call: Callable[[int], object], count: int) -> list[float]:
    """Return the milliseconds of each of `count` calls, after one that warms up."""
    call(0)
    samples: list[float] = []
    for number in range(count):
        started = time.perf_counter()
        call(number)
        samples.append((time.perf_counter() - started) * 1000)
    return samples


def _embedding() -> list[Row]:
    from tokenizers import Tokenizer

    started = time.perf_counter()
    embedder = StaticEmbedder(STATIC_FOLDER)
    embedder.embed(["warm"])
    loaded = (time.perf_counter() - started) * 1000
    texts = [f"find remote python developer jobs in Zurich number {n}" for n in range(10_000)]
    started = time.perf_counter()
    embedder.embed(texts)
    rate = len(texts) / (time.perf_counter() - started)
    tokenizer: Any = Tokenizer.from_file(str(STATIC_FOLDER / "tokenizer.json"))
    started = time.perf_counter()
    for start in range(0, len(texts), 512):
        tokenizer.encode_batch_fast(texts[start : start + 512], add_special_tokens=False)
    floor = len(texts) / (time.perf_counter() - started)
    return [
        row("embedder.load", loaded, "ms", 150, most=False),
        row("embedder.sentences", rate, "1/s", 18_000, floor, most=True),
    ]


def _random(generator: np.random.Generator, count: int, dimensions: int) -> Matrix:
    made = generator.standard_normal((count, dimensions), dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _index(vectors: Vectors, dimensions: int, size: int) -> list[Row]:
    generator = np.random.default_rng(7)
    started = time.perf_counter()
    vectors.start()
    up = (time.perf_counter() - started) * 1000
    people = max(1, size // 100)
    started = time.perf_counter()
    items = (
        (f"person{n % people}", VectorItem(f"m{n}", embedding=vector))
        for block in range(0, size, 10_000)
        for n, vector in enumerate(_random(generator, min(10_000, size - block), dimensions), block)
    )
    vectors.rebuild(_KIND, items)
    added = size / (time.perf_counter() - started)
    asked = _random(generator, 400, dimensions)

    def ask(number: int) -> object:
        person = f"person{number * 7 % people}"
        return vectors.query(_KIND, person, embedding=asked[number], metadata=False)

    cold = timed(ask, min(people, 4 * 64))  # the first question to a shard reads it from disk
    many = timed(ask, len(asked))
    beat = timed(lambda _: vectors.generation(), 100)
    big = max(100, size // 10)
    _fill(vectors, "collector", _random(generator, big, dimensions))
    one = timed(
        lambda n: vectors.query(_KIND, "collector", embedding=asked[n], metadata=False), 200
    )
    _fill(vectors, SHARED_USER, _random(generator, big, dimensions))
    started = time.perf_counter()
    for start in range(0, len(asked), 50):
        vectors.query_many(_KIND, SHARED_USER, asked[start : start + 50])
    batched = len(asked) / (time.perf_counter() - started)
    floor = percentile(beat, 0.5)
    return [
        row("vectors.start", up, "ms", 1000, most=False),
        row("vectors.add", added, "1/s", 1000, most=True),
        row("vectors.query.cold", max(cold), "ms", 200, floor, most=False),
        row("vectors.query.p50", percentile(many, 0.5), "ms", 10, floor, most=False),
        row("vectors.query.p95", percentile(many, 0.95), "ms", 10, floor, most=False),
        row("vectors.query.big.p95", percentile(one, 0.95), "ms", 20, floor, most=False),
        row("vectors.query.shared.batched", batched, "1/s", 1000, most=True),
    ]


def _fill(vectors: Vectors, user: str, made: Matrix) -> None:
    vectors.add(
        _KIND, user, [VectorItem(f"{user[:1]}{n}", embedding=v) for n, v in enumerate(made)]
    )
