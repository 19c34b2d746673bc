"""Which memories bear on a message: by meaning, by shared words, and by how fresh they are."""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from jobtracker.core.embedding import Embedder, Matrix

Kind = Literal["fact", "preference", "dislike", "episode"]

LOCAL = 300
"""Of so many memories the meaning is compared in this process; beyond, the vector index is asked.

300 comparisons take 0.1 ms and need no server; it is what most people ever have."""
_CACHED_USERS = 64
_HALF_LIFE_DAYS = 30.0
_NEAR = 0.3
_WORD = re.compile(r"[^\W_]{3,}")
_STOP = frozenset(
    _WORD.findall(
        "the and for with you your about what which that this have has are was were can could "
        "would please tell show find know does did from into any all more some der die das und ich "
        "mir mich ein eine einen von mit für was ist sind bitte zeig les des une pour avec que qui "
        "est sont moi mes dans per con che sono una dei della mio mia forget delete remove vergiss "
        "vergessen lösche oublie supprime dimentica cancella"
    )
)


@dataclass(frozen=True)
class MemoryItem:
    """One memory of one person."""

    id: str
    kind: Kind
    key: str
    text: str
    data: dict[str, Any]
    thread_id: str
    created_at: datetime
    updated_at: datetime
    vector: bytes | None = field(default=None, repr=False, compare=False)
    embedder: str = field(default="", repr=False, compare=False)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text that carry meaning."""
        return words(self.text)

    def as_json(self) -> dict[str, Any]:
        """Return the memory as JSON, times in RFC 3339."""
        return {
            "id": self.id,
            "kind": self.kind,
            "key": self.key,
            "text": self.text,
            "data": self.data,
            "thread_id": self.thread_id,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }


def words(text: str) -> frozenset[str]:
    """Return the words that carry meaning, cut to their first six letters (a rough stem)."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(word[:6] for word in found if word not in _STOP)


def ranked(
    items: Sequence[MemoryItem], nearness: Mapping[str, float], query: str, now: datetime, k: int
) -> list[MemoryItem]:
    """Return the best `k`: what bears on the query, then preferences, which bear on most.

    `nearness` is the cosine of each item, by id, with the query.
    """
    asked = words(query)
    scored: list[tuple[float, MemoryItem]] = []
    rest: list[tuple[float, MemoryItem]] = []
    for item in items:
        near = nearness[item.id]
        shared = len(asked & item.words) / len(asked) if asked else 0.0
        days = max(0.0, (now - item.updated_at).total_seconds() / 86400)
        fresh = math.exp2(-days / _HALF_LIFE_DAYS)
        score = near + 0.5 * shared + 0.1 * fresh
        if near >= _NEAR or shared > 0:
            scored.append((score, item))
        elif item.kind in {"preference", "dislike"}:
            rest.append((fresh, item))
    chosen = sorted(scored, key=lambda pair: -pair[0])[:k]
    chosen += sorted(rest, key=lambda pair: -pair[0])[: k - len(chosen)]
    return [item for _, item in chosen]


class Nearness:
    """Compares messages with memories in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, dict[tuple[str, str], Any]] = OrderedDict()

    def of(
        self, embedder: Embedder, user: str, items: Sequence[MemoryItem], query: Matrix
    ) -> dict[str, float]:
        """Return the cosine of each item, by id, with the query's vector."""
        own = [item for item in items if item.vector and item.embedder == embedder.name]
        rest = [item for item in items if not (item.vector and item.embedder == embedder.name)]
        cosines = unpacked([item.vector or b"" for item in own], embedder.dimensions) @ query
        near = dict(zip((item.id for item in own), map(float, cosines), strict=True))
        return near | self._of_text(embedder, user, rest, query)

    def _of_text(
        self, embedder: Embedder, user: str, items: Sequence[MemoryItem], query: Matrix
    ) -> dict[str, float]:
        """Compare memories that have no vector yet; what is made for the latest users is kept."""
        if not items:
            return {}
        with self._lock:
            kept = self._kept.get(user, {})
        keys = [(item.id, item.text) for item in items]
        missing = [key for key in keys if key not in kept]
        made = dict(zip(missing, embedder.embed([text for _, text in missing]), strict=True))
        vectors = {key: kept[key] if key in kept else made[key] for key in keys}
        with self._lock:
            self._kept[user] = vectors
            self._kept.move_to_end(user)
            while len(self._kept) > _CACHED_USERS:
                self._kept.popitem(last=False)
        return {key[0]: float(vector @ query) for key, vector in vectors.items()}

    def drop(self, user: str) -> None:
        """Forget the vectors of a user."""
        with self._lock:
            self._kept.pop(user, None)


def packed(vector: Matrix) -> bytes:
    """Return a vector as it is stored: float16, whose rounding moves a cosine by 0.0003."""
    return vector.astype("<f2").tobytes()


def unpacked(vectors: Sequence[bytes], dimensions: int) -> Matrix:
    """Return stored vectors as rows."""
    import numpy as np

    rows = np.frombuffer(b"".join(vectors), dtype="<f2").reshape(-1, dimensions)
    return rows.astype(np.float32)


def matching(items: Iterable[MemoryItem], text: str) -> list[MemoryItem]:
    """Return the memories that `text` names: those that share the most of its words.

    At least half of the words must be there, so that a passing likeness deletes nothing.
    """
    asked = words(text)
    if not asked:
        return []
    shares = [(len(asked & words(f"{i.key} {i.text}")) / len(asked), i) for i in items]
    best = max((share for share, _ in shares), default=0.0)
    return [item for share, item in shares if share == best and share >= 0.5]
