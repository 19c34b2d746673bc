"""The calendar's service: what is there, what is free, and what fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobtracker.calendars import availability as free
from jobtracker.calendars import scheduling, zones
from jobtracker.calendars.availability import Preferences
from jobtracker.calendars.entry import Entry, Occurrence, event_id
from jobtracker.calendars.hub import Hub, safe_name
from jobtracker.calendars.index import Index
from jobtracker.calendars.locking import exclusive
from jobtracker.calendars.model import (
    Busy,
    Calendar,
    CalendarList,
    Event,
    EventList,
    FreeSlot,
    FreeTime,
    Invitation,
    Suggestions,
    WorkingTime,
)
from jobtracker.calendars.providers.local_folder import LocalFolder
from jobtracker.core.errors import BadInput, JobTrackerError
from jobtracker.core.speech import say

if TYPE_CHECKING:
    from jobtracker.calendars.accounts import Accounts
    from jobtracker.calendars.booking import Booking
    from jobtracker.calendars.connecting import Connector
    from jobtracker.calendars.habits import HabitStore
    from jobtracker.calendars.providers.port import CalendarProvider
    from jobtracker.calendars.transfer import Transfer
    from jobtracker.core.bootstrap import Core

PAGE = 50
INLINE_CHARS = 20_000
"""A longer message is read in a worker process: a mail of many parts takes minutes."""


class CalendarService:
    """Reads and plans a person's calendars. `booking` changes them."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._hubs: dict[str, Hub] = {}
        self._lock = RLock()

    @property
    def booking(self) -> Booking:
        """What writes: schedule, reschedule, cancel, import, export."""
        from jobtracker.calendars.booking import Booking

        with self._lock:
            return self.__dict__.setdefault("_booking", Booking(self))

    @property
    def transfer(self) -> Transfer:
        """Calendar files in and out."""
        from jobtracker.calendars.transfer import Transfer

        with self._lock:
            return self.__dict__.setdefault("_transfer", Transfer(self))

    def preferences(self, user: str) -> Preferences:
        """Return how the person works."""
        return self.habits.preferences(user)

    @property
    def habits(self) -> HabitStore:
        """The people's working hours, lunch, buffers, travel and notice."""
        from jobtracker.calendars.habits import HabitStore

        with self._lock:
            return self.__dict__.setdefault("_habits", HabitStore(self.core))

    def hub(self, user: str) -> Hub:
        """Return the person's calendars, opened once per process."""
        with self._lock:
            if user not in self._hubs:
                state = self.core.home / "calendars" / safe_name(user)
                local = LocalFolder(self._folder(user, state), self.core.clock.now)
                providers: dict[str, CalendarProvider] = {"local": local}
                chosen, broken = self._connected(user, providers)
                place = self.core.home / "calendars" / f".{safe_name(user)}"
                self._hubs[user] = Hub(
                    providers, chosen, place, broken, partial(exclusive, self.core.store, user)
                )
            return self._hubs[user]

    def _connected(
        self, user: str, providers: dict[str, CalendarProvider]
    ) -> tuple[str, list[Calendar]]:
        """Open the accounts; return where new events go, and the accounts that cannot be opened."""
        chosen = "local"
        broken: list[Calendar] = []
        for row in self.accounts.all(user):
            try:
                providers[row.id] = self.accounts.open(row)
            except JobTrackerError as exc:
                broken.append(
                    Calendar(
                        calendar_id=row.id, name=row.name, provider=row.provider, chosen=row.chosen,
                        status="auth_needed", note=exc.message,
                    )
                )  # fmt: skip
                continue
            chosen = row.id if row.chosen else chosen
        return chosen, broken

    @property
    def accounts(self) -> Accounts:
        """The connected accounts. After a change call `reopen`."""
        from jobtracker.calendars.accounts import Accounts

        with self._lock:
            return self.__dict__.setdefault("_accounts", Accounts(self.core))

    def connect(self, user: str, provider: str, values: dict[str, str], name: str = "") -> Calendar:
        """Connect an account; see `Accounts.connect`."""
        calendar = self.accounts.connect(user, provider, values, name)
        self.reopen(user)
        return calendar

    @property
    def connector(self) -> Connector:
        """The logins in the browser."""
        from jobtracker.calendars.connecting import Connector

        with self._lock:
            return self.__dict__.setdefault("_connector", Connector(self))

    def working_time(self, user: str, given: Mapping[str, object] | None = None) -> WorkingTime:
        """Return how the person works, after changing what is given.

        Raises:
            BadInput: a value does not fit.
        """
        habits = self.habits.change(user, given) if given else self.habits.get(user)
        return WorkingTime(**habits.model_dump(), timezone=self.core.clock.zone.key)

    def choose(self, user: str, calendar_id: str) -> CalendarList:
        """Let new events go to that calendar.

        Raises:
            NotFound: no such calendar.
        """
        self.accounts.choose(user, calendar_id)
        self.reopen(user)
        return self.list_calendars(user)

    def disconnect(self, user: str, calendar_id: str) -> CalendarList:
        """Forget an account; its events stay where they are.

        Raises:
            NotFound: no such account.
        """
        self.accounts.disconnect(user, calendar_id)
        self.reopen(user)
        return self.list_calendars(user)

    def reopen(self, user: str) -> None:
        """Read the person's accounts anew."""
        with self._lock:
            if hub := self._hubs.pop(user, None):
                hub.close()

    def close(self) -> None:
        """Give all connections back."""
        for user in list(self._hubs):
            self.reopen(user)

    def _folder(self, user: str, default: Path) -> Path:
        own = self.core.settings.calendar.folder
        if not own:
            return default
        folder = Path(own).expanduser()
        return folder if user == self.core.settings.user else folder / safe_name(user)

    def index(self, user: str, low: datetime, high: datetime) -> tuple[Index, list[str]]:
        """Return all entries of the person around a window, and what could not be read."""
        return self.hub(user).index(self.core.clock.zone, low, high)

    def list_calendars(self, user: str) -> CalendarList:
        """Return the connected calendars."""
        return CalendarList(calendars=self.hub(user).calendars())

    def list_events(
        self, user: str, start: str = "", end: str = "", limit: int = PAGE, cursor: str = ""
    ) -> EventList:
        """Return the events that touch the range, a page at a time; default: the next 14 days.

        Raises:
            BadInput: no usable range or cursor.
        """
        low, high = self.window(start, end, days=14)
        skip = _cursor(cursor)
        index, warnings = self.index(user, low, high)
        found = index.between(free.seconds(low), free.seconds(high))
        page = found[skip : skip + limit]
        more = skip + limit < len(found)
        return EventList(
            events=[self.event(o) for o in page],
            total=len(found),
            timezone=self.core.clock.zone.key,
            next_cursor=str(skip + limit) if more else None,
            warnings=warnings + self.cut_notes(index),
        )

    def window(self, start: str, end: str, days: int) -> tuple[datetime, datetime]:
        """Read a range; the default is from now on, `days` long.

        Raises:
            BadInput: not times, the end before the start, or over a year.
        """
        zone = self.core.clock.zone
        low = zones.parse_bound(start, zone, end=False) if start.strip() else self.core.clock.now()
        high = zones.parse_bound(end, zone, end=True) if end.strip() else low + timedelta(days=days)
        free.check_span(low, high)
        return low, high

    def cut_notes(self, index: Index) -> list[str]:
        """Name the repeating events that repeat too often to be read as a whole."""
        names = [index.by_uid[uid][0].summary for uid in sorted(index.truncated)][:5]
        return [say("calendars.repeats", title=name[:60]) for name in names]

    def event(self, occurrence: Occurrence) -> Event:
        """Return an occurrence as it crosses the boundary, in the person's zone."""
        entry = occurrence.entry
        name = event_id(entry.uid)
        if occurrence.recurring:
            name += datetime.fromtimestamp(occurrence.start, UTC).strftime("@%Y%m%dT%H%M%SZ")
        zone = entry.zone or self.core.clock.zone
        return Event(
            event_id=name,
            summary=entry.summary,
            start=self.local(occurrence.start),
            end=self.local(occurrence.end),
            timezone=zones.name_of(zone),
            location=entry.location,
            link=entry.link,
            all_day=entry.all_day,
            busy=entry.busy,
            status=entry.status,
            recurring=occurrence.recurring,
            kind=entry.kind,
            company=entry.company,
            role=entry.role,
            calendar=entry.calendar,
        )

    def local(self, moment: int) -> datetime:
        """Return epoch seconds as a time in the person's zone."""
        return datetime.fromtimestamp(moment, UTC).astimezone(self.core.clock.zone)

    def find_free_time(
        self,
        user: str,
        start: str = "",
        end: str = "",
        duration_minutes: int = 30,
        limit: int = PAGE,
    ) -> FreeTime:
        """Return the free stretches within working hours, not in the past.

        Raises:
            BadInput: no usable range or duration.
        """
        free.check_duration(duration_minutes)
        prefs = self.preferences(user)
        low, high = self.window(start, end, days=7)
        now = self.core.clock.now()
        index, warnings = self.index(user, low, high)
        bounds = free.seconds(max(low, now)), free.seconds(high)
        hours = free.working_stretches(*bounds, prefs) if bounds[0] < bounds[1] else []
        slots = index.minutes(*bounds).free(hours, duration_minutes) if hours else []
        return FreeTime(
            slots=[FreeSlot(start=self.local(a), end=self.local(b)) for a, b in slots[:limit]],
            busy=self._busy(index, low, high),
            timezone=prefs.zone.key,
            total=len(slots),
            note=_free_note(high, now, bool(hours), len(slots), prefs),
            warnings=warnings + self.cut_notes(index),
        )

    def _busy(self, index: Index, low: datetime, high: datetime) -> list[Busy]:
        """Name what takes the time, where the range is short enough to be read out."""
        if high - low > timedelta(days=8):
            return []
        taken = free.conflicts(index, free.seconds(low), free.seconds(high))
        return [
            Busy(start=self.local(o.start), end=self.local(o.end), summary=o.entry.summary)
            for o in taken[:20]
        ]

    def suggest(
        self,
        user: str,
        start: str = "",
        end: str = "",
        duration_minutes: int = 60,
        timezone: str = "",
        limit: int = 5,
    ) -> Suggestions:
        """Return good times for an interview; `timezone` is the interviewer's.

        Raises:
            BadInput: no usable range, duration or zone.
        """
        free.check_duration(duration_minutes)
        prefs = self.preferences(user)
        other = zones.parse_any(timezone) if timezone.strip() else None
        low, high = self.window(start, end, days=14)
        index, warnings = self.index(user, low - timedelta(days=1), high + timedelta(days=1))
        now = self.core.clock.now()
        found = scheduling.suggest(index, (low, high), duration_minutes, prefs, now, other, limit)
        note = None
        if not found:
            note = _suggest_note(high, now, prefs, other)
        return Suggestions(
            suggestions=found,
            timezone=prefs.zone.key,
            note=note,
            warnings=warnings + self.cut_notes(index),
        )

    def conflicts(
        self, user: str, start: datetime, end: datetime, ignore: frozenset[str]
    ) -> list[str]:
        """Describe what takes any of that time."""
        index, _ = self.index(user, start, end)
        taken = free.conflicts(index, free.seconds(start), free.seconds(end), ignore)
        return [free.describe(o, self.core.clock.zone) for o in taken[:5]]

    def entries(self, user: str, wanted: str) -> tuple[Index, list[Entry]]:
        """Return the index and the entries of an event.

        Raises:
            NotFound: there is none of that id.
        """
        now = self.core.clock.now()
        index, _ = self.index(user, now - timedelta(days=366), now + timedelta(days=366))
        return index, self.hub(user).find(index, wanted)

    def read_invitation(self, user: str, text: str = "", ics: str = "") -> Invitation:
        """Read an invitation and check it against the calendar.

        Raises:
            BadInput: nothing to read, binary, or over 10 MB.
        """
        from jobtracker.calendars.invitations.checking import check
        from jobtracker.calendars.invitations.reader import read

        told = (text, ics, self.core.clock.now(), self.core.clock.zone)
        if len(text) + len(ics) <= INLINE_CHARS:
            return check(self, user, read(*told))
        heard = self.core.workers.run("reading the message", read, *told, user=user, safe=True)
        return check(self, user, heard)


def _cursor(cursor: str) -> int:
    if not cursor:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise BadInput(f"cursor {cursor[:20]!r} is not one that list_events returned")
    return int(cursor)


def _free_note(
    high: datetime, now: datetime, hours: bool, slots: int, prefs: Preferences
) -> str | None:
    if high <= now:
        return say("calendars.past")
    if not hours:
        return say("calendars.outside_hours", hours=prefs.describe())
    return None if slots else say("calendars.none_free")


def _suggest_note(high: datetime, now: datetime, prefs: Preferences, other: ZoneInfo | None) -> str:
    if high <= now + timedelta(hours=prefs.notice_hours):
        return say("calendars.within_notice", n=prefs.notice_hours)
    hours = prefs.describe()
    if other is not None and other != prefs.zone:
        return say("calendars.none_free_both", hours=hours, zone=other.key)
    return say("calendars.none_free_range", hours=hours)
