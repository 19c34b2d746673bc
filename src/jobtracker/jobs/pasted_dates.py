"""When a pasted posting was published, and until when one can apply, in four languages."""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re
from datetime import datetime, timedelta

from jobtracker.core.lexicon.times import find_times

_DEADLINE = re.compile(
    r"bewerbungsfrist|bewerbungsschluss|anmeldeschluss|anmeldefrist|eingabefrist|(?:bewerb|einreich|einsend|anmeld)\w*[^.\n]{0,60}\bbis\b|bis (?:spätestens|zum)|apply (?:by|before|until)|"
    r"applications? (?:close|are due|by|until|deadline)|closing date|deadline|(?<!in)valid (?:through|until|till|to)|open until|offen bis|"
    r"(?:inserat|anzeige|stelle|annonce|offre|offerta|annuncio|bando)[^.\n]{0,30}?(?:gültig|online|aufgeschaltet|valable|en ligne|valid[oa]|apert[oa])[^.\n]{0,12}?(?:bis|jusqu['’]au|fino al?)|(?:délai|date limite)[^.\n]{0,40}|"
    r"(?:postul\w*|candidature\w*|dossier)[^.\n]{0,60}\b(?:jusqu['’]au|avant le|d['’]ici au)|"
    r"entro (?:il|e non oltre)|termine (?:di|per)[^.\n]{0,40}|scadenza",
    re.I,
)
_POSTED = re.compile(
    r"\b(?:(?:date )?posted|publi(?:shed|cation date)|listed|(?:job )?added|online since|publiziert|veröffentlicht|aufgeschaltet|inseriert|eingestellt|"
    r"online seit|erschienen|publication(?:sdatum)?|publikationsdatum|veröffentlichungsdatum|publiée?|mise? en ligne|parue?|date de (?:publication|parution)|"
    r"pubblicat[oa]|inserit[oa]|data di pubblicazione|online da(?:l)?)\b(?:\s*(?:on|am|le|il|seit|since|vor|:|–|-))*",
    re.I,
)


def last_day(text: str, labelled: str | None, now: datetime | None) -> datetime | None:
    """Return the end of the last day for applying, None where none is stated."""
    if now is None:
        return None
    spoken = [labelled] if labelled else []
    spoken += [text[f.start() : f.end() + 70].split("\n")[0] for f in _DEADLINE.finditer(text)]
    for part in spoken:
        days = [
            m for m in find_times(part, now) if m.has_date and m.grain in {"day", "hour", "minute"}
        ]
        if days and abs(days[0].start - now) < timedelta(days=500):
            return days[0].start.replace(hour=23, minute=59, second=0, microsecond=0)
    return None


def posted_on(text: str, now: datetime | None) -> datetime | None:
    """Return the day on which the posting says that it was published, None where it does not.

    A day without a year is the last one of that name.
    """
    if now is None:
        return None
    for found in _POSTED.finditer(text):
        said = text[found.start() : found.end() + 40].split("\n")[0]
        for one in find_times(said, now):
            # The date belongs to the word: nothing else stands between them.
            gap = said[found.end() - found.start() : one.span[0]]
            if not one.has_date or one.grain not in _GRAINS or re.search(r"[.;,]|\w{3}", gap):
                continue
            day = one.start
            if day > now + timedelta(days=1) and not re.search(r"20\d\d", said[slice(*one.span)]):
                day = day.replace(year=day.year - 1)
            if now - timedelta(days=1500) < day <= now + timedelta(days=1):
                return day
    return None


_GRAINS = frozenset({"minute", "hour", "day", "week"})
