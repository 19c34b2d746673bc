"""Jobicy remote jobs API: https://github.com/Jobicy/remote-jobs-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Jobicy(Source):
    """Remote postings with pay; the vendor asks for at most one call an hour."""

    info = SourceInfo(
        name="jobicy",
        title="Jobicy",
        kind="aggregator",
        auth="none",
        terms_url="https://github.com/Jobicy/remote-jobs-api",
        limits="at most hourly; 6 h delay; no redistribution to aggregators",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("jobicy.com",),
        per_minute=1,
        every_minutes=60,
        by_words=False,
    )
    base_url = "https://jobicy.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the newest postings: one call an hour is welcome, so words are searched here."""
        answer = await http.aget(f"{self.base}/api/v2/remote-jobs", params={"count": "100"})
        yield self.parse(answer.json(self.info.title))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `jobTitle` and `jobGeo`, or one such row."""
        jobs = payload.get("jobs") if isinstance(payload, dict) else None
        first = jobs[0] if isinstance(jobs, list) and jobs else payload
        return port.is_row(first, "jobTitle", "companyName")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or a single row."""
        single = port.is_row(payload, "jobTitle")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "url")
        geo = port.text_of(row, "jobGeo").replace("  ", " ")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "jobTitle"),
            company=port.text_of(row, "companyName") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "jobDescription", "jobExcerpt"),
            places=port.places(*(port.place(name.strip()) for name in geo.split(","))),
            work_mode="remote",
            employment=port.texts_of(row.get("jobType")),
            salary=port.salary(
                row.get("salaryMin") or row.get("annualSalaryMin"),
                row.get("salaryMax") or row.get("annualSalaryMax"),
                row.get("salaryCurrency"),
                row.get("salaryPeriod") or "year",
            ),
            posted_at=port.moment(row.get("pubDate")),
            seniority=port.text_of(row, "jobLevel") or None,
            tags=port.texts_of(row.get("jobIndustry")),
            original=row,
        )
