"""How far around a place a message asks to look."""

from datetime import UTC, datetime

import pytest

from jobtracker.agent.mind.embedded.extract import extract

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "language", "km"),
    [
        ("nursing jobs within 30 km of Bern", "en", 30),
        ("carpenter near Olten", "en", 25),
        ("warehouse work in the Olten area", "en", 25),
        ("stelle als koch im umkreis von 15km um Thun", "de", 15),
        ("jobs als gärtnerin in Chur und Umgebung", "de", 25),
        ("logistik raum Winterthur", "de", 25),
        ("emploi de serveuse autour de Vevey", "fr", 25),
        ("un poste à Sion ou dans les environs", "fr", 25),
        ("lavoro come cuoca vicino a Bellinzona", "it", 25),
        ("posto da elettricista a Lugano e dintorni", "it", 25),
        ("electrician in Bern", "en", None),
        ("I can drive 20 km but where is not said", "en", None),
        ("poste de comptable à Genève", "fr", None),
    ],
)
def test_the_radius_that_is_asked_for(message: str, language: str, km: int | None) -> None:
    assert extract(message, NOW, language, "search_jobs").radius_km == km


def test_a_distance_is_no_part_of_the_role() -> None:
    slots = extract("within 40 km of Thun as a nurse", NOW, "en", "search_jobs")
    assert slots.role is not None and slots.role.value == "nurse"
    assert extract("anything closer to Thun?", NOW, "en", "refine_search").role is None
