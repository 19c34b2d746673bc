"""The rarer commands of `jobtracker eval`: report, capture, import, export, judging pairs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from jobtracker.cli.eval_run import write_text
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import AuthNeeded, BadInput
from jobtracker.evals import loading
from jobtracker.evals.judges import NONE
from jobtracker.evals.model import RunResult
from jobtracker.evals.verdicts import accepted, read_result

if TYPE_CHECKING:
    from jobtracker.evals.pairing import Judged, Pair


def write_report(result: str, html: str, junit_file: str | None, baseline: str | None) -> None:
    """Write the page, with the trends of the store, and JUnit XML where asked for.

    Raises:
        BadInput: a file is no result, or cannot be written.
    """
    from jobtracker.evals.keeping import Kept
    from jobtracker.evals.page import page

    run = read_result(Path(result))
    known = [loading.load(name) for name in run.suites if name in loading.names()]
    before = read_result(Path(baseline)) if baseline else accepted(known, run.mind, run.model)
    if baseline and before is not None and not set(before.suites) & set(run.suites):
        raise BadInput(
            f"the baseline is of other suites ({', '.join(before.suites) or 'none'}), "
            f"not of {', '.join(run.suites)}"
        )
    core = Core()
    try:
        write_text(html, page(run, before, Kept(core).points(limit=200)))
    finally:
        core.close()
    typer.echo(f"wrote {html}")
    if junit_file:
        from jobtracker.evals.junit import junit

        write_text(junit_file, junit(run))
        typer.echo(f"wrote {junit_file}")


def capture_thread(thread: str, turn: int | None, note: str, *, sure: bool) -> None:
    """Show a conversation as a case, and keep it after a yes.

    Raises:
        NotFound: there is no such thread or turn.
    """
    core = Core()
    try:
        offer(core, core.settings.user, thread, turn, note, sure=sure)
    finally:
        core.close()


def offer(
    core: Core, user: str, thread: str, turn: int | None = None, note: str = "", *,
    sure: bool = False,
) -> None:  # fmt: skip
    """Propose a case, ask, and save it."""
    from jobtracker.evals import capture

    case = capture.propose(core, user, thread, turn, note)
    typer.echo(capture.shown(case))
    question = "Keep this as a test case? Look whether a name is left in it."
    if not sure and not typer.confirm(question, default=False):
        typer.echo("nothing was kept")
        return
    path = capture.save(core, case)
    typer.echo(f"kept in {path}; `jobtracker eval run {path}` runs it")


def import_file(file: str, out: str | None) -> None:
    """Write somebody else's suite as one of ours.

    Raises:
        BadInput: the file cannot be read, or the suite's file is there already.
    """
    import yaml

    from jobtracker.evals.interchange import read

    source = Path(file).expanduser()
    suite, lost = read(source)
    target = Path(out).expanduser() if out else source.with_name(f"{suite['name']}.suite.yaml")
    if target.exists():
        raise BadInput(f"{target} is there already; name another file with --out")
    text = yaml.safe_dump(suite, allow_unicode=True, sort_keys=False, width=100)
    write_text(str(target), text)
    loading.read(target)
    typer.echo(f"{len(suite['cases'])} cases in {target}; `jobtracker eval run {target}` runs them")
    for line in lost:
        typer.echo(f"left out: {line}", err=True)


def export_suite(name: str, form: str, out: str | None) -> None:
    """Write a suite in somebody else's format.

    Raises:
        BadInput: there is no such format.
        NotSupported: the suite has no case with a counterpart there.
    """
    from jobtracker.evals.interchange import Format, write

    if form not in {"promptfoo", "openai"}:
        raise BadInput(f"there is no format {form!r}; it is promptfoo or openai")
    text, lost = write(loading.load(name), cast("Format", form))
    if out:
        write_text(out, text)
        typer.echo(f"wrote {out}")
    else:
        typer.echo(text, nl=False)
    for line in lost:
        typer.echo(f"left out: {line}", err=True)


def judged(old: RunResult, new: RunResult, max_cost: float = 0.0) -> dict[str, Any]:
    """Let the model compare the answers of two runs, case by case, and print what came of it.

    Raises:
        AuthNeeded: no model is configured.
        BadInput: no case has a rubric.
        Unavailable: the model cannot be used.
    """
    from jobtracker.evals import pairing

    told = pairing.pairs(old, new)
    core = Core()
    try:
        if not (core.settings.llm.model or core.settings.llm.base_url):
            raise AuthNeeded("--judge needs a model: set JOBTRACKER_LLM__MODEL")
        found = asyncio.run(_judged(core, told, max_cost))
    finally:
        core.close()
    paired = found.paired()
    more = f", {paired.needed} more cases needed" if paired.needed else ""
    relied = "" if found.believed else "; too low to be relied on"
    typer.echo(
        f"judge: B {paired.verdict}{more} (B better {found.count('second')}, A better "
        f"{found.count('first')}, tie {found.count('tie')}, no verdict "
        f"{found.count(NONE)}; p={paired.p:.3g}; kappa of the judge on pairs {found.kappa:.2f}"
        f"{relied})"
    )
    for verdict, name in (("second", "B better"), ("first", "A better")):
        for label in [one for one, said in found.said.items() if said == verdict][:20]:
            typer.echo(f"     {name}: {label}")
    if found.stopped:
        left = len(told) - len(found.said)
        typer.echo(f"judge: stopped, {found.stopped}; {left} cases are not compared", err=True)
    return found.as_json()


async def _judged(core: Core, told: list[Pair], max_cost: float) -> Judged:
    from jobtracker.evals.answers import Answers
    from jobtracker.evals.bench import Bench, Bounds
    from jobtracker.evals.pairing import judge

    answers = Answers(core.home / "evals" / "answers.db")
    bench = Bench(core.settings, answers, Bounds(cost=max_cost))
    try:
        return await judge(bench, told)
    finally:
        await bench.close()
        answers.close()
