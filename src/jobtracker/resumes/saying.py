"""What scores and changes say, in four languages: a code that stays, and the words for it.

The words are rendered last: a score is computed once and can be told in any of the languages.
"""

from __future__ import annotations

from typing import Any, Literal

from jobtracker.resumes.model import Change, Finding, ScoreResult, TailorResult
from jobtracker.resumes.phrases import GAP

LANGUAGES = ("en", "de", "fr", "it")
Part = Literal["keywords", "experience", "format", "readability", "hidden_text"]
Severity = Literal["good", "info", "warn", "bad"]
_Words = tuple[str, str, str, str]

_FINDINGS: dict[str, _Words] = {
    "no_known_terms": (
        "the posting names no skill that is known here; this part is neutral",
        "das Inserat nennt keine Fähigkeit, die hier bekannt ist; dieser Teil zählt neutral",
        "l’annonce ne cite aucune compétence connue ici; cette partie reste neutre",
        "l’annuncio non nomina competenze note qui; questa parte resta neutra",
    ),
    "terms": (
        "{found} of {every} terms of the posting are in the résumé",
        "{found} von {every} Begriffen des Inserats stehen im Lebenslauf",
        "{found} termes de l’annonce sur {every} figurent dans le CV",
        "{found} termini dell’annuncio su {every} sono nel CV",
    ),
    "years": (
        "{years} years of work ({wanted} wanted)",
        "{years} Jahre Berufserfahrung ({wanted} verlangt)",
        "{years} ans d’expérience ({wanted} demandés)",
        "{years} anni di esperienza ({wanted} richiesti)",
    ),
    "years_open": (
        "{years} years of work (the posting names no number)",
        "{years} Jahre Berufserfahrung (das Inserat nennt keine Zahl)",
        "{years} ans d’expérience (l’annonce n’indique pas de nombre)",
        "{years} anni di esperienza (l’annuncio non indica un numero)",
    ),
    "title": (
        "closest title to “{wanted}”: “{title}”",
        "ähnlichste Berufsbezeichnung zu «{wanted}»: «{title}»",
        "titre le plus proche de «{wanted}»: «{title}»",
        "titolo più vicino a «{wanted}»: «{title}»",
    ),
    "no_title": (
        "closest title to “{wanted}”: none",
        "ähnlichste Berufsbezeichnung zu «{wanted}»: keine",
        "titre le plus proche de «{wanted}»: aucun",
        "titolo più vicino a «{wanted}»: nessuno",
    ),
    "seniority": (
        "level of the titles held against the level that the posting asks for",
        "Stufe der bisherigen Stellen im Vergleich zur verlangten Stufe",
        "niveau des postes occupés par rapport au niveau demandé",
        "livello dei posti occupati rispetto al livello richiesto",
    ),
    "languages": (
        "languages asked for: {found} found",
        "verlangte Sprachen: {found} gefunden",
        "langues demandées: {found} trouvé",
        "lingue richieste: {found} trovato",
    ),
    "languages_absent": (
        "languages asked for: {found} found, {absent} not found",
        "verlangte Sprachen: {found} gefunden, {absent} nicht gefunden",
        "langues demandées: {found} trouvé, {absent} non trouvé",
        "lingue richieste: {found} trovato, {absent} non trovato",
    ),
    "degree": (
        "a degree is asked for and found",
        "ein Abschluss ist verlangt und vorhanden",
        "un diplôme est demandé et présent",
        "un titolo di studio è richiesto e presente",
    ),
    "no_degree": (
        "a degree is asked for and not found",
        "ein Abschluss ist verlangt, aber nicht gefunden",
        "un diplôme est demandé, mais introuvable",
        "un titolo di studio è richiesto, ma non trovato",
    ),
    "hidden": (
        "hidden text ({how}) earns nothing: {text}",
        "versteckter Text ({how}) zählt nichts: {text}",
        "texte caché ({how}), ne rapporte rien: {text}",
        "testo nascosto ({how}), non vale nulla: {text}",
    ),
    "hides": (
        "the file hides text; screening systems flag this",
        "die Datei versteckt Text; Bewerbungssysteme melden das",
        "le fichier cache du texte; les systèmes de tri le signalent",
        "il file nasconde del testo; i sistemi di selezione lo segnalano",
    ),
    "clean": (
        "nothing in the way of a parser",
        "nichts steht dem maschinellen Lesen im Weg",
        "rien ne gêne la lecture automatique",
        "nulla ostacola la lettura automatica",
    ),
    "columns": (
        "two columns: some parsers read across them",
        "zwei Spalten: manche Systeme lesen quer darüber",
        "deux colonnes: certains systèmes lisent en travers",
        "due colonne: alcuni sistemi le leggono di traverso",
    ),
    "tables": (
        "tables: their cells may be read out of order",
        "Tabellen: ihre Zellen können in falscher Reihenfolge gelesen werden",
        "tableaux: les cellules peuvent être lues dans le désordre",
        "tabelle: le celle possono essere lette in disordine",
    ),
    "text_boxes": (
        "text boxes: many parsers skip them",
        "Textfelder: viele Systeme überspringen sie",
        "zones de texte: beaucoup de systèmes les ignorent",
        "caselle di testo: molti sistemi le saltano",
    ),
    "pictures": (
        "pictures: a parser sees nothing in them",
        "Bilder: ein System sieht darin nichts",
        "images: un système n’y voit rien",
        "immagini: un sistema non vi legge nulla",
    ),
    "many_pictures": (
        "many pictures: a parser sees nothing in them",
        "viele Bilder: ein System sieht darin nichts",
        "beaucoup d’images: un système n’y voit rien",
        "molte immagini: un sistema non vi legge nulla",
    ),
    "header_footer": (
        "text in the header or footer may be skipped",
        "Text in Kopf- oder Fusszeile kann übersprungen werden",
        "le texte d’en-tête ou de pied de page peut être ignoré",
        "il testo in intestazione o a piè di pagina può essere saltato",
    ),
    "small_print": (
        "print of {n} points is hard to read",
        "Schrift von {n} Punkt ist schwer zu lesen",
        "un texte de {n} points est difficile à lire",
        "un testo di {n} punti è difficile da leggere",
    ),
    "fonts": ("{n} fonts", "{n} Schriften", "{n} polices", "{n} caratteri"),
    "unmapped": (
        "letters that machines cannot read",
        "Buchstaben, die Maschinen nicht lesen können",
        "des lettres que les machines ne peuvent pas lire",
        "lettere che le macchine non possono leggere",
    ),
    "pages": (
        "{n} pages; two are usual",
        "{n} Seiten; üblich sind zwei",
        "{n} pages; deux sont d’usage",
        "{n} pagine; di solito sono due",
    ),
    "no_name": ("no name found", "kein Name gefunden", "aucun nom trouvé", "nessun nome trovato"),
    "no_email": (
        "no e-mail address found",
        "keine E-Mail-Adresse gefunden",
        "aucune adresse e-mail trouvée",
        "nessun indirizzo e-mail trovato",
    ),
    "no_phone": (
        "no phone number found",
        "keine Telefonnummer gefunden",
        "aucun numéro de téléphone trouvé",
        "nessun numero di telefono trovato",
    ),
    "no_work": (
        "no section with work experience found",
        "kein Abschnitt mit Berufserfahrung gefunden",
        "aucune rubrique d’expérience professionnelle trouvée",
        "nessuna sezione di esperienza professionale trovata",
    ),
    "no_education": (
        "no section with education found",
        "kein Abschnitt mit Ausbildung gefunden",
        "aucune rubrique de formation trouvée",
        "nessuna sezione di formazione trovata",
    ),
    "no_skills": (
        "no section with skills found",
        "kein Abschnitt mit Kenntnissen gefunden",
        "aucune rubrique de compétences trouvée",
        "nessuna sezione di competenze trovata",
    ),
    "undated": (
        "jobs without readable dates",
        "Stellen ohne lesbare Daten",
        "postes sans dates lisibles",
        "impieghi senza date leggibili",
    ),
    "no_bullets": (
        "no bullets that say what was done",
        "keine Aufzählung, die sagt, was geleistet wurde",
        "aucune liste qui dise ce qui a été fait",
        "nessun elenco che dica che cosa è stato fatto",
    ),
    "long_bullets": (
        "bullets longer than two lines",
        "Aufzählungspunkte von mehr als zwei Zeilen",
        "points de plus de deux lignes",
        "punti di più di due righe",
    ),
    "few_numbers": (
        "few bullets give a number or a result",
        "wenige Punkte nennen eine Zahl oder ein Ergebnis",
        "peu de points donnent un chiffre ou un résultat",
        "pochi punti indicano un numero o un risultato",
    ),
    "short": (
        "very short: {n} different words",
        "sehr kurz: {n} verschiedene Wörter",
        "très court: {n} mots différents",
        "molto breve: {n} parole diverse",
    ),
    "repeated": (
        "the same word again and again: {words}",
        "immer wieder dasselbe Wort: {words}",
        "le même mot encore et encore: {words}",
        "la stessa parola più e più volte: {words}",
    ),
    "long": (
        "long: about {n} words",
        "lang: etwa {n} Wörter",
        "long: environ {n} mots",
        "lungo: circa {n} parole",
    ),
    "long_profile": (
        "the profile is longer than 110 words",
        "das Profil hat mehr als 110 Wörter",
        "le profil dépasse 110 mots",
        "il profilo supera le 110 parole",
    ),
    "first_person": (
        "bullets in the first person",
        "Aufzählungspunkte in der Ich-Form",
        "points à la première personne",
        "punti in prima persona",
    ),
}
_WHERE: dict[str, _Words] = {
    "columns": ("{n} columns", "{n} Spalten", "{n} colonnes", "{n} colonne"),
    "tables": ("{n} tables", "{n} Tabellen", "{n} tableaux", "{n} tabelle"),
    "text_boxes": ("{n} boxes", "{n} Felder", "{n} zones", "{n} caselle"),
    "pictures": ("{n} pictures", "{n} Bilder", "{n} images", "{n} immagini"),
    "many_pictures": ("{n} pictures", "{n} Bilder", "{n} images", "{n} immagini"),
    "header_footer": (
        "header or footer", "Kopf- oder Fusszeile", "en-tête ou pied de page",
        "intestazione o piè di pagina",
    ),
    "hidden": ("page {page}", "Seite {page}", "page {page}", "pagina {page}"),
}  # fmt: skip
_HOW: dict[str, _Words] = {
    "white": ("white", "weiss", "blanc", "bianco"),
    "tiny": ("tiny", "winzig", "minuscule", "minuscolo"),
    "off_page": ("off page", "ausserhalb der Seite", "hors page", "fuori pagina"),
    "invisible": ("invisible", "unsichtbar", "invisible", "invisibile"),
    "hidden_style": ("hidden style", "ausgeblendet", "masqué", "nascosto"),
    "metadata": ("metadata", "Metadaten", "métadonnées", "metadati"),
    "covered": ("covered", "verdeckt", "recouvert", "coperto"),
}
_CHANGES: dict[str, _Words] = {
    "rephrased": ("rephrased", "umformuliert", "reformulé", "riformulato"),
    "highlights_first": (
        "what the posting asks for comes first",
        "was das Inserat verlangt, steht zuerst",
        "ce que l’annonce demande vient en premier",
        "ciò che l’annuncio chiede viene per primo",
    ),
    "highlights_selected": (
        "what the posting asks for comes first; {n} without bearing on it left out",
        "was das Inserat verlangt, steht zuerst; {n} ohne Bezug dazu weggelassen",
        "ce que l’annonce demande vient en premier; {n} sans rapport avec elle retiré(s)",
        "ciò che l’annuncio chiede viene per primo; {n} senza attinenza omesso/i",
    ),
    "shown_by_work": (
        "asked for, and shown by the work",
        "verlangt und durch die Arbeit belegt",
        "demandé, et prouvé par le travail",
        "richiesto e dimostrato dal lavoro svolto",
    ),
    "skills_first": (
        "skills that the posting asks for come first",
        "Kenntnisse, die das Inserat verlangt, stehen zuerst",
        "les compétences que l’annonce demande viennent en premier",
        "le competenze che l’annuncio chiede vengono per prime",
    ),
    "closest_title": (
        "the title held that is closest to the posting's",
        "die bisherige Berufsbezeichnung, die dem Inserat am nächsten kommt",
        "le titre exercé le plus proche de celui de l’annonce",
        "il titolo ricoperto più vicino a quello dell’annuncio",
    ),
    "sentence_first": (
        "the sentence closest to the posting first",
        "der Satz, der dem Inserat am nächsten kommt, zuerst",
        "la phrase la plus proche de l’annonce en premier",
        "per prima la frase più vicina all’annuncio",
    ),
    "profile_written": (
        "a profile from title, years and skills that the résumé holds",
        "ein Profil aus Berufsbezeichnung, Jahren und Kenntnissen, die im Lebenslauf stehen",
        "un profil à partir du titre, des années et des compétences qui figurent dans le CV",
        "un profilo da titolo, anni e competenze che sono nel CV",
    ),
}


def finding(
    part: Part, severity: Severity, code: str, points: float = 0.0, where: str = "", **facts: Any
) -> Finding:
    """Return a finding that says in English what its code and facts mean."""
    known = {name: str(value) for name, value in facts.items()}
    made = Finding(
        part=part, severity=severity, message="", where=where, points=points, code=code, facts=known
    )
    return _told(made, 0)


def because(code: str, **facts: Any) -> dict[str, Any]:
    """Return the fields of a change that say why it was made."""
    known = {name: str(value) for name, value in facts.items()}
    return {"why": _CHANGES[code][0].format(**known), "code": code, "facts": known}


def _told(item: Finding, language: int) -> Finding:
    if item.code not in _FINDINGS:
        return item
    facts = dict(item.facts)
    if not facts and "{" in _FINDINGS[item.code][0]:
        return item  # kept and read again: its facts are in its words alone
    if how := facts.get("how"):
        facts["how"] = _HOW[how][language]
    where = item.where
    if place := _WHERE.get(item.code):
        where = place[language].format(**facts)
    message = _FINDINGS[item.code][language].format(**facts)
    return item.model_copy(update={"message": message, "where": where})


def _changed(item: Change, language: int) -> Change:
    words = _CHANGES.get(item.code)
    if words is None or (not item.facts and "{" in words[0]):
        return item
    return item.model_copy(update={"why": words[language].format(**item.facts)})


def told(result: ScoreResult, language: str | None) -> ScoreResult:
    """Return the score with its findings in the language; unknown ones are told in English."""
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    return result.model_copy(update={"findings": [_told(item, at) for item in result.findings]})


def told_changes(result: TailorResult, language: str | None) -> TailorResult:
    """Return the result with the reasons of its changes and the advice on gaps in the language."""
    known = language if language in LANGUAGES else "en"
    at = LANGUAGES.index(known)
    gaps = [gap.model_copy(update={"advice": GAP[known]}) for gap in result.gaps]
    changes = [_changed(item, at) for item in result.changes]
    return result.model_copy(update={"changes": changes, "gaps": gaps})
