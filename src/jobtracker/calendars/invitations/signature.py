"""Who signs a message, and for which employer."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re

from jobtracker.calendars.invitations.titles import has_title

UP = r"A-ZÄÖÜÉÈÀÂÇÎÔÅØ"
FORM = r"(?:AG|GmbH|SA|Sàrl|S\.?à\.?r\.?l\.?|Sagl|SAS|SASU|SARL|S\.?p\.?A\.?|S\.?r\.?l\.?s?|Ltd\.?|Limited|LLP|Corp\.?|Corporation|Company|Inc\.?|LLC|PLC|plc|OHG|KGaA|KG|SE|UG|mbB|mbH|e\.V\.|eG|Group|Groupe|Gruppe|Holding|Stiftung|Fondation|Fondazione|Foundation|Trust|Genossenschaft|Verein|B\.?V\.?|N\.?V\.?|AB|AS|ASA|Oy|ApS|A/S|Pty|Partners|Associates|& Associati|& Co\.?)"
WITH_FORM = re.compile(
    rf"(?<![\w@.])((?:[{UP}0-9][\w&'’.+-]*[ ](?:(?:&|\+|und|and|et|e|du|de|des|della|di|von|der)[ ]){{0,2}}){{0,4}}[{UP}0-9][\w&'’.+-]*,?[ ]{FORM})(?![\w-])"
)
_ORG_WORD = re.compile(
    r"(?i)\b(?:\w+(?:genossenschaft|gesellschaft|verband|verein|stiftung|werkstatt|schule|spital|klinik|garten|betriebe?)|praxis|papeterie|apotheke|bäckerei|metzgerei|kanzlei|cabinet|pharmacie|boulangerie|garage|atelier|agence|crèche|kita|fondation|cooperativa|fondazione|farmacia|panificio|officina|spital|klinik\w*|schule|schul\w+|primarschule|gymnasium|universität|hochschule|institut\w*|stadtwerke|stadt|gemeinde|kanton|verband|amt|bank|hotel|restaurant|zentrum|\w+zentrum|heim|\w+heim|spitex|hospital|clinic|university|college|school|institute|council|bank|church|museum|library|hôpital|clinique|école|université|ville de|commune de|canton de|centre|banque|association|ospedale|clinica|scuola|università|comune di|istituto|banca|albergo|ristorante|associazione|studio|labs?|software|solutions|systems|studios?|services|partners|consulting|technologies|logistics?|groupe?)\b"
)
_NO_ORG = re.compile(
    r"(?i)^(?:the\s+)?(?:hr|human resources|people(?: team| operations)?|recruit\w*(?: team)?|talent acquisition(?: team)?|hiring team|personal\w*(?:abteilung|dienst|wesen|büro)?|personalabteilung|ressources humaines|service du personnel|risorse umane|ufficio risorse umane|ufficio personale|sent from .*|gesendet von .*|envoyé de .*|inviato da .*|tel\b.*|t\s*[:+].*|phone.*|mobile?.*|e-?mail.*|www\..*|https?:.*|i\.\s?a\.|i\.\s?v\.|ppa\.?)$"
)
_TITLE_LINE = re.compile(
    r"(?i)\b(?:hr|human resources|people|talent|recruit\w*|acquisition|personal\w*|ressources humaines|recrutement|risorse umane|ufficio|selezione|bereich|abteilung|team|department|service|direktion|direction|geschäft\w*|ceo|cto|cfo|coo|founder|gründer\w*|inhaber\w*|owner|schulleit\w+|pflegedienst\w*|m\.?sc|b\.?sc|phd|mba)\b"
)
_CLOSING_WORDS = (
    r"(?:(?:recevez|veuillez (?:agréer|recevoir)|agréez|je vous prie|nous vous prions)[^\n]{0,120}(?:salutations|sentiments)[^\n]{0,40}|herzlich(?:st)?|in vorfreude|porgiamo [^\n]{0,40}saluti|(?:kind|best|warm|many|with (?:kind|best|warm))(?:est)? (?:regards|wishes|thanks)|(?:all the )?best(?: wishes)?|regards|(?:yours |very )*(?:sincerely|faithfully|truly)(?: yours)?|cheers|many thanks|thanks(?: again| so much| a lot)?|thank you|talk soon|see you(?: soon| then)?|"
    r"(?:mit )?(?:freundliche[nmr]?|beste[nmr]?|herzliche[nmr]?|liebe[nmr]?|viele[nmr]?|sonnige[nmr]?)? ?(?:grü(?:ss|ß)en?|gru(?:ss|ß))(?: aus \w+)?|hochachtungsvoll|bis (?:bald|dann|dahin)|lg|vg|mfg|"
    r"(?:bien |très )?(?:cordialement|sincèrement|amicalement)|(?:avec (?:nos|mes) |(?:nos|mes) )?(?:meilleures|sincères|cordiales)? ?salutations(?: distinguées| cordiales)?|bien à vous|à (?:bientôt|très bientôt|demain|lundi)|bonne (?:journée|soirée|fin de journée)|"
    r"(?:un )?(?:cordiali?|distinti|cari|cordiale|caro|migliori|porgo distinti) salut[io]|a presto|buona (?:giornata|serata)|in attesa di (?:un suo )?riscontro|belle (?:journée|soirée)|bella giornata|(?:tante )?grazie(?: mille)?|merci(?: d[\'’]avance| beaucoup)?|(?:vielen |besten |herzlichen )?dank(?: im voraus)?|danke|(?:very|all) best|à (?:plus|tout)|bis dahin|see you (?:there|soon))"
)
_CLOSING = re.compile(rf"^\s*[-–—]?\s*{_CLOSING_WORDS}\s*[,!.]?\s*$", re.I | re.M)
_INLINE = re.compile(
    rf"(?:^|[.!?)\]]\s+|\n\s*|\b(?:e|und|et|and)\s+){_CLOSING_WORDS}\s*[,!.:–-]?\s+(?P<rest>(?-i:[{UP}])[^\n.!?]{{1,80}})\s*$",
    re.I,
)
_NAME_PART = rf"(?:[{UP}][\w'’-]+|[{UP}]\.)"
_LINK_PART = r"(?:von|van|de|di|der|den|da|la|le|dos|del|della|el|al|bin|zu|y)"
_HONORIFIC = (
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau|M|Mme|Dott|Dott\.ssa|Ing|Sig|Sig\.ra|Dipl)\.?|"
    r"(?:med|jur|phil|rer|nat)\.|i\.\s?A\.|i\.\s?V\.|ppa\.?)"
)
PERSON = re.compile(
    rf"^(?P<prefix>(?:{_HONORIFIC}\s+)*)(?P<name>{_NAME_PART}(?:\s+(?:{_LINK_PART}|{_NAME_PART})){{1,3}})$"
)
_FIRST_NAME = re.compile(rf"^[{UP}][a-zäöüéèàâçîôåø'’-]{{1,20}}$")
_SEPARATOR = re.compile(r"\s+(?:at|bei|@|chez|presso|\||–|—|-|·|\()\s*|\s*[,|(]\s*|\s+\|\s+")
_PROXY = re.compile(r"^(?:i\.\s?A\.|i\.\s?V\.|ppa\.?)\s*", re.I)


def read_signature(text: str) -> tuple[str | None, str | None]:
    """Return the person and the employer that the end of the text names; None for what it does not.

    The block behind the last closing (“Kind regards”) is read line by line: person, job title,
    employer. Without such a closing the last line alone may be a signature.
    """
    closings = list(_CLOSING.finditer(text))
    if closings:
        lines = _lines(text[closings[-1].end() :])
        if lines:
            return _block(lines)
    tail = text.rstrip()
    if match := _INLINE.search(tail[-300:]):
        return _one_line(match["rest"])
    last = _lines(tail)[-1:] or [""]
    stripped = last[0].lstrip("–—- ")
    if len(stripped) <= 60 and (last[0] != stripped or _SEPARATOR.search(stripped)):
        return _one_line(stripped, strict=True)
    paragraph = _lines(re.split(r"\n\s*\n", tail)[-1])
    if len(paragraph) <= 5 and paragraph != _lines(tail) and _person(paragraph[0]):
        return _block(paragraph)
    if len(_lines(tail)) > 1 and len(stripped) < 60:
        return None, _org(stripped, sure=True)
    return None, None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n") if line.strip()][:200]


def _person(line: str) -> str | None:
    clean = line.strip(" ,.;–—-()*_")
    match = PERSON.match(clean)
    if not match or WITH_FORM.search(clean) or _ORG_WORD.search(clean) or _NO_ORG.match(clean):
        return None
    return _PROXY.sub("", clean)


def _block(lines: list[str]) -> tuple[str | None, str | None]:
    person: str | None = None
    org: str | None = None
    for number, line in enumerate(lines[:7]):
        if re.match(r"[-_=*]{3,}|>|--", line):
            break
        parts = [p.strip(" )") for p in _SEPARATOR.split(line) if p.strip(" )")]
        if person is None and number < 3 and parts and (who := _person(parts[0])):
            person = who
            org = org or next((o for p in parts[1:] if (o := _org(p, sure=False))), None)
            continue
        if person is None and number == 0 and _FIRST_NAME.match(parts[0] if parts else ""):
            person = parts[0]
            org = org or next((o for p in parts[1:] if (o := _org(p, sure=False))), None)
            continue
        if org is None:
            org = _org_line(parts, alone=len(parts) == 1, after_person=person is not None)
    return person, org


def _org_line(parts: list[str], *, alone: bool, after_person: bool) -> str | None:
    for part in parts:
        if match := WITH_FORM.fullmatch(part) or WITH_FORM.match(part):
            return match[1]
    if alone:
        return _org(parts[0], sure=not after_person) if parts else None
    if _is_title(parts[0]):
        return next((o for p in parts[1:] if (o := _org(p, sure=False))), None)
    return None


def _is_title(part: str) -> bool:
    return has_title(part) or _TITLE_LINE.search(part) is not None


def _org(part: str, *, sure: bool) -> str | None:
    """Return the part as an employer's name; with `sure` only where a word of it says so."""
    part = part.strip(" ,.;()–—")
    if match := WITH_FORM.match(part):
        return match[1]
    if (
        not 2 <= len(part) <= 60
        or not re.match(rf"[{UP}0-9]", part)
        or re.search(r"\d{2}|@|https?:|www\.|[:;?!]", part)
        or len(part.split()) > 6
        or _NO_ORG.match(part)
    ):
        return None
    if _ORG_WORD.search(part) and not has_title(part):
        return part
    if sure or _is_title(part):
        return None
    return part


def _one_line(line: str, *, strict: bool = False) -> tuple[str | None, str | None]:
    """Read “Ravi Menon, Tidelock” or “Chiara (Nuvola Srl)”; `strict` wants both or a full name."""
    parts = [p.strip(" ).") for p in _SEPARATOR.split(line.strip()) if p.strip(" ).")]
    if not parts or len(parts) > 4:
        return None, None
    person = _person(parts[0])
    if person is None and _FIRST_NAME.match(parts[0]):
        person = parts[0]
    if person is None:
        return None, None
    org = next((o for p in parts[1:] if (o := _org(p, sure=False)) and not _person_like(p)), None)
    if strict and len(parts) == 1:
        return None, None
    return person, org


def _person_like(part: str) -> bool:
    return bool(re.match(r"(?i)(?:tel|mobile|hr|ceo|cto)\b", part))
