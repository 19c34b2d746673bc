"""The `jobtracker` command. Each command imports what it needs when it runs."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from jobtracker import __version__
from jobtracker.core.collector import start_without_collecting
from jobtracker.core.errors import JobTrackerError

app = typer.Typer(
    name="jobtracker",
    help="A self-hosted assistant for people who look for work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"jobtracker {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A self-hosted assistant for people who look for work."""


@app.command()
def chat(
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="Say this, print the answer, and leave.")
    ] = None,
    script: Annotated[
        str | None, typer.Option("--script", help="A file with one message a line; - is stdin.")
    ] = None,
    thread: Annotated[
        str | None, typer.Option("--thread", "-t", help="The conversation to go on with.")
    ] = None,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Who speaks.")] = None,
    now: Annotated[
        str | None, typer.Option("--now", help="A fixed time, ISO 8601, instead of the clock.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn.")] = False,
) -> None:
    """Talk with the assistant."""
    overrides = {"user": user, "now": now}
    if message is not None and script is not None:
        raise typer.BadParameter("use --message or --script, not both")
    if message is None and script is None:
        from jobtracker.cli.terminal import run_terminal

        run_terminal(thread, overrides, as_json=as_json)
        return
    from jobtracker.cli.chat import run_messages

    run_messages(message, script, thread, overrides, as_json=as_json)


@app.command()
def mcp(
    server: Annotated[
        str, typer.Argument(help="job_search, resume, calendar, … or all; or: install")
    ],
    client: Annotated[
        str | None, typer.Argument(help="for install: claude, claude-code, vscode or cursor")
    ] = None,
    transport: Annotated[str, typer.Option(help="stdio or http")] = "stdio",
    host: Annotated[str, typer.Option(help="for http")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="for http")] = 8765,
    only: Annotated[
        str, typer.Option("--server", help="for install: this server instead of all")
    ] = "all",
    only_print: Annotated[
        bool, typer.Option("--print", help="for install: show the entry, change nothing")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="for install: do not ask")] = False,
) -> None:
    """Run one of the MCP servers, or install them into a client."""
    if server == "install":
        from jobtracker.cli.mcp_install import run_install

        if client is None:
            raise typer.BadParameter("name the client: claude, claude-code, vscode or cursor")
        run_install(client, only, only_print=only_print, yes=yes)
        return
    if client is not None:
        raise typer.BadParameter(f"one server at a time; what is {client!r}?")
    from jobtracker.cli.mcp import run_server

    run_server(server, transport, host, port)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen; loopback if left out.")] = None,
    port: Annotated[int | None, typer.Option(help="8080 if left out; 0: any free one.")] = None,
    processes: Annotated[
        int | None, typer.Option(help="How many share the port; 1 if left out.")
    ] = None,
) -> None:
    """Serve the web pages, the API and MCP over HTTP."""
    from jobtracker.cli.serve import run_serve

    run_serve(host, port, processes)


@app.command()
def worker(
    host: Annotated[str, typer.Option(help="Where probes and metrics are answered.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Their port; 0: any free one.")] = None,
) -> None:
    """Do durable jobs: reminders, imports, schedules. Run as many as there is work for."""
    from jobtracker.cli.worker import run_worker

    run_worker(host, port)


@app.command()
def bench(
    groups: Annotated[list[str] | None, typer.Argument(help="which groups; all if none")] = None,
    json_file: Annotated[str | None, typer.Option("--json", help="Write the rows here.")] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long `bench soak` takes.")] = 10.0,
) -> None:
    """Measure, each figure beside its floor."""
    from jobtracker.cli.bench import run_bench

    run_bench(groups or [], json_file, minutes)


@app.command()
def doctor() -> None:
    """Check this machine: home folder, store, vectors, servers, model."""
    from jobtracker.cli.doctor import run_doctor

    run_doctor()


def _lazy(name: str, description: str) -> None:
    """Add a group of commands whose module is imported only when it is used."""
    if name in sys.argv[1:3]:
        module = __import__(f"jobtracker.cli.{name}", fromlist=["app"])
        app.add_typer(module.app, name=name, help=description)
    else:
        app.add_typer(typer.Typer(), name=name, help=description)


GROUPS = {
    "jobs": "Search and import job postings.",
    "resume": "Import, score and list résumés.",
    "applications": "Track applications.",
    "calendar": "Events, free time, invitations.",
    "accounts": "Who may sign in to the server.",
    "prompts": "Show and render the prompts.",
    "eval": "Run the eval suites.",
}


def main() -> None:
    """Run the command line; exit 0 done, 1 failed, 2 wrong usage."""
    start_without_collecting()
    for name, description in GROUPS.items():
        _lazy(name, description)
    code = _run()
    # Everything of ours is closed by now. Taking half a million objects of the libraries apart one
    # by one is a fifth of a short command's time, so the process ends here.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    """Run the command and return the exit code."""
    try:
        app()
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 0 if exc.code is None else 1
    except JobTrackerError as exc:
        return fail(exc.message)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as exc:  # the last resort: one line, never a traceback
        logging.getLogger("jobtracker").exception("unexpected error")
        return fail(
            f"an unexpected error ({type(exc).__name__}: {exc}); nothing half-done was kept, "
            "details are in logs/jobtracker.log of the home folder"
        )
    return 0


def fail(message: str) -> int:
    """Say what went wrong in one line on standard error; return the exit code."""
    typer.echo(f"jobtracker: {' '.join(message.split())}", err=True)
    return 1


if __name__ == "__main__":
    main()
