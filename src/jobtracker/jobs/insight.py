"""What postings pay: quartiles over those that say it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np

from jobtracker.core.speech import say
from jobtracker.jobs.columns import Columns
from jobtracker.jobs.model import SalaryInsight

ENOUGH = 5
"""Fewer postings than this give no quartiles."""


def insight(
    columns: Columns, slots: np.ndarray[Any, np.dtype[np.int64]], currency: str | None
) -> SalaryInsight:
    """Return the quartiles of yearly pay of these postings in one currency.

    A posting's pay is the middle of its range. Nothing is converted: another currency is another
    market. Without a currency the one that most postings state is taken.
    """
    low, high = columns["low"][slots], columns["high"][slots]
    middle = np.where(np.isnan(low), high, np.where(np.isnan(high), low, (low + high) / 2))
    codes = columns["currency"][slots]
    stated = ~np.isnan(middle) & (codes != columns.currencies.find(""))
    if currency is None:
        common = Counter(int(code) for code in codes[stated]).most_common(1)
        currency = columns.currencies.names[common[0][0]] if common else None
    chosen = middle[stated & (codes == columns.currencies.find(currency or "?"))]
    n = int(chosen.size)
    if n < ENOUGH:
        code = "jobs.few_pay_in" if currency else "jobs.few_pay"
        note = say(code, n=n, total=int(slots.size), currency=currency)
        return SalaryInsight(n=n, currency=currency, note=note)
    p25, median, p75 = (Decimal(round(float(v), -2)) for v in np.percentile(chosen, [25, 50, 75]))
    sample = columns.source_names.find("sample")
    samples = int((columns["sources"][slots] >> sample & 1).sum()) if sample >= 0 else 0
    note = say("jobs.quartiles", n=n, total=int(slots.size))
    if samples:
        note = f"{note}; {say('jobs.pay_samples', n=samples)}"
    return SalaryInsight(n=n, p25=p25, median=median, p75=p75, currency=currency, note=note)
