# ruff: noqa: E501 - word lists and patterns read better unbroken
"""The words by which a résumé's parts are known, in English, German, French and Italian."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from jobtracker.resumes.wordlist import split_words

MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "january jan januar jänner janvier janv gennaio gen genn",
        "february feb februar février fevrier févr fevr fév febbraio febbr",
        "march mar märz maerz mär mrz mars marzo",
        "april apr avril avr aprile",
        "may mai maggio mag magg",
        "june jun juni juin giugno giu",
        "july jul juli juillet juil luglio lug lugl",
        "august aug août aout agosto ago ag",
        "september sep sept septembre settembre set sett",
        "october oct oktober okt octobre ottobre ott",
        "november nov novembre",
        "december dec dezember dez décembre decembre déc dicembre dic",
    ),
    start=1,
):
    MONTHS.update(dict.fromkeys(_names.split(), _number))

PRESENT = (
    "present|today|now|current|currently|ongoing|to date|heute|jetzt|aktuell|laufend|gegenwärtig|"
    "andauernd|dato|aujourd'hui|aujourd’hui|actuel|actuellement|présent|en cours|ce jour|à ce jour|"
    "maintenant|oggi|attuale|attualmente|in corso|presente|tuttora|adesso"
)

TITLE_WORDS = frozenset(
    split_words(
        """
        engineer developer manager director analyst consultant architect designer lead head
        officer assistant specialist administrator coordinator scientist researcher intern
        trainee teacher nurse physician accountant clerk technician operator supervisor
        representative advisor adviser associate president founder co-founder owner ceo cto cfo
        coo cio vp chef cook waiter cashier driver mechanic electrician carpenter plumber
        painter lawyer paralegal secretary receptionist editor writer journalist translator
        tutor lecturer professor programmer tester planner buyer seller salesperson controller
        auditor recruiter partner expert executive strategist apprentice student freelancer
        postdoc fellow instructor therapist pharmacist dentist caretaker gardener entwickler
        entwicklerin ingenieur ingenieurin leiter leiterin leitung berater beraterin
        sachbearbeiter sachbearbeiterin fachmann fachfrau mitarbeiter mitarbeiterin assistent
        assistentin praktikant praktikantin praktikum lehrling lernende lernender verkäufer
        verkäuferin kaufmann kauffrau kaufmännische kaufmännischer pfleger pflegefachfrau
        pflegefachmann krankenschwester arzt ärztin techniker technikerin informatiker
        informatikerin mechaniker polymechaniker elektriker schreiner schreinerin köchin koch
        lehrer lehrerin lehrperson projektleiter projektleiterin teamleiter teamleiterin
        abteilungsleiter geschäftsführer geschäftsführerin buchhalter buchhalterin spezialist
        spezialistin forscher architektin hilfskraft werkstudent werkstudentin doktorand
        doktorandin redaktor redaktorin maler logistiker logistikerin disponent disponentin
        servicefachangestellte chefin aushilfe fachangestellte fachspezialist fachspezialistin
        monteur monteurin vorarbeiter ingénieur ingénieure développeur développeuse responsable
        directeur directrice chargé chargée conseiller conseillère assistante technicien
        technicienne infirmier infirmière comptable vendeur vendeuse secrétaire enseignant
        enseignante professeur gestionnaire stagiaire apprenti apprentie cuisinier cuisinière
        employé employée cheffe analyste consultante architecte graphiste chercheur chercheuse
        rédacteur rédactrice serveur serveuse ouvrier chauffeur éducateur éducatrice médecin
        juriste avocat avocate mécanicien électricien ingegnere sviluppatore sviluppatrice
        responsabile direttore direttrice impiegato impiegata addetto addetta consulente
        assistente tecnico tecnica infermiere infermiera contabile venditore venditrice
        segretaria insegnante docente tirocinante apprendista cuoco cuoca collaboratore
        collaboratrice analista progettista architetto cameriere cameriera operaio operaia
        magazziniere medico avvocato commesso commessa educatore educatrice grafico capo
        werkstudent teilzeit developpeur barista sommelier steward pilot analystin managerin
        baker hairdresser bricklayer roofer welder rigger signaller bäcker bäckerin friseur friseurin
        maurer maurerin dachdecker dachdeckerin gärtner gärtnerin metzger boulanger boulangère
        pâtissier pâtissière coiffeur coiffeuse maçon plombier couvreur soudeur jardinier muratore
        parrucchiere parrucchiera panettiere idraulico elettricista giardiniere
        """
    )
)

COMPANY_MARKS = re.compile(
    r"\b(?:AG|GmbH|SA|S\.A\.|Sàrl|SARL|Sagl|KG|SE|Inc\.?|LLC|Ltd\.?|Limited|Corp\.?|Corporation|PLC|"
    r"plc|Co\.|Company|Group|Gruppe|Groupe|Gruppo|Holding|S\.p\.A\.|SpA|S\.r\.l\.|Srl|BV|NV|Oy|AB|"
    r"Bank|Banque|Banca|Versicherung(?:en)?|Assurances?|Spital|Hospital|Hôpital|Ospedale|Klinik|"
    r"Clinic|Clinique|Clinica|Universität|University|Université|Università|Stadt|Kanton|Gemeinde|"
    r"Ville|Commune|Comune|Stiftung|Foundation|Fondation|Fondazione|Verein|Association|Labs?|"
    r"Technologies|Technology|Solutions|Systems|Software|Services|Consulting|Partners?|Studios?|"
    r"Research|Institut[eo]?|Hotel|Hôtel|Restaurant|Ristorante|Genossenschaft|Industries|"
    r"Logistics|Logistik|Pharma|Media|Digital|Agency|Agentur|Schule|School|École|Apotheke|Garage|"
    r"Bäckerei|Treuhand|Immobilien|Energie|Energy|Ventures|Airlines?|Infirmary|Museum|Verlag|Werke?|Mühlen?|Trasporti|Autohaus|Praxis|Kita|Krippe|Crèche|Garderie|Casa anziani|Altersheim|Pflegezentrum|Bau|Holzbau|SAS|SRL|ASBL|Ltée|A/S|ApS|Pty|Pvt|Trust|Council|Ministry|Airport|Flughafen)\b"
)

SCHOOL_WORDS = re.compile(
    r"\b(?:universit\w*|college|school|schule|\w*schule|\w*gymnasium|institut\w*|academy|akademie|"
    r"académie|accademia|eth|epfl|fhnw|zhaw|hslu|supsi|hes-so|ost|phz|unil|unige|uzh|mit|ucla|"
    r"école|ecole|lycée|collège|hochschule|\w*hochschule|politecnico|polytechni\w*|polytechnique|"
    r"liceo|scuola|università|cpln|gibz|gibb|kantonsschule|berufsschule|fachhochschule|hwz|hsg|"
    r"faculty|faculté|facoltà|conservator\w*|bildungszentrum|kaufmännischer verband|kv zürich)\b",
    re.IGNORECASE,
)

DEGREE_WORDS = re.compile(
    r"\b(?:ph\.?\s?d\.?|dphil|doctorate|doctor of|doktorat|doktor|promotion|doctorat|dottorato|"
    r"master(?:'s|s)?|m\.?\s?sc\.?|m\.?\s?a\.|ma|m\.?\s?eng\.?|mba|emba|mas|das|cas|llm|ll\.m\.|"
    r"bachelor(?:'s|s)?|b\.?\s?sc\.?|b\.?\s?a\.|ba|b\.?\s?eng\.?|bs|ms|llb|diplom\w*|dipl\.|"
    r"diploma|diplôme|licence|lizenziat|lic\.|laurea|magistrale|triennale|maturità|matura|"
    r"maturität|berufsmatura|berufsmaturität|maturité|abitur|baccalauréat|bac|cfc|efz|eba|afc|"
    r"lehre|berufslehre|ausbildung|apprentissage|apprendistato|apprenticeship|lehrabschluss|"
    r"staatsexamen|high school|associate degree|certificat\w*|certificates?|attestato|\w*meister(?:in|prüfung)?|brevet|fachausweis|"
    r"eidg\.|hf|fh|btech|b\.tech|mtech|a-levels?|gcse|ged|brevetto|fachmittelschule|handelsdiplom|nvq|cap|bep|bts|dut|hnd|hnc|btec|mbo|hbo|ihk)\b",
    re.IGNORECASE,
)

FLUENCY = re.compile(
    r"\b(?:native(?:\s+(?:speaker|or bilingual|proficiency))*|mother tongue|bilingual|fluent|"
    r"full professional|professional working|limited working|elementary|proficient|advanced|"
    r"upper[- ]intermediate|intermediate|conversational|basic|beginner|good|very good|excellent|"
    r"muttersprach\w*|fliessend\w*|fließend\w*|verhandlungssicher\w*|gute?\s+kenntnisse|sehr gut|gut|"
    r"grundkenntnisse|fortgeschritten\w*|mittelstufe|konversationssicher\w*|zweisprachig|stilsicher|"
    r"langue maternelle|maternelle|courant\w*|bilingue|avancé\w*|intermédiaire|notions|débutant|"
    r"bonnes connaissances|scolaire|bon niveau|très bon niveau|professionnel|"
    r"madrelingua|lingua madre|fluente|avanzato|intermedio|buono|ottimo|base|scolastico|"
    r"elementare|discreto|[ABC][12]\+?(?:\s*/\s*[ABC][12])?)\b",
    re.IGNORECASE,
)

LANGUAGES = frozenset(
    split_words(
        """
        english german french italian spanish portuguese dutch russian ukrainian polish czech
        slovak hungarian romanian bulgarian serbian croatian bosnian albanian turkish arabic
        hebrew persian farsi hindi urdu bengali tamil chinese mandarin cantonese japanese korean
        vietnamese thai greek swedish norwegian danish finnish romansh swiss latin catalan
        englisch deutsch schweizerdeutsch hochdeutsch französisch italienisch spanisch
        portugiesisch niederländisch russisch ukrainisch polnisch tschechisch ungarisch
        rumänisch bulgarisch serbisch kroatisch bosnisch albanisch türkisch arabisch hebräisch
        persisch chinesisch japanisch koreanisch griechisch schwedisch norwegisch dänisch
        finnisch rätoromanisch tamilisch anglais allemand suisse-allemand français italien
        espagnol portugais néerlandais russe ukrainien polonais tchèque hongrois roumain bulgare
        serbe croate bosniaque albanais turc arabe hébreu persan chinois mandarin japonais
        coréen grec suédois norvégien danois finnois romanche inglese tedesco svizzero-tedesco
        francese italiano spagnolo portoghese olandese russo ucraino polacco ceco ungherese
        rumeno bulgaro serbo croato albanese turco arabo ebraico persiano cinese giapponese
        coreano greco svedese norvegese danese finlandese romancio tigrinya tigrinisch vietnamesisch vietnamien vietnamita irish irisch gaelic welsh walisisch yoruba igbo hausa swahili suaheli amharic amharisch somali kurdish kurdisch kurde curdo pashto dari tagalog filipino malay malaiisch indonesian indonesisch thailändisch icelandic isländisch estonian estnisch latvian lettisch lithuanian litauisch slovenian slowenisch slowakisch macedonian mazedonisch georgian georgisch armenian armenisch luxembourgish luxemburgisch afrikaans maltese katalanisch basque baskisch punjabi gujarati telugu malayalam kannada marathi nepali sinhala urdu lingala wolof
        """
    )
)

STOPWORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        split_words(
            """
        the and of to in for with at on by from as an is was were led built
        """
        )
    ),
    "de": frozenset(
        split_words(
            """
            und der die das in mit für von im zur bei auf den des eine einer als sowie durch um pro
            """
        )
    ),
    "fr": frozenset(
        split_words(
            """
        et de la le les des du en pour avec à au dans une un sur par aux l d
        """
        )
    ),
    "it": frozenset(
        split_words(
            """
            e di la il le dei del della in per con a al nel un una su da gli delle
            """
        )
    ),
}


def fold(text: str) -> str:
    """Return the text in lower case, without accents and with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def guess_language(text: str, default: str = "en") -> str:
    """Return `en`, `de`, `fr` or `it` by the common words of the text."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        language: sum(1 for word in words if word in stop) for language, stop in STOPWORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    votes: dict[str, int] = dict.fromkeys(counts, 0)
    for language, marks in _LANGUAGE_MARKS.items():
        votes[language] = sum(1 for word in words if word in marks)
    total = {language: counts[language] + 3 * votes[language] for language in counts}
    best = max(total, key=lambda language: total[language])
    few = len(words) <= 9 and total[best] > 0 and not total.get(default)
    return best if total[best] >= 3 or few else default


_LANGUAGE_MARKS: dict[str, frozenset[str]] = {
    "en": frozenset(
        ["experience", "skills", "education", "languages", "work", "present", "university"]
    ),
    "de": frozenset(
        split_words(
            """
            berufserfahrung ausbildung kenntnisse sprachen heute deutsch englisch weiterbildung
            lebenslauf praktikum seit bis
            """
        )
    ),
    "fr": frozenset(
        split_words(
            """
            expérience formation compétences langues français anglais depuis professionnelle
            stage aujourd études
            """
        )
    ),
    "it": frozenset(
        split_words(
            """
            esperienza formazione competenze lingue italiano inglese presso istruzione oggi
            lavorativa tirocinio
            """
        )
    ),
}


@cache
def _title_endings() -> tuple[str, ...]:
    return tuple(word for word in TITLE_WORDS if len(word) >= 6)


def title_score(text: str) -> int:
    """Return how many words of a job title the text holds; compounds such as Bauleiter count."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    score = 0
    for word in words:
        base = re.sub(r"(?:in|innen)$", "", word) if word.endswith(("in", "innen")) else word
        if word in TITLE_WORDS or base in TITLE_WORDS or word.endswith(_title_endings()):
            score += 1
    return score
