"""Events as Microsoft Graph writes them, to iCalendar text and back; nothing is fetched here.
https://learn.microsoft.com/graph/api/resources/event
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

from jobtracker.calendars import icstext, writing, zones
from jobtracker.calendars.icstext import Component, Prop
from jobtracker.calendars.providers._graph_series import excluded, patterned
from jobtracker.calendars.providers.google import to_json as fields_of
from jobtracker.calendars.providers.remote import Item
from jobtracker.calendars.reading import Moment, Zones, parse_moment
from jobtracker.core.errors import BadInput, ContractChanged

Json = dict[str, Any]
# Our own fields travel in one named property, by a GUID of our own.
OWN = "String {6f2b0a5e-6f0b-4c37-9f5d-3f7a1c1c9a11} Name jobtracker"
_TEXTS = ("X-JOBTRACKER-KIND", "X-JOBTRACKER-COMPANY", "X-JOBTRACKER-ROLE",
          "X-JOBTRACKER-APPLICATION", "RELATED-TO", "URL")  # fmt: skip


def take_schedule(
    one: Json,
    found: list[tuple[str, datetime, datetime]],
    failures: dict[str, str],
    name: str,
) -> None:
    """Take the busy items of one person; tentative ones count, free and elsewhere do not."""
    who = str(one.get("scheduleId", ""))
    if error := cast("Json", one.get("error") or {}):
        told = str(error.get("responseCode") or error.get("message") or "an error")
        failures[who] = f"{name}: busy time of {who} is not known ({told[:80]})"
    for item in cast("list[Json]", one.get("scheduleItems") or []):
        if str(item.get("status", "busy")).lower() in {"free", "workingelsewhere"}:
            continue
        start, end = (_read_moment(cast("Json", item[key])) for key in ("start", "end"))
        found.append((who, start, end))


def _read_moment(value: Json) -> datetime:
    text = str(value.get("dateTime", ""))[:19]
    try:
        naive = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ContractChanged(f"Graph gave the time {text!r}") from exc
    zone = zones.resolve(str(value.get("timeZone") or "UTC")) or UTC
    return zones.attach(naive, zone)[0]


def item_of(item: Json) -> Item | None:
    if item.get("@removed") or item.get("type") == "seriesMaster":
        return None
    if not item.get("id") or not item.get("start") or not item.get("end"):
        return None
    return Item(str(item["id"]), str(item.get("@odata.etag", "")), to_ics(item))


def to_ics(item: Json, *, whole: bool = False) -> str:
    """Return an event of the API as iCalendar text; with `whole` a series with its rule."""
    own = own_fields(item)
    event = Component("VEVENT")
    # Occurrences of foreign series share the UID of the series: each is kept by its own id here.
    part = item.get("type") in {"occurrence", "exception"}
    uid = own.get("UID") or (item["id"] if part else item.get("iCalUId"))
    all_day = bool(item.get("isAllDay"))
    event.props = [
        Prop("UID", writing.escape(str(uid or item["id"]))),
        Prop("SUMMARY", writing.escape(str(item.get("subject") or ""))),
        _when("DTSTART", cast("Json", item["start"]), all_day),
        _when("DTEND", cast("Json", item["end"]), all_day),
        *_state(item),
    ]
    if part and own.get("UID"):
        event.props.append(_when("RECURRENCE-ID", cast("Json", item["start"]), all_day))
    if whole:
        event.props += [p for p in map(icstext.parse_line, own.get("RULES") or []) if p]
    place = cast("Json", item.get("location") or {}).get("displayName")
    meeting = cast("Json", item.get("onlineMeeting") or {}).get("joinUrl")
    texts = {"LOCATION": place, "DESCRIPTION": item.get("bodyPreview"),
             "X-MICROSOFT-SKYPETEAMSMEETINGURL": meeting}  # fmt: skip
    texts.update({name: own.get(name) for name in _TEXTS if name != "URL"})
    event.props += [Prop(name, writing.escape(str(text))) for name, text in texts.items() if text]
    if own.get("URL"):
        event.props.append(Prop("URL", str(own["URL"])))
    return writing.calendar_text([event])


def own_fields(item: Json) -> Json:
    for one in cast("list[Json]", item.get("singleValueExtendedProperties") or []):
        if str(one.get("id", "")).lower() == OWN.lower():
            try:
                return cast("Json", json.loads(str(one.get("value", "{}"))))
            except ValueError:
                return {}
    return {}


def _state(item: Json) -> list[Prop]:
    answer = cast("Json", item.get("responseStatus") or {}).get("response")
    shown = str(item.get("showAs", "busy")).lower()
    cancelled = bool(item.get("isCancelled"))
    free = shown in {"free", "workingelsewhere"} or answer == "declined"
    status = "CANCELLED" if cancelled else "TENTATIVE" if shown == "tentative" else "CONFIRMED"
    return [Prop("STATUS", status), Prop("TRANSP", "TRANSPARENT" if free else "OPAQUE")]


def _when(name: str, value: Json, whole: bool) -> Prop:
    """Graph writes times without an offset and seven digits of a second, the zone beside."""
    moment = _read_moment(value)
    if whole:
        return Prop(name, moment.strftime("%Y%m%d"), {"VALUE": "DATE"})
    zone = zones.resolve(str(value.get("timeZone") or "UTC")) or UTC
    return writing.when(name, moment, zone)


def to_json(uid: str, ics: str) -> tuple[Json, list[Moment]]:
    """Return the first event of a text as the API takes it, and the occurrences taken out of it.

    Raises:
        BadInput: no event with a start is in it.
        NotSupported: it repeats in a way that Outlook cannot.
    """
    tree = icstext.parse(ics)
    event = next((e for e in tree.root.walk("VEVENT") if not e.get("RECURRENCE-ID")), None)
    known = Zones(tree)
    prop = event.get("DTSTART") if event else None
    start = parse_moment(prop, known) if prop else None
    if event is None or start is None:
        raise BadInput("there is no event to write")
    fields = fields_of(uid, ics)
    own: Json = {"UID": uid, **{name: text for name in _TEXTS if (text := event.text(name))}}
    rules = [p for p in event.props if p.name in {"RRULE", "EXDATE"}]
    if rules:
        own["RULES"] = [icstext.line(p) for p in rules]
    whole = "date" in fields["start"]
    body: Json = {
        "subject": fields["summary"],
        "body": {"contentType": "text", "content": fields.get("description", "")},
        "start": _as_graph(fields["start"]),
        "end": _as_graph(fields["end"]),
        "isAllDay": whole,
        "location": {"displayName": fields.get("location", "")},
        "showAs": "free" if fields["transparency"] == "transparent" else "busy",
        "singleValueExtendedProperties": [{"id": OWN, "value": json.dumps(own)}],
    }
    if recurrence := patterned(event, start, body["start"]["timeZone"], known):
        body["recurrence"] = recurrence
    reminders = [r["minutes"] for r in fields["reminders"]["overrides"]]
    body["isReminderOn"] = bool(reminders)
    if reminders:
        body["reminderMinutesBeforeStart"] = min(reminders)
    return body, excluded(event, known) if recurrence else []


def _as_graph(value: Json) -> Json:
    if day := value.get("date"):
        return {"dateTime": f"{day}T00:00:00", "timeZone": "UTC"}
    return {"dateTime": value["dateTime"][:19], "timeZone": value["timeZone"]}
