"""Remote OK API: https://remoteok.com/api (row 0 is its notice: link back, name the source)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class RemoteOk(Source):
    """About a hundred newest remote postings; the first row is a notice."""

    info = SourceInfo(
        name="remoteok",
        title="Remote OK",
        kind="aggregator",
        auth="none",
        terms_url="https://remoteok.com/api",
        limits="none stated; link back with follow",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("remoteok.com", "remoteOK.com"),
        per_minute=10,
    )
    base_url = "https://remoteok.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the newest postings."""
        answer = await http.aget(f"{self.base}/api")
        yield self.parse(answer.json(self.info.title))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An array with rows of `position` and `epoch`, or one such row."""
        if isinstance(payload, list):
            return any(port.is_row(row, "position", "epoch") for row in payload[:3])
        return port.is_row(payload, "position", "epoch")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the array without its notice, or a single row."""
        single = port.is_row(payload, "position")
        rows = [payload] if single else port.rows_of(cls.info.title, payload)
        jobs = [row for row in rows if not (port.is_row(row, "legal") and "id" not in row)]
        return port.parse_rows(cls.info.title, jobs, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "url")
        where = port.text_of(row, "location").strip(" ,")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "position"),
            company=port.text_of(row, "company") or None,
            url=url,
            apply_url=port.text_of(row, "apply_url") or url,
            text=port.text_of(row, "description"),
            places=port.places(port.place(where)),
            work_mode="remote",
            salary=port.salary(row.get("salary_min"), row.get("salary_max"), "USD", "year"),
            posted_at=port.moment(row.get("date")) or port.moment(row.get("epoch")),
            tags=port.texts_of(row.get("tags")),
            original=row,
        )
