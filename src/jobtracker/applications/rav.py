"""The Swiss proof of efforts to find work: the month's applications as the form wants them.

The form (716.007, art. 26 AVIV) is handed in by the 5th of the following month. Fields and order
are those of the form and of its electronic twin, Job-Room: https://www.arbeit.swiss.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobtracker.applications.exporting import hold, keep, of_month, write_csv
from jobtracker.applications.model import ExportedApplications, ExportWarning
from jobtracker.applications.pipeline import RANK, State

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

_DATA = Path(__file__).parent / "data"
DUE_DAY = 5
PENDING_DAYS = 30
FULL_TIME = 100


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((_DATA / "rav.toml").read_text(encoding="utf-8"))


def month_due(today: date) -> str:
    """Return the month to report: the last one until the 5th, then the running one."""
    if today.day <= DUE_DAY:
        return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return today.strftime("%Y-%m")


def row_of(state: State, language: str) -> list[str]:
    """Return the nine cells of an application: the form's eight, and Job-Room's link."""
    words = _words()[language]
    contacts = [p["data"] for p in state.parts.values() if p["kind"] == "contact"]
    people = [", ".join(c[f] for f in ("name", "phone", "email") if c.get(f)) for c in contacts[:1]]
    firm = ", ".join(
        part for part in (state.company, state.address or state.location, *people) if part
    )
    return [
        _swiss(state.applied_on),
        firm,
        state.title,
        # The tracker keeps the person's own applications; an assignment is noted as their source.
        words["yes" if state.source.strip().casefold() in {"rav", "orp", "urc"} else "no"],
        state.pensum,
        words["channel"].get(state.channel or "", ""),
        words["result"][_result(state)],
        reason_of(state, language),
        state.url,
    ]


_BY = {"online": 0, "email": 0, "post": 0, "agency": 0, "in_person": 1, "referral": 1, "phone": 2}
_RESULTS = ("open", "interview", "accepted", "rejected")


def form_row(state: State, language: str) -> dict[str, Any]:
    """Return an application as the form's line: what is written, and which boxes are ticked."""
    cells = row_of(state, language)
    full, part = _workload(state.pensum)
    result = "interview" if (found := _result(state)) == "offer" else found
    return {
        "date": cells[0],
        "firm": cells[1],
        "job": cells[2],
        "assigned": cells[3] == _words()[language]["yes"],
        "full": full,
        "part": part,
        "how": [_BY.get(state.channel or "") == number for number in range(3)],
        "result": [result == name for name in _RESULTS],
        "reason": cells[7],
    }


_FULL = re.compile(r"voll|full|plein|complet|pieno", re.IGNORECASE)


def _workload(pensum: str) -> tuple[bool, str]:
    """Return whether it is a full-time position, and else the percentage, or a tick without one."""
    load = [int(number) for number in re.findall(r"\d{1,3}", pensum)]
    if not load:
        full = _FULL.search(pensum) is not None
        return full, "" if full or not pensum.strip() else "×"
    full = min(load) >= FULL_TIME
    return full, "" if full else pensum.replace("%", "").strip()


def reason_of(state: State, language: str) -> str:
    """Return why it was refused, in the words noted on or after that day, or what else came."""
    result = _result(state)
    if result in {"offer", "withdrawn"}:
        return str(_words()[language]["result"][result])
    if result != "rejected":
        return ""
    notes = [
        str(part["data"]["text"])
        for part in state.parts.values()
        if part["kind"] == "note" and str(part["data"].get("at", ""))[:10] >= state.status_on
    ]
    return " ".join(notes[0].split())[:120] if notes else ""


def _swiss(day: str | None) -> str:
    return date.fromisoformat(day).strftime("%d.%m.%Y") if day else ""


def _result(state: State) -> str:
    if state.status in {"accepted", "rejected", "withdrawn", "offer"}:
        return state.status
    return "interview" if state.reached >= RANK["interview"] else "open"


def lacking(state: State, today: date, language: str) -> list[str]:
    """Return what the form needs and this application does not tell."""
    contacts = any(p["kind"] == "contact" for p in state.parts.values())
    old = bool(state.applied_on) and date.fromisoformat(str(state.applied_on)) < today - timedelta(
        days=PENDING_DAYS
    )
    checks = {
        "date": bool(state.applied_on),
        "address": bool(state.address or contacts),
        "pensum": bool(state.pensum),
        "channel": bool(state.channel),
        "result": not (old and _result(state) == "open"),
    }
    words = _words()[language]["missing"]
    return [words[name] for name, there in checks.items() if not there]


def efforts(states: list[State], month: str) -> list[State]:
    """Return what counts as an effort in that month: what was applied for, not what was saved."""
    return [s for s in of_month(states, month) if s.status != "saved"]


def export(
    core: Core,
    user: str,
    states: list[State],
    month: str | None,
    language: str,
    person: dict[str, str],
) -> ExportedApplications:
    """Write the month's efforts as PDF, with the CSV beside it, and name what is missing.

    `person` may hold `name` and `number`; the AHV number is left to be filled in by hand otherwise.

    Raises:
        BadInput: not a month.
    """
    today = core.clock.now().date()
    wanted = month or month_due(today)
    chosen = efforts(states, wanted)
    rows = [row_of(state, language) for state in chosen]
    words = _words()[language]
    csv_text = write_csv(words["columns"], [list(row) for row in rows], ";")
    base = f"rav-{wanted}-{language}"
    # Before the files: what cannot be found again must not be written.
    hold(core, user, [f"{base}.csv", f"{base}.pdf"], [state.id for state in chosen])
    beside = keep(core, user, f"{base}.csv", csv_text.encode())
    lines = [form_row(state, language) for state in chosen]
    content = _pdf(lines, wanted, language, person)
    path = keep(core, user, f"{base}.pdf", content)
    warnings = [
        ExportWarning(application_id=s.id, entry=f"{s.company} – {s.title}", missing=gaps)
        for s in chosen
        if (gaps := lacking(s, today, language))
    ]
    if not person.get("name"):
        title = words["title"]
        gap = [words["missing"]["name"]]
        warnings.insert(0, ExportWarning(application_id="", entry=title, missing=gap))
    return ExportedApplications(
        path=str(path),
        mime_type="application/pdf",
        size_bytes=len(content),
        entries=len(chosen),
        also=[str(beside)],
        warnings=[f"{w.entry}: {', '.join(w.missing)}" for w in warnings[:50]],
        incomplete=warnings[:50],
    )


def _pdf(rows: list[dict[str, Any]], month: str, language: str, person: dict[str, str]) -> bytes:
    import typst

    words = _words()[language]
    labels = {
        name: words[name] for name in ("name", "number", "month", "count", "day", "sign", "annexes")
    }
    year, number = month.split("-")
    data = {
        "language": language,
        "title": words["title"],
        "labels": labels,
        "name": person.get("name", ""),
        "number": person.get("number", ""),
        "month": f"{number}.{year}",
        "subtitle": words["subtitle"],
        "deadline": words["deadline"],
        "heads": words["heads"],
        "ups": words["ups"],
        "rows": rows,
        "declaration": words["declaration"],
    }
    # The facts travel as JSON input, never as source text: no cell can become markup.
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    source = (_DATA / "rav.typ").read_bytes()
    return bytes(typst.compile(source, format="pdf", sys_inputs=inputs))
