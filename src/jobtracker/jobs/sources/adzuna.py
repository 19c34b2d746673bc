"""Adzuna search API: https://developer.adzuna.com/."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import NotSupported
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo

PAGE = 50
MAX_PAGES = 4
_COUNTRIES = frozenset("gb us at au be br ca ch de es fr in it mx nl nz pl sg za".split())  # noqa: SIM905
_CURRENCY = {
    "gb": "GBP", "us": "USD", "au": "AUD", "br": "BRL", "ca": "CAD", "ch": "CHF", "in": "INR",
    "mx": "MXN", "nz": "NZD", "pl": "PLN", "sg": "SGD", "za": "ZAR",
}  # fmt: skip


class Adzuna(Source):
    """Postings of many boards, with the person's own free key; texts are cut."""

    info = SourceInfo(
        name="adzuna",
        title="Adzuna",
        kind="aggregator",
        auth="key",
        terms_url="https://developer.adzuna.com/docs/terms_of_service",
        limits="25 a minute, 250 a day, 2,500 a month; label “Jobs by Adzuna”",
        status="works",
        capabilities=frozenset({Capability.SEARCH, Capability.PARSE}),
        hosts=(".adzuna.ch", ".adzuna.com", ".adzuna.co.uk", ".adzuna.de"),
        per_minute=25,
        note="keys app_id and app_key",
    )
    base_url = "https://api.adzuna.com"

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Search by words and place in one country."""
        keys = port.needed_keys(self, "app_id", "app_key")
        country = (query.country or "ch").lower()
        if country not in _COUNTRIES:
            raise NotSupported(f"Adzuna has no postings of country {country.upper()!r}")
        params = {**keys, "what": query.text, "results_per_page": str(min(query.limit, PAGE))}
        params |= {"where": query.location} if query.location else {}
        params |= {"max_days_old": str(query.days)} if query.days else {}
        asked = 0
        for page in range(1, MAX_PAGES + 1):
            url = f"{self.base}/v1/api/jobs/{country}/search/{page}"
            answer = await http.aget(url, params=params, headers={"Accept": "application/json"})
            payload = answer.json(self.info.title)
            yield self.parse(payload, country)
            asked += len(payload["results"])
            if not payload["results"] or asked >= min(query.limit, port.count_of(payload, "count")):
                break

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """An object with `results` of `redirect_url`, or one result."""
        rows = payload.get("results") if isinstance(payload, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else payload
        return port.is_row(first, "redirect_url", "title")

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page or a result; `board` is the country, which tells the currency."""
        single = port.is_row(payload, "redirect_url")
        rows = [payload] if single else port.rows_of(cls.info.title, payload, "results")
        return port.parse_rows(cls.info.title, rows, lambda row: cls._posting(row, board))

    @classmethod
    def _posting(cls, row: Row, country: str) -> RawPosting:
        url = port.text_of(row, "redirect_url")
        host = re.search(r"adzuna\.(?:co\.|com\.)?([a-z]{2,3})/", url)
        code = country or (host[1] if host else "")
        code = {"uk": "gb", "com": "us"}.get(code, code)
        # A predicted pay is Adzuna's guess, not the employer's word.
        guessed = str(row.get("salary_is_predicted", "0")) == "1"
        area = [name for name in port.texts_of(port.inner(row, "location", "area"))]
        where = port.inner(row, "location", "display_name") or ", ".join(reversed(area))
        spot = port.place(where)
        if spot is not None and len(code) == 2:
            spot.country = code.upper()
        return RawPosting(
            source=cls.info.name,
            external_id=str(row["id"]),
            title=port.text_of(row, "title"),
            company=port.inner(row, "company", "display_name"),
            url=url,
            apply_url=url,
            text=port.text_of(row, "description"),
            places=port.places(spot),
            employment=[t for k in ("contract_type", "contract_time") if (t := row.get(k))],
            salary=None
            if guessed
            else port.salary(
                row.get("salary_min"), row.get("salary_max"), _CURRENCY.get(code, "EUR"), "year"
            ),
            posted_at=port.moment(row.get("created")),
            tags=port.texts_of(port.inner(row, "category", "label")),
            original=row,
        )
