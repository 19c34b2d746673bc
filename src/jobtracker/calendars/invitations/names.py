"""Who invites, and for what: found by the ways in which invitations say it."""

# ruff: noqa: E501 (patterns are read more easily unbroken)
from __future__ import annotations

import re
from collections.abc import Iterator

from jobtracker.calendars.invitations.signature import FORM, UP, WITH_FORM
from jobtracker.calendars.invitations.titles import TITLE_WORD, WORD, has_title

_READ = 8_000
"""Characters in which names are looked for: some patterns take time with the square of the length."""
_WORD = rf"(?:[{UP}0-9][\w&'’.+-]*|&|\+|de|du|des|la|le|der|die|und|and|of|von|di|et|e|della)"
_NAME = rf"[{UP}0-9][\w&'’.+-]*(?:[ ]{_WORD}){{0,5}}"
_KIND = (
    r"interviews?|vorstellungsgespräch\w*|bewerbungsgespräch\w*|jobinterview|gespräch|erstgespräch|zweitgespräch|kennenlerngespräch|telefoninterview|telefongespräch|videointerview|videogespräch|entretien\w*|colloqui\w*|convocazione|convocation|rendez-vous|termin\w*|schnuppertag|probetag|"
    r"phone|telephone|telefonisches?|téléphonique|telefonico|video|visio\w*|onsite|on-site|virtual|virtuelles?|online|teams|zoom|google meet|webex|technical|technisches?|technique|tecnico|final|first|second|third|1st|2nd|initial|erstes|zweites|drittes|premier|deuxième|primo|secondo|intro\w*|discovery|screening?|screen|call|chat|meeting|besprechung|einladung|invitation|invito|invite|updated|aktualisierte?r?|cancell?ed|abgesagt|annulé\w*|annullat\w|accepted|declined|tentative|confirmation|confirmed|bestätigung|conferma|job|hiring manager|manager|panel|round|runde|tour|next steps|nächste schritte|prochaines étapes|proposition|follow[- ]?up|re|fw|fwd|aw|wg|tr|i|your|ihre?|votre|vos|application|bewerbung|candidature|candidatura|with|mit|avec|con|d['’]embauche|di selezione|di lavoro|for|für|pour|per|zum|zur|zu|au|al|a|the|le|la|il|an?|and|und|et|e|to|invitation to|day|assessment|recruiting"
)
_CUE = re.compile(
    r"\b(?:interview|\w*gespräch|entretien|colloquio|screen(?:ing)?|call|chat|meeting|termin|kennenlernen|rendez-vous|position|role|rolle|stelle|opportunity|opening|vacancy|hiring|recruit\w*|team|poste|posizione|application|bewerbung|candidature|candidatura|interest)\b",
    re.I,
)
_AT = re.compile(
    rf"\b(?:with|at|bei(?: der| dem| den)?|mit(?: der| dem| den)?|chez|avec|auprès de|au sein de|presso|con|in der|from|in)\s+(?:us at\s+|the\s+|team (?:at|bei)\s+|la |le |l['’]|the )?({_NAME})"
)
_WE_AT = re.compile(
    rf"\b(?:(?:here|us|we|team|work|working|opportunities|career|join(?:ing)?|interest|interested) (?:at|in|with)|on behalf of|(?:application|apply|applying|applied) (?:to|at|with)|thank(?:s| you) for (?:your interest in|applying (?:to|at))|joining|wir bei(?: der| dem)?|arbeiten bei(?: der| dem)?|bewerbung bei(?: der| dem)?|interesse an (?:der|dem)|im namen (?:der|von)|chez|nous,? (?:chez|à)|au nom de|intérêt pour|a nome di|per conto di|interesse per|noi di)\s+(?:the |la |le |l['’]|der |die |our (?:client|friends at) )?(?P<name>(?-i:{_NAME}))",
    re.I,
)
_NOT_NAMES = re.compile(
    r"^(?:interview|video|phone|telefon|you|us|me|our|the|team|microsoft|microsoft teams|teams|zoom|google|google meet|meet|webex|skype|whereby|slack|linkedin|indeed|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|hr|online|invitation|ihnen|ihre|ihrer|uns|dir|sie|vous|votre|nous|lei|noi|sua|our team|round|first|second|final|technical|january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|raum|room|saal|salle|sala|herr|frau|mr|mrs|ms|madame|monsieur|signor\w*|dr|prof|person|ende|anfang|mitte|fact|case|advance|order|general|particular|addition|zusammenarbeit|office|ort|kürze|january)\b",
    re.I,
)
_INVITING = re.compile(
    rf"^(?:(?:we|wir|nous|noi)(?:,| von| von der| de| di)? )?({_NAME})\s+(?:would like to|is (?:pleased|delighted|excited|happy) to|invites|möchte sie|lädt (?:sie|dich)|freut sich|souhaite|vous (?:invite|convie)|a le plaisir|la invita|è lieta)\b",
    re.M,
)
_HOUSE = re.compile(
    rf"(?:\w*klinik|\w*spital|\w*praxis|\w*apotheke|\w*kanzlei|\w*bäckerei|\w*gärtnerei|\w*druckerei|\w*schule|\w*heim|\w*zentrum|\w*garage|\w*werkstatt|treuhand|hotel|hôtel|restaurant|gasthof|gasthaus|pension|kita|spitex|"
    rf"clinique|hôpital|pharmacie|fiduciaire|boulangerie|garage|école|crèche|cabinet|étude|atelier|librairie|clinica|ospedale|farmacia|fiduciaria|scuola|panetteria|officina|albergo|ristorante|asilo|studio|clinic|hospital|pharmacy|bakery|school|nursery)\s+[{UP}]",
    re.I,
)
"""A kind of house and a name behind it: an employer, also where the kind is a title's word."""
_HOUR = re.compile(r"\d[\d.:/]*(?:\s?(?:[ap]m|uhr|h|o'clock)\b|$|\s)", re.I)  # “at 3pm PT”
_AFTER_NAME = re.compile(
    r"\s+(?:for|on|am|um|im|le|il|to|and (?:we|I)|regarding|als|pour|per|Best|Kind|We|I|Wir|Nous|You|Your|The|This)\b"
)
_SENTENCE_END = re.compile(r"(?<=\w\w\w)[.!?]\s")
_PLATFORMS = {
    "gmail", "googlemail", "outlook", "hotmail", "live", "yahoo", "icloud", "me", "gmx", "bluewin", "proton",
    "protonmail", "web", "calendly", "greenhouse", "lever", "hire", "ashbyhq", "smartrecruiters", "personio", "workday",
    "myworkday", "myworkdayjobs", "google", "microsoft", "zoom", "teams", "cal", "goodtime", "recruitee", "teamtailor",
    "teamtailor-mail", "bamboohr", "workable", "workablemail", "jobvite", "icims", "successfactors", "linkedin", "indeed",
    "indeedemail", "xing", "doodle", "example", "hotjob", "refline", "umantis", "dualoo", "t-online", "aol", "mail", "sunrise",
    "webex", "whereby", "exchange", "office365", "hubspot", "mailchimp", "sendgrid",
}  # fmt: skip
_PIECES = re.compile(r"\s*[|–—/:@·•<>]+\s+|\s+[|–—/@·•<>-]+\s*|\s+-\s+|\s*:\s+|,\s+")


def company_in(subject: str, text: str) -> str | None:
    """Return the employer that subject or text names, None where they name none."""
    subject, text = subject[:300], text[:_READ]
    return _in_subject(subject) or next(filter(None, map(clean_name, _told(subject, text))), None)


def _told(subject: str, text: str) -> Iterator[str]:
    """Yield what may be the employer's name, the surest first."""
    for part in (subject, text):
        for match in WITH_FORM.finditer(part):
            yield match[1]
    for part in (subject, text):
        for match in _AT.finditer(part):
            begin = max(part.rfind("\n", 0, match.start()), match.start() - 110, 0)
            line = part[begin : match.start()]
            loose = match[0].lower().startswith("in ") and "interest" not in line.lower()
            loose = loose and not _HOUSE.match(match[1])
            if not loose and (_CUE.search(line) or has_title(line)):
                yield match[1]
        for match in _WE_AT.finditer(part):
            yield match["name"]
    if match := _INVITING.search(text):
        yield match[1]


def _pieces(subject: str) -> list[str]:
    """Split a subject at its separators; prefixes such as “Re:” and kinds of interview are left."""
    return [piece.strip(' ."“”«»') for piece in _PIECES.split(subject) if piece and piece.strip()]


def _in_subject(subject: str) -> str | None:
    """“Interview: Gärtner – Grünwerk GmbH”: the piece that is neither kind, role nor date."""
    if not re.search(rf"(?i)\b(?:{_SUBJECT_WORDS})", subject):
        return None
    pieces = _pieces(subject)
    for piece in pieces:
        if (match := WITH_FORM.search(piece)) and (name := clean_name(match[1])):
            return name
    for piece in pieces:
        if (match := _AT.search(piece)) and (name := clean_name(match[1])):
            return name
    if len(pieces) < 2:
        return None
    for piece in reversed(pieces):
        rest = _without_kind(piece)
        if (
            rest
            and rest == piece
            and re.fullmatch(_NAME, rest)
            and not has_title(rest)
            and not re.search(r"\d{1,2}[.:h]\d|\d{4}|(?i:[mwfhd]\s?/\s?[mwfhd])", rest)
            and (name := clean_name(rest))
        ):
            return name
    return None


_SUBJECT_WORDS = r"interview|\w*gespräch|einladung|entretien|colloquio|screening|screen\b|call\b|meeting|termin|convocation|convocazione|rendez-vous|onsite"


def clean_name(raw: str) -> str | None:
    """Return an employer's name without what hangs on to it; None where it is none."""
    name = _AFTER_NAME.split(_SENTENCE_END.split(raw)[0])[0].strip(" ,'’-–")
    name = name if re.search(r"\.\w\.$", name) else name.rstrip(".")
    name = re.sub(
        rf"^(?:(?!the\b|la\b|le\b|il\b)(?:{_KIND})[\s:–-]+)+(?=(?-i:[{UP}]))", "", name, flags=re.I
    )
    name = re.sub(
        r"(?:\s+(?:de|du|des|la|le|der|die|und|and|of|von|di|&|\+|et|e|della))+$", "", name
    )
    if match := WITH_FORM.match(name):
        name = match[1]  # “Acme Inc. We can …”: the name ends with its legal form
        # “Contabile presso Studio SA”: a title before it is not part of it.
        if split := re.search(rf"\s(?:at|bei|chez|presso|with)\s+([{UP}].*)$", name):
            name = split[1]
    if not 2 <= len(name) <= 80 or _HOUR.match(name) or _NOT_NAMES.match(name):
        return None
    if re.fullmatch(WORD, name, re.I) or re.fullmatch(FORM, name):
        return None
    if has_title(name) and not (WITH_FORM.match(name) or _HOUSE.match(name)):
        return None
    return name if re.search(r"[^\W\d]", name) else None


def company_of_address(address: str) -> str | None:
    """Return the employer behind a mail address, None for mail and recruiting platforms."""
    domain = address.rpartition("@")[2].lower().strip(">.")
    labels = domain.split(".")
    if len(labels) < 2:
        return None
    stem = (
        labels[-3] if len(labels) > 2 and labels[-2] in {"co", "com", "ac", "org"} else labels[-2]
    )
    if stem in _PLATFORMS or set(labels) & {
        "calendar",
        "google",
        "greenhouse",
        "lever",
        "personio",
    }:
        return None
    return stem.upper() if len(stem) <= 3 else " ".join(p.capitalize() for p in stem.split("-"))


# -- the position ----------------------------------------------------------------------------

_ROLE_AFTER = re.compile(
    r"(?:(?:for|about|regarding|to discuss|re) (?:the |our |your )?(?:application (?:for|as) (?:the |an? )?)?(?:open )?(?:position|role|job|post|vacancy|opening)(?: of| as|:)(?: an?| the)?|"
    r"(?:position|role|job title|job|stelle|funktion|poste|fonction|posizione|ruolo|mansione|profil|vacancy)\s?:|application (?:for|as|to)(?: the| an?)?(?: role of| position of| post of)?|"
    r"(?:the|our|your) (?:role|position|post|job) (?:of|as)(?: an?| the)?|hiring (?:for )?an?|looking for an?|interview(?:ing)? (?:for|as)(?: the| an?| our)?(?: role of| position of| post of)?|"
    r"(?:bewerbung|gespräch|vorstellungsgespräch|bewerbungsgespräch|stelle|position|funktion|rolle|job|schnuppertag|probetag|probearbeiten|schnuppern|unterlagen|dossier|tätigkeit|lehrstelle|anstellung)(?: um die stelle| für die (?:stelle|position|funktion|rolle))? (?:als|der|des)|für die (?:ausgeschriebene |offene )?(?:stelle|position|funktion|rolle)(?: als| der| des)?|"
    r"(?:pour|concernant|sur|parler) (?:le|la|votre|notre|du|de la|un) (?:poste|fonction|candidature(?: au poste)?)(?: de| d['’])?|(?:au|du|un|le) poste (?:de|d['’])|en tant que|(?:le|du|un|ce) (?:job|travail|emploi) (?:de|d[\'’])|(?:il|un|del|al) (?:lavoro|impiego|posto) (?:di|da|come)|entretien (?:pour|de) (?:le |un )?(?:poste|fonction) (?:de|d['’])|"
    r"(?:per|della|alla|la) (?:la|il )?(?:posizione|ruolo|posto|funzione|mansione)(?: di| da| come)?|ruolo di|posto di|candidatura (?:come|per (?:la posizione|il ruolo) di|a|quale)|in qualità di|quale)\s*[:\"“«„]?\s*(?P<role>[^\n\"“”»„.,;:()|?!–—]{3,80}(?:\((?!ref|id|nr|no)[^()\n]{1,24}\))?)",
    re.I,
)
_TITLE = rf"(?P<role>(?:(?!(?:the|our|an?|about|for|to|on|with|as|and|of|is|are|in|or|via|your|this)\s)[\w/&+#.’'-]+\s){{0,4}}{WORD}(?:\s+(?:{_WORD}|en|für|im|in|per|pour|d['’]\w+)(?:\s+[{UP}a-z][\w-]*)?(?=\s+(?:role|position|job|opening|vacancy|interview|stelle|post|opportunity)))?)"
_ROLE_THE = re.compile(
    rf"\b(?:the|our|your|die|our open|an?|about|for|re)\s+{_TITLE}\s+(?:position|role|job|opening|vacancy|interview|stelle|post|opportunity|opportunities)\b",
    re.I,
)
_ROLE_AS = re.compile(
    rf"\b(?:als|comme|come|as an?|as|stelle|du poste de|un poste de|wegen der stelle als)\s+(?P<role>(?:[\w/&+#.-]+\s){{0,2}}{WORD}(?:\s+(?:{WORD}|[{UP}][\w-]+|(?:en|für|im|in|per|di|de|du|des)\s+[\w’'-]+)){{0,3}})",
    re.I,
)
_ROLE_NAMED = re.compile(
    rf"\b(?:the|our|your) (?P<role>[{UP}][\w/&-]+(?: [{UP}][\w/&-]+){{0,3}}) (?:position|role|job|opening|vacancy|post)\b"
)
_IN_BRACKETS = re.compile(r"\(([^()\n]{3,60})\)|[“\"„«]([^“”\"«»\n]{3,60})[”\"“»]")
_ROLE_END = re.compile(
    r"\s+(?:at|with|bei|chez|presso|in our|in unserem|on|am|um|le|il|to|and|und|et|e|we|wir|nous|in (?:der|die|dem)|position|role|job|which|that|interview|zu|einladen|einzuladen|kennenzulernen|bedanken|ein|eingeladen|dans|will|would|is|ist|est|von|has|hat|à|alle|per|vorstellen|opening|vacancy|here|via|next|tomorrow|this|ha[bs]?t?|habe|hast|have|had|a (?:retenu|été|attiré|suscité|bien)|ont|avons|haben|wird|erhalten|bekommen|gesehen|geschickt|interessiert|retenu|prossim[oa]|prochaine?|nächste\w*|kommende\w*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|lundi|mardi|mercredi|jeudi|vendredi|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|about|regarding|ref|vorbei\w*|va|ça|ci|are|was|were|due|based|starting)\b.*$",
    re.I | re.S,
)
_WITH_WHOM = re.compile(
    r"\s+(?:at|with|bei(?: der| dem)?|mit(?: der| dem)?|chez|avec|presso|con)\s+|\s*\((?!\s*[mwfhdx]\s?[/|*])",
    re.I,
)
_GENERIC = re.compile(
    r"^(?:an? )?(?:interview|vacancy|position|role|job|stelle|poste|posizione|the|our|your|us|you|uns|vous|new|open|advertised|above|ausgeschriebene|kandidat\w*|candidat\w*|bewerber\w*|applicant|hiring manager|recruiter|team ?lead|manager|time|date|tim?e slot|a time|this|that|it|einladung|und|and|availability|chat|call|meeting|conversation)$",
    re.I,
)


def role_in(subject: str, text: str) -> str | None:
    """Return the position that the text names, None where it names none."""
    found = _roles(subject[:300], text[:_READ])
    return next((role for raw in found if (role := _role(raw))), None)


def _roles(subject: str, text: str) -> Iterator[str]:
    """Yield what may be the position, the surest first."""
    for part in (text, subject):
        for match in _ROLE_AFTER.finditer(part):
            role = _role(match["role"])
            if role and (has_title(role) or match[0].lstrip().lower().startswith(_SURE)):
                yield match["role"]
    for piece in _pieces(subject):
        rest = _without_kind(_WITH_WHOM.split(piece)[0])
        if TITLE_WORD.search(rest) and not WITH_FORM.search(rest):
            yield rest
    for pattern in (_ROLE_THE, _ROLE_AS, _ROLE_NAMED):
        for match in pattern.finditer(text):
            yield match["role"]
    inner = (m[1] or m[2] for m in _IN_BRACKETS.finditer(f"{subject}\n{text}"))
    yield from (i for i in inner if has_title(i) and not WITH_FORM.search(i) and i.count(" ") < 6)
    for match in _ROLE_AFTER.finditer(f"{text}\n{subject}"):
        yield match["role"]


_SURE = ("position", "role", "stelle", "funktion", "poste", "posizione", "ruolo", "job title", "fonction", "mansione")  # fmt: skip


def _without_kind(piece: str) -> str:
    """Drop the words for the kind of interview at both ends of a piece of a subject."""
    words = piece.split()
    edge = re.compile(rf"(?:{_KIND}|[^\w]+)[:,–-]?", re.I)
    while words and edge.fullmatch(words[0]):
        words.pop(0)
    tail = re.compile(
        r"(?:interview|vorstellungsgespräch|bewerbungsgespräch|gespräch|entretien|colloquio|call|chat|screening|screen|invitation|einladung|role|position|job|stelle)",
        re.I,
    )
    while words and tail.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)


def _role(raw: str) -> str | None:
    raw = re.split(r"[^\w\s/&+#.,'’()%*:|–-]", raw.strip())[0]
    role = _ROLE_END.sub("", raw.strip()).strip(" -–:,.'’\"")
    role = re.sub(r"^.*\b(?:for|as|of|about)\s+(?:the|our|an?)\s+", "", role, flags=re.I)
    role = re.sub(
        r"^(?:(?:(?:to )?(?:be|become|work as|join as)|an?|the|als|eine?[nrs]?|un[ea]?|de|d['’]|of|our|your|quale|come)\s+)+",
        "",
        role,
        flags=re.I,
    )
    if not 3 <= len(role) <= 80 or not re.search(r"[^\W\d]{3}", role) or _GENERIC.match(role):
        return None
    return role
