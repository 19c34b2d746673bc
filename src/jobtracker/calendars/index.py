"""All entries of a person's calendars, ready to be asked about a window of time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from jobtracker.calendars import zones
from jobtracker.calendars.entry import Entry, Occurrence
from jobtracker.calendars.minutes import MinuteMap
from jobtracker.calendars.recurrence import DAY, Local, occurrences

_MARGIN = 2 * DAY
_LONG = 7 * DAY
_PIECE = 32 * DAY
_MAX_PIECES = 64


class WallClock:
    """Turns wall-clock seconds of one zone into epoch seconds, by the offsets of some years."""

    def __init__(self, zone: tzinfo, low: int, high: int) -> None:
        years = [datetime.fromtimestamp(t, UTC).year for t in (low, high)]
        table = zones.offsets(zone, years[0] - 1, years[1] + 1)
        # A skipped time takes the offset before the gap, a repeated one is the first of both:
        # both mean that the new offset holds from the later of the two wall-clock readings.
        self._from = [
            moment + (max(offset, table[n - 1][1]) if n else offset)
            for n, (moment, offset) in enumerate(table)
        ]
        self._offsets = [offset for _, offset in table]

    def epoch(self, local: Local) -> int:
        """Return the epoch second of a wall-clock time."""
        return local - self._offsets[max(0, bisect_right(self._from, local) - 1)]

    def epochs(self, local: list[Local]) -> list[int]:
        """Convert a sorted list; one lookup where no clock change lies within it."""
        if not local:
            return []
        first = max(0, bisect_right(self._from, local[0]) - 1)
        last = max(0, bisect_right(self._from, local[-1]) - 1)
        if first == last:
            offset = self._offsets[first]
            return [moment - offset for moment in local]
        return [self.epoch(moment) for moment in local]


class Series:
    """A repeating entry with the occurrences that were changed one by one."""

    __slots__ = ("entry", "later", "overridden")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.overridden: set[Local] = set()
        self.later: list[Entry] = []


class Index:
    """Occurrences of all entries; `zone` is that of floating and all-day ones."""

    def __init__(self, entries: Iterable[Entry], zone: tzinfo) -> None:
        self.zone = zone
        self.by_uid: dict[str, list[Entry]] = defaultdict(list)
        self.truncated: set[str] = set()
        self._series: list[Series] = []
        self._pieces: dict[int, bytearray] = {}
        self._clocks: dict[tuple[tzinfo, int, int], WallClock] = {}
        for entry in entries:
            self.by_uid[entry.uid].append(entry)
        singles: list[Occurrence] = []
        for uid, group in self.by_uid.items():
            self.by_uid[uid] = group = _newest(group)
            singles.extend(self._add(group))
        self._singles = sorted((o for o in singles if o.end - o.start <= _LONG), key=_start)
        self._long = sorted((o for o in singles if o.end - o.start > _LONG), key=_start)
        self._starts = [occurrence.start for occurrence in self._singles]

    def _add(self, group: list[Entry]) -> Iterator[Occurrence]:
        masters = [entry for entry in group if entry.recurrence_id is None]
        changed = [entry for entry in group if entry.recurrence_id is not None]
        series = [Series(entry) for entry in masters if entry.rule or entry.rdates]
        self._series += series
        for entry in masters:
            if not (entry.rule or entry.rdates):
                yield self._single(entry, recurring=False)
        for entry in changed:
            for one in series:
                where = self._in_zone_of(one.entry, entry)
                if entry.this_and_future:
                    one.later.append(replace(entry, recurrence_id=where))
                else:
                    one.overridden.add(where)
            if not (entry.this_and_future and series):
                yield self._single(entry, recurring=True)
        for one in series:
            one.later.sort(key=lambda e: e.recurrence_id or 0)

    def _in_zone_of(self, master: Entry, changed: Entry) -> Local:
        """Return the RECURRENCE-ID of `changed` on the wall clock of the series."""
        local = changed.recurrence_id or 0
        if master.all_day:
            return local // DAY * DAY
        if local % DAY == 0 and changed.all_day:
            return local + master.start % DAY
        there, here = master.zone or self.zone, changed.zone or self.zone
        if there == here:
            return local
        moment = self._clock(here, local - _MARGIN, local + _MARGIN).epoch(local)
        offset = datetime.fromtimestamp(moment, UTC).astimezone(there).utcoffset()
        return moment + int(offset.total_seconds() if offset else 0)

    def _clock(self, zone: tzinfo, low: int, high: int) -> WallClock:
        low, high = max(low, -60 * 366 * DAY), min(high, 7000 * 365 * DAY)
        key = (zone, low // (366 * DAY), high // (366 * DAY))
        if key not in self._clocks:
            self._clocks[key] = WallClock(zone, low, high)
        return self._clocks[key]

    def _single(self, entry: Entry, *, recurring: bool) -> Occurrence:
        clock = self._clock(entry.zone or self.zone, entry.start - _MARGIN, entry.start + _MARGIN)
        start = clock.epoch(entry.start)
        return Occurrence(start, self._end(entry, entry.start, start, clock), entry, recurring)

    def _end(self, entry: Entry, local: Local, start: int, clock: WallClock) -> int:
        if entry.all_day:
            return clock.epoch(local + entry.days * DAY)
        return start + entry.seconds

    def start_of(self, entry: Entry) -> int:
        """Return the epoch second at which an entry first begins."""
        return self._single(entry, recurring=False).start

    def between(self, low: int, high: int) -> list[Occurrence]:
        """Return the occurrences that touch `low` ≤ t < `high` (epoch seconds), by start."""
        found = [o for o in self._near(low, high) if _touches(o.start, o.end, low, high)]
        for series in self._series:
            for entry, start, end in self._expand(series, low, high):
                if _touches(start, end, low, high):
                    found.append(Occurrence(start, end, entry, True))
        found.sort(key=lambda o: (o.start, o.end, o.entry.summary))
        return found

    def _near(self, low: int, high: int) -> Iterator[Occurrence]:
        first = bisect_left(self._starts, low - _LONG)
        yield from self._singles[first : bisect_left(self._starts, high)]
        for occurrence in self._long:
            if occurrence.start >= high:
                break
            yield occurrence

    def minutes(self, low: int, high: int) -> MinuteMap:
        """Return which minutes are taken, at least in `low` ≤ t < `high`.

        Worked out in pieces of 32 days that are kept as long as the calendars do not change.
        """
        first, last = low // _PIECE, -(-high // _PIECE)
        missing = [n for n in range(first, last) if n not in self._pieces]
        if missing:
            begin, end = missing[0] * _PIECE, (missing[-1] + 1) * _PIECE
            made = self._taken(begin, end).data
            if len(self._pieces) > _MAX_PIECES:
                self._pieces.clear()
            width = _PIECE // 60
            for n in range(missing[0], missing[-1] + 1):
                at = (n - missing[0]) * width
                self._pieces[n] = made[at : at + width]
        pieces = [self._pieces.get(n) for n in range(first, last)]
        if any(piece is None for piece in pieces):  # cleared by another thread meanwhile
            return self._taken(low, high)
        return MinuteMap(first * _PIECE // 60, bytearray().join(p for p in pieces if p is not None))

    def _taken(self, low: int, high: int) -> MinuteMap:
        """Work out the minutes of a window anew."""
        made = MinuteMap.of(low, high, self._busy(low, high))
        for series in self._series:
            entry = series.entry
            if entry.busy and not series.later and not entry.all_day and entry.seconds > 0:
                made.mark_starts(self._starts_of(series, low, high), entry.seconds)
        return made

    def _busy(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Yield the taken stretches of what is not a plain timed series, in no order."""
        for one in self._near(low, high):
            if one.entry.busy and one.end > low:
                yield one.start, one.end
        for series in self._series:
            if series.later or (series.entry.busy and series.entry.all_day):
                for entry, start, end in self._expand(series, low, high):
                    if entry.busy and end > low and start < high:
                        yield start, end

    def _starts_of(self, series: Series, low: int, high: int) -> list[int]:
        """Return the starts of a series without later changes, as epoch seconds."""
        entry = series.entry
        begin, end = low - entry.seconds - _MARGIN, high + _MARGIN
        local = self._locals(series, begin, end)
        return self._clock(entry.zone or self.zone, begin, end).epochs(local)

    def _expand(self, series: Series, low: int, high: int) -> Iterator[tuple[Entry, int, int]]:
        entry = series.entry
        length = max(
            [entry.seconds + entry.days * DAY] + [e.seconds + e.days * DAY for e in series.later]
        )
        clock = self._clock(entry.zone or self.zone, low - length - _MARGIN, high + _MARGIN)
        reach = (
            _MARGIN
            + length
            + max((abs(e.start - (e.recurrence_id or 0)) for e in series.later), default=0)
        )
        local = self._locals(series, low - reach, high + reach)
        if series.later:
            yield from self._moved(series, local, clock)
            return
        starts = clock.epochs(local)
        if entry.all_day:
            for moment, start in zip(local, starts, strict=True):
                yield entry, start, clock.epoch(moment + entry.days * DAY)
            return
        seconds = entry.seconds
        for start in starts:
            yield entry, start, start + seconds

    def _locals(self, series: Series, low: Local, high: Local) -> list[Local]:
        """Wall-clock starts in the window, without those excluded or changed one by one."""
        entry = series.entry
        if entry.rule:
            found, cut = occurrences(entry.rule, entry.start, low, high)
            if cut:
                self.truncated.add(entry.uid)
        else:
            found = [entry.start] if low <= entry.start < high else []
        if entry.rdates:
            found = sorted({*found, *(r for r in entry.rdates if low <= r < high)})
        skip = entry.exdates | series.overridden if series.overridden else entry.exdates
        if skip:
            found = [moment for moment in found if moment not in skip]
        if entry.exdays:
            found = [moment for moment in found if moment // DAY not in entry.exdays]
        return found

    def _moved(
        self, series: Series, local: list[Local], clock: WallClock
    ) -> Iterator[tuple[Entry, int, int]]:
        """Apply “this and all that follow” changes: each shifts what comes after it."""
        for moment in local:
            entry, shift = series.entry, 0
            for later in series.later:
                if later.recurrence_id is not None and later.recurrence_id <= moment:
                    entry, shift = later, later.start - later.recurrence_id
            start = clock.epoch(moment + shift)
            yield entry, start, self._end(entry, moment + shift, start, clock)


def _start(occurrence: Occurrence) -> int:
    return occurrence.start


def _touches(start: int, end: int, low: int, high: int) -> bool:
    """A moment without length touches the window in which it lies."""
    return start < high and (end > low or start >= low)


def _newest(group: list[Entry]) -> list[Entry]:
    """Of several versions of the same occurrence keep the one with the highest sequence."""
    if len(group) == 1:
        return group
    kept: dict[tuple[Local | None, str], Entry] = {}
    for entry in group:
        key = (entry.recurrence_id, entry.calendar)
        if key not in kept or kept[key].sequence <= entry.sequence:
            kept[key] = entry
    return list(kept.values())
