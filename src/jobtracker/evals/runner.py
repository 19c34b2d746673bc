"""Runs suites with the embedded mind, on processes, and keeps what is finished.

`with_model.py` is the same for a language model; `verdicts.py` judges what came of either.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from jobtracker.agent.prompts import versions
from jobtracker.core.errors import BY_CODE, BadInput, JobTrackerError, Unavailable
from jobtracker.evals import journal as journals
from jobtracker.evals.bench import Bounds
from jobtracker.evals.journal import Journal, Key
from jobtracker.evals.model import Case, MindName, RunResult, Scored, Suite, SuiteResult, Used
from jobtracker.evals.scorers import SCORERS, scorer
from jobtracker.evals.verdicts import against, judge, merged

Done = Callable[[SuiteResult], None]
Progress = Callable[[int, int], None]
"""Takes the finished cases and all of them."""
_HEAVY = ("injection", "conversations")
"""Suites of whole conversations: they are split among the processes, and begin first."""
_POLL = 0.3
_GRACE = 10.0


class TimeUp(Exception):
    """The time of the run is over."""


@dataclass
class Plan:
    """What is to be run. `prompts` are versions other than the pinned ones."""

    suites: Sequence[Suite]
    mind: MindName = "embedded"
    repeat: int = 1
    jobs: int = 1
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    baseline: RunResult | None = None
    bounds: Bounds = field(default_factory=Bounds)

    def __post_init__(self) -> None:
        check(self)

    @property
    def total(self) -> int:
        """All cases, each as often as it is repeated."""
        return self.repeat * sum(len(suite.cases) for suite in self.suites)


def check(plan: Plan) -> None:
    """Refuse a plan that cannot be run.

    Raises:
        BadInput: a suite has no such mind, a prompt takes no part, or the baseline is of others.
    """
    suites = plan.suites
    for suite in suites:
        if plan.mind not in SCORERS[suite.scorer].minds:
            other = SCORERS[suite.scorer].minds[0]
            raise BadInput(f"suite {suite.name} runs with --mind {other} alone")
    for prompt in plan.prompts:
        users = [name for name, kind in SCORERS.items() if prompt in kind.prompts]
        if plan.mind == "embedded":
            raise BadInput(
                f"no prompt takes part with the embedded mind; add --mind llm to try {prompt}"
            )
        own = any(prompt in SCORERS[suite.scorer].prompts for suite in suites)
        if not own and not any(suite.scorer == "checks" for suite in suites):
            known = f"suites that do: {', '.join(users)}" if users else "no suite does"
            raise BadInput(f"none of these suites uses the prompt {prompt}; {known}")
    baseline = plan.baseline
    if baseline is not None and not any(s.name in baseline.suites for s in suites):
        raise BadInput(
            f"the baseline is of other suites ({', '.join(baseline.suites) or 'none'}), "
            f"not of {', '.join(suite.name for suite in suites)}"
        )


def run(
    plan: Plan, journal: Journal, done: Done | None = None, progress: Progress | None = None
) -> RunResult:
    """Run the suites with the embedded mind; `done` is told of each suite as it ends.

    A case that the journal has already is not run again.

    Raises:
        TimeUp: the time is over; what is finished is in the journal.
        KeyboardInterrupt: likewise.
    """
    plan.bounds.begin()
    told: set[str] = set()

    def look(*, last: bool = False) -> dict[Key, dict[str, Scored]]:
        found = journal.read()
        if progress is not None:
            progress(sum(map(len, found.values())), plan.total)
        for suite in plan.suites:
            if suite.name not in told and (last or complete(plan, suite, found)):
                told.add(suite.name)
                if done is not None:
                    done(result_of(plan, suite, found))
        return found

    work = _pieces(plan, journal)
    if plan.jobs <= 1 or len(work) <= 1:
        for piece in work:
            _one(piece, plan.bounds)
            look()
    else:
        _many(work, plan, look)
    return finish(plan, look(last=True))


def result_of(
    plan: Plan, suite: Suite, found: Mapping[Key, Mapping[str, Scored]], why: str = ""
) -> SuiteResult:
    """Return a suite's result from its finished cases, compared with the baseline."""
    runs = [found.get((suite.name, number), {}) for number in range(plan.repeat)]
    result = judge(suite, merged(suite, runs), why or "the run ended before it")
    if plan.baseline is not None and (before := plan.baseline.suites.get(suite.name)):
        against(result, before)
    return result


def finish(
    plan: Plan,
    found: Mapping[Key, Mapping[str, Scored]],
    stopped: str = "",
    used: Used | None = None,
) -> RunResult:
    """Return the result of the run from its finished cases."""
    results = {suite.name: result_of(plan, suite, found, stopped) for suite in plan.suites}
    passed = not stopped and all(r.passed and not r.missing for r in results.values())
    return RunResult(
        mind=plan.mind,
        prompts=dict(plan.prompts),
        repeat=plan.repeat,
        passed=passed,
        suites=results,
        stopped=stopped,
        used=used,
    )


def complete(plan: Plan, suite: Suite, found: Mapping[Key, Mapping[str, Scored]]) -> bool:
    """Tell whether all cases of a suite are finished, as often as they are repeated."""
    return all(
        len(found.get((suite.name, number), {})) == len(suite.cases)
        for number in range(plan.repeat)
    )


@dataclass(frozen=True)
class Piece:
    """Cases of one suite that one process runs; `file` is where they are written."""

    scorer: str
    cases: Sequence[Case]
    file: Path
    prompts: Mapping[str, str]


def _pieces(plan: Plan, journal: Journal) -> list[Piece]:
    finished = journal.read()
    found: list[tuple[int, Piece]] = []
    for suite in plan.suites:
        for repeat in range(plan.repeat):
            key = (suite.name, repeat)
            left = [c for c in suite.cases if c.name not in finished.get(key, {})]
            heavy = suite.scorer in _HEAVY
            parts = plan.jobs if heavy and len(left) > 2 * plan.jobs else 1
            for number in range(parts):
                if cases := left[number::parts]:
                    file = journal.path(key, f"{len(finished.get(key, {}))}{number}")
                    rank = _HEAVY.index(suite.scorer) if heavy else len(_HEAVY)
                    found.append((rank, Piece(suite.scorer, cases, file, plan.prompts)))
    if plan.jobs > 1:
        # The slow ones first, so that none is left alone at the end.
        found.sort(key=lambda item: item[0])
    return [piece for _, piece in found]


def _one(piece: Piece, bounds: Bounds) -> None:
    """Score the cases, and write each as soon as it is finished."""
    written: set[str] = set()

    def tell(scored: Scored) -> None:
        journals.write(piece.file, scored)
        written.add(scored.id)
        if bounds.late:
            raise TimeUp

    with versions(piece.prompts):
        for scored in scorer(piece.scorer)(piece.cases, tell):
            if scored.id not in written:
                journals.write(piece.file, scored)
    if bounds.late:
        raise TimeUp


def _many(work: Sequence[Piece], plan: Plan, look: Callable[[], object]) -> None:
    """Run the pieces on processes; each takes the next one that nobody has begun.

    Raises:
        JobTrackerError: what a piece raised, or `Unavailable` where a process died.
    """
    context = multiprocessing.get_context("spawn")
    begun, errors = context.Value("i", 0), context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(work, begun, errors), daemon=False)
        for _ in range(min(plan.jobs, len(work)))
    ]
    for worker in workers:
        worker.start()
    try:
        while alive := [worker.sentinel for worker in workers if worker.is_alive()]:
            wait(alive, timeout=_POLL)
            _raise_first(errors)
            look()
            if plan.bounds.late:
                raise TimeUp
        _raise_first(errors)
        if codes := [worker.exitcode for worker in workers if worker.exitcode]:
            raise Unavailable(
                f"a process that ran the cases ended with {codes[0]}; what is finished is kept, "
                "and the same command goes on from there"
            )
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(_GRACE)
            worker.kill()


def _raise_first(errors: SimpleQueue[tuple[str, str]]) -> None:
    if not errors.empty():
        code, message = errors.get()
        raise BY_CODE.get(code, JobTrackerError)(message)


def _work(
    work: Sequence[Piece], begun: Synchronized[int], errors: SimpleQueue[tuple[str, str]]
) -> None:
    """Run pieces until none is left; the body of a process.

    Ctrl-C is left to the parent, which terminates. The process ends at once, whatever threads a
    piece has left behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    code, number = 0, 0
    try:
        while True:
            with begun.get_lock():
                number, begun.value = begun.value, begun.value + 1
            if number >= len(work):
                break
            _one(work[number], Bounds())
    except JobTrackerError as exc:
        errors.put((exc.code, exc.message))
    except SystemExit:
        code = 1
    except Exception as exc:  # noqa: BLE001 - told to the parent, which ends the run
        errors.put(("", f"suite {work[number].scorer}: {type(exc).__name__}: {exc}"))
    os._exit(code)


def _leave(*_: object) -> None:
    """End what is running, so that it cleans its folders up."""
    threading.excepthook = lambda _: None
    raise SystemExit(1)


def score(suite: Suite) -> list[Scored]:
    """Return the suite's cases with what came of them, with the embedded mind, in this process."""
    return scorer(suite.scorer)(suite.cases, lambda _: None)
