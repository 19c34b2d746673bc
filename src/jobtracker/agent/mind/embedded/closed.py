"""The slots whose values are a closed list: work mode, contract, status, tone, format and such."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re
from collections.abc import Sequence

from jobtracker.core.lexicon.lazy import LazyPattern, lazy

Span = tuple[int, int]
Table = list[tuple[str, LazyPattern]]
_I = re.IGNORECASE


def _table(*rows: tuple[str, str]) -> Table:
    return [(name, lazy(rf"(?<!\w)(?:{pattern})(?!\w)", _I)) for name, pattern in rows]


WORK_MODES = _table(
    (
        "hybrid",
        r"hybrid(?:e[nrs]?)?|hybrides?|ibrid[oaie]|partly remote|teilweise (?:im )?home ?office|partially remote|some home ?office",
    ),
    (
        "remote",
        r"(?:fully |100 ?% )?remote(?:ly)?|remoto|da remoto|from home|home[- ]?office|work(?:ing)? from home|wfh|telecommut\w*|von (?:zu hause|daheim)(?: aus)?|ortsunabhängig\w*|télétravail|teletravail|à distance|a distanza|telelavoro|da casa|depuis (?:chez moi|la maison)|à domicile|smart working|homeoffice",
    ),
    (
        "onsite",
        r"on[- ]?site|in (?:the )?office|office[- ]based|vor ort|im büro|sur (?:place|site)|en présentiel|presentiel|au bureau|in (?:sede|presenza|ufficio)|in[- ]person",
    ),
)
EMPLOYMENT = _table(
    (
        "permanent",
        r"permanent(?:e|ly)?|festanstellung\w*|festangestellt\w*|fest angestellt|feste[nr]? (?:stellen?|anstellung|jobs?)|unbefristet\w*|dauerstellen?|"
        r"cdi|durée indéterminée|(?:postes?|emplois?) fixes?|tempo indeterminato|post[oi] fiss[oi]|contract[oi]? indeterminat[oi]",
    ),
    (
        "apprenticeship",
        r"apprentice(?:ship)?s?|lehrstellen?|lehre|apprentissage|apprendistato|lernende[rn]?|apprenti[e]?s?|apprendista|ausbildungsplatz",
    ),
    (
        "internship",
        r"intern(?:ship)?s?|praktik(?:um|a|antin|ant)|stages?|stagiaires?|tirocin\w+|praktikumsstellen?|praktikums",
    ),
    (
        "volunteer",
        r"volunteer(?:ing)?|freiwillig\w*|ehrenamt\w*|bénévol\w+|volontariato|volontari[oa]?",
    ),
    (
        "part_time",
        r"part[- ]?time|parttime|teilzeit\w*|temps partiel|mi-temps|tempo parziale|weekend job|half[- ]time",
    ),
    (
        "temporary",
        r"temp(?:orary|orär\w*|orari[oa])?(?: jobs?| work)?|befristet\w*|temporaires?|aushilfe\w*|intérim\w*|interinale|cdd|(?:tempo )?determinato|saison\w*|seasonal|stagionale|temporärjobs?",
    ),
    (
        "contract",
        r"freelance\w*|contract(?:or|ing)|contract (?:work|roles?|jobs?)|freiberuflich\w*|indépendants?|libero professionista|auf mandatsbasis",
    ),
    ("full_time", r"full[- ]?time|fulltime|vollzeit\w*|plein[- ]temps|temps plein|tempo pieno"),
)
SENIORITY = _table(
    (
        "executive",
        r"executives?|c-level|cto|ceo|cfo|coo|director|direktor(?:in)?|directeur|directrice|direttore|direttrice|vp|vice president|geschäftsführer(?:in)?|geschäftsleit\w+",
    ),
    (
        "lead",
        r"lead|team ?lead(?:er)?|head of|principal|staff engineer|teamleiter(?:in)?|leiter(?:in)?|chef d'équipe|responsable|capo ?(?:squadra|team)|gruppenleiter(?:in)?",
    ),
    ("senior", r"senior|sr|erfahrene[nr]?|expérimentée?|confirmée?|espert[oa]|seniority"),
    (
        "junior",
        r"junior|jr|entry[- ]level|graduate|beginner|berufseinsteiger(?:in)?|einsteiger(?:in)?|débutante?|neolaureat[oa]|absolvent(?:in)?|alle prime armi",
    ),
    ("mid", r"mid[- ]?level|intermediate|mid[- ]?senior"),
    ("intern", r"intern"),
)
STATUSES = _table(
    (
        "withdrawn",
        r"withdr[ae]w(?:n|ing)?|withdrew|pull(?:ed)? out|turn(?:ed)? (?:it |them )?down|declin(?:e|ed)|zurückgezogen|zurückziehen|abgelehnt habe|retirée?s?|retiré|ritirat[oa]|rinunciat[oa]|zieh\w* .{0,30}zurück",
    ),
    (
        "accepted",
        r"accept(?:ed)?|signed|angenommen|zugesagt|unterschrieben|acceptée?|signé|accettat[oa]|firmato|akzeptiert",
    ),
    (
        "rejected",
        r"reject(?:ed|ion|ions)?|a no from|no luck|didn'?t (?:take|want) me|went with some(?:one|body) else|nein von|nimmt mich nicht|nehmen mich nicht|abgseit|refus d[e']|ne me prend pas|non mi prend\w*|turned me down|said no|didn'?t get|not selected|unsuccessful|absagen?|abgesagt|abgelehnt\w*|refus(?:ée?s?|er)?|rifiut(?:at[oaie]|o)|scartat[oa]|réponse négative|risposta negativa|m'(?:a|ont) dit non|(?:ha|hanno) detto (?:di )?no|detto di no|nicht bekommen|pas eu le poste",
    ),
    (
        "offer",
        r"(?:job )?offers?|offered|got the job|hired me|(?:i'm|im|got) hired|die zusage|nehmen mich(?! nicht)|habe die stelle|m'ont (?:pris|prise|engagée?)|(?:été|suis) (?:prise?|engagée?)|mi hanno (?:pres|assunt)[oa]|mi assumono|biete[nt] mir|büted mir|me proposent? le|mi offr\w+|(?:job)?angebot\w*|offres? (?:de|chez)|une offre|offerta|un'offerta|offre",
    ),
    (
        "interview",
        r"interview(?:s|ing|ed)?|invited? me|wants? to (?:meet|see|interview) me|(?:will|wollen|möchten) mich (?:sehen|kennenlernen|kennen lernen)|iiglade|veu(?:t|lent) me (?:voir|rencontrer)|m'invitent?|mi v(?:uole|ogliono) (?:vedere|incontrare|conoscere)|vorstellungsgespräch\w*|gespräch|bewerbungsgespräch|eingeladen|entretiens?|colloqui[o]?|invitat[oa]|invitée?|second round|zweite[nr]? runde",
    ),
    (
        "screening",
        r"screening|phone screen\w*|telefoninterview|pre-?screen|présélection|preselezione|vorauswahl|in review|being reviewed|in prüfung",
    ),
    (
        "applied",
        r"appl(?:ied|y|ying)|sent (?:in |off )?(?:my |the |an )?(?:application|cv|resume)|handed in|submitted|beworben|bewerbe|postulée?|candidat[oa]|eingereicht|abgeschickt|envoyé|inviat[oa]|mandato|geschickt",
    ),
    (
        "saved",
        r"saved?|bookmark(?:ed)?|shortlist(?:ed)?|(?:keep|put) (?:it|that|this|them|the \w+(?: one)?) (?:for later|aside)|(?:ab)?(?:ge)?speicher[nte]*|(?:vor|ge)?merk(?:e|en|t)?|enregistrer?|enregistrée?s?|sauvegarder?|sauvegardée?s?|garde[rz]?|mets?-(?:la|le) de côté|salva(?:re|l[oaie])?|salvat[oaie]|tien(?:i|ila|ilo|imela|imelo)|segna(?:t[oaie]|l[oaie])?",
    ),
)
TONES = _table(
    (
        "concise",
        r"short(?:er)?|not (?:too|so|that) long|nicht (?:zu|so|allzu) lang|pas trop longue?|non troppo lung[ao]|concise|brief|crisp|kurz(?:e[snr]?)?|kürzer(?:e[snr]?)?|knapp\w*|court(?:e)?s?|concise?s?|bref|brève|breve|concis[oa]|conciso|più corta|plus courte|succinct",
    ),
    (
        "enthusiastic",
        r"enthusias\w+|excited|passionate|warm(?:er)?|begeistert\w*|enthousiaste?s?|entusiast\w*|energetic|motiviert\w*|lively|schwungvoll",
    ),
    (
        "professional",
        r"professional(?:ly)?|formal(?:ly|er)?|professionell\w*|formell\w*|förmlich\w*|professionnel(?:le)?|formel(?:le)?|formale|professionale|polite|höflich\w*|sachlich\w*|serious",
    ),
)
LANGUAGES = _table(
    (
        "en",
        r"(?:in|auf) (?:english|englisch)|en anglais|in inglese|english version|englisch version",
    ),
    ("de", r"(?:in|auf) (?:german|deutsch)|en allemand|in tedesco|german version"),
    (
        "fr",
        r"(?:in|auf) (?:french|französisch|franzoesisch)|en français|en francais|in francese|french version",
    ),
    ("it", r"(?:in|auf) (?:italian|italienisch)|en italien|in italiano|italian version"),
    ("es", r"(?:in|auf) (?:spanish|spanisch)|en espagnol|in spagnolo"),
    ("pt", r"(?:in|auf) (?:portuguese|portugiesisch)|en portugais|in portoghese"),
)
SPEAKING = _table(
    ("en", r"english[- ]speaking|englischsprachig\w*|anglophones?|di lingua inglese"),
    (
        "de",
        r"german[- ]speaking (?:jobs?|roles?|ones)|deutschsprachig\w*|germanophones?|di lingua tedesca",
    ),
    (
        "fr",
        r"french[- ]speaking (?:jobs?|roles?|ones)|französischsprachig\w*|francophones?|di lingua francese",
    ),
    (
        "it",
        r"italian[- ]speaking (?:jobs?|roles?|ones)|italienischsprachig\w*|italophones?|di lingua italiana",
    ),
)
STAGES = _table(
    (
        "screening",
        r"phone screen(?:ing)?|screening|telefoninterview|hr (?:call|round|interview)|first (?:interview|round|call)|erst(?:es|e|en) (?:gespräch|runde|interview)|erstgespräch|premier entretien|primo colloquio|recruiter call",
    ),
    (
        "technical",
        r"technical|coding|technisch\w*|fachlich\w*|technique|tecnic[oa]|system design|fachgespräch",
    ),
    (
        "case",
        r"case(?: study| interview)?|fallstudie|étude de cas|caso di studio|probearbeit\w*|schnuppertag|assessment",
    ),
    ("panel", r"panel|on-?site round|jury|commissione"),
    (
        "final",
        r"final(?:e)?(?: round| interview)?|last round|letzte[nrs]? (?:runde|gespräch)|dernier entretien|ultimo colloquio|finale[nr]?",
    ),
)
FORMATS = _table(
    ("pdf", r"\.?pdf"),
    ("docx", r"\.?docx|word(?:[- ](?:file|doc(?:ument)?|datei|dokument))?|fichier word|file word|\.doc"),
    ("json", r"\.?json|json resume"),
    ("markdown", r"markdown|\.md|md"),
    ("html", r"\.?html?|web page"),
    ("csv", r"\.?csv|excel|spreadsheet|tabelle|tableau|\.xlsx"),
    ("ics", r"\.?ics|ical(?:endar)?"),
    ("rav", r"rav|orp|urc|arbeitsbemühungen|unemployment office|arbeitsamt|recherches personnelles|ricerche (?:personali )?di lavoro|arbeitslosenkasse|office du travail|job search efforts|proof of (?:job )?search\w*"),
    ("txt", r"\.?txt|plain text|text ?datei|textdatei|text file|texte brut|testo semplice"),
)  # fmt: skip
PENSUM = lazy(
    r"(?<![\d.,'])(?P<a>\d{2,3})\s*%?\s*(?:-|–|—|to|bis|à|a|/|and|und)\s*(?P<b>\d{2,3})\s*(?:%|prozent|percent|per ?cento|pour ?cent)"
    r"|(?<![\d.,'])(?P<c>\d{2,3})\s*(?:%|prozent|percent|per ?cento|pour ?cent)",
    _I,
)


def first(table: Table, text: str, skip: Sequence[Span] = ()) -> tuple[str, Span] | None:
    """Return the name and span of the first row that fits outside of `skip`."""
    for name, pattern in table:
        for match in pattern.finditer(text):
            if all(match.end() <= a or b <= match.start() for a, b in skip):
                return name, match.span()
    return None


def spans(table: Table, text: str, skip: Sequence[Span] = ()) -> list[Span]:
    """Return where any row of the table fits outside of `skip`."""
    found = [match.span() for _, pattern in table for match in pattern.finditer(text)]
    return [(start, end) for start, end in found if all(end <= a or b <= start for a, b in skip)]


_OF_PLACE = re.compile(
    r"\s*(?:in |da |en |im )?(?:remote|remoto|match|home|t[ée]l[ée]t|telelav|teletr|von z|mobil|smart)"
)


def pensum(text: str) -> tuple[int, int, Span] | None:
    """Return the workload in percent; 100 % of remote work is none."""
    for match in PENSUM.finditer(text):
        low = int(match["a"] or match["c"])
        high = int(match["b"] or match["c"])
        tail = text[match.end() : match.end() + 12].lower()
        if 10 <= low <= high <= 100 and not _OF_PLACE.match(tail):
            return low, high, match.span()
    return None
