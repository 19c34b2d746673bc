"""`jobtracker applications …`"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobtracker.cli import tools

app = typer.Typer(no_args_is_help=True, help="Track applications.")
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
User = Annotated[str | None, typer.Option("--user", "-u")]


@app.command("list")
def list_(
    status: Annotated[str | None, typer.Option(help="Only this status.")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """List the applications."""
    result = tools.run("applications", "list_applications", {"status": status}, user=user)
    found = result.get("applications", [])
    tools.show(result, "applications", as_json=as_json, total=len(found), closed=0)


@app.command()
def add(
    company: str,
    title: str,
    status: Annotated[str, typer.Option()] = "applied",
    date: Annotated[str | None, typer.Option(help="ISO date")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Track an application."""
    arguments = {"company": company, "title": title, "status": status, "date": date}
    result = tools.run("applications", "track_application", arguments, user=user)
    shown = date or str(result.get("applied_at") or result.get("updated_at") or "")[:10]
    tools.show(result, "tracked", as_json=as_json, application=result, date=shown, status=status)


@app.command()
def next(as_json: Json = False, user: User = None) -> None:
    """Show what is due."""
    tools.show(tools.run("applications", "next_actions", {}, user=user), "actions", as_json=as_json)


@app.command()
def remind(
    text: Annotated[str, typer.Argument(help="What to be reminded of.")],
    due: Annotated[str, typer.Argument(help="When: 2026-11-27, or 2026-11-27T09:00.")],
    as_json: Json = False,
    user: User = None,
) -> None:
    """Be reminded of something at a time."""
    result = tools.run("applications", "set_reminder", {"text": text, "due": due}, user=user)
    tools.show(result, "reminder_set", as_json=as_json, text=result["text"], due=result["due"])


@app.command()
def export(
    kind: Annotated[str, typer.Option("--format", "-f", help="csv, json, ics or rav")] = "csv",
    month: Annotated[str | None, typer.Option(help="YYYY-MM")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Write the applications to a file."""
    arguments = {"format": kind, "month": month}
    result = tools.run("applications", "export_applications", arguments, user=user)
    tools.show(result, "exported", as_json=as_json, result=result)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="CSV, JSON or LinkedIn's Job Applications.csv")],
    as_json: Json = False,
    user: User = None,
) -> None:
    """Import applications in bulk."""
    from pathlib import Path

    from jobtracker.applications.importing import import_file
    from jobtracker.applications.service import ApplicationService
    from jobtracker.cli.chat import dump, open_core

    core = open_core({"user": user})
    try:
        done = import_file(
            ApplicationService(core), core.settings.user, Path(file).expanduser()
        ).model_dump(mode="json")
    finally:
        core.close()
    if as_json:
        typer.echo(dump(done))
        return
    failures: list[Any] = done.pop("failures", [])
    typer.echo(", ".join(f"{key} {value}" for key, value in done.items()))
    for failure in failures[:20]:
        typer.echo(f"- {failure}")
