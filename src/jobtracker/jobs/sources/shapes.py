"""The shape of a vendor's answer: its list of rows, its XML, its page, and what is in them."""

# A vendor's JSON has no types until it is parsed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import InvalidOperation
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError

from jobtracker.core.errors import ContractChanged
from jobtracker.jobs.model import RawPosting

Row = dict[str, Any]


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
    missing: Counter[str] = Counter()
    for row in rows:
        try:
            posting = one(cast("Row", row)) if isinstance(row, dict) else None
            trouble = "no object" if posting is None else "" if posting.title else "no title"
        except KeyError as exc:
            posting, trouble = None, f"no {str(exc.args[0])[:40]!r}"
        except (TypeError, ValueError, AttributeError, IndexError, InvalidOperation) as exc:
            posting, trouble = None, f"a field of another type ({' '.join(str(exc).split())[:80]})"
        if posting is None or trouble:
            missing[trouble] += 1
        else:
            parsed.append(posting)
    if missing and not parsed:
        raise ContractChanged(
            f"{source}: none of {missing.total()} postings has the expected fields "
            f"({missing.most_common(1)[0][0]}); its format has changed"
        )
    return parsed


def count_of(payload: Any, *path: str) -> int:
    """Return the number at a path of keys, 0 where there is none."""
    value = inner(payload, *path)
    try:
        return 0 if isinstance(value, bool) else int(value or 0)
    except (TypeError, ValueError, OverflowError):
        return 0


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
