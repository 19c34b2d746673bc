"""The core's figures for Prometheus: workers, cache, durable jobs. No label holds personal data.

Read when scraped, from the plain snapshots of each part; a part that was never used is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import JobTrackerError

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from jobtracker.core.workers_stats import Snapshot

_log = logging.getLogger(__name__)

_BY_KIND = {
    "runs": "Tasks that came to an end.",
    "failed": "Tasks that raised.",
    "over_memory": "Tasks stopped for their memory.",
    "over_time": "Tasks stopped for their time.",
    "crashed": "Tasks whose process crashed.",
    "cancelled": "Tasks whose caller left.",
    "refused": "Tasks refused, for too much waited.",
    "run_total": "Seconds that tasks ran.",
    "wait_total": "Seconds that tasks waited.",
}


class CoreCollector(Collector):
    """Collects from one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of the parts that are open."""
        opened: dict[str, Any] = self._core.__dict__
        if "workers" in opened:
            yield from _workers(self._core.workers.snapshot())
        if "cache" in opened:
            yield from _cache(self._core.cache.stats())
        if "durable" in opened:
            yield from self._durable()

    def _durable(self) -> Iterator[Metric]:
        active = GaugeMetricFamily(
            "jobtracker_durable_active", "Whether this process does durable jobs."
        )
        active.add_metric([], float(self._core.durable.active))
        yield active
        try:
            backlog = self._core.durable.backlog()
        except (JobTrackerError, SQLAlchemyError) as exc:
            _log.debug("no backlog to show: %s", exc)  # the database is gone, and said to be
            return
        yield GaugeMetricFamily(
            "jobtracker_durable_backlog", "Durable jobs that are due, of all.", value=backlog
        )


def _workers(seen: Snapshot) -> Iterator[Metric]:
    for name, text, value in (
        ("limit", "Worker processes at most.", seen.workers),
        ("alive", "Worker processes now.", seen.alive),
        ("running", "Tasks that run now.", seen.running),
    ):
        yield GaugeMetricFamily(f"jobtracker_workers_{name}", text, value=value)
    waiting = GaugeMetricFamily(
        "jobtracker_workers_waiting", "Tasks that wait for a worker.", labels=["priority"]
    )
    for priority, count in seen.waiting.items():
        waiting.add_metric([priority], count)
    yield waiting
    ends = CounterMetricFamily(
        "jobtracker_worker_processes", "Processes started, replaced, killed.", labels=["what"]
    )
    for what in ("started", "recycled", "killed"):
        ends.add_metric([what], getattr(seen, what))
    yield ends
    for name, text in _BY_KIND.items():
        family = CounterMetricFamily(f"jobtracker_tasks_{name}", text, labels=["kind"])
        for kind, stats in seen.kinds.items():
            family.add_metric([kind], getattr(stats, name))
        yield family
    peak = GaugeMetricFamily(
        "jobtracker_tasks_memory_max_bytes", "Most memory of one task.", labels=["kind"]
    )
    for kind, stats in seen.kinds.items():
        peak.add_metric([kind], stats.memory_max_mb * 1024 * 1024)
    yield peak


def _cache(stats: dict[str, float]) -> Iterator[Metric]:
    found = CounterMetricFamily(
        "jobtracker_cache_lookups", "Look-ups by where they ended.", labels=["layer"]
    )
    for layer, count in stats.items():
        if layer != "hit_rate":
            found.add_metric([layer], count)
    yield found
    yield GaugeMetricFamily(
        "jobtracker_cache_hit_rate", "Share of look-ups found.", value=stats.get("hit_rate", 0.0)
    )


def register(core: Core, registry: CollectorRegistry) -> None:
    """Add the core's figures to a registry."""
    registry.register(CoreCollector(core))
