"""Oracle Taleo Business Edition boards (tbe.taleo.net): a page of links, postings with JSON-LD."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jobtracker.core.errors import ContractChanged, NotSupported
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.page import posting_page
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

_SEEN = "/ats/careers/v2"


class TaleoBusiness(Source):
    """Boards of one employer; `board` is `host/zone/ORG/cws`, the list has titles only."""

    info = SourceInfo(
        name="taleobe",
        title="Taleo Business Edition",
        kind="ats",
        auth="none",
        terms_url="https://www.oracle.com/legal/terms/",
        limits="none published",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=(".tbe.taleo.net",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.tbe.taleo.net"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the employer's whole board."""
        host, zone, org, cws = _parts(query.board)
        answer = await http.aget(
            f"{self.host(host)}/{zone}{_SEEN}/searchResults", params={"org": org, "cws": cws}
        )
        yield self.parse(answer.text, query.board)

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return what the posting's own page says."""
        host, zone, org, cws = _parts(board)
        number = port.safe_board(listed.external_id.rpartition("/")[2])
        answer = await http.aget(
            f"{self.host(host)}/{zone}{_SEEN}/viewRequisition",
            params={"org": org, "cws": cws, "rid": number},
        )
        return posting_page(self.info.title, answer.text, listed.url or answer.url)

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return host, zone, employer and career site, where the URL says all four."""
        parts = urlsplit(url)
        host = port.subdomain(url, "tbe.taleo.net")
        zone = port.path_part(url, 0)
        asked = {key.lower(): values[0] for key, values in parse_qs(parts.query).items()}
        org, cws = asked.get("org"), asked.get("cws")
        if not (host and zone and org and cws and "/ats/careers" in parts.path):
            return None
        return f"{host}/{zone}/{org}/{cws}"

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """HTML with this vendor's links to postings."""
        return (
            isinstance(payload, str) and "viewJobLink" in payload and "viewRequisition" in payload
        )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the list; each posting is linked twice."""
        tree = port.html_of(cls.info.title, payload)
        links = tree.xpath("//a[contains(@href, 'viewRequisition') and contains(@href, 'rid=')]")
        if not links and _SEEN not in str(payload):
            raise ContractChanged(
                f"{cls.info.title}: the page lists no jobs; its format has changed"
            )
        rows: dict[str, Row] = {}
        for link in links:
            asked = parse_qs(urlsplit(str(link.get("href"))).query)
            number, title = (asked.get("rid") or [""])[0], " ".join(link.text_content().split())
            held = rows.setdefault(number, {"rid": number, "title": "", "org": asked.get("org")})
            # One of the two can be a picture, or “Apply”.
            held["title"] = max(held["title"], title, key=len)
        return port.parse_rows(cls.info.title, rows.values(), lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        if not re.fullmatch(r"\d{1,12}", row["rid"]):
            raise KeyError("rid")
        url = None
        org = (row["org"] or [""])[0]
        if board:
            host, zone, org, cws = _parts(board)
            url = (
                f"https://{host}.tbe.taleo.net/{zone}{_SEEN}/viewRequisition"
                f"?org={org}&cws={cws}&rid={row['rid']}"
            )
        return RawPosting(
            source=cls.info.name,
            external_id=f"{org}/{row['rid']}",
            title=row["title"],
            company=port.named_from(org.lower()),
            url=url,
            apply_url=url,
            original=row,
        )


def _parts(board: str) -> tuple[str, str, str, str]:
    """Return the four parts of a board's name.

    Raises:
        NotSupported: it has other than four, or one that cannot be part of an address.
    """
    parts = [port.safe_board(part) for part in board.split("/")]
    if len(parts) != 4:
        raise NotSupported(
            f"board {board[:60]!r}: a board of Taleo Business Edition is host/zone/ORG/cws, "
            "as in phe/phe01/ACME/40; give the address of its careers page"
        )
    return parts[0], parts[1], parts[2], parts[3]
