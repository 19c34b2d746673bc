"""CalDAV: Nextcloud, Radicale, Fastmail and others. https://www.rfc-editor.org/rfc/rfc4791

Spoken with httpx: the `caldav` library brings `urllib3-future`, which installs itself over
`urllib3` for every other package of the environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

import httpx

from jobtracker.calendars.entry import event_id
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
from jobtracker.core.errors import BadInput, ContractChanged, Forbidden, NotFound, Unavailable

DAV = "{DAV:}"
CAL = "{urn:ietf:params:xml:ns:caldav}"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_NS = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_BATCH = 200
_MAX_BODY = 60_000_000


class CalDav(Remote):
    """One account; all its calendars are read, new events go to the one of `calendar`."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        name="caldav",
        title="CalDAV",
        auth="password",
        terms_url="https://www.rfc-editor.org/rfc/rfc4791",
        settings=("url", "username", "password", "calendar"),
        secrets=("password",),
    )
    hint = "check user name and password (often an app password)"

    def __init__(
        self,
        calendar_id: str,
        cache: Cache,
        *,
        url: str,
        username: str,
        password: str,
        calendar: str = "",
        name: str = "",
        private: bool = False,
    ) -> None:
        super().__init__(calendar_id, name or self.info.title, cache)
        self._root = check_url(url, private=private)
        self._wanted = calendar
        self._collections: list[tuple[str, str]] = []
        self._client = httpx.Client(
            timeout=TIMEOUT,
            auth=httpx.BasicAuth(username, password),
            headers={"User-Agent": "JobTrackerPro/1"},
        )

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    # -- the wire ----------------------------------------------------------------------------

    def _send(self, method: str, url: str, body: str = "", **headers: str) -> httpx.Response:
        """Send a request and follow redirects by hand: httpx would turn PROPFIND into GET.

        The login goes only to the host of the address and its neighbours (iCloud's partitions).
        """
        for _ in range(5):
            if not self._trusted(url):
                raise Forbidden(f"{self.name} points to a foreign host {urlsplit(url).hostname!r}")
            answer = request(
                self._client, self.name, method, url,
                content=body.encode() or None,
                headers={"Content-Type": "application/xml; charset=utf-8", **headers},
            )  # fmt: skip
            if answer.status_code not in {301, 302, 303, 307, 308}:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
        raise Unavailable(f"{self.name} redirects in a circle")

    def _trusted(self, url: str) -> bool:
        here, there = urlsplit(self._root), urlsplit(url)
        if here.scheme == "https" and there.scheme != "https":
            return False
        if here.hostname == there.hostname:
            return True
        ours, theirs = (".".join((p.hostname or "").split(".")[-2:]) for p in (here, there))
        return ours == theirs and "." in ours and not ours.replace(".", "").isdigit()

    def _fail(self, answer: httpx.Response) -> None:
        if answer.status_code >= 400:
            raise error_of(self.name, answer.status_code, answer.headers, self.hint)

    def _multistatus(self, method: str, url: str, body: str, depth: str) -> list[Element]:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        answer = self._send(method, url, f"{_HEAD}{body}", Depth=depth)
        self._fail(answer)
        if len(answer.content) > _MAX_BODY:
            raise BadInput(f"{self.name} answers with more than {_MAX_BODY // 1_000_000} MB")
        try:
            self._answer: Element = fromstring(answer.content)
        except (ParseError, DefusedXmlException, ValueError) as exc:
            raise ContractChanged(f"{self.name} does not answer as a CalDAV server does") from exc
        return self._answer.findall(f"{DAV}response")

    # -- which calendars ---------------------------------------------------------------------

    def _discover(self) -> list[tuple[str, str]]:
        """Return (url, name) of the calendars that hold events, the one to write to first."""
        if self._collections:
            return self._collections
        found = self._calendars_in(self._root, "0")
        if not found:
            found = self._calendars_in(self._home(), "1")
        if not found:
            raise NotFound(f"{self.name}: no calendar was found at {self._root}")
        if self._wanted:
            chosen = [one for one in found if self._wanted in {one[1], one[0], one[0].rstrip("/")}]
            if not chosen:
                names = ", ".join(name for _, name in found[:10])
                raise BadInput(f"{self.name}: no calendar {self._wanted[:60]!r}; there are {names}")
            found = chosen + [one for one in found if one not in chosen]
        self._collections = found
        return found

    def _home(self) -> str:
        principal = self._href(
            self._root, "D:current-user-principal", f"{DAV}current-user-principal"
        )
        if principal is None:
            well_known = urljoin(self._root, "/.well-known/caldav")
            principal = self._href(
                well_known, "D:current-user-principal", f"{DAV}current-user-principal"
            )
        home = principal and self._href(principal, "C:calendar-home-set", f"{CAL}calendar-home-set")
        if not home:
            raise NotFound(f"{self.name}: {self._root} is no CalDAV address")
        return home

    def _href(self, url: str, name: str, tag: str) -> str | None:
        body = f"<D:propfind {_NS}><D:prop><{name}/></D:prop></D:propfind>"
        try:
            responses = self._multistatus("PROPFIND", url, body, "0")
        except NotFound:
            return None
        for response in responses:
            for found in response.iter(tag):
                href = found.find(f"{DAV}href")
                if href is not None and href.text:
                    return urljoin(url, href.text.strip())
        return None

    def _calendars_in(self, url: str, depth: str) -> list[tuple[str, str]]:
        body = (
            f"<D:propfind {_NS}><D:prop><D:resourcetype/><D:displayname/>"
            "<C:supported-calendar-component-set/></D:prop></D:propfind>"
        )
        found: list[tuple[str, str]] = []
        for response in self._multistatus("PROPFIND", url, body, depth):
            if response.find(f".//{DAV}resourcetype/{CAL}calendar") is None:
                continue
            kinds = {c.get("name", "").upper() for c in response.iter(f"{CAL}comp")}
            if kinds and "VEVENT" not in kinds:
                continue
            where = urljoin(url, _text(response, "href"))
            name = _text(response, "displayname") or unquote(where.rstrip("/").rsplit("/", 1)[-1])
            found.append((where if where.endswith("/") else where + "/", name))
        return found

    # -- reading -----------------------------------------------------------------------------

    def _sync(self, tokens: dict[str, str]) -> tuple[list[Item], list[str], dict[str, str]]:
        put: list[Item] = []
        drop: list[str] = []
        fresh: dict[str, str] = {}
        collections = self._discover()
        for url, _ in collections:
            changed, gone, fresh[url] = self._changes(url, tokens.get(url, ""))
            put += self._fetch(url, changed)
            drop += gone
        urls = tuple(url for url, _ in collections)
        drop += [key for key in self._items if not key.startswith(urls)]
        return put, drop, fresh

    def _changes(self, url: str, token: str) -> tuple[list[str], list[str], str]:
        """Return the changed and the deleted members, and the token for the next time.

        A server that forgot the token, or knows none, is asked for all etags instead.
        """
        if token:
            try:
                return self._sync_report(url, token)
            except (Forbidden, BadInput, NotFound, ContractChanged):
                pass  # RFC 6578 3.2: valid-sync-token failed
        body = f"<D:propfind {_NS}><D:prop><D:getetag/><D:sync-token/></D:prop></D:propfind>"
        responses = self._multistatus("PROPFIND", url, body, "1")
        etags = {
            href: _text(response, "getetag")
            for response in responses
            if (href := urljoin(url, _text(response, "href"))).rstrip("/") != url.rstrip("/")
        }
        token = next((t.text or "" for r in responses for t in r.iter(f"{DAV}sync-token")), "")
        known = {key: item for key, item in self._items.items() if key.startswith(url)}
        changed = [
            h for h, etag in etags.items() if h not in known or known[h].etag != etag or not etag
        ]
        return changed, [key for key in known if key not in etags], token

    def _sync_report(self, url: str, token: str) -> tuple[list[str], list[str], str]:
        body = (
            f"<D:sync-collection {_NS}><D:sync-token>{_escape(token)}</D:sync-token>"
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
        )
        changed: list[str] = []
        gone: list[str] = []
        for response in self._multistatus("REPORT", url, body, "0"):
            href = urljoin(url, _text(response, "href"))
            if href.rstrip("/") == url.rstrip("/"):  # iCloud lists the collection itself
                continue
            if " 404 " in _text(response, "status") + " ":
                gone.append(href)
            else:
                changed.append(href)
        found = self._answer.find(f"{DAV}sync-token")
        if found is None or not found.text:
            raise ContractChanged(f"{self.name} gave no sync token")
        return changed, gone, found.text

    def _fetch(self, url: str, hrefs: list[str]) -> Iterator[Item]:
        for begin in range(0, len(hrefs), _BATCH):
            part = hrefs[begin : begin + _BATCH]
            paths = "".join(f"<D:href>{_escape(urlsplit(href).path)}</D:href>" for href in part)
            body = (
                f"<C:calendar-multiget {_NS}><D:prop><D:getetag/><C:calendar-data/></D:prop>"
                f"{paths}</C:calendar-multiget>"
            )
            yield from self._items_of(url, self._multistatus("REPORT", url, body, "1"))

    def _items_of(self, url: str, responses: Iterable[Element]) -> Iterator[Item]:
        for response in responses:
            data = next((d.text for d in response.iter(f"{CAL}calendar-data")), None)
            if data:
                yield Item(urljoin(url, _text(response, "href")), _text(response, "getetag"), data)

    # -- writing -----------------------------------------------------------------------------

    def _write(self, uid: str, ics: str, known: Item | None) -> Item:
        key = known.key if known else f"{self._discover()[0][0]}{quote(event_id(uid))}.ics"
        guard = {"If-None-Match": "*"} if known is None else {"If-Match": known.etag}
        if known is not None and not known.etag:
            guard = {}
        answer = self._send(
            "PUT", key, ics, **{"Content-Type": "text/calendar; charset=utf-8", **guard}
        )
        if answer.status_code in {409, 412}:
            self.refresh()
            raise Unavailable(f"{self.name}: the event was changed elsewhere meanwhile; try again")
        self._fail(answer)
        etag = answer.headers.get("etag", "")
        return Item(key, etag, ics) if etag else self._stored(key, ics)

    def _stored(self, key: str, ics: str) -> Item:
        """Servers that rewrite what they store give no etag (RFC 4791 5.3.4): read it back."""
        answer = self._send("GET", key)
        self._fail(answer)
        return Item(key, answer.headers.get("etag", ""), answer.text or ics)

    def _delete(self, item: Item) -> None:
        answer = self._send("DELETE", item.key)
        if answer.status_code not in {404, 410}:
            self._fail(answer)


def _text(response: Element, name: str) -> str:
    found = next(response.iter(f"{DAV}{name}"), None)
    return (found.text or "").strip() if found is not None else ""


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
