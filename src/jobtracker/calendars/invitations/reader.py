"""Reads an invitation from whatever arrived: a calendar file, a mail, HTML or plain prose."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from jobtracker.calendars import icstext
from jobtracker.calendars.invitations.itip import read_ics
from jobtracker.calendars.invitations.mail import Message, take_apart
from jobtracker.calendars.invitations.prose import read_prose
from jobtracker.calendars.model import Invitation
from jobtracker.core.errors import BadInput
from jobtracker.core.speech import say

_FROM_TEXT = (
    "company", "role", "location", "link", "organizer", "organizer_email", "reply_by", "summary",
)  # fmt: skip


def read(text: str, ics: str, now: datetime, zone: ZoneInfo) -> Invitation:
    """Read `ics`, `text`, or both: what the file does not say is taken from the text.

    Raises:
        BadInput: both are empty, or one is binary or over 10 MB.
    """
    if not text.strip() and not ics.strip():
        raise BadInput("there is nothing to read: give the message as text, or the file as ics")
    message = take_apart(icstext.decode(text, "the message")) if text.strip() else Message("")
    files = [icstext.decode(ics)] if ics.strip() else message.calendars
    spoken = read_prose(message, now) if message.text.strip() or message.subject else None
    if not files:
        return spoken or read_prose(message, now)
    invitation = read_ics(files[0], now, zone)
    if spoken is not None:
        _complete(invitation, spoken)
    return invitation


def _complete(invitation: Invitation, spoken: Invitation) -> None:
    """Fill what the file left open; where file and text name different times, say so."""
    for name in _FROM_TEXT:
        if getattr(invitation, name) is None:
            setattr(invitation, name, getattr(spoken, name))
    if spoken.company and say("calendars.by_address") in invitation.warnings:
        invitation.company = spoken.company
    if not invitation.dial_in:
        invitation.dial_in = spoken.dial_in
    if invitation.start is None:
        for name in ("start", "end", "timezone", "duration_minutes"):
            setattr(invitation, name, getattr(spoken, name))
        invitation.proposed_times = invitation.proposed_times or spoken.proposed_times
    elif spoken.start is not None and spoken.start != invitation.start:
        invitation.warnings.append(
            say("calendars.text_differs", text=spoken.start, file=invitation.start)
        )
    invitation.asks += [ask for ask in spoken.asks if ask.startswith("bring")]
