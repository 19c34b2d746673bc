"""Holds an invitation against the calendar: what is in the way, and which event it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jobtracker.calendars import replies
from jobtracker.calendars.entry import event_id
from jobtracker.calendars.model import Invitation

if TYPE_CHECKING:
    from jobtracker.calendars.index import Index
    from jobtracker.calendars.service import CalendarService


def check(service: CalendarService, user: str, invitation: Invitation) -> Invitation:
    """Fill `conflicts`, `known_event_id`, and `free` and `conflict` of the times on offer."""
    now = service.core.clock.now()
    index, _ = service.index(user, now - timedelta(days=31), now + timedelta(days=366))
    known = _known(index, invitation)
    if known is not None:
        invitation.known_event_id = event_id(known)
    # The event itself and the blocks around it are not in its own way.
    own = frozenset(
        uid for uid, group in index.by_uid.items() if known and known in {uid, group[0].related}
    )
    if invitation.start is not None and invitation.method != "CANCEL":
        end = invitation.end or _later(invitation.start, invitation.duration_minutes or 60)
        if end > invitation.start:
            invitation.conflicts = service.conflicts(user, invitation.start, end, own)
    for slot in invitation.proposed_times:
        found = service.conflicts(user, slot.start, slot.end, own)
        slot.free = not found and slot.start > now
        slot.conflict = ", ".join(found) or None
    invitation.reply = _reply(service, user, invitation, now)
    return invitation


def _reply(
    service: CalendarService, user: str, invitation: Invitation, now: datetime
) -> str | None:
    """Draft the answer: yes to the first time that is free, else three that are."""
    who = (invitation.language, invitation.organizer)
    home = service.core.clock.zone.key
    if invitation.method == "CANCEL":
        return replies.acknowledge(*who)
    if invitation.method not in {"REQUEST", "UPDATE", "COUNTER"}:
        return None
    if invitation.start is not None:
        good = [invitation.start] if not invitation.conflicts and invitation.start > now else []
    else:
        good = [slot.start for slot in invitation.proposed_times if slot.free]
    if good:
        return replies.accept(*who, good[0], home)
    if invitation.start is None and not invitation.proposed_times and not invitation.asks:
        return None
    zone = invitation.timezone or ""
    found = service.suggest(
        user, duration_minutes=min(invitation.duration_minutes or 60, 600),
        timezone=zone if "/" in zone else "", limit=3,
    )  # fmt: skip
    starts = sorted(one.start for one in found.suggestions)
    return replies.offer(*who, starts, home) if starts else None


def _later(start: datetime, minutes: int) -> datetime:
    return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


def _known(index: Index, invitation: Invitation) -> str | None:
    """Return the UID of the event: by UID, else the only coming interview with that company."""
    if invitation.uid and invitation.uid in index.by_uid:
        return invitation.uid
    if not invitation.company or invitation.method not in {"CANCEL", "UPDATE"}:
        return None
    company = invitation.company.casefold()
    found = [
        uid
        for uid, group in index.by_uid.items()
        if group[0].kind == "interview" and (group[0].company or "").casefold() == company
    ]
    return found[0] if len(found) == 1 else None
