"""`jobtracker jobs …`"""

from __future__ import annotations

from typing import Annotated

import typer

from jobtracker.cli import tools

app = typer.Typer(no_args_is_help=True, help="Search and import job postings.")
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
User = Annotated[str | None, typer.Option("--user", "-u")]


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="A file, a URL, or - for standard input.")],
    as_json: Json = False,
    user: User = None,
) -> None:
    """Import postings: a board's answer (JSON, XML), a page with JobPosting data, or text."""
    if source.lower().startswith(("http://", "https://")):
        arguments = {"url": source}
    else:
        text = tools.as_text(tools.read_input(source), source)
        head = text.lstrip()[:200].lower()
        kind = "json" if head[:1] in "[{" else "html" if "<" in head[:1] else "text"
        arguments = {kind: text}
    result = tools.run("job_search", "import_job", arguments, user=user)
    warnings = result.get("warnings", [])
    tools.show(result, "imported_jobs", as_json=as_json, jobs=result["jobs"], warnings=warnings)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Title, skills, words.")] = "",
    location: Annotated[str | None, typer.Option("--location", "-l")] = None,
    radius_km: Annotated[int, typer.Option(min=0, max=300, help="also towns so near")] = 0,
    work_mode: Annotated[str | None, typer.Option(help="remote, hybrid or onsite")] = None,
    salary_min: Annotated[float | None, typer.Option(help="yearly")] = None,
    days: Annotated[int | None, typer.Option(help="posted within so many days")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Search the postings."""
    arguments = {
        "query": query,
        "location": location,
        "radius_km": radius_km,
        "work_mode": work_mode,
        "salary_min": salary_min,
        "posted_within_days": days,
        "limit": limit,
    }
    result = tools.run("job_search", "search_jobs", arguments, user=user)
    key = "jobs" if result.get("jobs") else "no_jobs"
    tools.show(result, key, as_json=as_json, more=False, page=False, preferred=[], search=arguments)


@app.command()
def show(job_id: str, as_json: Json = False, user: User = None) -> None:
    """Show one posting in full."""
    result = tools.run("job_search", "get_job", {"job_id": job_id}, user=user)
    tools.show(result, "job", as_json=as_json, job=result.get("job", result))


@app.command()
def sources(as_json: Json = False, user: User = None) -> None:
    """List where postings come from."""
    result = tools.run("job_search", "list_job_sources", {}, user=user)
    tools.show(result, "sources", as_json=as_json)
