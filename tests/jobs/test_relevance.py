import re

import pytest
import yaml

from jobtracker.core.bootstrap import Core
from jobtracker.core.paths import asset_dir
from jobtracker.jobs.model import SearchRequest
from jobtracker.jobs.service import JobService


@pytest.mark.parametrize(
    ("suite", "share"), [("search_relevance.yaml", 0.9), ("search_relevance_held_out.yaml", 0.82)]
)
def test_the_first_postings_are_what_was_meant(core: Core, suite: str, share: float) -> None:
    text = (asset_dir("evals") / suite).read_text(encoding="utf-8")
    cases = yaml.safe_load(text)["cases"]
    jobs = JobService(core)
    failed: list[str] = []
    for case in cases:
        titles = [job.title for job in jobs.search("ada", SearchRequest(**case["inputs"])).jobs[:3]]
        wanted = re.compile(case["expected_output"]["title"], re.I)
        good = sum(1 for title in titles if wanted.search(title))
        if good < min(2, max(1, len(titles))):
            failed.append(f"{case['name']}: {titles}")
    assert len(failed) <= len(cases) * (1 - share), failed


def kept(core: Core, *titles: tuple[str, str]) -> JobService:
    """Keep postings of these titles and languages."""
    core.settings.search.samples = False
    jobs = JobService(core)
    rows = [
        {"@type": "JobPosting", "title": title, "url": f"https://a.example/{n}",
         "hiringOrganization": {"name": f"Firm {n}"}, "description": SPOKEN[language]}
        for n, (title, language) in enumerate(titles)
    ]  # fmt: skip
    jobs.import_payload("ada", {"@graph": rows})
    return jobs


SPOKEN = {
    "en": "We are looking for you. The team works with care and you will be part of it.",
    "de": "Wir suchen dich für das Team. Du arbeitest mit uns und die Arbeit ist sinnvoll.",
    "fr": "Nous cherchons une personne pour notre équipe. Vous travaillez avec nous et vous aidez.",
    "it": "Cerchiamo una persona per il nostro gruppo. Lavori con noi e con gli altri della casa.",
}


def found(jobs: JobService, query: str) -> set[str]:
    return {job.title for job in jobs.search("ada", SearchRequest(query=query, limit=50)).jobs}


def test_a_chef_cooks_in_english_and_leads_elsewhere(core: Core) -> None:
    jobs = kept(
        core,
        ("Chef", "en"), ("Sous-chef", "fr"), ("Köchin", "de"), ("Infirmière chef", "fr"),
        ("Chefarzt Chirurgie", "de"), ("Chef de projet", "fr"), ("Chef comptable", "fr"),
        ("Chef d'équipe logistique", "fr"), ("Cuoco", "it"),
    )  # fmt: skip
    cooks = {"Chef", "Sous-chef", "Köchin", "Cuoco"}
    for query in ("cook", "Koch", "cuisinier", "cuoca"):
        assert found(jobs, query) == cooks, query
    assert found(jobs, "infirmier chef") >= {"Infirmière chef"}
    assert found(jobs, "chef de projet") == {"Chef de projet"}


def test_a_longer_name_of_another_occupation_is_that_one(core: Core) -> None:
    jobs = kept(
        core,
        ("Conducteur de travaux", "fr"), ("Conducteur poids lourds", "fr"),
        ("Installateur-électricien", "fr"), ("Installateur sanitaire", "fr"),
        ("Operatore sociosanitario", "it"), ("Machine operator", "en"),
    )  # fmt: skip
    assert found(jobs, "truck driver") == {"Conducteur poids lourds"}
    assert found(jobs, "plumber") == {"Installateur sanitaire"}
    assert found(jobs, "production worker") == {"Machine operator"}
    assert "Conducteur de travaux" in found(jobs, "site manager")
