"""What changes a calendar. Each use is one batch: everything is written, or nothing is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jobtracker.calendars import availability as free
from jobtracker.calendars import scheduling, writing, zones
from jobtracker.calendars.availability import Preferences
from jobtracker.calendars.batch import Batch
from jobtracker.calendars.entry import Draft, Entry, Occurrence, event_id
from jobtracker.calendars.index import Index
from jobtracker.calendars.model import Cancelled, Event, Rescheduled, Scheduled
from jobtracker.calendars.wording import (
    TITLES,
    facts_of,
    folded,
    language_of,
    listed,
    occurrence_start,
    one_line,
    single,
    title,
)
from jobtracker.core.errors import BadInput, NotFound
from jobtracker.core.speech import say

if TYPE_CHECKING:
    from jobtracker.calendars.service import CalendarService

REMINDERS = (60 * 24, 30)


@dataclass(frozen=True)
class Wanted:
    """An interview as it was asked for; `start` is RFC 3339, or local time in `timezone`."""

    company: str
    role: str
    start: str
    duration_minutes: int = 60
    timezone: str = ""
    location: str = ""
    link: str = ""
    application_id: str = ""
    description: str = ""
    invitation_uid: str = ""
    blocks: bool = True
    language: str = ""
    """Of the titles: en, de, fr or it; empty: as the person has set it."""


class Booking:
    """Writes through the person's hub."""

    def __init__(self, service: CalendarService) -> None:
        self.service = service
        self.core = service.core
        self._asked: dict[tuple[str, str], frozenset[str]] = {}

    # -- an interview ------------------------------------------------------------------------

    def question(self, user: str, wanted: Wanted) -> str:
        """Return the question to put to the person before `schedule`.

        Raises:
            BadInput: the interview cannot be booked like that.
        """
        draft, notes = self._draft(user, wanted)
        index = self._index(user, draft.start)
        if self._same(index, draft) is not None:
            return say("calendars.keep", **facts_of(draft))
        clashes = self._clashes(index, draft, frozenset())
        self._remember(user, draft.uid, clashes)
        place = say("calendars.place", place=draft.location) if draft.location else ""
        place += f", {draft.link}" if draft.link else ""
        extra = self._overlap(clashes) + "".join(say("calendars.note", note=one) for one in notes)
        return say("calendars.put", **facts_of(draft), place=place, extra=extra)

    def _overlap(self, clashes: list[Occurrence]) -> str:
        what = listed(clashes, self.core.clock.zone)
        return say("calendars.overlaps", what=what) if clashes else ""

    def schedule(self, user: str, wanted: Wanted) -> Scheduled:
        """Book an interview with the blocks around it; the same one twice is one event.

        Raises:
            BadInput: the interview cannot be booked like that, or the time was taken since the
                person was asked.
        """
        draft, notes = self._draft(user, wanted)
        hub = self.service.hub(user)
        with hub.changing() as batch:
            index = self._index(user, draft.start)
            if (known := self._same(index, draft)) is not None:
                return self._already(index, known, wanted)
            draft = self._with_free_uid(index, draft)
            clashes = self._clashes(index, draft, frozenset())
            self._check_asked(user, draft.uid, clashes)
            now, prefs = self.core.clock.now(), self._preferences(user, wanted)
            plan = (
                scheduling.plan_blocks(index, draft, prefs, now, frozenset())
                if wanted.blocks
                else scheduling.Plan([], [])
            )
            for one in (draft, *plan.blocks):
                batch.save(hub.chosen, one)
            self._tell(user, "scheduled", draft)
        events = self._events(user, [draft.uid, *(b.uid for b in plan.blocks)], draft.start)
        return Scheduled(
            events=events,
            application_id=wanted.application_id or None,
            conflicts=[free.describe(o, self.core.clock.zone) for o in clashes],
            warnings=[*notes, *plan.notes],
        )

    def _draft(self, user: str, wanted: Wanted) -> tuple[Draft, list[str]]:
        company, role = one_line(wanted.company, "company"), one_line(wanted.role, "role")
        if not company:
            raise BadInput(say("calendars.no_company_named"))
        zone = zones.parse_any(wanted.timezone) if wanted.timezone.strip() else self.core.clock.zone
        free.check_duration(wanted.duration_minutes)
        start, note = zones.parse_start(wanted.start, zone)
        now = self.core.clock.now()
        if start <= now:
            raise BadInput(say("calendars.start_past", at=start, zone=zone.key, now=now))
        link = wanted.link.strip()
        if link and not link.lower().startswith(("http://", "https://", "tel:", "sip:")):
            raise BadInput(say("calendars.bad_link", given=link[:60]))
        prefs = self._preferences(user, wanted)
        summary = title("interview", f"{company} – {role}" if role else company, prefs.language)
        uid = wanted.invitation_uid.strip() or scheduling.interview_uid(user, company, role, start)
        draft = Draft(
            uid=uid,
            summary=summary,
            start=start,
            end=(start.astimezone(UTC) + timedelta(minutes=wanted.duration_minutes)).astimezone(
                zone
            ),
            timezone=zone.key,
            kind="interview",
            location=one_line(wanted.location, "location") or None,
            link=link or None,
            description=wanted.description.strip()[:5000] or None,
            company=company,
            role=role or None,
            application_id=wanted.application_id.strip() or None,
            reminders=REMINDERS,
        )
        return draft, [note] if note else []

    def _preferences(self, user: str, wanted: Wanted) -> Preferences:
        prefs = self.service.preferences(user)
        return replace(prefs, language=wanted.language) if wanted.language in TITLES else prefs

    def _index(self, user: str, around: datetime) -> Index:
        return self.service.index(user, around - timedelta(days=30), around + timedelta(days=30))[0]

    def _same(self, index: Index, draft: Draft) -> Occurrence | None:
        """Return the interview if it is booked already: same UID or names, same start."""
        start = free.seconds(draft.start)
        for one in index.between(start, start + 60):
            entry = one.entry
            if one.start != start or entry.status == "cancelled":
                continue
            names = (folded(entry.company), folded(entry.role))
            if entry.uid == draft.uid or (
                entry.kind == "interview" and names == (folded(draft.company), folded(draft.role))
            ):
                return one
        return None

    def _with_free_uid(self, index: Index, draft: Draft) -> Draft:
        """The UID may be that of an interview which was moved to another time since."""
        stem, _, host = draft.uid.rpartition("@")
        number = 1
        while draft.uid in index.by_uid and draft.uid.startswith("interview-"):
            number += 1
            draft = replace(draft, uid=f"{stem}-{number}@{host}")
        return draft

    def _already(self, index: Index, known: Occurrence, wanted: Wanted) -> Scheduled:
        low, high = known.start - 31 * 86_400, known.end + 86_400
        blocks = [o for o in index.between(low, high) if o.entry.related == known.entry.uid]
        return Scheduled(
            events=[self.service.event(o) for o in (known, *blocks)],
            already_booked=True,
            application_id=wanted.application_id or known.entry.application_id,
        )

    def _clashes(self, index: Index, draft: Draft, ignore: frozenset[str]) -> list[Occurrence]:
        bounds = free.seconds(draft.start), free.seconds(draft.end)
        return free.conflicts(index, *bounds, ignore | {draft.uid})

    def _remember(self, user: str, key: str, clashes: list[Occurrence]) -> None:
        if len(self._asked) > 1000:
            self._asked.clear()
        self._asked[user, key] = frozenset(o.entry.uid for o in clashes)

    def _check_asked(self, user: str, key: str, clashes: list[Occurrence]) -> None:
        """Refuse a conflict that the person was not asked about: it came in between."""
        known = self._asked.pop((user, key), None)
        new = [o for o in clashes if known is not None and o.entry.uid not in known]
        if new:
            raise BadInput(say("calendars.meanwhile", what=listed(new, self.core.clock.zone)))

    def _events(self, user: str, uids: list[str], around: datetime) -> list[Event]:
        index = self._index(user, around)
        low, high = free.seconds(around) - 45 * 86_400, free.seconds(around) + 45 * 86_400
        found = {o.entry.uid: o for o in index.between(low, high) if o.entry.uid in set(uids)}
        return [self.service.event(found[uid]) for uid in uids if uid in found]

    def _tell(self, user: str, what: str, draft: Draft) -> None:
        """Report the interview in the event log; who keeps applications listens there."""
        from jobtracker.core.events import Event as LogEvent

        data = {
            "application_id": draft.application_id,
            "event_id": event_id(draft.uid),
            "company": draft.company,
            "role": draft.role,
            "start": draft.start.isoformat(),
            "timezone": draft.timezone,
            "location": draft.location,
            "link": draft.link,
        }
        event = LogEvent(
            user, f"calendar.interview_{what}", event_id(draft.uid), self.core.clock.now(), data
        )
        with self.core.store.begin() as session:
            self.core.events.append(session, event)

    # -- moving and removing -----------------------------------------------------------------

    def reschedule_question(self, user: str, wanted: str, start: str, minutes: int | None) -> str:
        """Return the question to put to the person before `reschedule`.

        Raises:
            NotFound: no such event.
            BadInput: it cannot be moved there.
        """
        index, draft = self._moved(user, wanted, start, minutes)
        clashes = self._clashes(index, draft, self._family(index, draft.uid))
        self._remember(user, draft.uid, clashes)
        return say("calendars.move", **facts_of(draft), extra=self._overlap(clashes))

    def reschedule(self, user: str, wanted: str, start: str, minutes: int | None) -> Rescheduled:
        """Move an event; the blocks around an interview move with it.

        Raises:
            NotFound: no such event.
            BadInput: it cannot be moved there, or the time was taken since the person was asked.
        """
        hub = self.service.hub(user)
        with hub.changing() as batch:
            index, draft = self._moved(user, wanted, start, minutes)
            family = self._family(index, draft.uid)
            clashes = self._clashes(index, draft, family)
            self._check_asked(user, draft.uid, clashes)
            calendar = index.by_uid[draft.uid][0].calendar
            plan = scheduling.Plan([], [])
            if draft.kind == "interview":
                now, prefs = self.core.clock.now(), self.service.preferences(user)
                prefs = replace(prefs, language=language_of(draft.summary) or prefs.language)
                plan = scheduling.plan_blocks(index, draft, prefs, now, family | {draft.uid})
            self._move(batch, calendar, draft)
            kept = {block.uid for block in plan.blocks}
            for block in plan.blocks:
                batch.save(calendar, block)
            for uid in family - kept:
                batch.remove(index.by_uid[uid][0].calendar, uid)
            if draft.kind == "interview":
                self._tell(user, "rescheduled", draft)
        return Rescheduled(
            events=self._events(user, [draft.uid, *(b.uid for b in plan.blocks)], draft.start),
            conflicts=[free.describe(o, self.core.clock.zone) for o in clashes],
            warnings=plan.notes,
        )

    def _moved(
        self, user: str, wanted: str, start: str, minutes: int | None
    ) -> tuple[Index, Draft]:
        index, entries = self.service.entries(user, wanted)
        entry = single(entries)
        zone = entry.zone or self.core.clock.zone
        try:
            named = zones.parse_any(zones.name_of(zone))
        except BadInput:
            named = self.core.clock.zone
        moment, _ = zones.parse_start(start, named)
        if moment <= self.core.clock.now():
            raise BadInput(say("calendars.move_past", at=moment))
        length = entry.seconds // 60 if minutes is None else minutes
        free.check_duration(max(1, length) if minutes is None else length)
        return index, Draft(
            uid=entry.uid,
            summary=entry.summary,
            start=moment,
            end=(moment.astimezone(UTC) + timedelta(minutes=length)).astimezone(named),
            timezone=named.key,
            kind=entry.kind,
            location=entry.location,
            link=entry.link,
            description=entry.description,
            company=entry.company,
            role=entry.role,
            application_id=entry.application_id,
            related=entry.related,
            reminders=REMINDERS if entry.kind == "interview" else (10,),
            sequence=entry.sequence + 1,
            busy=entry.busy,
        )

    def _move(self, batch: Batch, calendar: str, draft: Draft) -> None:
        """Write our own events anew; in those of others change the times alone."""
        text = batch.providers[calendar].ics(draft.uid)
        if text is None:
            raise NotFound(say("calendars.gone", title=draft.summary))
        batch.put(calendar, draft.uid, writing.with_times(text, draft, self.core.clock.now()))

    def _family(self, index: Index, uid: str) -> frozenset[str]:
        return frozenset(
            u for u, group in index.by_uid.items() if group[0].related == uid and u != uid
        )

    def cancel_question(self, user: str, wanted: str) -> str:
        """Return the question to put to the person before `cancel`.

        Raises:
            NotFound: no such event.
        """
        index, entries = self.service.entries(user, wanted)
        start = occurrence_start(wanted)
        entry, zone = entries[0], self.core.clock.zone
        if start is not None:
            local = start.astimezone(zone)
            return say("calendars.cancel_one", title=entry.summary, at=local)
        family = self._family(index, entry.uid)
        extra = say("calendars.blocks_too", n=len(family)) if family else ""
        if entry.rule or entry.rdates:
            return say("calendars.cancel_all", title=entry.summary, extra=extra)
        local = self.service.local(index.start_of(entry))
        return say("calendars.cancel", title=entry.summary, at=local, zone=zone.key, extra=extra)

    def cancel(self, user: str, wanted: str) -> Cancelled:
        """Remove an event, an interview with its blocks, or one occurrence of a series.

        Raises:
            NotFound: no such event.
        """
        hub = self.service.hub(user)
        start = occurrence_start(wanted)
        with hub.changing() as batch:
            index, entries = self.service.entries(user, wanted)
            entry = entries[0]
            recurring = any(e.rule or e.rdates for e in entries)
            if start is not None and recurring:
                text = batch.providers[entry.calendar].ics(entry.uid) or ""
                now = self.core.clock.now()
                changed = writing.exclude_occurrence(
                    text, entry.uid, start.astimezone(self.core.clock.zone), now
                )
                batch.put(entry.calendar, entry.uid, changed)
                return Cancelled(event_id=wanted, summary=entry.summary, removed=[wanted])
            removed = [entry.uid, *sorted(self._family(index, entry.uid))]
            for uid in removed:
                batch.remove(index.by_uid[uid][0].calendar, uid)
            if entry.kind == "interview":
                self._tell(user, "cancelled", self._as_draft(index, entry))
        return Cancelled(
            event_id=event_id(entry.uid),
            summary=entry.summary,
            removed=[event_id(u) for u in removed],
        )

    def _as_draft(self, index: Index, entry: Entry) -> Draft:
        start = self.service.local(index.start_of(entry))
        return Draft(
            uid=entry.uid, summary=entry.summary, start=start, end=start,
            timezone=zones.name_of(entry.zone or self.core.clock.zone), kind=entry.kind,
            company=entry.company, role=entry.role, application_id=entry.application_id,
            location=entry.location, link=entry.link,
        )  # fmt: skip
