"""Job boards behind one port. The table is strings: an adapter is imported when it is used."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from jobtracker.core.errors import BadInput

if TYPE_CHECKING:
    from jobtracker.jobs.sources.port import Source

_HERE = "jobtracker.jobs.sources"
REGISTRY: dict[str, str] = {
    "greenhouse": f"{_HERE}.greenhouse:Greenhouse",
    "lever": f"{_HERE}.lever:Lever",
    "ashby": f"{_HERE}.ashby:Ashby",
    "smartrecruiters": f"{_HERE}.smartrecruiters:SmartRecruiters",
    "recruitee": f"{_HERE}.recruitee:Recruitee",
    "workable": f"{_HERE}.workable:Workable",
    "breezy": f"{_HERE}.breezy:Breezy",
    "bamboohr": f"{_HERE}.bamboohr:BambooHr",
    "jazzhr": f"{_HERE}.jazzhr:JazzHr",
    "personio": f"{_HERE}.personio:Personio",
    "teamtailor": f"{_HERE}.teamtailor:Teamtailor",
    "workday": f"{_HERE}.workday:Workday",
    "taleobe": f"{_HERE}.taleobe:TaleoBusiness",
    "taleo": f"{_HERE}.taleo:Taleo",
    "paylocity": f"{_HERE}.paylocity:Paylocity",
    "applicantpro": f"{_HERE}.applicantpro:ApplicantPro",
    "arbeitnow": f"{_HERE}.arbeitnow:Arbeitnow",
    "remotive": f"{_HERE}.remotive:Remotive",
    "remoteok": f"{_HERE}.remoteok:RemoteOk",
    "themuse": f"{_HERE}.themuse:TheMuse",
    "jobicy": f"{_HERE}.jobicy:Jobicy",
    "himalayas": f"{_HERE}.himalayas:Himalayas",
    "hackernews": f"{_HERE}.hackernews:HackerNews",
    "adzuna": f"{_HERE}.adzuna:Adzuna",
    "usajobs": f"{_HERE}.usajobs:UsaJobs",
    "jooble": f"{_HERE}.jooble:Jooble",
    "reed": f"{_HERE}.reed:Reed",
    "careerjet": f"{_HERE}.careerjet:Careerjet",
    "linkedin": f"{_HERE}.linkedin:LinkedIn",
    "indeed": f"{_HERE}.indeed:Indeed",
    "glassdoor": f"{_HERE}.glassdoor:Glassdoor",
    "ziprecruiter": f"{_HERE}.ziprecruiter:ZipRecruiter",
    "dice": f"{_HERE}.dice:Dice",
    "seek": f"{_HERE}.seek:Seek",
    "monster": f"{_HERE}.monster:Monster",
    "wellfound": f"{_HERE}.wellfound:Wellfound",
    "xing": f"{_HERE}.xing:Xing",
    "jobsch": f"{_HERE}.jobsch:JobsCh",
    "jobscout24": f"{_HERE}.jobscout24:JobScout24",
    "jobroom": f"{_HERE}.jobroom:JobRoom",
    "stackoverflow": f"{_HERE}.stackoverflow:StackOverflow",
    "page": f"{_HERE}.page:Page",
}
"""In the order in which a payload is tried; `page` takes any HTML and so comes last."""


@cache
def source_class(name: str) -> type[Source]:
    """Return the adapter of that name.

    Raises:
        BadInput: there is none; the message names those there are.
    """
    spec = REGISTRY.get(name)
    if spec is None:
        known = ", ".join(sorted(REGISTRY))
        raise BadInput(f"sources: {name[:40]!r} is no job source; known are {known}, sample")
    module, _, attribute = spec.partition(":")
    return getattr(import_module(module), attribute)
