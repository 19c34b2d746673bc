"""Where an interview takes place: a labelled line, or a street address of four languages."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re

_READ = 8_000
"""Characters that are searched."""
_FRENCH = r"(?:rue|avenue|av\.|boulevard|bd|chemin|ch\.|place|route|quai|impasse|allée)\s+(?:[^\W\d][\w'’.-]*\s?){1,5}?"
_STREET = re.compile(
    r"(?<![\w.])(?:[A-ZÄÖÜ][\w'’.-]*(?:strasse|straße|gasse|weg|platz|allee|ring|quai|str\.|damm|ufer)\s+\d{1,4}\s?[a-z]?\b|"
    r"[A-ZÄÖÜ][\w'’.-]+\s(?:Strasse|Straße|Gasse|Weg|Platz|Allee)\s+\d{1,4}\s?[a-z]?\b|"
    rf"\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+(?i:{_FRENCH})(?=\s*[,;\n.]|\s+\d|$)|(?i:{_FRENCH})\s*,?\s*\d{{1,4}}[a-z]?\b|"
    r"(?:(?i:via)\s+[A-Z]|(?i:viale|piazza|corso|vicolo|strada|contrada|largo|salita)\s+\w)[\w'’. -]{1,40}?,?\s+\d{1,4}[a-z]?\b|"
    r"\d{1,5}\s+(?:[A-Z][\w'’.-]+\s){1,4}(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Way|Square|Boulevard|Blvd\.?|Drive|Court|Place|Row)\b)"
    r"(?:\s*,?\s*(?:\n\s*)?(?:CH-|D-|F-|I-|A-)?\d{4,5}\s+(?:St\.\s)?[A-ZÄÖÜ][\w'’-]+(?:[ -][A-ZÄÖÜ][\w'’-]+)?)?(?:,\s*(?:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)(?:\s+[A-Z]{1,2}\d[\w ]{2,6})?)?"
)
_LABELLED = re.compile(
    r"(?:^|(?<=[.;!])\s)\s*[-*•]?\s*(?:where|location|place|venue|address|ort|wo|adresse|treffpunkt|standort|lieu|où|endroit|luogo|dove|indirizzo|sede)(?:\s?:\s*|[ \t]*\n\s*(?=[A-ZÄÖÜÉÈ0-9]))(?P<place>.+(?:\n(?!\s*[-*•]?\s*\w+\s?:)\s*(?:CH-)?\d{4}\s.+)?)",
    re.I | re.M,
)


def place_in(text: str) -> str | None:
    """Return the address or room, None where the text names none or it is a link."""
    text = text[:_READ]
    if match := _LABELLED.search(text):
        place = " ".join(match["place"].split())[:200].strip(" .")
        if place and not re.match(
            r"(?:https?:|online|remote|virtual|video|microsoft teams|zoom|google meet|teams|tba|tbd)",
            place,
            re.I,
        ):
            return place
    if match := _STREET.search(text):
        return " ".join(match[0].split()).strip(" ,.")
    return None
