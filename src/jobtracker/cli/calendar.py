"""`jobtracker calendar …`"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobtracker.calendars.model import Calendar, CalendarList
from jobtracker.cli import tools
from jobtracker.cli.chat import dump, open_core
from jobtracker.core.errors import BadInput
from jobtracker.core.settings import load_settings

if TYPE_CHECKING:
    from jobtracker.calendars.service import CalendarService

app = typer.Typer(no_args_is_help=True, help="Events, free time, invitations.")
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
User = Annotated[str | None, typer.Option("--user", "-u")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def _span(start: str | None, end: str | None, days: int) -> dict[str, str]:
    now = load_settings().clock().now()
    return {
        "start": start or now.isoformat(),
        "end": end or (now + timedelta(days=days)).isoformat(),
    }


@app.command("list")
def list_(
    start: str | None = None, end: str | None = None, as_json: Json = False, user: User = None
) -> None:
    """List the events of the next two weeks, or between two times."""
    span = _span(start, end, 14)
    result = tools.run("calendar", "list_events", span, user=user)
    tools.show(result, "events", as_json=as_json, **span)


@app.command()
def free(
    start: str | None = None,
    end: str | None = None,
    minutes: Annotated[int, typer.Option(min=5)] = 60,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Find free time in the next week, or between two times."""
    span = _span(start, end, 7)
    arguments = {**span, "duration_minutes": minutes}
    result = tools.run("calendar", "find_free_time", arguments, user=user)
    tools.show(result, "suggestions", as_json=as_json, suggestions=result.get("slots", []))


@app.command("import")
def import_(file: str, as_json: Json = False, user: User = None, yes: Yes = False) -> None:
    """Import an .ics file."""
    ics = tools.as_text(tools.read_input(file), file)
    result = tools.run("calendar", "import_ics", {"ics": ics}, user=user, yes=yes)
    tools.show(result, "imported_ics", as_json=as_json, result=result)


@app.command()
def invitation(file: str, as_json: Json = False, user: User = None) -> None:
    """Read an invitation from a file or standard input (-)."""
    text = tools.as_text(tools.read_input(file), file)
    key = "ics" if "BEGIN:VCALENDAR" in text else "text"
    result = tools.run("calendar", "read_invitation", {key: text}, user=user)
    slots: list[dict[str, Any]] = result.get("proposed_times") or []
    if not slots and result.get("start"):
        conflict = "; ".join(result.get("conflicts") or [])
        slots = [{"start": result["start"], "end": result.get("end"), "conflict": conflict}]
    tools.show(result, "invitation", as_json=as_json, invitation=result, slots=slots)


@app.command()
def export(
    start: str | None = None, end: str | None = None, as_json: Json = False, user: User = None
) -> None:
    """Write the events of the next 90 days to an .ics file."""
    result = tools.run("calendar", "export_ics", _span(start, end, 90), user=user)
    tools.show(result, "exported", as_json=as_json, result=result)


class Provider(StrEnum):
    """What can be connected."""

    caldav = "caldav"
    icloud = "icloud"
    google = "google"
    microsoft = "microsoft"


@contextmanager
def _service(user: str | None) -> Generator[tuple[CalendarService, str]]:
    from jobtracker.calendars.service import CalendarService

    core = open_core({"user": user})
    service = CalendarService(core)
    try:
        with core.personal.acting(core.settings.user):
            yield service, core.settings.user
    finally:
        service.close()
        core.close()


def _password(provider: str) -> str:
    """Read a password from the terminal without showing it, or the first line of standard input.

    Raises:
        BadInput: there is none.
    """
    if sys.stdin.isatty():
        import getpass

        password = getpass.getpass(f"App password for {provider}: ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise BadInput("no password was given; type it when asked, or pipe it in")
    return password


def _show_calendars(found: list[Calendar], *, as_json: bool) -> None:
    if as_json:
        typer.echo(dump(CalendarList(calendars=found).model_dump(mode="json")))
        return
    for one in found:
        mark = "*" if one.chosen else " "
        note = f"  {one.note}" if one.note else ""
        typer.echo(
            f"{mark} {one.calendar_id:<18} {one.provider:<13} {one.status:<12} {one.name}{note}"
        )


@app.command()
def connect(
    provider: Provider,
    url: Annotated[str, typer.Option(help="Address of the CalDAV server.")] = "",
    username: Annotated[str, typer.Option(help="For caldav and icloud.")] = "",
    calendar: Annotated[str, typer.Option(help="New events go to this calendar of it.")] = "",
    name: Annotated[str, typer.Option(help="What to call the account.")] = "",
    as_json: Json = False,
    user: User = None,
) -> None:
    """Connect a calendar account; a password is asked for, or read from standard input."""
    if provider in {Provider.caldav, Provider.icloud}:
        needed = {"--username": username, **({"--url": url} if provider == "caldav" else {})}
        if missing := [option for option, value in needed.items() if not value]:
            raise typer.BadParameter(f"{provider.value} needs {' and '.join(missing)}")
    with _service(user) as (service, who):
        if provider == Provider.google:
            made = service.connector.google(who, _show_address, name)
        elif provider == Provider.microsoft:
            made = service.connector.microsoft(who, _show_code, name)
        else:
            given = {"url": url, "username": username, "calendar": calendar}
            given = {key: text for key, text in given.items() if text}
            given["password"] = _password(provider.value)
            made = service.connect(who, provider.value, given, name)
        _show_calendars([made], as_json=as_json)


def _show_address(address: str) -> None:
    typer.echo(f"Open this address, log in and say yes:\n{address}", err=True)


def _show_code(address: str, code: str) -> None:
    typer.echo(f"Open {address} and type the code {code}", err=True)


@app.command()
def accounts(as_json: Json = False, user: User = None) -> None:
    """List the calendars, whether each can be reached, and (*) which new events go to."""
    with _service(user) as (service, who):
        _show_calendars(service.list_calendars(who).calendars, as_json=as_json)


@app.command()
def choose(calendar_id: str, as_json: Json = False, user: User = None) -> None:
    """Let new events go to that calendar; `local` is the folder."""
    with _service(user) as (service, who):
        _show_calendars(service.choose(who, calendar_id).calendars, as_json=as_json)


@app.command()
def disconnect(
    calendar_id: str, as_json: Json = False, user: User = None, yes: Yes = False
) -> None:
    """Forget an account and its login; its events stay where they are."""
    with _service(user) as (service, who):
        if not yes and not tools.confirm(f"Disconnect {calendar_id}?"):
            raise typer.Exit(1)
        _show_calendars(service.disconnect(who, calendar_id).calendars, as_json=as_json)


@app.command()
def hours(
    start: Annotated[str | None, typer.Option(help="HH:MM")] = None,
    end: Annotated[str | None, typer.Option(help="HH:MM")] = None,
    days: Annotated[str | None, typer.Option(help="e.g. 1,2,3,4; Monday is 1")] = None,
    lunch: Annotated[str | None, typer.Option(help="HH:MM-HH:MM, or none")] = None,
    buffer: Annotated[int | None, typer.Option(help="minutes around an interview")] = None,
    notice: Annotated[int | None, typer.Option(help="hours before an interview")] = None,
    travel: Annotated[int | None, typer.Option(help="minutes to a place")] = None,
    language: Annotated[str | None, typer.Option(help="of the events: en, de, fr, it")] = None,
    as_json: Json = False,
    user: User = None,
) -> None:
    """Show or change working hours, lunch, buffer, notice and travel."""
    if days is not None and not all(part.strip().isdecimal() for part in days.split(",")):
        raise BadInput(f"--days {days[:40]!r} is not a list of weekdays such as 1,2,3,4,5")
    given: dict[str, Any] = {
        "work_start": start, "work_end": end, "buffer_minutes": buffer, "notice_hours": notice,
        "travel_minutes": travel, "language": language,
        "lunch": "" if lunch == "none" else lunch,
        "work_days": [int(part) for part in days.split(",")] if days is not None else None,
    }  # fmt: skip
    with _service(user) as (service, who):
        found = service.working_time(who, {k: v for k, v in given.items() if v is not None})
    values = found.model_dump(mode="json")
    typer.echo(dump(values) if as_json else "\n".join(f"{k:<15} {v}" for k, v in values.items()))
