"""Results in lines for a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jobtracker.evals.model import Metric, RunResult, Scored, SuiteResult
from jobtracker.evals.stats import Paired
from jobtracker.evals.verdicts import changed

SHOWN = 12
_WIDE = 160


def result_lines(result: SuiteResult) -> Sequence[str]:
    """Return a suite's verdict, a line a metric, and its first failing cases."""
    word = "ok  " if result.passed and not result.missing else "FAIL"
    of = f"{result.cases} of {result.cases + len(result.missing)}"
    count = of if result.missing else str(result.cases)
    lines = [f"{word} {result.suite} ({count} cases)"]
    lines += [
        f"     {metric_line(name, metric)}{_against(result, name)}"
        for name, metric in result.metrics.items()
    ]
    wrong = [case for case in result.results if not case.passed]
    few = result.passed and len(wrong) <= 2 * SHOWN
    shown = wrong if few else wrong[:SHOWN]
    lines += [case_line(case) for case in shown]
    if len(wrong) > len(shown):
        lines.append(f"     … {len(wrong)} cases fail in all; the rest is in --json")
    for name, why in list(result.missing.items())[:3]:
        lines.append(f"     ? {name}: not finished ({why})")
    if len(result.missing) > 3:
        lines.append(f"     ? … {len(result.missing)} cases are not finished")
    return lines


def case_line(case: Scored) -> str:
    """Return what was expected of a failing case, and what came."""
    return f"     - {case.id}: expected {short(case.expected)}, got {short(case.got)}"


def metric_line(name: str, metric: Metric) -> str:
    """Return a metric with its interval, its bound and, where a judge gave it, kappa."""
    line = f"{name:<16} {metric.value:.4f} [{metric.low:.4f}, {metric.high:.4f}]  n={metric.n}"
    if name == "judged":
        kappa = "unknown" if metric.kappa is None else f"{metric.kappa:.2f}"
        line += f"  judge's kappa {kappa}"
    if metric.withheld:
        return f"{line}  ({metric.withheld})"
    if metric.threshold is None:
        return line
    sign = "≤" if metric.better == "lower" else "≥"
    return f"{line}  {sign} {metric.threshold:g}{'' if metric.passed else '  FAILED'}"


def _against(result: SuiteResult, name: str) -> str:
    verdict = result.against.get(name)
    return f"  ({verdict} than the baseline)" if verdict in ("better", "worse") else ""


def short(value: Any) -> str:
    """Return a value as a line of bounded length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"


def change_lines(before: SuiteResult, now: SuiteResult) -> Sequence[str]:
    """Return a line for each case that changed against the baseline."""
    gained, lost = changed(before, now)
    lines = [f"     + {case.id}: right now, wrong in the baseline" for case in gained[:SHOWN]]
    lines += [f"     ! {case.id}: wrong now, right in the baseline" for case in lost[:SHOWN]]
    left = len(gained) + len(lost) - len(lines)
    return [*lines, f"     … {left} more cases changed"] if left else lines


def summary_lines(result: RunResult) -> Sequence[str]:
    """Return what the run took, why it ended early, and which suites failed."""
    lines: list[str] = []
    if used := result.used:
        lines.append(
            f"jobtracker: {used.calls} answers ({used.cached} from the cache), "
            f"{used.input_tokens:,} tokens in, {used.output_tokens:,} out, "
            f"{used.price:.4f} {used.currency}, of which {used.spent:.4f} spent now"
        )
    missing = sum(len(suite.missing) for suite in result.suites.values())
    if result.stopped or missing:
        done = sum(suite.cases for suite in result.suites.values())
        reasons = {why for suite in result.suites.values() for why in suite.missing.values()}
        why = result.stopped or "; ".join(sorted(reasons)[:3])
        lines.append(
            f"jobtracker: stopped ({why}): {done} of {done + missing} cases are finished; "
            "the same command goes on from there"
        )
    failed = [name for name, suite in result.suites.items() if not suite.passed]
    if failed:
        lines.append(f"jobtracker: failed: {', '.join(failed)}")
    return lines


def comparison_lines(a: SuiteResult, b: SuiteResult, found: dict[str, Paired]) -> Sequence[str]:
    """Return a verdict a metric, and which cases changed."""
    lines = [f"{b.suite}: B against A"]
    if not found:
        lines.append("     no case in common")
    for name, paired in found.items():
        line = (
            f"     {name:<16} {paired.verdict}"
            f"{f', {paired.needed} more cases needed' if paired.needed else ''}"
            f"  ({paired.difference:+.4f}, p={paired.p:.3g}, n={paired.n}, {paired.test})"
        )
        lines.append(line)
    for word, cases in zip(("now right", "now wrong"), changed(a, b), strict=True):
        ids = [case.id for case in cases]
        if ids:
            more = f" … ({len(ids)})" if len(ids) > SHOWN else ""
            lines.append(f"     {word}: {', '.join(ids[:SHOWN])}{more}")
    return lines
