"""Careerjet partner API v4: https://www.careerjet.com/partners/api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

MAX_PAGES = 10


class Careerjet(Source):
    """Snippets of many boards, with the person's own partner key, address and browser name."""

    info = SourceInfo(
        name="careerjet",
        title="Careerjet",
        kind="aggregator",
        auth="key",
        terms_url="https://www.careerjet.com/partners/api",
        limits="not published; IP allow-list",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("jobviewtrack.com", ".careerjet.com", ".careerjet.ch"),
        per_minute=30,
        note="keys key, user_ip and user_agent",
    )
    base_url = "https://search.api.careerjet.net"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place."""
        keys = port.needed_keys(self, "key", "user_ip", "user_agent")
        params = {
            "locale_code": self.keys.get("locale", "de_CH"),
            "keywords": query.text,
            "location": query.location,
            "page_size": str(min(query.limit, 100)),
            "user_ip": keys["user_ip"],
            "user_agent": keys["user_agent"],
        }
        secret = base64.b64encode(f"{keys['key']}:".encode()).decode()
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            answer = await http.aget(
                f"{self.base}/v4/query",
                params={**params, "page": str(page)},
                headers={"Authorization": f"Basic {secret}"},
            )
            payload = answer.json(self.info.title)
            if port.text_of(payload, "type") == "LOCATIONS":
                raise BadInput(
                    f"location: Careerjet knows several places called {query.location!r}"
                )
            yield self.parse(payload)
            asked += len(payload["jobs"])
            if not payload["jobs"] or asked >= min(query.limit, port.count_of(payload, "hits")):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object of `type` JOBS, or one job."""
        if isinstance(payload, dict) and payload.get("type") == "JOBS":
            return True
        return port.is_row(payload, "site", "locations", "url", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or a job."""
        single = port.is_row(payload, "site", "locations")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        url = port.text_of(row, "url")
        return RawPosting(
            source=cls.info.name,
            external_id=url,
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company") or None,
            url=url,
            apply_url=url,
            text=port.text_of(row, "description"),
            places=port.places(port.place(port.text_of(row, "locations"))),
            salary=port.salary(
                row.get("salary_min"),
                row.get("salary_max"),
                row.get("salary_currency_code"),
                row.get("salary_type"),
            ),
            salary_text=port.text_of(row, "salary"),
            posted_at=port.moment(row.get("date")),
            original=row,
        )
