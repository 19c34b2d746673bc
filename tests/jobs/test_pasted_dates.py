"""When a pasted posting was published and until when it is open, as people write it."""

from datetime import datetime

import pytest

from jobtracker.jobs.pasted_dates import last_day, posted_on
from jobtracker.jobs.sources.fields import moment

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Posted 3 days ago by Acme", "2026-11-20"), ("Posted on Nov 12, 2026", "2026-11-12"),
        ("Publiziert am 12.11.2026", "2026-11-12"), ("Veröffentlicht vor 2 Wochen", "2026-11-09"),
        ("Publié le 5 novembre 2026", "2026-11-05"), ("Mise en ligne hier", None),
        ("Mise en ligne il y a 3 jours", "2026-11-20"), ("Pubblicato 3 giorni fa", "2026-11-20"),
        ("Pubblicato il 3 novembre", "2026-11-03"), ("Online seit: 1. November", "2026-11-01"),
        ("Wir haben 2019 ein Buch veröffentlicht. Start am 1. Januar 2027.", None),
        ("Published author wanted by 3 December", None),
        ("Eingestellt werden ab 1. Dezember Köche", None), ("Erschienen am 3. Dezember 2026", None),
    ],
)  # fmt: skip
def test_the_day_of_publication_is_the_one_beside_its_word(text: str, day: str | None) -> None:
    found = posted_on(text, NOW)
    assert (found and found.date().isoformat()) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Inserat gültig bis 30.11.2026", "2026-11-30"), ("Offen bis 31. Dezember", "2026-12-31"),
        ("Annonce valable jusqu'au 12 décembre 2026", "2026-12-12"),
        ("L'offerta è valida fino al 31 dicembre", "2026-12-31"),
        ("Applications close at midnight on Friday 4 December", "2026-12-04"),
        ("Candidarsi entro il 20/12/2026", "2026-12-20"),
        ("Stellenantritt bis 1. März 2027", None), ("Befristet bis 30. Juni 2027", None),
        ("Your licence must be valid until 2028.", None),
    ],
)  # fmt: skip
def test_the_last_day_is_that_for_applying(text: str, day: str | None) -> None:
    found = last_day(text, None, NOW)
    assert (found and found.date().isoformat()) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12. November 2026", "2026-11-12"), ("1er décembre 2026", "2026-12-01"),
        ("3 dicembre 2026", "2026-12-03"), ("November 12th, 2026", "2026-11-12"),
        ("vor 3 Tagen", "2026-11-20"), ("il y a 3 jours", "2026-11-20"),
        ("20.11.2026 10:00", "2026-11-20"), ("Room 2026", None), ("Negotiable", None), ("3", None),
    ],
)  # fmt: skip
def test_a_vendors_date_may_be_written_in_words(text: str, day: str | None) -> None:
    found = moment(text, NOW)
    assert (found and found.date().isoformat()) == day
