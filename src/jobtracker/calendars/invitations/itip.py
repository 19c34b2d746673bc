"""Invitations as calendar files (iTIP, RFC 5546), as Google, Outlook, Teams, Zoom and Apple send
them. Each property is read by itself: one that is broken costs only itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jobtracker.calendars import icstext, zones
from jobtracker.calendars.icstext import Component, Prop, Tree
from jobtracker.calendars.invitations import mail, names, phones, prose
from jobtracker.calendars.invitations.places import place_in
from jobtracker.calendars.invitations.signature import read_signature
from jobtracker.calendars.model import Attendee, Invitation, Method, ProposedTime
from jobtracker.calendars.reading import (
    Moment,
    Zones,
    find_link,
    method_of,
    parse_duration,
    parse_moment,
)

_METHODS: dict[str, Method] = {
    "REQUEST": "REQUEST", "ADD": "UPDATE", "CANCEL": "CANCEL", "COUNTER": "COUNTER",
    "REPLY": "REPLY", "PUBLISH": "PUBLISH", "DECLINECOUNTER": "REPLY", "REFRESH": "REQUEST",
}  # fmt: skip
_MAX_ATTENDEES = 30
_ONLINE = re.compile(
    r"microsoft teams(?:[- ]\w+)*|zoom(?: meeting)?|google meet|webex|online|video ?call|teams",
    re.I,
)


def read_ics(text: str, now: datetime, zone: ZoneInfo) -> Invitation:
    """Read the first event of an invitation."""
    tree = icstext.parse(text)
    invitation = Invitation(method=_METHODS.get(method_of(tree), "PUBLISH"))
    if not list(tree.root.walk("VCALENDAR", "VEVENT")):
        tree.warn("this is not a calendar file: no VCALENDAR in it")
        invitation.method = "NONE"
    event = _main_event(tree)
    if event is None:
        others = sorted({c.name for c in tree.root.walk("VTODO", "VJOURNAL", "VFREEBUSY")})
        tree.warn(f"no event is in it{', only ' + ', '.join(others) if others else ''}")
    else:
        _read_event(invitation, event, tree, now, zone)
    invitation.warnings += tree.warnings
    return invitation


def _main_event(tree: Tree) -> Component | None:
    events = list(tree.root.walk("VEVENT"))
    if not events:
        return None
    uids = {event.text("UID") for event in events}
    if len(uids) > 1:
        tree.warn(
            f"{len(uids)} events are in it; only the first is read here, import_ics takes all"
        )
    return next((event for event in events if not event.get("RECURRENCE-ID")), events[0])


def _read_event(
    invitation: Invitation, event: Component, tree: Tree, now: datetime, zone: ZoneInfo
) -> None:
    invitation.uid = event.text("UID")
    invitation.summary = event.text("SUMMARY")
    if invitation.uid is None:
        tree.warn("it has no UID; updates to it cannot be matched")
    _status(invitation, event)
    _times(invitation, event, tree, now, zone)
    _people(invitation, event)
    body = _body(event)
    location = event.text("LOCATION")
    invitation.link = find_link(event) or prose.find_meeting(body)
    invitation.location = _place(location, body)
    invitation.dial_in = phones.dial_in(body)
    invitation.language = prose.language_of(body or invitation.summary or "")
    subject = invitation.summary or ""
    invitation.company = event.text("X-JOBTRACKER-COMPANY") or names.company_in(subject, body)
    invitation.role = event.text("X-JOBTRACKER-ROLE") or names.role_in(subject, body)
    if invitation.company is None:
        invitation.company = read_signature(body)[1]
    if invitation.company is None and invitation.organizer_email:
        invitation.company = names.company_of_address(invitation.organizer_email)
        if invitation.company:
            tree.warn("the company is told by the organizer's address alone")
    slots = prose.read_times(body, now, invitation.language)
    invitation.reply_by = slots.reply_by
    offered = 1 if invitation.start and invitation.method in {"REQUEST", "UPDATE", "COUNTER"} else 0
    invitation.asks = prose.asks(body, offered)
    if offered and "confirm" not in invitation.asks and _wants_answer(event):
        invitation.asks.insert(0, "confirm")


def _status(invitation: Invitation, event: Component) -> None:
    sequence = event.text("SEQUENCE") or ""
    invitation.sequence = int(sequence) if sequence.isdecimal() and len(sequence) < 9 else None
    if (event.text("STATUS") or "").upper() == "CANCELLED":
        invitation.method = "CANCEL"
    elif invitation.method == "REQUEST" and (invitation.sequence or 0) > 0:
        invitation.method = "UPDATE"
    invitation.recurring = bool(event.get("RRULE") or event.get("RDATE"))


def _times(
    invitation: Invitation, event: Component, tree: Tree, now: datetime, zone: ZoneInfo
) -> None:
    known = Zones(tree)
    start = _moment(event, "DTSTART", known, tree)
    if start is None:
        return
    home = _home_zone(event, start, tree, zone)
    invitation.timezone = zones.name_of(home)
    moment, note = _aware(start, home)
    invitation.start = moment.astimezone(home)
    if note:
        tree.warn(note)
    if start.is_date:
        tree.warn("it takes whole days; no hour is given")
    invitation.end = _end(event, start, invitation.start, known, tree)
    if invitation.end is not None:
        seconds = int((invitation.end.astimezone(UTC) - moment.astimezone(UTC)).total_seconds())
        invitation.duration_minutes = seconds // 60
        if invitation.method == "COUNTER":
            slot = ProposedTime(start=invitation.start, end=invitation.end)
            invitation.proposed_times = [slot]
        if not start.is_date and not 0 < seconds <= 12 * 3600:
            tree.warn(f"it lasts {seconds // 60} minutes")
    if invitation.start <= now and not invitation.recurring:
        tree.warn(f"{invitation.start:%Y-%m-%d %H:%M} is in the past")


def _moment(event: Component, name: str, known: Zones, tree: Tree) -> Moment | None:
    prop = event.get(name)
    if prop is None:
        if name == "DTSTART":
            tree.warn("it has no start")
        return None
    moment = parse_moment(prop, known)
    if moment is None:
        tree.warn(
            f"its {'start' if name == 'DTSTART' else 'end'} {prop.value[:40]!r} cannot be read"
        )
    return moment


def _home_zone(event: Component, start: Moment, tree: Tree, zone: ZoneInfo) -> ZoneInfo:
    """Return the zone of the invitation; for times in UTC the one that the calendar names."""
    own = start.zone
    if isinstance(own, ZoneInfo) and own.key != "UTC":
        tzid = event.all("DTSTART")[0].params.get("TZID", "")
        # A Windows name means many cities; the person's own is meant where it fits.
        return zone if "/" not in tzid and _alike(own, zone) else own
    if own is None:
        if not start.is_date:
            tree.warn(f"its times name no zone; they are read as {zone.key}")
        return zone
    for calendar in tree.root.walk("VCALENDAR"):
        named = zones.resolve(calendar.text("X-WR-TIMEZONE") or "")
        if isinstance(named, ZoneInfo):
            return named
    return ZoneInfo("UTC") if zones.name_of(own) == "UTC" else zone


def _alike(one: ZoneInfo, other: ZoneInfo) -> bool:
    return zones.offsets(one, 2024, 2030) == zones.offsets(other, 2024, 2030)


def _aware(moment: Moment, home: ZoneInfo) -> tuple[datetime, str | None]:
    zone = moment.zone or home
    naive = datetime(1970, 1, 1) + timedelta(seconds=moment.local)  # noqa: DTZ001 - wall clock
    return zones.attach(naive, zone)


def _end(
    event: Component, start: Moment, begin: datetime, known: Zones, tree: Tree
) -> datetime | None:
    home = begin.tzinfo
    assert isinstance(home, ZoneInfo)
    if event.get("DTEND") is not None:
        end = _moment(event, "DTEND", known, tree)
        if end is None:
            return None
        moment = _aware(end, home)[0].astimezone(home)
        if moment.astimezone(UTC) < begin.astimezone(UTC):
            tree.warn(f"its end {moment:%Y-%m-%d %H:%M} is before its start; the end is left out")
            return None
        return moment
    if written := event.text("DURATION"):
        seconds = parse_duration(written)
        if seconds is not None and 0 < seconds < 366 * 86_400:
            return (begin.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(home)
        tree.warn(f"its duration {written[:40]!r} cannot be read")
    elif start.is_date:
        return begin + timedelta(days=1)
    else:
        tree.warn("it has no end")
    return None


def _people(invitation: Invitation, event: Component) -> None:
    if (prop := event.get("ORGANIZER")) is not None:
        person = _person(prop)
        invitation.organizer = person.name or person.email
        invitation.organizer_email = person.email
    invitation.attendees = [_person(prop) for prop in event.all("ATTENDEE")[:_MAX_ATTENDEES]]


def _person(prop: Prop) -> Attendee:
    address = re.sub(r"^mailto:", "", prop.value.strip(), flags=re.I)
    email = address if "@" in address else prop.params.get("EMAIL")
    name = prop.params.get("CN")
    return Attendee(
        name=name if name and name != email else None,
        email=email,
        response=(prop.params.get("PARTSTAT") or "").lower() or None,
    )


def _wants_answer(event: Component) -> bool:
    return any(prop.params.get("RSVP", "").upper() == "TRUE" for prop in event.all("ATTENDEE"))


def _body(event: Component) -> str:
    text = event.text("DESCRIPTION") or ""
    if not text and (rich := event.text("X-ALT-DESC")):
        text = rich
    text = text[: mail.MAX_CHARS]
    return mail.html_to_text(text) if re.search(r"<(?:br|p|div|a|b|html)\b", text, re.I) else text


def _place(location: str | None, body: str) -> str | None:
    """Return where to go; a link or the name of a video service is no place."""
    if location is None:
        return place_in(body)
    plain = re.sub(r"https?://\S+", "", location).strip(" ;,\n")
    pieces = (piece.strip() for piece in plain.split(";"))
    parts = [piece for piece in pieces if piece and not _ONLINE.fullmatch(piece)]
    return "; ".join(parts) or None
