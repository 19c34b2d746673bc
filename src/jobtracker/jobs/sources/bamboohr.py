"""BambooHR careers pages: https://www.bamboohr.com/legal/terms-of-service."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import ContractChanged, NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, SourceInfo, WholeBoard


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

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the employer's whole board; where the list is switched off, its embedded form."""
        home = self.host(query.board)
        try:
            answer = await http.aget(f"{home}{self.list_path}")
        except NotFound:
            page = await http.aget(f"{home}/jobs/embed2.php")
            yield self.parse(page.text, query.board)
            return
        yield self.parse(answer.json(self.info.title), query.board)

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
        """An object with `result` of `jobOpeningName`, a detail, or the embedded form."""
        if isinstance(payload, str):
            return "BambooHR-ATS" in payload and "bhrPositionID_" in payload
        if port.inner(payload, "result", "jobOpening") is not None:
            return True
        rows = payload.get("result") if isinstance(payload, dict) else None
        return bool(isinstance(rows, list) and rows and port.is_row(rows[0], "jobOpeningName"))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the list, a detail, or the embedded form (HTML)."""
        if isinstance(payload, str):
            rows = _embedded(cls.info.title, payload)
            return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))
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


def _embedded(title: str, page: str) -> list[Row]:
    """Return the rows of the form that employers embed, under the names that the list has.

    Raises:
        ContractChanged: the page is not that form.
    """
    tree = port.html_of(title, page)
    if "BambooHR-ATS" not in page:
        raise ContractChanged(f"{title}: the embedded page has no BambooHR-ATS; its format changed")
    rows: list[Row] = []
    for item in tree.xpath("//li[starts-with(@id, 'bhrPositionID_')]"):
        link = item.find(".//a")
        where = item.xpath(".//*[contains(@class, 'BambooHR-ATS-Location')]")
        department = item.xpath(
            "ancestor::li[starts-with(@id, 'bhrDepartmentID_')]"
            "//*[contains(@class, 'BambooHR-ATS-Department-Header')]"
        )
        rows.append(
            {
                "id": str(item.get("id")).rpartition("_")[2],
                "jobOpeningName": _said(link) if link is not None else "",
                "location": {"city": _said(where[0])} if where else {},
                "departmentLabel": _said(department[0]) if department else "",
            }
        )
    return rows


def _said(node: Any) -> str:
    return " ".join(node.text_content().split())
