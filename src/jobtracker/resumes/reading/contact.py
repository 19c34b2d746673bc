# ruff: noqa: E501 - word lists and patterns read better unbroken
"""Who the person is: name, addresses, phone, profiles, permit, from the head of the résumé."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from jobtracker.resumes.model import Basics, Location, Profile
from jobtracker.resumes.reading.dates import find_dates, parse_point
from jobtracker.resumes.reading.document import Document, Line
from jobtracker.resumes.reading.headings import heading_section
from jobtracker.resumes.reading.names import is_name
from jobtracker.resumes.reading.places import country_code, is_place
from jobtracker.resumes.reading.sections import Section
from jobtracker.resumes.reading.sources import Sources
from jobtracker.resumes.reading.vocabulary import fold, title_score

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s|,;<>()]+|"
    r"\b(?:[\w-]+\.)+(?:com|ch|org|net|io|dev|me|de|fr|it|at|eu|info|app|xyz|tech|inc)\b(?:/[^\s|,;<>()]*)?"
)
_NETWORKS = {
    "linkedin": "LinkedIn", "github": "GitHub", "gitlab": "GitLab", "xing": "XING", "twitter": "Twitter",
    "x": "X", "stackoverflow": "Stack Overflow", "medium": "Medium", "behance": "Behance",
    "dribbble": "Dribbble", "facebook": "Facebook", "instagram": "Instagram", "youtube": "YouTube",
    "kaggle": "Kaggle", "orcid": "ORCID", "bitbucket": "Bitbucket", "mastodon": "Mastodon",
}  # fmt: skip
_POSTAL = re.compile(
    r"(?:\b(?:CH|D|DE|F|FR|I|IT|A|AT)\s?-\s?)?\b(\d{4,5})\s+([A-ZÀ-Ý][\w.’' -]{1,40}?)\s*(?=$|[\t,;|·•(/⋄◆–—])"
)
_CODE_ABROAD = (
    r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[\dW]\s[A-Z\d]{4}|\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|"
    r"\d{3}\s\d{2}|\d{4}-\d{3}|\d{6}|[A-Z]\d[A-Z]\s?\d[A-Z]\d"
)
_AMERICAN = re.compile(
    r"(?:^|,\s*)(?P<city>[A-Z][A-Za-z.' -]{2,30}),\s*(?P<state>[A-Z]{2})\s+(?P<code>\d{5})(?:-\d{4})?\b"
)
_POSTAL_ABROAD = re.compile(
    rf"(?:^|[\s,])(?:(?P<before>{_CODE_ABROAD})\s+(?P<city>[A-ZÀ-Ý][^\W\d]+(?:[ -][^\W\d]+)*)|"
    rf"(?P<town>[A-ZÀ-Ý][^\W\d]+(?:[ -][^\W\d]+)*),?\s+(?P<after>{_CODE_ABROAD}))\s*(?=$|[\t,;|·•(/⋄◆–—])"
)
"""Codes as in `M14 5TQ`, `H91 AX2K`, `1012 AB`, `00-950`, `110 00`, `1000-001`, `560001`, `K1A 0B1`."""
_STREET = re.compile(
    r"\b(?:[A-ZÀ-Ý][\w.’' -]*?(?:strasse|straße|str\.|weg|gasse|platz|allee|rain|matte?|halde|ring|hof|"
    r"steig|quai|acker|feld|rütistrasse)\s+\d+\s?[a-z]?\b|"
    r"(?:\d+[a-z]?,?\s+)?(?:rue|avenue|av\.|chemin|ch\.|route|rte|place|boulevard|bd|via|viale|piazza|"
    r"corso|impasse|quai|ruelle|salita|vicolo|strada)\s[^\t|,;•·]{2,40}|"
    r"\d+\s+[A-Z][\w.' ]+\s(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Drive|Boulevard|Way|Square))",
    re.IGNORECASE,
)
_CANTON = re.compile(
    r"(\D{3,}?)\s+\(?(AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)\)?"
)
"""A town with its canton, as in `Wohlen AG`."""
_PERMIT = re.compile(
    r"\b(?:(?:work|residence|swiss)\s+)?(?:permit|bewilligung|ausweis|aufenthaltsbewilligung|"
    r"niederlassungsbewilligung|arbeitsbewilligung|permis(?:\s+de\s+(?:travail|séjour))?|autorisation|"
    r"permesso(?:\s+di\s+(?:lavoro|soggiorno|dimora|domicilio))?)\s*:?\s*(?:typ\s+)?\(?([BCFGLNS])\)?(?![\w-])|"
    r"\b([BCGL])[- ](?:permit|bewilligung|ausweis)\b",
    re.IGNORECASE,
)
_NATIONALITY = re.compile(
    r"(?:nationality|nationalität|staatsangehörigkeit|staatsbürgerschaft|heimatort|nationalité|nazionalità|"
    r"cittadinanza|citizenship)\s*[:\t ]\s*([A-ZÀ-Ý][\w/ -]{2,30})",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?:date of birth|born(?:\s+on)?|geburtsdatum|geboren(?:\s+am)?|geb\.|né[e]?\s+le|date de naissance|"
    r"nato il|nata il|data di nascita|birth date)\s*:?[\s\t]*([\d./-]{8,10}|\d{1,2}\.?\s+\w+\.?\s+\d{4})",
    re.IGNORECASE,
)
_OCCUPATION = re.compile(
    r"(?:beruf|berufsbezeichnung|profession|professione|occupation|job title|métier|qualifica)"
    r"\s*[:\t]\s*",
    re.IGNORECASE,
)
_FIELD_NAME = re.compile(
    r"(?:adresse|address|indirizzo|anschrift|wohnort|telefon\w*|phone|tel|mobile?|natel|telefono|"
    r"téléphone|e-?mail\w*|mail|courriel|name|vorname|nachname|nom|prénom|nome|cognome|profession|"
    r"geburts\w+|geboren|nationalit\w+|zivilstand|état civil|stato civile|marital status|website|"
    r"date of birth|date de naissance|data di nascita|permis|bewilligung|linkedin|github)\W*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:bewerbung|application for|applying for|candidature|postulation|candidatura)\b",
    re.IGNORECASE,
)
"""What is applied for is not what the person is."""
_LABEL = re.compile(r"^[A-Za-zÀ-ÿ -]{3,22}\s?:\s*")


def read_basics(document: Document, sections: list[Section], sources: Sources) -> Basics:
    """Return the basics; `document.links` fills what is only behind a link."""
    lines = [line for s in sections if s.kind in {"head", "contact"} for line in s.lines]
    head = next((s.lines for s in sections if s.kind == "head" and s.lines), lines)
    basics = Basics()
    _name_and_label(basics, head, lines, sources)
    if basics.label and not title_score(basics.label) and _is_headline(basics.label, document):
        basics.label = None
        sources.found = [item for item in sources.found if item.path != "/basics/label"]
    everything = document.lines
    _reachable(basics, lines, everything, sources)
    _address(basics, lines or everything[:12], sources)
    _profiles(basics, lines, document.links, sources)
    _personal(basics, everything, sources)
    return basics


def _is_headline(label: str, document: Document) -> bool:
    """Tell a section's heading that no list knows: it looks like the known ones."""
    styles = {
        (line.size, line.bold)
        for line in document.lines
        if line.size and heading_section(line.plain.rstrip(" :")) not in {None, "title"}
    }
    return any((line.size, line.bold) in styles for line in document.lines if line.plain == label)


def _reachable(basics: Basics, lines: list[Line], everything: list[Line], sources: Sources) -> None:
    for line in [*lines, *everything]:
        if basics.email is None and (match := _EMAIL.search(line.text)):
            basics.email = match[0].strip(".")
            sources.add("/basics/email", line, match[0], 0.98)
    head = lines or everything[:15]
    home = _countries(head)
    for line in head:
        if basics.phone is None and (phone := _phone(line.text, home)):
            basics.phone = phone
            sources.add("/basics/phone", line, line.plain, 0.95)


def _countries(lines: list[Line]) -> tuple[str, ...]:
    """Return the countries that the lines name, first the one named first."""
    pieces = [part for line in lines for part in re.split(r"[\t|·•,;()]", line.text)]
    codes = [country_code(part) for part in pieces if len(part.strip()) > 1]
    return tuple(dict.fromkeys(code for code in codes if code))


def _phone(text: str, home: tuple[str, ...] = ()) -> str | None:
    """Return the first phone number as international as it can be told.

    `home`: countries that the résumé names, tried before the neighbours.
    """
    if sum(character.isdigit() for character in text) < 7:
        return None
    import phonenumbers

    clean = re.sub(r"\(0\)", "", text.replace("\t", " ; "))
    if match := re.search(r"\(\d{3}\)\s?\d{3}[- ]\d{4}", clean):
        return match[0]
    for region in dict.fromkeys((None, *home, "CH", "DE", "FR", "AT", "GB")):
        for match in phonenumbers.PhoneNumberMatcher(clean, region):
            raw = match.raw_string
            if parse_point(raw) or find_dates(raw) or (region and not raw.startswith("0")):
                continue
            form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
            return phonenumbers.format_number(match.number, form)
    match = re.search(r"(?:\+|\(\d|\b\d)[\d ()./-]{7,18}\d", clean)
    if match and not find_dates(match[0]) and sum(map(str.isdigit, match[0])) >= 9:
        return match[0].strip()
    return None


_PART = re.compile(r"\t|\s+[|·•⋄◆▪]\s+")
_Piece = tuple[Line, str]


def _name_and_label(basics: Basics, head: list[Line], lines: list[Line], sources: Sources) -> None:
    pool = head or lines
    pieces = [(line, part.strip()) for line in pool[:12] for part in _PART.split(line.text) if part]
    found = _name(pieces)
    if found is not None:
        line, part = pieces[found]
        basics.name = _tidy_name(part)
        confidence = 0.95 if line.size > 12 or line.heading == 1 else 0.8
        sources.add("/basics/name", line, part, confidence)
    elif (
        match := _name_of_two_lines(pool)
        or _named_in_parts(lines)
        or next((m for line in lines if (m := _named(line.text))), None)
    ):
        basics.name = match
    label = _label(pieces, -1 if found is None else found)
    if label is not None:
        line, part = pieces[label]
        basics.label = _LABEL.sub("", part).strip(" |·•–-")
        sources.add("/basics/label", line, part, 0.85 if title_score(part) else 0.6)


def _name(pieces: list[_Piece]) -> int | None:
    """Return which piece is the name: the largest that may be one, else a large one of any words."""
    names = [i for i, (_, part) in enumerate(pieces) if is_name(part)]
    if names:
        biggest = max(pieces[i][0].size for i in names)
        return next(i for i in names if pieces[i][0].size >= biggest - 0.2)
    if not pieces:
        return None
    best = max(range(min(3, len(pieces))), key=lambda i: pieces[i][0].size)
    return best if is_name(pieces[best][1], with_title=True) else None


def _label(pieces: list[_Piece], name: int) -> int | None:
    """Return which piece says what the person is: a title near the name, else what follows it."""
    own = fold(pieces[name][1]) if name >= 0 else ""
    for index, (line, part) in enumerate(pieces):
        if _OCCUPATION.match(line.text) and not _OCCUPATION.fullmatch(part + "\t"):
            return index
    order = [*range(name + 1, len(pieces)), *range(max(0, name))]
    for index in order:
        text = _LABEL.sub("", pieces[index][1])
        usable = 4 < len(text) < 90 and fold(text) != own and not _EMAIL.search(text)
        usable = usable and not _ASKED.match(text)
        if usable and title_score(text) > 0:
            return index
    for index in (i for i in order if i > name >= 0):
        text = pieces[index][1]
        if fold(text) == own or _is_contact(text):
            continue
        return index if _may_be_label(text) else None
    return None


def _is_contact(text: str) -> bool:
    return bool(_EMAIL.search(text) or _URL.search(text) or _STREET.search(text) or _phone(text))


def _may_be_label(text: str) -> bool:
    """Tell whether a text under the name can be a trade that no list of ours knows."""
    if _FIELD_NAME.fullmatch(text):
        return False
    if _ASKED.match(text):
        return False
    if not 4 < len(text) < 60 or re.search(r"[\d@:]|\.$|www|linkedin", text, re.IGNORECASE):
        return False
    return not (is_place(text) or heading_section(text) or _STREET.search(text))


def _named(text: str) -> str | None:
    match = re.match(
        r"(?:name|vorname und name|nom|nome|nom et prénom|nome e cognome)\s*[:\t]\s*(.+)",
        text,
        re.I,
    )
    return match[1].strip() if match and is_name(match[1].strip()) else None


def _name_of_two_lines(head: list[Line]) -> str | None:
    """Return a name whose first and last name stand in large letters one above the other."""
    large = max((line.size for line in head[:8]), default=0.0)
    tops = [line for line in head[:8] if line.size >= large - 0.2]
    if large < 13 or len(tops) != 2 or any(len(line.plain.split()) > 2 for line in tops):
        return None
    name = " ".join(line.plain.strip() for line in tops)
    return _tidy_name(name) if is_name(name) else None


_FIRST = r"prénoms?|vornamen?|nome|first name|given names?|forename"
_LAST = r"nom|nachname|familienname|cognome|surname|last name|family name|nom de famille"


def _named_in_parts(lines: list[Line]) -> str | None:
    """Return the name where first and last name stand in fields of their own."""
    found: dict[str, str] = {}
    for line in lines:
        for field, words in (("first", _FIRST), ("last", _LAST)):
            match = re.fullmatch(
                rf"(?:{words})\s*(?::\s*|\t)([^\t:]{{2,40}})", line.text.strip(), re.I
            )
            if match and field not in found:
                found[field] = match[1].strip()
    if len(found) < 2:
        return None
    name = f"{found['first']} {found['last']}"
    return name if is_name(name) else None


def _tidy_name(text: str) -> str:
    text = re.split(r"\s*[,|·–]\s*|\s+-\s+", text)[0].strip()
    return text.title() if text.isupper() else text


def _address(basics: Basics, lines: list[Line], sources: Sources) -> None:
    location = Location()
    for line in lines[:25]:
        for part in re.split(r"\t|\s+[|·•⋄◆/–—▪]\s+", line.text):
            text = _LABEL.sub("", part.strip())
            _read_address(location, text)
        if location.city:
            sources.add("/basics/location", line, line.plain, 0.85)
            break
    if location.city or location.address:
        if basics.phone and basics.phone.startswith("+41") and not location.countryCode:
            location.countryCode = "CH"
        basics.location = location


def _read_address(location: Location, text: str) -> None:
    if street := _STREET.search(text):
        location.address = location.address or street[0].strip(" ,")
    if american := _AMERICAN.search(text):
        location.city, location.region = american["city"].strip(), american["state"]
        location.postalCode, location.countryCode = american["code"], "US"
        return
    foreign = _POSTAL_ABROAD.search(text)
    if foreign and not (foreign["town"] and foreign["town"] in (location.address or "")):
        location.postalCode = foreign["before"] or foreign["after"]
        location.city = (foreign["city"] or foreign["town"]).strip()
        location.countryCode = country_code(text[foreign.end() :].strip(" ,()"))
        return
    if postal := _POSTAL.search(text):
        location.postalCode, location.city = postal[1], postal[2].strip()
        location.countryCode = country_code(text[postal.end() :].strip(" ,()"))
        if not location.countryCode and len(postal[1]) == 4 and re.search(r"\bCH-", text):
            location.countryCode = "CH"
        return
    for piece in re.split(r"\s*[|·•]\s*", text):
        match = re.fullmatch(r"([A-ZÀ-Ý][\w.’' -]+?),\s*([A-Z]{2})(?:\s+(\d{5}))?", piece.strip())
        if match and not location.city:
            location.city, location.region, location.postalCode = match[1], match[2], match[3]
        elif not location.city and len(piece) < 50 and is_place(piece):
            city, _, country = piece.partition(",")
            town = _CANTON.fullmatch(city.strip())
            location.city = town[1] if town else city.strip()
            location.region = town[2] if town else None
            location.countryCode = country_code(country.strip())


def _profiles(basics: Basics, lines: list[Line], links: list[str], sources: Sources) -> None:
    found: dict[str, Profile] = {}
    for line in lines:
        text = _EMAIL.sub(" ", line.text)
        for match in _URL.finditer(text):
            url = match[0].rstrip(".,;")
            if profile := _profile(url):
                found.setdefault(profile.network or "", profile)
            elif basics.url is None and not is_place(url):
                basics.url = url if "://" in url else f"https://{url}"
                sources.add("/basics/url", line, url, 0.8)
    for link in links:
        if profile := _profile(link):
            found.setdefault(profile.network or "", profile)
        elif basics.email is None and link.startswith("mailto:"):
            basics.email = link[7:].partition("?")[0]
    basics.profiles = list(found.values())


def _profile(url: str) -> Profile | None:
    full = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(full)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.").split(".")
    network = next((_NETWORKS[label] for label in host[:-1] if label in _NETWORKS), None)
    if network is None or (network == "X" and len(host) != 2):
        return None
    user = [
        piece
        for piece in parts.path.split("/")
        if piece and piece not in {"in", "profile", "users"}
    ]
    if not user:
        return None
    return Profile(network=network, username=user[0].lstrip("@"), url=full)


def _personal(basics: Basics, lines: list[Line], sources: Sources) -> None:
    for line in lines:
        if basics.workPermit is None and (match := _PERMIT.search(line.plain)):
            basics.workPermit = (match[1] or match[2]).upper()
            sources.add("/basics/workPermit", line, match[0], 0.9)
        if basics.nationality is None and (match := _NATIONALITY.search(line.text)):
            basics.nationality = match[1].strip()
        if basics.birthDate is None and (match := _BIRTH.search(line.text)):
            basics.birthDate = parse_point(match[1])
