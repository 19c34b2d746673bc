"""USAJOBS search API: https://developer.usajobs.gov/."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

MAX_PAGES = 4


class UsaJobs(Source):
    """Postings of the US federal government, with the person's own free key."""

    info = SourceInfo(
        name="usajobs",
        title="USAJOBS",
        kind="aggregator",
        auth="key",
        terms_url="https://developer.usajobs.gov/terms-of-service",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.usajobs.gov",),
        per_minute=30,
        note="keys email and key",
    )
    base_url = "https://data.usajobs.gov"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place."""
        keys = port.needed_keys(self, "email", "key")
        params = {"Keyword": query.text, "ResultsPerPage": str(min(query.limit, 500))}
        params |= {"LocationName": query.location} if query.location else {}
        params |= {"DatePosted": str(min(query.days, 60))} if query.days else {}
        params |= {"RemoteIndicator": "True"} if query.remote else {}
        headers = {"User-Agent": keys["email"], "Authorization-Key": keys["key"]}
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            url = f"{self.base}/api/Search"
            answer = await http.aget(url, params={**params, "Page": str(page)}, headers=headers)
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            rows = payload["SearchResult"]["SearchResultItems"]
            asked += len(rows)
            total = port.count_of(payload, "SearchResult", "SearchResultCountAll")
            if not rows or asked >= min(query.limit, total):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `SearchResult`, or one item."""
        return port.is_row(payload, "SearchResult") or port.is_row(
            payload, "MatchedObjectDescriptor"
        )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or an item."""
        single = port.is_row(payload, "MatchedObjectDescriptor")
        rows = (
            [payload]
            if single
            else port.rows_of(cls.info.title, payload, "SearchResult.SearchResultItems")
        )
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, item: Row) -> RawPosting:
        row: Row = item["MatchedObjectDescriptor"]
        pay: Row = next(iter(row.get("PositionRemuneration") or []), {})
        about = port.inner(row, "UserArea", "Details") or {}
        spots = [
            port.place(port.text_of(spot, "LocationName"), country="US")
            for spot in row.get("PositionLocation") or []
        ]
        asked = port.text_of(row, "QualificationSummary")
        duties = "\n".join(port.texts_of(about.get("MajorDuties")))
        return RawPosting(
            source=cls.info.name,
            external_id=str(item["MatchedObjectId"]),
            title=port.text_of(row, "PositionTitle"),
            company=port.text_of(row, "OrganizationName", "DepartmentName") or None,
            url=port.text_of(row, "PositionURI") or None,
            apply_url=next(iter(port.texts_of(row.get("ApplyURI"))), None),
            text="\n".join([port.text_of(about, "JobSummary"), duties, asked]),
            places=port.places(*spots),
            work_mode="remote" if str(about.get("RemoteIndicator")).lower() == "true" else None,
            employment=[port.text_of(s, "Name") for s in row.get("PositionSchedule") or []],
            salary=port.salary(
                pay.get("MinimumRange"),
                pay.get("MaximumRange"),
                "USD",
                pay.get("Description") or pay.get("RateIntervalCode"),
            ),
            posted_at=port.moment(row.get("PublicationStartDate")),
            expires_at=port.moment(row.get("ApplicationCloseDate")),
            language="en",
            tags=[port.text_of(c, "Name") for c in row.get("JobCategory") or []],
            original=item,
        )
