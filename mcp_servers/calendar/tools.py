"""The calendar's tools: each validates, calls one service function and shapes the result."""

import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp_types import CallToolResult
from pydantic import Field

from jobtracker.calendars.model import (
    CalendarList,
    Cancelled,
    EventList,
    Exported,
    FreeTime,
    Imported,
    Invitation,
    Rescheduled,
    Scheduled,
    Suggestions,
)
from jobtracker.core.speech import say
from mcp_servers.calendar.account_tools import register_accounts, register_working_time
from mcp_servers.embedded import from_disk, with_files
from mcp_servers.kit import Confirmation, ServerKit, Spoken, require_yes

if TYPE_CHECKING:
    from jobtracker.calendars.booking import Wanted
    from jobtracker.calendars.service import CalendarService

From = Annotated[
    str,
    Field(
        description="From when: RFC 3339, local time, or a date. Empty: from now.", max_length=40
    ),
]
Until = Annotated[
    str,
    Field(
        description="Until when: RFC 3339, local time, or a date, which counts whole.",
        max_length=40,
    ),
]
EventId = Annotated[str, Field(description="Id of the event, evt_…, as listed.", max_length=80)]
Minutes = Annotated[int, Field(description="Length in minutes, 1 to 1440.")]
Company = Annotated[str, Field(description="The employer.", max_length=300)]
Role = Annotated[str, Field(description="The position.", max_length=300)]
Start = Annotated[
    str,
    Field(
        description="RFC 3339, e.g. 2026-12-03T15:00:00+01:00; no offset: local in `timezone`.",
        max_length=40,
    ),
]
Zone = Annotated[
    str, Field(description="IANA zone of the interview; empty: the person's own.", max_length=64)
]
Place = Annotated[
    str, Field(description="Street address or room; travel time is added.", max_length=300)
]
Link = Annotated[str, Field(description="Address of the video meeting.", max_length=2000)]
NewLength = Annotated[int | None, Field(description="New length in minutes; empty: as it was.")]
ApplicationId = Annotated[
    str,
    Field(
        description="Application that moves to interview, app_…; may name company and role.",
        max_length=64,
    ),
]
InvitationUid = Annotated[
    str, Field(description="UID of the invitation, as read_invitation told.", max_length=500)
]
Ics = Annotated[str, Field(description="Text of an .ics file, at most 10 MB.")]


class Parts:
    """What the tools stand on, opened at the first call."""

    def __init__(self, kit: ServerKit) -> None:
        self.kit = kit

    @functools.cached_property
    def service(self) -> "CalendarService":
        """The calendar; the tracker is told of its interviews by the event log."""
        from jobtracker.applications.service import subscribe
        from jobtracker.calendars.service import CalendarService

        subscribe(self.kit.core)
        return CalendarService(self.kit.core)

    def wanted(self, user: str, given: dict[str, Any]) -> "Wanted":
        """Return the interview; company and role come from the application where they are missing.

        Raises:
            NotFound: no such application.
        """
        from jobtracker.calendars.booking import Wanted

        if given["application_id"]:
            from jobtracker.applications.service import ApplicationService

            known = ApplicationService(self.kit.core).get(user, given["application_id"])
            given["company"] = given["company"] or known.company
            given["role"] = given["role"] or known.title
        return Wanted(**given)


def register(kit: ServerKit) -> None:
    """Register all tools of the calendar."""
    parts = Parts(kit)
    _register_reading(kit, parts)
    _register_free_time(kit, parts)
    _register_scheduling(kit, parts)
    _register_changes(kit, parts)
    _register_files(kit, parts)
    register_accounts(kit, parts)
    register_working_time(kit, parts)


def _register_reading(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="List calendars", read_only=True)
    def list_calendars(ctx: Context[Any, Any]) -> CalendarList:  # pyright: ignore[reportUnusedFunction]
        """List the connected calendars, whether each can be reached, and which new events go to."""
        return parts.service.list_calendars(kit.user(ctx))

    @kit.tool(title="List events", read_only=True)
    def list_events(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        start: From = "",
        end: Until = "",
        limit: Annotated[int, Field(description="Events per page.", ge=1, le=50)] = 50,
        cursor: Annotated[str, Field(description="next_cursor of the page before.")] = "",
        language: Spoken = None,
    ) -> EventList:
        """List what is in the calendars in a period (default: the next 14 days), in order.

        Repeating events are listed once per occurrence.
        """
        return parts.service.list_events(kit.user(ctx), start, end, limit, cursor)

    @kit.tool(title="Read an invitation", read_only=True)
    def read_invitation(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        text: Annotated[
            str, Field(description="The message: plain text, HTML or a whole mail.")
        ] = "",
        ics: Annotated[str, Field(description="The calendar attachment, if there is one.")] = "",
        language: Spoken = None,
    ) -> Invitation:
        """Read an interview invitation and check it against the calendar; nothing is changed.

        Understands calendar invitations, updates, cancellations and counter-proposals, and prose in
        English, German, French and Italian, also with several proposed times.
        """
        return parts.service.read_invitation(kit.user(ctx), text, ics)


def _register_free_time(kit: ServerKit, parts: Parts) -> None:
    @kit.tool(title="Find free time", read_only=True)
    def find_free_time(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        start: From = "",
        end: Until = "",
        duration_minutes: Minutes = 30,
        limit: Annotated[int, Field(description="Stretches at most.", ge=1, le=50)] = 50,
        language: Spoken = None,
    ) -> FreeTime:
        """Find the free stretches within the person's working hours in a period (default: 7 days).

        Answers “am I free Thursday afternoon?”: give the afternoon's start and end.
        """
        return parts.service.find_free_time(kit.user(ctx), start, end, duration_minutes, limit)

    @kit.tool(title="Suggest interview times", read_only=True)
    def suggest_interview_times(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        company: Company = "",
        role: Role = "",
        start: From = "",
        end: Until = "",
        duration_minutes: Minutes = 60,
        timezone: Annotated[
            str,
            Field(description="IANA zone of the interviewer; empty: the person's.", max_length=64),
        ] = "",
        limit: Annotated[int, Field(description="Suggestions at most.", ge=1, le=20)] = 5,
        language: Spoken = None,
    ) -> Suggestions:
        """Suggest the best free times for an interview (default: within 14 days), with a reason.

        They keep the person's working hours, buffer and notice, and the interviewer's office hours.
        """
        return parts.service.suggest(kit.user(ctx), start, end, duration_minutes, timezone, limit)


def _register_scheduling(kit: ServerKit, parts: Parts) -> None:
    def ask(
        ctx: Context[Any, Any],
        start: str,
        company: str = "",
        role: str = "",
        duration_minutes: int = 60,
        timezone: str = "",
        location: str = "",
        link: str = "",
        application_id: str = "",
        invitation_uid: str = "",
        language: str = "",
    ) -> Elicit[Confirmation] | Confirmation:
        user = kit.user(ctx)
        given = {
            "company": company, "role": role, "start": start, "timezone": timezone,
            "duration_minutes": duration_minutes, "location": location, "link": link,
            "application_id": application_id, "invitation_uid": invitation_uid,
            "language": language,
        }  # fmt: skip
        return kit.ask(ctx, parts.service.booking.question(user, parts.wanted(user, given)))

    @kit.tool(title="Schedule an interview", idempotent=True)
    def schedule_interview(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        start: Start,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask))],
        company: Company = "",
        role: Role = "",
        duration_minutes: Minutes = 60,
        timezone: Zone = "",
        location: Place = "",
        link: Link = "",
        application_id: ApplicationId = "",
        invitation_uid: InvitationUid = "",
        blocks: Annotated[
            bool, Field(description="Also put research, preparation and travel around it.")
        ] = True,
        language: Annotated[
            Literal["", "en", "de", "fr", "it"],
            Field(description="Of the titles; empty: as the person has set it."),
        ] = "",
    ) -> Scheduled:
        """Put an interview into the calendar, after the person's yes.

        Adds reminders, a research block, a preparation session on the working day before and time
        to travel where there is a place; the application moves to interview. The same interview
        twice is one event.
        """
        require_yes(answer)
        user = kit.user(ctx)
        given = {
            "company": company, "role": role, "start": start, "timezone": timezone,
            "duration_minutes": duration_minutes, "location": location, "link": link,
            "application_id": application_id, "invitation_uid": invitation_uid, "blocks": blocks,
            "language": language,
        }  # fmt: skip
        return parts.service.booking.schedule(user, parts.wanted(user, given))


def _register_changes(kit: ServerKit, parts: Parts) -> None:
    def ask_move(
        ctx: Context[Any, Any], event_id: str, start: str, duration_minutes: int | None = None
    ) -> Elicit[Confirmation] | Confirmation:
        user = kit.user(ctx)
        booking = parts.service.booking
        return kit.ask(ctx, booking.reschedule_question(user, event_id, start, duration_minutes))

    @kit.tool(title="Move an event", destructive=True, idempotent=True)
    def reschedule_event(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        event_id: EventId,
        start: Annotated[
            str,
            Field(description="New start: RFC 3339, or local in the event's zone.", max_length=40),
        ],
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask_move))],
        duration_minutes: NewLength = None,
    ) -> Rescheduled:
        """Move an event, after the person's yes; an interview takes its blocks along."""
        require_yes(answer)
        return parts.service.booking.reschedule(kit.user(ctx), event_id, start, duration_minutes)

    def ask_cancel(ctx: Context[Any, Any], event_id: str) -> Elicit[Confirmation] | Confirmation:
        return kit.ask(ctx, parts.service.booking.cancel_question(kit.user(ctx), event_id))

    @kit.tool(title="Cancel an event", destructive=True)
    def cancel_event(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        event_id: EventId,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask_cancel))],
    ) -> Cancelled:
        """Remove an event from the calendar, after the person's yes; an interview with its blocks.

        The id of one occurrence of a repeating event removes that occurrence only.
        """
        require_yes(answer)
        return parts.service.booking.cancel(kit.user(ctx), event_id)


def _register_files(kit: ServerKit, parts: Parts) -> None:
    def ask_import(ctx: Context[Any, Any], ics: str) -> Elicit[Confirmation] | Confirmation:
        return kit.ask(ctx, parts.service.transfer.question(ics))

    @kit.tool(title="Import a calendar file", idempotent=True)
    def import_ics(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        ics: Ics,
        answer: Annotated[ElicitationResult[Confirmation], Resolve(kit.asking(ask_import))],
    ) -> Imported:
        """Add the events of an .ics file to the calendar, after the person's yes.

        A known event is updated, a cancellation removes it; what cannot be read is told.
        """
        require_yes(answer)
        return parts.service.transfer.import_ics(kit.user(ctx), ics)

    @kit.tool(title="Export a calendar file")
    def export_ics(  # pyright: ignore[reportUnusedFunction]
        ctx: Context[Any, Any],
        event_ids: Annotated[
            list[str] | None, Field(description="Events to export, evt_…", max_length=500)
        ] = None,
        start: From = "",
        end: Until = "",
    ) -> Annotated[CallToolResult, Exported]:
        """Write events, or all of a period, to an .ics file that any calendar program reads; it is
        embedded here too."""
        made = parts.service.transfer.export_ics(kit.user(ctx), event_ids or [], start, end)
        summary = say("calendars.exported", n=made.events, path=made.path)
        return with_files(made, summary, [from_disk(made.path, "text/calendar")])
