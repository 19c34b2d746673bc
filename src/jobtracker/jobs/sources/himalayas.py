"""Himalayas remote jobs API: https://himalayas.app/api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import JobPlace, RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 20
MAX_PAGES = 5


class Himalayas(Source):
    """Remote postings with pay and expiry, 20 a call."""

    info = SourceInfo(
        name="himalayas",
        title="Himalayas",
        kind="aggregator",
        auth="none",
        terms_url="https://himalayas.app/api",
        limits="429 when too fast; name and link back",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("himalayas.app",),
        per_minute=30,
        note="",
    )
    base_url = "https://himalayas.app"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the newest pages."""
        asked = 0
        for _ in range(MAX_PAGES):
            params = {"limit": str(PAGE), "offset": str(asked)}
            answer = await http.aget(f"{self.base}/jobs/api", params=params)
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["jobs"])
            if not payload["jobs"] or asked >= min(
                query.limit, port.count_of(payload, "totalCount")
            ):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `companySlug`, or one job."""
        rows = payload.get("jobs") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "title", "companyName", "applicationLink")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a job."""
        single = port.is_row(payload, "applicationLink")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        link = port.text_of(row, "applicationLink", "guid")
        levels = port.texts_of(row.get("seniority"))
        return RawPosting(
            source=cls.info.name,
            external_id=port.text_of(row, "guid", "applicationLink"),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "companyName") or None,
            url=link or None,
            apply_url=link or None,
            text=port.text_of(row, "description", "excerpt"),
            places=port.places(*(_place(spot) for spot in row.get("locationRestrictions") or [])),
            work_mode="remote",
            employment=port.texts_of(row.get("employmentType")),
            salary=port.salary(
                row.get("minSalary"),
                row.get("maxSalary"),
                row.get("currency"),
                row.get("salaryPeriod"),
            ),
            posted_at=port.moment(row.get("pubDate")),
            expires_at=port.moment(row.get("expiryDate")),
            seniority=levels[0] if levels else None,
            tags=port.texts_of(row.get("categories")),
            original=row,
        )


def _place(spot: Any) -> JobPlace | None:
    """A restriction is a name, or an object with name and code."""
    if isinstance(spot, dict):
        found = port.place(port.text_of(spot, "name"))
        if found is not None:
            found.country = port.text_of(spot, "alpha2").upper() or None
        return found
    return port.place(spot)
