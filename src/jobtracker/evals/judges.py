"""A language model as judge, where no code can be; and how far it agrees with our labels.

One answer is graded against a rubric (prompt `grade`); two are compared (prompt `judge`) twice,
with the positions swapped, and only a verdict that survives the swap counts. Beside every score
stands Cohen's kappa on the labelled cases of the suite `judge`; while it is below 0.6, or unknown,
no threshold is put on the score. A judge that answers nonsense has given no verdict: that is a
value, and counts as a disagreement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.evals.model import Metric, Scored, Suite, SuiteResult
from jobtracker.evals.stats import kappa_interval
from jobtracker.evals.verdicts import JUDGED

if TYPE_CHECKING:
    from jobtracker.evals.bench import Bench

ENOUGH = 0.6
"""Kappa from which on a judge is believed ("substantial": Landis and Koch, 1977)."""
NONE = "no verdict"
Grade = Literal["passed", "failed", "no verdict"]
Winner = Literal["first", "second", "tie", "no verdict"]


@dataclass(frozen=True)
class Verdict:
    """What a judge says, and why."""

    said: str
    reasons: tuple[str, ...] = ()


async def grade(
    bench: Bench, rubric: str, case: str, answer: str, facts: str | None = None
) -> Verdict:
    """Return whether the answer passes: `passed`, `failed` or `no verdict`."""
    said = await _ask(bench, "grade", rubric=rubric, case=case, answer=answer, facts=facts)
    if said is None:
        return Verdict(NONE)
    return Verdict("passed" if said["passed"] else "failed", tuple(said["reasons"]))


async def compare(
    bench: Bench, rubric: str, case: str, first: str, second: str, facts: str | None = None
) -> Verdict:
    """Return which answer is better, asked both ways round; `tie` where the order decided."""

    async def asked(one: str, other: str) -> dict[str, Any] | None:
        return await _ask(
            bench, "judge", rubric=rubric, case=case, first=one, second=other, facts=facts
        )

    there, back = await asyncio.gather(asked(first, second), asked(second, first))
    if there is None or back is None:
        return Verdict(NONE)
    swapped = {"first": "second", "second": "first", "tie": "tie"}[back["winner"]]
    reasons = (*there["reasons"], *back["reasons"])
    if there["winner"] != swapped:
        return Verdict("tie", ("the verdict turned with the order of the answers", *reasons))
    return Verdict(there["winner"], reasons)


async def _ask(bench: Bench, prompt: str, **inputs: Any) -> dict[str, Any] | None:
    from jobtracker.agent.tasks import PromptTasks, Unusable

    try:
        return await PromptTasks(bench.judge_model, bench.settings.llm).run(prompt, **inputs)
    except (Unusable, ModelFailed):
        return None


def agreement(scored: Sequence[Scored]) -> dict[str, Metric]:
    """Return kappa of grades and of pairs, from the cases of the suite `judge`."""
    found: dict[str, Metric] = {}
    for name, prefix in (("kappa", "grade"), ("kappa_pairs", "pair")):
        rows = [
            (str(case.expected), str(case.got))
            for case in scored
            if f"agrees_{prefix}" in case.scores
        ]
        if rows:
            value, low, high = kappa_interval(rows)
            found[name] = Metric(value=value, n=len(rows), low=low, high=high)
    return found


def graded_labels() -> Suite:
    """Return the labelled cases of single answers, on which kappa is measured."""
    from jobtracker.evals import loading

    suite = loading.load("judge")
    suite.cases = [case for case in suite.cases if "answer" in case.inputs]
    return suite


def is_judged(suite: Suite) -> bool:
    """Tell whether a judge has a part in the suite."""
    return any(rubric_of(case.expected_output) for case in suite.cases)


def rubric_of(expected: Any) -> str:
    """Return what a case asks the judge, "" where it asks nothing."""
    if not isinstance(expected, dict):
        return ""
    return str(cast("dict[str, Any]", expected).get("rubric") or "")


def with_kappa(result: SuiteResult, kappa: float | None) -> SuiteResult:
    """Put kappa beside what a judge has scored; lift its threshold while kappa is too low."""
    metric = result.metrics.get(JUDGED)
    if metric is None:
        return result
    metric.kappa = kappa
    if metric.threshold is not None and (kappa is None or kappa < ENOUGH):
        shown = "unknown" if kappa is None else f"{kappa:.2f}"
        metric.withheld = f"no threshold: the judge's kappa is {shown}, below {ENOUGH}"
        metric.passed = True
        result.passed = all(one.passed for one in result.metrics.values())
    return result
