"""Oracle Taleo Enterprise career sections (undocumented; read as the careers page reads it)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

MAX_PAGES = 800


class Taleo(Source):
    """Boards of one employer; `board` is `tenant/portal[/section]`, the list has no text."""

    info = SourceInfo(
        name="taleo",
        title="Taleo",
        kind="ats",
        auth="none",
        terms_url="https://www.oracle.com/legal/terms/",
        limits="25 rows a call",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=(".taleo.net",),
        per_minute=60,
        board_by_words=True,
        note="",
    )
    base_url = "https://{board}.taleo.net"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the postings that match the query's words, page by page."""
        tenant, _, rest = query.board.partition("/")
        portal = rest.partition("/")[0]
        url = f"{self.host(tenant)}/careersection/rest/jobboard/searchjobs"
        params = {"lang": "en", "portal": port.safe_board(portal)}
        asked, last = 0, ""
        for page in range(1, MAX_PAGES + 1):
            answer = await http.apost(
                url, json=_body(query.text, page), params=params, headers={"tz": "GMT+00:00"}
            )
            payload = answer.json(self.info.title)
            rows = self.parse(payload, query.board)
            yield rows
            asked += len(payload["requisitionList"])
            # A page past the end repeats the last one.
            ends = [row.external_id for row in rows[-1:]]
            total = port.count_of(payload, "pagingData", "totalCount")
            if not ends or ends[0] == last or asked >= total:
                break
            last = ends[0]

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its text, as its page carries it."""
        tenant, section = board.partition("/")[0], _section(board)
        answer = await http.aget(
            f"{self.host(tenant)}/careersection/{section}/jobdetail.ftl",
            params={"job": port.safe_board(listed.external_id), "lang": "en"},
        )
        return listed.model_copy(update={"text": _text(answer.text), "original": {}})

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, the portal's number and the section, where the URL says them."""
        tenant = port.subdomain(url, "taleo.net")
        if tenant and tenant.endswith(".tbe"):
            return None  # the Business Edition is another system
        portal = parse_qs(urlsplit(url).query).get("portal")
        if not (tenant and portal):
            return tenant
        section = re.search(r"/careersection/([\w.\-]+)/", urlsplit(url).path)
        named = section is not None and section[1] != "rest"
        return f"{tenant}/{portal[0]}" + (f"/{section[1]}" if section and named else "")

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
            url = f"https://{tenant}.taleo.net/careersection/{_section(board)}/jobdetail.ftl?job={number}"
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


def _section(board: str) -> str:
    """The career section that pages are read in; most tenants call their first one “2”."""
    parts = board.split("/")
    return port.safe_board(parts[2]) if len(parts) > 2 else "2"


_LITERAL = re.compile(r"'((?:[^'\\\n<]|\\.)*)'|value=\"([^\"]*)\"")
_PROSE = 60


def _text(page: str) -> str:
    """Return a posting's text: its page carries it percent-encoded, in a script or a hidden field.

    Raises:
        ContractChanged: no part of the page looks like a text.
    """
    parts: list[str] = []
    for found in _LITERAL.finditer(page):
        said = found[1] if found[1] is not None else found[2]
        for piece in re.split(r"!\|!|!\*!", said or ""):
            text = unquote(piece.replace("\\", "")).strip()
            encoded = "%3C" in piece.upper() or piece.count("%20") > 8
            if encoded and len(text) >= _PROSE and text not in parts:
                parts.append(text)
    if not parts:
        raise ContractChanged("Taleo: the posting's page holds no text; its format has changed")
    return "\n<br>".join(parts)


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
