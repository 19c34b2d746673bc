# ruff: noqa: E501 - word lists read better unbroken
"""What people call the columns, the states, the ways and the days in their own lists. Pure.

In English, German, French and Italian, without regard to case, accents and marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from jobtracker.applications.model import Channel, Status

HEADERS: dict[str, str] = {
    "company": "company|company name|employer|organisation|organization|firma|firmenname|unternehmen|"
    "unternehmensname|arbeitgeber|betrieb|name des unternehmens|entreprise|nom de l entreprise|"
    "employeur|societe|nom de la societe|azienda|nome azienda|nome dell azienda|ditta|datore di lavoro",
    "title": "title|job title|position|role|job|vacancy|stelle|jobtitel|stellentitel|bezeichnung|beruf|"
    "stellenbezeichnung|funktion|rolle|poste|intitule|intitule du poste|titre du poste|fonction|emploi|"
    "description du poste|posto|ruolo|posizione|titolo|mansione|impiego|position stelle|stelle als|"
    "qualifica|titolo della posizione",
    "status": "status|stage|state|stand|statut|etat|stato|ergebnis|resultat|result|outcome|esito|"
    "ergebnis der bewerbung|phase|etape|fase",
    "applied_on": "applied on|date|application date|applied|date applied|applied date|date of application|"
    "datum|bewerbungsdatum|beworben am|datum der bewerbung|datum bewerbung|gesendet am|eingereicht am|"
    "date de candidature|date d envoi|date de postulation|date de l offre de services|postule le|"
    "envoye le|data|data candidatura|data di candidatura|data della candidatura|data invio|inviata il",
    "saved_on": "saved date|saved on|gespeichert am|date d enregistrement|data di salvataggio",
    "status_on": "status on|status date|last update|updated|letzte anderung|mise a jour|aggiornato il",
    "location": "location|place|city|ort|arbeitsort|lieu|ville|luogo|citta|standort",
    "address": "address|adresse|indirizzo|anschrift",
    "source": "source|quelle|fonte|portal|found on|gefunden auf|plattform|platform|plateforme",
    "channel": "channel|how applied|applied via|bewerbungsart|art der bewerbung|bewerbung per|kanal|"
    "mode|mode de candidature|offre de services|modo|modalita|tipo di candidatura",
    "pensum": "pensum|workload|taux|taux d occupation|taux d activite|grado di occupazione|"
    "arbeitspensum|beschaftigungsgrad|grado",
    "url": "url|link|job url|lien|lien de l offre|job link|posting|inserat|link zum inserat|annonce|"
    "link annuncio|job posting url|stellenlink",
    "note": "note|notes|comment|comments|notiz|notizen|bemerkung|bemerkungen|kommentar|remarque|"
    "remarques|commentaire|commentaires|nota|osservazioni|commenti|osservazione",
    "deadline": "deadline|frist|bewerbungsfrist|delai|date limite|scadenza|closing date",
    "email": "contact email|email|e mail|e mail adresse|mail|courriel|adresse e mail|contact e mail",
    "phone": "contact phone number|phone|telefon|telefonnummer|tel|telephone|numero de telephone|"
    "telefono|numero di telefono|contact phone",
    "contact": "contact|contact name|contact person|kontakt|kontaktperson|ansprechpartner|"
    "ansprechpartnerin|ansprechperson|personne de contact|personne contactee|persona di contatto|"
    "referente|recruiter",
}  # fmt: skip
_STATES: tuple[tuple[Status, str], ...] = (
    ("withdrawn", r"zuruckgezogen|withdr|retir|ritirat|i declined|abgesagt von mir"),
    ("rejected", r"reject|absag|abgesagt|abgelehnt|ablehn|declin|refus|negati|rifiut|respint|"
                 r"unsuccess|not selected|no longer|nicht berucksichtigt|\b(?:no|kein|pas d|nessuna?) "
                 r"(?:offer|angebot|offre|offerta)|^(?:no|non|nein)$"),
    ("accepted", r"accepted|hired|angenommen|eingestellt|anstellung|engag|accept|assun|accettat"),
    ("applied", r"keine antwort|keine ruckmeldung|no (?:response|answer|reply)|ghost|sans reponse|"
                r"pas de reponse|nessuna risposta|waiting|wartend|en attente|in attesa|pending|ausstehend"),
    ("offer", r"offer|angebot|offre|offerta|zusage|proposta|proposition"),
    ("screening", r"screen|in (?:bearbeitung|prufung|review)|en cours|in corso|preselection|"
                  r"assessment|eingang|bestatigt|in process|under review|vorauswahl|preselezione"),
    ("interview", r"interview|gesprach|eingeladen|einladung|entretien|colloqui|vorstellung|probe|"
                  r"schnupper|round|runde"),
    ("saved", r"saved|wish|bookmark|to apply|gemerkt|gespeichert|geplant|vorgemerkt|interess|"
              r"a postuler|enregistr|salvat|da inviare|draft|entwurf|todo|to do|not applied"),
    ("applied", r"appl|sent|submit|beworben|gesendet|versendet|verschickt|abgeschickt|eingereicht|"
                r"\boffen|\bopen|postul|envoy|candidat|inviat|en suspens|in sospeso|aperto|aperta|ouvert"),
)  # fmt: skip
_CHANNELS: tuple[tuple[Channel, str], ...] = (
    ("email", r"e ?mail|\bmail|courriel|\bmel\b"),
    ("phone", r"phone|telefon|telephon|\btel\b|anruf"),
    ("in_person", r"person|visit|vor ort|sur place|di persona|direkt|in loco"),
    ("agency", r"agen[ctz]|vermittl|headhunt|placement"),
    ("referral", r"referral|empfehl|recommand|raccomand|bekannt"),
    ("post", r"\bpost|brief|lettre|courrier|lettera|schriftlich|\bmail post"),
    ("online", r"online|portal|web|formular|easy apply|linkedin|elektron|electron|elettron|plattform"),
)  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january januar janner janvier janv gennaio gen", "feb february februar fevrier fevr febbraio febb",
         "mar march marz maerz mrz mars marzo", "apr april avril avr aprile", "may mai maggio mag",
         "jun june juni juin giugno giu", "jul july juli juillet juil luglio lug",
         "aug august aout agosto ago", "sep sept september septembre settembre set sett",
         "oct october oktober okt octobre ottobre ott", "nov november novembre",
         "dec december dezember dez decembre dicembre dic"), 1)
    for name in names.split()
}  # fmt: skip
_EXCEL_DAYS = range(30_000, 80_000)
"""Days since the end of 1899, as spreadsheets write a date whose format was lost."""


def plain(text: str) -> str:
    """Return the text in lower case, without accents, its marks as single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_+", " ", letters).split())


@cache
def _known() -> dict[str, str]:
    return {alias: name for name, aliases in HEADERS.items() for alias in aliases.split("|")}


def column(header: str) -> str | None:
    """Return the field that a column of this heading holds, or None."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", header)
    return _known().get(plain(bare)) or _known().get(plain(header))


def status_of(text: str) -> Status | None:
    """Return the status that the words mean, or None where they mean none."""
    word = plain(text)
    return next((status for status, pattern in _STATES if re.search(pattern, word)), None)


def channel_of(text: str) -> Channel | None:
    """Return how somebody applied by these words, or None where they do not say."""
    word = plain(text)
    if word == "in person":
        return "in_person"
    return next((name for name, pattern in _CHANNELS if re.search(pattern, word)), None)


def month_first(days: Iterable[str]) -> bool:
    """Tell whether days such as 11/14/2026 name the month first, as some of them must."""
    pairs = [re.match(r"\s*(\d{1,2})/(\d{1,2})/\d{2,4}\b", day) for day in days]
    found = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
    return any(second > 12 for _, second in found) and all(first <= 12 for first, _ in found)


def day_of(text: str, *, american: bool = False) -> date | None:
    """Return the day that a cell names, whatever time stands behind it; None where it names none.

    `american`: of three numbers with slashes the first is the month.
    """
    given = " ".join(text.replace("\u202f", " ").split())
    try:
        return datetime.fromisoformat(given).date()
    except ValueError:
        pass
    if given.isdigit() and int(given) in _EXCEL_DAYS:
        return date(1899, 12, 30) + timedelta(days=int(given))
    if match := re.match(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)", given):
        return _day(*match.groups())
    if match := re.match(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", given):
        first, mark, second, year = match.groups()
        day, month = (second, first) if american and mark == "/" else (first, second)
        # A month above twelve is a day: the file was written elsewhere.
        swapped = _day(year, day, month) if mark == "/" else None
        return _day(year, month, day) or swapped
    return _named_day(given)


def _named_day(given: str) -> date | None:
    words = re.sub(r"(\d)(?:er|st|nd|rd|th)\b", r"\1", plain(given)).split()
    numbers = [word for word in words if word.isdigit()]
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    if len(months) != 1 or len(numbers) < 2:
        return None
    year = next((n for n in numbers if len(n) == 4), numbers[1])
    day = next((n for n in numbers if n is not year), "")
    return _day(year, months[0], day)


def _day(year: str, month: str | int, day: str) -> date | None:
    full = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
