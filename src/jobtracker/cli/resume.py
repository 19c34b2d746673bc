"""`jobtracker resume …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobtracker.cli import tools

app = typer.Typer(no_args_is_help=True, help="Import, score, export and list résumés.")
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
User = Annotated[str | None, typer.Option("--user", "-u")]


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="PDF, DOCX, JSON Resume, text …")],
    as_json: Json = False,
    user: User = None,
) -> None:
    """Read a résumé and keep it."""
    path = str(Path(file).expanduser().absolute())
    result = tools.run("resume", "import_resume", {"path": path}, user=user)
    tools.show(result, "resume_read", as_json=as_json, warnings=result.get("warnings", [])[:5])


@app.command("list")
def list_(as_json: Json = False, user: User = None) -> None:
    """List the résumés."""
    tools.show(tools.run("resume", "list_resumes", {}, user=user), "resumes", as_json=as_json)


@app.command()
def score(
    resume_id: Annotated[str | None, typer.Argument(help="The newest if left out.")] = None,
    job: Annotated[str | None, typer.Option(help="A posting's id.")] = None,
    job_file: Annotated[str | None, typer.Option(help="A file with the posting's text.")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Score a résumé against a posting."""
    text = tools.as_text(tools.read_input(job_file), job_file) if job_file else None
    arguments = {"resume_id": resume_id, "job_id": job, "job_text": text}
    result = tools.run("resume", "score_resume", arguments, user=user)
    tools.show(result, "scored", as_json=as_json, score=result, job={})


@app.command()
def export(
    resume_id: Annotated[str | None, typer.Argument(help="The newest if left out.")] = None,
    kind: Annotated[str, typer.Option("--format", "-f", help="pdf, docx, json …")] = "pdf",
    template: Annotated[str | None, typer.Option(help="The look of the PDF.")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Write a résumé to a file."""
    arguments = {"resume_id": resume_id, "format": kind, "template": template}
    result = tools.run("resume", "export_resume", arguments, user=user)
    tools.show(result, "exported", as_json=as_json, result=result)
