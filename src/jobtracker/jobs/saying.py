"""Pay and counted values in words, in the language that is spoken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from jobtracker.core.speech import language_name, number, say, spoken, word
from jobtracker.jobs.model import Salary

_WORDS = {"works": "jobs.modes", "level": "jobs.level_name"}


def pay(salary: Salary) -> str:
    """Return pay in words, e.g. `CHF 5,200–5,800 a month ×13`."""
    low, high = (
        None if amount is None else number(round(amount), spoken())
        for amount in (salary.min, salary.max)
    )
    code = "jobs.amounts"
    if low is None or high is None:
        code = "jobs.amount_to" if low is None else "jobs.amount_from"
    elif low == high:
        code = "jobs.amount"
    said = say(
        code, currency=salary.currency or "", low=low, high=high, period=salary.period,
        months=f" ×{salary.months}" if salary.months != 12 else "",
    )  # fmt: skip
    return said.strip()


def counted(kind: str, values: Iterable[str], most: int = 6) -> list[str]:
    """Return the commonest values as words, each with how often it is there."""
    found = Counter(values).most_common(most)
    return [f"{_named(kind, value)} ({n})" for value, n in found]


def _named(kind: str, value: str) -> str:
    if kind == "writes_in":
        return language_name(value)
    return word(_WORDS[kind], value) if kind in _WORDS else value
