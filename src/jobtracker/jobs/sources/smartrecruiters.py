"""SmartRecruiters posting API: https://developers.smartrecruiters.com/docs/posting-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Query, Row, Source, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Http

PAGE = 100
MAX_PAGES = 120


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
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=("jobs.smartrecruiters.com", "careers.smartrecruiters.com"),
        per_minute=120,
        note="",
    )
    base_url = "https://api.smartrecruiters.com"

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Return the employer's whole board."""
        board = port.safe_board(query.board)
        found: list[RawPosting] = []
        for page in range(MAX_PAGES):
            params = {"limit": str(PAGE), "offset": str(page * PAGE)}
            if query.text and page == 0 and not query.board:
                params["q"] = query.text
            url = f"{self.base}/v1/companies/{board}/postings"
            payload = (await http.aget(url, params=params)).json(self.info.title)
            rows = self.parse(payload, board)
            found += rows
            if not rows or len(found) >= int(payload.get("totalFound") or 0):
                break
        return found

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
