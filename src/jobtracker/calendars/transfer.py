"""Calendar files in and out."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jobtracker.calendars import availability as free
from jobtracker.calendars import icstext, writing
from jobtracker.calendars.batch import Batch
from jobtracker.calendars.entry import Entry, event_id
from jobtracker.calendars.hub import safe_name
from jobtracker.calendars.index import Index
from jobtracker.calendars.model import Exported, Imported
from jobtracker.calendars.writing import Groups
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.speech import say

if TYPE_CHECKING:
    from jobtracker.calendars.service import CalendarService

MAX_IDS = 50
MAX_EXPORT = 200_000
"""Characters of a file that still fit into an answer; a larger one is only written."""


def _title(entry: Entry) -> str:
    return entry.summary[:60]


def _same(known: list[Entry], new: list[Entry]) -> bool:
    """Tell whether the calendar holds just this already."""
    there = {entry.recurrence_id: replace(entry, calendar="") for entry in known}
    here = {entry.recurrence_id: replace(entry, calendar="") for entry in new}
    return there == here


class Transfer:
    """Imports and exports iCalendar text."""

    def __init__(self, service: CalendarService) -> None:
        self.service = service
        self.core = service.core

    def question(self, ics: str) -> str:
        """Return the question to put to the person before `import_ics`.

        Raises:
            BadInput: no calendar file, or none with an event in it.
        """
        groups = self._read(ics)
        [first, *rest] = groups.entries.values()
        title, more = first[0].summary[:80], len(rest)
        if groups.method == "CANCEL":
            code = "calendars.remove_more" if more else "calendars.remove"
            return say(code, title=title, n=more)
        return say("calendars.add_more" if more else "calendars.add", title=title, n=more)

    def _read(self, ics: str) -> Groups:
        groups = Groups(icstext.decode(ics))
        if not groups.entries:
            why = (groups.warnings or [say("calendars.holds_none")])[0]
            raise BadInput(say("calendars.nothing_read", reason=why))
        return groups

    def import_ics(self, user: str, ics: str) -> Imported:
        """Add a file's events to the chosen calendar; a known UID is updated, CANCEL removes.

        Raises:
            BadInput: no calendar file, or none with an event in it.
        """
        groups = self._read(ics)
        hub = self.service.hub(user)
        result = Imported(imported=0, warnings=groups.warnings)
        now = self.core.clock.now()
        year = timedelta(days=366)
        with hub.changing() as batch:
            index, _ = self.service.index(user, now - year, now + year)
            fresh: list[str] = []
            for uid, new in groups.entries.items():
                known = index.by_uid.get(uid, [])
                if groups.method == "CANCEL" or all(e.status == "cancelled" for e in new):
                    self._cancel(batch, index, uid, new[0], result)
                    continue
                if known and max(e.sequence for e in known) > max(e.sequence for e in new):
                    result.warnings.append(say("calendars.newer_here", title=_title(new[0])))
                    continue
                if not known:
                    fresh.append(uid)
                elif not _same(known, new):
                    batch.put(known[0].calendar, uid, groups.text([uid]))
                result.updated += 1 if known else 0
                result.imported += 1
                if len(result.event_ids) < MAX_IDS:
                    result.event_ids.append(event_id(uid))
            batch.put_all(hub.chosen, fresh, groups)
        return result

    def _cancel(self, batch: Batch, index: Index, uid: str, entry: Entry, result: Imported) -> None:
        if uid not in index.by_uid:
            result.warnings.append(say("calendars.not_here", title=_title(entry)))
            return
        around = [u for u, group in index.by_uid.items() if group[0].related == uid]
        for one in (uid, *around):
            batch.remove(index.by_uid[one][0].calendar, one)
        result.removed += 1

    def export_ics(self, user: str, event_ids: list[str], start: str, end: str) -> Exported:
        """Write events to a file in the home folder and return its text.

        Raises:
            BadInput: neither ids nor a range.
            NotFound: an id is unknown.
        """
        hub = self.service.hub(user)
        if event_ids:
            found = [self.service.entries(user, wanted)[1][0] for wanted in event_ids[:500]]
        elif start.strip() or end.strip():
            low, high = self.service.window(start, end, days=31)
            index, _ = self.service.index(user, low, high)
            found = [o.entry for o in index.between(free.seconds(low), free.seconds(high))]
        else:
            raise BadInput(say("calendars.what_to_export"))
        uids = dict.fromkeys((entry.calendar, entry.uid) for entry in found)
        texts = [hub.providers[calendar].ics(uid) for calendar, uid in uids]
        merged = writing.merge([text for text in texts if text])
        path = self._write(user, merged)
        short = len(merged) <= MAX_EXPORT
        return Exported(
            ics=merged if short else "",
            path=str(path),
            events=len(uids),
            warnings=[] if short else [say("calendars.too_large")],
        )

    def _write(self, user: str, text: str) -> Path:
        folder = self.core.home / "exports" / safe_name(user)
        name = f"calendar-{self.core.clock.now():%Y%m%d-%H%M%S}.ics"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            os.replace(temporary, folder / name)
        except OSError as exc:
            raise Unavailable(f"the export cannot be written to {folder} ({exc.strerror})") from exc
        return folder / name
