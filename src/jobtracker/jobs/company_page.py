"""What a company's careers page says of it: quoted, bounded, each fact with the page's address."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from jobtracker import __version__
from jobtracker.core.errors import JobTrackerError
from jobtracker.core.identity import SHARED_USER
from jobtracker.core.speech import say
from jobtracker.jobs.careers import board_of_url
from jobtracker.jobs.model import JobPosting
from jobtracker.jobs.sources import REGISTRY, source_class
from jobtracker.jobs.text import one_line, without_traps

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core

PAGE_CHARS = 1_000_000
MAX_FACTS = 8
KEPT_SECONDS = 6 * 3600.0
_READ = "careers page"
QUOTED = 240
_ORGANISATIONS = frozenset(
    {"Organization", "Corporation", "LocalBusiness", "NGO", "EducationalOrganization"}
)
_FIELDS = (
    ("description", "jobs.describes"), ("slogan", "jobs.says"),
    ("foundingDate", "jobs.founded"), ("numberOfEmployees", "jobs.employs"),
    ("industry", "jobs.works_in"), ("address", "jobs.has_address"),
)  # fmt: skip


def careers_page(postings: Sequence[JobPosting]) -> str | None:
    """Return the page that lists a company's postings, by the addresses of those that are kept.

    None where they are all known from aggregators, whose pages are not the company's own.
    """
    lists: Counter[str] = Counter()
    for posting in postings:
        for source in posting.sources:
            kind = source_class(source.source).info.kind if source.source in REGISTRY else "page"
            if source.url and kind in {"ats", "page"}:
                lists[_above(source.url)] += 1
    return lists.most_common(1)[0][0] if lists else None


def _above(url: str) -> str:
    """Return the list above a posting: the board's page, or the folder it lies in."""
    parts = urlsplit(url)
    folders = [folder for folder in parts.path.split("/") if folder]
    known = board_of_url(url)
    if known is not None:
        _, board = known
        kept = folders[: folders.index(board) + 1] if board in folders else []
    else:
        kept = folders[:-1]
    return f"{parts.scheme}://{parts.netloc}/{'/'.join(kept)}"


def read_careers_page(core: Core, user: str, url: str) -> tuple[str, list[str]]:
    """Fetch a page and return its final address and what it says, in quotation marks.

    What was read is kept for some hours, for whoever asks next; of many at once one fetches.

    Raises:
        JobTrackerError: it cannot be fetched or read; the message says why.
    """

    def read() -> bytes:
        answer = core.http.get(url)
        # A page of strangers is parsed in a process with bounds of memory and time.
        task, page = "reading the careers page", answer.text[:PAGE_CHARS]
        facts = core.workers.run(task, facts_of_page, page, user=user, safe=True)
        return json.dumps([answer.url, facts]).encode()

    kept = core.cache.get_or_make(SHARED_USER, _READ, f"{__version__} {url}", read, KEPT_SECONDS)
    where, facts = cast("tuple[str, list[_Fact]]", json.loads(kept))
    # A worker knows no language that is spoken: it gives codes and quotations.
    return where, [say(code, value=", ".join(quoted), values=quoted) for code, quoted in facts]


_Fact = tuple[str, list[str]]


def facts_of_page(page: str) -> list[_Fact]:
    """Return what a page says of the organisation behind it; it is quoted and never obeyed."""
    from jobtracker.jobs.sources.port import html_of

    try:
        tree = html_of("the careers page", page)
    except JobTrackerError:
        return []
    facts: list[_Fact] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            facts += _of_organisation(script.text or "")
    described = tree.xpath("//meta[@name='description' or @property='og:description']/@content")
    facts += [("jobs.says", [_quoted(text)]) for text in described[:1] if _quoted(text)]
    heads = [_quoted(head.text_content()) for head in tree.xpath("//h1 | //h2")[:40]]
    named = [head for head in dict.fromkeys(heads) if head][:4]
    if named:
        facts.append(("jobs.speaks_of", named))
    return [fact for at, fact in enumerate(facts) if fact not in facts[:at]][:MAX_FACTS]


def _of_organisation(text: str) -> list[_Fact]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    facts: list[_Fact] = []
    for row in _organisations(found, 0):
        for name, code in _FIELDS:
            value = _plain(row.get(name))
            if value:
                facts.append((code, [value]))
    return facts


def _organisations(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 12:
        return
    if isinstance(value, list):
        for one in cast("list[Any]", value)[:200]:
            yield from _organisations(one, depth + 1)
    elif isinstance(value, dict):
        row = cast("dict[str, Any]", value)
        kinds = row.get("@type")
        named = {kinds} if isinstance(kinds, str) else set(map(str, kinds or []))
        if named & _ORGANISATIONS:
            yield row
        for key in ("@graph", "hiringOrganization", "publisher", "mainEntity"):
            yield from _organisations(row.get(key), depth + 1)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        row = cast("dict[str, Any]", value)
        parts = [
            row.get(key)
            for key in ("value", "minValue", "maxValue", "streetAddress", "postalCode",
                        "addressLocality", "addressCountry")
        ]  # fmt: skip
        joined = " ".join(str(part) for part in parts if isinstance(part, str | int | float))
        return _quoted(joined)
    return _quoted(str(value)) if isinstance(value, str | int | float) else ""


def _quoted(text: str) -> str:
    short = one_line(without_traps(one_line(text, 2000)), QUOTED)
    return f"“{short}”" if short else ""
