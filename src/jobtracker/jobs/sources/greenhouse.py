"""Greenhouse job board API: https://developers.greenhouse.io/job-board.html."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from jobtracker.jobs.model import RawPosting, Salary
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Row, SourceInfo, WholeBoard


class Greenhouse(WholeBoard):
    """Whole boards of one employer, full text in the list, no paging."""

    info = SourceInfo(
        name="greenhouse",
        title="Greenhouse",
        kind="ats",
        auth="none",
        terms_url="https://developers.greenhouse.io/job-board.html",
        limits="none stated for reading",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=("boards.greenhouse.io", "job-boards.greenhouse.io", "job-boards.eu.greenhouse.io"),
    )
    base_url = "https://boards-api.greenhouse.io"
    list_path = "/v1/boards/{board}/jobs"
    list_params: ClassVar[Mapping[str, str]] = {"content": "true"}

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the token: the first part of the path on Greenhouse's own hosts."""
        if (urlsplit(url).hostname or "") in cls.info.hosts:
            return port.path_part(url, 0)
        return None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `absolute_url` and `title`, or one such job."""
        if port.is_row(payload, "absolute_url", "title", "location"):
            return True
        jobs = payload.get("jobs") if isinstance(payload, dict) else None
        return bool(isinstance(jobs, list) and jobs and port.is_row(jobs[0], "absolute_url"))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a board or a single job."""
        single = port.is_row(payload, "absolute_url", "title")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        url = port.text_of(row, "absolute_url")
        slug = board or cls.board_of(url) or ""
        offices = row.get("offices") or []
        named = re.split(r"\s*[;|]\s*", port.text_of(row.get("location") or {}, "name"))
        spots = [port.place(name) for name in named if name]
        if not spots:
            spots = [port.place(port.text_of(o, "location", "name")) for o in offices]
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "company_name") or port.named_from(slug),
            url=url,
            apply_url=url,
            text=port.text_of(row, "content"),
            places=port.places(*spots),
            posted_at=port.moment(row.get("first_published") or row.get("updated_at")),
            expires_at=port.moment(row.get("application_deadline")),
            salary=_pay(row.get("pay_input_ranges")),
            language=port.text_of(row, "language") or None,
            tags=[port.text_of(d, "name") for d in row.get("departments") or []],
            requisition=port.text_of(row, "requisition_id") or None,
            original=row,
        )


def _pay(ranges: Any) -> Salary | None:
    """Only the single-job call has pay, in cents; several ranges are several places."""
    if not isinstance(ranges, list) or not ranges or not port.is_row(ranges[0], "min_cents"):
        return None
    low, high = port.amount(ranges[0]["min_cents"]), port.amount(ranges[0].get("max_cents"))
    period = "hour" if "hour" in str(ranges[0].get("title", "")).lower() else "year"
    return port.salary(
        low and low / 100, high and high / 100, ranges[0].get("currency_type"), period
    )
