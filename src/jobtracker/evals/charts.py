"""Charts of the report as SVG: self-contained, with a title for those who hear the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from jobtracker.evals.keeping import Point
from jobtracker.evals.model import Metric, SuiteResult

_ROW = 26
_LEFT = 190
_WIDTH = 420
_RIGHT = 76


def intervals(suite: SuiteResult, before: SuiteResult | None) -> str:
    """Return one row a metric: value and interval, the bound as a line, the baseline as a ring."""
    names = list(suite.metrics)
    height = _ROW * len(names) + 22
    wide = _LEFT + _WIDTH + _RIGHT
    parts = [
        f'<svg class="chart" viewBox="0 0 {wide} {height}" role="img" '
        f'aria-label="{escape(_told(suite))}">'
    ]
    for tick in range(0, 101, 25):
        x = _x(tick / 100)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="2" y2="{height - 18}"/>')
        parts.append(f'<text class="tick" x="{x}" y="{height - 4}">{tick / 100:g}</text>')
    for number, name in enumerate(names):
        old = before.metrics.get(name) if before else None
        parts.append(_row(name, suite.metrics[name], old, number * _ROW + 15))
    return "".join([*parts, "</svg>"])


def _row(name: str, metric: Metric, old: Metric | None, y: int) -> str:
    word = "good" if metric.passed else "bad"
    parts = [
        f'<text class="name" x="{_LEFT - 10}" y="{y + 4}">{escape(_fit(name))}</text>',
        f'<line class="range {word}" x1="{_x(metric.low)}" x2="{_x(metric.high)}" '
        f'y1="{y}" y2="{y}"/>',
    ]
    if metric.threshold is not None and not metric.withheld:
        x = _x(metric.threshold)
        parts.append(f'<line class="bound" x1="{x}" x2="{x}" y1="{y - 9}" y2="{y + 9}"/>')
    if old is not None:
        parts.append(f'<circle class="old" cx="{_x(old.value)}" cy="{y}" r="6.5"/>')
    parts.append(f'<circle class="dot {word}" cx="{_x(metric.value)}" cy="{y}" r="4"/>')
    parts.append(
        f'<text class="value {word}" x="{_LEFT + _WIDTH + 12}" y="{y + 4}">'
        f"{metric.value:.4f}</text>"
    )
    return "".join(parts)


def _fit(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"


def _told(suite: SuiteResult) -> str:
    rows = [f"{name} {metric.value:.4f}" for name, metric in suite.metrics.items()]
    return f"Metrics of {suite.suite}: {', '.join(rows)}"


def _x(share: float) -> float:
    """Return where a share lies; kappa may be below zero, and is shown at zero then."""
    return round(_LEFT + min(1.0, max(0.0, share)) * _WIDTH, 1)


def trend(points: Sequence[Point], suite: str, metric: str) -> str:
    """Return a metric's line over the runs; empty where there are fewer than two."""
    own = [p for p in points if p.suite == suite and p.metric == metric]
    if len(own) < 2:
        return ""
    wide, high, pad = 220, 44, 4
    values = [point.value for point in own]
    low = min([*values, *(p.threshold for p in own if p.threshold is not None)])
    top = max([*values, *(p.threshold for p in own if p.threshold is not None)])
    span = (top - low) or 1.0

    def xy(number: int, value: float) -> tuple[float, float]:
        x = pad + number * (wide - 2 * pad) / (len(own) - 1)
        return round(x, 1), round(high - pad - (value - low) / span * (high - 2 * pad), 1)

    line = " ".join(f"{x},{y}" for x, y in (xy(n, v) for n, v in enumerate(values)))
    title = f"{metric} over {len(own)} runs, from {values[0]:.4f} to {values[-1]:.4f}"
    parts = [
        f'<svg class="trend" viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>"
    ]
    if (bound := own[-1].threshold) is not None:
        y = xy(0, bound)[1]
        parts.append(f'<line class="bound" x1="0" x2="{wide}" y1="{y}" y2="{y}"/>')
    parts.append(f'<polyline class="line" points="{line}"/>')
    x, y = xy(len(own) - 1, values[-1])
    parts.append(f'<circle class="dot good" cx="{x}" cy="{y}" r="3"/></svg>')
    return "".join(parts)


def comparable(points: Sequence[Point], mind: str, model: str) -> list[Point]:
    """Return the points of one mind and model, one a run and metric."""
    own = [point for point in points if point.mind == mind and point.model == model]
    keyed = sorted(own, key=lambda p: (p.at, p.run_id, p.suite, p.metric))
    return [next(g) for _, g in groupby(keyed, key=lambda p: (p.run_id, p.suite, p.metric))]
