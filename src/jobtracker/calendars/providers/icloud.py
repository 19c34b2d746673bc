"""Apple iCloud: CalDAV with an app-specific password. https://support.apple.com/102654"""

from __future__ import annotations

from typing import ClassVar

from jobtracker.calendars import icstext, writing
from jobtracker.calendars.icstext import Prop
from jobtracker.calendars.providers.caldav import CalDav
from jobtracker.calendars.providers.port import ProviderInfo
from jobtracker.calendars.providers.remote import Cache, Item

URL = "https://caldav.icloud.com/"


class ICloud(CalDav):
    """The account's address is Apple's; its calendars lie on a partition host that it names."""

    info: ClassVar[ProviderInfo] = ProviderInfo(
        name="icloud",
        title="Apple iCloud",
        auth="password",
        terms_url="https://www.apple.com/legal/internet-services/icloud/",
        settings=("username", "password", "calendar"),
        secrets=("password",),
    )
    hint = "use your Apple account's address and an app-specific password from account.apple.com"

    def __init__(
        self,
        calendar_id: str,
        cache: Cache,
        *,
        username: str,
        password: str,
        calendar: str = "",
        name: str = "",
        url: str = URL,
        private: bool = False,
    ) -> None:
        super().__init__(
            calendar_id, cache, url=url, username=username, password=password, calendar=calendar,
            name=name, private=private,
        )  # fmt: skip

    def _write(self, uid: str, ics: str, known: Item | None) -> Item:
        """iCloud refuses events without an end (404 or 403): one of no length gets its start."""
        return super()._write(uid, with_end(ics), known)


def with_end(ics: str) -> str:
    """Return the text with a DTEND in every event."""
    tree = icstext.parse(ics)
    for event in tree.root.walk("VEVENT"):
        start = event.get("DTSTART")
        if start is not None and not (event.get("DTEND") or event.get("DURATION")):
            event.props.append(Prop("DTEND", start.value, dict(start.params)))
    return writing.calendar_text(c for calendar in tree.root.children for c in calendar.children)
