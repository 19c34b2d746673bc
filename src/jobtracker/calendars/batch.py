"""Several changes that happen as one: all of them, or none.

What is changed is noted in a journal on disk before it is changed. After an error the notes are
played back at once; after a crash, by the next one who opens the calendar.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import cast

from jobtracker.calendars.entry import Draft
from jobtracker.calendars.providers.port import CalendarProvider, TakesMany
from jobtracker.calendars.writing import Groups
from jobtracker.core.errors import JobTrackerError, NotFound, Unavailable

Providers = Mapping[str, CalendarProvider]


class Batch:
    """A context: leaving it without an error keeps the changes, with one takes them back."""

    def __init__(self, providers: Providers, journal: Path) -> None:
        self.providers = providers
        self._journal = journal
        self._notes: list[tuple[str, str, str | None]] = []

    def __enter__(self) -> Batch:
        return self

    def save(self, calendar: str, draft: Draft) -> None:
        """Create or replace one of our events."""
        self._note(calendar, draft.uid)
        self.providers[calendar].save(draft)

    def put(self, calendar: str, uid: str, ics: str) -> None:
        """Create or replace an event by its text."""
        self._note(calendar, uid)
        self.providers[calendar].put(uid, ics)

    def put_all(self, calendar: str, uids: list[str], groups: Groups) -> None:
        """Add many events that are new, as the last change of the batch."""
        provider = self.providers[calendar]
        if isinstance(provider, TakesMany):
            if uids:
                provider.put_all(uids, groups.text(uids))  # one atomic write: nothing to note
            return
        for uid in uids:
            self.put(calendar, uid, groups.text([uid]))

    def remove(self, calendar: str, uid: str) -> None:
        """Delete an event."""
        self._note(calendar, uid)
        self.providers[calendar].remove(uid)

    def _note(self, calendar: str, uid: str) -> None:
        if any(note[:2] == (calendar, uid) for note in self._notes):
            return
        self._notes.append((calendar, uid, self.providers[calendar].snapshot(uid)))
        _write(self._journal, json.dumps(self._notes))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            _restore(self.providers, self._notes)
        self._journal.unlink(missing_ok=True)


def recover(providers: Providers, journal: Path) -> None:
    """Take back what a crash left half done.

    Raises:
        JobTrackerError: a calendar cannot be reached; the journal stays for the next time.
    """
    try:
        notes = json.loads(journal.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return
    known = [n for n in cast("list[tuple[str, str, str | None]]", notes) if n[0] in providers]
    _restore(providers, known)
    journal.unlink(missing_ok=True)


def _restore(providers: Providers, notes: list[tuple[str, str, str | None]]) -> None:
    """Undo in the opposite order; go on after a failure, and tell of it at the end."""
    failed: list[str] = []
    for calendar, uid, snapshot in reversed(notes):
        try:
            providers[calendar].restore(uid, snapshot)
        except NotFound:
            continue
        except JobTrackerError as exc:
            failed.append(exc.message)
    if failed:
        raise Unavailable(
            f"the change failed and could not be taken back completely ({failed[0]}); "
            "it will be taken back the next time the calendar is opened"
        )


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as exc:
        raise Unavailable(
            f"the calendar's journal {path} cannot be written ({exc.strerror}); nothing was changed"
        ) from exc
