"""A person's calendars together: one index over all, and the provider that holds each event."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, tzinfo
from pathlib import Path
from threading import RLock

from jobtracker.calendars.batch import Batch, recover
from jobtracker.calendars.entry import Entry, Reading, event_id
from jobtracker.calendars.index import Index
from jobtracker.calendars.model import Calendar
from jobtracker.calendars.providers.port import CalendarProvider
from jobtracker.core.errors import AuthNeeded, JobTrackerError, NotFound, Unavailable
from jobtracker.core.speech import say


def safe_name(user: str) -> str:
    """Return the user id as one file name: no separators, no leading dot."""
    return re.sub(
        r"[^A-Za-z0-9_@+-]|^-", lambda m: "".join(f"%{b:02x}" for b in m[0].encode()), user
    )


class Hub:
    """Reads all calendars as one; a calendar that fails costs only itself."""

    def __init__(
        self,
        providers: dict[str, CalendarProvider],
        chosen: str,
        state: Path,
        broken: Sequence[Calendar] = (),
        exclusive: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """`exclusive` keeps other machines out too, where they share the calendars' store."""
        self._exclusive = exclusive
        self._broken = list(broken)
        self.providers = providers
        self.chosen = chosen
        self._state = state
        self._lock = RLock()
        self._index: Index | None = None
        self._key: tuple[object, ...] = ()

    def index(self, zone: tzinfo, low: datetime, high: datetime) -> tuple[Index, list[str]]:
        """Return the index over a window, and what could not be read."""
        readings: list[Reading] = []
        warnings: list[str] = []
        warnings += [
            say("calendars.left_out", name=one.name, reason=one.note) for one in self._broken
        ]
        with self._lock:
            for name, provider in self.providers.items():
                try:
                    reading = provider.read(low, high)
                except JobTrackerError as exc:
                    warnings.append(say("calendars.left_out", name=name, reason=exc.message))
                    continue
                readings.append(reading)
                warnings += reading.warnings
            key = (zone, *((id(reading), reading.version) for reading in readings))
            if self._index is None or key != self._key:
                self._index = Index([e for r in readings for e in r.entries], zone)
                self._key = key
                self._readings = readings
            return self._index, warnings

    def calendars(self) -> list[Calendar]:
        """Return every calendar with its state."""
        found: list[Calendar] = []
        for name, provider in self.providers.items():
            try:
                own = list(provider.calendars())
            except JobTrackerError as exc:
                status = "auth_needed" if isinstance(exc, AuthNeeded) else "unavailable"
                info = provider.info
                own = [
                    Calendar(
                        calendar_id=name,
                        name=info.title,
                        provider=info.name,
                        status=status,
                        note=exc.message,
                    )
                ]
            found += [c.model_copy(update={"chosen": name == self.chosen}) for c in own]
        return found + self._broken

    def close(self) -> None:
        """Give connections back."""
        for provider in self.providers.values():
            provider.close()

    def find(self, index: Index, wanted: str) -> list[Entry]:
        """Return the entries of an event by its id.

        Raises:
            NotFound: there is none in any calendar.
        """
        stem = wanted.partition("@")[0]
        for uid, group in index.by_uid.items():
            if event_id(uid) == stem:
                return group
        raise NotFound(say("calendars.unknown", id=wanted[:60]))

    @contextmanager
    def changing(self) -> Generator[Batch]:
        """Open a batch of changes; one at a time per person, over all processes.

        Raises:
            Unavailable: another process is changing the calendar for long.
        """
        from filelock import FileLock, Timeout

        try:
            self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self._state / "change.lock", timeout=15)
            lock.acquire()
        except Timeout as exc:
            raise Unavailable("another process is changing the calendar; try again", 5) from exc
        except OSError as exc:
            raise Unavailable(
                f"the calendar's folder {self._state} cannot be written ({exc.strerror})"
            ) from exc
        try:
            journal = self._state / "undo.json"
            with self._exclusive():
                recover(self.providers, journal)
                with Batch(self.providers, journal) as batch:
                    yield batch
        finally:
            lock.release()
