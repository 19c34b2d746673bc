"""Two runs' answers side by side, judged in pairs: which run answers better by the rubrics.

The judge is measured first, on the pairs that we have labelled; below `ENOUGH` its word is shown
and not relied upon. Positions are swapped, so what turns with the order is a tie.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobtracker.core.errors import BadInput, JobTrackerError, Unavailable
from jobtracker.evals import loading, stats
from jobtracker.evals.bench import FINAL, TROUBLES, Bench, Trouble
from jobtracker.evals.judges import ENOUGH, NONE, agreement, compare, rubric_of
from jobtracker.evals.model import RunResult, Suite
from jobtracker.evals.suites.judged import labels

if TYPE_CHECKING:
    from jobtracker.evals.model import Metric

AT_ONCE = 4


@dataclass(frozen=True)
class Pair:
    """The answers of A and B to one case; `facts` are the case's inputs as JSON."""

    suite: str
    case: str
    rubric: str
    first: str
    second: str
    facts: str | None = None

    @property
    def label(self) -> str:
        """How it is named: `cover_letters/de-pflege-spitex`."""
        return f"{self.suite}/{self.case}"


@dataclass
class Judged:
    """What came of it. `said` maps a pair's label to first (A), second (B), tie or no verdict."""

    kappa: float
    said: dict[str, str] = field(default_factory=dict[str, str])
    stopped: str = ""

    def count(self, verdict: str) -> int:
        """Return how many pairs got this verdict."""
        return sum(one == verdict for one in self.said.values())

    @property
    def believed(self) -> bool:
        """Whether the judge agrees with our labels often enough."""
        return self.kappa >= ENOUGH

    def paired(self) -> stats.Paired:
        """Return B against A by a sign test over the pairs that were told apart."""
        rows = [one for one in self.said.values() if one != NONE]
        a = [(float(one == "first"), 1.0) for one in rows]
        b = [(float(one == "second"), 1.0) for one in rows]
        return stats.compare(a, b)

    def as_json(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "kappa": self.kappa, "believed": self.believed, "stopped": self.stopped,
            **{name: self.count(name) for name in ("first", "second", "tie", NONE)},
            "against": vars(self.paired()), "cases": self.said,
        }  # fmt: skip


def pairs(old: RunResult, new: RunResult) -> list[Pair]:
    """Return the cases with a rubric that both runs answered.

    Raises:
        BadInput: there is none.
    """
    found = [
        pair
        for name, suite in new.suites.items()
        if name in old.suites
        for pair in _of_suite(old, new, name, _inputs(name))
        if suite
    ]
    if not found:
        raise BadInput(
            "there is nothing for a judge: no case that both results answered has a rubric; "
            "rubrics stand in the suites of answers (cover_letters), played with --mind llm"
        )
    return found


def _of_suite(
    old: RunResult, new: RunResult, name: str, inputs: dict[str, Any]
) -> Iterator[Pair]:  # fmt: skip
    before = {case.id: case for case in old.suites[name].results}
    for case in new.suites[name].results:
        earlier, rubric = before.get(case.id), rubric_of(case.expected)
        if rubric and earlier is not None and case.output and earlier.output:
            given = inputs.get(case.id)
            facts = json.dumps(given, ensure_ascii=False, default=str) if given else None
            yield Pair(name, case.id, rubric, earlier.output, case.output, facts)


def _inputs(name: str) -> dict[str, Any]:
    """Return what the cases of a suite of ours were given; a result does not hold it."""
    try:
        suite: Suite = loading.load(name)
    except JobTrackerError:
        return {}
    return {case.name: case.inputs.get("with") or case.inputs for case in suite.cases}


async def judge(bench: Bench, told: list[Pair]) -> Judged:
    """Measure the judge, then let it compare; equal answers are a tie without being asked.

    Raises:
        Unavailable: the model cannot be used; the message says why.
    """
    troubles: list[Trouble] = []
    TROUBLES.set(troubles)
    bench.bounds.begin()
    found = Judged(await _kappa(bench, troubles))
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(pair: Pair) -> None:
        if pair.first.strip() == pair.second.strip():
            found.said[pair.label] = "tie"
            return
        async with gate:
            if bench.over():
                return
            verdict = await compare(
                bench, pair.rubric, pair.case, pair.first, pair.second, pair.facts
            )
        if not bench.stopped:
            found.said[pair.label] = verdict.said

    async with asyncio.TaskGroup() as group:
        for pair in told:
            group.create_task(one(pair))
    _final(troubles)
    found.said = {pair.label: found.said[pair.label] for pair in told if pair.label in found.said}
    found.stopped = bench.stopped
    return found


async def _kappa(bench: Bench, troubles: list[Trouble]) -> float:
    async with labels(bench) as play:
        cases = [case for case in loading.load("judge").cases if "first" in case.inputs]
        scored = [await play(case, case.name) for case in cases]
    _final(troubles)
    metric: Metric | None = agreement(scored).get("kappa_pairs")
    return metric.value if metric else 0.0


def _final(troubles: list[Trouble]) -> None:
    final = next((one for one in troubles if one.kind in FINAL), None)
    if final is not None:
        raise Unavailable(f"the judge cannot be asked ({final})")
