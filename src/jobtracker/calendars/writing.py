"""From events to iCalendar text, and changes inside text that others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from jobtracker.calendars import icstext, zones
from jobtracker.calendars.entry import Draft, Entry
from jobtracker.calendars.icstext import Component, Prop

PRODID = "-//Job Tracker Pro//Calendar//EN"


def escape(text: str) -> str:
    """Escape a TEXT value; control characters other than line breaks are dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c for c in plain if c == "\n" or c == "\t" or ord(c) >= 32)
    for raw, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(raw, escaped)
    return plain


def vtimezone(zone: tzinfo, around: datetime) -> Component:
    """Describe a zone from the year before to five years after, each clock change by its date."""
    name = zones.name_of(zone)
    table = zones.offsets(zone, around.year - 1, around.year + 5)
    component = Component("VTIMEZONE", [Prop("TZID", name)])
    groups: dict[tuple[int, int], list[int]] = {}
    before = table[0][1]
    for moment, offset in table:
        groups.setdefault((before, offset), []).append(moment)
        before = offset
    lowest = min(offset for _, offset in table)
    for (old, new), moments in groups.items():
        starts = [_wall(moment, old) for moment in moments]
        part = Component("STANDARD" if new == lowest else "DAYLIGHT")
        part.props += [
            Prop("DTSTART", starts[0]),
            Prop("TZOFFSETFROM", _offset(old)),
            Prop("TZOFFSETTO", _offset(new)),
            Prop("TZNAME", _abbreviation(zone, moments[0])),
        ]
        if starts[1:]:
            part.props.append(Prop("RDATE", ",".join(starts[1:])))
        component.children.append(part)
    return component


def _wall(moment: int, offset: int) -> str:
    return (datetime.fromtimestamp(moment, UTC) + timedelta(seconds=offset)).strftime(
        "%Y%m%dT%H%M%S"
    )


def _offset(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    tail = f"{rest % 60:02d}" if rest % 60 else ""
    return f"{sign}{hours:02d}{rest // 60:02d}{tail}"


def _abbreviation(zone: tzinfo, moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).tzname() or "LMT"


def when(name: str, moment: datetime, zone: tzinfo) -> Prop:
    """Return DTSTART or DTEND in its zone; UTC times end in Z."""
    local = moment.astimezone(zone)
    key = zones.name_of(zone)
    if key == "UTC" or "/" not in key:
        return Prop(name, moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
    return Prop(name, local.strftime("%Y%m%dT%H%M%S"), {"TZID": key})


def event_component(draft: Draft, now: datetime) -> Component:
    """Return the VEVENT of one of our events."""
    zone = zones.parse_any(draft.timezone)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    texts = {
        "LOCATION": draft.location,
        "DESCRIPTION": draft.description,
        "X-JOBTRACKER-KIND": draft.kind,
        "X-JOBTRACKER-COMPANY": draft.company,
        "X-JOBTRACKER-ROLE": draft.role,
        "X-JOBTRACKER-APPLICATION": draft.application_id,
        "RELATED-TO": draft.related,
    }
    props = [
        Prop("UID", escape(draft.uid)),
        Prop("DTSTAMP", stamp),
        Prop("SEQUENCE", str(draft.sequence)),
        Prop("SUMMARY", escape(draft.summary)),
        when("DTSTART", draft.start, zone),
        when("DTEND", draft.end, zone),
        Prop("STATUS", "CONFIRMED"),
        Prop("TRANSP", "OPAQUE" if draft.busy else "TRANSPARENT"),
        *(Prop(name, escape(text)) for name, text in texts.items() if text),
    ]
    if draft.link:
        props.append(Prop("URL", "".join(draft.link.split())))
    alarms = [
        Component(
            "VALARM",
            [
                Prop("ACTION", "DISPLAY"),
                Prop("TRIGGER", f"-PT{minutes}M"),
                Prop("DESCRIPTION", escape(draft.summary)),
            ],
        )
        for minutes in draft.reminders
    ]
    return Component("VEVENT", props, alarms)


def calendar_text(components: Iterable[Component], method: str | None = None) -> str:
    """Wrap components into one VCALENDAR."""
    props = [Prop("VERSION", "2.0"), Prop("PRODID", PRODID), Prop("CALSCALE", "GREGORIAN")]
    if method:
        props.append(Prop("METHOD", method))
    root = Component("VCALENDAR", props, list(components))
    return "\r\n".join(icstext.serialize(root)) + "\r\n"


def draft_text(draft: Draft, now: datetime) -> str:
    """Return the file of one of our events, with its time zone."""
    zone = zones.parse_any(draft.timezone)
    event = event_component(draft, now)
    parts = [event] if zones.name_of(zone) == "UTC" else [vtimezone(zone, draft.start), event]
    return calendar_text(parts)


class Groups:
    """The events of a file by their UID, all occurrences of one together.

    Events without a UID are keyed by what `reading` derives for them, and get it written.
    """

    def __init__(self, text: str) -> None:
        from jobtracker.calendars.reading import Zones, method_of, read_entry

        tree = icstext.parse(text)
        known = Zones(tree)
        self.method = method_of(tree)
        self.warnings = tree.warnings
        self.entries: dict[str, list[Entry]] = {}
        self._components: dict[str, list[Component]] = {}
        for component in tree.root.walk("VEVENT"):
            entry = read_entry(component, known, tree)
            if entry is None:
                continue
            if component.text("UID") is None:
                component.props.append(Prop("UID", escape(entry.uid)))
            self.entries.setdefault(entry.uid, []).append(entry)
            self._components.setdefault(entry.uid, []).append(component)
        self._zones = {c.text("TZID"): c for c in tree.root.walk("VTIMEZONE")}

    def text(self, uids: Iterable[str]) -> str:
        """Return these events as one file with the zones that they name."""
        components = [c for uid in uids for c in self._components[uid]]
        return calendar_text([*_zones_used(components, self._zones), *components])


def split_by_uid(text: str) -> dict[str, str]:
    """Return one file per event, keyed by UID."""
    groups = Groups(text)
    return {uid: groups.text([uid]) for uid in groups.entries}


def _zones_used(
    components: list[Component], defined: dict[str | None, Component]
) -> list[Component]:
    """Return the zones that these components name, from the file or, for known names, our own."""
    used: dict[str, Component] = {}
    for component in components:
        for prop in component.props:
            tzid = prop.params.get("TZID")
            if not tzid or tzid in used:
                continue
            if tzid in defined:
                used[tzid] = defined[tzid]
            elif zone := zones.resolve(tzid):
                made = vtimezone(zone, _year_of(prop))
                made.props[0] = Prop("TZID", tzid)
                used[tzid] = made
    return list(used.values())


def _year_of(prop: Prop) -> datetime:
    digits = prop.value.strip()[:4]
    year = int(digits) if digits.isdecimal() else 2026
    return datetime(min(max(year, 1971), 9000), 1, 1, tzinfo=UTC)


def without(text: str, uid: str) -> str | None:
    """Return the file without the events of that UID; None where nothing else is in it."""
    from jobtracker.calendars.reading import Zones, read_entry

    tree = icstext.parse(text)
    known = Zones(tree)
    rest: list[Component] = []
    for calendar in tree.root.walk("VCALENDAR") or ():
        for child in calendar.children:
            if child.name == "VEVENT":
                entry = read_entry(child, known, tree)
                if (entry.uid if entry else child.text("UID")) == uid:
                    continue
            rest.append(child)
    if not any(child.name not in {"VTIMEZONE"} for child in rest):
        return None
    return calendar_text(rest)


def merge(texts: Iterable[str]) -> str:
    """Join calendar files into one; each zone once, zones first."""
    zones_found: dict[str, Component] = {}
    events: list[Component] = []
    for text in texts:
        tree = icstext.parse(text)
        for zone in tree.root.walk("VTIMEZONE"):
            zones_found.setdefault(zone.text("TZID") or "", zone)
        events += tree.root.walk("VEVENT")
    return calendar_text([*zones_found.values(), *events])


def exclude_occurrence(text: str, uid: str, start: datetime, stamp: datetime) -> str:
    """Return the file with one occurrence of a series taken out (EXDATE)."""
    tree = icstext.parse(text)
    for calendar in tree.root.children:
        for component in list(calendar.children):
            if component.name != "VEVENT" or component.text("UID") != uid:
                continue
            if component.get("RECURRENCE-ID"):
                if _same_instant(component, start, tree):
                    calendar.children.remove(component)
            else:
                component.props.append(_exdate(component, start))
    children = [child for calendar in tree.root.children for child in calendar.children]
    return calendar_text(children)


def with_times(text: str, draft: Draft, now: datetime) -> str:
    """Return the event's file with new times and sequence, all else as it was."""
    tree = icstext.parse(text)
    zone = zones.parse_any(draft.timezone)
    new = {
        "DTSTART": when("DTSTART", draft.start, zone),
        "DTEND": when("DTEND", draft.end, zone),
        "SEQUENCE": Prop("SEQUENCE", str(draft.sequence)),
        "DTSTAMP": Prop("DTSTAMP", now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")),
    }
    kept = [c for c in tree.root.walk("VTIMEZONE") if c.text("TZID") != zones.name_of(zone)]
    events = list(tree.root.walk("VEVENT"))
    for event in events:
        rest = [p for p in event.props if p.name not in {*new, "DURATION"}]
        event.props = [*rest, *new.values()]
    own = [] if zones.name_of(zone) == "UTC" else [vtimezone(zone, draft.start)]
    return calendar_text([*own, *kept, *events])


def _same_instant(component: Component, start: datetime, tree: icstext.Tree) -> bool:
    from jobtracker.calendars.reading import Zones, parse_moment

    prop = component.get("DTSTART")
    moment = parse_moment(prop, Zones(tree)) if prop else None
    return moment is not None and moment.aware(start.tzinfo) == start


def _exdate(component: Component, start: datetime) -> Prop:
    prop = component.get("DTSTART")
    assert prop is not None
    if len(prop.value.strip()) <= 10:
        return Prop("EXDATE", start.strftime("%Y%m%d"), {"VALUE": "DATE"})
    tzid = prop.params.get("TZID")
    zone = zones.resolve(tzid) if tzid else None
    if zone is not None and tzid:
        return Prop("EXDATE", start.astimezone(zone).strftime("%Y%m%dT%H%M%S"), {"TZID": tzid})
    if prop.value.strip().endswith("Z"):
        return Prop("EXDATE", start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
    return Prop("EXDATE", start.strftime("%Y%m%dT%H%M%S"))
