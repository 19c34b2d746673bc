"""Any page with a schema.org JobPosting, in each of its syntaxes: https://schema.org/JobPosting."""

# A page has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from jobtracker.core.errors import ContractChanged, NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import port, schema_org, structured
from jobtracker.jobs.sources.port import Capability, Fetcher, Query, Row, Source, SourceInfo


class Page(Source):
    """Careers pages of anyone, one URL at a time."""

    info = SourceInfo(
        name="page",
        title="Careers page",
        kind="page",
        auth="none",
        terms_url="https://schema.org/JobPosting",
        limits="one page at a time, given by the person",
        status="works",
        capabilities=frozenset({Capability.PARSE}),
    )

    async def pages(self, http: Fetcher, query: Query) -> AsyncIterator[list[RawPosting]]:
        """Read the page whose URL is the query's `board`."""
        answer = await http.aget(query.board)
        yield self.parse(answer.text, answer.url)

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """HTML text, or JSON that is schema.org's own."""
        if isinstance(payload, str):
            return bool(re.search(r"<(!doctype|html|head|body|script|div)\b", payload[:5000], re.I))
        return bool(structured.items_in(payload, schema_org.KIND))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page (text) or JSON-LD; `board` is the page's URL, where known."""
        if isinstance(payload, str):
            tree = port.html_of("the page", payload)
            rows, board = structured.items_of(tree, schema_org.KIND), board or _home(tree)
        else:
            rows = structured.items_in(payload, schema_org.KIND)
        if not rows:
            raise NotFound(
                "the page holds no schema.org JobPosting; paste its text instead (import_job text)"
            )
        found = port.parse_rows("the page", rows, lambda row: schema_org.posting(row, board))
        return schema_org.told_apart(found)


class ByPage(Source):
    """A board without an interface: the page of a posting is read, when its address is given."""

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Read a posting's own page, by its JSON-LD."""
        return Page.parse(payload, board)


def _home(tree: Any) -> str:
    """Return the URL that a page without a known one says it has."""
    for path in (".//link[@rel='canonical']/@href", ".//meta[@property='og:url']/@content"):
        found = tree.xpath(path)
        if found and re.match(r"https?://\S+$", str(found[0])):
            return str(found[0])
    return ""


def posting_page(title: str, text: str, url: str, body_class: str = "") -> RawPosting:
    """Return the posting on a board's own page: its JSON-LD, else the part with a CSS class.

    Raises:
        ContractChanged: the page has neither; `title` is the board's.
    """
    from lxml.html import tostring

    tree = port.html_of(title, text)
    rows: list[Row] = structured.items_of(tree, schema_org.KIND)
    parsed = port.parse_rows(title, rows, lambda row: schema_org.posting(row, url)) if rows else []
    if parsed and parsed[0].text:
        return parsed[0]
    wanted = f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {body_class} ')]"
    found = tree.xpath(wanted) if body_class else []
    if not found:
        missing = f"JSON-LD nor .{body_class}" if body_class else "JSON-LD"
        raise ContractChanged(f"{title}: the posting's page has no {missing}")
    base = parsed[0] if parsed else RawPosting(source="page", external_id=url, title="-")
    body = str(tostring(found[0], encoding="unicode", with_tail=False))
    return base.model_copy(update={"text": body})
