"""How right the reading of invitations and times is, on the suites `invitations` and `times`.

A case says the text, the moment it is read at, and what it says; a field that is not named is not
scored. `score` gives the share of right fields, `rows` the rows of the bench.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from jobtracker.calendars.invitations.reader import read
from jobtracker.calendars.model import Invitation
from jobtracker.core.lexicon.times import find_times
from jobtracker.core.paths import asset_dir

Case = dict[str, Any]
NOW = "2026-11-23T09:00:00+01:00"
ZONE = ZoneInfo("Europe/Zurich")


def cases(suite: str) -> list[Case]:
    """Return the cases of a suite of `evals/`."""
    import yaml

    text = (asset_dir("evals") / f"{suite}.yaml").read_text(encoding="utf-8")
    return cast("list[Case]", yaml.safe_load(text)["cases"])


def invitation_fields(inputs: dict[str, str]) -> dict[str, Any]:
    """Read a case's invitation and return what is compared, times as text to the minute."""
    now = datetime.fromisoformat(inputs.get("now", NOW)).astimezone(ZONE)
    found = read(inputs.get("text", ""), inputs.get("ics", ""), now, ZONE)
    return {
        "method": found.method,
        "company": found.company,
        "role": found.role,
        "times": _times(found),
        "minutes": found.duration_minutes,
        "timezone": found.timezone,
        "location": found.location,
        "link": found.link,
        "organizer": found.organizer,
        "reply_by": found.reply_by.isoformat()[:16] if found.reply_by else None,
    }


def _times(found: Invitation) -> list[str]:
    slots = [found.start] if found.start else [slot.start for slot in found.proposed_times]
    return [slot.isoformat()[:16] for slot in slots]


def time_fields(inputs: dict[str, str]) -> list[str]:
    """Return the times that a case's text names, as `start` or `start/end`, to the minute."""
    now = datetime.fromisoformat(inputs.get("now", NOW)).astimezone(ZONE)
    return [
        m.start.isoformat()[:16] + (f"/{m.end.isoformat()[:16]}" if m.end and m.has_clock else "")
        for m in find_times(inputs["text"], now, inputs.get("language"))
    ]


def wrong(suite: str, case: Case) -> dict[str, tuple[Any, Any]]:
    """Return the fields of a case that are wrong, each with what was expected and what was read."""
    expected = case["expected_output"]
    if suite == "times":
        found = time_fields(case["inputs"])
        return {} if found == expected else {"times": (expected, found)}
    fields = invitation_fields(case["inputs"])
    return {
        name: (value, fields[name]) for name, value in expected.items() if fields[name] != value
    }


def score(suite: str) -> tuple[float, int]:
    """Return the share of fields that are right, and how many were scored."""
    right = total = 0
    for case in cases(suite):
        expected = case["expected_output"]
        fields = 1 if suite == "times" else len(expected)
        total += fields
        right += fields - len(wrong(suite, case))
    return (right / total if total else 1.0), total


def rows() -> list[dict[str, Any]]:
    """Return the shares as rows of `jobtracker bench`."""
    found: list[dict[str, Any]] = []
    for suite in ("invitations", "times"):
        share, total = score(suite)
        found.append(
            {
                "name": f"{suite}: right of {total} fields", "value": round(share, 4), "unit": "",
                "floor": None, "ratio": None, "target": 0.9, "met": share >= 0.9,
            }
        )  # fmt: skip
    return found
