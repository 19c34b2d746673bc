"""Which times suit an interview best, and where the blocks around it go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobtracker.calendars import availability as free
from jobtracker.calendars.availability import Preferences
from jobtracker.calendars.entry import Draft
from jobtracker.calendars.index import Index
from jobtracker.calendars.minutes import MinuteMap, Stretch
from jobtracker.calendars.model import Suggestion
from jobtracker.calendars.wording import title, todo
from jobtracker.core.speech import Saying, say, saying, texts

_OFFICE = Preferences(ZoneInfo("UTC"))
_NEAR = 30 * 60
_DAY = 86_400
BLOCK_MINUTES = 60
_ONLINE = re.compile(
    r"\b(?:online|remote|virtual|video|teams|zoom|meet|webex|skype|phone|telefon|t[ée]l[ée]phone|"
    r"telefono|visio|videocall|en ligne)\b|https?://",
    re.I,
)


@dataclass(frozen=True)
class _Candidate:
    start: int
    end: int
    score: float
    tight: bool


def suggest(
    index: Index,
    window: tuple[datetime, datetime],
    minutes: int,
    prefs: Preferences,
    now: datetime,
    other: ZoneInfo | None = None,
    limit: int = 5,
) -> list[Suggestion]:
    """Return the best free times, best first.

    `other` is the interviewer's zone: times outside Monday–Friday 08:00–18:00 there are left out.
    The buffer is kept free on both sides; only where no such time exists, it is given up.
    """
    low = max(free.seconds(window[0]), free.seconds(now + timedelta(hours=prefs.notice_hours)) + 60)
    high = free.seconds(window[1])
    if high <= low:
        return []
    open_hours = _common_hours(low, high, prefs, other)
    taken = index.minutes(low - _DAY, high + _DAY)
    for pad in dict.fromkeys((prefs.buffer_minutes, 0)):
        stretches = taken.free(open_hours, minutes, pad)
        chosen = _choose(list(_candidates(stretches, minutes, prefs, taken, low)), prefs, limit)
        if chosen:
            return [_suggestion(index, one, prefs, other) for one in chosen]
    return []


def _common_hours(low: int, high: int, prefs: Preferences, other: ZoneInfo | None) -> list[Stretch]:
    mine = free.working_stretches(low, high, prefs)
    if other is None or other == prefs.zone:
        return mine
    theirs = free.working_stretches(low, high, replace(_OFFICE, zone=other))
    return [
        (max(a, c), min(b, d)) for a, b in mine for c, d in theirs if max(a, c) < min(b, d)
    ]  # fmt: skip


def _candidates(
    stretches: list[Stretch], minutes: int, prefs: Preferences, taken: MinuteMap, low: int
) -> Iterator[_Candidate]:
    for opens, closes in stretches:
        for start in _grid(opens, closes - minutes * 60, prefs.zone):
            end = start + minutes * 60
            tight = taken.next_taken(start - _NEAR, end + _NEAR)
            yield _Candidate(start, end, _score(start, end, tight, low, prefs), tight)


def _grid(first: int, last: int, zone: ZoneInfo) -> list[int]:
    """Return half hours of the wall clock; quarter hours, else the very start, where none fits."""
    for step in (1800, 900):
        offset = datetime.fromtimestamp(first, UTC).astimezone(zone).utcoffset() or timedelta()
        shift = int(offset.total_seconds())
        begin = -(-(first + shift) // step) * step - shift
        if begin <= last:
            return list(range(begin, last + 1, step))
    return [first] if first <= last else []


def _score(start: int, end: int, tight: bool, low: int, prefs: Preferences) -> float:
    local = datetime.fromtimestamp(start, UTC).astimezone(prefs.zone)
    until = datetime.fromtimestamp(end, UTC).astimezone(prefs.zone)
    hour = local.hour + local.minute / 60
    score = -abs(hour - 10) / 4 if hour < 13 else -0.3 - abs(hour - 14.5) / 4
    score -= 0.8 if local.time() < time(13) and until.time() > time(12, 15) else 0
    score -= 0.7 if tight else 0
    score -= 0.08 * (start - low) / _DAY
    return score - (0.2 if local.isoweekday() in {1, 5} else 0)


def _choose(candidates: list[_Candidate], prefs: Preferences, limit: int) -> list[_Candidate]:
    """Take the best, but not two in the same half of a day, then not more than needed."""
    ranked = sorted(candidates, key=lambda c: (-c.score, c.start))
    chosen: list[_Candidate] = []
    halves: set[tuple[object, bool]] = set()
    for one in ranked:
        local = datetime.fromtimestamp(one.start, UTC).astimezone(prefs.zone)
        half = (local.date(), local.hour < 13)
        if half not in halves:
            halves.add(half)
            chosen.append(one)
        if len(chosen) == limit:
            return chosen
    for one in ranked:
        if len(chosen) == limit:
            break
        if all(one.start >= c.end or one.end <= c.start for c in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda c: (-c.score, c.start))


def _suggestion(
    index: Index, one: _Candidate, prefs: Preferences, other: ZoneInfo | None
) -> Suggestion:
    start, end = (
        datetime.fromtimestamp(t, UTC).astimezone(prefs.zone) for t in (one.start, one.end)
    )
    reasons = _why(index, start, other)
    return Suggestion(
        start=start,
        end=end,
        why=", ".join(texts(reasons)),
        reasons=reasons,
        conflict=nearby(index, one.start, one.end, prefs),
    )


def _why(index: Index, start: datetime, other: ZoneInfo | None) -> list[Saying]:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    day = [
        o
        for o in index.between(free.seconds(midnight), free.seconds(midnight + timedelta(days=1)))
        if o.entry.busy and not o.entry.all_day
    ]
    part = "early" if start.hour < 9 else "morning"
    part = part if start.hour < 12 else "midday" if start.hour < 13 else "afternoon"
    reasons = [
        saying("calendars.part_of_day", at=start, part=part),
        saying("calendars.day_load", n=len(day)) if day else saying("calendars.day_empty"),
    ]
    if other is not None and other.key != getattr(start.tzinfo, "key", None):
        theirs = start.astimezone(other)
        reasons.append(saying("calendars.their_time", at=theirs, zone=other.key))
    return reasons


def nearby(index: Index, start: int, end: int, prefs: Preferences) -> str | None:
    """Say what ends or begins within half an hour, e.g. right after “Dentist” (ends 10:00)."""
    notes: list[str] = []
    for o in index.between(start - _NEAR - 60, end + _NEAR + 60):
        if not o.entry.busy or o.entry.all_day:
            continue
        title = o.entry.summary[:60]
        if start - _NEAR < o.end <= start:
            clock = datetime.fromtimestamp(o.end, UTC).astimezone(prefs.zone)
            notes.append(_gap("after", start - o.end, title, clock))
        elif end <= o.start < end + _NEAR:
            clock = datetime.fromtimestamp(o.start, UTC).astimezone(prefs.zone)
            notes.append(_gap("before", o.start - end, title, clock))
    return "; ".join(notes) or None


def _gap(side: str, gap: int, title: str, clock: datetime) -> str:
    if gap < 60:
        right = {"after": "calendars.right_after", "before": "calendars.right_before"}
        return say(right[side], title=title, at=clock)
    some = {"after": "calendars.after", "before": "calendars.before"}
    return say(some[side], n=gap // 60, title=title, at=clock)


NOT_PLACED = {"preparation": "calendars.no_preparation", "research": "calendars.no_research"}


def interview_uid(user: str, company: str, role: str, start: datetime) -> str:
    """Return the UID of an interview: the same for the same company, role and start."""
    text = "|".join((user, _plain(company), _plain(role), str(free.seconds(start))))
    return f"interview-{hashlib.blake2b(text.encode(), digest_size=10).hexdigest()}@jobtracker"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def is_place(location: str | None) -> bool:
    """Tell whether one has to travel there."""
    return bool(location and location.strip()) and not _ONLINE.search(location or "")


@dataclass(frozen=True)
class Plan:
    """The blocks around an interview, and what could not be placed."""

    blocks: list[Draft]
    notes: list[str]


def plan_blocks(
    index: Index, interview: Draft, prefs: Preferences, now: datetime, ignore: frozenset[str]
) -> Plan:
    """Place travel, the prep session of the day before, and a research block before that.

    `ignore` are the UIDs that are about to move: their present times count as free.
    """
    begin = free.seconds(interview.start)
    low = begin - 14 * _DAY
    taken = [
        (o.start, o.end)
        for o in index.between(low, begin + 2 * _DAY)
        if o.entry.busy and o.entry.uid not in ignore
    ]
    blocks = list(_travel(interview, prefs))
    taken += [(free.seconds(b.start), free.seconds(b.end)) for b in [interview, *blocks]]
    notes = _travel_notes(index, blocks, prefs, ignore | {interview.uid})
    earliest = free.seconds(now) + 15 * 60
    latest = min(free.seconds(b.start) for b in [interview, *blocks])
    for kind in ("preparation", "research"):
        place = _place(taken, earliest, latest, interview.start, prefs, kind == "research")
        if place is None:
            notes.append(say(NOT_PLACED[kind]))
            continue
        latest = place[0]
        taken.append(place)
        block = _block(interview, kind, place, prefs)
        blocks.append(block)
    return Plan(blocks, notes)


def _title(interview: Draft) -> str:
    return (
        " – ".join(part for part in (interview.company, interview.role) if part)
        or interview.summary
    )


def _travel(interview: Draft, prefs: Preferences) -> Iterator[Draft]:
    if not is_place(interview.location) or prefs.travel_minutes == 0:
        return
    start, end = free.seconds(interview.start), free.seconds(interview.end)
    minutes = prefs.travel_minutes * 60
    for name, place in (("travel", (start - minutes, start)), ("return", (end, end + minutes))):
        yield _block(interview, name, place, prefs)


def _travel_notes(
    index: Index, blocks: list[Draft], prefs: Preferences, ignore: frozenset[str]
) -> list[str]:
    return [
        say("calendars.travel_overlaps", what=free.describe(o, prefs.zone))
        for block in blocks
        for o in free.conflicts(index, free.seconds(block.start), free.seconds(block.end), ignore)
    ]


def _block(interview: Draft, name: str, place: Stretch, prefs: Preferences) -> Draft:
    stem, _, host = interview.uid.rpartition("@")
    start, end = (datetime.fromtimestamp(t, UTC).astimezone(prefs.zone) for t in place)
    return Draft(
        uid=f"{stem}-{name}@{host}" if stem else f"{interview.uid}-{name}",
        summary=title(name, _title(interview), prefs.language),
        description=todo(name, prefs.language),
        start=start,
        end=end,
        timezone=prefs.zone.key,
        kind="travel"
        if name in {"travel", "return"}
        else "research"
        if name == "research"
        else "preparation",
        location=interview.location if name == "travel" else None,
        company=interview.company,
        role=interview.role,
        application_id=interview.application_id,
        related=interview.uid,
        reminders=(10,),
    )


def _place(
    taken: list[Stretch],
    earliest: int,
    latest: int,
    interview: datetime,
    prefs: Preferences,
    research: bool,
) -> Stretch | None:
    """Return the last free hour of the working day before (research: of two days before), else the
    nearest one to it that there is.
    """
    if latest - earliest < BLOCK_MINUTES * 60:
        return None
    low = max(earliest, latest - 14 * _DAY)
    hours = free.working_stretches(low, latest, prefs)
    stretches = MinuteMap.of(low - _DAY, latest + _DAY, taken).free(hours, BLOCK_MINUTES)
    if not stretches:
        return None
    local = interview.astimezone(prefs.zone)
    midnight = free.seconds(local.replace(hour=0, minute=0, second=0, microsecond=0))
    before = [
        s for s in stretches if s[0] + BLOCK_MINUTES * 60 <= midnight - (_DAY if research else 0)
    ]
    _, closes = (before or stretches)[-1]
    end = closes // 900 * 900
    start = end - BLOCK_MINUTES * 60
    opens = (before or stretches)[-1][0]
    return (start, end) if start >= opens else (opens, opens + BLOCK_MINUTES * 60)
