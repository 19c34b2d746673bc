"""Runs suites with a language model: many cases at once, none lost, cost and time bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from jobtracker.agent.prompts import versions
from jobtracker.core.errors import JobTrackerError, Unavailable
from jobtracker.evals import journal as journals
from jobtracker.evals.bench import FINAL, REPEAT, TROUBLES, Bench, Trouble
from jobtracker.evals.journal import Journal, Key
from jobtracker.evals.judges import agreement, graded_labels, is_judged, with_kappa
from jobtracker.evals.model import Case, RunResult, Scored, Suite
from jobtracker.evals.runner import Done, Plan, Progress, finish, result_of
from jobtracker.evals.scorers import Play, player

TRIES = 4
"""How often a case is played where the way to the model fails; each begins anew."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


class _Run:
    """One run: what is finished, and why cases are not."""

    def __init__(self, plan: Plan, bench: Bench, journal: Journal) -> None:
        self.plan = plan
        self.bench = bench
        self.journal = journal
        self.found = journal.read()
        self.gate = asyncio.Semaphore(plan.jobs)
        self.why: dict[str, str] = {}
        self.progress: Callable[[], None] = lambda: None

    def keep(self, key: Key, scored: Scored) -> None:
        """Write a finished case down."""
        journals.write(self.journal.path(key), scored)
        self.found.setdefault(key, {})[scored.id] = scored
        self.progress()

    async def suite(self, suite: Suite, repeats: int = 0) -> None:
        """Play all cases of a suite that are not finished."""
        missing: list[tuple[Key, Case]] = []
        for number in range(repeats or self.plan.repeat):
            key = (suite.name, number)
            missing += [(key, c) for c in suite.cases if c.name not in self.found.get(key, {})]
        if not missing or self.bench.over():
            return
        async with AsyncExitStack() as stack:
            play = await stack.enter_async_context(player(suite.scorer)(self.bench))
            async with asyncio.TaskGroup() as group:
                for number, (key, case) in enumerate(missing):
                    group.create_task(self.case(play, key, case, number))

    async def measure_judge(self) -> None:
        """Let the judge grade what we have labelled, before it grades anything else."""
        suite = graded_labels()
        await self.suite(suite, repeats=1)
        found = self.found.get((suite.name, 0), {})
        rows = [found[case.name] for case in suite.cases if case.name in found]
        if len(rows) == len(suite.cases):
            self.bench.kappa = agreement(rows)["kappa"].value

    async def case(self, play: Play, key: Key, case: Case, number: int) -> None:
        """Play one case until the model was heard, a bound is reached, or hope is lost."""
        async with self.gate:
            REPEAT.set(key[1])
            for attempt in range(TRIES):
                if self.bench.over():
                    return
                troubles: list[Trouble] = []
                TROUBLES.set(troubles)
                scored = await _played(play, case, f"p{key[1]}-{number}-{attempt}")
                if not troubles:
                    self.keep(key, scored)
                    return
                last = troubles[-1]
                self.why[case.name] = str(last)
                if last.kind in FINAL:
                    self.bench.stop(f"the model cannot be used ({last})")
                if last.kind == "stopped" or self.bench.stopped:
                    return
                if attempt < TRIES - 1:
                    wait = last.retry_after or _FIRST_WAIT * 2**attempt
                    await self.bench.sleep(min(wait, _LONGEST_WAIT))


async def _played(play: Play, case: Case, person: str) -> Scored:
    try:
        return await play(case, person)
    except JobTrackerError as exc:
        # A case that cannot be played at all is wrong, and says why.
        return Scored(
            id=case.name, passed=False, expected=case.expected_output,
            got=f"{exc.code}: {exc.message}", scores={"passed": (0, 1)},
        )  # fmt: skip


async def run(
    plan: Plan,
    bench: Bench,
    journal: Journal,
    done: Done | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Run the suites with the bench's model; `done` is told of each suite as it ends.

    Raises:
        Unavailable: the model cannot be used at all; the message says why.
    """
    plan.bounds.begin()
    state = _Run(plan, bench, journal)
    if progress is not None:
        names = {suite.name for suite in plan.suites}
        state.progress = lambda: progress(
            sum(len(cases) for key, cases in state.found.items() if key[0] in names), plan.total
        )
    with versions(plan.prompts):
        if any(is_judged(suite) for suite in plan.suites):
            await state.measure_judge()
        for suite in plan.suites:
            await state.suite(suite)
            if done is not None:
                done(with_kappa(result_of(plan, suite, state.found, _why(state)), bench.kappa))
    result = finish(plan, state.found, bench.stopped, bench.used)
    result.model = bench.settings.llm.model or bench.settings.llm.base_url
    result.kappa = bench.kappa
    for suite in result.suites.values():
        with_kappa(suite, bench.kappa)
        for name in suite.missing:
            suite.missing[name] = state.why.get(name) or bench.stopped or suite.missing[name]
    result.passed = not bench.stopped and all(
        suite.passed and not suite.missing for suite in result.suites.values()
    )
    if bench.stopped.startswith("the model cannot") and not any(state.found.values()):
        raise Unavailable(bench.stopped)
    return result


def _why(state: _Run) -> str:
    return state.bench.stopped or "the model could not be reached"
