"""Workday candidate experience service (undocumented; read as the careers page reads it)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 20
"""More is refused."""
WINDOW = 2000
"""Some tenants state this total for more, and wrap round to the first page here."""
MAX_ROWS = 20_000


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
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=(".myworkdayjobs.com",),
        per_minute=120,
        board_by_words=True,
        note="",
    )
    base_url = "https://{board}.myworkdayjobs.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the postings that match the query's words, page by page.

        A board that is larger than the vendor's window is asked for in slices of one facet.
        """
        first = await self._page(http, query, {}, 0)
        yield self.parse(first, query.board, query.now)
        total = port.count_of(first, "total")
        slices = _slices(first) if total >= WINDOW else []
        for facet, value, count in slices or [("", "", total)]:
            chosen: Row = {facet: [value]} if facet else {}
            for offset in range(0 if facet else PAGE, min(count, WINDOW), PAGE):
                payload = await self._page(http, query, chosen, offset)
                yield self.parse(payload, query.board, query.now)
                if not payload["jobPostings"]:
                    break

    async def _page(self, http: Fetcher, query: Query, facets: Row, offset: int) -> Any:
        body = {
            "appliedFacets": facets,
            "limit": PAGE,
            "offset": offset,
            "searchText": query.text,
        }
        return (await http.apost(f"{self._site(query.board)}/jobs", json=body)).json(
            self.info.title
        )

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its text and its day."""
        path = port.text_of(listed.original, "externalPath")
        if not re.fullmatch(r"/[\w\-./%()+,~]{1,500}", path) or ".." in unquote(path):
            raise ContractChanged(f"Workday: the posting's externalPath {path[:60]!r} is no path")
        answer = await http.aget(f"{self._site(board)}{path}")
        return self.parse(answer.json(self.info.title), board)[0]

    def _site(self, board: str) -> str:
        host, _, site = board.partition("/")
        tenant = port.safe_board(host.split(".")[0])
        return f"{self.host(host)}/wday/cxs/{tenant}/{port.safe_board(site)}"

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


def _slices(payload: Any) -> list[tuple[str, str, int]]:
    """Return a facet's values that part a board into slices within the window.

    Of all facets the one is taken that leaves fewest postings out.
    """
    groups: dict[str, list[tuple[str, str, int]]] = {}
    pending: list[Any] = list(port.inner(payload, "facets") or [])
    while pending:
        facet = pending.pop()
        name = port.text_of(facet, "facetParameter")
        for value in port.inner(facet, "values") or []:
            if port.is_row(value, "values"):
                pending.append(value)
            elif name and (number := port.text_of(value, "id")):
                groups.setdefault(name, []).append((name, number, port.count_of(value, "count")))
    reached = {
        name: sum(min(count, WINDOW) for _, _, count in values) for name, values in groups.items()
    }
    best = max(reached, key=lambda name: reached[name], default="")
    most = MAX_ROWS // PAGE
    return [one for one in groups.get(best, []) if one[2] > 0][:most]
