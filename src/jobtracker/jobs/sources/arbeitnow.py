"""Arbeitnow job board API: https://www.arbeitnow.com/blog/job-board-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

MAX_PAGES = 5


class Arbeitnow(Source):
    """Newest postings, German market first, 100 a page; the server does not filter by words."""

    info = SourceInfo(
        name="arbeitnow",
        title="Arbeitnow",
        kind="aggregator",
        auth="none",
        terms_url="https://www.arbeitnow.com/terms",
        limits="none stated; link back",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.arbeitnow.com", "arbeitnow.com"),
        per_minute=20,
    )
    base_url = "https://www.arbeitnow.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the newest pages."""
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            answer = await http.aget(
                f"{self.base}/api/job-board-api", params={"page": str(page), "search": query.text}
            )
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["data"])
            if asked >= query.limit or not port.inner(payload, "links", "next"):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `data` of `slug` and `company_name`, or one such row."""
        rows = payload.get("data") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "slug", "company_name", "job_types")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a single row."""
        single = port.is_row(payload, "slug", "company_name")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "data")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "url")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["slug"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company_name") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "description"),
            places=port.places(port.place(row.get("location"))),
            work_mode="remote" if row.get("remote") else None,
            employment=port.texts_of(row.get("job_types")),
            posted_at=port.moment(row.get("created_at")),
            tags=port.texts_of(row.get("tags")),
            original=row,
        )
