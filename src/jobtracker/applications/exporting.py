"""Writing the tracker out: CSV, JSON and iCalendar. No cell can become a formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jobtracker.applications import records
from jobtracker.applications.followups import next_actions, rounds
from jobtracker.applications.model import ExportedApplications
from jobtracker.applications.pipeline import OPEN, State
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.speech import say

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

COLUMNS = (
    "company",
    "title",
    "status",
    "status_on",
    "applied_on",
    "responded_on",
    "location",
    "address",
    "source",
    "channel",
    "pensum",
    "deadline",
    "url",
    "job_id",
    "application_id",
    "notes",
)
_FORMULA = re.compile(r"^[\s'\"]*[=+\-@＝＋－＠|%]|^[\t\r\n]")


def neutral(cell: object) -> str:
    """Return the cell as text that no spreadsheet runs as a formula."""
    text = "" if cell is None else str(cell)
    text = "".join(c for c in text if c in "\n\t" or ord(c) >= 32)
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet might run the text; also where it is quoted already."""
    return _FORMULA.match(text) is not None


def write_csv(header: list[str], rows: list[list[object]], delimiter: str = ",") -> str:
    """Return a CSV text with a byte-order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([neutral(cell) for cell in header])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def of_month(states: list[State], month: str | None) -> list[State]:
    """Return the applications of that month (YYYY-MM), by day; all where none is given.

    Raises:
        BadInput: not a month.
    """
    chosen = states
    if month is not None:
        if not re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", month):
            raise BadInput(f"month {month[:20]!r} is not a month; write it like 2026-11")
        chosen = [s for s in states if (s.applied_on or s.status_on).startswith(month)]
    return sorted(chosen, key=lambda s: (s.applied_on or s.status_on, s.company, s.id))


def as_csv(states: list[State]) -> str:
    """Return the applications as CSV."""
    rows: list[list[object]] = []
    for state in states:
        notes = [p["data"]["text"] for p in state.parts.values() if p["kind"] == "note"]
        values = state.fields() | {"application_id": state.id, "notes": " / ".join(notes)}
        rows.append([values[name] for name in COLUMNS])
    return write_csv(list(COLUMNS), rows)


def as_json(states: list[State]) -> str:
    """Return the applications with all that belongs to them as JSON."""
    found = [
        records.details(state, []).model_dump(mode="json", exclude={"history"}) for state in states
    ]
    return json.dumps({"applications": found}, ensure_ascii=False, indent=2)


def as_ics(states: list[State], now: datetime) -> str:
    """Return interviews as events, deadlines and what is due as tasks, in iCalendar."""
    import icalendar

    Event, Todo = cast("Any", icalendar.Event), cast("Any", icalendar.Todo)
    calendar = cast("Any", icalendar.Calendar())
    calendar.add("prodid", "-//Job Tracker Pro//applications//EN")
    calendar.add("version", "2.0")
    for state in states:
        named = {"title": state.title, "company": state.company}
        for start, body in rounds(state):
            event = Event()
            event.add("uid", f"{state.id}-{start:%Y%m%dT%H%M}@jobtracker")
            event.add("dtstamp", now)
            event.add(
                "summary",
                say("applications.round_entry", stage=body.get("stage") or "interview", **named),
            )
            event.add("dtstart", start)
            event.add("dtend", start + timedelta(hours=1))
            if body.get("location"):
                event.add("location", body["location"])
            calendar.add_component(event)
        if state.deadline and state.status in OPEN:
            calendar.add_component(
                _todo(Todo(), f"{state.id}-deadline", say("applications.deadline_entry", **named),
                      date.fromisoformat(state.deadline), now)
            )  # fmt: skip
    for action in next_actions(states, now):
        todo = _todo(
            Todo(),
            f"{action.application_id}-{action.action}",
            say(
                "applications.action_entry",
                **action.model_dump(include={"action", "title", "company"}),
            ),
            action.due,
            now,
        )
        todo.add("description", action.why)
        calendar.add_component(todo)
    return calendar.to_ical().decode("utf-8")


def _todo(todo: Any, uid: str, summary: str, due: date | datetime, now: datetime) -> Any:
    todo.add("uid", f"{uid}@jobtracker")
    todo.add("dtstamp", now)
    todo.add("summary", summary)
    todo.add("due", due)
    return todo


def folder_of(core: Core, user: str) -> Path:
    """Return the folder of the user's exports; its name tells nobody's."""
    name = hashlib.blake2b(user.encode(), digest_size=10).hexdigest()
    return core.home / "exports" / name


def keep(core: Core, user: str, name: str, content: bytes) -> Path:
    """Write a file into the user's folder, whole or not at all.

    Raises:
        Unavailable: the disk is full or read-only.
    """
    folder = folder_of(core, user)
    target = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(target.suffix + ".part")
        draft.write_bytes(content)
        draft.chmod(0o600)
        draft.replace(target)
    except OSError as exc:
        raise Unavailable(
            f"the export {target} cannot be written ({exc.strerror}); free some space or make the "
            "folder writable"
        ) from exc
    return target


def hold(core: Core, user: str, names: list[str], ids: list[str]) -> None:
    """Note whose applications these files tell of, where their text does not hold the ids.

    Raises:
        Unavailable: the disk is full or read-only.
    """
    for name in names:
        keep(core, user, f".{name}{_HOLDS}", "\n".join(ids).encode())


def forget(core: Core, user: str, application_id: str) -> list[str]:
    """Remove the user's exported files that tell of this application; return their names.

    A list can be exported again without it; pages about it alone bear its id in their name.

    Raises:
        Unavailable: a file cannot be read or removed.
    """
    folder, gone = folder_of(core, user), list[str]()
    if not folder.is_dir():
        return gone
    for path in sorted(folder.iterdir()):
        try:
            if path.is_file() and path.exists() and _tells_of(path, application_id):
                beside = folder / f".{path.name}{_HOLDS}"
                for file in (path, beside):
                    file.unlink(missing_ok=True)
                gone.append(path.name)
        except OSError as exc:
            raise Unavailable(
                f"the export {path} cannot be removed ({exc.strerror}); make the folder writable "
                "and delete the application again"
            ) from exc
    return gone


def _tells_of(path: Path, application_id: str) -> bool:
    if path.name.endswith(_HOLDS):
        return False
    if application_id in path.name:
        return True
    beside = path.with_name(f".{path.name}{_HOLDS}")
    if beside.is_file():
        return application_id in beside.read_text("utf-8").split("\n")
    suffix = path.suffix if path.suffix != ".part" else path.with_suffix("").suffix
    return suffix.lstrip(".") in MIME and application_id.encode() in path.read_bytes()


_HOLDS = ".ids"
MIME = {"csv": "text/csv", "json": "application/json", "ics": "text/calendar"}


def export(
    core: Core, user: str, states: list[State], format: str, month: str | None
) -> ExportedApplications:
    """Write the applications of a month, or all, as csv, json or ics.

    Raises:
        BadInput: an unknown format or month.
    """
    if format not in MIME:
        raise BadInput(f"format {format[:20]!r} is not one of csv, json, ics, rav")
    chosen = of_month(states, month)
    now = core.clock.now()
    if format == "csv":
        text = as_csv(chosen)
    elif format == "json":
        text = as_json(chosen)
    else:
        text = as_ics(chosen, now)
    content = text.encode("utf-8", "replace")
    path = keep(core, user, f"applications{'-' + month if month else ''}.{format}", content)
    return ExportedApplications(
        path=str(path),
        mime_type=MIME[format],
        size_bytes=len(content),
        entries=len(chosen),
        warnings=[],
    )
