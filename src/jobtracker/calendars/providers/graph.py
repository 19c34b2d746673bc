"""Outlook and Microsoft 365 through Microsoft Graph.
https://learn.microsoft.com/graph/api/resources/calendar
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast
from urllib.parse import quote

import httpx

from jobtracker.calendars import zones
from jobtracker.calendars.entry import Reading
from jobtracker.calendars.model import Calendar
from jobtracker.calendars.providers._graph_format import (
    OWN,
    Json,
    item_of,
    own_fields,
    take_schedule,
    to_ics,
    to_json,
)
from jobtracker.calendars.providers.port import ProviderInfo
from jobtracker.calendars.providers.remote import (
    TIMEOUT,
    Cache,
    Item,
    Remote,
    check_url,
    error_of,
    request,
)
from jobtracker.calendars.reading import Moment
from jobtracker.core.errors import AuthNeeded, ContractChanged, NotFound

ENDPOINT = "https://graph.microsoft.com/v1.0/"
LOGIN = "https://login.microsoftonline.com/"
SCOPE = "offline_access https://graph.microsoft.com/Calendars.ReadWrite"
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{OWN}')"
_MARGIN = timedelta(days=45)
_MAX_PAGES = 400
_PAGE = 200
_MAX_SCHEDULE = timedelta(days=60)
_OURS = f"singleValueExtendedProperties/any(ep: ep/id eq '{OWN}' and ep/value"


class Graph(Remote):
    """The default calendar, or the one of `calendar`, of a Microsoft account.

    Graph expands repeating events itself, window by window; so the window that was read is kept,
    followed by its delta link, and read anew when another one is asked for.
    """

    info: ClassVar[ProviderInfo] = ProviderInfo(
        name="graph",
        title="Outlook / Microsoft 365",
        auth="device_code",
        terms_url="https://learn.microsoft.com/legal/microsoft-apis/terms-of-use",
        settings=("client_id", "refresh_token", "tenant", "calendar", "also_busy"),
        secrets=("refresh_token",),
    )

    def __init__(
        self,
        calendar_id: str,
        cache: Cache,
        *,
        client_id: str,
        refresh_token: str,
        tenant: str = "common",
        calendar: str = "",
        also_busy: str = "",
        name: str = "",
        endpoint: str = ENDPOINT,
        login: str = LOGIN,
        private: bool = False,
        renewed: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(calendar_id, name or self.info.title, cache, also_busy)
        self._renewed = renewed
        self._endpoint = check_url(endpoint, private=private).rstrip("/")
        self._token_url = (
            f"{check_url(login, private=private).rstrip('/')}/{quote(tenant)}/oauth2/v2.0/token"
        )
        self._client_id = client_id
        self._refresh_token = refresh_token
        self._calendar = f"me/calendars/{quote(calendar)}" if calendar else "me"
        self._client = httpx.Client(timeout=TIMEOUT)
        self._access = ("", 0.0)
        self._window: tuple[datetime, datetime] | None = None
        self._own: dict[str, Json] = {}
        self._asked_for_own = False

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    # -- the wire ----------------------------------------------------------------------------

    def _token(self, *, fresh: bool = False) -> str:
        token, until = self._access
        if token and not fresh and time.monotonic() < until:
            return token
        form = {
            "grant_type": "refresh_token", "client_id": self._client_id,
            "refresh_token": self._refresh_token, "scope": SCOPE,
        }  # fmt: skip
        answer = request(self._client, self.name, "POST", self._token_url, data=form)
        if answer.status_code in {400, 401}:
            raise AuthNeeded(f"{self.name}: the login has expired; connect the account again")
        body = self._json(answer)
        token = str(body.get("access_token", ""))
        if not token:
            raise ContractChanged(f"{self.name} gave no access token")
        self._access = (token, time.monotonic() + float(body.get("expires_in", 3600)) - 60)
        fresh_token = str(body.get("refresh_token", ""))
        if fresh_token and fresh_token != self._refresh_token:
            self._refresh_token = fresh_token  # Microsoft gives a new one with each access token
            if self._renewed:
                self._renewed(fresh_token)
        return token

    def _json(self, answer: httpx.Response) -> Json:
        if answer.status_code >= 400:
            raise error_of(self.name, answer.status_code, answer.headers)
        if answer.status_code == 204 or not answer.content:
            return {}
        try:
            found = answer.json()
        except ValueError as exc:
            raise ContractChanged(f"{self.name} does not answer in JSON") from exc
        if not isinstance(found, dict):
            raise ContractChanged(f"{self.name} answers in another shape")
        return cast("Json", found)

    def _send(
        self, method: str, path: str, *, page: bool = False, **arguments: Any
    ) -> httpx.Response:
        url = path if path.startswith(self._endpoint) else f"{self._endpoint}/{path}"
        if "://" in path and not path.startswith(self._endpoint):
            raise ContractChanged(f"{self.name} points to a foreign host")
        prefer = 'outlook.timezone="UTC", IdType="ImmutableId"'
        headers = {"Prefer": prefer + (f", odata.maxpagesize={_PAGE}" if page else "")}
        answer: httpx.Response | None = None
        for fresh in (False, True):  # an expired token is renewed once
            headers["Authorization"] = f"Bearer {self._token(fresh=fresh)}"
            answer = request(self._client, self.name, method, url, headers=headers, **arguments)
            if answer.status_code != 401:
                break
        assert answer is not None
        return answer

    # -- reading -----------------------------------------------------------------------------

    def calendars(self) -> list[Calendar]:
        """Return the calendar; asks for it, so that its state is true."""
        path = self._calendar if self._calendar != "me" else "me/calendar"
        found = self._json(self._send("GET", path))
        name = str(found.get("name") or self.name)
        return [Calendar(calendar_id=self.calendar_id, name=name, provider=self.info.name)]

    def read(self, low: datetime, high: datetime) -> Reading:
        """Return the occurrences of the window; the one that was read is kept and followed."""
        with self._lock:
            self._load()
            low, high = low.astimezone(UTC), high.astimezone(UTC)
            known = self._window = self._window or _window_of(self._tokens)
            if known is None or low < known[0] or high > known[1]:
                begin, end = low - _MARGIN, high + _MARGIN
                if known is not None and known[0] - end < _MARGIN and begin - known[1] < _MARGIN:
                    begin, end = min(begin, known[0]), max(end, known[1])
                if end - begin > timedelta(days=1000):
                    begin, end = low, high
                self._window = (begin, end)
                self.refresh()
            return super().read(low, high)

    def _sync(self, tokens: dict[str, str]) -> tuple[list[Item], list[str], dict[str, str]]:
        """Read what changed since the last time, or the whole window where that is not known.
        https://learn.microsoft.com/graph/api/event-delta
        """
        if self._window is None:  # something is changed or taken back before any reading
            self._ask_for_own()
            ours = [made for one in self._own.values() if (made := item_of(one)) is not None]
            return [item for item in ours if self._items.get(item.key) != item], [], tokens
        begin, end = (f"{t:%Y-%m-%dT%H:%M:%SZ}" for t in self._window)
        link = tokens.get("delta", "") if tokens.get("window") == f"{begin}/{end}" else ""
        changed: list[Json] = []
        delta = ""
        if link:
            try:
                changed, delta = self._follow(link, {})
            except NotFound:  # 410 syncStateNotFound: all anew
                link = ""
        if not link:
            params = {"startDateTime": begin, "endDateTime": end}
            changed, delta = self._follow(f"{self._calendar}/calendarView/delta", params)
        if changed or not self._asked_for_own:
            self._ask_for_own()
        put = [made for one in changed if (made := item_of(self._with_own(one))) is not None]
        kept = {item.key for item in put}
        gone = [str(one["id"]) for one in changed if one.get("@removed") and one.get("id")]
        if not link:
            gone += [key for key in self._items if key not in kept]
        fresh = [item for item in put if self._items.get(item.key) != item]
        return fresh, gone, {"window": f"{begin}/{end}", "delta": delta}

    def _follow(self, path: str, params: Json) -> tuple[list[Json], str]:
        """Read all pages; return the changes and the link that tells of later ones."""
        found: list[Json] = []
        for _ in range(_MAX_PAGES):
            body = self._json(self._send("GET", path, params=params or None, page=True))
            found += cast("list[Json]", body.get("value", []))
            path, params = str(body.get("@odata.nextLink", "")), {}
            if not path:
                return found, str(body.get("@odata.deltaLink", ""))
        return found, ""

    def _ask_for_own(self) -> None:
        """Ask which events are ours: a delta answers without extended properties."""
        asked = {"$filter": f"{_OURS} ne null)", "$expand": _EXPAND, "$top": "200"}
        found, _ = self._follow("me/events", asked)
        self._own = {str(one.get("id")): one for one in found}
        self._asked_for_own = True

    def _with_own(self, item: Json) -> Json:
        ours = self._own.get(str(item.get("id"))) or self._own.get(str(item.get("seriesMasterId")))
        if ours is None or not item.get("id"):
            return item
        kept = {"singleValueExtendedProperties": ours.get("singleValueExtendedProperties")}
        return {**item, **kept}

    def _busy_of(
        self, others: list[str], low: datetime, high: datetime
    ) -> tuple[list[tuple[str, datetime, datetime]], list[str]]:
        """https://learn.microsoft.com/graph/api/calendar-getschedule (work and school accounts)"""
        found: list[tuple[str, datetime, datetime]] = []
        failures: dict[str, str] = {}
        begin = low
        while begin < high:
            end = min(high, begin + _MAX_SCHEDULE)
            for first in range(0, len(others), 20):
                body: Json = {
                    "schedules": others[first : first + 20], "availabilityViewInterval": 30,
                    "startTime": _moment(begin), "endTime": _moment(end),
                }  # fmt: skip
                answer = self._json(self._send("POST", "me/calendar/getSchedule", json=body))
                for one in cast("list[Json]", answer.get("value", [])):
                    take_schedule(one, found, failures, self.name)
            begin = end
        return found, list(failures.values())

    # -- writing -----------------------------------------------------------------------------

    def put(self, uid: str, ics: str) -> None:
        """Create or replace the event of that UID; a repeating one as a series."""
        body, gone = to_json(uid, ics)
        if "recurrence" not in body and uid not in self._series():
            super().put(uid, ics)
            return
        with self._lock:
            self._refresh()
            keys = self._keys_of(uid)
            master = self._series().get(uid)
            known = master[0] if master else None
            if known is None:
                for key in keys:
                    self._delete(self._items[key])
            self._keep([], keys)
            item = self._send_event(uid, body, known)
            for moment in gone:
                self._take_out(str(item.get("id")), moment)
            self.refresh()
            self._tokens = {}

    def remove(self, uid: str) -> None:
        """Delete the event of that UID, a series as a whole."""
        with self._lock:
            self._refresh()
            if (master := self._series().pop(uid, None)) is None:
                super().remove(uid)
                return
            self._own.pop(master[0], None)
            self._delete(Item(master[0], "", ""))
            self._keep([], self._keys_of(uid))

    def ics(self, uid: str) -> str | None:
        """Return the event as iCalendar text; a series of ours as it was written."""
        with self._lock:
            self._refresh()
            master = self._series().get(uid)
        return master[1] if master else super().ics(uid)

    def _series(self) -> dict[str, tuple[str, str]]:
        """Our series: UID → (id of the series, text as it was written)."""
        found: dict[str, tuple[str, str]] = {}
        for key, one in self._own.items():
            if one.get("type") == "seriesMaster" and (uid := own_fields(one).get("UID")):
                found[str(uid)] = (key, to_ics(one, whole=True))
        return found

    def _take_out(self, series: str, moment: Moment) -> None:
        """Delete one occurrence of a series."""
        naive = datetime(1970, 1, 1) + timedelta(seconds=moment.local)  # noqa: DTZ001 - wall clock
        start = zones.attach(naive, moment.zone or UTC)[0].astimezone(UTC)
        params = {
            "startDateTime": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "endDateTime": f"{start + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
        }
        found, _ = self._follow(f"me/events/{quote(series, safe='')}/instances", params)
        for one in found:
            self._delete(Item(str(one["id"]), "", ""))

    def _write(self, uid: str, ics: str, known: Item | None) -> Item:
        body, _ = to_json(uid, ics)
        made = item_of(self._send_event(uid, body, known.key if known else None))
        if made is None:
            raise ContractChanged(f"{self.name} answered without the event that was written")
        return made

    def _send_event(self, uid: str, body: Json, known: str | None) -> Json:
        if known is not None:
            answer = self._json(
                self._send("PATCH", f"me/events/{quote(known, safe='')}", json=body)
            )
        else:
            body["transactionId"] = uid[:128]
            answer = self._json(self._send("POST", f"{self._calendar}/events", json=body))
        kept = {"singleValueExtendedProperties": body["singleValueExtendedProperties"]}
        answer = {**answer, **kept}
        if answer.get("id"):
            self._own[str(answer["id"])] = answer
        return answer

    def _delete(self, item: Item) -> None:
        answer = self._send("DELETE", f"me/events/{quote(item.key, safe='')}")
        if answer.status_code not in {404, 410}:
            self._json(answer)


def _window_of(tokens: dict[str, str]) -> tuple[datetime, datetime] | None:
    """Return the window that the stored delta link is for."""
    begin, _, end = tokens.get("window", "").partition("/")
    try:
        return datetime.fromisoformat(begin), datetime.fromisoformat(end)
    except ValueError:
        return None


def _moment(moment: datetime) -> Json:
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
