"""The Muse public API: https://www.themuse.com/developers/api/v2."""

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


class TheMuse(Source):
    """Postings by place, newest first; words are not searched by the server."""

    info = SourceInfo(
        name="themuse",
        title="The Muse",
        kind="aggregator",
        auth="none",
        terms_url="https://www.themuse.com/developers/api/v2",
        limits="500 calls an hour without a key",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.themuse.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://www.themuse.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the newest pages of a place."""
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            params = {"page": str(page), "descending": "true"}
            if query.location:
                params["location"] = query.location
            answer = await http.aget(f"{self.base}/api/public/jobs", params=params)
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["results"])
            if (
                not payload["results"]
                or asked >= query.limit
                or page >= port.count_of(payload, "page_count")
            ):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `results` of `contents` and `refs`, or one job."""
        rows = payload.get("results") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "contents", "refs", "name")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a job."""
        single = port.is_row(payload, "contents")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "results")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.inner(row, "refs", "landing_page")
        names = [port.text_of(spot, "name") for spot in row.get("locations") or []]
        remote = any("remote" in name.lower() or "flexible" in name.lower() for name in names)
        levels = [port.text_of(level, "name") for level in row.get("levels") or []]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "name"),
            company=port.inner(row, "company", "name"),
            url=url,
            apply_url=url,
            text=port.text_of(row, "contents"),
            places=port.places(*(port.place(name) for name in names)),
            work_mode="remote" if remote else None,
            posted_at=port.moment(row.get("publication_date")),
            seniority=levels[0] if levels else None,
            tags=[port.text_of(c, "name") for c in row.get("categories") or []],
            original=row,
        )
