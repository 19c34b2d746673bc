"""The invented postings under `jobs/data`, whose places the lexicon must know."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import Any

from jobtracker.core.lexicon import places

FIELDS = {
    "id", "title", "company", "language", "locations", "work_mode", "employment_type", "workload",
    "salary", "posted_days_ago", "expires_in_days", "skills", "seniority", "description",
}  # fmt: skip
EMPLOYMENT = {
    "full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer",
}  # fmt: skip


def _samples() -> list[dict[str, Any]]:
    folder = files("jobtracker.jobs").joinpath("data")
    found = sorted(f.name for f in folder.iterdir() if f.name.startswith("samples_"))
    return [row for name in found for row in json.loads(folder.joinpath(name).read_text("utf-8"))]


SAMPLES = _samples()


def test_there_are_enough_samples_and_no_two_are_alike() -> None:
    assert len(SAMPLES) >= 320
    for key in ("id", "description", "company"):
        assert len({row[key] for row in SAMPLES}) == len(SAMPLES), key
    assert len({row["title"] for row in SAMPLES}) >= 150


def test_every_sample_has_the_fields_and_sane_values() -> None:
    for row in SAMPLES:
        assert set(row) == FIELDS, row["id"]
        assert row["language"] in {"de", "en", "fr", "it"}
        assert row["work_mode"] in {"onsite", "hybrid", "remote"}
        assert row["employment_type"] in EMPLOYMENT
        assert 0 < row["workload"]["min"] <= row["workload"]["max"] <= 100
        assert 0 <= row["posted_days_ago"] <= 60
        assert row["expires_in_days"] is None or row["expires_in_days"] > 0
        assert row["seniority"] in {"intern", "junior", "mid", "senior", "lead", "executive"}
        assert len(row["skills"]) >= 1
        assert 60 <= len(row["description"].split()) <= 160, row["id"]


def test_pay_is_given_for_about_half_and_plausible() -> None:
    paid = [row["salary"] for row in SAMPLES if row["salary"]]
    assert 0.4 <= len(paid) / len(SAMPLES) <= 0.75
    assert {pay["period"] for pay in paid} == {"hour", "month", "year"}
    bounds = {"hour": (15, 60), "month": (700, 12_000), "year": (12_000, 250_000)}
    for pay in paid:
        low, high = bounds[pay["period"]]
        assert low <= pay["min"] <= pay["max"] <= high
        assert pay["months"] == (13 if pay["period"] == "month" else 12)


def test_switzerland_comes_first_and_all_four_languages_are_there() -> None:
    home = [row for row in SAMPLES if row["locations"][0]["country"] == "CH"]
    assert len(home) / len(SAMPLES) >= 0.75
    count = Counter(row["language"] for row in SAMPLES)
    assert all(count[language] >= 25 for language in ("de", "en", "fr", "it"))


def test_every_place_is_known_with_its_canton_and_country() -> None:
    for row in SAMPLES:
        for spot in row["locations"]:
            place = places.resolve(f"{spot['city']} {spot['canton'] or ''}".strip())
            assert place is not None, spot
            assert (place.country, place.canton) == (spot["country"], spot["canton"]), spot


def test_python_and_data_jobs_are_there_on_both_sides_of_120k() -> None:
    python = [row for row in SAMPLES if {"Python", "SQL"} & set(row["skills"])]
    assert len(python) >= 25
    remote = [
        row["salary"]["min"]
        for row in python
        if row["work_mode"] == "remote"
        and row["salary"]
        and row["salary"]["period"] == "year"
        and row["locations"][0]["country"] == "CH"
    ]
    assert sum(pay > 120_000 for pay in remote) >= 5
    assert sum(pay < 120_000 for pay in remote) >= 3
