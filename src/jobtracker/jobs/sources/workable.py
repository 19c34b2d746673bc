"""Workable widget API: https://help.workable.com/hc/en-us/articles/115012771647."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Row, SourceInfo, WholeBoard


class Workable(WholeBoard):
    """Whole boards of one employer with full text; bursts are refused quickly."""

    info = SourceInfo(
        name="workable",
        title="Workable",
        kind="ats",
        auth="none",
        terms_url="https://www.workable.com/terms",
        limits="bursts get 429; paced by us",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=("apply.workable.com",),
        per_minute=8,
        note="",
    )
    base_url = "https://apply.workable.com"
    list_path = "/api/v1/widget/accounts/{board}"
    list_params: ClassVar[Mapping[str, str]] = {"details": "true"}

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the account: the first part of the path, unless it is a short link."""
        if urlsplit(url).hostname not in cls.info.hosts:
            return None
        first = port.path_part(url, 0)
        return first if first not in {"j", "api"} else None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `name` and `jobs` of `shortcode`, or one job."""
        jobs = payload.get("jobs") if isinstance(payload, dict) else None
        first = jobs[0] if isinstance(jobs, list) and jobs else payload
        return port.is_row(first, "shortcode", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a board or a job."""
        single = port.is_row(payload, "shortcode")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        name = "" if single else port.text_of(payload, "name")
        company = name or port.named_from(board)
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, company))

    @classmethod
    def _posting(cls, row: Row, company: str | None) -> RawPosting:
        url = port.text_of(row, "url", "shortlink")
        spots = row.get("locations") or [row]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["shortcode"]),
            title=port.text_of(row, "title"),
            company=company,
            url=url or None,
            apply_url=port.text_of(row, "application_url") or url,
            text=port.text_of(row, "description"),
            places=port.places(
                *(
                    port.place(
                        port.text_of(spot, "city"),
                        port.text_of(spot, "region", "state"),
                        country=port.text_of(spot, "countryCode", "country"),
                    )
                    for spot in spots
                )
            ),
            work_mode="remote" if row.get("telecommuting") or row.get("remote") else None,
            employment=port.texts_of(row.get("employment_type") or row.get("type")),
            posted_at=port.moment(
                row.get("published_on") or row.get("published") or row.get("created_at")
            ),
            seniority=port.text_of(row, "experience") or None,
            tags=port.texts_of(row.get("department")) + port.texts_of(row.get("function")),
            requisition=port.text_of(row, "code") or None,
            original=row,
        )
