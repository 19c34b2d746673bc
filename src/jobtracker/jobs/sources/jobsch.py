"""jobs.ch and jobup.ch (JobCloud): the endpoint of their own search page, undocumented."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting, Workload
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 20


class JobsCh(Source):
    """Swiss postings; asked only where the person enabled it after reading the terms."""

    info = SourceInfo(
        name="jobsch",
        title="jobs.ch",
        kind="board",
        auth="none",
        terms_url="https://www.jobs.ch/en/terms-and-conditions/",
        limits="20 rows a call; data centres are refused",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.jobs.ch", "www.jobup.ch"),
        per_minute=10,
        note="an undocumented endpoint of the site: asked only after its terms note is accepted; "
        "a pasted posting URL always works",
    )
    base_url = "https://www.jobs.ch"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words, page by page."""
        words = f"{query.text} {query.location}".strip()
        asked = 0
        while asked < query.limit:
            params = {"query": words, "start": str(asked), "rows": str(PAGE)}
            answer = await http.aget(f"{self.base}/api/v1/public/search", params=params)
            payload = answer.json(self.info.title)
            yield self.parse(payload)
            asked += len(payload["documents"])
            if not payload["documents"] or asked >= port.count_of(payload, "total_hits"):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `documents` of `employment_grades`, or one document."""
        rows = payload.get("documents") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "job_id", "employment_grades")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a document."""
        single = port.is_row(payload, "job_id", "employment_grades")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "documents")
        active = [row for row in rows if not port.is_row(row) or row.get("is_active") is not False]
        return port.parse_rows(cls.info.title, active, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        links = row.get("_links") or {}
        url = next((u for k in links if (u := port.inner(links, k, "href"))), None)
        url = url or f"https://www.jobs.ch/en/vacancies/detail/{row['job_id']}/"
        grades = [int(grade) for grade in row.get("employment_grades") or []]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["job_id"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company_name") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "preview"),
            places=port.places(port.place(row.get("place"), country="CH")),
            workload=Workload(min=min(grades), max=max(grades)) if grades else None,
            posted_at=port.moment(row.get("publication_date")),
            original=row,
        )
