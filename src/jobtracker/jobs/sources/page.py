"""Any page with a schema.org JobPosting: https://schema.org/JobPosting (JSON-LD and microdata).

Read with lxml and json. `extruct` gives the same but imports an RDF stack: 0.8 s against 0.05 s.
"""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from jobtracker.core.errors import NotFound
from jobtracker.jobs.model import JobPlace, RawPosting, Salary
from jobtracker.jobs.sources import port
from jobtracker.jobs.sources.port import Capability, Query, Row, Source, SourceInfo

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from jobtracker.core.http import Http

MAX_DEPTH = 40


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

    async def fetch(self, http: Http, query: Query) -> list[RawPosting]:
        """Read the page whose URL is the query's `board`."""
        answer = await http.aget(query.board)
        return self.parse(answer.text, answer.url)

    @classmethod
    def detects(cls, payload: Any) -> bool:
        """HTML text, or JSON that is schema.org's own."""
        if isinstance(payload, str):
            return bool(re.search(r"<(!doctype|html|head|body|script|div)\b", payload[:5000], re.I))
        return any(True for _ in _postings(payload))

    @classmethod
    def parse(cls, payload: Any, board: str = "") -> list[RawPosting]:
        """Translate a page (text) or JSON-LD; `board` is the page's URL, where known."""
        if not isinstance(payload, str):
            rows = list(_postings(payload))
        else:
            rows = _rows_of_page(payload, board)
        if not rows:
            raise NotFound(
                "the page holds no schema.org JobPosting; paste its text instead (import_job text)"
            )
        return port.parse_rows("the page", rows, lambda row: _posting(row, board))


def _rows_of_page(text: str, url: str) -> list[Row]:
    tree = port.html_of("the page", text)
    rows: list[Row] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            rows += _postings(_tolerant(script.text or ""))
    if not rows:
        rows = [_item(node) for node in _roots(tree)]
    canonical = tree.find(".//link[@rel='canonical']")
    shared = tree.find(".//meta[@property='og:url']")
    said = canonical.get("href") if canonical is not None else None
    said = said or (shared.get("content") if shared is not None else None)
    home = url or str(said or "")
    for row in rows:
        row.setdefault("_page", home)
    return rows


def _tolerant(text: str) -> Any:
    """Read JSON-LD as pages write it: in comments, with raw line breaks and stray commas."""
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*<!\[CDATA\[\*/)", "", text.strip())
    text = re.sub(r"(?:-->|//\s*\]\]>|/\*\]\]>\*/)\s*$", "", text).strip().rstrip(";")
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _kinds(node: Row) -> set[str]:
    kinds = port.texts_of(node.get("@type"))
    return {kind.rsplit("/", 1)[-1] for kind in kinds}


def _postings(node: Any, depth: int = 0) -> Iterator[Row]:
    """Yield every JobPosting in a JSON-LD value, wherever it is nested."""
    if depth > MAX_DEPTH:
        return
    if isinstance(node, list):
        for child in cast("list[Any]", node):
            yield from _postings(child, depth + 1)
    elif isinstance(node, dict):
        row = cast("Row", node)
        if "JobPosting" in _kinds(row):
            yield dict(row)
            return
        for child in row.values():
            if isinstance(child, dict | list):
                yield from _postings(child, depth + 1)


def _roots(tree: HtmlElement) -> list[HtmlElement]:
    return [
        node
        for node in tree.iter()
        if isinstance(node.tag, str) and (node.get("itemtype") or "").endswith("/JobPosting")
    ]


def _item(node: HtmlElement) -> Row:
    """Return the properties of a microdata item, nested items as objects."""
    row: Row = {"@type": (node.get("itemtype") or "").rsplit("/", 1)[-1]}
    pending: list[HtmlElement] = list(node)
    while pending:
        child = pending.pop(0)
        if not isinstance(child.tag, str):
            continue
        names = (child.get("itemprop") or "").split()
        nested = child.get("itemscope") is not None
        if names:
            value: Any = _item(child) if nested else _value(child)
            for name in names:
                held = row.get(name)
                row[name] = (
                    value
                    if held is None
                    else [*(held if isinstance(held, list) else [held]), value]
                )
        if not nested:
            pending = [*child, *pending]
    return row


def _value(node: HtmlElement) -> str:
    for attribute in ("content", "datetime", "href", "src"):
        if node.get(attribute) is not None:
            return str(node.get(attribute))
    from lxml.html import tostring

    if not len(node):
        return str(node.text or "")
    return str(tostring(node, encoding="unicode", with_tail=False))


def _posting(row: Row, url: str) -> RawPosting:
    organisation = row.get("hiringOrganization")
    company = organisation if isinstance(organisation, str) else _text(organisation, "name")
    page = _link(row.get("url"), url) or str(row.get("_page") or "") or url or None
    identifier = row.get("identifier")
    requisition = _text(identifier, "value") or (
        str(identifier) if isinstance(identifier, str) else ""
    )
    required = _named(row.get("applicantLocationRequirements"))
    remote = "TELECOMMUTE" in str(row.get("jobLocationType") or "").upper()
    spots = [_spot(node) for node in _many(row.get("jobLocation"))]
    if remote or not any(spots):
        spots += [port.place(name) for name in required]
    kept = {key: value for key, value in row.items() if key != "_page"}
    return RawPosting(
        source="page",
        external_id=page or requisition or port.text_of(row, "title"),
        title=port.text_of(row, "title", "name"),
        company=None if company.lower() in {"", "confidential"} else company,
        url=page,
        apply_url=page,
        text=_body(row),
        places=port.places(*spots),
        work_mode="remote" if remote else None,
        employment=[t for node in _many(row.get("employmentType")) for t in port.texts_of(node)],
        salary=_pay(row.get("baseSalary") or row.get("estimatedSalary")),
        posted_at=port.moment(row.get("datePosted")),
        expires_at=port.moment(row.get("validThrough")),
        language=port.text_of(row, "inLanguage") or None,
        tags=[
            t for key in ("industry", "skills") for t in port.texts_of(row.get(key)) if len(t) < 60
        ],
        requisition=requisition or None,
        original=kept,
    )


def _many(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [] if value is None else [value]


def _text(node: Any, *keys: str) -> str:
    return port.text_of(cast("Row", node), *keys) if isinstance(node, dict) else ""


def _named(value: Any) -> list[str]:
    names = [v if isinstance(v, str) else _text(v, "name") for v in _many(value)]
    return [name for name in names if name]


def _link(value: Any, base: str) -> str | None:
    found = next((v for v in port.texts_of(value) if v), "")
    absolute = urljoin(base, found) if found else ""
    return absolute if urlsplit(absolute).scheme in {"http", "https"} else None


def _body(row: Row) -> str:
    parts = [port.text_of(row, "description")]
    for key in ("responsibilities", "qualifications", "skills", "jobBenefits"):
        parts += [t for t in port.texts_of(row.get(key)) if t not in parts[0]]
    return "\n<br>".join(part for part in parts if part)


def _spot(node: Any) -> JobPlace | None:
    if isinstance(node, str):
        return port.place(node)
    address = port.inner(node, "address")
    if isinstance(address, str):
        return port.place(address)
    if not isinstance(address, dict):
        return port.place(_text(node, "name"))
    country = address.get("addressCountry")
    country = country if isinstance(country, str) else _text(country, "name", "identifier")
    return port.place(
        _text(address, "addressLocality"), _text(address, "addressRegion"), country=country
    )


def _pay(value: Any) -> Salary | None:
    value = next(iter(_many(value)), None)
    if isinstance(value, str | int | float):
        return None  # an amount without a currency or period says too little
    inside = port.inner(value, "value")
    currency = _text(value, "currency") or _text(inside, "currency")
    if isinstance(inside, dict):
        node = cast("Row", inside)
        unit = _text(node, "unitText") or _text(value, "unitText")
        low, high = node.get("minValue"), node.get("maxValue")
        single = node.get("value")
        return port.salary(low or single, high or single, currency, unit)
    unit = _text(value, "unitText")
    low, high = port.inner(value, "minValue"), port.inner(value, "maxValue")
    return port.salary(low or inside, high or inside, currency, unit)
