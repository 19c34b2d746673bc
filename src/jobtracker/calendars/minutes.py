"""Time as a row of minutes, taken or free.

For tens of thousands of overlapping stretches this is several times faster than sorting and merging
them, and pieces of it can be kept and joined.
"""

from __future__ import annotations

from collections.abc import Iterable

Stretch = tuple[int, int]
"""Epoch seconds, the end exclusive."""


class MinuteMap:
    """Minutes from `base` (minutes since the epoch) on; a minute touched at all is taken."""

    __slots__ = ("base", "data")

    def __init__(self, base: int, data: bytearray) -> None:
        self.base = base
        self.data = data

    @classmethod
    def of(cls, low: int, high: int, stretches: Iterable[Stretch]) -> MinuteMap:
        """Build the map of `low` ≤ t < `high` (epoch seconds)."""
        base = low // 60
        made = cls(base, bytearray(max(0, -(-high // 60) - base)))
        made.mark(stretches)
        return made

    def mark(self, stretches: Iterable[Stretch]) -> None:
        """Take these stretches; what lies outside the map is left out."""
        data, base, size = self.data, self.base, len(self.data)
        ones: dict[int, bytes] = {}
        for start, end in stretches:
            first = start // 60 - base
            last = -(-end // 60) - base
            if first < 0:
                first = 0
            if last > size:
                last = size
            if first < last and end > start:
                length = last - first
                run = ones.get(length)
                if run is None:
                    run = ones[length] = b"\x01" * length
                data[first:last] = run

    def mark_starts(self, starts: Iterable[int], seconds: int) -> None:
        """Take a stretch of `seconds` from each of these starts on: many of one length at once."""
        data, base, size = self.data, self.base, len(self.data)
        whole = -(-seconds // 60)
        run = b"\x01" * whole
        for start in starts:
            first = start // 60 - base
            if start % 60 or seconds % 60 or first < 0 or first + whole > size:
                self.mark(((start, start + seconds),))
            else:
                data[first : first + whole] = run

    def free(self, open_hours: list[Stretch], minutes: int, pad: int = 0) -> list[Stretch]:
        """Return what is free within `open_hours`, each at least `minutes` long.

        `pad` minutes beside each taken stretch are not free either. Beyond its ends the map knows
        nothing: let it be wider than the hours.
        """
        found: list[Stretch] = []
        for opens, closes in open_hours:
            first = max(0, -(-opens // 60) - self.base)
            last = min(len(self.data), closes // 60 - self.base)
            for start, end in self._runs(max(0, first - pad), min(len(self.data), last + pad)):
                begin = max(first, start + (pad if start > 0 and self.data[start - 1] else 0))
                until = min(last, end - (pad if end < len(self.data) and self.data[end] else 0))
                if until - begin >= minutes:
                    found.append(((begin + self.base) * 60, (until + self.base) * 60))
        return found

    def _runs(self, position: int, last: int) -> Iterable[Stretch]:
        """Yield the runs of free minutes."""
        while position < last:
            start = self.data.find(b"\x00", position, last)
            if start < 0:
                return
            end = self.data.find(b"\x01", start, last)
            end = last if end < 0 else end
            yield start, end
            position = end

    def next_taken(self, start: int, end: int) -> bool:
        """Tell whether any minute of `start` ≤ t < `end` (epoch seconds) is taken."""
        first = max(0, start // 60 - self.base)
        return self.data.find(b"\x01", first, max(first, -(-end // 60) - self.base)) >= 0
