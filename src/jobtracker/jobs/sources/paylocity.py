"""Paylocity recruiting pages: the list is JSON inside the page."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.page import posting_page
from jobtracker.jobs.sources.port import Capability, Fetcher, Row, SourceInfo, WholeBoard

_DATA = re.compile(r"window\.pageData\s*=\s*")


class Paylocity(WholeBoard):
    """Whole boards of one employer without text; `board` is the company's number (a GUID)."""

    info = SourceInfo(
        name="paylocity",
        title="Paylocity",
        kind="ats",
        auth="none",
        terms_url="https://www.paylocity.com/terms-of-use/",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=("recruiting.paylocity.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://recruiting.paylocity.com"
    list_path = "/Recruiting/Jobs/All/{board}"
    answers_json = False

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return what the posting's own page says."""
        number = port.safe_board(listed.external_id)
        url = f"{self.base}/Recruiting/Jobs/Details/{number}/{port.safe_board(board)}"
        answer = await http.aget(url)
        return posting_page(self.info.title, answer.text, listed.url or url, "job-preview-details")

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the GUID in the path."""
        found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", url, re.I)
        return found[0] if found and urlsplit(url).hostname in cls.info.hosts else None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """HTML with `window.pageData`, or that object."""
        if isinstance(payload, str):
            return "window.pageData" in payload and '"Jobs"' in payload
        return port.is_row(payload, "Jobs", "ModuleTitle")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the page; internal jobs are left out."""
        data = _data(payload) if isinstance(payload, str) else payload
        company = port.text_of(data, "ModuleTitle") or None
        rows = [
            row
            for row in port.rows_of(cls.info.title, data, "Jobs")
            if not port.is_row(row) or not row.get("IsInternal")
        ]
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board, company))

    @classmethod
    def _posting(cls, row: Row, board: str, company: str | None) -> RawPosting:
        spot = row.get("JobLocation") or {}
        url = f"https://recruiting.paylocity.com/Recruiting/Jobs/Details/{row['JobId']}"
        url += f"/{board}" if board else ""
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["JobId"]),
            title=port.text_of(row, "JobTitle"),
            company=company,
            url=url,
            apply_url=url,
            text=port.text_of(row, "Description"),
            places=port.places(
                port.place(
                    port.text_of(spot, "City") or port.text_of(row, "LocationName"),
                    port.text_of(spot, "State"),
                    country=port.text_of(spot, "Country"),
                )
            ),
            work_mode="remote" if row.get("IsRemote") else None,
            posted_at=port.moment(row.get("PublishedDate")),
            tags=port.texts_of(row.get("HiringDepartment")),
            original=row,
        )


def _data(page: str) -> Any:
    found = _DATA.search(page)
    if found is None:
        raise ContractChanged(
            "Paylocity: the page holds no window.pageData; its format has changed"
        )
    try:
        value, _ = json.JSONDecoder().raw_decode(page, found.end())
    except (ValueError, RecursionError) as exc:
        raise ContractChanged("Paylocity: window.pageData is not JSON") from exc
    return value
