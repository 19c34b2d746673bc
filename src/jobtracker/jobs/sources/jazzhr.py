"""JazzHR boards (applytojob.com): one HTML table, postings with JSON-LD."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from typing import Any

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.page import posting_page
from jobtracker.jobs.sources.port import Capability, Fetcher, Row, SourceInfo, WholeBoard


class JazzHr(WholeBoard):
    """Whole boards of one employer without text; a posting's own page is read by `page`."""

    info = SourceInfo(
        name="jazzhr",
        title="JazzHR",
        kind="ats",
        auth="none",
        terms_url="https://www.jazzhr.com/terms-of-use/",
        limits="some tenants refuse servers (403)",
        status="works",
        capabilities=frozenset({Capability.BOARD, Capability.PARSE, Capability.DETAIL}),
        hosts=(".applytojob.com",),
        per_minute=30,
        note="",
    )
    base_url = "https://{board}.applytojob.com"
    list_path = "/apply/jobs/"
    answers_json = False

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return what the posting's own page says."""
        number = port.safe_board(listed.external_id)
        answer = await http.aget(f"{self.host(board)}/apply/jobs/details/{number}")
        return posting_page(
            self.info.title, answer.text, listed.url or answer.url, "job_description"
        )

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the tenant, from the host."""
        return port.subdomain(url, "applytojob.com")

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """HTML with JazzHR's table of jobs."""
        return isinstance(payload, str) and "resumator" in payload and "job_title_link" in payload

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the table."""
        tree = port.html_of(cls.info.title, payload)
        links = tree.xpath("//a[contains(@class, 'job_title_link')]")
        if not links and "resumator" not in str(payload):
            raise ContractChanged("JazzHR: the page holds no table of jobs; its format has changed")
        return port.parse_rows(
            cls.info.title, map(_row, links), lambda row: cls._posting(row, board)
        )

    @classmethod
    def _posting(cls, row: Row, board: str) -> RawPosting:
        code = re.search(r"/details/(\w+)", row["href"])
        number = code[1] if code else row["href"]
        url = f"https://{board}.applytojob.com/apply/jobs/details/{number}" if board else None
        return RawPosting(
            source=cls.info.name,
            external_id=number,
            title=row["title"],
            company=port.named_from(board),
            url=url,
            apply_url=url,
            places=port.places(port.place(row["location"])),
            tags=[row["department"]] if row["department"] else [],
            original=row,
        )


def _row(link: Any) -> Row:
    cells = link.xpath("ancestor::tr[1]/td")
    department = link.xpath("ancestor::tr[1]//span[contains(@class, 'resumator_department')]")
    return {
        "title": " ".join(link.text_content().split()),
        "href": str(link.get("href") or ""),
        "department": " ".join(department[0].text_content().split()) if department else "",
        "location": " ".join(cells[-1].text_content().split()) if len(cells) > 1 else "",
    }
