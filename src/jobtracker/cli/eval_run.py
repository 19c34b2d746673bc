"""`jobtracker eval run`: what is run, its progress, and what is written of it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import AuthNeeded, BadInput
from jobtracker.core.settings import load_settings
from jobtracker.evals import loading, runner
from jobtracker.evals.bench import Bounds
from jobtracker.evals.journal import Journal, fingerprint
from jobtracker.evals.model import MindName, RunResult, Suite, SuiteResult
from jobtracker.evals.report import change_lines, result_lines, summary_lines
from jobtracker.evals.scorers import SCORERS
from jobtracker.evals.verdicts import accepted, read_result

if TYPE_CHECKING:
    from jobtracker.evals.runner import Plan, Progress

INTERRUPTED = 130


@dataclass
class Options:
    """What the command line says."""

    suites: Sequence[str] = ()
    prompts: Sequence[str] = ()
    mind: str | None = None
    model: str | None = None
    repeat: int = 1
    jobs: int = 0
    json_file: str | None = None
    baseline: str | None = None
    max_cost: float = 0.0
    max_seconds: float = 0.0
    cache: bool = True
    fresh: bool = False
    judge_model: str | None = None
    junit: str | None = None
    html: str | None = None
    keep: bool = True


def run_eval(options: Options) -> int:
    """Run the suites and return the exit code.

    Raises:
        JobTrackerError: a suite, prompt, baseline or model that cannot be used.
    """
    versions = _versions(options.prompts)
    mind = _mind(options, versions)
    overrides: dict[str, Any] = {"llm": {"model": options.model}} if options.model else {}
    core = Core(load_settings(**overrides))
    try:
        plan = _plan(options, mind, versions, core)
        result, code = _run(options, plan, core)
        _write(options, plan, result, core)
    finally:
        core.close()
    return code


def _versions(given: Sequence[str]) -> dict[str, str]:
    from jobtracker.agent.prompts import library

    found: dict[str, str] = {}
    for item in given:
        name, equals, version = item.partition("=")
        if not equals or not version:
            raise BadInput(f"--prompt {item[:60]!r} is not of the form NAME=vN")
        prompt = library().get(name.strip(), version.strip())
        for part in prompt.parts:
            library().compile(prompt, part)
        found[prompt.name] = prompt.version
    return found


def _mind(options: Options, versions: dict[str, str]) -> MindName:
    if options.mind not in {None, "embedded", "llm"}:
        raise BadInput(f"there is no mind {options.mind!r}; it is embedded or llm")
    if options.mind == "embedded" and options.model:
        raise BadInput("the embedded mind has no model; leave --model or say --mind llm")
    if options.mind == "llm" or (options.mind is None and (options.model or versions)):
        return "llm"
    return "embedded"


def _plan(options: Options, mind: MindName, versions: dict[str, str], core: Core) -> Plan:
    llm = core.settings.llm
    if mind == "llm" and not (llm.model or llm.base_url):
        raise AuthNeeded(
            "no model is configured: give --model, or set JOBTRACKER_LLM__MODEL and "
            "JOBTRACKER_LLM__API_KEY (or JOBTRACKER_LLM__BASE_URL)"
        )
    wanted = _suites(options, mind, versions)
    name = (llm.model or llm.base_url) if mind == "llm" else ""
    baseline = (
        read_result(Path(options.baseline)) if options.baseline else accepted(wanted, mind, name)
    )
    cores = 2 if mind == "embedded" else 8
    return runner.Plan(
        suites=wanted,
        mind=mind,
        repeat=options.repeat,
        jobs=options.jobs or cores,
        prompts=versions,
        baseline=baseline,
        bounds=Bounds(options.max_cost, options.max_seconds),
    )


def _suites(options: Options, mind: MindName, versions: dict[str, str]) -> list[Suite]:
    if options.suites:
        return [loading.load(name) for name in dict.fromkeys(options.suites)]
    able = [name for name in loading.names() if mind in SCORERS[name].minds]
    if versions:
        using = [name for name in able if set(SCORERS[name].prompts) & set(versions)]
        able = using or able
    return [loading.load(name) for name in able]


def _run(options: Options, plan: Plan, core: Core) -> tuple[RunResult, int]:
    llm = core.settings.llm
    name = fingerprint(
        plan.suites, mind=plan.mind, prompts=dict(plan.prompts), model=llm.model,
        url=llm.base_url, tokens=llm.max_output_tokens, judge=options.judge_model,
    )  # fmt: skip
    journal = Journal(core.home / "evals" / "runs", name, fresh=options.fresh)
    if known := sum(map(len, journal.read().values())):
        typer.echo(f"going on with {known} finished cases of an interrupted run", err=True)
    stopped, code = "", 0
    result = RunResult(passed=False)
    with _progress() as progress:

        def done(result: SuiteResult) -> None:
            lines = result_lines(result)
            before = plan.baseline.suites.get(result.suite) if plan.baseline else None
            typer.echo("\n".join([*lines, *(change_lines(before, result) if before else [])]))

        try:
            result = _with_mind(options, plan, core, journal, done, progress)
        except KeyboardInterrupt:
            stopped, code = "interrupted", INTERRUPTED
        except runner.TimeUp:
            stopped, code = f"the bound of {plan.bounds.seconds:g} seconds is reached", 1
    if stopped:
        result = runner.finish(plan, journal.read(), stopped)
        if plan.mind == "llm":
            result.model = llm.model or llm.base_url
    typer.echo("\n".join(summary_lines(result)), err=True)
    unfinished = result.stopped or any(suite.missing for suite in result.suites.values())
    if not unfinished:
        journal.close()
    return result, code or (0 if result.passed else 1)


def _with_mind(
    options: Options, plan: Plan, core: Core, journal: Journal,
    done: Callable[[SuiteResult], None], progress: Progress,
) -> RunResult:  # fmt: skip
    if plan.mind == "embedded":
        return runner.run(plan, journal, done, progress)
    from jobtracker.evals import with_model
    from jobtracker.evals.answers import Answers
    from jobtracker.evals.bench import Bench

    answers = Answers(core.home / "evals" / "answers.db") if options.cache else None

    async def main() -> RunResult:
        bench = Bench(core.settings, answers, plan.bounds)
        if options.judge_model:
            bench.judge_with(options.judge_model)
        try:
            return await with_model.run(plan, bench, journal, done, progress)
        finally:
            await bench.close()

    try:
        return asyncio.run(main())
    finally:
        if answers is not None:
            answers.close()


@contextlib.contextmanager
def _progress() -> Generator[Progress]:
    """Show a bar where somebody looks; a pipe gets the results alone."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _write(options: Options, plan: Plan, result: RunResult, core: Core) -> None:
    if options.json_file:
        write_text(options.json_file, result.model_dump_json(indent=1) + "\n")
    if options.junit:
        from jobtracker.evals.junit import junit

        write_text(options.junit, junit(result))
    whole = not result.stopped and not any(s.missing for s in result.suites.values())
    trend: list[Any] = []
    if options.keep and whole:
        from jobtracker.evals.keeping import Kept

        kept = Kept(core)
        kept.add(result)
        trend = kept.points(limit=200)
    if options.html:
        from jobtracker.evals.page import page

        write_text(options.html, page(result, plan.baseline, trend))


def write_text(path: str, text: str) -> None:
    """Write a file.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        Path(path).expanduser().write_text(text, encoding="utf-8")
    except OSError as exc:
        raise BadInput(f"{path} cannot be written: {exc.strerror}") from exc
