"""`jobtracker bench`: each figure beside its floor, measured in the same run."""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, cast

import typer

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, JobTrackerError, Unavailable
from jobtracker.core.settings import load_settings


class Row(TypedDict):
    """One figure. `ratio` is value over floor; `target` bounds the ratio where there is a floor and
    no unit of its own, else the value; all may be None."""

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    target: float | None
    met: bool | None


Group = Callable[[Core], list[Row]]
GROUPS = {
    "start": "jobtracker.cli.bench_start:run",
    "chat": "jobtracker.cli.bench_chat:run",
    "serve": "jobtracker.cli.bench_serve:run",
    "pages": "jobtracker.cli.bench_pages:run",
    "accounts": "jobtracker.cli.bench_accounts:run",
    "mcp": "jobtracker.cli.bench_engine:mcp",
    "workers": "jobtracker.cli.bench_engine:workers",
    "cache": "jobtracker.cli.bench_engine:cache",
    "durable": "jobtracker.cli.bench_engine:durable",
    "vectors": "jobtracker.cli.bench:vectors",
    "memory": "jobtracker.cli.bench:memory",
    "jobs": "jobtracker.cli.bench:jobs",
    "jobs-500k": "jobtracker.cli.bench:jobs_large",
    "live": "jobtracker.jobs.bench_live:run",
    "resume": "jobtracker.resumes.bench:run",
    "calendar": "jobtracker.calendars.bench:run",
    "applications": "jobtracker.applications.bench:run",
    "coaching": "jobtracker.coaching.bench:run",
    "hostile": "jobtracker.cli.bench_hostile:run",
    "targets": "jobtracker.cli.bench_targets:run",
}

ALIASES = {"search": "jobs", "documents": "resume"}
SOAK = "soak"
"""Takes minutes: only where it is asked for by name."""
BY_NAME = frozenset({"jobs-500k", "pages"})
"""These do, too."""


def vectors(core: Core) -> list[Row]:
    """Measure the vector index."""
    from jobtracker.core.bench_vectors import run

    return cast("list[Row]", run(core.settings.vectors, core.embedder))


def jobs(_core: Core) -> list[Row]:
    """Measure the search over a hundred thousand postings; writing them takes a few minutes."""
    from jobtracker.jobs.bench import run

    return cast("list[Row]", run(100_000))


def jobs_large(_core: Core) -> list[Row]:
    """Measure the search over half a million postings."""
    from jobtracker.jobs.bench import run

    return cast("list[Row]", run(500_000))


def memory(core: Core) -> list[Row]:
    """Measure the long-term memory."""
    from jobtracker.agent.bench_memory import run

    return cast("list[Row]", run(core.settings))


def run_bench(groups: list[str], json_file: str | None, minutes: float = 10.0) -> None:
    """Run the groups, each on a home folder of its own that is thrown away.

    Raises:
        BadInput: no such group, or the file cannot be written.
        Unavailable: a group could not be measured; what the others gave is there.
    """
    failed: list[str] = []
    groups = [ALIASES.get(name, name) for name in groups]
    unknown = [name for name in groups if name not in (*GROUPS, SOAK)]
    if unknown:
        raise BadInput(
            f"there is no bench group {unknown[0]!r}; one of: {', '.join((*GROUPS, SOAK))}"
        )
    rows: list[Row] = []
    for name in groups or [name for name in GROUPS if name not in BY_NAME]:
        run = _group(name, minutes)
        with tempfile.TemporaryDirectory(prefix="jobtracker-bench-") as home:
            core = Core(load_settings(home=home))
            try:
                found = run(core)
            except (JobTrackerError, OSError, EOFError) as exc:  # the other groups go on
                typer.echo(f"{name} failed: {exc}", err=True)
                found, failed = [row(name, 0.0, "measured", least=1.0)], [*failed, name]
            finally:
                core.close()
        for one in found:
            typer.echo(line(one))
        rows.extend(found)
    if json_file:
        try:
            Path(json_file).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        except OSError as exc:
            raise BadInput(f"{json_file} cannot be written: {exc.strerror}") from exc
    if failed:
        raise Unavailable(f"{', '.join(failed)} could not be measured; the reason is above")


def _group(name: str, minutes: float) -> Group:
    if name == SOAK:
        from jobtracker.cli.bench_soak import run as soak

        return lambda core: soak(core, minutes)
    module, _, function = GROUPS[name].partition(":")
    return getattr(importlib.import_module(module), function)


def line(row: Row) -> str:
    """Return a row as one line of the table."""
    floor = f"floor {row['floor']:g}" if row["floor"] is not None else ""
    ratio = f"× {row['ratio']:.2f}" if row["ratio"] is not None else ""
    target = f"target {row['target']:g}" if row["target"] is not None else ""
    met = {True: "met", False: "MISSED", None: ""}[row["met"]]
    value = f"{row['value']:g} {row['unit']}"
    return f"{row['name']:<44} {value:>16}  {floor:<14} {ratio:<8} {target:<14} {met}".rstrip()


def row(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    most: float | None = None,
    most_ratio: float | None = None,
    least: float | None = None,
) -> Row:
    """Make a row: `most` and `least` bound the value, `most_ratio` the ratio to the floor."""
    ratio = value / floor if floor else None
    target = most if most is not None else least if least is not None else most_ratio
    met: bool | None = None
    if most is not None:
        met = value <= most
    elif least is not None:
        met = value >= least
    elif most_ratio is not None and ratio is not None:
        met = ratio <= most_ratio
    rounded: dict[str, Any] = {
        "value": round(value, 3),
        "floor": None if floor is None else round(floor, 3),
        "ratio": None if ratio is None else round(ratio, 3),
    }
    return Row(
        name=name,
        value=rounded["value"],
        unit=unit,
        floor=rounded["floor"],
        ratio=rounded["ratio"],
        target=target,
        met=met,
    )
