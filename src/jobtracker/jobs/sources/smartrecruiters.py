"""SmartRecruiters posting API: https://developers.smartrecruiters.com/docs/posting-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 100
MAX_PAGES = 300


class SmartRecruiters(Source):
    """Boards of one employer in pages, without text; an unknown employer looks empty."""

    info = SourceInfo(
        name="smartrecruiters",
        title="SmartRecruiters",
        kind="ats",
        auth="none",
        terms_url="https://developers.smartrecruiters.com/docs/posting-api",
        limits="10 requests a second",
        status="works",
        capabilities=frozenset(
            {Capability.BOARD, Capability.PARSE, Capability.LIVENESS, Capability.DETAIL}
        ),
        hosts=("jobs.smartrecruiters.com", "careers.smartrecruiters.com"),
        per_minute=120,
        note="",
    )
    base_url = "https://api.smartrecruiters.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the employer's board, page by page."""
        url = f"{self.base}/v1/companies/{port.safe_board(query.board)}/postings"
        offset = 0
        for _ in range(MAX_PAGES):
            answer = await http.aget(url, params={"limit": str(PAGE), "offset": str(offset)})
            payload = answer.json(self.info.title)
            yield self.parse(payload, query.board)
            offset += len(payload["content"])
            if not payload["content"] or offset >= port.count_of(payload, "totalFound"):
                break

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its sections."""
        number = port.safe_board(listed.external_id)
        url = f"{self.base}/v1/companies/{port.safe_board(board)}/postings/{number}"
        return self.parse((await http.aget(url)).json(self.info.title), board)[0]

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the company identifier: the first part of the path."""
        return port.path_part(url, 0) if urlsplit(url).hostname in cls.info.hosts else None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `content` and `totalFound`, or one posting."""
        return port.is_row(payload, "content", "totalFound") or port.is_row(
            payload, "releasedDate", "name"
        )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page of the list, or a detail."""
        single = port.is_row(payload, "releasedDate")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "content")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        company = row.get("company") or {}
        slug = port.text_of(company, "identifier") or board
        spot = row.get("location") or {}
        country = port.text_of(spot, "country").upper()
        url = (
            port.text_of(row, "postingUrl")
            or f"https://jobs.smartrecruiters.com/{slug}/{row['id']}"
        )
        sections = port.inner(row, "jobAd", "sections") or {}
        text = "\n<br>".join(
            f"<h3>{port.text_of(part, 'title')}</h3>{port.text_of(part, 'text')}"
            for part in sections.values()
            if isinstance(part, dict)
        )
        mode = "hybrid" if spot.get("hybrid") else "remote" if spot.get("remote") else None
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "name", "title"),
            company=port.text_of(company, "name") or port.named_from(slug),
            url=url,
            apply_url=port.text_of(row, "applyUrl") or url,
            text=text,
            places=port.places(
                port.place(
                    port.text_of(spot, "city"), port.text_of(spot, "region"), country=country
                )
            ),
            work_mode=port.mode_of(mode),
            employment=port.texts_of(port.inner(row, "typeOfEmployment", "label")),
            posted_at=port.moment(row.get("releasedDate")),
            language=port.text_of(row.get("language") or {}, "code") or None,
            seniority=port.inner(row, "experienceLevel", "label"),
            tags=port.texts_of(port.inner(row, "function", "label")),
            requisition=port.text_of(row, "refNumber") or None,
            original=row,
        )
