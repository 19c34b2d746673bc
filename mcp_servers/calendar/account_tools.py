"""The tools around the calendars themselves: accounts, and how the person works."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from jobtracker.calendars.model import CalendarList, Connecting, WorkingTime
from jobtracker.core.errors import NotFound
from jobtracker.core.speech import say
from mcp_servers.kit import Confirmation, ServerKit, require_yes

if TYPE_CHECKING:
    from mcp_servers.calendar.tools import Parts

CalendarId = Annotated[
    str, Field(description="Id of the calendar, cal_… or local, as listed.", max_length=40)
]
Clock = Annotated[str | None, Field(description="Local time, HH:MM; empty: as it is.")]


def register_accounts(kit: ServerKit, parts: "Parts") -> None:
    """Register the tools that connect, choose and disconnect calendars."""

    @kit.tool(title="Connect a calendar", open_world=True)
    def connect_calendar(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        provider: Annotated[
            Literal["google", "microsoft"],
            Field(description="CalDAV and iCloud: `jobtracker calendar connect` in a terminal."),
        ],
        name: Annotated[str, Field(description="What to call it.", max_length=100)] = "",
    ) -> Connecting:
        """Begin to connect a Google or Microsoft calendar: returns the address to open (and code).

        After the person has logged in there, call it again: it then says `connected`. Calendars
        with a password are connected in a terminal, never here: ask for no password.
        """
        return parts.service.connector.begin(kit.user(ctx), provider, name)

    @kit.tool(title="Choose the calendar for new events", idempotent=True)
    def choose_calendar(ctx: Context[Any, Any], calendar_id: CalendarId) -> CalendarList:  # pyright: ignore[reportUnusedFunction]
        """Let new events go to that calendar from now on; busy time stays that of all."""
        return parts.service.choose(kit.user(ctx), calendar_id)

    def ask(ctx: Context[Any, Any], calendar_id: str) -> Elicit[Confirmation] | Confirmation:
        known = {row.id: row.name for row in parts.service.accounts.all(kit.user(ctx))}
        if calendar_id not in known:
            raise NotFound(f"calendar {calendar_id[:40]!r} is not connected")
        return kit.ask(ctx, say("calendars.disconnect", title=known[calendar_id]))

    @kit.tool(title="Disconnect a calendar", destructive=True)
    def disconnect_calendar(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        calendar_id: CalendarId,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
    ) -> CalendarList:
        """Forget a connected calendar and its login, after the person's yes; its events stay."""
        require_yes(answer)
        return parts.service.disconnect(kit.user(ctx), calendar_id)


def register_working_time(kit: ServerKit, parts: "Parts") -> None:
    """Register the tool for working hours and what is kept free."""

    @kit.tool(title="Working hours", idempotent=True)
    def working_time(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        work_start: Clock = None,
        work_end: Clock = None,
        work_days: Annotated[
            list[int] | None, Field(description="ISO weekdays, Monday is 1.", max_length=7)
        ] = None,
        lunch: Annotated[
            str | None, Field(description="Kept free, HH:MM-HH:MM; an empty text: no lunch break.")
        ] = None,
        buffer_minutes: Annotated[
            int | None, Field(description="Kept free before and after an interview, 0 to 240.")
        ] = None,
        notice_hours: Annotated[
            int | None, Field(description="No interview is suggested sooner, 0 to 720.")
        ] = None,
        travel_minutes: Annotated[
            int | None, Field(description="Put around an interview with a place, 0 to 480.")
        ] = None,
        language: Annotated[
            Literal["", "en", "de", "fr", "it"] | None,
            Field(description="Of the titles of events that are booked."),
        ] = None,
    ) -> WorkingTime:
        """Show the person's working hours, lunch, buffers, travel and notice; change what is given.

        Free time and suggestions keep to them from then on.
        """
        given = {
            "work_start": work_start, "work_end": work_end, "work_days": work_days,
            "lunch": lunch, "buffer_minutes": buffer_minutes, "notice_hours": notice_hours,
            "travel_minutes": travel_minutes, "language": language,
        }  # fmt: skip
        changed = {key: value for key, value in given.items() if value is not None}
        return parts.service.working_time(kit.user(ctx), changed)
