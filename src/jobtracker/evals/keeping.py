"""Finished runs in the store, and the trend of each suite.

Runs belong to the installation and to nobody: they hold our own cases and figures, no person's
data (captured cases have their names replaced). Only administrators are shown them.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobtracker import __version__
from jobtracker.core.store import Base, UtcDateTime
from jobtracker.evals.model import RunResult

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_FAILING = 50


class RunRow(Base):
    """One run that came to its end; `prompts` are versions other than the pinned ones."""

    __tablename__ = "eval_runs"
    run_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    mind: Mapped[str] = mapped_column(sa.String(16))
    model: Mapped[str] = mapped_column(sa.String(200))
    prompts: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    passed: Mapped[bool]
    price: Mapped[float]
    currency: Mapped[str] = mapped_column(sa.String(3))
    version: Mapped[str] = mapped_column(sa.String(40))


class MetricRow(Base):
    """One metric of one suite in a run; `failing` names the cases that failed in the suite."""

    __tablename__ = "eval_metrics"
    run_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    suite: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    metric: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    value: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    n: Mapped[int]
    threshold: Mapped[float | None]
    better: Mapped[str] = mapped_column(sa.String(8))
    passed: Mapped[bool]
    failing: Mapped[list[str]] = mapped_column(sa.JSON)


@dataclass(frozen=True)
class Point:
    """A metric in one run: a point of its trend."""

    at: datetime
    run_id: str
    mind: str
    model: str
    prompts: dict[str, str]
    suite: str
    metric: str
    value: float
    low: float
    high: float
    n: int
    threshold: float | None
    better: str
    passed: bool

    def as_json(self) -> dict[str, Any]:
        """Return JSON values; `at` in RFC 3339."""
        return {**asdict(self), "at": self.at.isoformat()}


class Kept:
    """Writes runs into the store and reads trends."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def add(self, result: RunResult) -> str:
        """Keep a run and return its id."""
        run_id = f"run_{secrets.token_hex(8)}"
        used = result.used
        run = RunRow(
            run_id=run_id, at=self._core.clock.now(), mind=result.mind,
            model=result.model[:200], prompts=result.prompts, passed=result.passed,
            price=used.spent if used else 0.0, currency=used.currency if used else "",
            version=__version__,
        )  # fmt: skip
        with self._core.store.begin() as session:
            session.add(run)
            session.flush()
            for name, suite in result.suites.items():
                failing = [case.id for case in suite.results if not case.passed][:_FAILING]
                for metric, found in suite.metrics.items():
                    fields = found.model_dump(exclude={"kappa", "withheld"})
                    row = MetricRow(run_id=run_id, suite=name[:80], metric=metric[:80], **fields)
                    row.failing = failing
                    session.add(row)
        return run_id

    def points(
        self, suite: str | None = None, metric: str | None = None, limit: int = 500
    ) -> list[Point]:
        """Return the latest points of the trends, oldest first; of all suites where none is named.

        `limit` is in runs. For the statistics page of administrators.
        """
        latest = sa.select(RunRow.run_id).order_by(RunRow.at.desc(), RunRow.run_id).limit(limit)
        query = (
            sa.select(RunRow, MetricRow)
            .join(MetricRow, MetricRow.run_id == RunRow.run_id)
            .where(RunRow.run_id.in_(latest))
            .order_by(RunRow.at, RunRow.run_id, MetricRow.suite, MetricRow.metric)
        )
        if suite is not None:
            query = query.where(MetricRow.suite == suite)
        if metric is not None:
            query = query.where(MetricRow.metric == metric)
        with self._core.store.begin() as session:
            return [_point(run, row) for run, row in session.execute(query).all()]


def _point(run: RunRow, row: MetricRow) -> Point:
    return Point(
        at=run.at, run_id=run.run_id, mind=run.mind, model=run.model, prompts=run.prompts,
        suite=row.suite, metric=row.metric, value=row.value, low=row.low, high=row.high, n=row.n,
        threshold=row.threshold, better=row.better, passed=row.passed,
    )  # fmt: skip


def trend(
    core: Core, suite: str | None = None, metric: str | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """Return the trend as JSON values, oldest first: what the web's statistics page shows."""
    return [point.as_json() for point in Kept(core).points(suite, metric, limit)]
