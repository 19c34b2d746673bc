"""Verdicts: metrics of scored cases, their bounds, their baseline; what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from jobtracker.core.errors import BadInput
from jobtracker.evals import stats
from jobtracker.evals.loading import folder
from jobtracker.evals.model import (
    Metric,
    MindName,
    RunResult,
    Scored,
    Share,
    Suite,
    SuiteResult,
    Threshold,
)
from jobtracker.evals.scorers import extra

JUDGED = "judged"
"""The metric of what a language model has judged."""


def merged(suite: Suite, runs: Sequence[Mapping[str, Scored]]) -> list[Scored]:
    """Return one entry a case from its repetitions: shares added up, passed where all passed.

    A case that one repetition lacks counts as not finished.
    """
    found: list[Scored] = []
    for case in suite.cases:
        tries = [run[case.name] for run in runs if case.name in run]
        if len(tries) < len(runs) or not tries:
            continue
        worst = next((one for one in tries if not one.passed), tries[0])
        scores: dict[str, Share] = {}
        for one in tries:
            for name, (right, of) in one.scores.items():
                before = scores.get(name, (0.0, 0.0))
                scores[name] = (before[0] + right, before[1] + of)
        if len(tries) > 1:
            agree = len({one.passed for one in tries}) == 1
            scores["same_each_time"] = (float(agree), 1.0)
        passed = all(one.passed for one in tries)
        found.append(worst.model_copy(update={"scores": scores, "passed": passed}))
    return found


def judge(suite: Suite, scored: Sequence[Scored], why: str = "") -> SuiteResult:
    """Return the metrics of a suite's scored cases, with their verdicts.

    Cases of the suite that are not there are `missing`, for the reason `why`; then, no metric that
    a threshold names need be there.

    Raises:
        BadInput: a threshold is on a metric that no case has part in.
    """
    ids = {case.id for case in scored}
    missing = {case.name: why for case in suite.cases if case.name not in ids} if why else {}
    found: dict[str, list[Share]] = {}
    for case in scored:
        for name, share in case.scores.items():
            found.setdefault(name, []).append(share)
    metrics = {
        name: metric_of(shares, suite.about.thresholds.get(name))
        for name, shares in found.items()
    }  # fmt: skip
    if scored and (more := extra(suite.scorer)) is not None:
        for name, metric in more(scored).items():
            metrics[name] = bounded(metric, suite.about.thresholds.get(name))
    for name in suite.about.thresholds:
        if name not in metrics and not missing:
            raise BadInput(
                f"suite {suite.name} has a threshold on {name!r}, which no case measures; "
                f"measured are: {', '.join(metrics)}"
            )
    return SuiteResult(
        suite=suite.name,
        cases=len(scored),
        passed=all(metric.passed for metric in metrics.values()),
        metrics=metrics,
        results=list(scored),
        missing=missing,
    )


def metric_of(shares: Sequence[Share], bound: Threshold | None = None) -> Metric:
    """Return the metric of these shares, held against its bound."""
    low, high = stats.interval(shares)
    value = round(stats.value(shares), 4)
    n = round(sum(share[1] for share in shares))
    return bounded(Metric(value=value, n=n, low=low, high=high), bound)


def bounded(metric: Metric, bound: Threshold | None) -> Metric:
    """Hold a metric against its bound."""
    if bound is not None and bound.max is not None:
        metric.threshold, metric.better = bound.max, "lower"
        metric.passed = metric.value <= bound.max
    elif bound is not None and bound.min is not None:
        metric.threshold = bound.min
        metric.passed = metric.value >= bound.min
    return metric


def against(result: SuiteResult, before: SuiteResult) -> None:
    """Compare with the baseline; a metric that is significantly worse fails the suite."""
    for name, paired in compare(before, result).items():
        result.against[name] = paired.verdict
        if paired.verdict == "worse" and not result.metrics[name].withheld:
            result.metrics[name].passed = False
            result.passed = False


def compare(a: SuiteResult, b: SuiteResult) -> dict[str, stats.Paired]:
    """Compare two results of one suite, metric by metric, over the cases that both have."""
    old = {case.id: case for case in a.results}
    found: dict[str, stats.Paired] = {}
    for name, metric in b.metrics.items():
        pairs = [
            (old[case.id].scores[name], case.scores[name])
            for case in b.results
            if name in case.scores and case.id in old and name in old[case.id].scores
        ]
        if pairs:
            found[name] = stats.compare(
                [x for x, _ in pairs], [y for _, y in pairs],
                lower_is_better=metric.better == "lower",
            )  # fmt: skip
    return found


def changed(before: SuiteResult, now: SuiteResult) -> tuple[list[Scored], list[Scored]]:
    """Return the cases that are right now and were not, and those that are wrong now."""
    old = {case.id: case.passed for case in before.results}
    gained = [case for case in now.results if old.get(case.id) is False and case.passed]
    lost = [case for case in now.results if old.get(case.id) is True and not case.passed]
    return gained, lost


def read_result(path: Path) -> RunResult:
    """Read what `run --json` wrote.

    Raises:
        BadInput: absent, or not such a file.
    """
    try:
        return RunResult.model_validate_json(path.read_bytes())
    except OSError as exc:
        raise BadInput(f"{path} cannot be read: {exc.strerror}") from exc
    except ValidationError as exc:
        raise BadInput(
            f"{path} is no result of `eval run --json`: {exc.errors()[0]['msg']}"
        ) from exc


def baselines(mind: MindName = "embedded", model: str = "") -> Path:
    """Return the folder of the baselines of a mind; each model has its own."""
    where = folder() / "baselines"
    if mind == "embedded":
        return where
    return where / "llm" / (re.sub(r"[^a-z0-9.]+", "-", model.lower()).strip("-") or "model")


def accepted(
    suites: Sequence[Suite], mind: MindName = "embedded", model: str = ""
) -> RunResult | None:
    """Return the accepted baselines of these suites; None where there are none."""
    found = RunResult(mind=mind, model=model)
    for suite in suites:
        path = baselines(mind, model) / f"{suite.name}.json"
        if path.is_file():
            found.suites |= read_result(path).suites
    return found if found.suites else None


def accept(result: RunResult, reason: str) -> list[str]:
    """Write the results as the baselines of their suites, in `evals/baselines`.

    Raises:
        BadInput: there is nothing to accept, the run did not come to its end, or the folder cannot
            be written.
    """
    if not result.suites:
        raise BadInput("the result holds no suite")
    if result.stopped or any(suite.missing for suite in result.suites.values()):
        raise BadInput("the run did not come to its end; finish it before it becomes a baseline")
    blank = {"expected": None, "got": None, "output": None}
    for name, suite in result.suites.items():
        cases = [case.model_copy(update=blank) for case in suite.results]
        kept = suite.model_copy(update={"results": cases, "against": {}})
        written = result.model_copy(
            update={"passed": suite.passed, "suites": {name: kept}, "reason": reason, "used": None}
        )
        path = baselines(result.mind, result.model) / f"{name}.json"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = written.model_dump_json(exclude_defaults=True)
            path.write_text(text.replace('{"id"', '\n{"id"') + "\n", encoding="utf-8")
        except OSError as exc:
            raise BadInput(f"{path} cannot be written: {exc.strerror}") from exc
    return list(result.suites)
