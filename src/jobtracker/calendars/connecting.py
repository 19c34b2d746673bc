"""Connecting an account: the steps of each provider, for the command line and for tools.

A password is read by the command line from a prompt or from standard input and goes straight into
`Accounts.connect`; it is never a tool's argument, for what a model writes is kept in transcripts.
Google and Microsoft are asked in the browser, so a tool can begin that and look how it went.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from jobtracker.calendars import logins
from jobtracker.calendars.model import Calendar, Connecting
from jobtracker.core.errors import BadInput, JobTrackerError, NotSupported, Unavailable

if TYPE_CHECKING:
    from jobtracker.calendars.service import CalendarService

Online = Literal["google", "microsoft"]
SHOWN_SECONDS = 30.0
"""How long the provider may take to say where the person logs in."""


@dataclass
class _Login:
    """One login under way; `ready` is set when the person can be told what to do, or it ended."""

    state: Connecting
    ready: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class Connector:
    """Runs the logins in the browser, one per person and provider at a time."""

    def __init__(self, service: CalendarService) -> None:
        self.service = service
        self.settings = service.core.settings.calendar
        self._logins: dict[tuple[str, str], _Login] = {}
        self._lock = threading.Lock()

    def google(self, user: str, show: Callable[[str], None], name: str = "") -> Calendar:
        """Log in at Google and connect the account; `show` gets the address to open.

        Raises:
            NotSupported: no OAuth client is set.
            AuthNeeded: the person said no, or did not finish in time.
        """
        own = self.settings
        if not own.google_client_id:
            raise NotSupported(
                "Google needs an OAuth client of yours: make one of type “desktop app” at "
                "console.cloud.google.com with the Calendar API on, and set "
                "JOBTRACKER_CALENDAR__GOOGLE_CLIENT_ID and …__GOOGLE_CLIENT_SECRET"
            )
        token = logins.google_login(
            own.google_client_id,
            own.google_client_secret,
            show,
            auth_uri=own.google_login_url,
            token_uri=own.google_token_url,
        )
        values = {
            "client_id": own.google_client_id,
            "client_secret": own.google_client_secret,
            "refresh_token": token,
        }
        return self.service.connect(user, "google", values, name)

    def microsoft(self, user: str, show: Callable[[str, str], None], name: str = "") -> Calendar:
        """Log in at Microsoft by device code; `show` gets the address to open and the code.

        Raises:
            NotSupported: no application id is set.
            AuthNeeded: the person said no, or did not finish in time.
        """
        own = self.settings
        if not own.microsoft_client_id:
            raise NotSupported(
                "Microsoft needs an application id of yours: register one at entra.microsoft.com "
                "with public client flows and Calendars.ReadWrite, and set "
                "JOBTRACKER_CALENDAR__MICROSOFT_CLIENT_ID"
            )
        where = (own.microsoft_tenant, own.microsoft_login_url)
        device = logins.graph_begin(own.microsoft_client_id, *where)
        show(device.address, device.code)
        token = logins.graph_finish(own.microsoft_client_id, device, *where)
        values = {
            "client_id": own.microsoft_client_id,
            "tenant": own.microsoft_tenant,
            "refresh_token": token,
        }
        return self.service.connect(user, "graph", values, name)

    def begin(self, user: str, provider: str, name: str = "") -> Connecting:
        """Begin a login in the background, or say how the one under way stands.

        Raises:
            BadInput: a provider that is not logged in to in a browser.
            NotSupported: its client id is not set.
        """
        if provider not in {"google", "microsoft"}:
            raise BadInput(
                f"{provider[:40]!r} is connected with a password, which belongs into no "
                "conversation: run `jobtracker calendar connect` in a terminal"
            )
        key = (user, provider)
        with self._lock:
            login = self._logins.get(key)
            if login is None:
                login = self._logins[key] = _Login(Connecting(provider=provider, status="waiting"))
                threading.Thread(target=self._run, args=(key, login, name), daemon=True).start()
        if not login.ready.wait(SHOWN_SECONDS):
            raise Unavailable(f"{provider} did not say in time where to log in; try again")
        if login.ended.is_set():
            with self._lock:
                self._logins.pop(key, None)
        return login.state

    def _run(self, key: tuple[str, str], login: _Login, name: str) -> None:
        user, provider = key

        def show(address: str, code: str = "") -> None:
            login.state = login.state.model_copy(update={"open": address, "code": code or None})
            login.ready.set()

        try:
            connect = self.google if provider == "google" else self.microsoft
            calendar = connect(user, show, name)
            login.state = Connecting(provider=provider, status="connected", calendar=calendar)
        except JobTrackerError as exc:
            login.state = Connecting(provider=provider, status="failed", note=exc.message)
        finally:
            if login.state.status == "waiting":  # a bug raised: nobody waits in this thread for it
                note = "the login ended unexpectedly; details are in the log"
                login.state = Connecting(provider=provider, status="failed", note=note)
            login.ended.set()
            login.ready.set()
