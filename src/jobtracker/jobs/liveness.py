"""Whether a posting can still be applied to, and what shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from jobtracker.core.errors import JobTrackerError, NotFound
from jobtracker.core.speech import say
from jobtracker.jobs.closing import closing_words
from jobtracker.jobs.employers import find_employer
from jobtracker.jobs.model import JobPosting, OpenState
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.sources.port import Capability
from jobtracker.jobs.text import plain

if TYPE_CHECKING:
    from jobtracker.core.http import Http

MOST_PAGES = 3
_PAGE_CHARS = 2_000_000
_TEXT_CHARS = 400_000
_RANKS = {"ats": 0, "page": 1, "board": 2, "aggregator": 3}
"""Whose word counts: the employer's own board and page before those who copy from it."""


class Verdict(NamedTuple):
    """A state, what shows it, and whether anybody answered (a login wall or no network did not)."""

    status: OpenState
    evidence: str
    answered: bool = True


def settled(posting: JobPosting, now: datetime) -> Verdict | None:
    """Return what is known of a posting without asking anybody, None where one has to ask."""
    if posting.sample:
        return Verdict("unknown", say("jobs.sample_open"))
    if posting.expires_at is not None and posting.expires_at < now:
        return Verdict("closed", say("jobs.last_day", on=posting.expires_at.date()))
    if not addresses(posting):
        return Verdict("unknown", say("jobs.no_address"), False)
    return None


def check(posting: JobPosting, http: Http, now: datetime) -> Verdict:
    """Return the state and its evidence; asks the posting's own pages, the employer's first.

    An answer that proves nothing (no network, a login wall, 403) is `unknown`, never `closed`. That
    an aggregator has no page any more closes a posting only where no other page shows it.
    """
    known = settled(posting, now)
    if known is not None:
        return known
    found: list[Verdict] = []
    for rank, url in addresses(posting)[:MOST_PAGES]:
        verdict = _by_page(posting, url, http, now)
        # Whoever copies it keeps a page for long: the employer's own word is the last one.
        if verdict.status != "unknown" and rank <= _RANKS["page"]:
            return verdict
        found.append(verdict)
    order = ("open", "closed", "unknown")
    return min(found, key=lambda verdict: (order.index(verdict.status), not verdict.answered))


def addresses(posting: JobPosting) -> list[tuple[int, str]]:
    """Return the addresses of a posting with the rank of who is behind each, the best first."""
    ranked: dict[str, int] = {}
    for source in posting.sources:
        if source.url:
            ranked.setdefault(source.url, _rank(source.source))
    if posting.apply_url and posting.apply_url not in ranked:
        ranked[posting.apply_url] = 0 if _on_ats(posting.apply_url) else _RANKS["page"]
    return sorted((rank, url) for url, rank in ranked.items())


def boards_of(posting: JobPosting) -> list[tuple[str, str, str]]:
    """Return the employers' boards that must list a posting while it is open: the source, the
    board's token there, and the posting's id on it."""
    found: list[tuple[str, str, str]] = []
    employer = find_employer(posting.company or "")
    for source in posting.sources:
        if source.source not in REGISTRY:
            continue
        kind = source_class(source.source)
        board = kind.board_of(source.url) if source.url else None
        if board is None and employer is not None and employer.source == source.source:
            # Its postings have addresses on the employer's own site.
            board = employer.board
        if Capability.LIVENESS in kind.info.capabilities and board:
            found.append((source.source, board, source.external_id))
    return found


def _rank(source: str) -> int:
    # What a person pasted, and a source that is no more, is read as a page of its own.
    return _RANKS[source_class(source).info.kind] if source in REGISTRY else _RANKS["page"]


def _on_ats(url: str) -> bool:
    return any(
        source_class(name).info.kind == "ats" and source_class(name).board_of(url)
        for name in REGISTRY
    )


def _by_page(posting: JobPosting, url: str, http: Http, now: datetime) -> Verdict:
    try:
        answer = http.get(url)
    except NotFound as exc:
        return Verdict("closed", exc.message)
    except JobTrackerError as exc:
        return Verdict("unknown", exc.message, False)
    if _moved_to_root(url, answer.url):
        return Verdict("closed", say("jobs.moved", url=answer.url[:200]))
    page = answer.text
    text = plain(page[:_TEXT_CHARS])
    if said := closing_words(text, posting.description):
        return Verdict("closed", say("jobs.page_says", said=said))
    return _by_content(page, posting, answer.url, text, now)


def _moved_to_root(asked: str, got: str) -> bool:
    """A redirect to a shorter path on the same site is how boards answer for removed postings."""
    before, after = urlsplit(asked), urlsplit(got)
    if before.path.rstrip("/") == after.path.rstrip("/"):
        return False
    short = [part for part in after.path.split("/") if part]
    long = [part for part in before.path.split("/") if part]
    return len(short) < len(long) and long[: len(short)] == short


def _by_content(page: str, posting: JobPosting, url: str, text: str, now: datetime) -> Verdict:
    from jobtracker.jobs.sources.page import Page

    try:
        rows = Page.parse(page[:_PAGE_CHARS], url)
    except JobTrackerError:
        rows = []
    ends = [row.expires_at for row in rows if row.expires_at is not None]
    if ends and max(ends) < now:
        return Verdict("closed", say("jobs.page_until", on=max(ends).date()))
    if rows or posting.title.casefold() in text.casefold():
        return Verdict("open", say("jobs.page_shows", url=url[:200]))
    return Verdict("unknown", say("jobs.page_answers", url=url[:200]))
