"""JobScout24: no interface; give the address of a posting."""

from __future__ import annotations

from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.page import Page
from jobtracker.jobs.sources.port import Capability, Source, SourceInfo


class JobScout24(Source):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="jobscout24",
        title="JobScout24",
        kind="board",
        auth="partner",
        terms_url="https://www.jobscout24.ch/en/terms/",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=("www.jobscout24.ch",),
        per_minute=30,
        note="no interface; give the address of a posting",
    )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Read a posting's own page, by its JSON-LD."""
        return Page.parse(payload, board)
