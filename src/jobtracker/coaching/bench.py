"""How fast the coach prepares and reviews without a model."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, get_args

from jobtracker.coaching.model import Language, Stage
from jobtracker.coaching.preparation import Subject, prepare
from jobtracker.coaching.review import review_answer
from jobtracker.core.bootstrap import Core

Row = dict[str, Any]
ROUNDS = 5


def run(_core: Core) -> list[Row]:
    """Measure and return one row a figure, in the shape of `jobtracker bench`."""
    highlights = [
        f"Reduced the cost of project {n} by {n} % with Python and a team" for n in range(8)
    ]
    work = [
        {"name": f"Firm {n}", "position": "Engineer", "highlights": highlights} for n in range(6)
    ]
    subject = Subject(
        company="Acme",
        role="Data Engineer",
        description="You will build pipelines in our team. " * 150,
        skills=("Python", "Kafka", "SQL", "Airflow", "Spark"),
    )
    plans: list[Callable[[], object]] = [
        lambda s=stage, w=language: prepare(subject, {"work": work}, s, w)
        for stage in get_args(Stage)
        for language in get_args(Language)
    ] * ROUNDS
    answer = "When I joined in 2023, I led four people. As a result costs fell by 20 percent. " * 5
    reviews: list[Callable[[], object]] = [
        lambda: review_answer("Tell me about something you improved.", answer)
    ] * 50
    return [
        _row("coaching.prepare_interview", plans, 200),
        _row("coaching.review_answer", reviews, 50),
    ]


def _row(name: str, calls: list[Callable[[], object]], target: float) -> Row:
    took: list[float] = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    value = statistics.quantiles(took, n=20)[18]
    return {
        "name": f"{name} p95",
        "value": round(value, 3),
        "unit": "ms",
        "floor": None,
        "ratio": None,
        "target": target,
        "met": value <= target,
    }
