"""Whether a posting can still be applied to, and what shows it."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobtracker.core.errors import JobTrackerError, NotFound
from jobtracker.jobs.model import JobPosting, OpenState
from jobtracker.jobs.text import plain

if TYPE_CHECKING:
    from jobtracker.core.http import Http

_GONE = re.compile(
    r"no longer (?:accepting|available|open|active|taking)|(?:position|job|role|vacancy) (?:has been|is|was) "
    r"(?:filled|closed|removed|expired)|(?:this|the) (?:job|posting|position|vacancy) (?:posting )?"
    r"(?:has )?(?:expired|closed)|applications? (?:are|is) (?:now )?closed|"
    r"nicht mehr (?:verfügbar|aktiv|online|ausgeschrieben|offen)|stelle (?:ist|wurde) (?:bereits )?"
    r"(?:besetzt|vergeben)|(?:inserat|anzeige) (?:ist )?abgelaufen|"
    r"n['’]est plus (?:disponible|en ligne|d['’]actualité)|(?:offre|poste) (?:est )?(?:pourvue?|expirée?|clôturée?)|"
    r"non (?:è|e) più (?:disponibile|attiv[oa]|online)|(?:posizione|annuncio) (?:è )?(?:chius[oa]|scadut[oa])",
    re.I,
)


def check(posting: JobPosting, http: Http, now: datetime) -> tuple[OpenState, str]:
    """Return the state and its evidence; asks the posting's own page.

    An answer that proves nothing (no network, a login wall, 403) is `unknown`, never `closed`.
    """
    if posting.sample:
        return "unknown", "a sample, not a real vacancy: there is nothing to apply to"
    if posting.expires_at is not None and posting.expires_at < now:
        return "closed", f"its last day was {posting.expires_at.date().isoformat()}"
    url = next((u for u in (posting.apply_url, *(s.url for s in posting.sources)) if u), None)
    if url is None:
        return "unknown", "the posting has no address that could be asked"
    try:
        answer = http.get(url)
    except NotFound as exc:
        return "closed", exc.message
    except JobTrackerError as exc:
        return "unknown", exc.message
    moved = _moved_to_root(url, answer.url)
    if moved:
        return "closed", f"its page leads to {answer.url[:200]} now: it was taken off the board"
    text = plain(answer.text[:400_000])
    if found := _GONE.search(text):
        return "closed", f"its page says “{' '.join(found[0].split())}”"
    return _by_page(answer.text, posting, answer.url, text, now)


def _moved_to_root(asked: str, got: str) -> bool:
    """A redirect to a shorter path on the same site is how boards answer for removed postings."""
    before, after = urlsplit(asked), urlsplit(got)
    if before.path.rstrip("/") == after.path.rstrip("/"):
        return False
    short = [part for part in after.path.split("/") if part]
    long = [part for part in before.path.split("/") if part]
    return len(short) < len(long) and long[: len(short)] == short


def _by_page(
    page: str, posting: JobPosting, url: str, text: str, now: datetime
) -> tuple[OpenState, str]:
    from jobtracker.jobs.sources.page import Page

    try:
        rows = Page.parse(page[:2_000_000], url)
    except JobTrackerError:
        rows = []
    ends = [row.expires_at for row in rows if row.expires_at is not None]
    if ends and max(ends) < now:
        return "closed", f"its page says it was open until {max(ends).date().isoformat()}"
    if rows or posting.title.lower() in text.lower():
        return "open", f"its page {url[:200]} shows it"
    return "unknown", f"its page {url[:200]} answers, but does not show the title"
