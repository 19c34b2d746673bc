"""How long it takes to read a calendar of 5,000 events over CalDAV, first and again.

The server is one of our own in the same process, so that what is measured is ours: asking, reading
the answers and storing them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import httpx

from jobtracker.calendars import writing
from jobtracker.calendars.accounts import StoreCache
from jobtracker.calendars.providers.caldav import CalDav
from jobtracker.calendars.tables import AccountRow
from jobtracker.core.bootstrap import Core

Row = dict[str, Any]
_URL = "https://dav.example/cal/"
_USER, _ACCOUNT = "bench-sync", "cal_bench"
_OPEN = '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'


class Server:
    """Answers what the adapter asks: properties, changes since a token, many events at once."""

    def __init__(self, events: dict[str, str]) -> None:
        self.events = {f"/cal/{number}.ics": text for number, text in enumerate(events.values())}
        self.changed: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return the multistatus of a PROPFIND or REPORT."""
        body = request.content.decode()
        if "calendar-multiget" in body:
            wanted = [unquote(part.split("<")[0]) for part in body.split("<D:href>")[1:]]
            found = [
                self._response(
                    href, f"<C:calendar-data>{escape(self.events[href])}</C:calendar-data>"
                )
                for href in wanted
            ]
        elif "sync-collection" in body:
            found = [self._response(href, "") for href in self.changed]
        elif request.headers.get("depth") == "1":
            found = [self._response(href, "") for href in self.events]
            found.append(_collection(self._token))
        else:
            found = [_collection("")]
        return httpx.Response(207, text=f"{_OPEN}{''.join(found)}{self._token}</multistatus>")

    @property
    def _token(self) -> str:
        return f"<sync-token>token-{len(self.changed)}</sync-token>"

    def _response(self, href: str, data: str) -> str:
        prop = f"<getetag>e{int(href in self.changed)}</getetag>{data}"
        return f"<response><href>{href}</href><propstat><prop>{prop}</prop></propstat></response>"


def _collection(more: str) -> str:
    kind = f"<resourcetype><collection/><C:calendar/></resourcetype>{more}"
    return f"<response><href>/cal/</href><propstat><prop>{kind}</prop></propstat></response>"


def rows(core: Core, text: str) -> list[Row]:
    """Measure the first reading and one after ten changes, beside parsing the same text alone."""
    server = Server(writing.split_by_uid(text))
    with core.store.begin() as session:
        session.add(
            AccountRow(
                id=_ACCOUNT, user_id=_USER, provider="caldav", name="bench", config={}, sealed="",
                chosen=False, tokens={},
            )
        )  # fmt: skip
    low = datetime(2026, 11, 23, tzinfo=UTC)
    window = (low, low + timedelta(days=90))

    def read() -> object:
        account = CalDav(
            _ACCOUNT, StoreCache(core, _USER, _ACCOUNT), url=_URL, username="u", password="p"
        )
        account._client = httpx.Client(transport=httpx.MockTransport(server.answer))  # pyright: ignore[reportPrivateUsage]
        reading = account.read(*window)
        account.close()
        return reading

    from jobtracker.calendars.reading import read_entries

    floor = _milliseconds(lambda: [read_entries(one) for one in server.events.values()])
    first = _milliseconds(read)
    server.changed = list(server.events)[:10]
    again = _milliseconds(read)
    return [
        _row("first sync of 5,000 events", first, floor, 10_000),
        _row("the next start, ten events changed", again, floor, None),
    ]


def _milliseconds(measured: Callable[[], object]) -> float:
    begin = time.perf_counter()
    measured()
    return (time.perf_counter() - begin) * 1000


def _row(name: str, value: float, floor: float, target: float | None) -> Row:
    return {
        "name": name, "value": round(value, 1), "unit": "ms", "floor": round(floor, 1),
        "ratio": round(value / floor, 3), "target": target,
        "met": None if target is None else value <= target,
    }  # fmt: skip
