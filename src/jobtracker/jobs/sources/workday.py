"""Workday candidate experience service (undocumented; read as the careers page reads it)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Query, Row, Source, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Http

PAGE = 20
"""More is refused."""
MAX_ROWS = 2000
"""Some tenants wrap round to the first page here."""


class Workday(Source):
    """Boards of one employer; `board` is `tenant.wdN/site`, the list has no text."""

    info = SourceInfo(
        name="workday",
        title="Workday",
        kind="ats",
        auth="none",
        terms_url="https://www.workday.com/en-us/legal.html",
        limits="20 rows a call; 403 or 429 under bursts",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE}),
        hosts=(".myworkdayjobs.com",),
        per_minute=60,
        note="",
    )
    base_url = "https://{board}.myworkdayjobs.com"

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Return the postings that match the query's words, page by page."""
        host, _, site = query.board.partition("/")
        tenant = host.split(".")[0]
        url = f"{self.host(host)}/wday/cxs/{tenant}/{port.safe_board(site)}/jobs"
        found: list[RawPosting] = []
        total, offset = MAX_ROWS, 0
        while offset < min(total, MAX_ROWS):
            body = {"appliedFacets": {}, "limit": PAGE, "offset": offset, "searchText": query.text}
            payload = (await http.apost(url, json=body)).json(self.info.title)
            if offset == 0:
                # Only the first page states the total; later ones say 0.
                total = int(port.inner(payload, "total") or 0)
            rows = self.parse(payload, query.board, query.now)
            found += rows
            offset += PAGE
            if not rows or len(found) >= query.limit:
                break
        return found

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return `tenant.wdN/site`; a language such as `en-US` may stand before the site."""
        host = port.subdomain(url, "myworkdayjobs.com")
        parts = [part for part in urlsplit(url).path.split("/") if part]
        if parts and re.fullmatch(r"[a-z]{2}-[A-Z]{2}", parts[0]):
            parts = parts[1:]
        return f"{host}/{parts[0]}" if host and parts else None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobPostings`, or a detail with `jobPostingInfo`."""
        return port.is_row(payload, "jobPostings") or port.is_row(payload, "jobPostingInfo")

    @classmethod
    def parse(cls, payload: Any, board: str = "", now: datetime | None = None) -> list[RawPosting]:
        """Translate a page of the list, or a detail. `now` is what “Yesterday” counts from."""
        if port.is_row(payload, "jobPostingInfo"):
            return port.parse_rows(cls.info.title, [payload], lambda row: cls._detail(row, board))
        rows = port.rows_of(cls.info.title, payload, "jobPostings")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board, now))

    @classmethod
    def _posting(cls, row: Row, board: str, now: datetime | None) -> RawPosting:
        path = port.text_of(row, "externalPath")
        host, _, site = board.partition("/")
        url = f"https://{host}.myworkdayjobs.com/{site}{path}" if site else None
        where = port.text_of(row, "locationsText")
        if not where or re.fullmatch(r"\d+ Locations?", where):
            where = (port.path_part(path, 1) or "").replace("-", " ")
        codes = port.texts_of(row.get("bulletFields"))
        return RawPosting(
            source=cls.info.name,
            external_id=f"{host.split('.')[0]}{path}",
            title=port.text_of(row, "title"),
            company=port.named_from(host.split(".")[0]),
            url=url,
            apply_url=url,
            places=port.places(port.place(where)),
            work_mode=port.mode_of(row.get("remoteType")),
            employment=port.texts_of(row.get("timeType")),
            posted_at=port.moment(row.get("postedOn"), now),
            requisition=codes[0] if codes else None,
            original=row,
        )

    @classmethod
    def _detail(cls, payload: Row, board: str) -> RawPosting:
        row: Row = payload["jobPostingInfo"]
        host = board.partition("/")[0]
        url = port.text_of(row, "externalUrl")
        country = port.inner(row, "jobRequisitionLocation", "country", "alpha2Code")
        names = [port.text_of(row, "location"), *port.texts_of(row.get("additionalLocations"))]
        spots = port.places(*(port.place(name) for name in names))
        if country and len(spots) == 1:
            spots[0].country = country
        return RawPosting(
            source=cls.info.name,
            external_id=port.text_of(row, "jobReqId", "id"),
            title=port.text_of(row, "title"),
            company=port.inner(payload, "hiringOrganization", "name")
            or port.named_from(host.split(".")[0]),
            url=url or None,
            apply_url=url or None,
            text=port.text_of(row, "jobDescription"),
            places=spots,
            work_mode=port.mode_of(row.get("remoteType")),
            employment=port.texts_of(row.get("timeType")),
            posted_at=port.moment(row.get("startDate")),
            requisition=port.text_of(row, "jobReqId") or None,
            original=row,
        )
