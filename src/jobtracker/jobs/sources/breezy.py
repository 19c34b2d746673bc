"""Breezy HR public board: https://developer.breezy.hr."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.page import posting_page
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Breezy(Source):
    """Whole boards of one employer without text; a missing tenant leads to the marketing site."""

    info = SourceInfo(
        name="breezy",
        title="Breezy HR",
        kind="ats",
        auth="none",
        terms_url="https://breezy.hr/terms",
        limits="403 under bursts",
        status="works",
        capabilities=frozenset(
            {Capability.BOARD, Capability.PARSE, Capability.LIVENESS, Capability.DETAIL}
        ),
        hosts=(".breezy.hr",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.breezy.hr"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the employer's whole board."""
        answer = await http.aget(f"{self.host(query.board)}/json", follow=False)
        if 300 <= answer.status < 400:
            raise NotFound(f"Breezy HR has no board {query.board!r}; check its name")
        yield self.parse(answer.json(self.info.title), query.board)

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return what the posting's own page says."""
        slug = port.safe_board(port.text_of(listed.original, "friendly_id"))
        answer = await http.aget(f"{self.host(board)}/p/{slug}")
        return posting_page(self.info.title, answer.text, listed.url or answer.url, "description")

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "breezy.hr")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An array of rows with `friendly_id`, or one row."""
        first = payload[0] if isinstance(payload, list) and payload else payload
        return port.is_row(first, "friendly_id", "name")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a board or a position."""
        single = port.is_row(payload, "friendly_id")
        rows = [payload] if single else port.rows_of(cls.info.title, payload)
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        url = port.text_of(row, "url")
        spots = row.get("locations") or [row.get("location") or {}]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "name"),
            company=port.inner(row, "company", "name")
            or port.named_from(board or cls.board_of(url) or ""),
            url=url or None,
            apply_url=url or None,
            text=port.text_of(row, "description"),
            places=port.places(
                *(
                    port.place(
                        port.text_of(spot, "city", "name"),
                        country=port.inner(spot, "country", "id"),
                    )
                    for spot in spots
                )
            ),
            work_mode="remote" if port.inner(spots[0], "is_remote") else None,
            employment=port.texts_of(port.inner(row, "type", "name")),
            salary_text=port.text_of(row, "salary"),
            posted_at=port.moment(row.get("published_date")),
            seniority=port.text_of(row, "experience") or None,
            tags=port.texts_of(row.get("department")) + port.texts_of(row.get("tags")),
            original=row,
        )
