"""The port that every job board implements, and the helpers that keep an adapter short.

An adapter is one file: a docstring with the vendor's pages, its card (`SourceInfo`), a class with
`fetch` (the network) and `parse` (pure, exercised on recorded payloads without HTTP).
"""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from jobtracker.core.errors import AuthNeeded, ContractChanged, NotSupported
from jobtracker.jobs.model import JobPlace, Period, RawPosting, Salary, WorkMode

if TYPE_CHECKING:
    from jobtracker.core.http import Http

Row = dict[str, Any]


class Capability(StrEnum):
    """What a source can do; callers ask for these and never for a vendor's name."""

    SEARCH = "search"
    """Answers a query by words."""
    BOARD = "board"
    """Lists the whole board of one employer."""
    PARSE = "parse"
    """Its answers can be pasted or imported from a file."""
    LIVENESS = "liveness"
    """A posting that is absent from a complete board is closed."""


@dataclass(frozen=True)
class SourceInfo:
    """The card of a source."""

    name: str
    title: str
    kind: Literal["ats", "aggregator", "board", "page"]
    auth: Literal["none", "key", "login", "partner"]
    terms_url: str
    limits: str
    status: Literal["works", "optional", "by_page_only", "closed"]
    capabilities: frozenset[Capability]
    hosts: tuple[str, ...] = ()
    """Hosts of the board's pages; a leading dot stands for any subdomain."""
    per_minute: int = 30
    """Calls that we make at most."""
    note: str = ""


@dataclass(frozen=True)
class Query:
    """What a source is asked for. `board` is the employer's token at that source."""

    text: str = ""
    location: str = ""
    country: str = ""
    board: str = ""
    company: str = ""
    remote: bool = False
    days: int | None = None
    limit: int = 100
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


class Source(ABC):
    """One job board. `keys` are the user's own, `base` replaces the vendor's address."""

    info: ClassVar[SourceInfo]
    base_url: ClassVar[str] = ""

    def __init__(self, base: str = "", keys: Mapping[str, str] | None = None) -> None:
        self.base = (base or self.base_url).rstrip("/")
        self.keys = dict(keys or {})

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """Tell by its shape whether a payload is an answer of this source."""
        return False

    @classmethod
    def board_of(cls, url: str) -> str | None:
        """Return the employer's token in a URL of this source."""
        return None

    @classmethod
    @abstractmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate an answer.

        Raises:
            ContractChanged: the answer is not of the shape this adapter was written for.
        """

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Ask the source.

        Raises:
            JobTrackerError: by what the caller can do next.
        """
        raise NotSupported(f"{self.info.title} cannot be searched; {self.info.note}".strip())

    def host(self, board: str) -> str:
        """Return the base address with the employer's token in the place of `{board}`."""
        return self.base.replace("{board}", safe_board(board))


def needed_keys(source: Source, *names: str) -> dict[str, str]:
    """Return the user's keys of these names.

    Raises:
        AuthNeeded: one is missing; the message names the setting.
    """
    missing = [name for name in names if not source.keys.get(name)]
    if missing:
        raise AuthNeeded(
            f"{source.info.title} needs your own {' and '.join(missing)}: put it under "
            f"[search.keys.{source.info.name}] in config.toml (JOBTRACKER_SEARCH__KEYS)"
        )
    return {name: source.keys[name] for name in names}


def safe_board(board: str) -> str:
    """Return the token, if it can be part of a host or path.

    Raises:
        NotSupported: it has other than letters, digits and ``. _ -``.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w.\-]{0,99}", board):
        raise NotSupported(f"board {board[:40]!r} is not a board name; give letters and digits")
    return board


def is_row(value: Any, *keys: str) -> bool:
    """Tell whether a value is an object with all these keys."""
    return isinstance(value, dict) and all(key in value for key in keys)


def rows_of(source: str, payload: Any, key: str = "") -> list[Any]:
    """Return the list of postings in an answer: the payload itself, or its `key`.

    Raises:
        ContractChanged: there is none.
    """
    found: Any = payload
    for part in key.split(".") if key else ():
        found = cast("Row", found).get(part) if isinstance(found, dict) else None
    if not isinstance(found, list):
        wanted = f"a list under {key!r}" if key else "a list"
        raise ContractChanged(f"{source}: the answer holds no {wanted}; its format has changed")
    return cast("list[Any]", found)


def xml_of(source: str, payload: Any, root_tag: str) -> Element:
    """Return the root of an XML answer, read without entities and external references.

    Raises:
        ContractChanged: not well-formed, or another document.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(str(payload).strip().encode())
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise ContractChanged(f"{source}: the feed is not well-formed XML") from exc
    if root.tag != root_tag:
        raise ContractChanged(f"{source}: the feed starts with <{root.tag[:40]}>")
    return root


def html_of(source: str, payload: Any) -> Any:
    """Return the parsed tree of an HTML answer.

    Raises:
        ContractChanged: it is empty or not HTML.
    """
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        parser = HTMLParser(encoding="utf-8", huge_tree=False)
        return document_fromstring(str(payload).encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError) as exc:
        raise ContractChanged(f"{source}: the page is empty or not HTML") from exc


def parse_rows(
    source: str, rows: Iterable[Any], one: Callable[[Row], RawPosting | None]
) -> list[RawPosting]:
    """Translate each row; a broken row is left out, an answer of broken rows is an error.

    Raises:
        ContractChanged: there are rows, and none can be read.
    """
    parsed: list[RawPosting] = []
    broken = 0
    for row in rows:
        try:
            posting = one(cast("Row", row)) if isinstance(row, dict) else None
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, InvalidOperation):
            posting = None
        if posting is None or not posting.title:
            broken += 1
        else:
            parsed.append(posting)
    if broken and not parsed:
        raise ContractChanged(
            f"{source}: none of {broken} postings has the expected fields; its format has changed"
        )
    return parsed


def text_of(row: Any, *keys: str) -> str:
    """Return the first non-empty text (or number) under these keys, stripped; else an empty one."""
    if not isinstance(row, dict):
        return ""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def inner(row: Any, *path: str) -> Any:
    """Return the value at a path of keys, None where one is missing."""
    for key in path:
        if not isinstance(row, dict):
            return None
        row = cast("Row", row).get(key)
    return row


def texts_of(value: Any) -> list[str]:
    """Return a text or list of texts as a list."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, list):
        return [
            str(v).strip() for v in cast("list[Any]", value) if isinstance(v, str) and v.strip()
        ]
    return []


_FORMATS = (
    "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d.%m.%Y", "%b %d, %Y",
    "%B %d, %Y", "%d-%b-%Y", "%Y/%m/%d", "%m/%d/%Y",
)  # fmt: skip
_AGO = re.compile(r"(\d+)\+?\s*(hour|day|week|month)s? ago", re.I)


def moment(value: Any, now: datetime | None = None) -> datetime | None:
    """Read a vendor's date: ISO, epoch seconds or milliseconds, RFC 2822, or “3 days ago”.

    One without a zone is taken as UTC. Returns None where it is none of these.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        seconds = float(value) / (1000 if value > 1e11 else 1)
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4e9 else None
    text = str(value).strip()
    if not text or len(text) > 60:
        return None
    if re.fullmatch(r"\d{9,13}", text):
        return moment(int(text))
    return _written(text) or _relative(text, now)


def _written(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except ValueError:
        pass
    for known in _FORMATS:
        try:
            return datetime.strptime(text, known).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        parsed = parsedate_to_datetime(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError):
        return None


def _relative(text: str, now: datetime | None) -> datetime | None:
    if now is None:
        return None
    low = text.lower()
    if "today" in low or "just posted" in low:
        return now
    if "yesterday" in low:
        return now - timedelta(days=1)
    if found := _AGO.search(low):
        hours = {"hour": 1, "day": 24, "week": 168, "month": 720}[found[2].lower()]
        return now - timedelta(hours=int(found[1]) * hours)
    return None


_PERIODS: dict[str, Period] = {
    "hour": "hour", "hourly": "hour", "hr": "hour", "h": "hour", "ph": "hour", "per hour": "hour",
    "day": "day", "daily": "day", "d": "day", "pd": "day", "per day": "day",
    "week": "week", "weekly": "week", "w": "week", "per week": "week",
    "month": "month", "monthly": "month", "m": "month", "per month": "month", "pm": "month",
    "year": "year", "yearly": "year", "annual": "year", "annually": "year", "annum": "year",
    "y": "year", "pa": "year", "per year": "year", "per annum": "year",
}  # fmt: skip


def period_of(text: Any) -> Period | None:
    """Return the pay period that a vendor's code or word stands for."""
    low = re.sub(r"[\s_\-/]+", " ", str(text or "").lower()).strip()
    if low in _PERIODS:
        return _PERIODS[low]
    return next((p for word, p in _PERIODS.items() if len(word) > 2 and word in low.split()), None)


def amount(value: Any) -> Decimal | None:
    """Return a positive amount, None for nothing, zero or nonsense."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).replace(",", "").replace("'", "").replace("’", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < Decimal("1e12") else None


def salary(low: Any, high: Any, currency: Any, period: Any) -> Salary | None:
    """Return the pay of structured fields, None where both bounds are missing."""
    smallest, largest = amount(low), amount(high)
    if smallest is None and largest is None:
        return None
    if smallest is not None and largest is not None and smallest > largest:
        smallest, largest = largest, smallest
    code = str(currency or "").strip().upper()
    return Salary(
        min=smallest,
        max=largest,
        currency=code if re.fullmatch(r"[A-Z]{3}", code) else None,
        period=period_of(period) or "year",
    )


_MODES: tuple[tuple[str, WorkMode], ...] = (
    ("hybrid", "hybrid"), ("remote", "remote"), ("telecommute", "remote"), ("fully", "remote"),
    ("on-site", "onsite"), ("on site", "onsite"), ("onsite", "onsite"), ("office", "onsite"),
)  # fmt: skip


def mode_of(value: Any) -> WorkMode | None:
    """Return the work mode that a vendor's word stands for."""
    low = str(value or "").lower().replace("_", "-")
    return next((mode for word, mode in _MODES if word in low), None)


def place(*parts: Any, country: Any = None) -> JobPlace | None:
    """Return a place named by its parts, empty and repeated ones left out."""
    named: list[str] = []
    for part in (*parts, country):
        name = str(part or "").strip()
        if name and name.lower() not in {n.lower() for n in named}:
            named.append(name)
    if not named:
        return None
    code = str(country or "").strip().upper()
    return JobPlace(name=", ".join(named), country=code if len(code) == 2 else None)


def places(*found: JobPlace | None) -> list[JobPlace]:
    """Return the places that are there, each once."""
    unique = {p.name.lower(): p for p in found if p is not None}
    return list(unique.values())


def named_from(slug: str) -> str | None:
    """Return the company's name that a board token spells, None for an empty one."""
    words = [word for word in re.split(r"[-_.+]+", slug.strip()) if word]
    if not words:
        return None
    return " ".join(word if any(map(str.isupper, word)) else word.capitalize() for word in words)


def path_part(url: str, index: int) -> str | None:
    """Return a segment of a URL's path, None where it has fewer."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return parts[index] if len(parts) > index else None


def subdomain(url: str, domain: str) -> str | None:
    """Return what stands before `domain` in the URL's host, None where that is another host."""
    host = (urlsplit(url).hostname or "").lower()
    return host.removesuffix("." + domain) if host.endswith("." + domain) else None
