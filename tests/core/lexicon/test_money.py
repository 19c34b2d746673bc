"""Salary notations of four languages."""

from __future__ import annotations

# ruff: noqa: E501 (rows of examples)
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.core.lexicon.money import find_salaries


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "period", "months"),
    [
        ("120k", 120000, 120000, None, "year", 12),
        ("£12.60 an hour plus tips", "12.60", "12.60", "GBP", "hour", 12),
        ("4500 a month, paid 13 times", 4500, 4500, None, "month", 13),
        ("5000 netto au mois sur 13", 5000, 5000, None, "month", 13),
        ("6'500 brutto x13", 6500, 6500, None, "month", 13),
        ("CHF 7'200.-- mtl. inkl. 13. Monatslohn", 7200, 7200, "CHF", "month", 13),
        ("120’000.–", 120000, 120000, None, "year", 12),
        ("CHF 8'500 x 13", 8500, 8500, "CHF", "month", 13),
        ("€55.000", 55000, 55000, "EUR", "year", 12),
        ("55 000 €", 55000, 55000, "EUR", "year", 12),
        ("$45/h", 45, 45, "USD", "hour", 12),
        ("8500 pro Monat", 8500, 8500, None, "month", 12),
        ("6500 CHF par mois", 6500, 6500, "CHF", "month", 12),
        ("1'800 franchi al mese", 1800, 1800, "CHF", "month", 12),
        ("Fr. 95'000.-", 95000, 95000, "CHF", "year", 12),
        ("between 90 and 110k", 90000, 110000, None, "year", 12),
        ("$120,000-$150,000", 120000, 150000, "USD", "year", 12),
        ("110-120k", 110000, 120000, None, "year", 12),
        ("über 120k", 120000, None, None, "year", 12),
        ("mind. 90'000", 90000, None, None, "year", 12),
        ("100k+", 100000, None, None, "year", 12),
        ("up to 130k", None, 130000, None, "year", 12),
        ("CHF 32.50/h", "32.50", "32.50", "CHF", "hour", 12),
        ("tra 60 e 70k euro", 60000, 70000, "EUR", "year", 12),
        ("$1,200 per day", 1200, 1200, "USD", "day", 12),
    ],
)
def test_reads_pay(
    text: str, low: int | None, high: int | None, currency: str | None, period: str, months: int
) -> None:
    (found,) = find_salaries(text)
    bounds = tuple(None if bound is None else Decimal(bound) for bound in (low, high))
    assert (found.min, found.max) == bounds
    assert (found.currency, found.period, found.months) == (currency, period, months)


@pytest.mark.parametrize(
    "text",
    [
        "a 401k plan", "5k users", "in 2026", "80-100%", "a team of 12000 employees",
        "revenue of 5M", "2 to 4 years", "8001 Zürich", "python 3.12 and 10 jobs", "call +41 79 123 45 67",
    ],
)  # fmt: skip
def test_leaves_alone_what_is_no_pay(text: str) -> None:
    assert find_salaries(text) == []


def test_the_default_currency_fills_in_and_a_guessed_period_says_so() -> None:
    (found,) = find_salaries("at least 9500", "CHF") or find_salaries("salary at least 9500", "CHF")
    assert (found.currency, found.period, found.period_said) == ("CHF", "month", False)


@given(
    st.integers(20_000, 999_999),
    st.sampled_from(["'", ",", ".", " ", ""]),
    st.sampled_from(["CHF {}", "{} CHF", "€ {}", "{} EUR pro Jahr", "salary {}"]),
)
def test_every_grouping_gives_the_same_amount(value: int, group: str, frame: str) -> None:
    text = frame.format(f"{value:,}".replace(",", group))
    (found,) = find_salaries(text)
    assert found.min == found.max == value


@given(st.text(max_size=60))
def test_any_text_gives_spans_inside_it_in_order(text: str) -> None:
    last = 0
    for found in find_salaries(text):
        assert last <= found.span[0] < found.span[1] <= len(text)
        assert found.min is not None or found.max is not None
        last = found.span[1]
