"""Bulk import: CSV by its header, JSON, and LinkedIn's “Job Applications.csv”."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from jobtracker.applications.exporting import is_formula
from jobtracker.applications.import_words import (
    channel_of,
    column,
    day_of,
    month_first,
    plain,
    status_of,
)
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
_LONGEST = {"location": 200, "address": 300, "source": 80, "url": 2000}
_ODD = re.compile(r"[A-Za-z][ŸŠšŽžŒœ€‚ƒ„…†‡ˆ‰‹™›¢£§¶]|[ŸŠšŽžŒœ€‚ƒ„…†‡ˆ‰‹™›¢£§¶][a-z]")
_USUAL = re.compile(r"[äöüéèàâêçëïîôûùÄÖÜÉÈÀìòß]")
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
    # LinkedIn writes the month first, in English; else a day above the twelfth tells.
    american = month_first(row.get("applied_on", "") for _, row in rows)
    report = ImportReport(created=0, updated=0, unchanged=0, failures=[])
    for number, row in rows:
        if number - 1 > MAX_ROWS:
            reason = f"only the first {MAX_ROWS} rows were taken; split the file"
            report.failures.append(ImportFailure(row=number, reason=reason))
            break
        try:
            _take(service, user, row, report, american=american or _is_american(row))
        except JobTrackerError as exc:
            report.failures.append(ImportFailure(row=number, reason=exc.message))
    report.failures = report.failures[:100]
    return report


def _is_american(row: Row) -> bool:
    said = f"{row.get('applied_on', '')} {row.get('saved_on', '')}"
    return bool(row.get("linkedin")) or re.search(r"\d\s?[AP]M\b", said) is not None


def _decode(content: bytes, name: str) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{name} is not a text file; export it as CSV (UTF-8) or JSON")
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _of_a_mac(content, text) if encoding == "cp1252" else text
    raise BadInput(f"{name} is neither UTF-8 nor Windows text; save it as CSV (UTF-8)")


def _of_a_mac(content: bytes, text: str) -> str:
    """Return the text as old Macs wrote it where that reads better: `ZŸrich` is Zürich."""
    other = content.decode("mac_roman")
    odd = len(_ODD.findall(text)) - len(_USUAL.findall(text))
    return other if odd > len(_ODD.findall(other)) - len(_USUAL.findall(other)) else text


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
    columns, linkedin = (
        _columns(header),
        {"applied_on", "title", "company"} <= set(_columns(header).values())
        and bool({plain(cell) for cell in header} & _OF_LINKEDIN),
    )
    reader = csv.reader(io.StringIO("".join(lines[start + 1 :]), newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=2):
            row = {name: _plain(cells[at]) for at, name in columns.items() if at < len(cells)}
            if any(row.values()):
                yield number, row | ({"linkedin": "yes"} if linkedin else {})
    except csv.Error as exc:
        raise BadInput(f"{name} is not proper CSV ({exc}); export it again") from exc


_OF_LINKEDIN = {
    plain(name)
    for name in ("Resume Name", "Question And Answers", "Lebenslaufname", "Frage und Antwort",
                 "Nom du CV", "Questions et réponses", "Nome del curriculum", "Domande e risposte")
}  # fmt: skip


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), list[str]())
    except csv.Error:
        return []


def _columns(header: list[str]) -> dict[int, str]:
    """Return which column holds what; empty where company or title is missing."""
    found: dict[int, str] = {}
    for at, cell in enumerate(header):
        name = column(cell)
        if name and name not in found.values():
            found[at] = name
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
    for number, item in enumerate(cast("list[Any]", items), start=1):
        if not isinstance(item, dict):
            raise BadInput(f"entry {number} of {name} is not an object")
        entry = cast("dict[str, Any]", item)
        row: Row = {}
        for key, value in entry.items():
            name_of = column(key)
            if name_of and isinstance(value, str | int | float):
                row[name_of] = str(value)
        yield number, row


def _take(
    service: ApplicationService, user: str, row: Row, report: ImportReport, *, american: bool
) -> None:
    now = service.core.clock.now()
    saved = _day(row.get("saved_on", ""), american, now)
    status = _status(row.get("status", "") or ("saved" if saved else ""))
    applied = _day(row.get("applied_on", ""), american, now)
    on = _day(row.get("status_on", ""), american, now) or applied or saved
    values: dict[str, str] = {
        name: row[name][:longest] for name, longest in _LONGEST.items() if row.get(name)
    }
    values |= _spoken(row, american, now)
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


def _spoken(row: Row, american: bool, now: datetime) -> dict[str, str]:
    """Return the values that people write in words: workload, channel, deadline."""
    found: dict[str, str] = {}
    if load := row.get("pensum", "").strip():
        bare = re.fullmatch(r"\d{1,3}(?:\s?[-–]\s?\d{1,3})?", load)
        found["pensum"] = f"{load}%" if bare else load[:20]
    if channel := channel_of(row.get("channel", "")):
        found["channel"] = channel
    if deadline := _day(row.get("deadline", ""), american, now):
        found["deadline"] = deadline
    return found


def _details(values: dict[str, str]) -> Details:
    from pydantic import ValidationError

    try:
        return Details.model_validate(values)
    except ValidationError as exc:
        first = exc.errors()[0]
        raise BadInput(f"{first['loc'][0]}: {first['msg']}") from exc


def _contact(service: ApplicationService, user: str, application_id: str, row: Row) -> None:
    email, phone, name = (row.get(field, "") for field in ("email", "phone", "contact"))
    if email or name or phone:
        contact = Contact(name=(name or email or phone)[:200], email=email[:320], phone=phone[:60])
        service.update(user, application_id, Change(contact=contact), by="import")


def _status(text: str) -> Status:
    if not text.strip():
        return "applied"
    if found := status_of(text):
        return found
    raise BadInput(f"status {text[:40]!r} is not known; use one of {', '.join(STATUSES)}")


def _day(text: str, american: bool, now: datetime) -> str | None:
    if not text.strip():
        return None
    if found := day_of(text, american=american):
        return found.isoformat()
    raise BadInput(f"date {text.strip()[:40]!r} is not known; write it like {now.date()}")
