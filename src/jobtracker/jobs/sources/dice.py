"""Dice through its official MCP server: https://www.dice.com/about/mcp."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.mcp_wire import call_tool
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Dice(Source):
    """US technology postings; snippets, no login."""

    info = SourceInfo(
        name="dice",
        title="Dice",
        kind="board",
        auth="none",
        terms_url="https://www.dice.com/about/terms-and-conditions",
        limits="about 60 calls a minute, by report; say that the search was by AI",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.dice.com",),
        per_minute=30,
        note="its terms ask to say beside results that the search was by AI",
    )
    base_url = "https://mcp.dice.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place."""
        asked: dict[str, Any] = {
            "words": query.text,
            "where": query.location,
            "count": min(query.limit, 50),
            "modes": ["Remote"] if query.remote else [],
        }
        url = f"{self.base}/mcp"
        yield self.parse(await call_tool(http, url, self.info.title, "search_jobs", asked))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `data` of `guid` and `detailsPageUrl`, or one row."""
        rows = payload.get("data") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "guid", "detailsPageUrl")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the tool's structured content."""
        single = port.is_row(payload, "guid")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "data")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "detailsPageUrl")
        modes = port.texts_of(row.get("workplaceTypes"))
        spot = port.inner(row, "jobLocation", "displayName") or port.text_of(row, "location")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["guid"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "companyName") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "summary"),
            places=port.places(port.place(spot)),
            work_mode="remote" if row.get("isRemote") else port.mode_of(" ".join(modes)),
            employment=port.texts_of(row.get("employmentType")),
            salary_text=port.text_of(row, "salary"),
            posted_at=port.moment(row.get("postedDate")),
            original=row,
        )
