"""Glassdoor, through the optional python-jobspy; a pasted page works without it."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import jobspy_rows, port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Source, SourceInfo


class Glassdoor(Source):
    """Off until the person installs the library and accepts the terms note."""

    info = SourceInfo(
        name="glassdoor",
        title="Glassdoor",
        kind="board",
        auth="none",
        terms_url="https://www.glassdoor.com/about/terms/",
        limits="throttled by the board",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=(".glassdoor.com", ".glassdoor.ch"),
        per_minute=30,
        note="its terms forbid automated reading: enable it only if you accept that; "
        "alert e-mails and pasted postings need no such thing",
    )

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place."""
        yield self.parse(await jobspy_rows.fetch("glassdoor", self.info, query))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """A list of the library's rows of this board."""
        return jobspy_rows.is_rows(payload, "gd-")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the library's rows."""
        rows = port.rows_of(cls.info.title, payload)
        return port.parse_rows(
            cls.info.title, rows, lambda row: jobspy_rows.posting(cls.info.name, row)
        )
