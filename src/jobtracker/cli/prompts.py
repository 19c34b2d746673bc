"""`jobtracker prompts …`"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from jobtracker.agent import prompts_admin
from jobtracker.core.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="List, show, render, draft, compare, pin prompts.")
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Version = Annotated[str | None, typer.Option("--version", "-v", help="vN; the pinned one if out.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List all prompts with their pinned version and purpose."""
    found = prompts_admin.list_prompts()
    if as_json:
        typer.echo(json.dumps([vars(item) for item in found], ensure_ascii=False))
        return
    for item in found:
        drafts = f" (drafts: {', '.join(item.drafts)})" if item.drafts else ""
        typer.echo(f"{item.name:<24} {item.active:<5}{item.purpose}{drafts}")


@app.command()
def show(name: str, version: Version = None, as_json: Json = False) -> None:
    """Show one version with its front matter."""
    found = prompts_admin.show(name, version)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    typer.echo("\n".join(f"{key}: {value}" for key, value in found.items() if key != "body"))
    typer.echo(f"\n{found.get('body', '')}")


@app.command()
def render(
    name: str,
    inputs: Annotated[list[str] | None, typer.Argument(help="name=value …")] = None,
    version: Version = None,
    part: Annotated[str, typer.Option(help="A part of the prompt.")] = "",
) -> None:
    """Fill a prompt with inputs."""
    given: dict[str, str] = {}
    for item in inputs or []:
        key, equals, value = item.partition("=")
        if not equals:
            raise BadInput(f"input {item[:40]!r} is not of the form name=value")
        given[key] = value
    typer.echo(prompts_admin.render_prompt(name, given, version, part))


@app.command()
def new(name: str, source: Annotated[str | None, typer.Option(help="vN to copy")] = None) -> None:
    """Write the next version as a draft."""
    typer.echo(f"drafted {prompts_admin.new(name, source)}")


@app.command()
def diff(name: str, old: str, new_version: str) -> None:
    """Compare two versions."""
    typer.echo(prompts_admin.diff(name, old, new_version) or "the versions are the same")


@app.command()
def activate(
    name: str,
    version: str,
    language: Annotated[str | None, typer.Option()] = None,
    model: Annotated[str | None, typer.Option(help="A pattern such as openai:gpt-5*")] = None,
) -> None:
    """Release a version and pin it, plainly or for a language or model."""
    prompts_admin.activate(name, version, language, model)
    where = " and ".join(
        text
        for given, text in ((language, f"in {language}"), (model, f"with {model}"))
        if given
    )  # fmt: skip
    typer.echo(f"{name} is now {version}{f' {where}' if where else ''}")
