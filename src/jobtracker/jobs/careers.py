"""Which employer's board is behind an address: by the address, or by what the page embeds.

A careers page of an employer's own site mostly shows a board of a vendor: by a script, a frame, or
links. The first board that a page names most often is taken.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import html
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

from jobtracker.jobs.sources import REGISTRY, source_class

Board = tuple[str, str]
"""A source and an employer's token there."""
MAX_CHARS = 2_000_000
MAX_URLS = 5_000
_URL = re.compile(r"""(?:https?:)?//[^\s"'<>\\)\]}|^`]{4,500}""")
# Addresses that name a board and are not those of its pages: scripts, frames and interfaces that
# careers pages embed. The group is the employer's token.
_EMBEDDED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (source, re.compile(pattern, re.I))
    for source, pattern in (
        (
            "greenhouse",
            r"greenhouse\.io/embed/job_(?:board|app)(?:/js)?\?(?:[^#]*&)?for=([\w.\-]+)",
        ),
        ("greenhouse", r"boards-api\.greenhouse\.io/v1/boards/([\w.\-]+)"),
        ("lever", r"api(?:\.eu)?\.lever\.co/v0/postings/([\w.\-]+)"),
        ("ashby", r"api\.ashbyhq\.com/posting-api/job-board/([\w.%\-]+)"),
        ("smartrecruiters", r"api\.smartrecruiters\.com/v1/companies/([\w.\-]+)/postings"),
        ("workable", r"workable\.com/(?:api/accounts|api/v\d/(?:widget/)?accounts)/([\w.\-]+)"),
        ("workable", r"//([\w\-]+)\.workable\.com(?:/|$)"),
        ("jazzhr", r"app\.jazz\.co/widgets/basic/create/([\w\-]+)"),
        ("paylocity", r"recruiting\.paylocity\.com/.*?([0-9a-f]{8}-[0-9a-f-]{27})"),
    )
)
# What scripts are told rather than called by: `data-`attributes and settings.
_TOLD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("smartrecruiters", re.compile(r"""company_code["']?\s*[:=]\s*["']([\w.\-]+)["']""", re.I)),
    ("ashby", re.compile(r"""__jobBoardOrganization["']?\s*[:=]\s*["']([\w.\-]+)["']""", re.I)),
)
_NO_BOARD = frozenset({
    "www", "api", "apply", "app", "jobs", "careers", "career", "boards", "board", "static", "cdn",
    "assets", "help", "support", "embed", "about", "blog", "developers", "js", "css", "img",
    "images", "widget", "widgets", "favicon.ico", "robots.txt",
})  # fmt: skip
"""What stands where a token could, on vendors' own pages."""


def board_of_url(url: str) -> Board | None:
    """Return the source and the board that an address names; one of several vendors' forms."""
    for source, pattern in _EMBEDDED:
        if (found := pattern.search(url)) and found[1].lower() not in _NO_BOARD:
            return source, unquote(found[1])
    for name in REGISTRY:
        board = source_class(name).board_of(url)
        if board and board.split("/")[0].lower() not in _NO_BOARD:
            return name, board
    return None


def boards_in(page: str) -> list[Board]:
    """Return the boards that a page embeds or links to, the one named most often first."""
    text = html.unescape(page[:MAX_CHARS]).replace("\\/", "/").replace("\\u002F", "/")
    found: Counter[Board] = Counter()
    for count, match in enumerate(_URL.finditer(text)):
        if count >= MAX_URLS:
            break
        url = match[0] if match[0].startswith("http") else f"https:{match[0]}"
        if board := _safe(url):
            found[board] += 1
    for source, pattern in _TOLD:
        found.update((source, told[1]) for told in pattern.finditer(text))
    return [board for board, _ in found.most_common()]


def is_posting(url: str) -> bool:
    """Tell whether an address on a board is that of one posting rather than of the board."""
    parts = urlsplit(url)
    if re.search(r"(?:^|&)(?:gh_jid|token|job|rid)=\w", parts.query):
        return True
    return (
        re.search(
            r"/jobs?/(?:details/)?[\w\-.]*\d|/o/[\w\-]+|/p/[\w\-]+|/j/\w+|/careers/\d+|/details/\w|"
            r"[0-9a-f]{8}-[0-9a-f-]{27}(?:/apply(?:lication)?)?$|/\d{6,}|jobdetail|/job/.+",
            parts.path + ("" if parts.hostname != "recruiting.paylocity.com" else "/x"),
            re.I,
        )
        is not None
        and "/Jobs/All/" not in parts.path
    )


def _safe(url: str) -> Board | None:
    try:
        return board_of_url(url)
    except ValueError:
        return None
