"""What the workers have learnt about each kind of task, and the figures that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

_WEIGHT = 0.2
"""Of the newest run in the mean of the run time: some five runs count."""
_FADE = 0.98
"""A peak is forgotten slowly: half of it after 35 smaller runs."""
_MARGIN = 1.25


@dataclass
class KindStats:
    """Figures of one kind of task. Seconds; memory in MB, the worker's own included."""

    runs: int = 0
    failed: int = 0
    over_memory: int = 0
    over_time: int = 0
    crashed: int = 0
    cancelled: int = 0
    refused: int = 0
    wait_total: float = 0.0
    wait_max: float = 0.0
    run_total: float = 0.0
    run_max: float = 0.0
    run_mean: float = 0.0
    memory_max_mb: float = 0.0
    memory_expected_mb: float = 0.0


@dataclass(frozen=True)
class Snapshot:
    """The workers at one moment; plain figures, to be logged, shown or exported."""

    workers: int
    memory_mb: int
    alive: int
    running: int
    waiting: dict[str, int]
    started: int
    recycled: int
    killed: int
    kinds: dict[str, KindStats]


@dataclass
class Learnt:
    """Learns from each run. Not thread-safe: the caller holds a lock."""

    limit_mb: int
    kinds: dict[str, KindStats] = field(default_factory=dict[str, KindStats])
    _mean_any: float = 1.0

    def of(self, kind: str) -> KindStats:
        """Return the figures of a kind, which is new where it was not seen before."""
        return self.kinds.setdefault(kind, KindStats())

    def expected_mb(self, kind: str) -> float:
        """Return what a task of that kind is likely to need: the whole limit before any was run."""
        seen = self.kinds.get(kind)
        if seen is None or not seen.memory_expected_mb:
            return float(self.limit_mb)
        return min(float(self.limit_mb), seen.memory_expected_mb * _MARGIN)

    def expected_seconds(self, kind: str) -> float:
        """Return how long a task of that kind is likely to run."""
        seen = self.kinds.get(kind)
        return seen.run_mean if seen is not None and seen.runs else self._mean_any

    def ran(self, kind: str, waited: float, seconds: float, peak_mb: float) -> None:
        """Learn from a run that came to its end, well or not."""
        seen = self.of(kind)
        seen.runs += 1
        seen.wait_total += waited
        seen.wait_max = max(seen.wait_max, waited)
        seen.run_total += seconds
        seen.run_max = max(seen.run_max, seconds)
        first = seen.runs == 1
        seen.run_mean = seconds if first else _mix(seen.run_mean, seconds)
        self._mean_any = _mix(self._mean_any, seconds)
        seen.memory_max_mb = max(seen.memory_max_mb, peak_mb)
        seen.memory_expected_mb = max(peak_mb, seen.memory_expected_mb * _FADE)

    def copy(self) -> dict[str, KindStats]:
        """Return the figures as they are now."""
        return {kind: replace(stats) for kind, stats in self.kinds.items()}


def _mix(mean: float, newest: float) -> float:
    return mean + _WEIGHT * (newest - mean)
