"""Messy titles and pay lines of four languages made clean, and nothing invented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jobtracker.jobs.model import JobPosting, RawPosting
from jobtracker.jobs.normalize import normalise

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def clean(title: str = "Koch", text: str = "", **more: Any) -> JobPosting:
    raw = RawPosting(source="greenhouse", external_id="1", title=title, text=text, **more)
    return normalise(raw, "ada", NOW)


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("Lohn: CHF 8'500.– x 13", (8500, 8500, "CHF", "month", 13)),
        ("Salary: €55k–65k per year", (55000, 65000, "EUR", "year", 12)),
        ("Salaire mensuel brut : CHF 6'100.- à 6'800.- x 13", (6100, 6800, "CHF", "month", 13)),
        ("Salaire : 2 300 € brut/mois sur 13 mois", (2300, 2300, "EUR", "month", 13)),
        ("RAL 32.000 – 36.000 €", (32000, 36000, "EUR", "year", 12)),
        ("Tagesansatz CHF 950", (950, 950, "CHF", "day", 12)),
        ("Freelance, TJM 450-550 €", (450, 550, "EUR", "day", 12)),
        ("Pay: £14.20 per hour", (14.2, 14.2, "GBP", "hour", 12)),
    ],
)
def test_pay_is_read_as_it_is_written(text: str, pay: tuple[Any, ...]) -> None:
    found = clean(text=text).salary
    assert found is not None
    low, high = float(found.min or 0), float(found.max or 0)
    assert (low, high, found.currency, found.period, found.months) == pay


@pytest.mark.parametrize(
    "text",
    [
        "Vergütung nach TVöD E13", "We manage $900,000 of spend per month",
        "Prämie von bis zu 7'000 CHF pro Jahr", "Lehrlingslohn 1. Lehrjahr CHF 800.-",
        "Home-Office-Pauschale 1'200 CHF jährlich", "Indemnité repas de 15 CHF par jour",
        "401(k) match up to $6,000 per year", "Fatturato annuo di 80.000.000 €",
    ],
)  # fmt: skip
def test_what_is_no_pay_gives_none(text: str) -> None:
    assert clean(text=text).salary is None


@pytest.mark.parametrize(
    ("title", "bounds"),
    [
        ("Koch, Pensum 60 bis 80 Prozent", (60, 80)), ("Nurse 0.8 FTE", (80, 80)),
        ("Infirmière à 70 pour cent", (70, 70)), ("Leiter 100% Remote", None),
        ("Agent 100 % télétravail", None), ("Cuoco 80/100%", (80, 100)),
    ],
)  # fmt: skip
def test_a_workload_is_a_workload(title: str, bounds: tuple[int, int] | None) -> None:
    found = clean(title).workload
    assert (found and (found.min, found.max)) == bounds


@pytest.mark.parametrize(
    ("title", "level", "kind"),
    [
        ("Staff Nurse", None, None), ("Staff Software Engineer", "lead", None),
        ("Medical Assistant", None, None), ("Lead Generation Specialist", None, None),
        ("Teamleitung Pflege", "lead", None), ("Gruppenleiterin Kita", "lead", None),
        ("Stage Manager", None, None), ("Stage en marketing", None, "internship"),
        ("Freelance Designer", None, "contract"), ("Volunteer Coordinator", None, None),
    ],
)  # fmt: skip
def test_levels_and_kinds_are_not_read_into_names(
    title: str, level: str | None, kind: str | None
) -> None:
    found = clean(title)
    assert (found.seniority, found.employment_type) == (level, kind)
