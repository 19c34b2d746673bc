"""Reed search API: https://www.reed.co.uk/developers/jobseeker."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Query, Row, Source, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Http


class Reed(Source):
    """British postings, with the person's own free key; texts are cut."""

    info = SourceInfo(
        name="reed",
        title="Reed",
        kind="aggregator",
        auth="key",
        terms_url="https://www.reed.co.uk/developers",
        limits="2,000 calls an hour, by report",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.reed.co.uk",),
        per_minute=30,
        note="key key",
    )
    base_url = "https://www.reed.co.uk"

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Search by words and place."""
        key = port.needed_keys(self, "key")["key"]
        params = {"keywords": query.text, "resultsToTake": str(min(query.limit, 100))}
        params |= {"locationName": query.location} if query.location else {}
        secret = base64.b64encode(f"{key}:".encode()).decode()
        answer = await http.aget(
            f"{self.base}/api/1.0/search",
            params=params,
            headers={"Authorization": f"Basic {secret}"},
        )
        return self.parse(answer.json(self.info.title))

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
