"""What the remote providers share: a cache of what was last seen, and errors by next step."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

import httpx

from jobtracker.calendars import writing
from jobtracker.calendars.entry import Draft, Entry, Reading
from jobtracker.calendars.model import Calendar
from jobtracker.calendars.providers.port import ProviderInfo
from jobtracker.calendars.reading import read_entries
from jobtracker.core.errors import (
    AuthNeeded,
    BadInput,
    Forbidden,
    JobTrackerError,
    NotFound,
    NotSupported,
    RateLimited,
    Unavailable,
)
from jobtracker.core.speech import say

FRESH_SECONDS = 30.0
"""What was read this short a time ago is not asked for again."""
TIMEOUT = httpx.Timeout(15.0, connect=8.0)


@dataclass(frozen=True)
class Item:
    """One event as the provider last told it. `key` is the provider's own name of it."""

    key: str
    etag: str
    ics: str


class Cache(Protocol):
    """Keeps the items of one account between two runs."""

    def load(self) -> tuple[list[Item], dict[str, str]]:
        """Return the items and the sync tokens."""
        ...

    def apply(self, put: Iterable[Item], drop: Iterable[str], tokens: dict[str, str]) -> None:
        """Store changes and the new tokens in one go."""
        ...


class MemoryCache:
    """A cache that ends with the process."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.tokens: dict[str, str] = {}

    def load(self) -> tuple[list[Item], dict[str, str]]:
        """Return what is kept."""
        return list(self.items.values()), dict(self.tokens)

    def apply(self, put: Iterable[Item], drop: Iterable[str], tokens: dict[str, str]) -> None:
        """Store changes."""
        for key in drop:
            self.items.pop(key, None)
        self.items.update({item.key: item for item in put})
        self.tokens = dict(tokens)


class Remote:
    """Base of the remote providers: they implement `_sync`, `_write` and `_delete`."""

    info: ClassVar[ProviderInfo]

    def __init__(self, calendar_id: str, name: str, cache: Cache, also_busy: str = "") -> None:
        """`also_busy`: further calendars or people, by comma, whose busy time alone is read."""
        self._others = [one.strip() for one in also_busy.split(",") if one.strip()]
        self._seen: tuple[datetime, datetime, float] | None = None
        self._elsewhere: list[Entry] = []
        self.calendar_id = calendar_id
        self.name = name
        self._cache = cache
        self._lock = RLock()
        self._items: dict[str, Item] = {}
        self._tokens: dict[str, str] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._reading: Reading | None = None
        self._version = 0
        self._read_at = 0.0
        self._loaded = False

    def calendars(self) -> list[Calendar]:
        """Return this account as one calendar; reads it first, so that its state is true."""
        self._refresh()
        return [Calendar(calendar_id=self.calendar_id, name=self.name, provider=self.info.name)]

    def read(self, low: datetime, high: datetime) -> Reading:
        """Return the entries; what was seen before is shown where the provider is out of reach."""
        with self._lock:
            warnings: list[str] = []
            try:
                self._refresh()
            except (Unavailable, RateLimited) as exc:
                if not self._items:
                    raise
                warnings = [say("calendars.last_seen", name=self.name, reason=exc.message)]
            warnings += self._look_elsewhere(low, high)
            if self._reading is None or self._reading.warnings != warnings:
                self._version += 1
                found = [entry for entries in self._entries.values() for entry in entries]
                found += self._elsewhere
                self._reading = Reading(found, self._version, warnings)
            return self._reading

    def _look_elsewhere(self, low: datetime, high: datetime) -> list[str]:
        """Read the busy time of `also_busy`; return what could not be read."""
        if not self._others:
            return []
        seen, fresh = self._seen, time.monotonic() - FRESH_SECONDS
        if seen and seen[0] <= low and high <= seen[1] and seen[2] > fresh:
            return []
        begin, end = low.astimezone(UTC), high.astimezone(UTC)
        try:
            found, failures = self._busy_of(self._others, begin, end)
        except (Unavailable, RateLimited, Forbidden, NotSupported) as exc:
            return [f"{self.name}: busy time of {', '.join(self._others)}: {exc.message}"]
        entries = [busy_entry(who, a, b, self.calendar_id) for who, a, b in found]
        if entries != self._elsewhere:
            self._elsewhere, self._reading = entries, None
        self._seen = (low, high, time.monotonic())
        return failures

    def _busy_of(
        self, others: list[str], low: datetime, high: datetime
    ) -> tuple[list[tuple[str, datetime, datetime]], list[str]]:
        """Return (who, start, end) of busy time, and whose could not be read."""
        raise NotSupported(f"{self.name} cannot be asked for the busy time of others")

    def refresh(self) -> None:
        """Ask the provider again at the next reading."""
        self._read_at = 0.0
        self._seen = None

    def _load(self) -> None:
        if not self._loaded:
            items, self._tokens = self._cache.load()
            self._take(items, [])
            self._loaded = True

    def _refresh(self) -> None:
        with self._lock:
            self._load()
            if self._read_at and time.monotonic() - self._read_at < FRESH_SECONDS:
                return
            put, drop, tokens = self._sync(dict(self._tokens))
            if put or drop or tokens != self._tokens:
                self._cache.apply(put, drop, tokens)
            self._tokens = tokens
            self._take(put, drop)
            self._read_at = time.monotonic()

    def _take(self, put: list[Item], drop: Iterable[str]) -> None:
        for key in drop:
            if self._items.pop(key, None):
                self._entries.pop(key, None)
                self._reading = None
        for item in put:
            self._items[item.key] = item
            self._entries[item.key] = read_entries(item.ics, self.calendar_id)[0]
            self._reading = None

    def _keep(self, put: list[Item], drop: list[str]) -> None:
        """Take over what was just written, so that the next reading shows it."""
        self._cache.apply(put, drop, self._tokens)
        self._take(put, drop)

    def _keys_of(self, uid: str) -> list[str]:
        return [key for key, entries in self._entries.items() if any(e.uid == uid for e in entries)]

    def save(self, draft: Draft) -> None:
        """Create or replace the event of that UID."""
        self.put(draft.uid, writing.draft_text(draft, draft.start))

    def put(self, uid: str, ics: str) -> None:
        """Create or replace the event of that UID by iCalendar text."""
        with self._lock:
            self._refresh()
            keys = self._keys_of(uid)
            item = self._write(uid, ics, self._items[keys[0]] if keys else None)
            self._keep([item], [key for key in keys if key != item.key])

    def remove(self, uid: str) -> None:
        """Delete the event of that UID."""
        with self._lock:
            self._refresh()
            keys = self._keys_of(uid)
            for key in keys:
                self._delete(self._items[key])
            self._keep([], keys)

    def ics(self, uid: str) -> str | None:
        """Return the event as iCalendar text."""
        with self._lock:
            self._refresh()
            texts = [self._items[key].ics for key in self._keys_of(uid)]
            merged = writing.merge(texts) if texts else ""
            return writing.split_by_uid(merged).get(uid) if merged else None

    def snapshot(self, uid: str) -> str | None:
        """Return the event as it is stored."""
        return self.ics(uid)

    def restore(self, uid: str, snapshot: str | None) -> None:
        """Bring the event back as it was."""
        if snapshot is None:
            self.remove(uid)
        else:
            self.put(uid, snapshot)

    def close(self) -> None:
        """Give connections back."""
        raise NotImplementedError

    def _sync(self, tokens: dict[str, str]) -> tuple[list[Item], list[str], dict[str, str]]:
        """Return what is new or changed, the keys that are gone, and the new tokens."""
        raise NotImplementedError

    def _write(self, uid: str, ics: str, known: Item | None) -> Item:
        """Create the event, or replace the known one; return it as stored."""
        raise NotImplementedError

    def _delete(self, item: Item) -> None:
        """Delete the event; one that is gone already is no error."""
        raise NotImplementedError


def busy_entry(who: str, start: datetime, end: datetime, calendar: str) -> Entry:
    """Return a stretch of somebody's busy time as an entry without a title of its own."""
    begin, until = (int(t.timestamp()) for t in (start, end))
    return Entry(
        uid=f"busy-{begin}-{until}-{who}", summary=f"Busy ({who})", start=begin,
        seconds=max(0, until - begin), zone=UTC, calendar=calendar,
    )  # fmt: skip


def check_url(url: str, *, private: bool) -> str:
    """Refuse addresses that would send a password in the clear.

    Raises:
        BadInput: not http(s), or plain http to another machine.
    """
    parts = urlsplit(url.strip())
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"} or private
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"calendar address {url[:80]!r} is not a web address (https://…)")
    if parts.scheme == "http" and not local:
        raise BadInput(f"calendar address {url[:80]!r} is not encrypted; use https://")
    if parts.username or parts.password:
        raise BadInput("the calendar address must not hold a password; give it separately")
    return url.strip()


def request(
    client: httpx.Client, name: str, method: str, url: str, **arguments: object
) -> httpx.Response:
    """Send one request; only what the transport raises is translated here.

    Raises:
        Unavailable: no connection, or no answer in time.
    """
    try:
        return client.request(method, url, **arguments)  # type: ignore[arg-type]
    except httpx.TimeoutException as exc:
        raise Unavailable(f"{name} did not answer in time; try again later") from exc
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        kind = type(exc).__name__
        raise Unavailable(
            f"{name} cannot be reached ({kind}); check the address and network"
        ) from exc


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds of Retry-After; a date form is not read."""
    value = headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def error_of(name: str, status: int, headers: httpx.Headers, hint: str = "") -> JobTrackerError:
    """Return our error for a status, by what one can do next."""
    wait = retry_after(headers)
    if status == 401:
        return AuthNeeded(f"{name} refused the login; {hint or 'connect the account again'}")
    if status == 403:
        return Forbidden(f"{name} does not allow this; check the rights of the account")
    if status in {404, 410}:
        return NotFound(f"{name}: the calendar or event is gone; it may have been deleted")
    if status == 429:
        return RateLimited(f"{name} asks to wait; try again later", wait)
    if status == 507:
        return Unavailable(f"{name} has no space left")
    if status >= 500:
        return Unavailable(f"{name} failed ({status}); try again later", wait)
    return BadInput(f"{name} refused the request ({status})")
