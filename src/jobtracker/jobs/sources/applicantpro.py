"""ApplicantPro careers pages: a number in the page, then JSON."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import ContractChanged, NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class ApplicantPro(Source):
    """Whole boards of one employer with pay, without text."""

    info = SourceInfo(
        name="applicantpro",
        title="ApplicantPro",
        kind="ats",
        auth="none",
        terms_url="https://www.applicantpro.com/terms/",
        limits="none stated",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=(".applicantpro.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.applicantpro.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Return the employer's whole board."""
        home = self.host(query.board)
        page = (await http.aget(f"{home}/jobs/")).text
        found = re.search(r"domainId['\"]?\s*[:=]\s*['\"]?(\d+)", page)
        if found is None:
            raise NotFound(f"ApplicantPro has no board {query.board!r}; check its name")
        answer = await http.aget(f"{home}/core/jobs/{found[1]}", params={"getParams": "{}"})
        rows = self.parse(answer.json(self.info.title), query.board)
        # A posting's own answer is asked for under the same number.
        yield [
            row.model_copy(update={"original": {**row.original, "domainId": found[1]}})
            for row in rows
        ]

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return the posting with its text."""
        domain = port.safe_board(port.text_of(listed.original, "domainId"))
        number = port.safe_board(listed.external_id.rpartition("/")[2])
        answer = await http.aget(f"{self.host(board)}/core/jobs/{domain}/{number}/job-details")
        payload = answer.json(self.info.title)
        told = port.inner(payload, "data", "job") or port.inner(payload, "data") or payload
        text = port.text_of(told, "advertisingDescriptionHtml", "description")
        if not text:
            raise ContractChanged("ApplicantPro: job-details holds no description")
        text = "\n<br>".join(part for part in (text, port.text_of(told, "benefits")) if part)
        return listed.model_copy(update={"text": text, "original": told})

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "applicantpro.com")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `data.jobs` and `success`."""
        return port.is_row(payload, "success", "data") and isinstance(
            port.inner(payload, "data", "jobs"), list
        )

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the board."""
        rows = port.rows_of(cls.info.title, payload, "data.jobs")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        url = f"https://{board}.applicantpro.com/jobs/{row['id']}.html" if board else None
        return RawPosting(
            source=cls.info.name,
            external_id=f"{board}/{row['id']}",
            title=port.text_of(row, "title"),
            company=port.text_of(row, "parentTitle", "orgTitle") or port.named_from(board),
            url=url,
            apply_url=url,
            text=port.text_of(row, "advertisingDescriptionHtml", "description"),
            places=port.places(port.place(port.text_of(row, "jobLocation", "city"))),
            work_mode=port.mode_of(row.get("workplaceType")),
            employment=port.texts_of(row.get("employmentType")),
            salary=port.salary(
                row.get("minSalary"), row.get("maxSalary"), "USD", row.get("payTypeFrame")
            )
            if port.period_of(row.get("payTypeFrame"))
            else None,
            posted_at=port.moment(row.get("startDateRef")),
            expires_at=port.moment(row.get("endDateRef")),
            tags=port.texts_of(row.get("classification")),
            original=row,
        )
