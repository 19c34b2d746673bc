"""The vector index: Chroma, one owner process per folder, people's vectors in a few shards.

What is measured in DESIGN decides the layout: a person's vectors live in one of a fixed number of
collections, picked by a stable hash, with a filter on the user inside; shared ones (postings) in a
collection of their own. The embedder's name is part of each collection's name, so another model
means another, empty index. Chroma sees no text and no user's name: ids, vectors, a pseudonym and
the metadata that the caller gives. The relational store is the truth; what it has indexed counts
only while `generation()` stays the same, and `rebuild` makes the index from it again.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from jobtracker.core.embedding import Embedder, Matrix, scaled
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.settings import VectorSettings
from jobtracker.core.vector_http import Unreachable
from jobtracker.core.vector_link import Link, Place, checked
from jobtracker.core.vector_owner import Owner, parse_url

Scalar = str | int | float | bool
_KIND = re.compile(r"[a-z][a-z0-9]{2,30}")
_BATCH = 500
_RETRY_SECONDS = 30.0
_WIDE = 200
_REMEMBERED = 50_000
_Near = list[list[tuple[str, float]]]
"""For each question the ids within the collection and their cosine distances, nearest first."""


@dataclass(frozen=True)
class VectorItem:
    """Something to find again. Give its `text`, or its `embedding` where that is at hand."""

    id: str
    text: str | None = None
    embedding: Matrix | None = None
    metadata: dict[str, Scalar] = field(default_factory=dict[str, Scalar])


@dataclass(frozen=True)
class Hit:
    """A neighbour; `score` is the cosine, 0 to 1."""

    id: str
    score: float
    metadata: dict[str, Scalar]


class Vectors:
    """Adds, finds and erases vectors. Safe to use from several threads and processes."""

    def __init__(self, settings: VectorSettings, home: Path, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._owner = None if settings.url else Owner(settings, home)
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._closed = False
        self._sparse: set[Place] = set()
        self._failed_until = 0.0
        self._failure = ""

    @property
    def ready(self) -> bool:
        """Whether the server has answered this process, so that a query waits for no start."""
        return self._link is not None

    def start(self) -> None:
        """Find or start the server.

        Raises:
            Unavailable: it cannot be reached or started.
        """
        self._retried(lambda _: None)

    def generation(self) -> str:
        """Return an id that changes when the index is lost or its embedder or shards change."""
        name = f"generation-{self._embedder.name}-{self._settings.shards}"
        return self._retried(lambda link: link.current(name))

    def add(self, kind: str, user: str, items: Sequence[VectorItem]) -> None:
        """Add or replace items of one user. One whose vector is zero is left out: nothing finds it.

        Raises:
            Unavailable: the index cannot be reached.
        """
        place = self._place(kind, user)
        self._sparse.discard(place)
        for start in range(0, len(items), _BATCH):
            batch = [(place, item) for item in items[start : start + _BATCH]]
            self._upsert(place.name, batch)

    def query(
        self,
        kind: str,
        user: str,
        text: str | None = None,
        *,
        embedding: Matrix | None = None,
        k: int = 5,
        where: dict[str, Any] | None = None,
        metadata: bool = True,
    ) -> list[Hit]:
        """Return the `k` nearest items of the user, nearest first.

        `where` is Chroma's filter on the metadata; without `metadata` the hits carry none, which is
        quicker.

        Raises:
            Unavailable: the index cannot be reached.
        """
        wanted = embedding if embedding is not None else self._embedder.embed([text or ""])[0]
        rows = wanted[None, :]
        return self.query_many(kind, user, rows, k=k, where=where, metadata=metadata)[0]

    def query_many(
        self,
        kind: str,
        user: str,
        embeddings: Matrix,
        *,
        k: int = 5,
        where: dict[str, Any] | None = None,
        metadata: bool = True,
    ) -> list[list[Hit]]:
        """Return the nearest items of each row, in one request: many more a second.

        Raises:
            Unavailable: the index cannot be reached.
        """
        place = self._place(kind, user)
        asked = [row for row in range(len(embeddings)) if k > 0 and embeddings[row].any()]
        found: list[list[Hit]] = [[] for _ in embeddings]
        if asked:
            rows = [embeddings[row].tolist() for row in asked]
            near = self._unfiltered(place, rows, k) if not where else None
            if near is None:
                near = self._nearest(place, rows, k, place.filter(where))
            known = self._metadata(place, near) if metadata else {}
            for row, pairs in zip(asked, near, strict=True):
                found[row] = [_hit(place, name, far, known.get(name)) for name, far in pairs]
        return found

    def _unfiltered(self, place: Place, rows: list[list[float]], k: int) -> _Near | None:
        """Return the user's own among the nearest of the shard, None where these are too few.

        Chroma's filter costs 50 ms where it lets 10,000 vectors through, a search without it 3 ms:
        who fills a good part of a shard is found this way, and the others are remembered.
        """
        if place.user_key is None or place in self._sparse:
            return None
        wide = max(_WIDE, 4 * k)
        near = self._nearest(place, rows, wide, None)
        own = [[pair for pair in pairs if place.owns(pair[0])][:k] for pairs in near]
        if all(len(kept) == k or len(all_) < wide for kept, all_ in zip(own, near, strict=True)):
            return own
        if len(self._sparse) >= _REMEMBERED:
            self._sparse.clear()
        self._sparse.add(place)
        return None

    def _nearest(
        self, place: Place, rows: list[list[float]], k: int, where: dict[str, Any] | None
    ) -> _Near:
        body = {
            "query_embeddings": rows,
            "n_results": k,
            "where": where,
            "include": ["distances"],
        }
        answer = self._call("POST", place.name, "query", body)
        lists = zip(answer["ids"], answer["distances"], strict=True)
        return [list(zip(ids, distances, strict=True)) for ids, distances in lists]

    def _metadata(self, place: Place, near: _Near) -> dict[str, Any]:
        names = list({name for pairs in near for name, _ in pairs})
        if not names:
            return {}
        body = {"ids": names, "include": ["metadatas"]}
        answer = self._call("POST", place.name, "get", body)
        return dict(zip(answer["ids"], answer["metadatas"], strict=True))

    def delete(self, kind: str, user: str, ids: Sequence[str] | None = None) -> None:
        """Delete items of the user, all where `ids` is None. Their bytes may stay in the files."""
        place = self._place(kind, user)
        if ids is None and place.user_key is None:
            self._retried(lambda link: link.drop(place.name))
            return
        body: dict[str, Any] = {"where": place.filter(None)}
        if ids is not None:
            if not ids:
                return
            body["ids"] = [place.inner_id(name) for name in ids]
        self._call("POST", place.name, "delete", body)

    def erase(self, kind: str, user: str, ids: Sequence[str] | None = None) -> None:
        """Delete items and their bytes: the shard is copied without them, the old files go.

        On a server given by `vectors.url` the files are that server's own business.
        """
        self.delete(kind, user, ids)
        if self._owner is not None:
            self.compact(kind, user)

    def compact(self, kind: str, user: str) -> None:
        """Rewrite the user's shard so that deleted vectors leave the files (loopback server)."""
        if self._owner is None:
            return
        place, data = self._place(kind, user), self._owner.data
        from jobtracker.core.vector_erase import compact

        self._retried(lambda link: compact(link, place.name, data))

    def erase_user(self, user: str) -> int:
        """Erase all vectors of the user: of every kind, embedder and number of shards.

        Return in how many collections there were any.

        Raises:
            Unavailable: the index cannot be reached.
        """
        if self._owner is not None and not self._owner.data.exists():
            return 0  # nothing was ever indexed here; no server is started to find that out
        from jobtracker.core.vector_erase import erase_user

        data = self._owner.data if self._owner is not None else None
        return self._retried(lambda link: erase_user(link, user, data))

    def count(self, kind: str, user: str) -> int:
        """Return how many items of the user the index holds."""
        place = self._place(kind, user)
        if place.user_key is None:
            return int(self._call("GET", place.name, "count", None))
        body: dict[str, Any] = {"where": place.filter(None), "include": []}
        return len(self._call("POST", place.name, "get", body)["ids"])

    def rebuild(self, kind: str, items: Iterable[tuple[str, VectorItem]]) -> int:
        """Drop all collections of the kind, of whatever embedder, and add `(user, item)` again."""
        self._check(kind)
        self._retried(lambda link: link.drop_kind(kind))
        waiting: dict[str, list[tuple[Place, VectorItem]]] = {}
        total = 0
        for user, item in items:
            place = self._place(kind, user)
            batch = waiting.setdefault(place.name, [])
            batch.append((place, item))
            total += 1
            if len(batch) >= _BATCH:
                self._upsert(place.name, batch)
                batch.clear()
        for name, batch in waiting.items():
            self._upsert(name, batch)
        return total

    def close(self) -> None:
        """Leave the server; it stops by itself when its last user has left.

        A thread that comes later still is served, and what it opened is closed behind it.
        """
        with self._lock:
            self._closed = True
            link, self._link = self._link, None
        if link is not None:
            link.connections.close()
        if self._owner is not None:
            self._owner.close()

    def _check(self, kind: str) -> None:
        if not _KIND.fullmatch(kind):
            raise BadInput(f"{kind!r} is no kind of vectors: 3 to 31 small letters and digits")

    def _place(self, kind: str, user: str) -> Place:
        self._check(kind)
        return Place.of(kind, self._embedder.name, user, self._settings.shards)

    def _upsert(self, name: str, batch: Sequence[tuple[Place, VectorItem]]) -> None:
        """Add items of one shard; within a batch the last one of an id counts."""
        batch = list({place.inner_id(item.id): (place, item) for place, item in batch}.values())
        vectors = self._vectors([item for _, item in batch])
        kept = [row for row in range(len(batch)) if vectors[row].any()]
        if not kept:
            return
        body = {
            "ids": [batch[row][0].inner_id(batch[row][1].id) for row in kept],
            "embeddings": [base64.b64encode(vectors[row].tobytes()).decode() for row in kept],
            "metadatas": [batch[row][0].inner_data(batch[row][1].metadata) for row in kept],
        }
        self._call("POST", name, "upsert", body)

    def _vectors(self, items: Sequence[VectorItem]) -> Matrix:
        rows = np.zeros((len(items), self._embedder.dimensions), dtype="<f4")
        texts = [row for row, item in enumerate(items) if item.embedding is None]
        if texts:
            rows[texts] = self._embedder.embed([items[row].text or "" for row in texts])
        for row, item in enumerate(items):
            if item.embedding is not None:
                rows[row] = scaled(item.embedding[None, :])[0]
        return rows

    def _call(self, method: str, name: str, action: str, body: Any) -> Any:
        return self._retried(lambda link: link.run(method, name, action, body))

    def _retried(self, call: Callable[[Link], Any]) -> Any:
        """Run on the server; where it has died, start it again and run once more."""
        try:
            return self._tried(call)
        finally:
            if self._closed:
                self.close()

    def _tried(self, call: Callable[[Link], Any]) -> Any:
        link = self._linked()
        try:
            return call(link)
        except Unreachable:
            self._unlink(link)
        link = self._linked()
        try:
            return call(link)
        except Unreachable as exc:
            self._unlink(link)
            raise Unavailable(f"the vector server does not answer ({exc}); try again") from exc

    def _unlink(self, link: Link) -> None:
        with self._lock:
            if self._link is link:
                self._link = None
        link.connections.close()

    def _linked(self) -> Link:
        link = self._link
        if link is not None:
            return link
        with self._lock:
            if self._link is None:
                if time.monotonic() < self._failed_until:
                    raise Unavailable(self._failure, self._failed_until - time.monotonic())
                try:
                    self._link = self._open()
                except Unavailable as exc:
                    self._failed_until = time.monotonic() + _RETRY_SECONDS
                    self._failure = exc.message
                    raise
            return self._link

    def _open(self) -> Link:
        if self._owner is not None:
            return Link(self._owner.find(), self._owner.folder)
        endpoint = parse_url(self._settings.url)
        link = Link(endpoint, None)
        try:
            create = f"/api/v2/tenants/{endpoint.tenant}/databases"
            answer = link.connections.request("POST", create, {"name": endpoint.database})
        except Unreachable as exc:
            raise Unavailable(
                f"the vector server {endpoint.address.name} does not answer ({exc}); "
                "start it or check the setting vectors.url (JOBTRACKER_VECTORS__URL)"
            ) from exc
        if answer.status not in {200, 201, 409}:
            checked(answer)
        return link


def _hit(place: Place, name: str, distance: float, data: dict[str, Any] | None) -> Hit:
    score = max(0.0, min(1.0, 1.0 - distance))
    return Hit(place.outer_id(name), score, place.outer_data(data))


def open_vectors(settings: VectorSettings, home: Path, embedder: Embedder) -> Vectors:
    """Return the index of this home; nothing is started before it is used.

    Raises:
        BadInput: `vectors.url` is no URL.
    """
    if settings.url:
        parse_url(settings.url)
    return Vectors(settings, home, embedder)
