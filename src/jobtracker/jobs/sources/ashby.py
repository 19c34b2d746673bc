"""Ashby public posting API: https://developers.ashbyhq.com/docs/public-job-posting-api."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from jobtracker.jobs.model import JobPlace, RawPosting, Salary
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Row, SourceInfo, WholeBoard


class Ashby(WholeBoard):
    """Whole boards of one employer with pay, full text in the list, no paging."""

    info = SourceInfo(
        name="ashby",
        title="Ashby",
        kind="ats",
        auth="none",
        terms_url="https://developers.ashbyhq.com/docs/public-job-posting-api",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.LIVENESS}),
        hosts=("jobs.ashbyhq.com",),
    )
    base_url = "https://api.ashbyhq.com"
    list_path = "/posting-api/job-board/{board}"
    list_params: ClassVar[Mapping[str, str]] = {"includeCompensation": "true"}

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the board: the first part of the path."""
        return port.path_part(url, 0) if urlsplit(url).hostname in cls.info.hosts else None

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `jobs` of `jobUrl`, or one such job."""
        if port.is_row(payload, "jobUrl", "title"):
            return True
        jobs = payload.get("jobs") if isinstance(payload, dict) else None
        return bool(isinstance(jobs, list) and jobs and port.is_row(jobs[0], "jobUrl", "title"))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a board or a single job; unlisted jobs are left out of a board."""
        if port.is_row(payload, "jobUrl", "title"):
            rows: list[Any] = [payload]
        else:
            jobs = port.rows_of(cls.info.title, payload, "jobs")
            rows = [row for row in jobs if not port.is_row(row) or row.get("isListed") is not False]
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        url = port.text_of(row, "jobUrl")
        mode = port.mode_of(row.get("workplaceType"))
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.named_from(board or cls.board_of(url) or ""),
            url=url,
            apply_url=port.text_of(row, "applyUrl") or url,
            text=port.text_of(row, "descriptionHtml", "descriptionPlain"),
            places=_places(row),
            work_mode=mode or ("remote" if row.get("isRemote") else None),
            employment=port.texts_of(row.get("employmentType")),
            salary=_pay(row.get("compensation")),
            posted_at=port.moment(row.get("publishedAt")),
            tags=[t for t in (port.text_of(row, "department"), port.text_of(row, "team")) if t],
            original=row,
        )


def _places(row: Row) -> list[JobPlace]:
    """The first location, told apart by its postal country, then the secondary ones."""
    address = port.inner(row, "address", "postalAddress") or {}
    country = port.text_of(address, "addressCountry")
    first = port.place(port.text_of(row, "location") or country)
    if first is not None:
        first.region = country or None
    spots = [first]
    spots += [port.place(port.text_of(s, "location")) for s in row.get("secondaryLocations") or []]
    return port.places(*spots)


def _pay(compensation: Any) -> Salary | None:
    """Only the component of type Salary counts: equity, bonus and commission are no salary."""
    if not isinstance(compensation, dict):
        return None
    tiers = compensation.get("compensationTiers") or []
    components = [c for tier in tiers for c in tier.get("components") or []]
    for part in [*components, *(compensation.get("summaryComponents") or [])]:
        if part.get("compensationType") == "Salary":
            period = str(part.get("interval") or "").replace("1 ", "")
            pay = port.salary(
                part.get("minValue"), part.get("maxValue"), part.get("currencyCode"), period
            )
            if pay is not None:
                return pay
    return None
