"""Which board an employer has: from `config/sources.toml`, or from the URL of its careers page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from jobtracker.core.paths import asset_dir
from jobtracker.jobs.normalize import company_key
from jobtracker.jobs.sources import REGISTRY, source_class


@dataclass(frozen=True)
class Employer:
    """An employer of the list. `verified` tells whether a copy of its board was seen."""

    name: str
    source: str
    board: str
    country: str
    verified: bool = False


@cache
def employers() -> tuple[Employer, ...]:
    """Return the employers of `config/sources.toml`."""
    text = (asset_dir("config") / "sources.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text).get("employers", [])
    return tuple(
        Employer(row[0], row[1], row[2], row[3], len(row) > 4 and bool(row[4])) for row in rows
    )


@cache
def _by_key() -> dict[str, Employer]:
    return {company_key(employer.name): employer for employer in employers()}


def find_employer(company: str) -> Employer | None:
    """Return the employer of that name, apart from its legal form."""
    return _by_key().get(company_key(company))


def board_for(company: str) -> str | None:
    """Return `source:board` of an employer of the list."""
    found = find_employer(company)
    return f"{found.source}:{found.board}" if found else None


def board_of_url(url: str) -> tuple[str, str] | None:
    """Return the source and the board that a careers URL names."""
    for name in REGISTRY:
        if board := source_class(name).board_of(url):
            return name, board
    return None
