"""Keeps the dialogue that both minds share up to date, so that either can go on with the other's.

The keys are the embedded mind's: `jobs`, `applications` and `events` as shown last, `list` (which
of them that was), `job`, `application` and `event` in focus, `search` and its `cursor`.
"""

from __future__ import annotations

from typing import Any, cast

from jobtracker.agent.mind.port import Outcome

_KEPT = {
    "jobs": (
        "job_id",
        "title",
        "company",
        "location",
        "work_mode",
        "salary",
        "apply_url",
        "source",
    ),
    "applications": ("application_id", "company", "title", "status", "job_id", "updated_at"),
    "events": ("event_id", "summary", "start", "end", "timezone", "location"),
}
_FOCUS = {"jobs": "job", "applications": "application", "events": "event"}
_OPEN_QUESTION = "question"


def note(dialogue: dict[str, Any], outcome: Outcome) -> None:
    """Write into the dialogue what a call has shown."""
    result = outcome["result"]
    if not outcome["ok"] or not isinstance(result, dict):
        return
    if outcome["tool"] == "search_jobs":
        given = outcome["arguments"]
        dialogue["search"] = {key: value for key, value in given.items() if key != "cursor"}
        dialogue["cursor"] = result.get("next_cursor")
    for kind, kept in _KEPT.items():
        items = _items(result.get(kind))
        if items is not None:
            dialogue[kind] = [{key: item.get(key) for key in kept} for item in items]
            dialogue["list"] = kind
            dialogue[_FOCUS[kind]] = dialogue[kind][0] if len(items) == 1 else None
        elif one := _single(result, kind, kept[0]):
            dialogue[_FOCUS[kind]] = {key: one.get(key) for key in kept}


def answered(dialogue: dict[str, Any]) -> None:
    """Drop a question that the embedded mind had left open: this mind has replied."""
    dialogue.pop(_OPEN_QUESTION, None)


def _items(value: object) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    entries = cast("list[object]", value)
    return [cast("dict[str, Any]", item) for item in entries if isinstance(item, dict)]


def _single(result: dict[str, Any], kind: str, identity: str) -> dict[str, Any] | None:
    """Return the one thing that a result is, or holds under its kind's name."""
    inner = result.get(_FOCUS[kind])
    if isinstance(inner, dict):
        return {identity: result.get(identity), **cast("dict[str, Any]", inner)}
    # A result may name another kind's id beside its own: an application has a job_id.
    named = next((key for key in result if key.endswith("_id")), "")
    return result if named == identity and result.get(identity) else None
