"""Reads a payload of unknown origin: finds by its shape which source wrote it, and parses it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

from jobtracker.core.errors import BadInput, ContractChanged, NotFound
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.sources import REGISTRY, source_class

MAX_CHARS = 20_000_000
MAX_POSTINGS = 20_000


def parse_payload(payload: Any, url: str = "") -> list[RawPosting]:
    """Translate JSON (value or text), XML or HTML of any known source.

    `url` is where it came from, if known. Safe to run in a worker process.

    Raises:
        BadInput: not a shape that any source has.
        ContractChanged: a source's shape, but none of its rows can be read.
        NotFound: a page without a posting.
    """
    value = _decoded(payload)
    if isinstance(value, str) and not value.strip():
        raise BadInput("the payload is empty; give a board's answer, a page or a posting's text")
    for name in REGISTRY:
        adapter = source_class(name)
        if adapter.detects(value):
            postings = adapter.parse(value, _board(name, url))
            if len(postings) > MAX_POSTINGS:
                raise BadInput(
                    f"the payload holds {len(postings)} postings; {MAX_POSTINGS} at most"
                )
            return postings
    raise _unknown(value)


def _board(name: str, url: str) -> str:
    if not url:
        return ""
    return url if name == "page" else source_class(name).board_of(url) or ""


def _decoded(payload: Any) -> Any:
    if isinstance(payload, bytes):
        payload = payload.decode("utf-8-sig", "replace")
    if not isinstance(payload, str):
        return payload
    if len(payload) > MAX_CHARS:
        raise BadInput(f"the payload has {len(payload)} characters; {MAX_CHARS} at most")
    text = payload.lstrip("\ufeff \t\r\n")
    if text[:1] not in {"{", "["}:
        return text
    import orjson

    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as exc:
        raise BadInput(f"the payload starts like JSON but is not: {exc}") from exc


def _unknown(value: Any) -> BadInput | ContractChanged | NotFound:
    if isinstance(value, str):
        return BadInput("the text is neither JSON, XML nor HTML; give it as `text` for one posting")
    empty = isinstance(value, list) and not value
    if empty or (isinstance(value, dict) and value.get("jobs", value.get("data")) == []):
        return NotFound("the board's answer is well-formed but holds no postings")
    keys = (
        ", ".join(sorted(map(str, value))[:6]) if isinstance(value, dict) else type(value).__name__
    )
    return BadInput(
        f"json: no known job board answers in this shape ({keys[:120]}); known are "
        f"{', '.join(sorted(REGISTRY))}"
    )
