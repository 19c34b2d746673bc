"""Job alerts that boards send by e-mail: the route that works for every board, also closed ones.

Of a mail only the links to the board's own postings are read, with the words that stand at them:
title, employer, place, pay. Nothing is fetched, and nothing else in the mail is acted upon.
"""

# ruff: noqa: E501 (a table of patterns)
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import Parser
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jobtracker.core.errors import BadInput, NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import fields

MAX_CHARS = 2_000_000
MAX_POSTINGS = 200
_HEADER = re.compile(
    r"\A(?:>?From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9\-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.M
)
_FROM = re.compile(r"^From:[^\n]*@", re.M | re.I)


@dataclass(frozen=True)
class _Board:
    """A board's alerts: who sends them, and what a link to a posting looks like.

    The group of `link` is the posting's number; `page` is its address without what tracks.
    """

    source: str
    senders: tuple[str, ...]
    link: re.Pattern[str]
    page: str
    prefix: str = ""


def _board(source: str, senders: str, link: str, page: str, prefix: str = "") -> _Board:
    return _Board(source, tuple(senders.split()), re.compile(link, re.I), page, prefix)


_BOARDS = (
    _board("linkedin", "linkedin.com", r"//(?:[\w-]+\.)?linkedin\.com/(?:comm/)?jobs/view/(?:[\w%-]*-)?(\d{5,})",
           "https://www.linkedin.com/jobs/view/{id}", "li-"),
    _board("indeed", "indeed.com indeed.ch", r"//(?:[\w-]+\.)?indeed\.(?:com|ch)/[^\s]*?[?&]jk=([0-9a-f]{8,20})",
           "https://www.indeed.com/viewjob?jk={id}"),
    _board("glassdoor", "glassdoor.com glassdoor.ch glassdoor.de",
           r"//(?:[\w-]+\.)?glassdoor\.\w+/[^\s]*?(?:jobListingId|jl)=(\d{5,})",
           "https://www.glassdoor.com/job-listing/j?jl={id}", "gd-"),
    _board("ziprecruiter", "ziprecruiter.com", r"//(?:[\w-]+\.)?ziprecruiter\.com/(?:ekm|km|k/l|jobs?|c)/([\w~%-]{6,})",
           "https://www.ziprecruiter.com/km/{id}"),
    _board("dice", "dice.com", r"//(?:[\w-]+\.)?dice\.com/job-detail/([0-9a-f-]{20,})",
           "https://www.dice.com/job-detail/{id}"),
    _board("monster", "monster.com monster.ch monster.de",
           r"//(?:[\w-]+\.)?monster\.\w+/(?:job-openings|stellenangebote?|jobs?)/[\w%-]*?([0-9a-f]{8}-[0-9a-f-]{27}|\d{6,})",
           "https://www.monster.com/job-openings/{id}"),
    _board("wellfound", "wellfound.com angel.co", r"//(?:[\w-]+\.)?(?:wellfound\.com|angel\.co)/(?:l/|company/[\w-]+/)?jobs?/(\d{4,})",
           "https://wellfound.com/jobs/{id}"),
    _board("xing", "xing.com", r"//(?:[\w-]+\.)?xing\.com/jobs/[\w%-]*?-?(\d{6,})",
           "https://www.xing.com/jobs/{id}"),
    _board("seek", "seek.com.au seek.co.nz", r"//(?:[\w-]+\.)?seek\.co(?:m\.au|\.nz)/job/(\d{5,})",
           "https://www.seek.com.au/job/{id}"),
    _board("jobsch", "jobs.ch jobup.ch", r"//(?:[\w-]+\.)?job(?:s|up)\.ch/[^\s]*?/detail/([0-9a-f-]{20,})",
           "https://www.jobs.ch/en/vacancies/detail/{id}/"),
    _board("jobscout24", "jobscout24.ch", r"//(?:[\w-]+\.)?jobscout24\.ch/[^\s]*?/([0-9a-f-]{20,}|\d{5,})",
           "https://www.jobscout24.ch/en/job/{id}/"),
    _board("jobroom", "job-room.ch", r"//(?:[\w-]+\.)?job-room\.ch/job-search/([0-9a-f-]{20,})",
           "https://www.job-room.ch/job-search/{id}"),
)  # fmt: skip
_NO_TITLE = re.compile(
    r"(?:view|see|show|open|read|learn)(?: (?:all|more|this|the|full|similar|your))?"
    r"(?: (?:jobs?|details?|postings?|more|descriptions?|matches|alerts?))?|"
    r"(?:easy |quick |1-click )?apply(?: now| here| easily)?(?: (?:on|with|at) .{1,30})?|"
    r"more|details?|save(?: job)?|job details?|new|jobs?|unsubscribe|"
    r"(?:jetzt |direkt )?(?:ansehen|anzeigen|bewerben|merken|abmelden)|zum (?:inserat|job)|"
    r"mehr(?: erfahren)?|(?:stelle|job|inserat)s? (?:ansehen|anzeigen|merken)|jobdetails|"
    r"voir(?: .{1,20})?|postuler|consulter|afficher|en savoir plus|vedi(?: .{1,20})?|candidati|"
    r"visualizza(?: .{1,20})?|scopri(?: di più)?",
    re.I,
)
_PAY = re.compile(
    r"(?:[$€£]|\b(?:CHF|EUR|USD|GBP|Fr\.))\s?\d|\d\s?(?:k|'\d{3})\b|per (?:hour|year)", re.I
)
_SEPARATED = re.compile(r"\s+[·•|–—]\s+|\s+-\s+")
_AGO = re.compile(
    r"\b\d+\+? ?\w+ ago\b|\bvor \d|\bil y a \d|\d \w+ fa$|^(?:today|yesterday|heute|gestern|new|neu|"
    r"just posted|promoted|actively (?:hiring|recruiting)|be an early applicant)$",
    re.I,
)


@dataclass
class _Found:
    """A posting's link in the mail, and the lines that stand at it."""

    url: str
    title: str = ""
    lines: list[str] = field(default_factory=list[str])


def is_mail(text: str) -> bool:
    """Tell whether a text is an e-mail with its header lines."""
    head = _HEADER.match(text.replace("\r\n", "\n")[:100_000].lstrip("\n"))
    return head is not None and _FROM.search(head[0]) is not None


def postings_of_mail(text: str) -> list[RawPosting]:
    """Return the postings that a board's job alert names. Safe to run in a worker process.

    Raises:
        BadInput: no known board sends such mails, or the mail was found to be forged.
        NotFound: the mail names no posting.
    """
    mail = Parser(policy=policy.default).parsestr(text[:MAX_CHARS].lstrip("\r\n"))
    address = parseaddr(str(mail.get("From", "")))[1]
    sender = address.rpartition("@")[2].lower() if "@" in address else ""
    board = next((b for b in _BOARDS if any(_within(sender, domain) for domain in b.senders)), None)
    if board is None:
        raise BadInput(
            f"text: mails of {sender[:60] or 'no sender'} are no job alerts of a known board; "
            "give the address or the text of a posting"
        )
    if _forged(mail, board):
        raise BadInput(f"text: the mail says it is of {sender} but its signature failed")
    found: dict[str, _Found] = {}
    for number, told in _links(mail, board):
        held = found.setdefault(number, told)
        held.title = held.title or told.title
        held.lines = held.lines or told.lines
    sent = _sent(mail)
    rows = [_posting(board, number, one, sent) for number, one in found.items() if one.title]
    if not rows:
        raise NotFound(f"the mail of {sender} names no posting; give a posting's address or text")
    return rows[:MAX_POSTINGS]


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _forged(mail: EmailMessage, board: _Board) -> bool:
    """Whether a mail server noted that the board's own signature does not hold."""
    for value in mail.get_all("Authentication-Results", []):
        for told in re.finditer(r"\bdkim=(\w+)[^;]*", str(value), re.I):
            domain = re.search(r"header\.(?:d|i)=@?([\w.\-]+)", told[0])
            ours = domain is None or any(_within(domain[1].lower(), d) for d in board.senders)
            if ours and told[1].lower() == "fail":
                return True
    return False


def _sent(mail: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError):
        return None
    return sent if sent.tzinfo else None


def _links(mail: EmailMessage, board: _Board) -> Iterator[tuple[str, _Found]]:
    page = mail.get_body(("html",))
    plain = mail.get_body(("plain",))
    if page is not None:
        yield from _of_page(_content(page), board)
    if plain is not None:
        yield from _of_text(_content(plain), board)


def _content(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError):
        raw = part.get_payload(decode=True) or b""
        return raw.decode("utf-8", "replace")


def _number(url: str, board: _Board) -> tuple[str, str] | None:
    """Return a posting's number and link; a tracking link carries the board's own in a value."""
    for candidate in (url, *_carried(url)):
        host = (urlsplit(candidate).hostname or "").lower()
        found = board.link.search(candidate)
        # The pattern starts at the host, so a link elsewhere that only mentions the board is out.
        if found and candidate[: found.start()].lower() in {"http:", "https:"} and host:
            return found[1], candidate
    return None


def _carried(url: str) -> list[str]:
    try:
        values = [value for held in parse_qs(urlsplit(url).query).values() for value in held]
    except ValueError:
        return []
    return [unquote(value) for value in values if value.lower().startswith(("http:", "https:"))]


def _of_page(text: str, board: _Board) -> Iterator[tuple[str, _Found]]:
    """Yield the links of an HTML mail, each with the lines up to the next posting's link."""
    from jobtracker.jobs.sources.shapes import html_of

    current: _Found | None = None
    number = ""
    for kind, said, url in _told(html_of("the e-mail", text)):
        found = _safe_number(url, board) if kind == "link" else None
        if found is not None:
            if current is None or found[0] != number:
                if current is not None:
                    yield number, current
                number, current = found[0], _Found(found[1])
            if not current.title and said and not _NO_TITLE.fullmatch(said):
                lines = [line.strip() for line in said.split("\n") if line.strip()]
                current.title, current.lines = lines[0], lines[1:]
        elif current is not None and current.title and kind == "text" and said:
            current.lines.append(said)
    if current is not None:
        yield number, current


def _safe_number(url: str, board: _Board) -> tuple[str, str] | None:
    try:
        return _number(url, board)
    except ValueError:
        return None


_BLOCK = frozenset({"td", "tr", "table", "div", "p", "li", "ul", "h1", "h2", "h3", "h4", "br"})
_SKIP = frozenset({"script", "style", "head", "title"})


def _told(tree: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the page in reading order: links with their words, other words by lines."""
    words: list[str] = []

    def line() -> Iterator[tuple[str, str, str]]:
        said = " ".join(" ".join(words).split())
        words.clear()
        if said:
            yield "text", said, ""

    pending: list[tuple[Any, bool]] = [(tree, False)]
    while pending:
        node, tail = pending.pop()
        if tail:
            words.append(node.tail or "")
            continue
        pending.append((node, True))
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _SKIP:
            continue
        if tag == "a" and node.get("href"):
            yield from line()
            yield "link", _by_lines(node), str(node.get("href")).strip()
            continue
        if tag in _BLOCK:
            yield from line()
        words.append(node.text or "")
        pending += [(child, False) for child in reversed(node)]
    yield from line()


def _by_lines(link: Any) -> str:
    parts: list[str] = []
    for node in link.iter():
        if isinstance(node.tag, str) and node.tag in _BLOCK:
            parts.append("\n")
        parts += [node.text or "" if isinstance(node.tag, str) else ""]
        if node is not link:
            parts.append(node.tail or "")
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return "\n".join(line for line in lines if line)


def _of_text(text: str, board: _Board) -> Iterator[tuple[str, _Found]]:
    """Yield the links of a plain mail, each with the lines above it since the one before."""
    block: list[str] = []
    for line in text.splitlines():
        said = " ".join(line.split())
        url = re.search(r"https?://[^\s<>]+", said)
        found = _safe_number(url[0], board) if url else None
        if found is not None:
            before = [one for one in block if one and not _NO_TITLE.fullmatch(one)]
            if before:
                yield found[0], _Found(found[1], before[0], before[1:])
            block = []
        elif re.fullmatch(r"[-=_*~ ]{3,}", said):
            block = []  # a rule parts postings
        elif url is None:
            block = _after_gap(block) if not said else [*block, said]


def _after_gap(block: list[str]) -> list[str]:
    """An empty line ends an introduction: one sentence, which no posting's first line is."""
    return [] if len(block) == 1 and block[0].endswith((":", ".", "!")) else block


def _posting(board: _Board, number: str, found: _Found, sent: datetime | None) -> RawPosting:
    company, place, pay = _about(found.lines)
    page = board.page.format(id=number)
    return RawPosting(
        source=board.source,
        external_id=f"{board.prefix}{number}",
        title=found.title[:300],
        company=company,
        url=page,
        apply_url=page,
        places=fields.places(fields.place(place) if place else None),
        work_mode=fields.mode_of(" ".join(found.lines[:3])),
        salary_text=pay,
        posted_at=sent,
        original={"link": found.url[:2000], "lines": found.lines[:12]},
    )


def _about(lines: list[str]) -> tuple[str | None, str, str]:
    """Return employer, place and pay of the lines under a title."""
    pay = next((line for line in lines[:6] if _PAY.search(line)), "")
    told = [line for line in lines[:5] if line != pay and not _NO_TITLE.fullmatch(line)]
    told = [line for line in told if not _AGO.search(line)]
    if not told:
        return None, "", pay
    parts = [part for part in _SEPARATED.split(told[0]) if part.strip()]
    if len(parts) > 1:
        return parts[0].strip()[:200], _bare(parts[1]), pay
    place = _bare(told[1]) if len(told) > 1 and len(told[1]) <= 60 else ""
    return told[0][:200], place, pay


def _bare(place: str) -> str:
    """A place without what is said of the work mode: “Zurich (Hybrid)”."""
    return re.sub(r"\s*\((?:hybrid|remote|on-?site|vor ort)\)\s*$", "", place.strip(), flags=re.I)
