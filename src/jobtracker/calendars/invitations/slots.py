"""The times of a text, sorted by what they are for: offered, to answer by, no longer valid."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from jobtracker.calendars.invitations.cues import ANSWER, MOVES
from jobtracker.calendars.invitations.joining import joined
from jobtracker.calendars.model import ProposedTime
from jobtracker.calendars.zones import resolve
from jobtracker.core.lexicon.times import TimeMention, find_durations, find_times
from jobtracker.core.speech import say

MAX_SLOTS = 20
DEFAULT_MINUTES = 60
_I = re.IGNORECASE
_DEADLINE_CUE = re.compile(
    r"\b(?:by|before|until|till|no later than|(?:at )?(?:the )?latest(?: by| on)?|deadline(?: is)?:?|bis(?: spätestens)?(?: zum| am)?(?: spätestens)?(?: am)?|spätestens(?: bis)?(?: am)?|vor dem|avant(?: le)?|d['’]ici(?: au| le| à)?|jusqu['’]au|au plus tard(?: le)?|entro(?: il| e non oltre il| le)?|prima del|non oltre(?: il)?|within|innerhalb(?: von)?|sous)\s*(?:the |le |il |dem |den |am |on )?$",
    _I,
)
_STRONG_CUE = re.compile(
    r"\b(?:by|no later than|(?:at )?(?:the )?latest(?: by| on)?|deadline(?: is)?:?|(?:bis )?spätestens(?: bis)?(?: zum| am)?|d['’]ici(?: au| le| à)?|au plus tard(?: le)?|entro(?: e non oltre)?(?: il| le)?|non oltre(?: il)?)\s*(?:the |le |il |dem |den |am |on )?$",
    _I,
)
_END_OF = re.compile(
    r"(?:EOD|EOB|COB|(?:the )?end of (?:the )?(?:business|working )?(?:day|business)|close of (?:business|play)|end of play|dienstschluss|feierabend|büroschluss|fin de journée|fine giornata)(?: on| of| am| le| di)?,?\s*$",
    _I,
)
_LENGTH_CUE = re.compile(
    r"\b(?:dur\w+|dauer\w*|lasts?|lasting|length|längere?|durata|durer\w+|takes?|plan|allow|allocate|block|reserv\w+|einplanen|rechnen sie mit|compt\w+|prév\w+|environ|circa|ca|etwa|rund|about|approx\w*|roughly|for|für|pendant|per|di)\b[\s.:=~(]*(?:(?:be|is|sera|est|sarà|è|wird|beträgt|will|about|approximately|etwa|ca|circa|rund|environ|around|roughly|de|d['’]|di|von|up to|bis zu)\b[\s.:~(]*){0,3}$|[(~≈]\s*(?:ca\.?|circa|approx\.?|env\.?|etwa|about)?\s*$",
    _I,
)
_SPELLED = re.compile(r"min|stunde|hour|heure|\bor[ae]\b|mezz|quart|viertel", _I)
_OLD_TIME = re.compile(
    r"\b(?:from|originally(?: planned)?(?: for| on)?|instead of|vom|ursprünglich(?: am)?|statt(?: am)?|anstelle des|prévu initialement|initialement(?: prévu)?|au lieu du|du|dal|prévue?(?: le)?|geplant(?: am)?|(?:scheduled|planned)(?: for| on)?|previst\w(?: per)?|fissat\w(?: per)?|del(?:la)?|invece d[ei]l?|originariamente)\s*(?:the |am |den |le |il )?$",
    _I,
)
_OLD_AFTER = re.compile(
    r"\s*(?:uhr )?(?:(?:geplante|vorgesehene|angesetzte|vereinbarte)|(?:was|has been|is being|will be|wird|wurde|est|a été|è stat[oa]|viene)\s)",
    _I,
)
_AMERICAN = re.compile(r"\b(?:E[SD]?T|P[SD]?T|C[SD]T|M[SD]T|AK[SD]T)\b")
_SLASHED = re.compile(r"(?<![\d/.])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?(?![\d/%])")
_BRITISH = re.compile(
    r"£|€|\b(?:GMT|BST|CET|CEST|UK|Ltd|plc|Limited|Ireland|London|organis\w+|[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2})\b"
)
_AGENDA = re.compile(
    r"\b(?:agenda|programme?|schedule|ablauf|tagesablauf|programma|déroulement)\b", _I
)
_BULLET = re.compile(
    r"(?m)^([ \t]*)[-–—*]\s+(?P<day>(?=[^\W\d]|\d{1,2}\.\s?\d|\d{1,2}/\d|\d{4}-))?"
)
"""A dash that opens a line makes a list: it joins no two times to a range."""
_END_OF_WEEK = re.compile(
    r"\b(?:by|before|until|bis|d['’]ici|avant|entro|prima)(?: zum| la| il| the| della)?\s+(?:the )?(?:end of (?:the|this) week|ende (?:der |dieser )?woche|wochenende|fin de (?:la |cette )?semaine|fine (?:della )?settimana|week-?end)\b",
    _I,
)
_AT_SIGN = re.compile(r"\s@\s*(?=\d)")
_SAME_TIME = re.compile(
    r"[^.\n]{0,15}\b(?:(?:at )?(?:the )?same (?:time|hour)|à la même heure|même heure|zur (?:gleichen|selben) zeit|(?:gleiche|selbe) (?:uhr)?zeit|alla stessa ora|stesso orario)\b",
    _I,
)
_SUGGESTED = re.compile(
    r"[^.!\n]{0,90}[.?!,:–-]\s*(?:say|maybe|perhaps|e\.g\.|like|vielleicht|etwa|z\.\s?b\.|disons|par exemple|diciamo|per esempio)\s+(?P<a>[01]?\d|2[0-3])(?:[.:h](?P<am>[0-5]\d))?(?:\s+(?:or|oder|ou|o)\s+(?P<b>[01]?\d|2[0-3])(?:[.:h](?P<bm>[0-5]\d))?)?(?!\s*(?:min|\d))",
    _I,
)
_IANA = re.compile(
    r"\b(?:Europe|America|Asia|Australia|Africa|Pacific|Atlantic|Indian)/[A-Z]\w+(?:/[A-Z]\w+)?"
)
_ZONE_NAME = re.compile(r"[A-Z]{2,5}\b|[Tt]ime\b|[Zz]eit\b")
_CITY = re.compile(r"\d\s?[AP]M\s+(?P<city>[A-Z][a-z]+(?: [A-Z][a-z]+)?)\b")


@dataclass
class Slots:
    """The times of a text, sorted by what they are for."""

    offered: list[ProposedTime] = field(default_factory=list[ProposedTime])
    reply_by: datetime | None = None
    zone: str | None = None
    minutes: int | None = None
    assumed: bool = False
    days: int = 0
    """How many days are named without an hour."""
    warnings: list[str] = field(default_factory=list[str])


def read_times(text: str, now: datetime, language: str | None) -> Slots:
    """Sort the times of a text into what is offered and the day to answer by."""
    text = _BULLET.sub(_mark_item, _AT_SIGN.sub(" at ", text))
    hint = _day_order(text, now, language)
    text, lengths = _without_lengths(text)
    mentions = _mentions(text, now, hint)
    zone = _zone_said(text, mentions, now)
    if zone is not None and zone != now.tzinfo:
        mentions = _mentions(text, now.astimezone(zone), hint)
    minutes = lengths or [d.minutes for d in find_durations(text) if not _inside(d.span, mentions)]
    slots = Slots(zone=None, minutes=minutes[0] if minutes else None)
    moves = MOVES.search(text) is not None
    mentions = _with_suggested_hours(text, mentions)
    if moves:
        mentions = _without_former(text, _with_same_time(text, mentions))
    for mention in mentions:
        moved = _moved_to(mention) if moves else mention
        if mention.past or (moves and moved is mention and _is_old(text, mention)):
            continue
        mention = moved
        if not mention.has_date and mention.has_clock:
            said = text[mention.span[0] : mention.span[1]].strip()
            if re.search(r"\d[:.h]\d|[ap]\.?m|uhr|heure", said, _I):
                slots.warnings.append(say("calendars.no_day", said=said[:30]))
            continue
        if _is_deadline(text, mention):
            slots.reply_by = slots.reply_by or _deadline(mention)
        elif mention.has_clock or mention.grain == "day_part":
            _offer(slots, mention, now)
    slots.reply_by = slots.reply_by or _end_of_week(text, now)
    _as_agenda(slots, text)
    _days_alone(slots, text, mentions)
    _check_past(slots, now)
    if slots.offered or slots.reply_by:
        shown = slots.offered[0].start if slots.offered else slots.reply_by
        slots.zone = getattr(getattr(shown, "tzinfo", None), "key", None)
    return slots


def _day_order(text: str, now: datetime, language: str | None) -> str | None:
    """Return the language that reads 12/03 as this text means it.

    A date with a number above twelve tells; else US zones; else the reading that is not past.
    """
    pairs = [(int(m["a"]), int(m["b"]), m["y"]) for m in _SLASHED.finditer(text)]
    if not pairs or language not in {None, "en"}:
        return language
    if any(a > 12 >= b for a, b, _ in pairs):
        return "en-GB"
    if any(b > 12 >= a for a, b, _ in pairs) or _AMERICAN.search(text):
        return "en-US"
    if _BRITISH.search(text):
        return "en-GB"
    past = [(b, a) if flip else (a, b) for flip in (False, True) for a, b, y in pairs if y]
    half = len(past) // 2
    today = (now.month, now.day)
    american, british = (sum(d < today for d in part) for part in (past[:half], past[half:]))
    return "en-GB" if american > british else language


def _without_lengths(text: str) -> tuple[str, list[int]]:
    """Return the text with its lengths of time blanked out, and them in minutes: “1h15” in
    “durera environ 1h15” is no clock time.
    """
    minutes: list[int] = []
    for one in find_durations(text):
        first, last = one.span
        said = text[first:last]
        if _LENGTH_CUE.search(text[max(0, first - 40) : first]) or _SPELLED.search(said):
            minutes.append(one.minutes)
            text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return text, minutes


def _without_former(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """“The talk of Friday at 10 is moved to Monday at 14”: what the verb follows is over."""
    timed = [m for m in mentions if m.has_date and m.has_clock]
    if len(timed) == 2 and MOVES.search(text[timed[0].span[1] : timed[1].span[0]]):
        return [m for m in mentions if m is not timed[0]]
    return mentions


def _mark_item(match: re.Match[str]) -> str:
    """An item that begins with a day stands alone; one with an hour belongs to the day above."""
    return f"{match[1]}{'!' if match['day'] is not None else '•'} "


def _end_of_week(text: str, now: datetime) -> datetime | None:
    """“Bis Ende der Woche” is the evening of Friday, the end of the office's week."""
    said = _END_OF_WEEK.search(text)
    if said is None or not ANSWER.search(_sentence(text, said.span())):
        return None
    friday = now.date() + timedelta(days=max(0, 4 - now.weekday()))
    return datetime.combine(friday, time(23, 59), now.tzinfo)


def _with_same_time(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """Give a new day that is said “at the same time” the hour of the old one."""
    old = next((m for m in mentions if m.has_date and m.has_clock), None)
    found = list(mentions)
    for number, day in enumerate(found):
        bare = day.has_date and not day.has_clock and day.grain == "day"
        if old is not None and bare and _SAME_TIME.match(text, day.span[1]):
            start = datetime.combine(day.start.date(), old.start.timetz())
            end = old.end and datetime.combine(day.start.date(), old.end.timetz())
            found[number] = replace(old, start=start, end=end, span=day.span)
    return found


def _with_suggested_hours(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """Read “Friday morning? Say 9 or 10.30” as two times of that day."""
    found: list[TimeMention] = []
    for day in mentions:
        open_day = day.has_date and not day.has_clock and day.grain in {"day", "day_part"}
        match = _SUGGESTED.match(text, day.span[1]) if open_day else None
        if match is None:
            found.append(day)
            continue
        for hour, minute in ((match["a"], match["am"]), (match["b"], match["bm"])):
            if hour:
                clock = time(int(hour), int(minute or 0))
                start = datetime.combine(day.start.date(), clock, day.start.tzinfo)
                moment = replace(day, start=start, end=None, grain="minute", has_clock=True)
                found.append(moment)
    return found


def _moved_to(mention: TimeMention) -> TimeMention:
    """“From Wednesday 2 pm to Thursday 2 pm” of a moved appointment is no range: the end counts."""
    if mention.end is None or not mention.has_clock or mention.end.date() == mention.start.date():
        return mention
    return replace(mention, start=mention.end, end=None)


def _mentions(text: str, now: datetime, hint: str | None) -> list[TimeMention]:
    """Return the times said; one beyond our calendar's reach is left out."""
    return [m for m in joined(text, find_times(text, now, hint)) if 1970 <= m.start.year <= 9000]


def _is_old(text: str, mention: TimeMention) -> bool:
    """Tell whether a moved appointment was there before."""
    behind = text[mention.span[1] : mention.span[1] + 40]
    return bool(_OLD_TIME.search(text[: mention.span[0]][-40:]) or _OLD_AFTER.match(behind))


def _inside(span: tuple[int, int], mentions: list[TimeMention]) -> bool:
    return any(m.span[0] <= span[0] and span[1] <= m.span[1] and m.has_clock for m in mentions)


def _zone_said(text: str, mentions: list[TimeMention], now: datetime) -> ZoneInfo | None:
    """Return a zone that is said once for all times (“all times are CET”, “10:00 AM Paris”)."""
    if named := _IANA.search(text):
        zone = resolve(named[0])
        if isinstance(zone, ZoneInfo):
            return zone
    if (city := _CITY.search(text)) and (zone := _city_zone(city["city"])):
        return zone
    said = re.search(
        r"(?:all times|times (?:are|in)|alle zeiten|zeitangaben|toutes les heures|heures? en|tutti gli orari|time ?zone|zeitzone|fuseau horaire|fuso orario)\b[^.\n]{0,30}?(?P<z>(?-i:[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+|\b[A-Z]{2,5}(?:[+-]\d{1,2})?\b|(?:Pacific|Eastern|Central|Mountain)\b|[A-Z][a-z]+ time))",
        text,
        _I,
    )
    if said:
        name = said["z"] if said["z"].isupper() or "/" in said["z"] else f"{said['z']} time"
        probe = find_times(f"3 December 2026 10:00 {name.replace(' time time', ' time')}", now)
        if key := getattr(probe[0].start.tzinfo, "key", None) if probe else None:
            return ZoneInfo(key)
    return _only_zone(text, mentions, now)


def _only_zone(text: str, mentions: list[TimeMention], now: datetime) -> ZoneInfo | None:
    """One zone that is named beside a time holds for all times of the text."""
    named = {
        key
        for m in mentions
        if m.has_clock
        and (key := getattr(m.start.tzinfo, "key", None))
        and (key != getattr(now.tzinfo, "key", None) or _ZONE_NAME.search(text[slice(*m.span)]))
    }
    return ZoneInfo(named.pop()) if len(named) == 1 else None


def _city_zone(city: str) -> ZoneInfo | None:
    for region in ("Europe", "America", "Asia", "Australia", "Africa", "Pacific"):
        zone = resolve(f"{region}/{city.replace(' ', '_')}")
        if isinstance(zone, ZoneInfo):
            return zone
    return None


def _is_deadline(text: str, mention: TimeMention) -> bool:
    head = _END_OF.sub("", text[max(0, mention.span[0] - 70) : mention.span[0]])[-45:]
    sentence = _sentence(text, mention.span)
    inside = re.match(
        r"(?:within|innerhalb|entro|dans les|sous|bis|until|by)\b", text[mention.span[0] :], _I
    )
    cue = _DEADLINE_CUE.search(head) or inside
    if not cue:
        return False
    return bool(ANSWER.search(sentence) or _STRONG_CUE.search(head)) or not mention.has_clock


def _sentence(text: str, span: tuple[int, int]) -> str:
    begin = max((text.rfind(mark, 0, span[0]) for mark in ("\n\n", ". ", "! ", "? ")), default=-1)
    ends = [at for mark in ("\n\n", ". ", "! ", "? ") if (at := text.find(mark, span[1])) >= 0]
    return text[begin + 1 : min(ends, default=len(text))]


def _deadline(mention: TimeMention) -> datetime:
    """A day alone means its last minute, a part of the day its end, “noon” noon."""
    if mention.has_clock and mention.grain in {"minute", "hour"}:
        return mention.start
    if mention.grain == "day_part" and mention.end is not None:
        return mention.start if mention.start.hour == 12 else mention.end
    day = mention.end - timedelta(seconds=1) if mention.end else mention.start
    return datetime.combine(day.date(), time(23, 59), mention.start.tzinfo)


def _offer(slots: Slots, mention: TimeMention, now: datetime) -> None:
    if len(slots.offered) == MAX_SLOTS:
        return
    end = mention.end
    if end is None or end <= mention.start:
        slots.assumed = slots.assumed or slots.minutes is None
        minutes = timedelta(minutes=slots.minutes or DEFAULT_MINUTES)
        end = (mention.start.astimezone(UTC) + minutes).astimezone(mention.start.tzinfo)
    if all(one.start != mention.start for one in slots.offered):
        slots.offered.append(ProposedTime(start=mention.start, end=end))


def _as_agenda(slots: Slots, text: str) -> None:
    """The hours of one day's programme are one appointment, not times to choose from."""
    days = {one.start.date() for one in slots.offered}
    if len(slots.offered) > 2 and len(days) == 1 and not slots.assumed and _AGENDA.search(text):
        first, last = slots.offered[0], slots.offered[-1]
        if all(a.end <= b.start for a, b in pairwise(slots.offered)):
            slots.offered = [ProposedTime(start=first.start, end=last.end)]


def _days_alone(slots: Slots, text: str, mentions: list[TimeMention]) -> None:
    """Name days that are offered without an hour: they cannot be booked as they are."""
    if slots.offered:
        return
    days = [
        m for m in mentions
        if not m.past and not m.has_clock and m.grain == "day" and not _is_deadline(text, m)
    ]  # fmt: skip
    slots.days = len(days)
    for mention in days[:5]:
        slots.warnings.append(say("calendars.no_hour", on=mention.start))


def _check_past(slots: Slots, now: datetime) -> None:
    for one in slots.offered:
        if one.start <= now:
            slots.warnings.append(say("calendars.time_past", at=one.start))
