"""What is counted and timed of this process, for Prometheus. No label holds personal data."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from jobtracker.core.settings import shared_metrics

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The server's own figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "jobtracker_http_requests", "Requests answered, by route and status.",
            ["method", "route", "status"], registry=self.registry,
        )  # fmt: skip
        self.latency = Histogram(
            "jobtracker_http_seconds", "Time to the last byte, streams left out.",
            ["route"], buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.turns = Counter(
            "jobtracker_turns", "Turns ended: embedded, llm, offline, failed, stopped.",
            ["outcome"], registry=self.registry,
        )  # fmt: skip
        self.turn_seconds = Histogram(
            "jobtracker_turn_seconds", "Time of a turn, its wait in the queue with it.",
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.tools = Counter(
            "jobtracker_tool_calls", "Tool calls of the conversation.",
            ["server", "tool", "ok"], registry=self.registry,
        )  # fmt: skip
        self.streams = Gauge(
            "jobtracker_streams_open", "Event streams open now.", registry=self.registry,
            multiprocess_mode="livesum",
        )  # fmt: skip

    @contextlib.contextmanager
    def turn(self) -> Generator[Callable[[str], None]]:
        """Time a turn; call what is given with its outcome."""
        started = time.perf_counter()
        try:
            yield lambda outcome: self.turns.labels(outcome).inc()
        finally:
            self.turn_seconds.observe(time.perf_counter() - started)

    @contextlib.contextmanager
    def stream(self) -> Generator[None]:
        """Count an open stream."""
        self.streams.inc()
        try:
            yield
        finally:
            self.streams.dec()

    def tool(self, server: str, tool: str, ok: bool) -> None:
        """Count a tool call."""
        self.tools.labels(server, tool, "true" if ok else "false").inc()


METRICS = Metrics()


def exposition(core: Core) -> tuple[bytes, str]:
    """Return the figures of this process, or of all that share the port, and their media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    from jobtracker.core import metrics as core_metrics

    registry = CollectorRegistry()
    core_metrics.register(core, registry)  # of this process: its workers and its cache
    own: CollectorRegistry = METRICS.registry
    if shared_metrics():
        own = CollectorRegistry()
        MultiProcessCollector(own)
    return generate_latest(own) + generate_latest(registry), CONTENT_TYPE_LATEST
