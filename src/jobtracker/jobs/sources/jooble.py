"""Jooble search API: https://jooble.org/api/about."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Jooble(Source):
    """Snippets of many boards, with the person's own free key."""

    info = SourceInfo(
        name="jooble",
        title="Jooble",
        kind="aggregator",
        auth="key",
        terms_url="https://jooble.org/api/about",
        limits="500 calls in a key’s whole life, by report",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("jooble.org", ".jooble.org"),
        per_minute=5,
        note="key key",
    )
    base_url = "https://jooble.org"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place; one call, of which a key has few."""
        key = port.safe_board(port.needed_keys(self, "key")["key"])
        body = {
            "keywords": query.text,
            "location": query.location,
            "page": "1",
            "ResultOnPage": str(min(query.limit, 100)),
        }
        answer = await http.apost(f"{self.base}/api/{key}", json=body)
        yield self.parse(answer.json(self.info.title))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `snippet` and `link`, or one job."""
        rows = payload.get("jobs") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "snippet", "link", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or a job."""
        single = port.is_row(payload, "snippet", "link")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "link")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "snippet"),
            places=port.places(port.place(port.text_of(row, "location"))),
            employment=port.texts_of(row.get("type")),
            salary_text=port.text_of(row, "salary"),
            posted_at=port.moment(row.get("updated")),
            original=row,
        )
