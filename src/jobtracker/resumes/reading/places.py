"""Whether a piece of text names a place."""

from __future__ import annotations

import re
from functools import lru_cache

from jobtracker.resumes.reading.vocabulary import COMPANY_MARKS

_COUNTRIES = {
    "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "germany": "DE",
    "deutschland": "DE", "allemagne": "DE", "germania": "DE", "france": "FR", "frankreich": "FR",
    "francia": "FR", "italy": "IT", "italien": "IT", "italie": "IT", "italia": "IT",
    "austria": "AT",
    "österreich": "AT", "autriche": "AT", "liechtenstein": "LI", "uk": "GB", "united kingdom": "GB",
    "england": "GB", "scotland": "GB", "ireland": "IE", "irland": "IE", "usa": "US",
    "united states": "US", "spain": "ES", "spanien": "ES", "espagne": "ES", "spagna": "ES",
    "portugal": "PT", "netherlands": "NL", "niederlande": "NL", "belgium": "BE", "belgien": "BE",
    "belgique": "BE", "luxembourg": "LU", "luxemburg": "LU", "poland": "PL", "polen": "PL",
    "czech republic": "CZ", "hungary": "HU", "ungarn": "HU", "türkiye": "TR", "turkey": "TR",
    "türkei": "TR", "india": "IN", "indien": "IN", "china": "CN", "japan": "JP", "canada": "CA",
    "kanada": "CA", "australia": "AU", "brazil": "BR", "greece": "GR", "griechenland": "GR",
    "sweden": "SE", "schweden": "SE", "norway": "NO", "denmark": "DK", "finland": "FI",
    "singapore": "SG", "ukraine": "UA", "serbia": "RS", "serbien": "RS", "croatia": "HR",
    "kroatien": "HR", "romania": "RO", "bulgaria": "BG", "kosovo": "XK", "albania": "AL",
}  # fmt: skip
_REMOTE = re.compile(r"\(?(?:remote|home ?office|télétravail|da remoto|hybrid)\)?", re.IGNORECASE)
_STATE = re.compile(
    r"[A-ZÀ-Ý][\w.’' "
    r"-]+?,\s*(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|"
    r"O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|ZH|BE|LU|BS|BL|AG|SG|GE|VD|TI|NE|FR|VS|GR|ZG|SO|TG|SH)"
    r"(?:\s+\d{4,5})?"
)


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of a country's name, or None."""
    name = text.strip().casefold()
    if name.upper() in _COUNTRIES.values():
        return name.upper()
    return _COUNTRIES.get(name)


@lru_cache(maxsize=4096)
def is_place(text: str) -> bool:
    """Tell whether the whole text is a place: a town, `Town, Country`, `Town, ST`, or remote."""
    clean = text.strip(" ,.()")
    if not clean or len(clean) > 50 or clean.islower():
        return False
    if _REMOTE.fullmatch(clean) or _STATE.fullmatch(clean):
        return True
    head, comma, tail = clean.rpartition(",")
    if comma and country_code(tail) and "," not in head and len(head.split()) <= 3:
        return not COMPANY_MARKS.search(head)
    if country_code(clean) and len(clean) > 2:
        return True
    from jobtracker.core.lexicon import places

    rest = clean
    for mention in places.find_places(clean):
        if mention.exact:
            rest = rest.replace(clean[mention.span[0] : mention.span[1]], " ", 1)
    return rest != clean and not re.search(r"\w{3,}", rest)
