# ruff: noqa: E501 - word lists read better unbroken
"""Which section a heading opens: by whole phrases, else by the words that it is made of."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jobtracker.resumes.reading.vocabulary import FLUENCY, fold

HEADINGS: dict[str, str] = {
    "summary": """summary|profile|professional summary|personal profile|professional profile|about|
        about me|career summary|executive summary|objective|career objective|personal statement|
        summary of qualifications|who i am|profil|kurzprofil|über mich|zusammenfassung|persönliches profil|
        berufliches profil|qualifikationsprofil|berufsziel|ziel|profil professionnel|résumé|à propos|
        à propos de moi|objectif|objectif professionnel|présentation|profilo|profilo professionale|
        profilo personale|chi sono|su di me|riepilogo|obiettivo|obiettivo professionale|sommario|
        presentazione|resume summary|highlights of qualifications|accroche|leitsatz|statement""",
    "work": """experience|work experience|professional experience|employment|employment history|
        work history|career history|career|relevant experience|job experience|positions held|
        professional background|industry experience|professional history|selected experience|
        berufserfahrung|berufserfahrungen|berufliche erfahrung|berufliche erfahrungen|praxiserfahrung|
        beruflicher werdegang|werdegang|berufspraxis|arbeitserfahrung|berufliche tätigkeiten|
        berufliche tätigkeit|berufliche stationen|erfahrung|erfahrungen|praktische erfahrung|praktika|
        berufstätigkeit|beruflicher hintergrund|beruflicher lebenslauf|anstellungen|
        expérience|expériences|expérience professionnelle|expériences professionnelles|
        parcours professionnel|expérience de travail|emplois|parcours|activités professionnelles|
        carrière|stages|esperienza|esperienze|esperienza professionale|esperienze professionali|
        esperienza lavorativa|esperienze lavorative|percorso professionale|carriera|
        esperienze di lavoro|attività professionale|attività lavorative|internships|
        work and experience|practical experience|current position|other experience|
        additional experience|research experience|teaching experience|academic appointments|appointments|
        academic positions|professional appointments|employment record|work placements|placements|
        clinical experience|berufliche laufbahn|laufbahn|berufsweg|berufliche praxis|tätigkeiten|
        bisherige tätigkeiten|schnupperlehren|schnupperlehre|schnuppertage|nebenjobs|ferienjobs|
        nebentätigkeiten|arbeitsstellen|praktika und nebenjobs|postes occupés|emplois occupés|
        activité professionnelle|vie professionnelle|itinéraire professionnel|jobs d'été|
        jobs étudiants|stages et emplois|impieghi|occupazioni|storia lavorativa|tirocini|stage|
        lavori svolti|iter professionale|tirocini e stage""",
    "education": """education|education and training|academic background|qualifications|studies|
        academic qualifications|education & training|training|schooling|educational background|
        academic history|school education|ausbildung|ausbildungen|bildung|bildungsweg|schulbildung|
        aus- und weiterbildung|aus und weiterbildung|studium|akademische ausbildung|
        schulische ausbildung|ausbildung und studium|berufsausbildung|bildungsgang|
        schul- und berufsbildung|ausbildung & weiterbildung|ausbildung und weiterbildung|schulen|
        formation|formations|études|formation académique|diplômes|diplômes et formations|cursus|
        parcours académique|formation et diplômes|éducation|parcours scolaire|scolarité|
        études et formation|formation scolaire|formation professionnelle|istruzione|formazione|
        istruzione e formazione|studi|titoli di studio|percorso di studi|percorso formativo|
        formazione accademica|formazione scolastica|educazione|schulischer werdegang|schullaufbahn|
        bildungslaufbahn|grundausbildung|schulen und ausbildung|akademischer werdegang|degrees|
        diplômes obtenus|formation initiale|scolarité et formation|études et diplômes|
        percorso scolastico|diplomi""",
    "skills": """skills|technical skills|key skills|core skills|core competencies|competencies|
        technologies|tools|expertise|areas of expertise|it skills|computer skills|skills & tools|
        skills and tools|tech stack|technical expertise|hard skills|soft skills|
        technical proficiencies|professional skills|digital skills|skills summary|programming|
        kenntnisse|fähigkeiten|kompetenzen|fachkenntnisse|it-kenntnisse|it kenntnisse|
        edv-kenntnisse|edv kenntnisse|fachkompetenzen|technische kenntnisse|schlüsselkompetenzen|
        besondere kenntnisse|kernkompetenzen|skills und kenntnisse|kenntnisse und fähigkeiten|
        fähigkeiten und kenntnisse|informatikkenntnisse|weitere kenntnisse|stärken|
        programmierkenntnisse|compétences|compétences techniques|compétences clés|savoir-faire|
        connaissances|connaissances informatiques|compétences informatiques|outils|
        compétences professionnelles|domaines de compétence|aptitudes|competenze|
        competenze tecniche|competenze informatiche|capacità|abilità|conoscenze|
        competenze professionali|capacità e competenze|competenze digitali|conoscenze informatiche|
        capacità tecniche|skill|technische fähigkeiten|software|strengths|informatique|informatik|
        informatica|edv|logiciels|bureautique|computerkenntnisse|pc-kenntnisse|programmi""",
    "languages": """languages|language skills|spoken languages|language proficiency|sprachen|
        sprachkenntnisse|fremdsprachen|langues|langues parlées|connaissances linguistiques|
        compétences linguistiques|langue|lingue|conoscenze linguistiche|competenze linguistiche|
        lingue straniere|lingua|lingue parlate""",
    "certificates": """certifications|certificates|certification|licenses|licences|
        licenses and certifications|licenses & certifications|certifications & licenses|
        certificates and licenses|courses|continuing education|training and certifications|
        courses and certifications|professional development|professional certifications|
        zertifikate|zertifizierungen|weiterbildung|weiterbildungen|kurse|lehrgänge|fortbildung|
        fortbildungen|weiterbildungen und zertifikate|kurse und zertifikate|diplome|
        zertifikate und weiterbildungen|certificats|formation continue|cours|formations continues|
        perfectionnement|certificati|certificazioni|corsi|formazione continua|aggiornamento|
        corsi di formazione|corsi e certificati|corsi e certificazioni|attestati""",
    "projects": """projects|personal projects|selected projects|key projects|side projects|
        open source|academic projects|open source projects|notable projects|portfolio|
        projekte|projekterfahrung|ausgewählte projekte|eigene projekte|projekterfahrungen|
        persönliche projekte|projets|projets personnels|réalisations|projets sélectionnés|progetti|
        progetti personali|progetti selezionati""",
    "volunteer": """volunteer|volunteering|volunteer experience|volunteer work|community service|
        community involvement|social engagement|ehrenamt|freiwilligenarbeit|ehrenamtliches engagement|
        ehrenamtliche tätigkeit|ehrenamtliche tätigkeiten|engagement|soziales engagement|
        freiwilliges engagement|bénévolat|engagements|engagement bénévole|activités bénévoles|
        expérience bénévole|volontariato|attività di volontariato|esperienze di volontariato|
        impegno sociale""",
    "awards": """awards|honors|honours|awards and honors|honors and awards|honors & awards|
        awards & honors|achievements|scholarships|selected honors|awards and achievements|
        auszeichnungen|preise|ehrungen|stipendien|auszeichnungen und preise|distinctions|prix|
        récompenses|prix et distinctions|bourses|premi|riconoscimenti|premi e riconoscimenti|
        borse di studio""",
    "publications": """publications|selected publications|papers|articles|research publications|
        publikationen|veröffentlichungen|publikationsliste|publications scientifiques|pubblicazioni|
        articoli|patents|talks|invited talks|presentations|vorträge""",
    "interests": """interests|hobbies|hobbies and interests|interests and hobbies|
        hobbies & interests|personal interests|activities|leisure|interessen|freizeit|
        hobbys und interessen|interessen und hobbys|hobbys|persönliche interessen|
        freizeitaktivitäten|hobbies und interessen|loisirs|intérêts|centres d'intérêt|
        centres d'intérêts|loisirs et intérêts|activités|interessi|hobby|tempo libero|
        hobby e interessi|interessi personali|passatempi""",
    "references": """references|referees|referenzen|référence|références|referenze|
        referenzpersonen|personnes de référence""",
    "contact": """contact|contact details|contact information|personal details|personal data|
        personal information|details|info|kontakt|kontaktdaten|persönliche daten|personalien|
        persönliche angaben|angaben zur person|zur person|coordonnées|données personnelles|
        informations personnelles|état civil|contatti|contatto|dati personali|
        informazioni personali|profiles|links|social|online|social media|profile links|netzwerke""",
    "title": """curriculum vitae|curriculum vitae europass|europass|europass cv|cv europass|
        europass lebenslauf|europass curriculum vitae|formato europeo|cv|resume|résumé|lebenslauf|curriculum|tabellarischer lebenslauf|
        vita|c v""",
    "other": """additional information|miscellaneous|other|weitere angaben|sonstiges|verschiedenes|
        informations complémentaires|divers|altro|ulteriori informazioni|military service|
        militärdienst|service militaire|memberships|affiliations|mitgliedschaften""",
}

_KEYS: tuple[tuple[str, str], ...] = (
    ("languages", "language languages sprache sprachen fremdsprachen *sprachkenntnisse langue langues linguistique linguistiques lingua lingue linguistiche linguistica"),
    ("certificates", "certification certifications certificate certificates zertifikat zertifikate weiterbildung weiterbildungen fortbildung fortbildungen kurse certificat certificats certificati certificazioni corsi courses *weiterbildungen"),
    ("volunteer", "volunteer volunteering ehrenamt ehrenamtliche ehrenamtliches freiwilligenarbeit benevolat benevole benevoles volontariato"),
    ("projects", "project projects projekte *projekte projet projets progetti"),
    ("publications", "publication publications publikationen pubblicazioni"),
    ("awards", "award awards auszeichnungen distinctions premi"),
    ("references", "reference references referenzen referenze"),
    ("interests", "interest interests interessen hobby hobbies hobbys loisirs interets interessi"),
    ("skills", "skill skills competency competencies expertise kenntnisse *kenntnisse fahigkeiten kompetenzen *kompetenzen competence competences connaissances savoir-faire competenze conoscenze capacita abilita technologies toolbox"),
    ("education", "education educational academic studies qualifications schooling ausbildung ausbildungen bildung bildungsweg *ausbildung schulbildung studium studien abschlusse formation formations etude etudes diplome diplomes scolarite istruzione formazione studi"),
    ("work", "experience experiences employment career jobs berufserfahrung *erfahrung *erfahrungen berufspraxis *praxis werdegang laufbahn tatigkeiten anstellungen emploi emplois parcours carriere esperienza esperienze impieghi carriera"),
    ("summary", "summary profile profil profilo about zusammenfassung presentation presentazione"),
    ("contact", "contact kontakt kontaktdaten coordonnees contatti"),
)  # fmt: skip
"""Words that name a section; a star stands for the first part of a German compound."""
_MODIFIERS = frozenset(
    [
        "a",
        "an",
        "my",
        "mes",
        "mon",
        "meine",
        "mein",
        "mie",
        "i",
        "il",
        "la",
        "le",
        "les",
        "lo",
        "gli",
        "the",
        "of",
        "in",
        "and",
        "und",
        "et",
        "e",
        "ed",
        "de",
        "des",
        "du",
        "di",
        "dei",
        "delle",
        "della",
        "professional",
        "work",
        "working",
        "relevant",
        "selected",
        "key",
        "core",
        "main",
        "other",
        "further",
        "additional",
        "previous",
        "recent",
        "current",
        "technical",
        "digital",
        "personal",
        "practical",
        "general",
        "special",
        "specific",
        "industry",
        "international",
        "academic",
        "higher",
        "berufliche",
        "beruflicher",
        "beruflichen",
        "beruflicher",
        "personliche",
        "fachliche",
        "wichtigste",
        "weitere",
        "bisherige",
        "aktuelle",
        "meine",
        "schulische",
        "akademische",
        "relevante",
        "zusatzliche",
        "besondere",
        "aus-",
        "aus",
        "ausgewahlte",
        "professionnel",
        "professionnelle",
        "professionnelles",
        "principales",
        "principaux",
        "autres",
        "domaine",
        "domaines",
        "domaines",
        "cles",
        "academique",
        "academiques",
        "scolaire",
        "scolaires",
        "techniques",
        "personnel",
        "personnelles",
        "pertinentes",
        "complementaires",
        "professionale",
        "professionali",
        "lavorativa",
        "lavorative",
        "lavoro",
        "principali",
        "altre",
        "tecniche",
        "personali",
        "accademica",
        "scolastica",
        "accademico",
        "informatiche",
        "informatiques",
        "history",
        "background",
        "details",
        "&",
        "overview",
    ]
)


@cache
def _headings() -> dict[str, str]:
    return {
        _heading_key(phrase): section
        for section, phrases in HEADINGS.items()
        for phrase in " ".join(phrases.split()).split("|")
    }


def _heading_key(text: str) -> str:
    words = re.sub(r"[^\w\s]", " ", fold(text.replace("&", " and ").replace("’", "'")))
    joined = re.sub(r"\b(?:and|und|et|e|ed)\b", " ", words)
    return " ".join(joined.split())


@lru_cache(maxsize=8192)
def heading_section(text: str) -> str | None:
    """Return the section that a heading of this text opens, or None."""
    if not text or len(text) > 60 or FLUENCY.fullmatch(text.strip()):
        return None
    key = _heading_key(text)
    known = _headings()
    if key in known:
        return known[key]
    letters = re.findall(r"[^\W_]+", fold(text))
    squeezed = "".join(letters)
    if len(key) >= 9 and " " not in key:
        found = next((s for k, s in known.items() if k.replace(" ", "") == key), None)
        return found or _by_words(letters)
    if len(letters) >= 4 and len(squeezed) <= 1.3 * len(letters):
        return next((s for k, s in known.items() if k.replace(" ", "") == squeezed), None)
    return _by_words(letters)


def _by_words(letters: list[str]) -> str | None:
    """Tell a heading by its words, all of which must be of those that headings are made of."""
    if not 1 <= len(letters) <= 5:
        return None
    kinds = [_word_kind(word) for word in letters]
    if not all(kind or word in _MODIFIERS for kind, word in zip(kinds, letters, strict=True)):
        return None
    named = {kind for kind in kinds if kind}
    return next((kind for kind, _ in _KEYS if kind in named), None)


@lru_cache(maxsize=4096)
def _word_kind(word: str) -> str | None:
    for kind, names in _KEYS:
        for name in names.split():
            if word == name or (
                name[0] == "*" and len(word) > len(name) and word.endswith(name[1:])
            ):
                return kind
    return None
