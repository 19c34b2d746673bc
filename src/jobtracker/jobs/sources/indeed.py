"""Indeed (and indeed.ch) through its MCP server, with the person's own sign-in."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import jobspy_rows, port
from jobtracker.jobs.sources.mcp_wire import call_tool
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Indeed(Source):
    """Postings of the person's own Indeed account; a pasted posting URL or text works without."""

    info = SourceInfo(
        name="indeed",
        title="Indeed",
        kind="board",
        auth="login",
        terms_url="https://www.indeed.com/legal",
        limits="none stated",
        status="optional",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=("ch.indeed.com", ".indeed.com", "indeed.ch"),
        per_minute=30,
        library=jobspy_rows.LIBRARY,
        note="key token: an access token of your own Indeed sign-in (OAuth); without one "
        "python-jobspy, if installed and its terms note accepted",
    )
    base_url = "https://mcp.indeed.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place: with the person's sign-in, else by the library."""
        if not self.keys.get("token") and jobspy_rows.installed():
            yield self.parse(await jobspy_rows.fetch("indeed", self.info, query))
            return
        token = port.needed_keys(self, "token")["token"]
        asked: dict[str, Any] = {
            "words": query.text,
            "where": query.location,
            "country": (query.country or "CH").upper(),
            "days": query.days,
        }
        url = f"{self.base}/claude/mcp"
        yield self.parse(await call_tool(http, url, self.info.title, "search_jobs", asked, token))

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `results` of `job`, GraphQL's `data.jobSearch`, or the library's rows."""
        if jobspy_rows.is_rows(payload, "in-"):
            return True
        rows = _results(payload)
        return bool(rows and port.is_row(rows[0], "job") and port.is_row(rows[0]["job"], "key"))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate the results, or the library's rows."""
        if payload == [] or jobspy_rows.is_rows(payload, "in-"):
            name = cls.info.name
            return port.parse_rows(
                cls.info.title, payload, lambda row: jobspy_rows.posting(name, row)
            )
        rows = _results(payload)
        if rows is None:
            raise ContractChanged("Indeed: the answer holds no list of results")
        return port.parse_rows(cls.info.title, rows, cls._posting)

    @classmethod
    def _posting(cls, item: Row) -> RawPosting:
        row: Row = item["job"]
        spot = row.get("location") or {}
        country = port.text_of(spot, "countryCode").upper()
        host = "www" if country in {"US", ""} else country.lower()
        pay = port.inner(row, "compensation", "baseSalary") or {}
        bounds = pay.get("range") or {}
        url = f"https://{host}.indeed.com/viewjob?jk={row['key']}"
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["key"]),
            title=port.text_of(row, "title"),
            company=port.text_of(row, "sourceEmployerName") or port.inner(row, "employer", "name"),
            url=url,
            apply_url=port.inner(row, "recruit", "viewJobUrl") or url,
            text=port.inner(row, "description", "html") or "",
            places=port.places(
                port.place(
                    port.text_of(spot, "city"), port.text_of(spot, "admin1Code"), country=country
                )
            ),
            # `estimated` pay is Indeed's guess and left out.
            salary=port.salary(
                bounds.get("min") or bounds.get("value"),
                bounds.get("max") or bounds.get("value"),
                port.inner(row, "compensation", "currencyCode"),
                pay.get("unitOfWork"),
            ),
            posted_at=port.moment(row.get("dateOnIndeed")),
            original=item,
        )


def _results(payload: Any) -> list[Any] | None:
    for path in (("results",), ("data", "jobSearch", "results"), ("jobSearch", "results")):
        rows = port.inner(payload, *path)
        if isinstance(rows, list):
            return rows
    return None
