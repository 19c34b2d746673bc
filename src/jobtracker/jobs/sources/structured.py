"""What a page says of itself: JSON-LD, microdata and RDFa as plain objects.

Read with lxml and json by https://www.w3.org/TR/json-ld11/ (the part that pages use),
https://html.spec.whatwg.org/multipage/microdata.html and https://www.w3.org/TR/rdfa-lite/.
`extruct` gives the same but imports an RDF stack: 0.8 s against 0.05 s.
"""

# A page has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jobtracker.jobs.sources.shapes import Row, texts_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_DEPTH = 40
MAX_NODES = 200_000
"""Elements below one item that are looked at."""


def items_of(tree: HtmlElement, kind: str) -> list[Row]:
    """Return every item of a schema.org type in a page: of JSON-LD, else microdata, else RDFa."""
    scripts = [
        _tolerant(script.text or "")
        for script in tree.iter("script")
        if "ld+json" in (script.get("type") or "").lower()
    ]
    found = items_in([value for value in scripts if value is not None], kind)
    for words in (_MICRODATA, _RDFA):
        found = found or [_item(node, words, tree) for node in _roots(tree, words, kind)]
    return found or items_in(_state_of(tree, kind), kind)


def _state_of(tree: HtmlElement, kind: str) -> list[Any]:
    """Return what pages hand to their own scripts as JSON, where it speaks of the type."""
    texts = [
        script.text
        for script in tree.iter("script")
        if (script.get("type") or "").lower().startswith("application/json")
        and script.text
        and f'"{kind}"' in script.text
    ]
    return [value for text in texts if (value := _tolerant(text)) is not None]


def items_in(value: Any, kind: str) -> list[Row]:
    """Return every item of a type in a JSON-LD value, wherever it is nested."""
    plain = _plain(value)
    named: dict[str, Row] = {}
    for node in _nodes(plain):
        key = node.get("@id")
        if isinstance(key, str) and len(node) > len(named.get(key, {})) and not _is_reference(node):
            named[key] = node
    return [_joined(node, named) for node in _of_kind(plain, kind)]


def _plain(value: Any, depth: int = 0) -> Any:
    """Take off what only JSON-LD processors need: prefixes of names, boxes around values."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_plain(child, depth + 1) for child in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    row = cast("Row", value)
    if "@value" in row:
        return row["@value"]
    if set(row) in ({"@list"}, {"@set"}):
        return _plain(next(iter(row.values())), depth + 1)
    return {_bare(str(key)): _plain(child, depth + 1) for key, child in row.items()}


def _bare(name: str) -> str:
    """`schema:title` and `https://schema.org/title` are `title`."""
    return name if name.startswith("@") else re.split(r"[/#:]", name.rstrip("/#:"))[-1]


def _nodes(value: Any) -> Iterator[Row]:
    pending: list[Any] = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending += cast("list[Any]", node)
        elif isinstance(node, dict):
            row = cast("Row", node)
            yield row
            pending += row.values()


def _kinds(node: Row) -> set[str]:
    return {_bare(kind) for kind in texts_of(node.get("@type"))}


def _of_kind(value: Any, kind: str) -> Iterator[Row]:
    """Yield items in the order of the page; what lies inside one belongs to it."""
    if isinstance(value, list):
        for child in cast("list[Any]", value):
            yield from _of_kind(child, kind)
    elif isinstance(value, dict):
        row = cast("Row", value)
        if kind in _kinds(row):
            # A reference to an item that stands elsewhere is not another item.
            if not _is_reference(row):
                yield row
            return
        for child in row.values():
            if isinstance(child, dict | list):
                yield from _of_kind(child, kind)


def _is_reference(node: Row) -> bool:
    return "@id" in node and set(node) <= {"@id", "@type"}


def _joined(node: Row, named: dict[str, Row], depth: int = 0) -> Row:
    """Return the item with the nodes that it only names by `@id` put in."""

    def put_in(value: Any) -> Any:
        if isinstance(value, list):
            return [put_in(child) for child in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        child = cast("Row", value)
        if _is_reference(child):
            child = named.get(str(child["@id"]), child)
        return _joined(child, named, depth + 1)

    # Nodes may name one another in a circle, so only a few steps are followed.
    return node if depth > 4 else {key: put_in(value) for key, value in node.items()}


def _tolerant(text: str) -> Any:
    """Read JSON-LD as pages write it; None where nothing of it can be read.

    Pages put it in comments, with raw line breaks, stray commas, escaped for HTML, several values
    in one script, or behind an assignment.
    """
    text = text.strip().lstrip("\ufeff")
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)", "", text)
    text = re.sub(r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$", "", text).strip()
    text = text.rstrip(";")
    without_commas = re.sub(r",(\s*[}\]])", r"\1", text)
    attempts = [text, without_commas]
    if "&quot;" in text or "&#34;" in text:
        attempts.append(html.unescape(without_commas))
    # `\\'` and the like are no escapes of JSON, though of JavaScript.
    attempts.append(re.sub(r"\\(?![\"\\/bfnrtu])", "", without_commas))
    start = re.search(r"[{\[]", text)
    if start is not None and start.start():
        attempts.append(without_commas[start.start() :])
    for attempt in attempts:
        try:
            return _all_of(attempt)
        except (ValueError, RecursionError):
            continue
    return None


def _all_of(text: str) -> Any:
    """Return the value of a text, or the list of them where it holds several."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;\u00a0":
            at += 1
        if at < len(text) and text[at] not in "{[":
            break  # words behind the value; the value itself is whole
    return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class _Words:
    """The attributes of a syntax: what opens an item, what names a property."""

    opens: str
    kind: str
    prop: str


_MICRODATA = _Words("itemscope", "itemtype", "itemprop")
_RDFA = _Words("typeof", "typeof", "property")


def _roots(tree: HtmlElement, words: _Words, kind: str) -> list[HtmlElement]:
    return [
        node
        for node in tree.iter()
        if isinstance(node.tag, str)
        and kind in {_bare(name) for name in (node.get(words.kind) or "").split()}
    ]


def _item(node: HtmlElement, words: _Words, tree: HtmlElement, depth: int = 0) -> Row:
    """Return the properties of an item, nested items as objects."""
    kinds = (node.get(words.kind) or "").split()
    row: Row = {"@type": [_bare(kind) for kind in kinds]}
    pending: list[HtmlElement] = list(node)
    for name in (node.get("itemref") or "").split()[:50]:
        pending += [found for found in tree.xpath("//*[@id=$name]", name=name) if found is not node]
    looked = 0
    while pending and looked < MAX_NODES:
        child = pending.pop(0)
        looked += 1
        if not isinstance(child.tag, str):
            continue
        names = [_bare(name) for name in (child.get(words.prop) or "").split()]
        nested = child.get(words.opens) is not None
        if names and depth < MAX_DEPTH:
            value: Any = _item(child, words, tree, depth + 1) if nested else _value(child)
            for name in names:
                _add(row, name, _title(child) if name == "title" and not nested else value)
        if not nested:
            pending = [*child, *pending]
    return row


def _add(row: Row, name: str, value: Any) -> None:
    held = row.get(name)
    if held is None:
        row[name] = value
    else:
        row[name] = [*(held if isinstance(held, list) else [held]), value]


_BY_TAG = {
    "meta": "content", "a": "href", "area": "href", "link": "href", "img": "src", "object": "data",
    "audio": "src", "video": "src", "embed": "src", "iframe": "src", "source": "src",
    "data": "value", "meter": "value", "time": "datetime",
}  # fmt: skip


def _value(node: HtmlElement) -> str:
    for attribute in ("content", _BY_TAG.get(str(node.tag), ""), "resource"):
        if attribute and node.get(attribute) is not None:
            return str(node.get(attribute))
    from lxml.html import tostring

    if not len(node):
        return str(node.text or "")
    return str(tostring(node, encoding="unicode", with_tail=False))


def _title(node: HtmlElement) -> str:
    """A title is what is read, also where it is a link to the posting."""
    return str(node.get("content") or "") or " ".join(node.text_content().split())
