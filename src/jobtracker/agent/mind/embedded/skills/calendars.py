"""Skills around the calendar: free time, interviews, invitations."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jobtracker.agent.mind.embedded.context import Context, Skill, Steps, facts, first_time, rows
from jobtracker.agent.mind.embedded.skills.focus import (
    application_in_focus,
    event_in_focus,
    job_in_focus,
    window,
)
from jobtracker.agent.mind.embedded.slots import TimeValue
from jobtracker.agent.mind.port import Outcome

NOON = 12
_SAME_HOUR = re.compile(
    r"(?i)\b(?:same (?:time|hour)|(?:gleiche|selbe)r? (?:zeit|uhrzeit|stunde)|"
    r"glych\w* zyt|gliich\w* ziit|même heure|stess[ao] (?:ora|orario))\b"
)
CLOSED = {"accepted", "rejected", "withdrawn"}
EVENT_KEPT = ("event_id", "summary", "start", "end", "timezone", "location")


def find_free_time(ctx: Context) -> Skill:
    """Whether, or when, the person is free."""
    start, end = _span(ctx)
    minutes = ctx.slots.duration_minutes or 30
    events, free = yield [
        ctx.call("list_events", start=start, end=end),
        ctx.call("find_free_time", start=start, end=end, duration_minutes=minutes),
    ]
    if not free["ok"]:
        return ctx.failed(free)
    busy, slots = rows(events, "events"), rows(free, "slots")
    if (time := first_time(ctx.slots)) and time.daily:
        slots = _within(slots, time.daily, minutes, ctx.zone)
        busy = [event for event in busy if _touches(event, time.daily, ctx.zone)]
    ctx.dialogue["events"] = [{key: event.get(key) for key in EVENT_KEPT} for event in busy]
    ctx.dialogue["slots"] = slots
    ctx.dialogue["list"] = "slots" if slots else "events"
    return ctx.say(
        "free",
        start=ctx.local(start),
        end=ctx.local(end),
        events=[localised(ctx, event) for event in busy],
        slots=[localised(ctx, slot) for slot in slots],
        whole=len(slots) == 1 and _same(slots[0], start, end),
    )


def _same(slot: dict[str, Any], start: str, end: str) -> bool:
    """Whether a free stretch is all of the time that was asked about."""
    first, last = (datetime.fromisoformat(str(slot[key])) for key in ("start", "end"))
    return first <= datetime.fromisoformat(start) and last >= datetime.fromisoformat(end)


def _within(
    slots: list[dict[str, Any]], daily: tuple[int, int], minutes: int, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Return what of each free stretch lies in the hours that are meant on each day."""
    found: list[dict[str, Any]] = []
    for slot in slots:
        start, end = (_moment(slot[key], zone) for key in ("start", "end"))
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            first = max(start, _clock_of(day, daily[0]))
            last = min(end, _clock_of(day, daily[1]))
            if (last - first).total_seconds() >= minutes * 60:
                found.append({**slot, "start": first.isoformat(), "end": last.isoformat()})
            day += timedelta(days=1)
    return found


def _touches(event: dict[str, Any], daily: tuple[int, int], zone: ZoneInfo) -> bool:
    """Whether an event takes time of the hours that are meant."""
    start, end = (_moment(event[key], zone) for key in ("start", "end"))
    return start < _clock_of(start, daily[1]) and end > _clock_of(start, daily[0])


def _moment(value: object, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _clock_of(day: datetime, minutes: int) -> datetime:
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    whole, minute = divmod(minutes, 60)
    return (midnight + timedelta(days=whole // 24)).replace(hour=whole % 24, minute=minute)


def list_events(ctx: Context) -> Skill:
    """What is in the calendar."""
    start, end = _span(ctx, days=7)
    [outcome] = yield [ctx.call("list_events", start=start, end=end)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    events = rows(outcome, "events")
    ctx.dialogue["events"] = [{key: event.get(key) for key in EVENT_KEPT} for event in events]
    ctx.dialogue["list"] = "events"
    return ctx.say(
        "events",
        events=[localised(ctx, event) for event in events],
        start=ctx.local(start),
        end=ctx.local(end),
    )


def _span(ctx: Context, days: int = 5) -> tuple[str, str]:
    time = first_time(ctx.slots)
    if time is not None:
        return window(time, ctx.slots.duration_minutes or 60)
    return ctx.now.isoformat(), (ctx.now + timedelta(days=days)).isoformat()


def localised(ctx: Context, item: dict[str, Any]) -> dict[str, Any]:
    """Return the item with its times in the person's zone."""
    times = {k: ctx.local(str(item[k])) for k in ("start", "end") if item.get(k)}
    return {**item, **times}


def suggest_interview_times(ctx: Context) -> Skill:
    """Good times to offer for an interview."""
    company, role, _ = _who(ctx)
    start, end = _span(ctx, days=10)
    [outcome] = yield [
        ctx.call(
            "suggest_interview_times",
            company=company,
            role=role,
            start=start,
            end=end,
            duration_minutes=ctx.slots.duration_minutes or 60,
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    found = rows(outcome, "suggestions")[: ctx.page_size]
    ctx.dialogue["slots"] = found
    ctx.dialogue["list"] = "slots"
    return ctx.say("suggestions", suggestions=[localised(ctx, item) for item in found])


def _who(ctx: Context) -> tuple[str | None, str | None, str | None]:
    """Return company, role and application id of the interview that is meant."""
    if ctx.slots.companies:
        company = ctx.slots.companies[0].value
        role = ctx.slots.role.value if ctx.slots.role else None
        known = [application_in_focus(ctx), job_in_focus(ctx)]
        for item in known:
            if item and company.casefold() in str(item.get("company", "")).casefold():
                return item.get("company"), role or item.get("title"), item.get("application_id")
        return company, role, None
    application = application_in_focus(ctx) or {}
    job: dict[str, Any] = ctx.dialogue.get("job") or {}
    if application and (not job or application.get("company") == job.get("company")):
        return (
            application.get("company"),
            application.get("title") or job.get("title"),
            application.get("application_id"),
        )
    return job.get("company"), job.get("title"), None


def schedule_interview(ctx: Context) -> Skill:
    """Write an interview into the calendar, after a yes."""
    time = _start(ctx)
    company, role, application = _who(ctx)
    offers = [offer for offer in ctx.slots.times if offer.grain in ("minute", "hour")]
    if len(offers) > 1 and len({offer.start for offer in offers}) > 1:
        return (yield from _compare(ctx, offers))
    if company is None:
        return ctx.ask("company", "interview_with_whom")
    if time is None:
        return ctx.ask("time", "interview_when", company=company)
    if application is None:
        [listed] = yield [ctx.call("list_applications")]
        known = _of_company(listed, company)
        application, role = known.get("application_id"), role or known.get("title")
    focus: dict[str, Any] = ctx.dialogue.get("job") or {}
    if ctx.slots.companies and focus.get("company") != company:
        ctx.dialogue["job"] = {"company": company, "title": role}  # “that firm” is this one now
    ctx.dialogue["proposal"] = {
        "intent": "schedule_interview",
        "slots": ctx.slots.model_dump(mode="json", exclude_defaults=True),
    }
    offered = _invited(ctx, time)
    [outcome] = yield [
        ctx.call(
            "schedule_interview",
            company=company,
            role=role,
            start=time,
            duration_minutes=_minutes(ctx, offered.get("duration_minutes")),
            link=ctx.slots.url.value if ctx.slots.url else offered.get("link"),
            location=ctx.slots.places[0].name if ctx.slots.places else offered.get("location"),
            invitation_uid=offered.get("uid"),
            application_id=application,
            language=ctx.language,
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue.pop("proposal", None)
    events = rows(outcome, "events")
    ctx.dialogue["events"] = [{key: event.get(key) for key in EVENT_KEPT} for event in events]
    if events:
        ctx.dialogue.update(event=ctx.dialogue["events"][0], about="event")
    return ctx.say(
        "scheduled",
        company=company,
        role=role,
        events=[localised(ctx, event) for event in events],
        application=application,
        warnings=facts(outcome).get("warnings"),
    )


def _invited(ctx: Context, time: str) -> dict[str, Any]:
    """Return what the invitation says beside its times, where one of these is chosen."""
    slots: list[dict[str, Any]] = ctx.dialogue.get("slots") or []
    times = [str(slot.get("start") or "") for slot in slots]
    same = any(t and _moment(t, ctx.zone) == _moment(time, ctx.zone) for t in times)
    return dict(ctx.dialogue.get("invitation") or {}) if same else {}


def _minutes(ctx: Context, offered: int | None = None) -> int:
    """How long it lasts: as said, or from when to when (“between 9 and 10”), else an hour."""
    ranged = [t for t in ctx.slots.times if t.end and t.grain in ("minute", "hour")]
    if ctx.slots.duration_minutes is None and ranged:
        first = ranged[0]
        length = int(((first.end or first.start) - first.start).total_seconds()) // 60
        if 0 < length <= 240:
            return length
    return ctx.slots.duration_minutes or offered or 60


def _of_company(listed: Outcome, company: str) -> dict[str, Any]:
    """Return the open application at a company, the latest first; empty where there is none."""
    for item in rows(listed, "applications"):
        same = company.casefold() in str(item.get("company", "")).casefold()
        if same and item.get("status") not in CLOSED:
            return item
    return {}


def _compare(ctx: Context, offers: list[TimeValue]) -> Skill:
    """Several times are offered: say which of them are free, before anything is booked."""
    spans = [window(offer, ctx.slots.duration_minutes or 60) for offer in offers[:5]]
    outcomes = yield [ctx.call("list_events", start=start, end=end) for start, end in spans]
    checks: list[dict[str, Any]] = []
    for (start, end), outcome in zip(spans, outcomes, strict=True):
        busy = rows(outcome, "events")
        checks.append({"start": ctx.local(start), "end": ctx.local(end), "busy": busy})
    free = [check for check in checks if not check["busy"]]
    ctx.dialogue["slots"] = [{"start": item["start"], "end": item["end"]} for item in checks]
    ctx.dialogue["list"] = "slots"
    return ctx.say("offers", slots=checks, free=free)


def _start(ctx: Context) -> str | None:
    """Return the start that is meant: a clock time, or one of the slots that were offered."""
    exact = [t for t in ctx.slots.times if t.grain in ("minute", "hour")]
    days = [t for t in ctx.slots.times if t.grain == "day"]
    if exact:
        return _on_day(exact[0], days)
    noons = [t for t in ctx.slots.times if t.grain == "day_part" and t.start.hour == NOON]
    if noons:
        return noons[0].start.isoformat()
    offered: list[dict[str, Any]] = ctx.dialogue.get("slots") or []
    on_day = [
        slot
        for slot in offered
        if days and _moment(slot["start"], ctx.zone).date() == days[0].start.date()
    ]
    if len(on_day) == 1 and ctx.dialogue.get("list") == "slots":
        return str(on_day[0]["start"])
    if ctx.slots.ordinals and ctx.dialogue.get("list") == "slots":
        number = ctx.slots.ordinals[0]
        index = number - 1 if number > 0 else len(offered) + number
        if 0 <= index < len(offered):
            return str(offered[index]["start"])
    return None


def _on_day(exact: TimeValue, days: list[TimeValue]) -> str:
    """Put a clock time that came apart from its day (“Thursday … at 15:00”) on that day."""
    if days and days[0].start.date() != exact.start.date() and len(days) == 1:
        day = days[0].start
        return exact.start.replace(year=day.year, month=day.month, day=day.day).isoformat()
    return exact.start.isoformat()


def reschedule_event(ctx: Context) -> Skill:
    """Move an event, after a yes."""
    event = event_in_focus(ctx)
    if event is None:
        event = yield from _look_up(ctx)
    if event is None:
        return ctx.say("which_event")
    time = _start(ctx) or _same_hour(ctx, event)
    if time is None:
        return ctx.ask("time", "move_to_when", event=event)
    time = _keep_clock(ctx, time, event)
    ctx.dialogue["proposal"] = {
        "intent": "reschedule_event",
        "slots": ctx.slots.model_dump(mode="json", exclude_defaults=True),
    }
    [outcome] = yield [
        ctx.call(
            "reschedule_event",
            event_id=event["event_id"],
            start=time,
            duration_minutes=ctx.slots.duration_minutes,
        )
    ]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue.pop("proposal", None)
    ctx.dialogue.update(event={**event, "start": time}, about="event")
    return ctx.say("rescheduled", event=event, start=ctx.local(time))


def _same_hour(ctx: Context, event: dict[str, Any]) -> str | None:
    """“To Friday, same time”: the hour of the event on another day; None unless that is said."""
    days = [time.start for time in ctx.slots.times if time.grain == "day"]
    if not days or not event.get("start") or not _SAME_HOUR.search(ctx.act.text):
        return None
    moment = datetime.fromisoformat(str(event["start"])).astimezone(ctx.zone)
    return moment.replace(year=days[0].year, month=days[0].month, day=days[0].day).isoformat()


def _keep_clock(ctx: Context, time: str, event: dict[str, Any]) -> str:
    """“Make it 16:00” keeps the day of the event."""
    stated = any(t.grain == "day" for t in ctx.slots.times)
    words = ctx.act.text.casefold()
    relative = any(word in words for word in ("today", "heute", "oggi", "aujourd"))
    moment = datetime.fromisoformat(time)
    if stated or relative or moment.date() != ctx.now.date() or not event.get("start"):
        return time
    day = datetime.fromisoformat(str(event["start"])).astimezone(moment.tzinfo)
    return moment.replace(year=day.year, month=day.month, day=day.day).isoformat()


def _look_up(ctx: Context) -> Steps[dict[str, Any] | None]:
    """Find the event that is meant among those of the next weeks."""
    start, end = ctx.now.isoformat(), (ctx.now + timedelta(days=60)).isoformat()
    [outcome] = yield [ctx.call("list_events", start=start, end=end)]
    events = rows(outcome, "events")
    ctx.dialogue["events"] = [{key: event.get(key) for key in EVENT_KEPT} for event in events]
    ctx.dialogue["list"] = "events"
    found = event_in_focus(ctx)
    only: dict[str, Any] | None = ctx.dialogue["events"][0] if len(events) == 1 else None
    return found or only


def cancel_event(ctx: Context) -> Skill:
    """Take an event out of the calendar, after a yes."""
    event = event_in_focus(ctx)
    if event is None:
        event = yield from _look_up(ctx)
    if event is None:
        return ctx.say("which_event")
    [outcome] = yield [ctx.call("cancel_event", event_id=event["event_id"])]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    ctx.dialogue.pop("event", None)
    return ctx.say("cancelled_event", event=event)


def list_calendars(ctx: Context) -> Skill:
    """Which calendars are connected."""
    [outcome] = yield [ctx.call("list_calendars")]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("calendars", calendars=rows(outcome, "calendars"))


def import_ics(ctx: Context) -> Skill:
    """Put pasted iCalendar data into the calendar."""
    if "BEGIN:VCALENDAR" not in ctx.message:
        return ctx.ask("text", "paste_invitation")
    [outcome] = yield [ctx.call("import_ics", ics=ctx.message)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("imported_ics", result=facts(outcome))


def export_ics(ctx: Context) -> Skill:
    """Write the calendar to a file."""
    start, end = _span(ctx, days=60)
    [outcome] = yield [ctx.call("export_ics", start=start, end=end)]
    if not outcome["ok"]:
        return ctx.failed(outcome)
    return ctx.say("exported", result=facts(outcome))
