"""`jobtracker eval …`"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from jobtracker.core.errors import BadInput, NotSupported
from jobtracker.evals import loading, verdicts
from jobtracker.evals.report import comparison_lines
from jobtracker.evals.scorers import SCORERS

app = typer.Typer(no_args_is_help=True, help="Run the eval suites.")
JsonFile = Annotated[str | None, typer.Option("--json", help="Write the result here.")]
Junit = Annotated[str | None, typer.Option("--junit", help="Write JUnit XML here.")]
Html = Annotated[str | None, typer.Option("--html", help="Write the report page here.")]
Baseline = Annotated[
    str | None, typer.Option(help="A result to stand against; the accepted one if none.")
]


@app.command()
def run(
    suites: Annotated[list[str] | None, typer.Argument(help="names, or paths; all if none")] = None,
    json_file: JsonFile = None,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="The same as --mind embedded (the default).")
    ] = False,
    prompt: Annotated[
        list[str] | None, typer.Option("--prompt", help="NAME=vN instead of the pinned version.")
    ] = None,
    mind: Annotated[str | None, typer.Option(help="embedded or llm")] = None,
    model: Annotated[str | None, typer.Option(help="e.g. openai:gpt-5-mini")] = None,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="Times each case is run.")] = 1,
    jobs: Annotated[
        int, typer.Option(min=0, help="Processes, or cases at once with a model; 0: 2 or 8.")
    ] = 0,
    baseline: Baseline = None,
    max_cost: Annotated[float, typer.Option(min=0, help="Stop there; 0: no bound.")] = 0.0,
    max_seconds: Annotated[float, typer.Option(min=0, help="Stop there; 0: no bound.")] = 0.0,
    cache: Annotated[bool, typer.Option(help="Keep the model's answers.")] = True,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not go on with a stopped run.")
    ] = False,
    judge_model: Annotated[str | None, typer.Option(help="Another model as judge.")] = None,
    junit: Junit = None,
    html: Html = None,
    keep: Annotated[bool, typer.Option(help="Keep the figures in the store.")] = True,
) -> None:
    """Run suites; exit 1 where a metric is below its threshold or worse than its baseline."""
    from jobtracker.cli.eval_run import Options, run_eval

    if embedded and mind not in {None, "embedded"}:
        raise typer.BadParameter("--embedded and --mind llm exclude each other")
    options = Options(
        suites=suites or (), prompts=prompt or (), mind="embedded" if embedded else mind,
        model=model, repeat=repeat, jobs=jobs, json_file=json_file, baseline=baseline,
        max_cost=max_cost, max_seconds=max_seconds, cache=cache, fresh=fresh,
        judge_model=judge_model, junit=junit, html=html, keep=keep,
    )  # fmt: skip
    if code := run_eval(options):
        raise typer.Exit(code)


@app.command("list")
def list_() -> None:
    """List the suites."""
    for name in loading.names():
        suite = loading.load(name)
        minds = "+".join(SCORERS[suite.scorer].minds)
        typer.echo(f"{name:<20}{len(suite.cases):>5} cases   {minds:<13} {suite.about.proves}")


@app.command()
def show(suite: str) -> None:
    """Say what a suite proves, what it cannot, its bounds, and which prompts it tries."""
    found = loading.load(suite)
    kind = SCORERS[found.scorer]
    typer.echo(f"{found.name}: {len(found.cases)} cases, with the mind {' or '.join(kind.minds)}")
    typer.echo(f"proves: {found.about.proves}\ncannot show: {found.about.cannot}")
    for name, bound in found.about.thresholds.items():
        limit = f">= {bound.min:g}" if bound.min is not None else f"<= {bound.max:g}"
        measured = f" (measured {bound.measured:g} on {bound.n})" if bound.measured else ""
        typer.echo(f"bound: {name} {limit}{measured}")
    if kind.prompts:
        typer.echo(f"prompts: {', '.join(kind.prompts)}")


@app.command()
def compare(
    a: str,
    b: str,
    json_file: JsonFile = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Let the model compare answers by their rubrics.")
    ] = False,
    max_cost: Annotated[
        float, typer.Option(min=0, help="The judge stops there; 0: no bound.")
    ] = 0.0,
) -> None:
    """Say of two results whether B is better or worse than A, or that one can't tell."""
    old, new = verdicts.read_result(Path(a)), verdicts.read_result(Path(b))
    shared = [name for name in new.suites if name in old.suites]
    if not shared:
        raise BadInput(
            f"{a} ({', '.join(old.suites) or 'empty'}) and {b} ({', '.join(new.suites) or 'empty'})"
            " have no suite in common"
        )
    rows: dict[str, Any] = {}
    for name in shared:
        found = verdicts.compare(old.suites[name], new.suites[name])
        rows[name] = {metric: vars(paired) for metric, paired in found.items()}
        typer.echo("\n".join(comparison_lines(old.suites[name], new.suites[name], found)))
    if judge:
        from jobtracker.cli.eval_more import judged

        rows["judged"] = judged(old, new, max_cost)
    if json_file:
        from jobtracker.cli.eval_run import write_text

        write_text(json_file, json.dumps(rows, indent=1) + "\n")


@app.command()
def report(
    result: Annotated[str, typer.Argument(help="what `eval run --json` wrote")],
    html: Annotated[str, typer.Option("--html", help="the page to write")] = "eval-report.html",
    junit: Junit = None,
    baseline: Baseline = None,
) -> None:
    """Write a result as one HTML page with charts, and as JUnit XML."""
    from jobtracker.cli.eval_more import write_report

    write_report(result, html, junit, baseline)


@app.command()
def capture(
    thread: Annotated[str, typer.Option(help="the conversation")],
    turn: Annotated[int | None, typer.Option(help="the turn that was wrong; the last")] = None,
    note: Annotated[str, typer.Option(help="what should have happened")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Save it without asking.")] = False,
) -> None:
    """Turn a conversation into a case, with names, mails, phones and companies replaced."""
    from jobtracker.cli.eval_more import capture_thread

    capture_thread(thread, turn, note, sure=yes)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="promptfoo YAML or OpenAI-evals JSONL")],
    out: Annotated[str | None, typer.Option(help="the suite to write; beside the file")] = None,
) -> None:
    """Read somebody else's suite; says what cannot be carried over."""
    from jobtracker.cli.eval_more import import_file

    import_file(file, out)


@app.command()
def export(
    suite: str,
    format_: Annotated[str, typer.Option("--format", help="promptfoo or openai")],
    out: Annotated[str | None, typer.Option(help="the file to write; else printed")] = None,
) -> None:
    """Write a suite as promptfoo YAML or OpenAI-evals JSONL; says what cannot be carried over."""
    from jobtracker.cli.eval_more import export_suite

    export_suite(suite, format_, out)


@app.command()
def schema() -> None:
    """Print the JSON schema of suites, which editors use (evals/schema.json)."""
    from jobtracker.evals.schema import text

    typer.echo(text(), nl=False)


@app.command()
def accept(
    result: Annotated[str, typer.Argument(help="what `eval run --json` wrote")],
    reason: Annotated[str, typer.Option(help="Why this is the new baseline.")],
) -> None:
    """Make a result the baseline of its suites; says why in the file."""
    if not reason.strip():
        raise BadInput("a new baseline needs a reason")
    names = verdicts.accept(verdicts.read_result(Path(result)), reason.strip())
    typer.echo(f"new baseline of {', '.join(names)}")


@app.command()
def intents(
    train: Annotated[str, typer.Option(help="JSON: [[text, label], …] or CLINC150's layout")],
    test: Annotated[str, typer.Option(help="the same; may be the same file")],
    json_file: JsonFile = None,
) -> None:
    """Train the intent classifier on one labelled file and measure it on another."""
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise NotSupported(
            "training needs scikit-learn, which is not installed: "
            "pip install 'job-tracker-pro[train]'"
        )
    from jobtracker.agent.mind.embedded import intent_eval

    figures = intent_eval.run(Path(train), Path(test), Path(json_file) if json_file else None)
    typer.echo("\n".join(_figure_lines(figures)))


def _figure_lines(figures: dict[str, Any]) -> Sequence[str]:
    lines = [f"accuracy in scope        {_share(figures, 'accuracy')}  n={figures['n']}"]
    if "oos_auroc" in figures:
        lines += [
            f"out-of-scope AUROC       {figures['oos_auroc']:.4f}  n={figures['oos_n']}",
            "out-of-scope recall with 95 % of in-scope kept  "
            + _share(figures, "oos_recall_at_95"),
        ]
    else:
        lines.append("out of scope             the test file has no such rows")
    lines.append(f"microseconds per message {figures['microseconds_per_message']:.0f}")
    if figures["unknown_labels"]:
        lines.append(f"labels never trained     {', '.join(figures['unknown_labels'])}")
    return lines


def _share(figures: dict[str, Any], name: str) -> str:
    low, high = figures[f"{name}_ci95"]
    return f"{figures[name]:.4f}  [{low:.4f}, {high:.4f}]"
