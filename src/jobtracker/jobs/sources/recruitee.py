"""Recruitee careers API: https://docs.recruitee.com/reference/offers."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Row, SourceInfo, WholeBoard


class Recruitee(WholeBoard):
    """Whole boards of one employer with full text."""

    info = SourceInfo(
        name="recruitee",
        title="Recruitee",
        kind="ats",
        auth="none",
        terms_url="https://careers.recruitee.com/docs/index.html",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=(".recruitee.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.recruitee.com"
    list_path = "/api/offers"

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "recruitee.com")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `offers`, or one offer."""
        return port.is_row(payload, "offers") or port.is_row(payload, "careers_url", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a board or an offer."""
        single = port.is_row(payload, "careers_url")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "offers")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        url = port.text_of(row, "careers_url")
        pay = row.get("salary") or {}
        code = port.text_of(row, "country_code").upper()
        place = port.place(
            port.text_of(row, "city", "location"), port.text_of(row, "country"), country=None
        )
        if place is not None and len(code) == 2:
            place.country = code
        low = pay.get("min") or row.get("salary_min")
        high = pay.get("max") or row.get("salary_max")
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title", "position"),
            company=port.text_of(row, "company_name")
            or port.named_from(board or cls.board_of(url) or ""),
            url=url or None,
            apply_url=port.text_of(row, "careers_apply_url") or url,
            text=f"{row.get('description') or ''}\n<br>{row.get('requirements') or ''}",
            places=port.places(place),
            work_mode="remote" if row.get("remote") else None,
            employment=port.texts_of(row.get("employment_type_code")),
            salary=port.salary(
                low, high, pay.get("currency") or row.get("salary_currency"), pay.get("period")
            ),
            posted_at=port.moment(row.get("published_at") or row.get("created_at")),
            seniority=port.text_of(row, "experience_code") or None,
            tags=port.texts_of(row.get("department")),
            original=row,
        )
