"""Searches around a place, and in several places."""

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput
from jobtracker.jobs.model import SearchRequest, SearchResult
from jobtracker.jobs.service import JobService

TOWNS = ("Bern", "Thun", "Solothurn", "Lausanne", "Vevey", "Lugano")


@pytest.fixture
def jobs(core: Core) -> JobService:
    core.settings.search.samples = False
    service = JobService(core)
    rows = [
        {
            "id": number, "title": f"Baker {town}", "company_name": f"Oven {number} AG",
            "location": {"name": town}, "content": "We bake bread in the morning.",
            "absolute_url": f"https://boards.greenhouse.io/oven/jobs/{number}",
            "first_published": "2026-11-20",
        }
        for number, town in enumerate(TOWNS, 1)
    ]  # fmt: skip
    service.import_payload("ada", {"jobs": rows, "meta": {}})
    return service


def search(jobs: JobService, **asked: object) -> SearchResult:
    return jobs.search("ada", SearchRequest.model_validate({"query": "baker", **asked}))


def towns(result: SearchResult) -> list[str]:
    return [job.title.removeprefix("Baker ") for job in result.jobs]


def test_without_a_radius_a_town_is_the_town_alone(jobs: JobService) -> None:
    assert towns(search(jobs, location="Bern")) == ["Bern"]


def test_a_radius_takes_the_towns_around_nearest_first_and_says_how_far(jobs: JobService) -> None:
    result = search(jobs, location="Bern", radius_km=35)
    assert towns(result) == ["Bern", "Thun", "Solothurn"]
    assert "in Bern" in result.jobs[0].why
    assert any(why.startswith("Thun, 2") and why.endswith("km from Bern")
               for why in result.jobs[1].why)  # fmt: skip


def test_a_list_of_towns_is_each_of_them(jobs: JobService) -> None:
    assert set(towns(search(jobs, location="Lausanne, Vevey"))) == {"Lausanne", "Vevey"}
    assert towns(search(jobs, location="Lugano, Switzerland")) == ["Lugano"]


def test_a_radius_around_a_country_changes_nothing(jobs: JobService) -> None:
    assert set(towns(search(jobs, location="Switzerland", radius_km=50))) == set(TOWNS)


@pytest.mark.parametrize("radius", [-1, 301, 10**9])
def test_an_impossible_radius_is_bad_input(jobs: JobService, radius: int) -> None:
    with pytest.raises(BadInput, match="radius_km"):
        search(jobs, location="Bern", radius_km=radius)
