"""Hacker News “Who is hiring?” through Algolia: https://hn.algolia.com/api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

MAX_PAGES = 3
_PAY = re.compile(r"[$€£]\s?\d|\b(?:CHF|EUR|USD|GBP)\b.{0,3}\d|\d\s?[kK]\b")
_LINK = re.compile(r'href="(https?:[^"]+)"')


class HackerNews(Source):
    """The monthly thread: each top-level comment is one employer's advertisement."""

    info = SourceInfo(
        name="hackernews",
        title="Hacker News: Who is hiring?",
        kind="aggregator",
        auth="none",
        terms_url="https://hn.algolia.com/api",
        limits="10,000 calls an hour",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("news.ycombinator.com",),
        per_minute=60,
        note="",
    )
    base_url = "https://hn.algolia.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield this month's advertisements."""
        asked = {"tags": "story,author_whoishiring", "query": "hiring", "hitsPerPage": "5"}
        threads = (await http.aget(f"{self.base}/api/v1/search_by_date", params=asked)).json(
            self.info.title
        )
        # The same author posts “Who wants to be hired?” as well.
        stories = [
            row
            for row in port.rows_of(self.info.title, threads, "hits")
            if "who is hiring" in port.text_of(row, "title").lower()
        ]
        if not stories:
            return
        asked = {
            "tags": f"comment,story_{stories[0]['objectID']}",
            "hitsPerPage": "1000",
            "query": query.text,
        }
        for page in range(MAX_PAGES):
            url = f"{self.base}/api/v1/search_by_date"
            payload = (await http.aget(url, params={**asked, "page": str(page)})).json(
                self.info.title
            )
            yield self.parse(payload)
            if page + 1 >= port.count_of(payload, "nbPages"):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `hits` of `comment_text`, or a thread with `children`."""
        hits = payload.get("hits") if isinstance(payload, dict) else None
        if isinstance(hits, list) and hits:
            return port.is_row(hits[0], "comment_text", "story_id")
        return port.is_row(payload, "children", "points")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate top-level comments; replies, deleted ones and chat are left out."""
        if port.is_row(payload, "children"):
            rows = [
                {"objectID": str(row.get("id")), "comment_text": row.get("text"), **row}
                for row in port.rows_of(cls.info.title, payload, "children")
                if port.is_row(row)
            ]
        else:
            hits = port.rows_of(cls.info.title, payload, "hits")
            told = [row for row in hits if port.is_row(row, "comment_text", "parent_id")]
            if hits and not told:
                raise ContractChanged("Hacker News: no hit has a text; its format has changed")
            rows = [row for row in told if row["parent_id"] == row.get("story_id")]
        advertisements = [row for row in rows if "|" in _first_line(row)]
        return port.parse_rows(cls.info.title, advertisements, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        parts = [part.strip() for part in _first_line(row).split("|") if part.strip()]
        company = re.sub(r"\s*\(.*?\)\s*$|https?://\S+", "", parts[0]).strip()
        rest = parts[1:]
        mode = port.mode_of(" ".join(rest))
        pay = next((part for part in rest if _PAY.search(part)), "")
        title = next((p for p in rest if _is_title(p) and p != pay), rest[0] if rest else company)
        where = [p for p in rest if p not in (title, pay) and not p.startswith("http")]
        spots = [p for p in where if not re.fullmatch(_NO_PLACE, p, re.I)]
        url = f"https://news.ycombinator.com/item?id={row['objectID']}"
        links = _LINK.findall(html.unescape(port.text_of(row, "comment_text")))
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["objectID"]),
            title=title,
            company=company or None,
            url=url,
            apply_url=links[0] if links else url,
            text=port.text_of(row, "comment_text"),
            places=port.places(*(port.place(spot) for spot in spots[:1])),
            work_mode=mode,
            employment=[p for p in where if re.search(r"full|part|intern|contract", p, re.I)],
            salary_text=pay,
            posted_at=port.moment(row.get("created_at")),
            original={k: v for k, v in row.items() if k != "children"},
        )


_NO_PLACE = (
    r"(?:full|part)[- ]?time|remote|hybrid|on-?site|interns?(?:hip)?|contract(?:or)?|visa.*|"
    r"remote (?:ok|friendly|only|possible).*|in[- ]person"
)
_ROLE = re.compile(
    r"engineer|developer|designer|manager|scientist|lead|analyst|head|architect|sre|devops|writer|"
    r"sales|marketing|founder|product|researcher|intern\b|director|specialist|support|roles?\b|"
    r"multiple|full[- ]?stack|backend|frontend|operator|technician|nurse|teacher",
    re.I,
)


def _is_title(part: str) -> bool:
    return bool(_ROLE.search(part)) and not part.startswith("http")


def _first_line(row: Row) -> str:
    text = html.unescape(port.text_of(row, "comment_text"))
    return re.sub(r"<[^>]+>", "", re.split(r"<p>|\n", text, maxsplit=1)[0])
