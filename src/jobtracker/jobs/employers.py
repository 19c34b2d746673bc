"""Which board an employer has: from `config/sources.toml`, or from the URL of its careers page."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from jobtracker.core.paths import asset_dir
from jobtracker.jobs.normalize import company_key


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


def board_at(url: str) -> tuple[str, str] | None:
    """Return the source and board of the employer whose own site an address is on, by its name."""
    host = (urlsplit(url).hostname or "").lower()
    names = [part for part in host.split(".")[:-1] if part not in _NO_NAME]
    for name in reversed(names):
        for spelled in (name, name.replace("-", " "), name.replace("-", "")):
            if found := find_employer(spelled) or _by_letters().get(_letters(spelled)):
                return found.source, found.board
    return None


_NO_NAME = frozenset({"www", "jobs", "careers", "career", "karriere", "com", "co", "en", "de"})


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", company_key(name))


@cache
def _by_letters() -> dict[str, Employer]:
    return {_letters(employer.name): employer for employer in employers()}
