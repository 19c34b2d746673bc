"""Google Calendar v3. https://developers.google.com/workspace/calendar/api/v3/reference"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any, ClassVar, cast

from jobtracker.calendars import icstext, writing, zones
from jobtracker.calendars.icstext import Component, Prop
from jobtracker.calendars.providers.port import ProviderInfo
from jobtracker.calendars.providers.remote import Cache, Item, Remote, check_url
from jobtracker.calendars.reading import Moment, Zones, parse_duration, parse_moment
from jobtracker.core.errors import (
    AuthNeeded,
    BadInput,
    ContractChanged,
    Forbidden,
    JobTrackerError,
    NotFound,
    NotSupported,
    RateLimited,
    Unavailable,
)

Json = dict[str, Any]
ENDPOINT = "https://www.googleapis.com/calendar/v3/"
TOKEN_URI = "https://oauth2.googleapis.com/token"
SCOPES = (
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.freebusy",
)
_PRIVATE = {
    "X-JOBTRACKER-KIND": "jobtrackerKind",
    "X-JOBTRACKER-COMPANY": "jobtrackerCompany",
    "X-JOBTRACKER-ROLE": "jobtrackerRole",
    "X-JOBTRACKER-APPLICATION": "jobtrackerApplication",
    "RELATED-TO": "jobtrackerRelated",
    "UID": "jobtrackerUid",
}
_MAX_FREEBUSY = timedelta(days=60)
_RATE = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}


class Google(Remote):
    """One calendar of a Google account."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        name="google",
        title="Google Calendar",
        auth="oauth",
        terms_url="https://developers.google.com/terms",
        settings=("client_id", "client_secret", "refresh_token", "calendar", "also_busy"),
        secrets=("client_secret", "refresh_token"),
    )

    def __init__(
        self,
        calendar_id: str,
        cache: Cache,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        calendar: str = "primary",
        also_busy: str = "",
        name: str = "",
        endpoint: str = ENDPOINT,
        token_uri: str = TOKEN_URI,
        private: bool = False,
    ) -> None:
        super().__init__(calendar_id, name or self.info.title, cache, also_busy)
        self._calendar = calendar or "primary"
        self._endpoint = check_url(endpoint, private=private)
        self._login = {
            "refresh_token": refresh_token, "client_id": client_id,
            "client_secret": client_secret, "token_uri": token_uri,
        }  # fmt: skip
        self._service: Any = None

    def close(self) -> None:
        """Give connections back."""
        if self._service is not None:
            self._service.close()
            self._service = None

    @property
    def _client(self) -> Any:
        if self._service is None:
            # The client has no types; it is loaded by name and used as Any.
            discovery: Any = _load("googleapiclient.discovery")
            login = _load("google.oauth2.credentials").Credentials(token=None, **self._login)
            self._service = discovery.build(
                "calendar", "v3", credentials=login, cache_discovery=False,
                client_options={"api_endpoint": self._endpoint},
            )  # fmt: skip
        return self._service

    def _request(self, method: str, arguments: Json) -> Any:
        return getattr(self._client.events(), method)(**arguments)

    def _call(self, make: Callable[[], Any]) -> Json:
        """Run one request; the client's exceptions are translated here and nowhere else."""
        errors = _load("googleapiclient.errors")
        auth = _load("google.auth.exceptions")
        httplib2 = _load("httplib2")
        try:
            return cast("Json", make().execute(num_retries=0) or {})
        except errors.HttpError as exc:
            raise self._error(exc) from exc
        except auth.RefreshError as exc:
            raise AuthNeeded(
                f"{self.name}: the login has expired or was withdrawn; connect the account again"
            ) from exc
        except (auth.TransportError, httplib2.HttpLib2Error, OSError) as exc:
            raise Unavailable(
                f"{self.name} cannot be reached ({type(exc).__name__}); check the network"
            ) from exc
        except (auth.GoogleAuthError, errors.Error) as exc:
            raise ContractChanged(f"{self.name} gave an unexpected answer ({exc})") from exc

    def _error(self, exc: Any) -> JobTrackerError:
        """https://developers.google.com/workspace/calendar/api/guides/errors"""
        status = int(exc.status_code)
        told = exc.error_details
        details = cast("list[Json]", told) if isinstance(told, list) else []
        reasons = {str(detail.get("reason", "")) for detail in details}
        wait = str(exc.resp.get("retry-after", ""))
        if status == 401:
            return AuthNeeded(f"{self.name} refused the login; connect the account again")
        if status == 429 or (status == 403 and reasons & _RATE):
            seconds = float(wait) if wait.isdecimal() else None
            return RateLimited(f"{self.name} asks to wait; try again later", seconds)
        if status == 403:
            return Forbidden(f"{self.name} does not allow this: {exc.reason}")
        if status == 410:
            return _TokenGone("the sync token is too old")
        if status == 404:
            return NotFound(f"{self.name}: the calendar or event is gone; it may be deleted")
        if status == 409:
            return _Duplicate("the event is there already")
        if status >= 500:
            return Unavailable(f"{self.name} failed ({status}); try again later")
        return BadInput(f"{self.name} refused the request: {exc.reason}")

    def _sync(self, tokens: dict[str, str]) -> tuple[list[Item], list[str], dict[str, str]]:
        token = tokens.get(self._calendar, "")
        try:
            items, token = self._list(token)
        except (
            _TokenGone
        ):  # all anew, https://developers.google.com/workspace/calendar/api/guides/sync
            token = ""
            items, token = self._list("")
            known = {str(item.get("id")) for item in items}
            gone = [key for key in self._items if key not in known]
        else:
            gone = []
        put = [made for item in items if (made := _item(item)) is not None]
        kept = {item.key for item in put}
        gone += [str(item["id"]) for item in items if item.get("id") and item["id"] not in kept]
        return put, gone, {self._calendar: token}

    def _busy_of(
        self, others: list[str], low: datetime, high: datetime
    ) -> tuple[list[tuple[str, datetime, datetime]], list[str]]:
        """https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query"""
        found: list[tuple[str, datetime, datetime]] = []
        failures: dict[str, str] = {}
        begin = low
        while begin < high:
            end = min(high, begin + _MAX_FREEBUSY)
            body: Json = {
                "timeMin": begin.isoformat(), "timeMax": end.isoformat(), "timeZone": "UTC",
                "items": [{"id": one} for one in others],
            }  # fmt: skip
            answer = self._call(partial(self._query, body))
            for who, told in cast("dict[str, Json]", answer.get("calendars", {})).items():
                for error in cast("list[Json]", told.get("errors") or []):
                    reason = str(error.get("reason", "an error"))
                    failures[who] = f"{self.name}: busy time of {who} is not known ({reason})"
                for one in cast("list[Json]", told.get("busy") or []):
                    stretch = (_instant(one.get("start")), _instant(one.get("end")))
                    found.append((who, *stretch))
            begin = end
        return found, list(failures.values())

    def _query(self, body: Json) -> Any:
        return self._client.freebusy().query(body=body)

    def _list(self, token: str) -> tuple[list[Json], str]:
        found: list[Json] = []
        page = ""
        while True:
            arguments: Json = {"calendarId": self._calendar, "maxResults": 2500}
            if page:
                arguments["pageToken"] = page
            if token:
                arguments["syncToken"] = token
            answer = self._call(partial(self._request, "list", arguments))
            found += cast("list[Json]", answer.get("items", []))
            page = str(answer.get("nextPageToken", ""))
            if not page:
                return found, str(answer.get("nextSyncToken", ""))

    def _write(self, uid: str, ics: str, known: Item | None) -> Item:
        body = to_json(uid, ics)
        if known is None:
            # An id of our own makes a repeated insert fail instead of doubling the event.
            key = "jt" + hashlib.blake2b(uid.encode(), digest_size=16).hexdigest()
            try:
                arguments: Json = {"calendarId": self._calendar, "body": {**body, "id": key}}
                answer = self._call(partial(self._request, "insert", arguments))
                return _written(answer, key)
            except _Duplicate:  # also of an event that was deleted: an update brings it back
                pass
        else:
            key = known.key
        change: Json = {"calendarId": self._calendar, "eventId": key}
        change["body"] = {**body, "status": "confirmed"}
        return _written(self._call(partial(self._request, "update", change)), key)

    def _delete(self, item: Item) -> None:
        arguments: Json = {"calendarId": self._calendar, "eventId": item.key}
        try:
            self._call(partial(self._request, "delete", arguments))
        except (NotFound, _TokenGone):
            return


def _load(name: str) -> Any:
    """Import a part of Google's client.

    Raises:
        NotSupported: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as exc:
        raise NotSupported(
            "Google Calendar needs Google's client: pip install 'job-tracker-pro[google]'"
        ) from exc


class _TokenGone(NotFound):
    """410: the sync token is too old, or the event was deleted."""


class _Duplicate(BadInput):
    """409: the id exists."""


def _written(answer: Json, key: str) -> Item:
    made = _item({"id": key, **answer})
    if made is None:
        raise ContractChanged("Google Calendar answered without the event that was written")
    return made


def _item(item: Json) -> Item | None:
    """Return an event as an item; None for one that was deleted."""
    single = item.get("status") == "cancelled" and not item.get("recurringEventId")
    if single or not item.get("id"):
        return None
    ics = to_ics(item)
    return Item(str(item["id"]), str(item.get("etag", "")), ics) if ics else None


def to_ics(item: Json) -> str | None:
    """Return an event of the API as iCalendar text; None where it has no start."""
    event = Component("VEVENT")
    extended = cast("Json", item.get("extendedProperties") or {})
    private = cast("Json", extended.get("private") or {})
    uid = private.get("jobtrackerUid") or item.get("iCalUID") or item.get("id")
    original = item.get("originalStartTime")
    start = item.get("start") or original
    if not start:
        return None
    event.props = [
        Prop("UID", writing.escape(str(uid))),
        Prop("SUMMARY", writing.escape(str(item.get("summary", "")))),
        _when("DTSTART", cast("Json", start)),
        Prop("SEQUENCE", str(item.get("sequence", 0))),
    ]
    if item.get("end"):
        event.props.append(_when("DTEND", cast("Json", item["end"])))
    if original and item.get("recurringEventId"):
        event.props.append(_when("RECURRENCE-ID", cast("Json", original)))
    for line in cast("list[str]", item.get("recurrence") or []):
        if prop := icstext.parse_line(str(line)):
            event.props.append(prop)
    event.props += _state(item)
    texts = {"LOCATION": item.get("location"), "DESCRIPTION": item.get("description")}
    texts["X-GOOGLE-CONFERENCE"] = item.get("hangoutLink")
    for name, key in _PRIVATE.items():
        if name != "UID":
            texts[name] = private.get(key)
    event.props += [Prop(name, writing.escape(str(text))) for name, text in texts.items() if text]
    if link := private.get("jobtrackerLink"):
        event.props.append(Prop("URL", str(link)))
    return writing.calendar_text([event])


def _instant(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as exc:
        raise ContractChanged(f"Google Calendar gave the time {str(value)[:40]!r}") from exc


def _state(item: Json) -> list[Prop]:
    people = cast("list[Json]", item.get("attendees") or [])
    declined = any(p.get("self") and p.get("responseStatus") == "declined" for p in people)
    free = item.get("transparency") == "transparent" or declined
    status = str(item.get("status", "confirmed")).upper()
    return [Prop("STATUS", status), Prop("TRANSP", "TRANSPARENT" if free else "OPAQUE")]


def _when(name: str, value: Json) -> Prop:
    if day := value.get("date"):
        return Prop(name, str(day).replace("-", ""), {"VALUE": "DATE"})
    moment = datetime.fromisoformat(str(value.get("dateTime", "")).replace("Z", "+00:00"))
    zone = zones.resolve(str(value.get("timeZone", ""))) or moment.tzinfo or UTC
    if moment.tzinfo is None:
        moment = zones.attach(moment, zone)[0]
    return writing.when(name, moment, zone)


def to_json(uid: str, ics: str) -> Json:
    """Return the first event of a text as the API takes it."""
    tree = icstext.parse(ics)
    event = next((e for e in tree.root.walk("VEVENT") if not e.get("RECURRENCE-ID")), None)
    known = Zones(tree)
    prop = event.get("DTSTART") if event else None
    start = parse_moment(prop, known) if prop else None
    if event is None or start is None:
        raise BadInput("the event has no start that can be read")
    end = _end_of(event, start, known)
    private = {key: event.text(name) for name, key in _PRIVATE.items()}
    private["jobtrackerLink"] = event.text("URL")
    private["jobtrackerUid"] = uid
    body: Json = {
        "summary": event.text("SUMMARY") or "",
        "start": _as_json(start),
        "end": _as_json(end),
        "transparency": "transparent" if event.text("TRANSP") == "TRANSPARENT" else "opaque",
        "extendedProperties": {"private": {key: text for key, text in private.items() if text}},
        "reminders": {"useDefault": False, "overrides": _reminders(event)},
    }
    for name, key in (("LOCATION", "location"), ("DESCRIPTION", "description")):
        if text := event.text(name):
            body[key] = text
    rules = [f"{p.name}:{p.value}" for p in event.props if p.name == "RRULE"]
    rules += [
        f"{p.name}{''.join(f';{k}={v}' for k, v in p.params.items())}:{p.value}"
        for p in event.props
        if p.name in {"EXDATE", "RDATE"}
    ]
    if rules:
        body["recurrence"] = rules
    return body


def _end_of(event: Component, start: Moment, known: Zones) -> Moment:
    prop = event.get("DTEND")
    end = parse_moment(prop, known) if prop else None
    if end is not None:
        return end
    seconds = parse_duration(event.text("DURATION") or "") or (86_400 if start.is_date else 0)
    return Moment(start.local + seconds, start.zone, start.is_date)


def _as_json(moment: Moment) -> Json:
    naive = datetime(1970, 1, 1) + timedelta(seconds=moment.local)  # noqa: DTZ001 - wall clock
    if moment.is_date:
        return {"date": f"{naive:%Y-%m-%d}"}
    zone = moment.zone or UTC
    aware = zones.attach(naive, zone)[0]
    name = zones.name_of(zone)
    return {"dateTime": aware.isoformat(), "timeZone": name if "/" in name else "UTC"}


def _reminders(event: Component) -> list[Json]:
    found: list[Json] = []
    for alarm in event.walk("VALARM"):
        seconds = parse_duration(alarm.text("TRIGGER") or "")
        if seconds is not None and -40_320 * 60 <= seconds <= 0:
            found.append({"method": "popup", "minutes": -seconds // 60})
    return found[:5]
