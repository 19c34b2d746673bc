"""Invitations written as text, in English, German, French and Italian."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from jobtracker.calendars.invitations import cues, names, phones
from jobtracker.calendars.invitations.mail import Message
from jobtracker.calendars.invitations.places import place_in
from jobtracker.calendars.invitations.signature import read_signature
from jobtracker.calendars.invitations.slots import DEFAULT_MINUTES, Slots, read_times
from jobtracker.calendars.model import Invitation, Method, ProposedTime
from jobtracker.calendars.reading import find_meeting
from jobtracker.core.speech import say

__all__ = ["asks", "find_meeting", "language_of", "read_prose", "read_times"]


def language_of(text: str) -> str | None:
    """Return en, de, fr or it by its small words, None where there are none."""
    head = text[:5000]
    counts = {name: len(re.findall(pattern, head)) for name, pattern in cues.SMALL_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def read_prose(message: Message, now: datetime) -> Invitation:
    """Read an invitation from a message's text."""
    text, subject = message.text, message.subject
    whole = f"{subject}\n{text}" if subject else text
    slots = read_times(whole, now, language_of(text))
    person, signed = read_signature(text)
    invitation = Invitation(method="NONE", language=language_of(text), warnings=[*message.warnings])
    invitation.company = names.company_in(subject, text) or signed
    if invitation.company is None and message.sender_email:
        invitation.company = names.company_of_address(message.sender_email)
        if invitation.company:
            invitation.warnings.append(say("calendars.by_address"))
    invitation.role = names.role_in(subject, text)
    invitation.location = place_in(text)
    invitation.link = find_meeting(text)
    invitation.dial_in = phones.dial_in(text)
    invitation.organizer = person or message.sender_name or None
    invitation.organizer_email = message.sender_email or None
    invitation.asks = asks(text, len(slots.offered))
    invitation.summary = subject or None
    _put_times(invitation, slots)
    invitation.method = _method(whole, invitation, slots.days)
    if slots.assumed and slots.offered and invitation.method != "CANCEL":
        invitation.warnings.append(say("calendars.length_assumed", n=DEFAULT_MINUTES))
    if invitation.method == "NONE":
        invitation.warnings.append(say("calendars.no_invitation"))
    return invitation


def _method(text: str, invitation: Invitation, days: int) -> Method:
    offers = invitation.start is not None or bool(invitation.proposed_times)
    if cues.CANCELS.search(text) and not offers:
        return "CANCEL"
    if cues.CANCELS.search(text) and not cues.MOVES.search(text) and not invitation.proposed_times:
        return "CANCEL"
    if offers and cues.MOVES.search(text):
        return "UPDATE"
    if (
        offers
        or "propose" in invitation.asks
        or (cues.INVITES.search(text) and (invitation.link or days))
    ):
        return "REQUEST" if cues.INVITES.search(text) or offers else "NONE"
    return "NONE"


def _put_times(invitation: Invitation, slots: Slots) -> None:
    invitation.reply_by = slots.reply_by
    invitation.timezone = slots.zone
    invitation.duration_minutes = slots.minutes
    invitation.warnings += slots.warnings
    if len(slots.offered) == 1:
        only = slots.offered[0]
        invitation.start, invitation.end = only.start, None if slots.assumed else only.end
        if not slots.assumed:
            length = _minutes(only)
            said = slots.minutes  # “Friday morning, 20 minutes”: the morning is no length
            invitation.duration_minutes = said if said and length > 3 * said else length
    else:
        invitation.proposed_times = slots.offered
        if not slots.assumed and len(lengths := {_minutes(one) for one in slots.offered}) == 1:
            invitation.duration_minutes = lengths.pop()


def _minutes(slot: ProposedTime) -> int:
    return int((slot.end.astimezone(UTC) - slot.start.astimezone(UTC)).total_seconds() // 60)


def asks(text: str, offered: int) -> list[str]:
    """Return what the person is asked to do."""
    wanted: list[str] = []
    if offered > 1:
        wanted.append("choose")
    elif offered and cues.ANSWER.search(text):
        wanted.append("confirm")
    elif offered == 0 and (cues.PROPOSE.search(text) or cues.CHOOSE.search(text)):
        wanted.append("propose")
    wanted += [f"bring: {' '.join(match['what'].split())}" for match in cues.BRING.finditer(text)][
        :3
    ]
    return wanted
