"""How often postings were shown, to tell the share of them that turned out to be closed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa

from jobtracker.core.store import Store
from jobtracker.jobs.tables import PostingRow

AT_ONCE = 500
PAUSE_SECONDS = 10.0
"""A process that searches once has it written at once; one that goes on, so often."""


class Shown:
    """Counts in memory and writes in bulk; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._written = float("-inf")

    def count(self, store: Store, job_ids: Iterable[str]) -> None:
        """Count postings that were shown once more."""
        with self._lock:
            self._counts.update(job_ids)
            due = time.monotonic() - self._written >= PAUSE_SECONDS
            write = bool(self._counts) and (due or len(self._counts) >= AT_ONCE)
        if write:
            self.write(store)

    def write(self, store: Store) -> None:
        """Write what was counted."""
        with self._lock:
            counts, self._counts = self._counts, Counter[str]()
            self._written = time.monotonic()
        if counts:
            with store.begin() as session:
                # On the table, not the class: the rows are named by a parameter, many at once.
                session.connection().execute(
                    sa.update(cast("sa.Table", PostingRow.__table__))
                    .where(PostingRow.job_id == sa.bindparam("one"))
                    .values(shown=PostingRow.shown + sa.bindparam("more")),
                    [{"one": job_id, "more": n} for job_id, n in sorted(counts.items())],
                )
