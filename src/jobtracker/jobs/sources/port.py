"""The port that every job board implements, and the helpers that keep an adapter short.

An adapter is one file: a docstring with the vendor's pages, its card (`SourceInfo`), a class with
`pages` (the network, an answer at a time) and `parse` (pure, exercised on recorded payloads without
HTTP), and `detail` where the list has no text.
"""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from jobtracker.core.errors import AuthNeeded, ContractChanged, NotSupported
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources.fields import (
    amount as amount,
)
from jobtracker.jobs.sources.fields import (
    mode_of as mode_of,
)
from jobtracker.jobs.sources.fields import (
    moment as moment,
)
from jobtracker.jobs.sources.fields import (
    named_from as named_from,
)
from jobtracker.jobs.sources.fields import (
    path_part as path_part,
)
from jobtracker.jobs.sources.fields import (
    period_of as period_of,
)
from jobtracker.jobs.sources.fields import (
    place as place,
)
from jobtracker.jobs.sources.fields import (
    places as places,
)
from jobtracker.jobs.sources.fields import (
    salary as salary,
)
from jobtracker.jobs.sources.fields import (
    subdomain as subdomain,
)
from jobtracker.jobs.sources.shapes import (
    Row as Row,
)
from jobtracker.jobs.sources.shapes import (
    count_of as count_of,
)
from jobtracker.jobs.sources.shapes import (
    html_of as html_of,
)
from jobtracker.jobs.sources.shapes import (
    inner as inner,
)
from jobtracker.jobs.sources.shapes import (
    is_row as is_row,
)
from jobtracker.jobs.sources.shapes import (
    parse_rows as parse_rows,
)
from jobtracker.jobs.sources.shapes import (
    rows_of as rows_of,
)
from jobtracker.jobs.sources.shapes import (
    text_of as text_of,
)
from jobtracker.jobs.sources.shapes import (
    texts_of as texts_of,
)
from jobtracker.jobs.sources.shapes import (
    xml_of as xml_of,
)

if TYPE_CHECKING:
    from jobtracker.core.http import Fetched


class Fetcher(Protocol):
    """What an adapter fetches by: `core.http.Http`, or one that keeps a source's limits."""

    async def aget(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Fetched:
        """Fetch a URL."""
        ...

    async def apost(
        self,
        url: str,
        *,
        json: Any,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send JSON for an answer."""
        ...


STALE_PAGES = 5
"""Pages in a row without a new posting after which a vendor is taken to repeat itself."""


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
    DETAIL = "detail"
    """Its list has no text: each posting is asked for by itself."""


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
    every_minutes: int = 0
    """The vendor wants to be asked no more often; in between, what was kept answers."""
    by_words: bool = True
    """Whether the answer of a search depends on its words; that of a board does not otherwise."""
    board_by_words: bool = False
    """Whether also a board is asked by words: too large to be read whole each time."""
    library: str = ""
    """A module that, where the person installed it, stands in for a missing key."""
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

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Ask the source; yield what it answers call by call, so that a part is kept.

        Raises:
            JobTrackerError: by what the caller can do next.
        """
        raise NotSupported(f"{self.info.title} cannot be searched; {self.info.note}".strip())
        yield []

    async def walk(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield `pages`, each posting once; a vendor that repeats itself has come to its end."""
        seen: set[str] = set()
        stale = 0
        try:
            async for page in self.pages(http, query):
                fresh = {row.external_id: row for row in page if row.external_id not in seen}
                stale = stale + 1 if page and not fresh else 0
                if stale > STALE_PAGES:
                    return
                seen.update(fresh)
                yield list(fresh.values())
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
            # An answer whose rows can be read but whose rest cannot, e.g. the count of its pages.
            said = " ".join(str(exc).split())[:80]
            raise ContractChanged(
                f"{self.info.title}: the answer lacks or changed {said}; its format has changed"
            ) from exc

    async def fetch(self, http: Fetcher, query: Query) -> list[RawPosting]:
        """Return the whole answer; raises as `pages` does."""
        return [row async for page in self.walk(http, query) for row in page]

    async def detail(self, http: Fetcher, listed: RawPosting, board: str) -> RawPosting:
        """Return what a posting's own answer says, of a source that has `Capability.DETAIL`.

        Raises:
            JobTrackerError: by what the caller can do next.
        """
        raise NotSupported(f"{self.info.title}: its list is all there is")

    def host(self, board: str) -> str:
        """Return the base address with the employer's token in the place of `{board}`."""
        return self.base.replace("{board}", safe_board(board))


class WholeBoard(Source):
    """A board that one call lists whole: an adapter says where it is."""

    list_path: ClassVar[str] = ""
    """The path of the list, `{board}` in the place of the employer's token."""
    list_params: ClassVar[Mapping[str, str]] = {}
    answers_json: ClassVar[bool] = True

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Yield the employer's whole board."""
        board = safe_board(query.board)
        answer = await http.aget(
            self.host(board) + self.list_path.replace("{board}", board),
            params=self.list_params or None,
        )
        payload = answer.json(self.info.title) if self.answers_json else answer.text
        yield self.parse(payload, board)


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


def fingerprint(listed: RawPosting) -> str:
    """Return what tells an unchanged row of a list from a changed one."""
    from hashlib import blake2b

    places = sorted(place.name for place in listed.places)
    told = (listed.title, listed.url, listed.requisition, places, sorted(listed.employment))
    return blake2b(repr(told).encode("utf-8", "replace"), digest_size=8).hexdigest()


LISTED = "_listed"
"""The key of a kept original under which the fingerprint of its row in the list stands."""


def with_detail(listed: RawPosting, detail: RawPosting) -> RawPosting:
    """Return a posting of a list with what its own answer adds; its identity is the list's."""
    said: dict[str, Any] = {
        name: value
        for name in (
            "text", "work_mode", "employment", "salary", "salary_text", "posted_at", "expires_at",
            "language", "seniority", "workload", "contact", "apply_url", "requisition",
        )
        if (value := getattr(detail, name))
    }  # fmt: skip
    if len(detail.places) >= max(1, len(listed.places)):
        said["places"] = detail.places
    if not listed.company:
        said["company"] = detail.company
    said["tags"] = list(dict.fromkeys([*listed.tags, *detail.tags]))
    said["original"] = {
        **listed.original, "detail": detail.original, LISTED: fingerprint(listed)
    }  # fmt: skip
    return listed.model_copy(update=said)
