"""A posting that was pasted as plain text: its title, employer, place, last day and contact.

What the text does not say stays unknown. Labels (“Arbeitsort: …”) are trusted before the headline,
the headline before the sentence that looks for somebody.
"""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re
from datetime import datetime

from jobtracker.core.errors import BadInput
from jobtracker.core.lexicon import places as lexicon
from jobtracker.jobs.model import RawPosting
from jobtracker.jobs.pasted_dates import last_day, posted_on
from jobtracker.jobs.roles import find_role
from jobtracker.jobs.sources.port import place, places
from jobtracker.jobs.text import terms

MOST_TEXT = 200_000
MOST_TITLE = 110
"""A first line of more characters is running text."""
HEAD_CHARS = 1500
"""Employer and place stand in the first part of an advert; later ones are branches and partners."""

_LABELS = {
    "company": r"company|employer|firma|unternehmen|arbeitgeber(?:in)?|entreprise|employeur|société|azienda|datore(?: di lavoro)?|ditta",
    "location": r"location|place(?: of work)?|ort|arbeitsort|einsatzort|dienstort|standort|lieu(?: de travail)?|luogo(?: di lavoro)?|sede(?: di lavoro)?|workplace|city",
    "title": r"title|position|job title|job|role|stelle|stellenbezeichnung|funktion|poste|fonction|intitulé|ruolo|posizione|funzione|titel|titre|titolo",
    "url": r"url|link|apply",
    "salary": r"salary|lohn|gehalt|jahreslohn|monatslohn|salaire|rémunération|stipendio|retribuzione|salario|pay|compensation|lohnband",
    "workload": r"pensum|arbeitspensum|workload|taux(?: d['’](?:activité|occupation))?|grado(?: di occupazione)?|percentuale|beschäftigungsgrad|anstellung",
    "deadline": r"deadline|apply by|closing date|bewerbungsfrist|bewerbungsschluss|anmeldefrist|eingabefrist|délai(?: de (?:postulation|candidature))?|date limite|termine|scadenza|termine di candidatura",
    "contact": r"contact|kontakt|ansprechpartner(?:in)?|ansprechperson|auskunft|contatto|personne de contact|referente|recruiter",
}
_LABEL_PATTERNS = {
    field: re.compile(rf"^(?:{names})\s*(?:\([^)]{{0,30}}\)\s*)?[:：]\s*(\S.{{0,160}})$", re.I)
    for field, names in _LABELS.items()
}
_SPLIT_HEAD = re.compile(r"\s+[|·•]\s+|\s+[–—-]\s+(?!\d{1,3}\s*%)|(?<!\d)(?<!%)\s+[–—-]\s+")
"""Not within “80 – 100 %”."""
_HEAD_ENDS = re.compile(
    r"(?<!\bSt)(?<!\b[Kk]at)(?<!\b[Cc]at)(?<!\b[Dd]ipl)(?<!\b[Ee]idg)(?<!\b[Ii]nkl)(?<!\bDr)(?<!\bRef)(?<!\bMax)(?<!\bFachr)(?<!\b[Ss]tv)(?<!\b[Tt]el)(?<=[a-zà-ÿ)%])[.!?]\s"
)
_AT = re.compile(
    r"^(?P<title>.{3,120}?)\s+(?:at|@|bei(?: der| dem)?|beim|chez|auprès de|presso|da)\s+"
    r"(?P<company>[^,|(]{2,80})(?P<rest>.*)$",
    re.I,
)
_SEEKS = re.compile(
    r"\b(?:"
    r"(?:we(?: are|['’]re)|is|are)(?: currently| now)? (?:looking for|seeking|hiring|recruiting|searching for)|"
    r"we (?:seek|need|want)|looking for|hiring|seeks|needs(?= an? )|"
    r"(?:wir )?(?:suchen|sucht)(?: wir)?|gesucht(?: wird)?\s*:?|zur verstärkung|stellen wir|"
    r"(?:nous )?(?:recherchons|cherchons|recrutons|engageons)|recherche|cherche|recrute|engage|"
    r"(?:stiamo )?(?:cerchiamo|ricerchiamo|cercando|assumiamo)|cerca|ricerca|cercasi|assume)\b",
    re.I,
)
_BETWEEN = re.compile(
    r"^(?:[\s,:]+|per sofort|ab sofort|sofort|nach vereinbarung|oder|ab (?:dem )?[\d.]+(?:\s*\w+)?(?:\s*20\d\d)?|"
    r"per [\d.]+(?:\s*\w+)?(?:\s*20\d\d)?|zur (?:verstärkung|ergänzung|unterstützung) (?:unseres|des|unserer)[\w\s-]{0,50}?teams?(?: in [A-ZÄÖÜ]\w+)?|"
    r"für (?:unser(?:e|en)?|die|das|den) [^,.;:]{3,60}?(?=\s(?:eine?n?\b|per\b|ab\b|nach\b|[A-ZÄÖÜ]\w+(?:in)?\s*\())|"
    r"in [A-ZÄÖÜÉ][\w.-]+(?= eine?n?\b)|"
    r"dich(?: als)?|sie als|als|engagierte[nr]?|motivierte[nr]?|zuverlässige[nr]?|erfahrene[nr]?|qualifizierte[nr]?|flexible[nr]?|"
    r"pour (?:une )?entrée(?: en fonction)? (?:immédiate|de suite)|de suite|tout de suite|dès (?:que possible|maintenant)|"
    r"pour (?:notre|nos|le|la|les) [^,.;:]{3,60}?(?=\sune?\b)|subito|da subito|"
    r"per (?:il|la|lo|le|i|gli|l['’]|la nostra|il nostro|nostra|nostro) [^,.;:]{3,60}?(?=\sun(?:a|o|['’])?\b)|"
    r"eine?(?:\(n\)|/-?(?:n|e|en|r)|n)?(?=\s)|une?(?:\(e\)|/une)?(?=\s)|un['’]|una\b|uno\b|an?\b|the\b|our next|new|another|experienced|motivated|talented)\s*",
    re.I,
)
_TITLE_ENDS = re.compile(
    r"\s*(?:[.;!?\n]|,|:(?=\s)|\s[–—-]\s|(?<![/:*_(])\b(?:to join|to (?:help|support|lead|work|build|drive|manage|take|be)|who|that|which|with|for (?:our|the|a|an|their)|in (?=[A-ZÄÖÜÉ])|at (?=[A-Z])|based|starting|"
    r"für|in unser\w*|im (?=[A-ZÄÖÜ])|bei|mit|ab|per|zur|zum|der|die das|welche[rs]?|am standort|"
    r"pour|chez|à (?=[A-ZÉ])|au (?=[A-Z])|avec|afin|basée?|dès|qui|"
    r"presso|per|a (?=[A-ZÈ])|con|che|da (?=[A-Z]|subito)|nel|nella|di sede)\b)",
)
_PENSUM = re.compile(r"\d{1,3}\s*%?\s*(?:[-–—]|bis|à|a)\s*\d{1,3}\s*%|\d{1,3}\s*%")
_PENSUM_END = re.compile(
    rf"\s*[,(–-]?\s*(?:\b(?:zu|à|al|at|pensum|taux)\s+)?(?:{_PENSUM.pattern})\s*\)?\s*$", re.I
)
_NAME = r"(?:(?:St|Dr|Prof)\.|(?!(?:19|20)\d\d\b)[A-ZÄÖÜÉÈÀ0-9][\w&'’+-]*)"
_COMPANY = re.compile(
    rf"((?:{_NAME}[ \t]+(?:(?:und|&|et|e|of|de|der|des|du|di)[ \t]+)?){{1,5}}"
    r"(?:AG|GmbH|SA|S\.A\.|Sàrl|SARL|S\.à r\.l\.|Srl|SRL|S\.r\.l\.|SAGL|Sagl|SpA|S\.p\.A\.|Ltd\.?|Limited|Inc\.?|LLC|PLC|SE|KG|Genossenschaft|Stiftung))(?![\w])"
)
_HOUSE = re.compile(
    r"\b((?:Restaurant|Hotel|Gasthof|Klinik|Privatklinik|Spital|Kantonsspital|Universitätsspital|Altersheim|Alterszentrum|Pflegezentrum|Pflegeheim|Spitex|"
    r"Schule|Gemeinde|Kanton|Praxis|Apotheke|Bäckerei|Metzgerei|Garage|Schreinerei|Kita|Hôpital|Clinique|Commune|Ville|EMS|École|Crèche|Boulangerie|Garage|"
    r"Ospedale|Clinica|Ristorante|Albergo|Comune|Farmacia|Panetteria|Istituto|Casa anziani)"
    rf"(?:[ \t]+(?:am|zum|zur|de la|de|des|du|di|della|al|alla)(?=[ \t]))?(?:[ \t]+{_NAME}){{1,3}})"
)
_WANTED = re.compile(
    r"^(?P<title>[^.!?\n]{3,70}?)\s+(?:\d{1,3}(?:\s*[-–]\s*\d{1,3})?\s*%\s+)?(?:gesucht|wanted|needed|cherchée?|recherchée?|cercasi)\b",
    re.I,
)
_WHO_SEEKS = re.compile(
    rf"(?:^|[.\n!]\s*)(?:Die|Das|Der|La|Le|Il|L['’]|The|Lo)?\s*(?P<company>{_NAME}(?:\s+(?:&\s+|und\s+|et\s+)?{_NAME}){{0,4}}),?\s+"
    r"(?:in\s+[A-ZÄÖÜ]\w+\s+|à\s+[A-ZÉ]\w+\s+|a\s+[A-Z]\w+\s+)?(?:sucht|recherche|cherche|recrute|engage|cerca|ricerca|assume|is (?:looking|hiring|seeking)|seeks)\b"
)
_AT_IN_TEXT = re.compile(
    rf"\b(?:at|bei der|bei|chez|presso)\s+(?P<company>{_NAME}(?:\s+(?:&\s+)?{_NAME}){{0,3}})"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\d[\d '()/.–-]{7,18}\d(?!\w)")
_PERSON = re.compile(
    r"\b((?:Frau|Herrn?|Mme|Madame|Monsieur|M\.|Mr\.?|Mrs\.?|Ms\.?|Signora|Sig\.ra|Sig\.|Signor)\s+[A-ZÄÖÜÉ][\w'’-]+(?:[ \t]+[A-ZÄÖÜÉ][\w'’-]+)?)"
)


def parse_text(text: str, now: datetime | None = None) -> RawPosting:
    """Read one posting that was pasted as plain text; `now` completes a last day without a year.

    Raises:
        BadInput: too short or too long to be a posting.
    """
    if len(text) > MOST_TEXT:
        raise BadInput(f"text: {len(text)} characters are no posting; {MOST_TEXT} at most")
    lines = [line.strip(" \t*#•-–") for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines or len(text.strip()) < 20:
        raise BadInput("text: too short to be a posting; paste its title and description")
    said = {field: _labelled(lines[:60], pattern) for field, pattern in _LABEL_PATTERNS.items()}
    title, company, where = _head(lines, text)
    company = said["company"] or company or _company(text[:HEAD_CHARS])
    where = said["location"] or where or _where(title, text[:HEAD_CHARS], company)
    found = re.search(r"https?://[^\s<>\")\]]+", text)
    url = found[0].rstrip(".,;") if found else None
    pensum = said["workload"] if said["workload"] and "%" in said["workload"] else ""
    return RawPosting(
        source="text",
        external_id="",
        title=_bare(said["title"] or title)[:200],
        company=company,
        url=url,
        apply_url=url,
        text=text,
        places=places(place(where)),
        salary_text=said["salary"] or "",
        workload_text=pensum or _behind(said["title"] or title, text),
        contact=contact_of(text, said["contact"]),
        posted_at=posted_on(text, now),
        expires_at=last_day(text, said["deadline"], now),
        original={"text": text},
    )


def _labelled(lines: list[str], pattern: re.Pattern[str]) -> str | None:
    return next((found[1].strip() for line in lines if (found := pattern.match(line))), None)


def _head(lines: list[str], text: str) -> tuple[str, str | None, str | None]:
    first = lines[0]
    if any(pattern.match(first) for pattern in _LABEL_PATTERNS.values()):
        titled = _sought(text) or _named_role(text)
        return titled or first, None, None
    if wanted := _WANTED.match(first):
        return wanted["title"].strip(" ,:-–"), None, None
    running = len(first) > MOST_TITLE or bool(_SEEKS.search(first)) or len(first.split()) > 16
    # A whole advert on one line begins with its headline all the same.
    title, company, where = _headline(_HEAD_ENDS.split(first)[0])
    named = _has_role(" ".join(title.split()[:6])) or (company and len(title.split()) <= 8)
    told = named and len(title) <= MOST_TITLE
    if told and not _SEEKS.search(title) and (not running or company or where):
        return title, company, where
    if not running and (len(lines) == 1 or len(first) < 70):
        return title, company, where
    sought = _sought(text[:HEAD_CHARS]) or _named_role(text[:HEAD_CHARS])
    if sought:
        return sought, None, None
    sentence = re.split(r"(?<=[.!?])\s", first)[0]
    short = sentence if len(sentence) <= MOST_TITLE else " ".join(sentence.split()[:10])
    return short.strip(" .,;:"), None, None


def _bare(title: str) -> str:
    """Return the title without the workload, which has a field of its own."""
    return _PENSUM_END.sub("", title).strip(" ,–-:!") or title


def _behind(title: str, text: str) -> str:
    """Return the title with what stands right behind it, e.g. its workload."""
    at = text.find(title)
    return title if at < 0 else re.split(r"[.;\n]\s", text[at : at + len(title) + 25])[0]


def _has_role(text: str) -> bool:
    spelled = terms(text)
    return any(find_role(spelled, at) for at in range(len(spelled)))


def _sought(text: str) -> str | None:
    """Return what follows “we are looking for”, up to where the title ends."""
    for found in _SEEKS.finditer(text):
        rest = text[found.end() : found.end() + 260].lstrip(" :\n\t")
        before = None
        while rest != before:
            before, rest = rest, _BETWEEN.sub("", rest, count=1)
        pensum = _PENSUM.match(rest)
        if pensum:
            rest = rest[pensum.end() :].lstrip(" ,:")
        end = _TITLE_ENDS.search(rest, 3)
        title = (rest[: end.start()] if end else rest[:90]).strip(" ,:;-–*•")
        if _is_title(title):
            return title
    return None


def _is_title(text: str) -> bool:
    return (
        3 <= len(text) <= 90 and len(text.split()) <= 9 and (_has_role(text) or text[0].isupper())
    )


def _named_role(text: str) -> str | None:
    """Return the first occupation that is named, with the capitalised words beside it."""
    spelled = list(re.finditer(r"[^\W_][\w+#./'’-]*", text))
    for at in range(len(spelled)):
        for length in range(min(4, len(spelled) - at), 0, -1):
            last = spelled[at + length - 1]
            said = text[spelled[at].start() : last.end()]
            words = terms(said)
            named = find_role(words, 0) if words and "\n" not in said else None
            if named is not None and len(named[1]) == len(words):
                return text[_start(text, spelled, at) : last.end()].strip(" ,.;:")
    return None


def _start(text: str, spelled: list[re.Match[str]], at: int) -> int:
    """Go back over “Senior” and the like, which belong to the title."""
    start = spelled[at].start()
    for before in reversed(spelled[max(0, at - 2) : at]):
        gap = text[before.end() : start]
        if gap.strip() or not before[0][0].isupper() or before.start() == 0:
            break
        if not re.fullmatch(
            r"(?i)senior|junior|lead|stv\.?|dipl\.?|head|chef\w*|principal|staff", before[0]
        ):
            break
        start = before.start()
    return start


def _headline(line: str) -> tuple[str, str | None, str | None]:
    """Split “Title at Company, Place”, “Title | Company | Place” and “Title in Place 80%”."""
    parts = [part.strip() for part in _SPLIT_HEAD.split(line) if part.strip()]
    if len(parts) >= 3:
        rest = [part for part in parts[1:] if not _PENSUM.fullmatch(part)]
        return parts[0], *_company_and_place(rest)
    if found := _AT.match(line):
        company, *inside = re.split(
            r"\s+(?:in|à|a)\s+(?=[A-ZÉ])", found["company"].strip(), maxsplit=1
        )
        rest = found["rest"].strip(" ,|()–-")
        where = inside[0] if inside else rest.split(",")[0].strip()
        spot = next(iter(lexicon.find_places(where)), None)
        return found["title"].strip(" ,"), company, where if spot else rest[:60] or None
    if len(parts) == 2 and not _PENSUM.fullmatch(parts[1]):
        # “Stage de 6 mois – Analyste crédit” names no employer.
        if _has_role(parts[1]) and not _COMPANY.search(parts[1]) and not _HOUSE.search(parts[1]):
            return line, None, None
        return parts[0], *_company_and_place(parts[1:])
    title = parts[0] if parts else line
    commas = [piece.strip() for piece in title.split(",") if piece.strip()]
    if len(commas) in {2, 3} and (spot := lexicon.resolve(commas[-1])) and spot.kind != "country":
        return commas[0], commas[1] if len(commas) == 3 else None, commas[-1]
    return title, None, None


def _company_and_place(parts: list[str]) -> tuple[str | None, str | None]:
    """Tell an employer from a place among the parts of a headline."""
    where = next(
        (p for p in parts if (spot := lexicon.resolve(p)) and not _COMPANY.search(p) and spot), None
    )
    rest = [part for part in parts if part != where]
    return (rest[0] if rest else None), where or (rest[1] if len(rest) > 1 else None)


def _company(head: str) -> str | None:
    if found := _COMPANY.search(head):
        return re.sub(
            r"^(?:Die|Das|Der|La|Le|Il|The|Bei|Chez|Unsere?|Für)\s+", "", found[1]
        ).strip()
    if found := _HOUSE.search(head):
        return found[1]
    for pattern in (_WHO_SEEKS, _AT_IN_TEXT):
        found = pattern.search(head)
        if found and found["company"].lower() not in {
            "wir",
            "nous",
            "we",
            "uns",
            "firma",
            "klinik",
        }:
            return found["company"].strip(" .,")
    return None


def _where(title: str, head: str, company: str | None) -> str | None:
    for text in (title, head):
        for mention in lexicon.find_places(text):
            start, end = mention.span
            named = text[start:end]
            # “Zürich Versicherung” and “Basler” are employers, not places.
            if mention.place.kind in {"town", "city"} and named not in (company or ""):
                return named
    return _seat(company)


def _seat(company: str | None) -> str | None:
    """Return the town that a house is named after: “Gemeinde Köniz”, “Kantonsspital Baden AG”."""
    if not company or not _HOUSE.match(company):
        return None
    towns = [m for m in lexicon.find_places(company) if m.place.kind in {"town", "city"}]
    return company[slice(*towns[-1].span)] if towns else None


def contact_of(text: str, labelled: str | None = None) -> str | None:
    """Return whom to ask, as the posting says: a name, an e-mail address, a phone number."""
    person = _PERSON.search(text)
    mail, phone = _MAIL.search(text), None
    around = r"(?:tel\.?|telefon|phone|téléphone|tél\.?|telefono|natel|mobile|\+\d{2})"
    for found in _PHONE.finditer(text):
        near = text[max(0, found.start() - 20) : found.end()]
        if re.search(around, near, re.I) and sum(map(str.isdigit, found[0])) >= 9:
            phone = " ".join(found[0].split())
            break
    name = person[1] if person else (labelled or "").split(",")[0].strip() or None
    parts = [part for part in (name, mail[0] if mail else None, phone) if part]
    return ", ".join(dict.fromkeys(parts))[:200] or None
