# ruff: noqa: E501 - patterns read better unbroken
"""What people say when they want an edit, brought into the few forms that `editing` reads.

Courtesies and small words go, verbs come to the front, and statements (“my phone is now …”, “I left
Acme in March”) become the change that they mean. English, German, French and Italian.
"""

from __future__ import annotations

import re
from typing import Any

from jobtracker.core.errors import BadInput
from jobtracker.resumes.reading.dates import find_dates, first_range, without_dates
from jobtracker.resumes.terms import fold

_BEFORE = re.compile(
    r"^(?:(?:hey|hi|hello|ok(?:ay)?|so|well|now|pls|plz|please|bitte|hallo|salut|bonjour|ciao|per favore|s['’]il (?:te|vous) pla[iî]t|"
    r"could you|can you|would you|will you|kannst du|k[oö]nnen sie|k[oö]nntest du|k[oö]nnten sie|peux[- ]tu|pouvez[- ]vous|pourrais[- ]tu|puoi|pu[oò]|potresti|"
    r"i(?:['’]d| would) like (?:you )?to|i want (?:you )?to|ich m[oö]chte|je voudrais|vorrei|just|kindly|mal|noch|auch)\b[,!.:]?\s*)+",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\s,]*(?:\b(?:please|pls|plz|bitte|thanks?(?: you)?|danke|merci|grazie|per favore|s['’]il (?:te|vous) pla[iî]t|thx|mal)\b)?[.!?\s]*$",
    re.IGNORECASE,
)
_NEW = r"(?:new|current|neue[rsn]?|aktuelle[rs]?|nouve(?:l|lle|au)|nuov[oa]|attuale)\s+"
_MINE = r"(?:my|meine?|mon|ma|il mio|la mia)\s+"
_FORMS: tuple[tuple[str, str], ...] = (
    (rf"{_MINE}(?:{_NEW})?([\w é-]+?)\s+(?:is|are|ist|lautet|est|[eè])\s+(?:now\s+|jetzt\s+|nun\s+|maintenant\s+|ora\s+|adesso\s+)?(\S.*)", r"change my \1 to \2"),
    (r"(?:i (?:also )?speak|ich spreche(?: auch| noch)?|je parle(?: aussi)?|parlo(?: anche)?)\s+(.+)", r"add language: \1"),
    (r"(?:make|rends?|rendi)\s+(.+?)\s+(?:shorter|plus courte?s?|pi[uù] cort[oaie])", r"shorten \1"),
    (r"(.+?)\s+(?:kürzer machen|kürzer fassen|verkürzen|kürzen)", r"shorten \1"),
    (r"(?:mach\w*)\s+(.+?)\s+kürzer", r"shorten \1"),
    (r"(.+?)\s+(?:löschen|entfernen|streichen|weglassen|rausnehmen)", r"remove \1"),
    (r"(?:nimm|lass)\s+(.+?)\s+(?:raus|heraus|weg)", r"remove \1"),
    (r"(.+?)\s+(?:hinzufügen|ergänzen|aufnehmen)", r"add \1"),
    (r"füge?\s+(.+?)\s+(?:hinzu|ein)", r"add \1"),
    (r"füge?\s+hinzu\s*,?\s*(.+)", r"add \1"),
    (r"(?:fix|correct|korrigiere?|corrige[rz]?|correggi)\b[^“\"'«]*([“\"'«].+?[”\"'»])\s*(?:->|→|=>|to|zu|en|in)\s*([“\"'«].+?[”\"'»])", r"replace \1 with \2"),
    (r"get rid of\s+(.+)", r"remove \1"),
)  # fmt: skip
_UNDO = re.compile(
    r"\b(?:undo|revert|rückgängig|zurücknehmen)\b|^(?:annule\w*|annulla\w*)\b", re.IGNORECASE
)
_LEFT = re.compile(
    r"(?:i (?:have )?(?:left|quit)|i stopped working (?:at|for)|ich habe|j['’]ai quitté|ho lasciato)\s+(.+?)\s*(?:verlassen)?\s*(?:\b(?:in|on|im|am|en|le|a|nel)\s+)?(?=(?:\S+\s+)?(?:19|20)\d\d)(.+?)(?:\s+verlassen)?$",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(
    r"(?:(?:a|an|the|my|ein|eine|das|mein|une?|le|mon|un|il|mio)\s+)*(?:new\s+)?(?:certificat(?:e|ion|o)?|zertifikat|zertifizierung|licen[cs]e)\b\s*[:,]?\s*(.{3,})",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"(?:(?:a|an|the|my|eine?|die|meine|une?|un|mon|il|mio)\s+)*(?:new\s+|neue\s+)?(?:job|position|role|stelle|anstellung|poste|emploi|lavoro|posto)\s*[:,]?\s*(?:as\s+|als\s+|comme\s+|come\s+)?"
    r"(?P<title>.{3,60}?)\s+(?:at|bei|beim|chez|presso|for)\s+(?P<rest>.{2,})",
    re.IGNORECASE,
)


def plain(instruction: str) -> str:
    """Return an instruction without courtesies, its verb in front."""
    text = _AFTER.sub("", _BEFORE.sub("", " ".join(instruction.split()))).strip()
    for pattern, form in _FORMS:
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match:
            return match.expand(form)
    return text


def is_undo(instruction: str) -> bool:
    """Tell a wish to take the last change back."""
    text = _BEFORE.sub("", " ".join(instruction.split()))
    return bool(_UNDO.search(text)) and len(text.split()) <= 9


def leave_job(content: dict[str, Any], text: str) -> str | None:
    """End the job that “I left Acme in March 2026” speaks of; None where the text says no such thing.

    Raises:
        BadInput: no job of that name.
    """
    match = _LEFT.fullmatch(text)
    if match is None:
        return None
    dates = find_dates(match[2])
    if not dates:
        return None
    wanted = fold(match[1]).strip()
    for job in content.get("work", []):
        name = fold(str(job.get("name") or ""))
        if name and (wanted in name or name in wanted):
            job["endDate"] = dates[-1].end or dates[-1].start
            return f"ended {job.get('name')} on {job['endDate']}"
    raise BadInput(f"there is no job at {match[1][:60]!r} in the résumé")


def add_entry(content: dict[str, Any], rest: str) -> str | None:
    """Add a certificate or a job that the text describes; None where it describes neither."""
    if match := _CERTIFICATE.fullmatch(rest):
        dates = first_range(match[1])
        name = without_dates(match[1]).replace("\t", " ").strip(" ,;:()") if dates else match[1]
        item = {"name": re.sub(r"\s+(?:in|from|im|von|de|en|del|nel)$", "", name)}
        if dates and (dates.end or dates.start):
            item["date"] = str(dates.end or dates.start)
        content.setdefault("certificates", []).append(item)
        return f"added the certificate {item['name']}"
    match = _JOB.fullmatch(rest)
    dates = first_range(match["rest"]) if match else None
    if match is None or dates is None:
        return None
    name = without_dates(match["rest"]).split("\t")[0].strip(" ,;:()")
    name = re.sub(
        r"\s+(?:in|from|since|von|seit|de|du|depuis|dal|da|from the)$", "", name, flags=re.I
    )
    job: dict[str, Any] = {"name": name, "position": match["title"].strip(" ,")}
    begin = str(dates.start or dates.end or "")
    job["startDate"] = begin
    if dates.end and dates.start:
        job["endDate"] = dates.end
    jobs: list[dict[str, Any]] = content.setdefault("work", [])
    place = next(
        (i for i, other in enumerate(jobs) if str(other.get("startDate") or "") < begin),
        len(jobs),
    )
    jobs.insert(place, job)
    return f"added the job {job['position']} at {name}"
