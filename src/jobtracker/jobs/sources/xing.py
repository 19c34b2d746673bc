"""XING: its interface is for partners; give the address of a posting."""

from __future__ import annotations

from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.page import Page
from jobtracker.jobs.sources.port import Capability, Source, SourceInfo


class Xing(Source):
    """Listed so that the person learns what works instead."""

    info = SourceInfo(
        name="xing",
        title="XING",
        kind="board",
        auth="partner",
        terms_url="https://www.xing.com/terms",
        limits="",
        status="by_page_only",
        capabilities=frozenset({Capability.PARSE}),
        hosts=("www.xing.com",),
        per_minute=30,
        note="its interface is for partners; give the address of a posting",
    )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Read a posting's own page, by its JSON-LD."""
        return Page.parse(payload, board)
