"""Bulk import: CSV by its header, JSON, and LinkedIn's “Job Applications.csv”."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from jobtracker.applications.exporting import is_formula
from jobtracker.applications.model import (
    Change,
    Contact,
    Details,
    ImportFailure,
    ImportReport,
    Status,
)
from jobtracker.applications.pipeline import STATUSES
from jobtracker.applications.service import ApplicationService
from jobtracker.core.errors import BadInput, JobTrackerError

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000
HEADERS: dict[str, tuple[str, ...]] = {
    "company": ("company", "company name", "employer", "firma", "unternehmen", "arbeitgeber",
                "entreprise", "employeur", "société", "azienda", "ditta", "datore di lavoro"),
    "title": ("title", "job title", "position", "role", "stelle", "jobtitel", "bezeichnung",
              "poste", "intitulé", "fonction", "posto", "ruolo", "posizione"),
    "status": ("status", "stage", "stand", "statut", "état", "stato"),
    "applied_on": ("applied_on", "date", "application date", "applied", "date applied", "datum",
                   "bewerbungsdatum", "beworben am", "date de candidature", "data",
                   "data candidatura"),
    "status_on": ("status_on", "status date"),
    "location": ("location", "place", "ort", "arbeitsort", "lieu", "luogo"),
    "address": ("address", "adresse", "indirizzo"),
    "source": ("source", "quelle", "fonte", "portal"),
    "channel": ("channel",),
    "pensum": ("pensum", "workload", "taux", "grado di occupazione"),
    "url": ("url", "link", "job url", "lien"),
    "note": ("note", "notes", "notiz", "notizen", "bemerkung", "remarque", "remarques", "nota"),
    "deadline": ("deadline", "frist", "délai", "scadenza"),
    "email": ("contact email", "email", "e-mail"),
    "phone": ("contact phone number", "phone", "telefon", "téléphone", "telefono"),
    "contact": ("contact", "contact name", "kontakt", "kontaktperson", "personne de contact"),
}  # fmt: skip
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "saved": ("saved", "wishlist", "bookmarked", "gemerkt", "gespeichert", "enregistré", "salvato"),
    "applied": ("applied", "sent", "submitted", "pending", "open", "beworben", "gesendet", "offen",
                "postulé", "envoyé", "candidato", "inviato", "inviata"),
    "screening": ("screening", "phone screen", "in review", "in prüfung", "présélection"),
    "interview": ("interview", "interviewing", "gespräch", "vorstellungsgespräch", "entretien",
                  "colloquio"),
    "offer": ("offer", "angebot", "offre", "offerta"),
    "accepted": ("accepted", "hired", "angenommen", "anstellung", "accepté", "engagé", "accettato"),
    "rejected": ("rejected", "declined", "no", "absage", "abgelehnt", "refusé", "refus",
                 "rifiutato"),
    "withdrawn": ("withdrawn", "zurückgezogen", "retiré", "ritirata", "ritirato"),
}  # fmt: skip
_DATES = ("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %B %Y", "%B %d, %Y")
_LINKEDIN_DATES = ("%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p", "%m/%d/%y", "%m/%d/%Y")
Row = dict[str, str]


def import_file(service: ApplicationService, user: str, path: Path) -> ImportReport:
    """Import a CSV or JSON file; a row that fails is reported and the others go on.

    Raises:
        BadInput: no such file, too large, not text, or without the columns that are needed.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadInput(
                f"{path.name} has {size // 1_000_000} MB; split it into files under "
                f"{MAX_BYTES // 1_000_000} MB"
            )
        content = path.read_bytes()
    except OSError as exc:
        raise BadInput(f"{path} cannot be read ({exc.strerror}); check the path") from exc
    return import_bytes(service, user, content, path.name)


def import_bytes(
    service: ApplicationService, user: str, content: bytes, name: str = "the file"
) -> ImportReport:
    """Import the content of a CSV or JSON file.

    Raises:
        BadInput: too large, not text, or without the columns that are needed.
    """
    if len(content) > MAX_BYTES:
        raise BadInput(f"{name} is over {MAX_BYTES // 1_000_000} MB; split it")
    text = _decode(content, name)
    read = _json_rows if text.lstrip()[:1] in {"[", "{"} else _csv_rows
    # Read to the end before the first row is written: a broken file changes nothing.
    rows = list(read(text, name))
    report = ImportReport(created=0, updated=0, unchanged=0, failures=[])
    for number, row in rows:
        if number - 1 > MAX_ROWS:
            reason = f"only the first {MAX_ROWS} rows were taken; split the file"
            report.failures.append(ImportFailure(row=number, reason=reason))
            break
        try:
            _take(service, user, row, report)
        except JobTrackerError as exc:
            report.failures.append(ImportFailure(row=number, reason=exc.message))
    report.failures = report.failures[:100]
    return report


def _decode(content: bytes, name: str) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{name} is not a text file; export it as CSV (UTF-8) or JSON")
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{name} is neither UTF-8 nor Windows text; save it as CSV (UTF-8)")


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, Row]]:
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines[:20]) if _columns(_split(line))), None)
    if start is None:
        found = ", ".join(_split(lines[0]))[:200] if lines else "nothing"
        raise BadInput(
            f"{name} has no header with the columns company and title (found: {found}); name them "
            "so, or like LinkedIn's “Company Name” and “Job Title”"
        )
    delimiter, header = _delimiter(lines[start]), _split(lines[start])
    columns, linkedin = _columns(header), "Application Date" in [h.strip() for h in header]
    reader = csv.reader(io.StringIO("".join(lines[start + 1 :]), newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=2):
            row = {name: _plain(cells[at]) for at, name in columns.items() if at < len(cells)}
            if any(row.values()):
                yield number, row | ({"linkedin": "yes"} if linkedin else {})
    except csv.Error as exc:
        raise BadInput(f"{name} is not proper CSV ({exc}); export it again") from exc


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), list[str]())
    except csv.Error:
        return []


def _columns(header: list[str]) -> dict[int, str]:
    """Return which column holds what; empty where company or title is missing."""
    known = {alias: name for name, aliases in HEADERS.items() for alias in aliases}
    found = {
        at: known[cell.strip().casefold()]
        for at, cell in enumerate(header)
        if cell.strip().casefold() in known
    }
    return found if {"company", "title"} <= set(found.values()) else {}


def _plain(cell: str) -> str:
    """Return the cell without the apostrophe that our own export puts before a formula."""
    text = cell.replace("\0", "").lstrip()
    return (text[1:] if text.startswith("'") and is_formula(text[1:]) else text).strip()


def _json_rows(text: str, name: str) -> Iterator[tuple[int, Row]]:
    try:
        payload = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise BadInput(f"{name} is not proper JSON ({exc}); export it again") from exc
    items = (
        cast("dict[str, Any]", payload).get("applications")
        if isinstance(payload, dict)
        else payload
    )
    if not isinstance(items, list):
        raise BadInput(f"{name} holds no list of applications")
    known = {alias: field for field, aliases in HEADERS.items() for alias in aliases}
    for number, item in enumerate(cast("list[Any]", items), start=1):
        if not isinstance(item, dict):
            raise BadInput(f"entry {number} of {name} is not an object")
        entry = cast("dict[str, Any]", item)
        row = {
            known[key.casefold()]: str(value)
            for key, value in entry.items()
            if key.casefold() in known and isinstance(value, str | int | float)
        }
        yield number, row


def _take(service: ApplicationService, user: str, row: Row, report: ImportReport) -> None:
    now = service.core.clock.now()
    status = _status(row.get("status", ""))
    applied = _day(row.get("applied_on", ""), bool(row.get("linkedin")), now)
    on = _day(row.get("status_on", ""), False, now) or applied
    values = {
        name: row[name][:200]
        for name in ("location", "address", "source", "url", "pensum", "deadline", "channel")
        if row.get(name)
    }
    if row.get("linkedin"):
        values.setdefault("source", "LinkedIn")
    if applied and status != "saved":
        values["applied_on"] = applied
    first = cast("Status", "offer" if status == "accepted" else status)
    result = service.track(
        user, None, row.get("company"), row.get("title"), first, on, _details(values),
        row.get("note") or None, by="import",
    )  # fmt: skip
    if result.created:
        report.created += 1
        _contact(service, user, result.application_id, row)
    elif result.moved:
        report.updated += 1
    else:
        report.unchanged += 1
    if status == "accepted" and result.status != "accepted":
        change = Change(status="accepted", date=on)
        service.update(user, result.application_id, change, by="import")


def _details(values: dict[str, str]) -> Details:
    from pydantic import ValidationError

    try:
        return Details.model_validate(values)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise BadInput(f"{first['loc'][0]}: {first['msg']}") from exc


def _contact(service: ApplicationService, user: str, application_id: str, row: Row) -> None:
    email, phone, name = (row.get(field, "") for field in ("email", "phone", "contact"))
    if email or name:
        contact = Contact(name=(name or email)[:200], email=email[:320], phone=phone[:60])
        service.update(user, application_id, Change(contact=contact), by="import")


def _status(text: str) -> Status:
    word = text.strip().casefold()
    if not word:
        return "applied"
    for name in STATUSES:
        if word in STATUS_WORDS[name]:
            return name
    raise BadInput(f"status {text[:40]!r} is not known; use one of {', '.join(STATUSES)}")


def _day(text: str, linkedin: bool, now: datetime) -> str | None:
    given = text.strip()
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).date().isoformat()
    except ValueError:
        pass
    for pattern in (*_LINKEDIN_DATES, *_DATES) if linkedin else _DATES:
        try:
            return _parsed(given.replace("\u202f", " "), pattern).isoformat()
        except ValueError:
            continue
    raise BadInput(f"date {given[:40]!r} is not known; write it like {now.date().isoformat()}")


def _parsed(text: str, pattern: str) -> date:
    return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
