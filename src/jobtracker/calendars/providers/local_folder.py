"""A folder of .ics files: the calendar that works with nothing installed.

Events of ours are one file each, written beside and renamed, so that a reader sees the old file or
the new one. Files that others drop there are read too, and left as they are until an event in them
is changed; a broken file is reported and costs only itself. A parsed file is kept in memory until
its size or time of change differs.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from jobtracker.calendars import icstext, writing
from jobtracker.calendars.entry import Draft, Entry, Reading, event_id
from jobtracker.calendars.model import Calendar
from jobtracker.calendars.providers.port import ProviderInfo
from jobtracker.calendars.reading import read_entries
from jobtracker.core.errors import BadInput, Unavailable


@dataclass(slots=True)
class _File:
    stamp: tuple[int, int, int]
    entries: list[Entry]
    warnings: list[str]


class LocalFolder:
    """Reads and writes one folder; safe to use from several threads and processes."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        name="local_folder",
        title="Folder of .ics files",
        auth="none",
        terms_url="https://www.rfc-editor.org/rfc/rfc5545",
        settings=("folder",),
    )

    def __init__(
        self, folder: Path, now: Callable[[], datetime], calendar_id: str = "local"
    ) -> None:
        self.folder = folder
        self.calendar_id = calendar_id
        self._now = now
        self._files: dict[str, _File] = {}
        self._version = 0
        self._reading: Reading | None = None
        self._lock = threading.RLock()

    def calendars(self) -> list[Calendar]:
        """Return the one calendar that the folder is."""
        return [
            Calendar(calendar_id=self.calendar_id, name="Local folder", provider="local_folder")
        ]

    def read(self, low: datetime, high: datetime) -> Reading:
        """Return all entries; the window makes no difference here."""
        with self._lock:
            if self._refresh() or self._reading is None:
                self._version += 1
                self._reading = Reading(
                    [entry for file in self._files.values() for entry in file.entries],
                    self._version,
                    [f"{n}: {w}" for n, file in self._files.items() for w in file.warnings][:20],
                )
            return self._reading

    def _refresh(self) -> bool:
        """Parse what is new or different; tell whether anything was."""
        changed = False
        seen: set[str] = set()
        try:
            for item in os.scandir(self.folder):
                if not item.name.endswith(".ics") or item.name.startswith("."):
                    continue
                if not item.is_file():
                    continue
                seen.add(item.name)
                status = item.stat()
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                known = self._files.get(item.name)
                if known is None or known.stamp != stamp:
                    self._files[item.name] = self._parse(Path(item.path), stamp)
                    changed = True
        except FileNotFoundError:
            pass
        except OSError as exc:
            raise Unavailable(
                f"the calendar folder {self.folder} cannot be read ({exc.strerror}); "
                "check its permissions or set JOBTRACKER_CALENDAR__FOLDER"
            ) from exc
        for gone in self._files.keys() - seen:
            del self._files[gone]
            changed = True
        return changed

    def _parse(self, path: Path, stamp: tuple[int, int, int]) -> _File:
        if stamp[1] > icstext.MAX_BYTES:
            return _File(stamp, [], ["is larger than 10 MB and was not read"])
        try:
            text = icstext.decode(path.read_bytes(), "the file")
        except OSError as exc:
            return _File(stamp, [], [f"cannot be read ({exc.strerror})"])
        except BadInput as exc:
            return _File(stamp, [], [exc.message])
        return _File(stamp, *read_entries(text, self.calendar_id))

    def save(self, draft: Draft) -> None:
        """Create or replace the event of that UID."""
        self.put(draft.uid, writing.draft_text(draft, self._now()))

    def put(self, uid: str, ics: str) -> None:
        """Create or replace the event of that UID by iCalendar text."""
        with self._lock:
            own = self._own(uid)
            for path in self._holding(uid):
                if path != own:
                    self._take_out(path, uid)
            self._write(own, ics)

    def put_all(self, uids: list[str], ics: str) -> None:
        """Create the events of these UIDs, in one file."""
        with self._lock:
            own = self._own(uids[0])
            many = event_id("\n".join(uids)).replace("evt_", "import_")
            self._write(own if len(uids) == 1 else self.folder / f"{many}.ics", ics)

    def remove(self, uid: str) -> None:
        """Delete the event of that UID."""
        with self._lock:
            for path in self._holding(uid):
                self._take_out(path, uid)

    def snapshot(self, uid: str) -> str | None:
        """Return the event's text."""
        return self.ics(uid)

    def restore(self, uid: str, snapshot: str | None) -> None:
        """Bring the event back as it was."""
        if snapshot is None:
            self.remove(uid)
        else:
            self.put(uid, snapshot)

    def close(self) -> None:
        """Nothing is held open."""

    def ics(self, uid: str) -> str | None:
        """Return the event as a file of its own, None where there is none."""
        with self._lock:
            for path in self._holding(uid):
                text = icstext.decode(path.read_bytes(), path.name)
                if found := writing.split_by_uid(text).get(uid):
                    return found
        return None

    def _own(self, uid: str) -> Path:
        return self.folder / f"{event_id(uid)}.ics"

    def _holding(self, uid: str) -> list[Path]:
        self._refresh()
        return [
            self.folder / name
            for name, file in self._files.items()
            if any(entry.uid == uid for entry in file.entries)
        ]

    def _take_out(self, path: Path, uid: str) -> None:
        rest = writing.without(icstext.decode(path.read_bytes(), path.name), uid)
        if rest is not None:
            self._write(path, rest)
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            raise self._unwritable(exc) from exc
        self._forget(path)

    def _forget(self, path: Path) -> None:
        self._files.pop(path.name, None)
        self._reading = None

    def _write(self, path: Path, text: str) -> None:
        """Write beside, flush to disk, rename: the file is the old one or the new one."""
        temporary: str | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError as exc:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
            raise self._unwritable(exc) from exc
        self._forget(path)

    def _unwritable(self, exc: OSError) -> Unavailable:
        return Unavailable(
            f"the calendar folder {self.folder} cannot be written ({exc.strerror}); nothing was "
            "changed. Free some space, make it writable or set JOBTRACKER_CALENDAR__FOLDER"
        )
