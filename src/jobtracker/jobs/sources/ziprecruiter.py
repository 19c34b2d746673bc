"""ZipRecruiter through its official MCP server: https://api.ziprecruiter.com/mcp/docs."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import Forbidden
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import jobspy_rows, port
from jobtracker.jobs.sources.mcp_wire import call_tool
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class ZipRecruiter(Source):
    """US and Canadian postings; about five a call."""

    info = SourceInfo(
        name="ziprecruiter",
        title="ZipRecruiter",
        kind="board",
        auth="none",
        terms_url="https://www.ziprecruiter.com/terms",
        limits="429, or 403 from some addresses",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("www.ziprecruiter.com",),
        per_minute=30,
        note="its MCP server needs no sign-in; python-jobspy, if installed, is asked where that "
        "refuses your address",
    )
    base_url = "https://api.ziprecruiter.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place; where the server refuses us, by the library, if installed."""
        asked: dict[str, Any] = {"words": query.text, "where": query.location, "days": query.days}
        try:
            found = await call_tool(http, f"{self.base}/mcp", self.info.title, "search_jobs", asked)
        except Forbidden:
            if not jobspy_rows.installed():
                raise
            rows = await jobspy_rows.fetch("zip_recruiter", self.info, query)
            yield self.parse(rows)
            return
        yield self.parse(found)

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `listingKey`, one row, or the library's rows."""
        if jobspy_rows.is_rows(payload, "zr-"):
            return True
        rows = payload.get("jobs") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "listingKey", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the tool's structured content, or the library's rows."""
        if jobspy_rows.is_rows(payload, "zr-"):
            name = cls.info.name
            return port.parse_rows(
                cls.info.title, payload, lambda row: jobspy_rows.posting(name, row)
            )
        single = port.is_row(payload, "listingKey")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "jobs")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, row: Row) -> RawPosting:
        spot = row.get("location") or {}
        pay = row.get("pay") or {}
        modes = [port.text_of(kind, "name") for kind in row.get("locationTypes") or []]
        url = port.text_of(row, "rawCanonicalZipJobPageUrl", "url")
        visible = port.inner(pay, "metadata", "visible") is not False
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["listingKey"]),
            title=port.text_of(row, "title"),
            company=port.inner(row, "company", "name"),
            url=url or None,
            apply_url=port.inner(row, "applyButtonConfig", "externalApplyUrl") or url or None,
            text=port.text_of(row, "description"),
            places=port.places(
                port.place(
                    port.text_of(spot, "city"),
                    port.text_of(spot, "stateCode"),
                    country=port.text_of(spot, "countryCode"),
                )
            ),
            work_mode=port.mode_of(" ".join(modes)),
            employment=[port.text_of(kind, "name") for kind in row.get("employmentTypes") or []],
            salary=port.salary(
                pay.get("min"), pay.get("max"), pay.get("currency"), pay.get("interval")
            )
            if visible
            else None,
            posted_at=port.moment(port.inner(row, "status", "postedAtUtc")),
            original=row,
        )
