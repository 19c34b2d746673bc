"""What a search filters by, as arrays in memory: one slot for each kept posting.

A process reads all postings once and afterwards only those that changed (`seq`), so that a filter
over 100,000 postings is a handful of array operations and touches no database.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobtracker.jobs.tables import PostingRow

PLACES = 6
VECTOR = 64
"""Dimensions kept in memory: the model's first ones carry the most."""

_READ = (
    PostingRow.num, PostingRow.seq, PostingRow.job_id, PostingRow.user_id, PostingRow.sources,
    PostingRow.company_key, PostingRow.place_keys, PostingRow.work_mode,
    PostingRow.employment_type, PostingRow.language, PostingRow.yearly_min, PostingRow.yearly_max,
    PostingRow.currency, PostingRow.pensum_min, PostingRow.pensum_max, PostingRow.posted_ts,
    PostingRow.expires_ts, PostingRow.status, PostingRow.vector,
)  # fmt: skip
_NAMES = (
    "num", "seq", "job_id", "owner", "sources", "company", "places", "mode", "kind", "language",
    "low", "high", "currency", "pensum_min", "pensum_max", "posted", "expires", "status", "vector",
)  # fmt: skip
_TABLE = cast("sa.Table", PostingRow.__table__)
# Each search runs it: built once and without the ORM it takes a tenth of the time.
_CHANGED = (
    sa.select(*(_TABLE.c[column.key] for column in _READ))
    .where(_TABLE.c.seq > sa.bindparam("since"))
    .order_by(_TABLE.c.seq)
)
_SINGLE = {
    "num": np.int64, "owner": np.int32, "company": np.int32, "mode": np.int32, "kind": np.int32,
    "language": np.int32, "low": np.float32, "high": np.float32, "currency": np.int32,
    "pensum_min": np.int16, "pensum_max": np.int16, "posted": np.int64, "expires": np.int64,
    "open": np.bool_, "sources": np.int64, "has_vector": np.bool_,
    "spread": np.bool_, "first": np.int32, "top": np.float32,
}  # fmt: skip
_TESTS = 200
FEW = 6
Array = np.ndarray[Any, np.dtype[Any]]


class Names:
    """Texts as small numbers."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.names: list[str] = []
        self._tested: dict[object, Array] = {}

    def code(self, name: str) -> int:
        """Return the number of a text, a new one where it is new."""
        known = self.codes.get(name)
        if known is None:
            known = self.codes[name] = len(self.names)
            self.names.append(name)
        return known

    def find(self, name: str) -> int:
        """Return the number of a text, -1 where no posting has it."""
        return self.codes.get(name, -1)

    def where(self, test: Callable[[str], bool], key: object = None) -> Array:
        """Return, for each number, whether its text passes the test.

        `key` names the test: what it said of a text is remembered under it.
        """
        known = self._tested.get(key) if key is not None else None
        done = 0 if known is None else known.size
        if known is None or done < len(self.names):
            rest = np.fromiter(map(test, self.names[done:]), np.bool_, len(self.names) - done)
            known = rest if known is None else np.concatenate([known, rest])
            if key is not None:
                if len(self._tested) >= _TESTS:
                    self._tested.clear()
                self._tested[key] = known
        return known


class Columns:
    """The arrays, and how they follow the table."""

    def __init__(self) -> None:
        self.seq = 0
        self.top = 0
        """The highest number in the text index that was read."""
        self.size = 0
        self.job_ids: list[str] = []
        self._slots: dict[str, int] = {}
        self._place_rows: dict[str, tuple[int, ...]] = {}
        self._source_bits: dict[str, int] = {}
        self.owners, self.companies, self.modes, self.kinds = Names(), Names(), Names(), Names()
        self.languages, self.currencies, self.places, self.source_names = (
            Names(), Names(), Names(), Names(),
        )  # fmt: skip
        self._arrays: dict[str, Array] = {n: np.zeros(0, t) for n, t in _SINGLE.items()}
        self._places: Array = np.full((0, PLACES), -1, np.int32)
        self._vectors: Array = np.zeros((0, VECTOR), np.float32)
        self._slot_of_num: Array = np.full(0, -1, np.int32)

    def __getitem__(self, name: str) -> Array:
        """Return the used part of a column."""
        return self._arrays[name][: self.size]

    @property
    def place_codes(self) -> Array:
        """Numbers of the places of each posting, -1 where there are fewer; (size, PLACES) int32."""
        return self._places[: self.size]

    @property
    def vectors(self) -> Array:
        """First dimensions of the postings' vectors; (size, VECTOR) float32."""
        return self._vectors[: self.size]

    def at_places(self, holds: Array) -> Array:
        """Return per posting whether any of its places is one of those; `holds` is by code."""
        table = np.append(holds, False)
        codes = np.flatnonzero(holds)
        if codes.size <= FEW:
            # A comparison is an eighth of the time of looking each posting up in a table.
            found = np.zeros(self.size, np.bool_)
            for code in codes:
                found |= self["first"] == code
        else:
            found = table[self["first"]]
        spread = np.flatnonzero(self["spread"])
        found[spread] = table[self._places[spread]].any(axis=1)
        return found

    def slots(self, nums: Array) -> Array:
        """Return the slots of index rows, without those that no posting points to any more."""
        if nums.size and nums.max() >= self._slot_of_num.size:
            nums = nums[nums < self._slot_of_num.size]
        found = self._slot_of_num[nums]
        return found[found >= 0] if (found < 0).any() else found

    def slot(self, job_id: str) -> int | None:
        """Return the slot of a posting."""
        return self._slots.get(job_id)

    def refresh(self, session: Session) -> None:
        """Read the postings that changed since the last time."""
        for rows in session.execute(_CHANGED, {"since": self.seq}).partitions(5000):
            self._put(rows)

    def _put(self, rows: Sequence[Any]) -> None:
        """Take rows in, column by column: a process starts with all postings of years."""
        read: dict[str, Any] = dict(zip(_NAMES, zip(*rows, strict=True), strict=True))
        at = np.fromiter((self._slot(job_id) for job_id in read["job_id"]), np.int64, len(rows))
        values = self._arrays
        for name, codes in (
            ("owner", self.owners), ("company", self.companies), ("mode", self.modes),
            ("kind", self.kinds), ("language", self.languages), ("currency", self.currencies),
        ):  # fmt: skip
            values[name][at] = [codes.code(text or "") for text in read[name]]
        for name in ("low", "high"):
            values[name][at] = [np.nan if amount is None else amount for amount in read[name]]
        values["top"][at] = np.where(
            np.isnan(values["high"][at]), *(values[n][at] for n in ("low", "high"))
        )
        for name in ("pensum_min", "pensum_max"):
            values[name][at] = [percent or 0 for percent in read[name]]
        for name in ("posted", "expires", "num"):
            values[name][at] = read[name]
        values["open"][at] = [status != "closed" for status in read["status"]]
        values["sources"][at] = [self._bits(names) for names in read["sources"]]
        self._put_places(at, read["places"])
        self._put_vectors(at, read["vector"])
        for num, slot in zip(read["num"], at, strict=True):
            self._point(num, int(slot))
        self.seq = max(self.seq, read["seq"][-1])
        self.top = max(self.top, int(self._arrays["num"][at].max()))

    def _slot(self, job_id: str) -> int:
        slot = self._slots.get(job_id)
        if slot is None:
            slot = self._slots[job_id] = self.size
            self._grow(slot + 1)
            self.job_ids.append(job_id)
            self.size += 1
        elif self._arrays["num"][slot]:
            self._slot_of_num[self._arrays["num"][slot]] = -1
        return slot

    def _bits(self, names: str) -> int:
        known = self._source_bits.get(names)
        if known is None:
            codes = {min(self.source_names.code(name), 62) for name in names.split(",")}
            known = self._source_bits[names] = sum(1 << code for code in codes)
        return known

    def _put_places(self, at: Array, keys: Sequence[str]) -> None:
        rows = [self._place_row(key) for key in keys]
        self._places[at] = rows
        self._arrays["spread"][at] = [row[1] >= 0 for row in rows]
        self._arrays["first"][at] = [row[0] for row in rows]

    def _place_row(self, keys: str) -> tuple[int, ...]:
        known = self._place_rows.get(keys)
        if known is None:
            codes = [self.places.code(key) for key in keys.split("\t") if key][:PLACES]
            known = self._place_rows[keys] = (*codes, *[-1] * (PLACES - len(codes)))
        return known

    def _put_vectors(self, at: Array, packed: Sequence[bytes | None]) -> None:
        held = np.fromiter((one is not None for one in packed), np.bool_, len(packed))
        self._arrays["has_vector"][at] = held
        some = [one for one in packed if one is not None]
        if not some:
            return
        for length in {len(one) for one in some}:
            # Vectors of another embedder have another length; they are renewed by and by.
            of = np.fromiter((one is not None and len(one) == length for one in packed), np.bool_)
            joined = b"".join(one for one in some if len(one) == length)
            part = np.frombuffer(joined, np.float16).reshape(-1, length // 2)[:, :VECTOR]
            part = part.astype(np.float32)
            norms = np.linalg.norm(part, axis=1, keepdims=True)
            self._vectors[at[of], : part.shape[1]] = part / np.where(norms > 0, norms, 1)

    def _point(self, num: int, slot: int) -> None:
        if num >= self._slot_of_num.size:
            more = max(num + 1, self._slot_of_num.size * 3 // 2, 1024)
            grown = np.full(more, -1, np.int32)
            grown[: self._slot_of_num.size] = self._slot_of_num
            self._slot_of_num = grown
        self._slot_of_num[num] = slot

    def _grow(self, needed: int) -> None:
        if needed <= len(self._places):
            return
        capacity = max(needed, len(self._places) * 3 // 2, 1024)
        for name, held in self._arrays.items():
            grown = np.zeros(capacity, held.dtype)
            grown[: held.size] = held
            self._arrays[name] = grown
        places = np.full((capacity, PLACES), -1, np.int32)
        places[: len(self._places)] = self._places
        vectors = np.zeros((capacity, VECTOR), np.float32)
        vectors[: len(self._vectors)] = self._vectors
        self._places, self._vectors = places, vectors
