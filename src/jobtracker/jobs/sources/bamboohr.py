"""BambooHR careers pages: https://www.bamboohr.com/legal/terms-of-service."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Row, SourceInfo, WholeBoard


class BambooHr(WholeBoard):
    """Whole boards of one employer; the list has no text, a posting's own page has."""

    info = SourceInfo(
        name="bamboohr",
        title="BambooHR",
        kind="ats",
        auth="none",
        terms_url="https://www.bamboohr.com/legal/terms-of-service",
        limits="none stated",
        status="works",
        capabilities=frozenset(
            {Capability.BOARD, Capability.PARSE, Capability.LIVENESS, Capability.DETAIL}
        ),
        hosts=(".bamboohr.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.bamboohr.com"
    list_path = "/careers/list"

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its text, pay and day."""
        number = port.safe_board(listed.external_id.rpartition("/")[2])
        answer = await http.aget(
            f"{self.host(board)}/careers/{number}/detail", headers={"Accept": "application/json"}
        )
        return self.parse(answer.json(self.info.title), board)[0]

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "bamboohr.com")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `result` of `jobOpeningName`, or a detail with `jobOpening`."""
        if port.inner(payload, "result", "jobOpening") is not None:
            return True
        rows = payload.get("result") if isinstance(payload, dict) else None
        return bool(isinstance(rows, list) and rows and port.is_row(rows[0], "jobOpeningName"))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the list, or a detail."""
        detail = port.inner(payload, "result", "jobOpening")
        rows = [detail] if detail else port.rows_of(cls.info.title, payload, "result")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        spot = row.get("atsLocation") or {}
        plain = row.get("location") or {}
        url = port.text_of(row, "jobOpeningShareUrl")
        slug = board or cls.board_of(url) or ""
        number = port.text_of(row, "id") or (port.path_part(url, 1) or "")
        if not url and slug:
            url = f"https://{slug}.bamboohr.com/careers/{number}"
        modes = {"0": "onsite", "1": "remote", "2": "hybrid"}
        return RawPosting(
            source=cls.info.name,
            external_id=f"{slug}/{number}",
            title=port.text_of(row, "jobOpeningName"),
            company=port.named_from(slug),
            url=url or None,
            apply_url=url or None,
            text=port.text_of(row, "description"),
            places=port.places(
                port.place(
                    port.text_of(spot, "city") or port.text_of(plain, "city"),
                    port.text_of(spot, "state", "province") or port.text_of(plain, "state"),
                    country=port.text_of(spot, "country") or port.text_of(plain, "addressCountry"),
                )
            ),
            work_mode=port.mode_of(modes.get(str(row.get("locationType")))),
            employment=port.texts_of(row.get("employmentStatusLabel")),
            salary_text=port.text_of(row, "compensation"),
            posted_at=port.moment(row.get("datePosted")),
            seniority=port.text_of(row, "minimumExperience") or None,
            tags=port.texts_of(row.get("departmentLabel")),
            original=row,
        )
