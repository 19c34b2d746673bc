# ruff: noqa: E501 (answers are kept whole)
"""Loopback fakes that speak the wire format of Google Calendar and Microsoft Graph."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Json = dict[str, Any]
Answer = tuple[int, Any, dict[str, str]]
DEVICE: Answer = (
    200,
    {"user_code": "ABC-123", "device_code": "d", "interval": 0, "expires_in": 900,
     "verification_uri": "https://microsoft.com/devicelogin"},
    {},
)  # fmt: skip


class Fake:
    """State of a fake service. `fail` holds answers to give before any real one."""

    def __init__(self) -> None:
        self.url = ""
        self.events: dict[str, Json] = {}
        self.changes: list[str] = []
        self.tokens = 0
        self.valid = ""
        self.refused = False
        self.fail: list[Answer] = []
        self.requests: list[str] = []
        self.bodies: list[Json] = []
        self.busy: dict[str, list[tuple[str, str]]] = {}
        """Busy time of others, by address or calendar id, as (start, end) in UTC."""

    def handle(self, method: str, path: str, query: dict[str, str], body: Json) -> Answer:
        raise NotImplementedError

    def token(self) -> Answer:
        if self.refused:
            return 400, {"error": "invalid_grant", "error_description": "expired"}, {}
        self.tokens += 1
        self.valid = f"token-{self.tokens}"
        return 200, {"access_token": self.valid, "expires_in": 3600, "token_type": "Bearer"}, {}


class FakeGoogle(Fake):
    def handle(self, method: str, path: str, query: dict[str, str], body: Json) -> Answer:
        parts = [unquote(part) for part in path.removeprefix("/calendar/v3/").split("/")]
        if parts == ["freeBusy"]:
            return self._free_busy(body)
        assert parts[0] == "calendars" and parts[2] == "events", path
        if method == "GET":
            return self._list(query)
        if method == "POST":
            if body["id"] in self.events:
                return google_error(409, "duplicate")
            return self._store(body["id"], body)
        key = parts[3]
        if key not in self.events or (
            method == "DELETE" and self.events[key].get("status") == "cancelled"
        ):
            return google_error(410 if key in self.events else 404, "deleted")
        if method == "DELETE":
            self.events[key]["status"] = "cancelled"
            self.changes.append(key)
            return 204, None, {}
        return self._store(key, {**body, "id": key})

    def _store(self, key: str, body: Json) -> Answer:
        kept = {
            "status": "confirmed",
            "iCalUID": f"{key}@google.com",
            **body,
            "etag": f'"{len(self.changes)}"',
        }
        self.events[key] = kept
        self.changes.append(key)
        return 200, kept, {}

    def _free_busy(self, body: Json) -> Answer:
        low, high = (datetime.fromisoformat(body[name]) for name in ("timeMin", "timeMax"))
        if (high - low).days > 90:
            return google_error(400, "timeRangeTooLong")
        found: Json = {}
        for item in body["items"]:
            who = item["id"]
            if who not in self.busy:
                found[who] = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
                continue
            inside = [(a, b) for a, b in self.busy[who] if low <= datetime.fromisoformat(a) < high]
            found[who] = {"busy": [{"start": a, "end": b} for a, b in inside]}
        return 200, {"kind": "calendar#freeBusy", "calendars": found}, {}

    def _list(self, query: dict[str, str]) -> Answer:
        if token := query.get("syncToken"):
            if not token.startswith("sync-"):
                return google_error(410, "fullSyncRequired")
            keys = list(dict.fromkeys(self.changes[int(token[5:]) :]))
        else:
            keys = [key for key, event in self.events.items() if event.get("status") != "cancelled"]
        begin = int(query.get("pageToken", "0"))
        page = [self.events[key] for key in keys[begin : begin + 2]]
        answer: Json = {"kind": "calendar#events", "items": page}
        if begin + 2 < len(keys):
            answer["nextPageToken"] = str(begin + 2)
        else:
            answer["nextSyncToken"] = f"sync-{len(self.changes)}"
        return 200, answer, {}


def google_error(status: int, reason: str, **headers: str) -> Answer:
    error = {"code": status, "message": reason, "errors": [{"domain": "x", "reason": reason}]}
    return status, {"error": error}, headers


class FakeGraph(Fake):
    """Speaks deltas as Graph does: without extended properties, pages by nextLink."""

    def __init__(self) -> None:
        super().__init__()
        self.forgot = False
        """Whether the next delta token is refused as too old."""

    def handle(self, method: str, path: str, query: dict[str, str], body: Json) -> Answer:
        path = path.removeprefix("/v1.0/")
        if path == "me/calendar":
            return 200, {"id": "c1", "name": "Calendar"}, {}
        if path == "me/calendar/getSchedule":
            return self._schedule(body)
        if path == "me/calendarView/delta":
            return self._delta(query)
        if path.endswith("/instances"):
            return self._instances(unquote(path.split("/")[2]), query)
        if path == "me/events" and method == "GET":
            found = [e for e in self.events.values() if e.get("singleValueExtendedProperties")]
            return 200, {"value": found}, {}
        if method == "POST":
            same = [
                e for e in self.events.values() if e.get("transactionId") == body["transactionId"]
            ]
            return self._store(same[0]["id"] if same else f"AAMk{len(self.changes)}=", body, 201)
        return self._one(method, unquote(path.removeprefix("me/events/")), body)

    def _one(self, method: str, key: str, body: Json) -> Answer:
        master, _, number = key.partition("#")
        if master not in self.events:
            return 404, {"error": {"code": "ErrorItemNotFound", "message": "gone"}}, {}
        if method == "DELETE" and number:
            self.events[master].setdefault("_out", []).append(int(number))
            self.changes.append(key)
            return 204, None, {}
        if method == "DELETE":
            self.changes += [e["id"] for e in self._expanded(self.events[master])]
            del self.events[key]
            return 204, None, {}
        return self._store(key, {**self.events[key], **body}, 200)

    def _store(self, key: str, body: Json, status: int) -> Answer:
        kind = "seriesMaster" if body.get("recurrence") else "singleInstance"
        kept = {"iCalUId": f"0400{key}", "isCancelled": False, **body, "type": kind,
                "id": key, "@odata.etag": f'W/"{len(self.changes)}"', "bodyPreview": body["body"]["content"]}  # fmt: skip
        self.events[key] = kept
        self.changes += [e["id"] for e in self._expanded(kept)]
        return status, kept, {}

    def _expanded(self, event: Json) -> list[Json]:
        """A series as its occurrences; daily and weekly ones, as many as are counted."""
        if event["type"] != "seriesMaster":
            return [event]
        pattern, until = event["recurrence"]["pattern"], event["recurrence"]["range"]
        step = {"daily": 1, "weekly": 7}[pattern["type"]] * pattern["interval"]
        found: list[Json] = []
        for n in range(until.get("numberOfOccurrences", 20)):
            if n in event.get("_out", []):
                continue
            moved = {
                name: {
                    **event[name],
                    "dateTime": (
                        datetime.fromisoformat(event[name]["dateTime"][:19])
                        + timedelta(days=n * step)
                    ).isoformat(),
                }
                for name in ("start", "end")
            }
            found.append(
                {
                    **event,
                    **moved,
                    "id": f"{event['id']}#{n}",
                    "type": "occurrence",
                    "seriesMasterId": event["id"],
                }
            )
        return found

    def _instances(self, key: str, query: dict[str, str]) -> Answer:
        low, high = (datetime.fromisoformat(query[n]) for n in ("startDateTime", "endDateTime"))
        found = [e for e in self._expanded(self.events[key]) if low <= _utc(e["start"]) < high]
        return 200, {"value": found}, {}

    def _delta(self, query: dict[str, str]) -> Answer:
        if token := query.get("$deltatoken"):
            if self.forgot:
                self.forgot = False
                return 410, {"error": {"code": "syncStateNotFound", "message": "too old"}}, {}
            low, high, since = token.split("|")
            wanted = set(self.changes[int(since) :])
        else:
            low, high, wanted = query["startDateTime"], query["endDateTime"], None
        window = [datetime.fromisoformat(t) for t in (low, high)]
        shown = [o for e in self.events.values() for o in self._expanded(e)]
        shown = [o for o in shown if window[0] <= _utc(o["start"]) < window[1]]
        found: list[Json] = [
            {k: v for k, v in o.items() if k != "singleValueExtendedProperties"}
            for o in shown
            if wanted is None or o["id"] in wanted
        ]
        gone = sorted((wanted or set()) - {o["id"] for o in shown})
        found += [{"id": key, "@removed": {"reason": "deleted"}} for key in gone]
        begin = int(query.get("$skiptoken", "0"))
        answer: Json = {"value": found[begin : begin + 2]}
        rest = (
            f"startDateTime={low}&endDateTime={high}" if wanted is None else f"$deltatoken={token}"
        )
        if begin + 2 < len(found):
            answer["@odata.nextLink"] = (
                f"{self.url}v1.0/me/calendarView/delta?{rest}&$skiptoken={begin + 2}"
            )
        else:
            answer["@odata.deltaLink"] = (
                f"{self.url}v1.0/me/calendarView/delta?$deltatoken={low}|{high}|{len(self.changes)}"
            )
        return 200, answer, {}

    def _schedule(self, body: Json) -> Answer:
        low, high = (_utc(body[name]) for name in ("startTime", "endTime"))
        if (high - low).days > 62 or len(body["schedules"]) > 20:
            return 400, {"error": {"code": "ErrorInvalidTimeInterval", "message": "too long"}}, {}
        value: list[Json] = []
        for who in body["schedules"]:
            if who not in self.busy:
                value.append(
                    {
                        "scheduleId": who,
                        "error": {"responseCode": "ErrorMailRecipientNotFound", "message": "?"},
                    }
                )
                continue
            items = [
                {"status": "Busy", "start": _seven(a), "end": _seven(b)}
                for a, b in self.busy[who]
                if low <= datetime.fromisoformat(a) < high
            ]
            value.append({"scheduleId": who, "scheduleItems": items, "availabilityView": ""})
        return 200, {"value": value}, {}


def _seven(text: str) -> Json:
    return {
        "dateTime": f"{datetime.fromisoformat(text):%Y-%m-%dT%H:%M:%S}.0000000",
        "timeZone": "UTC",
    }


def _utc(value: Json) -> datetime:
    from zoneinfo import ZoneInfo

    return (
        datetime.fromisoformat(value["dateTime"][:19])
        .replace(tzinfo=ZoneInfo(value["timeZone"]))
        .astimezone(UTC)
    )


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urlsplit(self.path)
            fake.requests.append(f"{self.command} {parts.path}")
            if parts.path.endswith("/token"):
                answer = fake.token()
            elif parts.path.endswith("/devicecode"):
                answer = DEVICE
            elif fake.fail:
                answer = fake.fail.pop(0)
            elif self.headers.get("authorization") != f"Bearer {fake.valid}":
                answer = google_error(401, "authError")
            else:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                body: Json = json.loads(raw) if raw else {}
                fake.bodies.append(body)
                answer = fake.handle(self.command, parts.path, query, body)
            status, content, headers = answer
            data = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
