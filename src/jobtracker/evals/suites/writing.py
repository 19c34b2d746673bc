"""Suites on writing: messages from facts, and claims against a résumé."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Tell

_NOW = "2026-11-23T10:00:00+01:00"
_WRITER = "Anna Muster"


def letters(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`honest`: says what it must, nothing that it must not, and no number that is not a fact."""
    found: list[Scored] = []
    for case in cases:
        want = case.expected_output
        text, facts, body = _written(case.inputs)
        wrong = [f"not said: {words}" for words in want["must"] if words not in text]
        wrong += [f"said: {words}" for words in want["must_not"] if words in text]
        invented = set(re.findall(r"\d+", text)) - set(re.findall(r"\d+", facts))
        wrong += [f"number of no fact: {number}" for number in sorted(invented)]
        if len(body) > want.get("max_chars", 2000):
            wrong.append(f"{len(body)} characters")
        found.append(
            Scored(
                id=case.name,
                passed=not wrong,
                expected=want,
                got=wrong or "as expected",
                scores={"honest": (not wrong, 1)},
            )
        )
    return found


def _written(inputs: dict[str, Any]) -> tuple[str, str, str]:
    """Return the message with its subject, the facts as text, and the body alone."""
    if inputs["writer"] == "outreach":
        from jobtracker.coaching.model import Fact
        from jobtracker.coaching.outreach import write as write_outreach

        facts = {name: Fact(text=text, source="given") for name, text in inputs["facts"].items()}
        draft: dict[str, Any] = write_outreach(
            inputs["kind"], inputs["language"], inputs["tone"], facts, _WRITER
        )
        said = " ".join(inputs["facts"].values())
    else:
        draft = _follow_up(inputs)
        said = " ".join(draft["facts"])
    return f"{draft['subject']}\n{draft['text']}", said, draft["text"]


def _follow_up(inputs: dict[str, Any]) -> dict[str, Any]:
    from jobtracker.applications.drafting import write
    from jobtracker.applications.pipeline import State

    state = State(id="app_1", user="anna", status_on="2026-11-01", **inputs["state"])
    if contact := inputs.get("contact"):
        state.parts["c"] = {"id": "c", "kind": "contact", "data": {"name": contact}}
    if start := inputs.get("interview"):
        state.parts["r"] = {"id": "r", "kind": "round", "data": {"start": start}}
    now = datetime.fromisoformat(_NOW)
    return write(state, inputs["tone"], inputs["language"], _WRITER, now)


def fabrication(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`invented_kept`: inventions that pass; `truthful_kept`: rewordings that pass."""
    from jobtracker.resumes.claims import check, facts_of
    from jobtracker.resumes.model import Resume

    found: list[Scored] = []
    for case in cases:
        facts = facts_of(Resume.model_validate(case.inputs["resume"]), date(2026, 11, 22))
        reasons = check(case.inputs["text"], facts)
        allowed = not reasons
        metric = "truthful_kept" if case.expected_output else "invented_kept"
        found.append(
            Scored(
                id=case.name,
                passed=allowed == case.expected_output,
                expected=case.expected_output,
                got=allowed if allowed else reasons,
                scores={metric: (allowed, 1)},
            )
        )
    return found
