"""Reed search API: https://www.reed.co.uk/developers/jobseeker."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 100


class Reed(Source):
    """British postings, with the person's own free key; the list's texts are cut."""

    info = SourceInfo(
        name="reed",
        title="Reed",
        kind="aggregator",
        auth="key",
        terms_url="https://www.reed.co.uk/developers",
        limits="2,000 calls an hour, by report",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE, Capability.DETAIL}),
        hosts=("www.reed.co.uk",),
        per_minute=30,
        note="key key",
    )
    base_url = "https://www.reed.co.uk"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place, page by page."""
        params = {"keywords": query.text, "resultsToTake": str(PAGE)}
        params |= {"locationName": query.location} if query.location else {}
        asked = 0
        while asked < query.limit:
            answer = await http.aget(
                f"{self.base}/api/1.0/search",
                params={**params, "resultsToSkip": str(asked)},
                headers=self._login(),
            )
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["results"])
            if not payload["results"] or asked >= port.count_of(payload, "totalResults"):
                break

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its whole text, type and kind of pay."""
        url = f"{self.base}/api/1.0/jobs/{port.safe_board(listed.external_id)}"
        answer = await http.aget(url, headers=self._login())
        return self.parse(answer.json(self.info.title))[0]

    def _login(self) -> dict[str, str]:
        key = port.needed_keys(self, "key")["key"]
        return {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"}

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `results` of `employerName`, or one job."""
        rows = payload.get("results") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "jobId", "employerName", "jobTitle")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a job."""
        single = port.is_row(payload, "jobId", "employerName")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "results")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "jobUrl")
        kinds = [n for n, k in (("full time", "fullTime"), ("part time", "partTime")) if row.get(k)]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["jobId"]),
            title=port.text_of(row, "jobTitle"),
            company=port.text_of(row, "employerName") or None,
            url=url or None,
            apply_url=port.text_of(row, "externalUrl") or url or None,
            text=port.text_of(row, "jobDescription"),
            places=port.places(port.place(row.get("locationName"), country="GB")),
            employment=[*port.texts_of(row.get("contractType")), *kinds],
            salary=port.salary(
                row.get("minimumSalary"),
                row.get("maximumSalary"),
                row.get("currency") or "GBP",
                row.get("salaryType") or "year",
            ),
            posted_at=port.moment(row.get("datePosted") or row.get("date")),
            expires_at=port.moment(row.get("expirationDate")),
            language="en",
            original=row,
        )
