"""What the adapters over `python-jobspy` share: calling it in a worker, and reading its rows.

The library is MIT, installed by the person (extra `boards`), and off until the board's terms note
is accepted: it uses endpoints that the boards made for their own pages and apps.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingImports=false
# pyright: reportUnknownParameterType=false
from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from anyio.to_thread import run_sync

from jobtracker.core.errors import NotSupported, RateLimited, Unavailable
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Query, Row, SourceInfo

LIBRARY = "jobspy"
MOST = 50
# Where the library's word for a country is not its English name.
_COUNTRIES = {"GB": "uk", "US": "usa", "CZ": "czech republic", "HK": "hong kong", "TR": "türkiye"}


def installed() -> bool:
    """Tell whether the person has installed the library."""
    return find_spec(LIBRARY) is not None


async def fetch(site: str, info: SourceInfo, query: Query) -> list[Row]:
    """Return the library's rows for one board; `site` is the library's name of it.

    Raises:
        NotSupported: the library is not installed, or does not know the country.
        RateLimited, Unavailable: the board refused it.
    """
    if not installed():
        raise NotSupported(
            f"{info.title} needs python-jobspy (pip install 'job-tracker-pro[boards]'); read the "
            "board's terms first, or paste a posting's address or text instead"
        )
    return await run_sync(_scrape, site, info.title, query, abandon_on_cancel=True)


def _scrape(site: str, title: str, query: Query) -> list[Row]:
    # The library does not raise where a board refuses: it says so in `attrs`.
    try:
        frame = import_module(LIBRARY).scrape_jobs(
            site_name=[site],
            search_term=query.text,
            location=query.location,
            is_remote=query.remote,
            results_wanted=min(query.limit, MOST),
            hours_old=query.days * 24 if query.days else None,
            country_indeed=_country(query.country or "CH"),
            verbose=0,
        )
    except ValueError as exc:
        raise NotSupported(f"{title}: python-jobspy refuses the search ({str(exc)[:160]})") from exc
    if errors := frame.attrs.get("errors"):
        said = " ".join(str(errors).split())[:160]
        if "429" in said:
            raise RateLimited(f"{title} asks to slow down ({said})")
        raise Unavailable(f"{title} refused the search ({said})")
    rows: list[Row] = frame.to_dict("records")
    # A missing value of a table of numbers is NaN, which is not equal to itself.
    return [{k: None if v != v else v for k, v in row.items()} for row in rows]


def _country(code: str) -> str:
    from babel import Locale

    code = code.upper()
    return _COUNTRIES.get(code) or Locale("en").territories.get(code, code).lower()


def posting(name: str, row: Row) -> RawPosting:
    """Translate a row; pay that the library estimated itself is left out."""
    url = port.text_of(row, "job_url")
    stated = str(row.get("salary_source") or "direct_data") == "direct_data"
    return RawPosting(
        source=name,
        external_id=str(row["id"]),
        title=port.text_of(row, "title"),
        company=port.text_of(row, "company") or None,
        url=url or None,
        apply_url=port.text_of(row, "job_url_direct") or url or None,
        text=port.text_of(row, "description"),
        places=port.places(port.place(port.text_of(row, "location"))),
        work_mode="remote" if row.get("is_remote") else None,
        employment=[t.strip() for t in port.text_of(row, "job_type").split(",") if t.strip()],
        salary=port.salary(
            row.get("min_amount"), row.get("max_amount"), row.get("currency"), row.get("interval")
        )
        if stated
        else None,
        posted_at=port.moment(row.get("date_posted")),
        seniority=port.text_of(row, "job_level") or None,
        original={key: value if _json(value) else str(value) for key, value in row.items()},
    )


def is_rows(payload: Any, prefix: str) -> bool:
    """Tell whether a payload is a list of the library's rows of one board, by their ids."""
    if not isinstance(payload, list) or not payload or not isinstance(payload[0], dict):
        return False
    return {"job_url", "site"} <= payload[0].keys() and str(payload[0].get("id")).startswith(prefix)


def _json(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)
