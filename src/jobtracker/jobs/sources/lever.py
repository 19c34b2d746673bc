"""Lever postings API: https://github.com/lever/postings-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from jobtracker.core.errors import NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

EU = "https://api.eu.lever.co"
PAGE = 100
MAX_PAGES = 300


class Lever(Source):
    """Whole boards of one employer in pages; a bare array without a count."""

    info = SourceInfo(
        name="lever",
        title="Lever",
        kind="ats",
        auth="none",
        terms_url="https://github.com/lever/postings-api",
        limits="robots.txt asks one request a second",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=("jobs.lever.co", "jobs.eu.lever.co"),
        per_minute=60,
    )
    base_url = "https://api.lever.co"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the employer's board, page by page."""
        board = port.safe_board(query.board)
        base = self.base
        for page in range(MAX_PAGES):
            params = {"mode": "json", "skip": str(page * PAGE), "limit": str(PAGE)}
            try:
                answer = await http.aget(f"{base}/v0/postings/{board}", params=params)
            except NotFound:
                if page or base != self.base_url:
                    raise
                base = EU  # employers of the European instance are unknown to the other
                answer = await http.aget(f"{base}/v0/postings/{board}", params=params)
            payload = answer.json(self.info.title)
            yield self.parse(payload, board)
            if len(payload) < PAGE:
                break

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the site: the first part of the path."""
        if (urlsplit(url).hostname or "") in cls.info.hosts:
            return port.path_part(url, 0)
        return None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An array (also in groups) of rows with `text` and `hostedUrl`, or one row."""
        if isinstance(payload, list) and payload:
            first = payload[0]
            grouped = first.get("postings") if port.is_row(first, "postings") else None
            return cls.detects(grouped if isinstance(grouped, list) else first)
        return port.is_row(payload, "text", "hostedUrl")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an array, an array of groups, or a single posting."""
        rows = (
            [payload]
            if port.is_row(payload, "hostedUrl")
            else port.rows_of(cls.info.title, payload)
        )
        if rows and port.is_row(rows[0], "postings"):
            rows = [row for group in rows for row in group.get("postings") or []]
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        about = row.get("categories") or {}
        pay = row.get("salaryRange") or {}
        url = port.text_of(row, "hostedUrl")
        country = port.text_of(row, "country").upper() or None
        names = about.get("allLocations") or [about.get("location")]
        spots = port.places(*(port.place(name) for name in names))
        if country and len(spots) == 1:
            spots[0].country = country
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "text"),
            company=port.named_from(board or cls.board_of(url) or ""),
            url=url,
            apply_url=port.text_of(row, "applyUrl") or url,
            text=_text(row),
            places=spots,
            work_mode=port.mode_of(row.get("workplaceType")),
            employment=port.texts_of(about.get("commitment")),
            salary=port.salary(
                pay.get("min"), pay.get("max"), pay.get("currency"),
                str(pay.get("interval") or "").replace("-salary", "").replace("-wage", ""),
            ),
            salary_text=port.text_of(row, "salaryDescriptionPlain"),
            posted_at=port.moment(row.get("createdAt")),
            tags=[t for t in (port.text_of(about, "department"), port.text_of(about, "team")) if t],
            original=row,
        )  # fmt: skip


def _text(row: Row) -> str:
    """Requirements live in `lists`, not in the description."""
    parts = [port.text_of(row, "description", "descriptionPlain")]
    parts += [
        f"<h3>{part.get('text')}</h3>{part.get('content')}" for part in row.get("lists") or []
    ]
    parts += [port.text_of(row, "additional", "additionalPlain")]
    parts += [port.text_of(row, "salaryDescription", "salaryDescriptionPlain")]
    return "\n<br>".join(part for part in parts if part)
