"""Adverts as people paste them: in one line, in four languages, with and without labels."""

from datetime import datetime
from typing import Any

import pytest

from jobtracker.core.errors import BadInput
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.normalize import normalise
from jobtracker.jobs.pasted import parse_text

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def read(text: str) -> JobPosting:
    return normalise(parse_text(text, NOW), "ada", NOW)


def facts(text: str) -> dict[str, Any]:
    job = read(text)
    pay = job.salary
    return {
        "title": job.title,
        "company": job.company,
        "place": job.places[0].name if job.places else None,
        "pensum": (job.workload.min, job.workload.max) if job.workload else None,
        "pay": (pay.min, pay.max, pay.currency, pay.period, pay.months) if pay else None,
        "until": job.expires_at.date().isoformat() if job.expires_at else None,
        "contact": job.contact,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Senior Backend Engineer (Python) at Fluxo AG in Zürich, 80-100%, CHF 120'000-140'000 "
            "per year. We build payment software. Apply by 15 December 2026 to jobs@fluxo.ch.",
            {"title": "Senior Backend Engineer (Python)", "company": "Fluxo AG",
             "place": "Zürich", "pensum": (80, 100), "until": "2026-12-15",
             "pay": (120000, 140000, "CHF", "year", 12), "contact": "jobs@fluxo.ch"},
        ),
        (
            "Wir suchen für unser Restaurant Rössli in Luzern per sofort einen motivierten Koch "
            "(m/w/d) 80-100%. Du kochst gerne saisonal. Lohn CHF 5'200 pro Monat x 13. Kontakt: "
            "Frau Meier, Tel. 041 555 12 34. Bewerbungsfrist: 15.12.2026",
            {"title": "Koch (m/w/d)", "company": "Restaurant Rössli", "place": "Luzern",
             "pensum": (80, 100), "pay": (5200, 5200, "CHF", "month", 13),
             "until": "2026-12-15", "contact": "Frau Meier, 041 555 12 34"},
        ),
        (
            "La société Dupont & Fils SA à Lausanne recherche un(e) comptable à 60-80% pour entrée "
            "immédiate. Envoyez votre dossier jusqu'au 31 décembre 2026 à rh@dupont.ch",
            {"title": "comptable", "company": "Dupont & Fils SA", "place": "Lausanne",
             "pensum": (60, 80), "until": "2026-12-31", "contact": "rh@dupont.ch"},
        ),
        (
            "Ristorante Al Lago cerca cameriere/a a Lugano, 100%. Stipendio CHF 4'100 al mese. "
            "Candidature entro il 10 dicembre 2026: info@allago.ch",
            {"title": "cameriere/a", "company": "Ristorante Al Lago", "place": "Lugano",
             "pensum": (100, 100), "until": "2026-12-10",
             "pay": (4100, 4100, "CHF", "month", 12)},
        ),
        (
            "Zur Verstärkung unseres Teams in Winterthur suchen wir eine/n Sachbearbeiter/in "
            "Buchhaltung 50% ab Januar 2027. Die Treuhand Keller AG ist ein Familienunternehmen.",
            {"title": "Sachbearbeiter/in Buchhaltung", "company": "Treuhand Keller AG",
             "place": "Winterthur", "pensum": (50, 50), "until": None},
        ),
        (
            "We're hiring! Nimbus Labs is looking for a Data Engineer to join our team in Basel. "
            "You will build pipelines. Salary: CHF 110k - 130k.",
            {"title": "Data Engineer", "company": "Nimbus Labs", "place": "Basel",
             "pay": (110000, 130000, "CHF", "year", 12)},
        ),
        (
            "Köchin/Koch gesucht! Altersheim Sonnenhof, 8400 Winterthur, Pensum 80%. Schicht.",
            {"title": "Köchin/Koch", "company": "Altersheim Sonnenhof", "place": "Winterthur",
             "pensum": (80, 80)},
        ),
        (
            "Stelle: Elektroinstallateur EFZ\nFirma: Volta Elektro GmbH\nArbeitsort: Thun\n"
            "Pensum: 100%\nLohn: CHF 5'500 - 6'500 pro Monat\n",
            {"title": "Elektroinstallateur EFZ", "company": "Volta Elektro GmbH", "place": "Thun",
             "pensum": (100, 100), "pay": (5500, 6500, "CHF", "month", 12)},
        ),
        (
            "Pflegefachperson HF 60–100 %\nSpital Muster AG, Bern\n\nBewerbung bis 20. Dezember an "
            "Herr Peter Kunz, peter.kunz@spital.ch, +41 31 555 22 11",
            {"title": "Pflegefachperson HF", "company": "Spital Muster AG", "place": "Bern",
             "pensum": (60, 100), "until": "2026-12-20",
             "contact": "Herr Peter Kunz, peter.kunz@spital.ch, +41 31 555 22 11"},
        ),
        (
            "Filialleiter/in 100% - Bäckerei Huber AG - St. Gallen\nWir haben zehn Filialen.",
            {"title": "Filialleiter/in", "company": "Bäckerei Huber AG", "place": "St. Gallen"},
        ),
        (
            "Sachbearbeiter/in Personal 60–80%\nGemeinde Köniz\nEinreichen bis 4. Januar 2027.",
            {"title": "Sachbearbeiter/in Personal", "company": "Gemeinde Köniz", "place": "Köniz",
             "pensum": (60, 80), "until": "2027-01-04"},
        ),
        (
            "Leiter/in Finanzen & Controlling (80 - 100%)\nStiftung Wagerenhof, Uster.",
            {"title": "Leiter/in Finanzen & Controlling", "pensum": (80, 100), "place": "Uster"},
        ),
        (
            "Chauffeur Kat. C/E\nTransport Meier GmbH, Frauenfeld. Pensum: 100 %.",
            {"title": "Chauffeur Kat. C/E", "company": "Transport Meier GmbH",
             "pensum": (100, 100)},
        ),
        (
            "Stage de 6 mois – Infirmière\nGenève. Indemnité de stage : CHF 2'500 par mois.",
            {"title": "Stage de 6 mois – Infirmière", "company": None, "place": "Genève",
             "pay": (2500, 2500, "CHF", "month", 12)},
        ),
        (
            "Software Engineer\nAcme GmbH\nBerlin\n\nWe offer flexible hours.",
            {"title": "Software Engineer", "company": "Acme GmbH", "place": "Berlin"},
        ),
    ],
)  # fmt: skip
def test_an_advert_is_read_as_a_person_reads_it(text: str, said: dict[str, Any]) -> None:
    found = facts(text)
    assert {name: found[name] for name in said} == said


def test_what_the_text_does_not_say_stays_unknown() -> None:
    found = facts("Looking for a gardener who loves roses")
    assert found["title"] == "gardener"
    assert {found[n] for n in ("company", "place", "pensum", "pay", "until", "contact")} == {None}


def test_a_text_without_any_occupation_still_has_a_short_title() -> None:
    text = "lorem ipsum dolor sit amet " * 40
    assert 0 < len(read(text).title) <= 110


@pytest.mark.parametrize("text", ["", "  \n ", "Cook", "x" * 300_000])
def test_what_is_no_posting_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="text"):
        parse_text(text, NOW)


@pytest.mark.parametrize(
    "unit", ["a", "A ", "Aa. ", "wir suchen ", "1 ", "@a.", "% 1-", "für unser a "]
)
def test_hostile_text_is_read_all_the_same(unit: str) -> None:
    assert read((unit * 60_000)[:60_000] + "end").title
