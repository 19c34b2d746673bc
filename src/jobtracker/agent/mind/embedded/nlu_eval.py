"""Measures `Nlu` on the suites `intents` and `slots` of the `evals` folder."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jobtracker.agent.mind.embedded.extract import extract
from jobtracker.agent.mind.embedded.intent_eval import wilson
from jobtracker.agent.mind.embedded.nlu import Nlu
from jobtracker.agent.mind.embedded.slots import Slots

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=ZoneInfo("Europe/Zurich"))
"""The Sunday evening on which the suites' messages are said."""


def cases(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a suite."""
    import yaml

    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content["cases"]


def run_intents(path: Path, nlu: Nlu) -> dict[str, Any]:
    """Return the share of messages whose acts are all right, by language and split."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases(path):
        inputs, want = case["inputs"], case["expected_output"]
        parse = nlu.parse(inputs["message"], NOW, None, inputs.get("context"))
        got = [act.intent for act in parse.acts]
        spoken: str = want["language"]
        for key in ("all", spoken, case["metadata"]["split"]):
            total[key] += 1
            right[key] += got == want["intents"]
        total["language"] += 1
        right["language"] += parse.language == spoken
        if got != want["intents"]:
            wrong.append(f"{inputs['message']!r}: {'+'.join(got)}, not {'+'.join(want['intents'])}")
    return _figures(right, total) | {"wrong": wrong}


def run_slots(path: Path) -> dict[str, Any]:
    """Return the share of expected slots that are found, by slot."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases(path):
        inputs = case["inputs"]
        found = said(extract(inputs["message"], NOW, inputs["language"], inputs["intent"]))
        want: dict[str, str] = case["expected_output"]
        for name, value in want.items():
            hit = _hit(found.get(name, []), str(value))
            for key in ("all", name):
                total[key] += 1
                right[key] += hit
            if not hit:
                wrong.append(f"{inputs['message']!r}: {name} {found.get(name)}, not {value!r}")
    return _figures(right, total) | {"wrong": wrong}


def _hit(found: list[str], value: str) -> bool:
    if value.startswith("~"):
        return any(value[1:] in item for item in found)
    return value in found


def _figures(right: Counter[str], total: Counter[str]) -> dict[str, Any]:
    return {
        "n": total["all"],
        "accuracy": right["all"] / max(1, total["all"]),
        "accuracy_ci95": wilson(right["all"], max(1, total["all"])),
        "by": {key: round(right[key] / total[key], 4) for key in sorted(total) if key != "all"},
    }


def said(slots: Slots) -> dict[str, list[str]]:
    """Write the slots out as the suite names them; absent ones are left out."""
    found: dict[str, list[str]] = {
        "role": [slots.role.value] if slots.role else [],
        "skill": [value.value for value in slots.skills],
        "company": [value.value for value in slots.companies],
        "excl": [value.value for value in slots.excluded],
        "person": [value.value for value in slots.people],
        "place": [place.name for place in slots.places],
        "pensum": [f"{slots.pensum.min}-{slots.pensum.max}"] if slots.pensum else [],
        "smin": [str(slots.salary.min)] if slots.salary else [],
        "smax": [str(slots.salary.max)] if slots.salary else [],
        "period": [slots.salary.period] if slots.salary else [],
        "ord": [str(number) for number in slots.ordinals],
        "date": [
            time.start.strftime(shape)
            for time in slots.times
            for shape in ("%Y-%m-%d", "%Y-%m-%d %H:%M")
        ],
        "path": [slots.path.value] if slots.path else [],
        "url": [slots.url.value] if slots.url else [],
        "note": [slots.note.value] if slots.note else [],
    }
    single: dict[str, object] = {
        "mode": slots.work_mode, "type": slots.employment_type, "level": slots.seniority,
        "posted": slots.posted_within_days, "ref": slots.reference, "status": slots.status,
        "dur": slots.duration_minutes, "lang": slots.language, "tone": slots.tone,
        "fmt": slots.file_format, "stage": slots.stage, "count": slots.count,
    }  # fmt: skip
    found |= {name: [str(value)] for name, value in single.items() if value is not None}
    return {name: values for name, values in found.items() if values}
