"""From iCalendar text to entries: what can be read is read, the rest becomes a warning."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, cast

from jobtracker.calendars import icstext, zones
from jobtracker.calendars.entry import Entry
from jobtracker.calendars.icstext import Component, Prop, Tree
from jobtracker.calendars.model import Kind, Status
from jobtracker.calendars.recurrence import DAY, BadRule, Local, Rule, local_of, parse_rule

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})\Z")
_TIME = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?\Z"
)
_DURATION = re.compile(r"([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_URL = re.compile(r"https?://[^\s<>\"'\\)\]]+")
_MEETING = re.compile(
    r"zoom\.(?:us|com)|teams\.(?:microsoft|live)\.|meet\.google\.|webex\.com|whereby\.com|"
    r"gotomeet|meet\.jit\.si|bluejeans|facetime\.apple|skype\.com|calendly|around\.co"
)
KINDS = {"event", "interview", "research", "preparation", "travel"}
MAX_ENTRIES = 50_000


class Moment:
    """A DATE or DATE-TIME: wall clock, and the zone where the text names one."""

    __slots__ = ("is_date", "local", "zone")

    def __init__(self, local: Local, zone: tzinfo | None, is_date: bool) -> None:
        self.local = local
        self.zone = zone
        self.is_date = is_date

    def on(self, zone: tzinfo | None) -> Local:
        """Return the wall clock of this moment in another zone."""
        if self.is_date or self.zone is None or zone is None or self.zone == zone:
            return self.local
        return local_of(self.aware().astimezone(zone))

    def aware(self, default: tzinfo | None = None) -> datetime:
        """Return the aware datetime; `default` is the zone of a floating one."""
        naive = datetime(1970, 1, 1) + timedelta(seconds=self.local)  # noqa: DTZ001 - wall clock
        zone = self.zone or default
        assert zone is not None
        return zones.attach(naive, zone)[0]


class Zones:
    """The zones of one file: known names first, then what its VTIMEZONEs say."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._own = {c.text("TZID") or "": c for c in tree.root.walk("VTIMEZONE")}
        self._cache: dict[str, tzinfo | None] = {}

    def find(self, tzid: str) -> tzinfo | None:
        """Return the zone; an unknown one is noted and read as floating."""
        if tzid not in self._cache:
            self._cache[tzid] = zones.resolve(tzid) or self._from_file(tzid)
        return self._cache[tzid]

    def _from_file(self, tzid: str) -> tzinfo | None:
        component = self._own.get(tzid)
        if component is not None:
            for hint in ("X-LIC-LOCATION", "TZURL"):
                if (name := component.text(hint)) and (zone := zones.resolve(name)):
                    return zone
            if zone := _by_offsets(component):
                return zone
        self._tree.warn(
            f"the time zone {tzid[:60]!r} is unknown; its times are read as your local time"
        )
        return None


def _by_offsets(component: Component) -> tzinfo | None:
    """Find a zone with the same offsets; rules of old decades are not compared."""
    latest: dict[str, tuple[str, str]] = {}
    for part in component.walk("STANDARD", "DAYLIGHT"):
        offset, since = part.text("TZOFFSETTO"), part.text("DTSTART") or ""
        if offset and (part.name not in latest or latest[part.name][0] <= since):
            latest[part.name] = (since, offset)
    standard, daylight = latest.get("STANDARD"), latest.get("DAYLIGHT")
    if standard is None and daylight is None:
        return None
    first = (standard or daylight or ("", ""))[1]
    fixed = zones.resolve(first[:5])
    if daylight is None or standard is None or daylight[1] == standard[1]:
        return fixed
    wanted = {standard[1][:5], daylight[1][:5]}
    for name in _COMMON:
        zone = zones.resolve(name)
        seen = {datetime(2026, month, 15, tzinfo=zone).strftime("%z") for month in (1, 7)}
        if seen == wanted:
            return zone
    return fixed


_COMMON = (
    "Europe/Zurich", "Europe/London", "Europe/Helsinki", "Europe/Lisbon", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Halifax",
    "America/St_Johns", "America/Anchorage", "Australia/Sydney", "Australia/Adelaide",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "America/Santiago",
    "Africa/Casablanca", "Asia/Beirut", "Atlantic/Azores",
)  # fmt: skip


def parse_moment(prop: Prop, known: Zones) -> Moment | None:
    """Read a DATE or DATE-TIME; None where the value is neither."""
    value = prop.value.strip()
    if value[:4].isdecimal() and not 1583 <= int(value[:4]) <= 9000:
        return None  # beyond these, adding a time zone or a day leaves the calendar
    try:
        if match := _DATE.match(value):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            return Moment(local_of(datetime(day.year, day.month, day.day)), None, True)  # noqa: DTZ001
        if not (match := _TIME.match(value)):
            return None
        numbers = [int(match[n] or 0) for n in range(1, 7)]
        numbers[5] = min(numbers[5], 59)
        local = local_of(datetime(*numbers))  # type: ignore[arg-type]  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None
    if match[7]:
        return Moment(local, zones.resolve(match[7]), False)
    tzid = prop.params.get("TZID")
    return Moment(local, known.find(tzid) if tzid else None, False)


def parse_duration(value: str) -> int | None:
    """Return the seconds of a DURATION; None where it is none."""
    match = _DURATION.match(value.strip().upper())
    if not match or not any(match[n] for n in range(2, 7)):
        return None
    units = (7 * DAY, DAY, 3600, 60, 1)
    total = sum(int(match[n + 2] or 0) * unit for n, unit in enumerate(units))
    return -total if match[1] == "-" else total


def read_entries(text: str, calendar: str = "local") -> tuple[list[Entry], list[str]]:
    """Return the events of a calendar file, and what could not be read."""
    tree = icstext.parse(text)
    known = Zones(tree)
    entries: list[Entry] = []
    for component in tree.root.walk("VEVENT"):
        if len(entries) == MAX_ENTRIES:
            tree.warn(f"only the first {MAX_ENTRIES} events were read")
            break
        entry = read_entry(component, known, tree)
        if entry is not None:
            entry.calendar = calendar
            entries.append(entry)
    if not entries and not list(tree.root.walk("VCALENDAR", "VEVENT")):
        tree.warn("this is not a calendar file: no VCALENDAR in it")
    return entries, tree.warnings


def read_entry(component: Component, known: Zones, tree: Tree) -> Entry | None:
    """Read one VEVENT; None, with a warning, where it has no usable start."""
    uid = component.text("UID")
    summary = component.text("SUMMARY") or "(no title)"
    prop = component.get("DTSTART")
    start = parse_moment(prop, known) if prop else None
    if start is None:
        said = f"its start {prop.value[:40]!r} cannot be read" if prop else "it has no start"
        tree.warn(f"event “{summary[:60]}” was skipped: {said}")
        return None
    if uid is None:
        uid = f"{summary}|{start.local}|{zones.name_of(start.zone) if start.zone else ''}"
        tree.warn(f"event “{summary[:60]}” has no UID; one was derived from its title and start")
    seconds, days = _length(component, start, known, tree, summary)
    entry = Entry(uid, summary, start.local, seconds, start.zone, days)
    _describe(entry, component)
    _recur(entry, component, start, known, tree)
    return entry


def _length(
    component: Component, start: Moment, known: Zones, tree: Tree, summary: str
) -> tuple[int, int]:
    """Return exact seconds, and days where the event is an all-day one."""
    prop = component.get("DTEND")
    end = parse_moment(prop, known) if prop else None
    if prop and end is None:
        tree.warn(f"event “{summary[:60]}”: its end {prop.value[:40]!r} cannot be read")
    seconds: int | None = None
    if end is not None and end.is_date == start.is_date:
        if start.is_date or start.zone is None or end.zone is None:
            seconds = end.local - start.local
        else:
            seconds = int((end.aware() - start.aware()).total_seconds())
    elif written := component.text("DURATION"):
        seconds = parse_duration(written)
        if seconds is None:
            tree.warn(f"event “{summary[:60]}”: its duration {written[:40]!r} cannot be read")
    if seconds is not None and seconds < 0:
        tree.warn(f"event “{summary[:60]}” ends before it starts; read as ending at its start")
        seconds = 0
    if start.is_date:
        return 0, max(1, (seconds or 0) // DAY)
    return min(seconds or 0, 3660 * DAY), 0


def _describe(entry: Entry, component: Component) -> None:
    status = (component.text("STATUS") or "").upper()
    busy_status = (component.text("X-MICROSOFT-CDO-BUSYSTATUS") or "").upper()
    states: dict[str, Status] = {"TENTATIVE": "tentative", "CANCELLED": "cancelled"}
    entry.status = states.get(status, "tentative" if busy_status == "TENTATIVE" else "confirmed")
    transparent = (component.text("TRANSP") or "").upper() == "TRANSPARENT"
    entry.busy = not transparent and busy_status != "FREE" and entry.status != "cancelled"
    entry.location = component.text("LOCATION")
    entry.description = component.text("DESCRIPTION")
    entry.link = find_link(component)
    kind = (component.text("X-JOBTRACKER-KIND") or "event").lower()
    entry.kind = cast("Kind", kind if kind in KINDS else "event")
    entry.company = component.text("X-JOBTRACKER-COMPANY")
    entry.role = component.text("X-JOBTRACKER-ROLE")
    entry.application_id = component.text("X-JOBTRACKER-APPLICATION")
    entry.related = component.text("RELATED-TO")
    sequence = component.text("SEQUENCE") or "0"
    entry.sequence = int(sequence) if sequence.isdecimal() and len(sequence) < 9 else 0


def find_meeting(text: str) -> str | None:
    """Return the first link to a known meeting service."""
    found = (url.rstrip(".,;>") for url in _URL.findall(text))
    return next((url for url in found if _MEETING.search(url)), None)


def find_link(component: Component) -> str | None:
    """Return the address to join: the conference properties first, then a known service's link."""
    for name in (
        "X-GOOGLE-CONFERENCE",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "X-MICROSOFT-ONLINEMEETINGCONFLINK",
        "CONFERENCE",
    ):
        if (value := component.text(name)) and value.startswith("http"):
            return value
    texts = [component.text(name) or "" for name in ("LOCATION", "URL", "DESCRIPTION")]
    found = [url.rstrip(".,;>") for text in texts for url in _URL.findall(text)]
    meetings = [url for url in found if _MEETING.search(url)]
    if meetings:
        return meetings[0]
    return component.text("URL") if (component.text("URL") or "").startswith("http") else None


def _recur(entry: Entry, component: Component, start: Moment, known: Zones, tree: Tree) -> None:
    zone = start.zone
    if rules := component.all("RRULE"):
        entry.rule = _rule(rules[0].value, start, known, tree, entry.summary)
        if len(rules) > 1:
            tree.warn(f"event “{entry.summary[:60]}” has several rules; only the first is used")
    rdates = [m for p in component.all("RDATE") for m in _moments(p, known)]
    entry.rdates = tuple(sorted({moment.on(zone) for moment in rdates}))
    excluded = [m for p in component.all("EXDATE") for m in _moments(p, known)]
    whole = [m for m in excluded if m.is_date and not entry.all_day]
    entry.exdays = frozenset(m.local // DAY for m in whole)
    entry.exdates = frozenset(m.on(zone) for m in excluded if m not in whole)
    if prop := component.get("RECURRENCE-ID"):
        moment = parse_moment(prop, known)
        if moment is None:
            tree.warn(f"event “{entry.summary[:60]}”: its RECURRENCE-ID cannot be read")
            return
        # Kept on the wall clock of this entry's zone; the index moves it to the series' zone.
        entry.recurrence_id = moment.on(zone)
        entry.this_and_future = prop.params.get("RANGE", "").upper() == "THISANDFUTURE"


def _moments(prop: Prop, known: Zones) -> list[Moment]:
    """Read a list of dates, times or periods (of which the start counts)."""
    found: list[Moment] = []
    for value in prop.value.split(",")[:5000]:
        moment = parse_moment(Prop(prop.name, value.split("/")[0], prop.params), known)
        if moment is not None:
            found.append(moment)
    return found


def _rule(value: str, start: Moment, known: Zones, tree: Tree, summary: str) -> Rule | None:
    until: Local | None = None
    if match := re.search(r"UNTIL=([^;]+)", value, re.I):
        moment = parse_moment(Prop("UNTIL", match[1]), known)
        if moment is None:
            tree.warn(f"event “{summary[:60]}”: UNTIL {match[1][:40]!r} cannot be read")
        else:
            whole_day = moment.is_date and not start.is_date
            until = moment.on(start.zone) + (DAY - 1 if whole_day else 0)
    try:
        return parse_rule(value, until)
    except BadRule as exc:
        tree.warn(f"event “{summary[:60]}”: its repetition cannot be read ({exc}); taken once")
        return None


MethodName = Literal["REQUEST", "CANCEL", "COUNTER", "REPLY", "PUBLISH", "REFRESH", "ADD", ""]


def method_of(tree: Tree) -> str:
    """Return the iTIP METHOD in upper case, empty where there is none."""
    for component in tree.root.walk("VCALENDAR"):
        if name := component.text("METHOD"):
            return name.upper()
    prop = tree.root.get("METHOD")
    return prop.value.strip().upper() if prop else ""
