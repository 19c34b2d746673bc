"""Personio XML feed: https://support.personio.de/hc/en-us/articles/207576365."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from xml.etree.ElementTree import Element

from jobtracker.core.errors import NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Source, SourceInfo

ELSEWHERE = "https://{board}.jobs.personio.com"
"""Employers outside the German-speaking countries."""


class Personio(Source):
    """Whole boards of one employer as XML; an empty board is healthy."""

    info = SourceInfo(
        name="personio",
        title="Personio",
        kind="ats",
        auth="none",
        terms_url="https://www.personio.com/terms-of-use/",
        limits="429 under bursts, honours Retry-After",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=(".jobs.personio.de", ".jobs.personio.com"),
    )
    base_url = "https://{board}.jobs.personio.de"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the employer's whole board."""
        bases = (
            [self.base] if self.base != self.base_url else [self.base, self.base_url[:-2] + "com"]
        )
        for base in bases:
            address = base.replace("{board}", port.safe_board(query.board))
            try:
                answer = await http.aget(f"{address}/xml", follow=False)
            except NotFound:
                continue
            # A missing tenant is sent to the vendor's marketing site.
            if answer.status < 300:
                yield self.parse(answer.text, query.board)
                return
        raise NotFound(f"Personio has no board {query.board!r}; check its name")

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        domains = ("jobs.personio.de", "jobs.personio.com")
        return next((found for d in domains if (found := port.subdomain(url, d))), None)

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """XML whose root is `workzag-jobs`."""
        return isinstance(payload, str) and "<workzag-jobs" in payload[:2000]

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the feed."""
        root = port.xml_of(cls.info.title, payload, "workzag-jobs")
        rows = [_row(position) for position in root.iter("position")]
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: dict[str, Any], board: str) -> RawPosting:
        url = f"https://{board}.jobs.personio.de/job/{row['id']}" if board else None
        offices = [row.get("office"), *row.get("additionalOffices", [])]
        return RawPosting(
            source=cls.info.name,
            external_id=f"{board}/{row['id']}" if board else str(row["id"]),
            title=port.text_of(row, "name"),
            company=port.text_of(row, "subcompany") or port.named_from(board),
            url=url,
            apply_url=url,
            text="\n<br>".join(f"<h3>{n}</h3>{v}" for n, v in row["descriptions"]),
            places=port.places(*(port.place(office) for office in offices)),
            employment=[row[k] for k in ("employmentType", "schedule") if row.get(k)],
            posted_at=port.moment(row.get("createdAt")),
            seniority=port.text_of(row, "seniority") or None,
            tags=[t.strip() for t in str(row.get("keywords") or "").split(",") if t.strip()],
            original=row,
        )


def _row(position: Element) -> dict[str, Any]:
    row: dict[str, Any] = {c.tag: (c.text or "").strip() for c in position if not len(c)}
    row["additionalOffices"] = [
        (office.text or "").strip() for office in position.iterfind("additionalOffices/office")
    ]
    row["descriptions"] = [
        ((d.findtext("name") or "").strip(), (d.findtext("value") or "").strip())
        for d in position.iterfind("jobDescriptions/jobDescription")
    ]
    return row
