"""Feeds the vector index from the store, behind the conversation: an outbox and its worker.

Each row says which generation of the index has it; what is missing is added in the background, what
is forgotten is erased. A turn never waits for it, and a killed process loses nothing: the next one
goes on from the rows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from jobtracker.agent.memory_recall import packed
from jobtracker.agent.memory_tables import ErasureRow, MemoryRow
from jobtracker.core.errors import JobTrackerError

if TYPE_CHECKING:
    from jobtracker.core.bootstrap import Core
    from jobtracker.core.embedding import Embedder, Matrix
    from jobtracker.core.vectors import Hit

KIND = "memories"
_BATCH = 500
STALE = "stale"
"""In place of a generation: the index may have this memory, but not its present text."""
_QUIET_SECONDS = 2.0
_RETRY_SECONDS = 60.0
_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


class Indexer:
    """Keeps the index in step with the store."""

    def __init__(self, core: Core, quiet_seconds: float = _QUIET_SECONDS) -> None:
        self._core = core
        self._quiet = quiet_seconds
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._busy = threading.Lock()
        self._start_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._static = core.settings.embedding.model == "embedded"
        self._local: Embedder | None = None
        self._asked: set[str] = set()
        self._warm: set[str] = set()

    @property
    def ready(self) -> bool:
        """Whether the vector server has answered this process; never opens anything."""
        vectors = self._core.__dict__.get("vectors")
        return vectors is not None and vectors.ready

    @property
    def loaded(self) -> Embedder | None:
        """The model of `embedder`, where it is loaded already."""
        return self._core.__dict__.get("embedder") if self._static else self._local

    def embedder(self) -> Embedder:
        """Return the model that compares in this process: always the static one.

        A turn must not wait for a network, whichever model fills the index.
        """
        if self._static:
            return self._core.embedder
        with self._start_lock:
            if self._local is None:
                from jobtracker.core.embedding import open_embedder

                self._local = open_embedder("embedded")
            return self._local

    def ask(self, user: str, text: str, vector: Matrix, k: int) -> Sequence[Hit]:
        """Return the index's nearest; `vector` is the text's by `embedder`.

        Raises:
            JobTrackerError: the index or its model cannot be reached.
        """
        known = vector if self._static else None
        return self._core.vectors.query(KIND, user, text, embedding=known, k=k, metadata=False)

    def ready_for(self, user: str, text: str, vector: Matrix) -> bool:
        """Whether a query of this user waits for nothing; if not, it will before long.

        The first question to a shard makes the server read it, which takes 50 ms: that one is
        asked here, behind the turn.
        """
        if not self.ready:
            self.wake()
            return False
        with self._start_lock:
            if user in self._asked:
                return user in self._warm
            if len(self._asked) > _REMEMBERED:
                self._asked.clear()
                self._warm.clear()
            self._asked.add(user)
        threading.Thread(target=self._warm_up, args=(user, text, vector), daemon=True).start()
        return False

    def _warm_up(self, user: str, text: str, vector: Matrix) -> None:
        try:
            self.ask(user, text, vector, 1)
        except JobTrackerError as exc:
            _log.warning("the vector index does not answer: %s", exc)
            self.cool()
        else:
            self._warm.add(user)

    def cool(self) -> None:
        """The server is gone or another one: nothing is known to be quick any more."""
        with self._start_lock:
            self._asked.clear()
            self._warm.clear()
        self.wake()

    def wake(self) -> None:
        """There is something to do; it is done once no turn has written for a moment."""
        self._wake.set()
        if self._thread is None:
            with self._start_lock:
                if self._thread is None and not self._stop.is_set():
                    self._thread = threading.Thread(
                        target=self._run, name="memory-index", daemon=True
                    )
                    self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            # One-shot commands end before this: they leave the work to a process that stays.
            while not self._stop.is_set() and self._wake.wait(self._quiet):
                self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self.catch_up()
            except JobTrackerError as exc:
                _log.warning("memories are not indexed yet: %s", exc)
                if not self._stop.wait(_RETRY_SECONDS):
                    self._wake.set()

    def catch_up(self) -> int:
        """Erase and add whatever is due; return how many rows were added.

        Raises:
            Unavailable: the index or the store cannot be reached.
        """
        self.erase_due()
        with self._busy:
            total = 0
            while not self._stop.is_set():
                added = self._add_some()
                if not added:
                    return total
                total += added
            return total

    def _add_some(self) -> int:
        from jobtracker.core.vectors import VectorItem

        vectors = self._core.vectors
        generation = vectors.generation()
        rows = self._claim(generation)
        made = self.embedder().embed([row.text for row in rows])
        by_user: dict[str, list[VectorItem]] = {}
        for row, vector in zip(rows, made, strict=True):
            item = VectorItem(row.id, row.text, vector if self._static else None)
            by_user.setdefault(row.user_id, []).append(item)
        for user, items in by_user.items():
            vectors.add(KIND, user, items)
        if rows:
            self._mark(rows, made, generation)
        return len(rows)

    def _claim(self, generation: str) -> Sequence[MemoryRow]:
        """Return some rows that the index lacks, noted as on their way there.

        What is forgotten while it is being sent is so known to need erasing.
        """
        query = sa.select(MemoryRow).limit(_BATCH)
        fresh = query.where(MemoryRow.indexed.in_(("", STALE)))
        # Not `!=`, for which no engine uses its index.
        older = query.where(sa.or_(MemoryRow.indexed < generation, MemoryRow.indexed > generation))
        with self._core.store.begin() as session:
            rows = session.scalars(fresh).all() or session.scalars(older).all()
            ids = [row.id for row in rows]
            session.execute(sa.update(MemoryRow).where(MemoryRow.id.in_(ids)).values(indexed=STALE))
        return rows

    def _mark(self, rows: Sequence[MemoryRow], made: Matrix, generation: str) -> None:
        """Note what the index has. A row forgotten meanwhile is erased again."""
        name = self.embedder().name
        table = cast("sa.Table", MemoryRow.__table__)
        update = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row"), table.c.revision == sa.bindparam("seen"))
            .values(indexed=generation, vector=sa.bindparam("made"), embedder=name)
        )
        values = [
            {"row": row.id, "seen": row.revision, "made": packed(vector)}
            for row, vector in zip(rows, made, strict=True)
        ]
        ids = [row.id for row in rows]
        with self._core.store.begin() as session:
            session.connection().execute(update, values)
            there = set(session.scalars(sa.select(MemoryRow.id).where(MemoryRow.id.in_(ids))))
            for row in rows:
                if row.id not in there:
                    session.add(ErasureRow(user_id=row.user_id, memory_id=row.id))
                    self._wake.set()

    def erase_due(self) -> None:
        """Erase the vectors of what was forgotten.

        Raises:
            Unavailable: the index or the store cannot be reached; it stays due.
        """
        with self._busy:
            self._erase()

    def _erase(self) -> None:
        with self._core.store.begin() as session:
            due = session.scalars(sa.select(ErasureRow).order_by(ErasureRow.id)).all()
        by_user: dict[str, list[ErasureRow]] = {}
        for row in due:
            by_user.setdefault(row.user_id, []).append(row)
        for user, rows in by_user.items():
            self._core.vectors.erase(KIND, user, [row.memory_id for row in rows])
            with self._core.store.begin() as session:
                done = [row.id for row in rows]
                for start in range(0, len(done), 500):
                    part = done[start : start + 500]
                    session.execute(sa.delete(ErasureRow).where(ErasureRow.id.in_(part)))

    def close(self, seconds: float = 5.0) -> None:
        """Stop the worker after what it is at."""
        self._stop.set()
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
