"""job-room.ch, the portal of the Swiss employment offices (SECO)."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.jobs.model import JobPlace, RawPosting, Workload
from jobtracker.jobs.places import wanted
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 100
WINDOW = 10_000
"""Rows behind it are refused (412)."""


class JobRoom(Source):
    """Swiss postings by words and place; the portal's own search, undocumented, paced by us."""

    info = SourceInfo(
        name="jobroom",
        title="job-room.ch",
        kind="board",
        auth="none",
        terms_url="https://www.job-room.ch/#legal",
        limits="none found; paced by us; at most 10,000 rows",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.job-room.ch", "job-room.ch"),
        per_minute=10,
        note="an undocumented endpoint of the portal: asked only after its terms note is accepted",
    )
    base_url = "https://www.job-room.ch"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and canton, page by page."""
        body: Row = {"keywords": query.text.split()[:8], "displayRestricted": False}
        if query.days:
            body["onlineSince"] = min(query.days, 60)
        place = wanted(query.location) if query.location else None
        if place is not None and not isinstance(place, str):
            if place.country not in {"CH", "LI"}:
                return
            if canton := place.canton or ("FL" if place.country == "LI" else None):
                body["cantonCodes"] = [canton]
        url = f"{self.base}/jobadservice/api/jobAdvertisements/_search"
        for page in range(math.ceil(min(query.limit, WINDOW) / PAGE)):
            params = {"page": str(page), "size": str(PAGE), "sort": "date_desc"}
            payload = (await http.apost(url, json=body, params=params)).json(self.info.title)
            yield self.parse(payload)
            if len(payload) < PAGE:
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An array of rows with `jobAdvertisement`, or one row."""
        first = payload[0] if isinstance(payload, list) and payload else payload
        return port.is_row(first, "jobAdvertisement")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer or an advertisement."""
        single = port.is_row(payload, "jobAdvertisement")
        rows = [payload] if single else port.rows_of(cls.info.title, payload)
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, item: Row) -> RawPosting:
        row: Row = item["jobAdvertisement"]
        content: Row = row["jobContent"]
        told: Row = next(iter(content.get("jobDescriptions") or []), {})
        spot = content.get("location") or {}
        work = content.get("employment") or {}
        low, high = work.get("workloadPercentageMin"), work.get("workloadPercentageMax")
        outside = port.text_of(content, "externalUrl")
        url = f"https://www.job-room.ch/job-search/{row['id']}"
        company = port.inner(content, "company", "name")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            # Hits of a keyword are wrapped in <em>; the text has backslashes before its marks.
            title=re.sub(r"</?em>", "", port.text_of(told, "title")),
            # A copy from JobCloud names the platform instead of the employer.
            company=None if str(company).lower() in {"jobup", "jobs.ch", "jobup.ch"} else company,
            url=url,
            apply_url=re.sub(r"[?&]utm_[^&]*", "", outside) or url,
            text=re.sub(
                r"\\([-_*.#+!()\[\]])",
                r"\1",
                re.sub(r"</?em>", "", port.text_of(told, "description")),
            ),
            places=port.places(_place(spot)),
            workload=Workload(min=low, max=high) if low and high and low <= high else None,
            employment=["temporary"] if work.get("permanent") is False else [],
            posted_at=port.moment(port.inner(row, "publication", "startDate"))
            or port.moment(row.get("createdTime")),
            requisition=port.text_of(row, "stellennummerEgov") or None,
            original=item,
        )


def _place(spot: Row) -> JobPlace | None:
    found = port.place(port.text_of(spot, "city"), port.text_of(spot, "cantonCode"))
    if found is not None:
        found.canton = port.text_of(spot, "cantonCode") or None
        found.country = port.text_of(spot, "countryIsoCode").upper() or None
    return found
