"""Messy titles and pay lines of four languages made clean, and nothing invented."""

# ruff: noqa: E501 (tables of lines)
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
        (
            "Dein Gehalt: bis zu 90.000 € Jahresgehalt, 30 Tage Urlaub",
            (0, 90000, "EUR", "year", 12),
        ),
        ("Range: $95K/yr to $120K/yr. We pay weekly.", (95000, 120000, "USD", "year", 12)),
        (
            "Das Mindestgehalt beträgt € 3.780,- brutto pro Monat (14x)",
            (3780, 0, "EUR", "month", 14),
        ),
        ("Basic £28,000, OTE £45,000, company car", (28000, 28000, "GBP", "year", 12)),
        (
            "Base range $165,000 to $198,500 annually, plus equity",
            (165000, 198500, "USD", "year", 12),
        ),
        (
            "Jahreslohn 72'000 bis 78'000 Franken. Umsatz: 18 Mio.",
            (72000, 78000, "CHF", "year", 12),
        ),
        ("1.900 EUR gross per month + 300 EUR bonus", (1900, 1900, "EUR", "month", 12)),
        ("Basel | 60–70k € | ab sofort", (60000, 70000, "EUR", "year", 12)),
        ("Wir zahlen 5200 Franken im Monat, dreizehnmal", (5200, 5200, "CHF", "month", 13)),
        ("Paga oraria CHF 20.50 lordi", (20.5, 20.5, "CHF", "hour", 12)),
        ("Salaris tussen € 4.200 en € 5.400 per maand", (4200, 5400, "EUR", "month", 12)),
        ("48.000 € - 55.000 € brutos anuales", (48000, 55000, "EUR", "year", 12)),
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
        "Home-Office-Pauschale 1'200 CHF jährlich",
        "Annual bonus: $15,000", "We saved our customers $2,000,000 last year",
        "Firmenwagen im Wert von CHF 40'000", "Zimmer für CHF 650 pro Monat", "Indemnité repas de 15 CHF par jour",
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
        ("Mechatroniker, Schichtzulage 15 %", None),
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
        ("Stage Manager", None, None), ("Stage en marketing", "intern", "internship"),
        ("Freelance Designer", None, "contract"), ("Volunteer Coordinator", None, None),
    ],
)  # fmt: skip
def test_levels_and_kinds_are_not_read_into_names(
    title: str, level: str | None, kind: str | None
) -> None:
    found = clean(title)
    assert (found.seniority, found.employment_type) == (level, kind)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("Fixed-term contract, 60 – 80 %, Lausanne.", (60, 80)), ("Bonus up to 10%, Leeds", None),
        ("Anstellung zu 70 % in Chur", (70, 70)), ("We reach 80% of all homes", None),
        ("Teilweise Homeoffice bis 40 %.", None),
    ],
)  # fmt: skip
def test_a_percentage_in_running_text_is_a_workload_only_where_it_says_so(
    text: str, bounds: tuple[int, int] | None
) -> None:
    found = clean(text=text).workload
    assert (found and (found.min, found.max)) == bounds


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Hybrid: two days a week in the office.", "hybrid"),
        ("Mobiles Arbeiten an zwei Tagen pro Woche.", "hybrid"),
        ("Télétravail 3 jours par semaine.", "hybrid"), ("Un poste en mode hybride.", "hybrid"),
        ("Smart working 2 giorni a settimana.", "hybrid"), ("Teletrabajo híbrido.", "hybrid"),
        ("Onsite in Munich, with up to 2 remote days.", "hybrid"),
        ("possibilité de télétravail (max. 2 jours/semaine)", "hybrid"),
        ("Hybride werken (2 dagen op kantoor).", "hybrid"), ("Teilweise Homeoffice.", "hybrid"),
        ("Acme Inc.\nRemote (US). We pay well.", "remote"), ("Telelavoro completo.", "remote"),
        ("Télétravail total depuis la Suisse.", "remote"), ("100% remoto.", "remote"),
        ("This role is on-site in our Zug office.", "onsite"), ("Kein Homeoffice.", "onsite"),
        ("Office based in Leeds, Monday to Friday.", "onsite"), ("In presenza.", "onsite"),
        ("Travail sur place.", "onsite"), ("Pas de télétravail.", "onsite"),
        ("We build the leading hybrid cloud platform.", None), ("Hybrid cars are our trade.", None),
        ("Remote monitoring of pumps.", None), ("A careful home for remote villages.", None),
        ("You lead site visits and our home care team.", None),
    ],
)  # fmt: skip
def test_where_one_works_is_read_in_the_text(text: str, mode: str | None) -> None:
    assert clean(text=text).work_mode == mode


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Cook", "Temporary, 3 months.", "temporary"), ("Cook", "Seasonal contract.", "temporary"),
        ("Koch 60%", "Befristet bis 31. August 2027.", "temporary"),
        ("Cuoco", "Contratto a tempo determinato (sostituzione).", "temporary"),
        ("Cuisinier", "Contrat à durée déterminée de 12 mois.", "temporary"),
        ("Temporärer Einsatz als Koch", "", "temporary"), ("Kok", "Tijdelijk contract.", "temporary"),
        ("Camarero a media jornada", "Contrato temporal.", "temporary"),
        ("Contract DevOps Engineer", "Outside IR35.", "contract"),
        ("Consultant", "Mission freelance.", "contract"), ("Koch", "Unbefristet, Vollzeit.", "full_time"),
        ("Cuoco", "Varese, tempo pieno, turni.", "full_time"), ("Nurse", "Part time, 24 hours.", "part_time"),
        ("Manager", "You lead temporary staff and full-time employees.", None),
        ("Manager", "5 years of full-time experience.", None),
        ("Koch", "Vollzeit, Teilzeit: wie du magst.", None), ("Koch", "Unbefristete Anstellung.", None),
        ("Contract Manager", "", None), ("Chef", "Contrat à durée indéterminée.", None),
    ],
)  # fmt: skip
def test_the_kind_of_employment_is_read_in_the_text(
    title: str, text: str, kind: str | None
) -> None:
    assert clean(title, text).employment_type == kind


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Executive Assistant to the CEO", None), ("VP Assistant", None), ("CEO", "executive"),
        ("Assistenz des CFO", None), ("Medior Java Developer", "mid"),
        ("Prácticas en comunicación", "intern"),
    ],
)  # fmt: skip
def test_a_level_is_that_of_the_job_itself(title: str, level: str | None) -> None:
    assert clean(title).seniority == level
