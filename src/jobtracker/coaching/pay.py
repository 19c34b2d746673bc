"""What an offer is worth in a year, to the cent, with `decimal`. Pure.

Employer's pension by law, amounts of 2026: CH BVG art. 2, 8, 16; DE SGB VI (9.3 % up to the
ceiling); IT TFR, Codice civile 2120; GB Pensions Act 2008 (3 % of qualifying earnings). In FR and
US the law sets nothing that differs between offers: give the employer's percentage there.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from jobtracker.coaching.model import Country, Package, PayLine, Period
from jobtracker.coaching.phrases import table
from jobtracker.core.errors import BadInput

CENT = Decimal("0.01")
WEEKS, WORKDAYS = Decimal(52), Decimal(260)
BVG_ENTRY, BVG_COORDINATION = Decimal(22680), Decimal(26460)
BVG_TOP, BVG_LEAST = Decimal(90720), Decimal(3780)
BVG_CREDITS = ((55, Decimal(18)), (45, Decimal(15)), (35, Decimal(10)), (25, Decimal(7)))
DE_CEILING, DE_SHARE = Decimal(101400), Decimal("9.3")
GB_LOW, GB_HIGH, GB_SHARE = Decimal(6240), Decimal(50270), Decimal(3)


@dataclass(frozen=True)
class Terms:
    """The terms of an offer or a target. None is what the country usually has.

    `pensum` in percent; `bonus` per year; `holidays` in days; `pension` the employer's percent.
    """

    amount: Decimal
    period: Period
    country: Country
    currency: str
    months: int | None = None
    pensum: int = 100
    bonus: Decimal = Decimal(0)
    holidays: int | None = None
    pension: Decimal | None = None
    age: int | None = None
    hours: Decimal | None = None


def country_facts(country: Country) -> dict[str, Any]:
    """Return what is usual or the legal minimum in a country."""
    return cast("dict[str, Any]", table("negotiation")["country"][country])


def cents(amount: Decimal) -> Decimal:
    """Return the amount rounded to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def yearly(terms: Terms) -> Decimal:
    """Return the base pay of a year, as paid at the pensum of the terms."""
    facts = country_facts(terms.country)
    months = terms.months or int(facts["months"])
    hours = terms.hours or Decimal(str(facts["hours"]))
    share = Decimal(terms.pensum) / 100
    factor = {
        "year": Decimal(1),
        "month": Decimal(months),
        "week": WEEKS,
        "day": WORKDAYS * share,
        "hour": WEEKS * hours * share,
    }[terms.period]
    return cents(terms.amount * factor)


def package(terms: Terms) -> Package:
    """Return the total of a year and its parts.

    Raises:
        BadInput: a number that cannot be right.
    """
    _check(terms)
    base = yearly(terms)
    lines = [PayLine(name="base", amount=base, how=_how(terms))]
    if terms.bonus:
        lines.append(PayLine(name="bonus", amount=cents(terms.bonus), how="as stated, a year"))
    if (pension := _pension(terms, base)) is not None:
        lines.append(pension)
    facts = country_facts(terms.country)
    holidays = int(facts["holidays"]) if terms.holidays is None else terms.holidays
    if extra := holidays - int(facts["holidays"]):
        worth = cents(base / WORKDAYS * extra)
        how = f"{extra:+d} days against the legal minimum of {facts['holidays']}, base / 260 a day"
        lines.append(PayLine(name="holidays", amount=worth, how=how))
    total = sum((line.amount for line in lines), Decimal(0))
    hours = terms.hours or Decimal(str(facts["hours"]))
    worked = (WEEKS - Decimal(holidays) / 5) * hours * terms.pensum / 100
    return Package(
        currency=terms.currency,
        base_year=base,
        full_time_year=cents(base * 100 / terms.pensum),
        lines=lines,
        total_year=cents(total),
        per_working_hour=cents(total / worked),
    )


def _check(terms: Terms) -> None:
    bounds: dict[str, tuple[Decimal | int | None, int, int]] = {
        "amount": (terms.amount, 1, 100_000_000),
        "months": (terms.months, 12, 16),
        "pensum": (terms.pensum, 5, 100),
        "bonus": (terms.bonus, 0, 100_000_000),
        "holidays": (terms.holidays, 0, 100),
        "pension": (terms.pension, 0, 60),
        "age": (terms.age, 14, 99),
        "hours": (terms.hours, 1, 80),
    }
    for name, (value, low, high) in bounds.items():
        if value is not None and not low <= value <= high:
            raise BadInput(f"{name} {value} cannot be right; give a number from {low} to {high}")


def _how(terms: Terms) -> str:
    months = terms.months or int(country_facts(terms.country)["months"])
    times = f" × {months}" if terms.period == "month" else ""
    return f"{terms.amount} {terms.currency} a {terms.period}{times} at {terms.pensum} %"


def _pension(terms: Terms, base: Decimal) -> PayLine | None:
    if terms.pension is not None:
        amount = cents(base * terms.pension / 100)
        return PayLine(
            name="pension", amount=amount, how=f"employer pays {terms.pension} % of base"
        )
    by_law = {"CH": _bvg, "DE": _german, "IT": _tfr, "GB": _british}.get(terms.country)
    return by_law(terms, base) if by_law else None


def _bvg(terms: Terms, base: Decimal) -> PayLine | None:
    if terms.age is None:
        return None
    rate = next((share for least, share in BVG_CREDITS if terms.age >= least), Decimal(0))
    insured = max(BVG_LEAST, min(base, BVG_TOP) - BVG_COORDINATION) if base >= BVG_ENTRY else None
    if insured is None or not rate:
        return None
    how = f"half of {rate} % of the coordinated {insured} CHF (BVG minimum, age {terms.age})"
    return PayLine(name="pension", amount=cents(insured * rate / 200), how=how)


def _german(terms: Terms, base: Decimal) -> PayLine:
    amount = cents(min(base, DE_CEILING) * DE_SHARE / 100)
    return PayLine(name="pension", amount=amount, how=f"{DE_SHARE} % up to {DE_CEILING} EUR")


def _tfr(terms: Terms, base: Decimal) -> PayLine:
    amount = cents(base / Decimal("13.5") - base * Decimal("0.005"))
    return PayLine(name="severance", amount=amount, how="TFR: base / 13.5 less 0.5 %")


def _british(terms: Terms, base: Decimal) -> PayLine | None:
    qualifying = min(base, GB_HIGH) - GB_LOW
    if qualifying <= 0:
        return None
    how = f"{GB_SHARE} % of earnings from {GB_LOW} to {GB_HIGH} GBP (auto-enrolment minimum)"
    return PayLine(name="pension", amount=cents(qualifying * GB_SHARE / 100), how=how)
