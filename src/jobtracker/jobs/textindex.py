"""Which rows of the index hold a term: FTS5 on SQLite, a GIN index over tsvector on PostgreSQL.

Only sets of rows come from the database; scoring is done by the caller on arrays. A bm25 inside
FTS5 reads a size record for every matching row, which is what makes frequent words slow.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

HEAD = "1"
BODY = "2"
PLACE = "3"
ASIDE = "4"
"""A term is kept with the sign of its field before it, so that one column serves all fields."""

Rows = np.ndarray[Any, np.dtype[Any]]
Ways = tuple[tuple[str, ...], ...]
Document = tuple[tuple[str, dict[str, None]], ...]
"""The distinct terms of a posting by the mark of their field."""
CACHE_BYTES = 48_000_000
PACKED = np.uint8
"""What is kept as bits is of this type: a word that is in many postings takes a tenth so."""


def joined(document: Document) -> str:
    """Return the marked terms of a posting as one text, as FTS5 takes them in and out."""
    # With the mark as a part of what joins, no marked term is made by itself.
    parts = [f"{mark}{f' {mark}'.join(terms)}" for mark, terms in document if terms]
    return " ".join(parts)


def _packed(rows: Rows, top: int) -> Rows:
    """Return rows as they are kept: a bit for each number up to `top` where that is smaller."""
    if rows.size * rows.itemsize <= top // 8:
        return rows
    bits = np.zeros(top + 1, np.bool_)
    bits[rows] = True
    return np.packbits(bits)


def _unpacked(held: Rows) -> Rows:
    if held.dtype != PACKED:
        return held
    return np.flatnonzero(np.unpackbits(held).view(np.bool_))


class TextIndex:
    """Reads and writes the index within the caller's session; caches rows of asked terms."""

    def __init__(self, dialect: str) -> None:
        self._postgres = dialect == "postgresql"
        self._cache: OrderedDict[tuple[str, Ways, bool], tuple[Rows, int]] = OrderedDict()
        self._cached_bytes = 0

    def add(self, session: Session, documents: list[tuple[int, Document]]) -> None:
        """Add new rows with their terms; a number is never used twice."""
        if not documents:
            return
        if self._postgres:
            statement = (
                "INSERT INTO job_terms (num, terms) "
                "VALUES (:num, array_to_tsvector(CAST(:terms AS text[])))"
            )
            rows: list[dict[str, Any]] = [
                {"num": num, "terms": [mark + term for mark, terms in document for term in terms]}
                for num, document in documents
            ]
        else:
            statement = "INSERT INTO job_terms (rowid, terms) VALUES (:num, :terms)"
            rows = [{"num": num, "terms": joined(document)} for num, document in documents]
        session.execute(sa.text(statement), rows)

    def rows(
        self, session: Session, mark: str, ways: Ways, top: int, *, prefix: bool = False
    ) -> Rows:
        """Return the numbers of the rows that hold, in one field, all terms of any of the ways.

        `top` is the highest number that the caller has read of the postings. Numbers only grow
        and are never used twice, so of a question asked before only the rest is looked up.
        """
        key = (mark, ways, prefix)
        held, upto = self._cache.get(key, (np.empty(0, np.int64), 0))
        rows = _unpacked(held)
        if key in self._cache:
            self._cache.move_to_end(key)
        if upto < top:
            newer = self._read(session, mark, ways, prefix, upto)
            # What is past `top` was written this moment; it is read with the next rest.
            newer = newer[newer <= top]
            rows = np.concatenate([rows, newer]) if newer.size else rows
            kept = _packed(rows, top) if newer.size else held
            self._cached_bytes += kept.nbytes - (held.nbytes if key in self._cache else 0)
            self._cache[key] = kept, top
            while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
                _, (dropped, _) = self._cache.popitem(last=False)
                self._cached_bytes -= dropped.nbytes
        return rows

    def _read(self, session: Session, mark: str, ways: Ways, prefix: bool, above: int) -> Rows:
        # Letters and digits alone ever reach the query, so nothing in it can be syntax.
        usable = [way for way in ways if way and all(term.isalnum() for term in way)]
        if not usable:
            return np.empty(0, np.int64)
        # All numbers come as one text: a row each for a frequent word takes four times as long.
        if self._postgres:
            statement = (
                "SELECT string_agg(num::text, ',') FROM job_terms "
                "WHERE terms @@ CAST(%s AS tsquery)"
            )
            rest = " AND num > %s"
            star, both, either = ":*" * prefix, " & ", " | "
            quoted = [[f"'{mark}{term}'{star}" for term in way] for way in usable]
        else:
            statement = "SELECT group_concat(rowid) FROM job_terms WHERE job_terms MATCH ?"
            rest = " AND rowid > ?"
            star, both, either = "*" * prefix, " AND ", " OR "
            quoted = [[f'"{mark}{term}"{star}' for term in way] for way in usable]
        asked = either.join(f"({both.join(way)})" for way in quoted)
        # A bound that all are above costs a sixth of the time.
        bound = (f"{statement}{rest}", (asked, above)) if above else (statement, (asked,))
        listed = session.connection().exec_driver_sql(*bound).scalar()
        return np.fromstring(listed or "", np.int64, sep=",")
