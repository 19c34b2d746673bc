"""Pay made comparable: any period to a year, any currency to another at a rough rate."""

from __future__ import annotations

import re
from decimal import Decimal

from jobtracker.jobs.model import Period, Salary

PER_YEAR: dict[Period, Decimal] = {
    "hour": Decimal(2080),
    "day": Decimal(230),
    "week": Decimal(52),
    "month": Decimal(12),
    "year": Decimal(1),
}
"""Periods in a working year: 52 weeks of 40 hours, 230 paid days."""

_IN_FRANCS = {
    "CHF": 1.0, "EUR": 0.94, "USD": 0.82, "GBP": 1.08, "CAD": 0.59, "AUD": 0.53, "SEK": 0.085,
    "NOK": 0.08, "DKK": 0.126, "PLN": 0.22, "CZK": 0.038, "JPY": 0.0055, "INR": 0.0095, "SGD": 0.63,
}  # fmt: skip
"""Rough rates of autumn 2026, good for a filter and never shown as an amount."""

_THIRTEEN = re.compile(
    r"\b13\s*(?:\.|x|×|th|e|ème|a|ma|°)?\s*(?:-?\s*)?(?:monats(?:lohn|gehalt|salär)|mal\b|month(?:ly)?\b|"
    r"mois\b|salaires?\b|mensilit|salary|pays?\b)|\b13(?:th)?[- ]month|treizi[eè]me|tredicesima|"
    r"dreizehn(?:te|mal)",
    re.I,
)


def months_paid(text: str) -> int:
    """Return 13 where a text promises a thirteenth monthly salary, else 12."""
    return 13 if _THIRTEEN.search(text) else 12


def yearly(pay: Salary) -> tuple[float | None, float | None]:
    """Return the bounds for a full year, None where one is not stated."""
    factor = Decimal(pay.months) if pay.period == "month" else PER_YEAR[pay.period]
    low = float(pay.min * factor) if pay.min is not None else None
    high = float(pay.max * factor) if pay.max is not None else None
    return low, high


def rate(source: str | None, target: str | None) -> float | None:
    """Return a rough exchange rate; 1.0 where a side is unknown or both are the same."""
    if not source or not target or source == target:
        return 1.0
    here, there = _IN_FRANCS.get(source), _IN_FRANCS.get(target)
    return here / there if here and there else None


def wanted_yearly(least: float) -> float:
    """Return a wanted salary as a year's: below 300 it is meant per hour, below 25,000 a month."""
    if least < 300:
        return least * float(PER_YEAR["hour"])
    return least * 12 if least < 25_000 else least
