"""Remotive public API: https://github.com/remotive-com/remote-jobs-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Remotive(Source):
    """Remote postings; the vendor asks for about four calls a day and a link back."""

    info = SourceInfo(
        name="remotive",
        title="Remotive",
        kind="aggregator",
        auth="none",
        terms_url="https://github.com/remotive-com/remote-jobs-api",
        limits="over 2 calls a minute are blocked; about 4 a day advised; 24 h delay",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("remotive.com",),
        per_minute=2,
        every_minutes=360,
        by_words=False,
    )
    base_url = "https://remotive.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the whole feed: few calls are welcome, so the words are searched for here."""
        answer = await http.aget(f"{self.base}/api/remote-jobs")
        yield self.parse(answer.json(self.info.title))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `candidate_required_location`."""
        jobs = payload.get("jobs") if isinstance(payload, dict) else [payload]
        return bool(
            isinstance(jobs, list)
            and jobs
            and port.is_row(jobs[0], "candidate_required_location", "title")
        )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or a single row."""
        single = port.is_row(payload, "candidate_required_location")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "url")
        where = port.text_of(row, "candidate_required_location")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company_name") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "description"),
            places=port.places(*(port.place(name.strip()) for name in where.split(","))),
            work_mode="remote",
            employment=port.texts_of(row.get("job_type")),
            salary_text=port.text_of(row, "salary"),
            posted_at=port.moment(row.get("publication_date")),
            tags=[port.text_of(row, "category"), *port.texts_of(row.get("tags"))],
            original=row,
        )
