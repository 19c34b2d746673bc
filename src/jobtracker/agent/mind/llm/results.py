"""Tool results as the model reads them: compact JSON, cut to what matters, and never trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, cast

from jobtracker.agent.mind.llm.tokens import cut, estimate

_LEVELS = ((4000, 50), (1500, 30), (600, 20), (250, 10), (120, 6), (60, 3))
"""Longest string and list at each try, mild to strict."""

_NAMES = ("title", "name", "summary", "role", "question", "action")
_DETAILS = ("company", "location", "status", "start", "due")
SHOWN = 12
_SHARED = {"job_id", "application_id", "event_id"}
"""Things that `noted` keeps, in the dialogue of both minds."""

# Text that talks to an assistant instead of about a job, in the four languages of the product.
_INSTRUCTIONS = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override)\b [^.\n]{0,40}
        \b(?:previous|prior|above|earlier|all|your|system)\b [^.\n]{0,30}
        \b(?:instruction|prompt|rule|message|direction|guideline)s?\b
    | \b(?:ignor\w*|missacht\w*|vergiss|vergesse?n?)\b [^.\n]{0,40}
        \b(?:anweisung|vorgabe|regel|instruktion|befehl)\w*
    | \b(?:ignor\w+|oubli\w+|néglige\w*)\b [^.\n]{0,40} \b(?:instruction|consigne|règle)s?\b
    | \b(?:ignor\w+|dimentic\w+|trascur\w+)\b [^.\n]{0,40} \b(?:istruzion|regol|indicazion)\w+
    | \b(?:you\s+are|act)\s+(?:now\s+)?(?:as\s+)?an?\s+(?:language\s+model|chatbot)\b
    | \b(?:you\s+are|act)\s+(?:now\s+)?(?:as\s+)?an?\s+(?:AI|LLM)
        (?:\s+(?:assist\w+|agent|model|system))? (?=\s*(?:[.,;:!]|$|who\b|that\b|and\b|now\b))
    | \b(?:AI|KI|IA|LLM)[\s-]+(?:assist\w+|agents?|models?|systems?|systeme?)\b [^.\n]{0,60}
        \b(?:must|should|shall|please|call|invoke|delete|send|reply|book|accept|apply
        |muss|müssen|soll\w*|bitte|doit|doivent|deve|devono)\b
    | \b(?:reveal|print|show|repeat|output|leak|ignore)\b [^.\n]{0,30}
        \b(?:system|developer)\s+(?:prompt|message|instruction)s?\b
    | \b(?:system\s+override|new\s+system\s+(?:prompt|message|instruction)s?)\b
    | ^\s*(?:\[|<\|?|\#{2,}\s*)(?:im_start\|?>?\s*)?(?:system|assistant|developer)\b
    | (?-i:\bSYSTEM)\s*:
    | </?\s*(?:data|system|tool|instructions?)\b[^>]{0,80}>
    """,
    re.I | re.X | re.M,
)
_ORDERS = (
    r"\b(?:call|invoke|run|execute|use|trigger|ruf\w*|nutze|appel\w+|utilis\w+|chiam\w+|usa)\b"
)


def compact(value: object, tokens: int) -> str:
    """Return the value as JSON of at most about `tokens`: long texts cut, long lists paged."""
    for longest, items in _LEVELS:
        text = _dump(_trim(value, longest, items, top=True))
        if estimate(text) <= tokens:
            return text
    return cut(_dump(_trim(value, *_LEVELS[-1], top=True)), tokens)


class Suspicion:
    """Tells whether data reads like instructions to an assistant, or orders one of the tools."""

    def __init__(self, tools: Iterable[str]) -> None:
        names = "|".join(re.escape(name) for name in tools if "_" in name)
        orders = rf"{_ORDERS}[^.\n]{{0,40}}\b(?:{names})\b"
        self._orders = re.compile(orders, re.I) if names else None

    def of(self, text: str) -> bool:
        """Look for such words in the text."""
        return bool(_INSTRUCTIONS.search(text) or (self._orders and self._orders.search(text)))


def shown(value: object) -> list[dict[str, str]]:
    """Return the things with an id in a result, in order, in a few words each.

    They let the next turn know what "the second one" is.
    """
    found: list[dict[str, str]] = []
    _collect(value, found)
    return found[:SHOWN]


def _collect(value: object, found: list[dict[str, str]]) -> None:
    if isinstance(value, list):
        for item in cast("list[object]", value):
            _collect(item, found)
    if not isinstance(value, dict):
        return
    entries = cast("dict[str, object]", value)
    ids = {k: v for k, v in entries.items() if k.endswith("_id") and isinstance(v, str) and v}
    if not ids.keys().isdisjoint(_SHARED):
        return
    name = next((str(entries[k]) for k in _NAMES if isinstance(entries.get(k), str)), "")
    if ids and name:
        details = [str(entries[k]) for k in _DETAILS if isinstance(entries.get(k), str)]
        key, identity = next(iter(ids.items()))
        if all(entry["id"] != identity for entry in found):
            words = ", ".join([name, *details])
            found.append({"kind": key.removesuffix("_id"), "id": identity, "is": words[:120]})
        return
    for item in entries.values():
        _collect(item, found)


def _trim(value: object, longest: int, items: int, *, top: bool = False) -> object:
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[:longest]}… [{len(value)} characters]"
    if isinstance(value, list):
        entries = cast("list[object]", value)
        kept: list[object] = [_trim(item, longest, items) for item in entries[:items]]
        if len(entries) > items:
            kept.append(f"… {len(entries) - items} more")
        return kept
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        # At the top, "jobs": [] is the answer; further down it is a field without a value.
        left_out: tuple[object, ...] = (None, "") if top else (None, "", [])
        return {k: _trim(v, longest, items) for k, v in pairs if v not in left_out}
    return value


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
