"""Oracle Taleo Enterprise career sections (undocumented; read as the careers page reads it)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Query, Row, Source, SourceInfo

if TYPE_CHECKING:
    from jobtracker.core.http import Http

MAX_PAGES = 40


class Taleo(Source):
    """Boards of one employer; `board` is `tenant/portal-number`, the list has no text."""

    info = SourceInfo(
        name="taleo",
        title="Taleo",
        kind="ats",
        auth="none",
        terms_url="https://www.oracle.com/legal/terms/",
        limits="25 rows a call",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE}),
        hosts=(".taleo.net",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.taleo.net"

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Return the postings that match the query's words, page by page."""
        tenant, _, portal = query.board.partition("/")
        url = f"{self.host(tenant)}/careersection/rest/jobboard/searchjobs"
        params = {"lang": "en", "portal": port.safe_board(portal)}
        found: dict[str, RawPosting] = {}
        for page in range(1, MAX_PAGES + 1):
            answer = await http.apost(
                url, json=_body(query.text, page), params=params, headers={"tz": "GMT+00:00"}
            )
            payload = answer.json(self.info.title)
            rows = self.parse(payload, tenant)
            fresh = {row.external_id: row for row in rows if row.external_id not in found}
            found |= fresh
            total = int(port.inner(payload, "pagingData", "totalCount") or 0)
            # A page past the end repeats the last one.
            if not fresh or len(found) >= min(total, query.limit):
                break
        return list(found.values())

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant and the portal's number, where the URL says it."""
        tenant = port.subdomain(url, "taleo.net")
        portal = parse_qs(urlsplit(url).query).get("portal")
        return f"{tenant}/{portal[0]}" if tenant and portal else tenant

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `requisitionList`."""
        return port.is_row(payload, "requisitionList")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page."""
        rows = port.rows_of(cls.info.title, payload, "requisitionList")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        columns = [str(column) for column in row["column"]]
        title = columns[int(row.get("linkedColumn") or 0)]
        spots: list[str] = []
        for index in row.get("locationsColumns") or []:
            spots += _listed(columns[int(index)])
        number = port.text_of(row, "contestNo", "jobId")
        tenant = board.partition("/")[0]
        url = None
        if tenant:
            url = f"https://{tenant}.taleo.net/careersection/2/jobdetail.ftl?job={number}"
        dates = [date for column in columns if (date := port.moment(column)) is not None]
        return RawPosting(
            source=cls.info.name,
            external_id=number,
            title=title,
            company=port.named_from(tenant),
            url=url,
            apply_url=url,
            # “CH-Vaud-Lausanne” is read from the narrow end.
            places=port.places(*(port.place(*reversed(spot.split("-"))) for spot in spots)),
            posted_at=dates[0] if dates else None,
            requisition=number or None,
            original=row,
        )


def _listed(text: str) -> list[str]:
    """A location column is a JSON list inside a string."""
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    return port.texts_of(value)


def _body(words: str, page: int) -> Row:
    fields = {"KEYWORD": words, "LOCATION": "", "ORGANIZATION": ""}
    return {
        "multilineEnabled": False,
        "sortingSelection": {"sortBySelectionParam": "3", "ascendingSortingOrder": "false"},
        "fieldData": {"fields": fields, "valid": True},
        "filterSelectionParam": {"searchFilterSelections": []},
        "advancedSearchFiltersSelectionParam": {"searchFilterSelections": []},
        "pageNo": page,
    }
