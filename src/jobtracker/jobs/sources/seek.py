"""SEEK, JobStreet and JobsDB: the endpoint of their own search page, undocumented."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 100
MAX_PAGES = 5


class Seek(Source):
    """Postings of Australia and New Zealand; only where the person enabled it."""

    info = SourceInfo(
        name="seek",
        title="SEEK",
        kind="board",
        auth="none",
        terms_url="https://www.seek.com.au/terms",
        limits="100 rows a call",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.seek.com.au", "au.seek.com", "www.seek.co.nz"),
        per_minute=10,
        note="an undocumented endpoint of the site: asked only after its terms note is accepted",
    )
    base_url = "https://au.seek.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place, page by page."""
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            params = {
                "siteKey": "AU-Main",
                "page": str(page),
                "pageSize": str(PAGE),
                "sortmode": "ListedDate",
                "keywords": query.text,
                "where": query.location,
            }
            answer = await http.aget(f"{self.base}/api/jobsearch/v5/search", params=params)
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["data"])
            if not payload["data"] or asked >= min(
                query.limit, port.count_of(payload, "totalCount")
            ):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `data` of `listingDate`, or one row."""
        rows = payload.get("data") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "listingDate", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a row."""
        single = port.is_row(payload, "listingDate")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "data")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = f"https://au.seek.com/job/{row['id']}"
        modes = [
            port.inner(m, "label", "text")
            for m in port.inner(row, "workArrangements", "data") or []
        ]
        points = "".join(f"<li>{point}</li>" for point in port.texts_of(row.get("bulletPoints")))
        spots = [
            port.place(port.text_of(spot, "label"), country=port.text_of(spot, "countryCode"))
            for spot in row.get("locations") or []
        ]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "companyName")
            or port.inner(row, "advertiser", "description"),
            url=url,
            apply_url=url,
            text=f"<p>{row.get('teaser') or ''}</p>{points}",
            places=port.places(*spots),
            work_mode=port.mode_of(modes[0]) if modes else None,
            employment=port.texts_of(row.get("workTypes")),
            salary_text=port.text_of(row, "salaryLabel"),
            posted_at=port.moment(row.get("listingDate")),
            language="en",
            original=row,
        )
