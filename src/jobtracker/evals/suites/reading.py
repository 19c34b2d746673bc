"""Suites on reading: times, amounts of pay, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jobtracker.evals.model import Case, Scored
from jobtracker.evals.scorers import Tell


def times(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`accuracy`: the very times that a text names."""
    from jobtracker.calendars.accuracy import time_fields

    found: list[Scored] = []
    for case in cases:
        got = time_fields(case.inputs)
        right = got == case.expected_output
        found.append(_one(case, right, got))
    return found


def _one(case: Case, right: bool, got: Any) -> Scored:
    return Scored(
        id=case.name,
        passed=right,
        expected=case.expected_output,
        got=got,
        scores={"accuracy": (right, 1)},
    )


def invitations(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`fields`: right of the fields that cases name; `accuracy`: whole invitations right."""
    from jobtracker.calendars.accuracy import invitation_fields

    found: list[Scored] = []
    for case in cases:
        fields = invitation_fields(case.inputs)
        want: dict[str, Any] = case.expected_output
        got = {name: fields[name] for name in want}
        scored = _one(case, got == want, got)
        scored.scores["fields"] = (sum(got[name] == want[name] for name in want), len(want))
        found.append(scored)
    return found


def salary(cases: Sequence[Case], tell: Tell) -> list[Scored]:
    """`accuracy`: amount, currency, period, months all right; `false_alarms`: other numbers."""
    from jobtracker.core.lexicon.money import find_salaries

    found: list[Scored] = []
    for case in cases:
        got = [
            " ".join(
                (
                    _range(mention.min, mention.max),
                    mention.currency or "?",
                    mention.period,
                    *([f"x{mention.months}"] if mention.months != 12 else []),
                )
            )
            for mention in find_salaries(case.inputs["text"], case.inputs.get("currency"))
        ]
        scored = _one(case, got == case.expected_output, got)
        if not case.expected_output:
            scored.scores = {"false_alarms": (bool(got), 1)}
        found.append(scored)
    return found


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _range(low: Decimal | None, high: Decimal | None) -> str:
    return _plain(low) if low == high else f"{_plain(low)}..{_plain(high)}"
