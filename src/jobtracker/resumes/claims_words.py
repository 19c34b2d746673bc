# ruff: noqa: E501 - word lists and patterns read better unbroken
"""Words that the check of claims goes by: numbers as words, groups of one meaning, strong claims."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jobtracker.resumes.terms import fold
from jobtracker.resumes.wordlist import split_words

_NUMBERS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn zwanzig",
    "fr": "zéro _ deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf vingt",
    "it": "zero _ due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove venti",
}
_TENS = {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "dreissig": 30, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "nonante": 90, "trenta": 30, "quaranta": 40, "cinquanta": 50,
    "vent": 20, "trent": 30, "quarant": 40, "cinquant": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90, "dozen": 12, "dozens": 24,
    "dutzend": 12, "douzaine": 12, "dozzina": 12, "vingtaine": 20, "dizaine": 10, "trentaine": 30,
    "centaine": 100, "hundred": 100, "hundreds": 200, "hundert": 100, "hunderte": 200, "cent": 100,
    "cento": 100, "thousand": 1000, "thousands": 2000, "tausend": 1000, "tausende": 2000,
    "mille": 1000, "mila": 1000, "million": 1e6, "millions": 1e6, "millionen": 1e6, "milione": 1e6,
    "milioni": 1e6, "billion": 1e9, "milliarde": 1e9, "milliarden": 1e9, "milliard": 1e9,
    "miliardo": 1e9, "miliardi": 1e9,
}  # fmt: skip
FACTORS = (
    (2.0, "doubl twice twofold verdoppel doppelt zweifach doublé doublant raddoppi duplicat"),
    (3.0, "tripl treble threefold verdreifach dreifach triplic"),
    (4.0, "quadrupl fourfold vervierfach quadruplic"),
    (0.5, "halv half halbier hälfte halbe moitié metà dimezz"),
    (10.0, "tenfold verzehnfach décupl decuplic"),
)
"""Words that state a factor; each needs its number, or the same word, in the résumé."""

_GROUPS_TEXT = """
lead headed direct manag supervis oversaw oversee spearhead steer leit führt geführt führung geleitet dirig encadr pilot géré gérer gestion guidat guidar dirett gestit gestir
respons verantwort zuständig charg incaric
coordinat organis organiz koordin coordonn coordin organizz plan geplant planif
build built develop creat construct implement program code coded engineer wrote write entwick erstell gebaut baute aufgebaut aufbau implementier umgesetzt umsetz développ créé créa réalis construi svilupp creat realizz costrui implementa
design architect conceiv concept entwarf entworfen konzip konzept gestalt conçu concev progett ideat
improv enhanc optimi better upgrad refin modernis moderniz verbesser optimier gesteigert amélior perfectionn miglior ottimizz
reduc lower decreas cut slash shrink minimi shorten trim senk gesenkt reduzier verringer verkürz kürz redui rédu diminu abaiss raccourc ridott riduc riduz ridur abbass accorci sank gesunk baiss scend calat
increas grow grew boost rais lift expand scal gained erhöh gesteiger steiger wuchs wachs ausgebaut ausbau augment accr croiss élargi aument accresc cresc ampli
automat automatis automatizz
migrat move moved moving port transfer transition verlager überführ migrier ablös transfér trasfer spost
launch releas ship roll introduc deploy deliver lancier eingeführt einführ ausgeliefert lanc lanç introdui déploy livr rilasc introdott introdur consegn distribui
maintain operat support ran run runs administ servic wart betreu betrieb gepflegt pfleg unterhalt entreten exploit mainten manten gest suppor support
test verif valid quality qa prüf getestet qualität essai contrôl collaud
analy examin evaluat assess research investigat stud studi untersuch auswert ausgewertet ausgewert évalu recherch esamin valut ricerc indag
teach taught train coach mentor instruct guid schul geschult ausgebild unterricht betreut form formé enseign insegn adestr addestr affianc
team crew squad group colleague staff people person personen personnes persone gruppe mannschaft mitarbeit kolleg équipe groupe collaborat collègue gruppo collegh personal
customer client guest buyer user consumer kund gast gäste benutz nutz client usager utilisateur hôte utent ospit
software application app system program product platform tool anwendung plattform produkt logiciel programm outil prodotto piattaforma strument
company firm business enterpris organis organiz unternehm firma betrieb entreprise société azienda impresa società
project initiativ programme vorhaben projekt projet progett
process workflow procedur ablauf prozess verfahren processus procédure process procedur
report dashboard document summar bericht dokument rapport documenta relazion
time duration latency zeit dauer temps durée tempo durata
cost expens spend spend kosten ausgaben coût dépens cost spes
sale revenue turnover umsatz verkauf vente vendu chiffr vendit fattur ricav sold
servic dienst service servizi
data database datenbank daten donné base dati
website site web page webseite internetseite sitio sito
month monat mois mes mens
year jahr an année anno annu jährlich
week woche semaine settiman weekly hebdomad
day daily tag tägl jour quotidien giorn
patient resident bewohn malad pazient
pupil student class learner schül klasse élèv classe alliev student classe
pay salary payroll lohn gehalt paie salaire stipend paga
account bookkeep ledger buchhalt konto konten comptab compte contab conti
order purchas procur bestell einkauf beschaff command achat ordin acquist
warehous stock stor inventory lager bestand entrepôt magazin invent
kitchen cook menu dish küche koch speise gericht cuisin plat cucin piatt
machin equipment plant device maschin anlag gerät équip appareil macchin impiant
safety secur sicher sécur sicurezz
meet requirement target goal deadline ziel frist objectif délai obiettiv scadenz
collaborat cooperat partner zusammenarbeit gemeinsam collabor
present demonstr show präsent vorgestellt présent present
advis consult counsel berat beriet conseill consigli consulen
sell sold verkauf vend
care nurs pfleg soign cur assist
repair fix reparier instand répar ripar
install mount montier montag mont
negotiat verhandel négoci negozi
hire recruit rekrut eingestellt engag recrut assunt assum
award priz auszeichn ausgezeichnet prix distinct premi
patent brevet
publish publi veröffentlich pubblic
certif zertifi diplom
budget
strateg
"""
_STRONG_TEXT = """
award prize winner won honour honor auszeichnung ausgezeichnet preis lauréat primé premio premiat
patent brevet
publish published publication veröffentlich publié pubblicat
certif zertifi certific
promot beförder promu promoss
found founded founder co-found gegründet gründ fondé fondateur fondat
budget p&l profit umsatzverantwort
led lead leading headed manag directed supervis oversaw spearhead leit geleitet führte geführt dirig encadr dirett guidat
director chief executive head vp president ceo cto cfo geschäftsführ direktor directeur direttor
senior principal staff
expert specialist guru world-class master
fluent native bilingual muttersprach verhandlungssicher courant maternelle bilingue madrelingua fluente
phd doctor doctorate master bachelor mba degree diploma doktor promotion studium diplôme licence laurea dottorato
international global worldwide weltweit mondial mondial
ted keynote speaker referent conférenc relatore
security-cleared clearance
negotiat verhandel négoci negozi
hired recruit rekrut recrut assunt
raised fundrais funding investor invest
acquisition acquir merger fusion übernahme
client clients customer customers kunden clienti clients
volunteer ehrenamt bénévol volontar
cofounded entrepreneur unternehmer
sole solely single-handedly alone allein seul
revenue sales turnover umsatz chiffre fatturato
million billion
professor lecturer dozent enseignant docente
"""
GENERIC = frozenset(
    fold(word)
    for word in split_words(
        """
        about above across additional after again also among another any application applied
        apply around based become been before being below best between both bring brought career
        close collaborated consistently contribute contributed contributing contribution
        currently daily dear demand detail detailed different directly during each effective
        effectively efficient efficiently end ensure ensured ensuring every excellent experience
        experienced experiences field first focus focused focusing follow following full further
        gained general good great hands-on handled help helped helping here high highly hiring
        hold include included including into interest interested join key kind know knowledge
        large latest like look looking made main make making many match matches more most
        motivated much need needs new offer on-time once open opportunity other over own part
        particularly position possible practical practice present previously proven provide
        provided providing quality quickly reach read ready receive regards regular regularly
        relevant reliable reliably require required requires resulting role roles same served
        serving several significant significantly similar since sincerely skill skilled skills
        smooth smoothly solid some strong successful successfully such take taken task tasks
        than thank thanks that them then there therefore these they thing this those through
        throughout together took total toward under until up use used using various vacancy very
        via want well were what when where which while who will wish with within without work
        worked working works would year yours what your contributed thereby additionally hiermit
        bewerbe bewerbung stelle stellenausschreibung freue freuen gerne bringe mitbringe
        bringen dabei sowie insbesondere erfolgreich erfolgreiche erfolgreichen bereits unter
        anderem arbeit arbeite arbeitete gearbeitet tätig tätigkeit aufgabe aufgaben bereich
        erfahrung erfahrungen kenntnisse fähigkeiten durch während zudem ausserdem heute aktuell
        aktuellen bisher bisherigen genutzt nutzte verwendet eingesetzt einsatz setzte mithilfe
        mittels hilfe neue neuen neuer gute guten sehr damit dadurch wobei für mit und je posten
        poste candidature actuel actuellement ainsi notamment avec grâce permis permettant
        utilisé utilisant travaillé travail expérience expériences compétences domaine participé
        participation assuré nouveau nouvelle nouvelles réussi succès plusieurs lors cadre sein
        chez candidatura conoscenza conoscenze posizione attuale attualmente nonché grazie
        permesso permettendo utilizzato utilizzando lavorato lavoro esperienza esperienze
        competenze ambito partecipato assicurato nuovo nuova nuovi successo diversi diverse
        presso tramite mediante durante looked looking looks several mehrere plusieurs oltre circa rund
        etwa environ pratique connaissances maitrise pratica holds holding held lieu statt anstatt invece
        uses works working arbeitet nutzt utilise travaille usa utilizza lavora mehr plus più instead approximately roughly ungefahr près hours gained employed employé employee angestellt
        """
    )
)
STOP = frozenset(
    fold(word)
    for word in split_words(
        """
        the and of to in for with an on by as at from is was were are be been has have had that
        this it its my our their his her your you we they he she me us not no or but if so than
        then into out off per all can which who whom whose what when where how am do did does up
        und der die das den dem des ein eine einer einem einen eines im in mit für von vom zu
        zum zur bei beim auf aus an am als auch ist war waren sind hat habe haben wird wurde
        wurden nicht oder aber wenn so wie ich wir sie er es mein meine meiner meinem meinen ihr
        ihre ihrer ihrem ihren sein seine um bis nach über unter vor seit dass dies diese dieser
        dieses man mich mir sich et de la le les des du en pour avec un une dans sur par au aux
        à est était sont a ai avait ce cette ces que qui où mon ma mes votre vos notre nos son
        sa ses je nous vous il elle ils ne pas ou mais plus très comme dont leur leurs y d l j c
        s n qu e ed di il lo la i gli le dei del della delle dello degli in per con un una uno
        nel nella nei al alla allo ai agli alle da dal dalla su sul sulla è era sono ho ha hanno
        che cui mio mia miei mie suo sua non o ma più molto come anche tra fra si mi ci vi
        """
    )
)
DEGREES = (
    ("doctorate", r"ph\.?\s?d|dphil|doctor(?:ate)?\b|doktor|promovier|promotion zum|dottorato|doctorat\b"),
    ("mba", r"\bmba\b|\bemba\b"),
    ("master", r"\bmaster\b|\bmaster[’']?s\b|\bm\.?\s?sc\b|\bmsc\b|\bm\.?\s?a\.|magistrale|\bm\.?\s?eng\b|\bmas\b"),
    ("bachelor", r"\bbachelor|\bb\.?\s?sc\b|\bbsc\b|\bb\.?\s?a\.|\blicence\b|triennale|\bb\.?\s?eng\b"),
    ("apprenticeship", r"\befz\b|\bcfc\b|\bafc\b|lehrabschluss|berufslehre"),
    ("matura", r"\bmatur(?:a|a?it[äé])\b|abitur|baccalaureat"),
)  # fmt: skip


@cache
def number_words() -> dict[str, dict[str, float]]:
    """Return the number words of each language; 1 is left out, for it is an article too."""
    result: dict[str, dict[str, float]] = {}
    for language, text in _NUMBERS.items():
        result[language] = {
            fold(word): float(value)
            for value, word in enumerate(text.split())
            if value > 1 and word != "_"
        }
        result[language] |= {fold(word): float(value) for word, value in _TENS.items()}
    result["en"].pop("cent", None)
    result["en"].pop("mille", None)
    result["en"].pop("vent", None)
    result["fr"].pop("vent", None)
    return result


@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(fold(stem) for stem in line.split()) for line in _GROUPS_TEXT.strip().splitlines()
    )


@cache
def _strong() -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(fold(stem) for stem in line.split()) for line in _STRONG_TEXT.strip().splitlines()
    )


@lru_cache(maxsize=20000)
def groups_of(word: str) -> frozenset[int]:
    """Return the groups of meaning in which a folded word stands."""
    return _in_groups(word, _groups())


@lru_cache(maxsize=20000)
def strong_groups_of(word: str) -> frozenset[int]:
    """Return the groups of strong claims in which a folded word stands."""
    return _in_groups(word, _strong())


def _in_groups(word: str, groups: tuple[tuple[str, ...], ...]) -> frozenset[int]:
    return frozenset(
        index
        for index, stems in enumerate(groups)
        if any(
            word == s or (len(s) >= 4 and word.startswith(s) and len(word) - len(s) <= 7)
            for s in stems
        )
    )


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """Return a rough stem: enough to see that migrate, migrated and migration are one."""
    cut = re.sub(
        r"(?:ungen|ations?|ements?|ingly|ungs?|ings?|ions?|ments?|ness|ies|ied|ers?|ed|es|en|em|er|ly|"
        r"ant|ent|ee|ées|ati|ato|ata|are|ire|ere|ys|y|e|s|n|t|a|o|i)$",
        "",
        word,
    )
    return cut if len(cut) >= 3 else word


@cache
def all_number_words() -> frozenset[str]:
    """Return the number words of all languages, and the words for years and since."""
    extra = "one ein eine un une uno year years jahr jahre jahren an ans anni anno since seit depuis dal ab"
    names = [word for known in number_words().values() for word in known]
    return frozenset([*names, *(fold(word) for word in extra.split())])


def compound_value(word: str) -> float | None:
    """Return the value of a German or Italian number written in one word, e.g. centoventi."""
    known = number_words()["de"] | number_words()["it"] | {"ein": 1.0}
    total, rest = 0.0, word
    parts = 0
    while rest:
        name = max((n for n in known if len(n) > 2 and rest.startswith(n)), key=len, default="")
        if not name:
            return None
        value = known[name]
        total = max(total, 1.0) * value if value in {100.0, 1000.0} and total else total + value
        rest = rest[len(name) :].removeprefix("und")
        parts += 1
    return total if parts > 1 else None


@cache
def level_names() -> frozenset[str]:
    """Return the folded words by which people say how well they speak a language."""
    text = """
    native mother tongue bilingual fluent fluently proficient proficiency advanced upper intermediate
    conversational basic elementary beginner level spoken written speaker muttersprache muttersprachlich
    verhandlungssicher fliessend fließend stilsicher fortgeschritten mittelstufe gut gute guten
    grundkenntnisse niveau stufe wort schrift maternelle langue courant courante avancé intermédiaire
    notions débutant bon bonne bonnes écrit parlé madrelingua fluente avanzato intermedio base scolastico
    livello buono buona buone lingua parlato scritto scolaire sprache sprachkenntnisse
    """
    return frozenset(fold(word) for word in text.split())


ABOUT_STUDY = frozenset(
    fold(word)
    for word in split_words(
        """
        completed complete graduated graduate graduation obtained degree studied study studies
        apprenticeship qualification qualified lehre ausbildung abgeschlossen abgeschlossene abschluss
        absolviert studium studiert erlangt formation apprentissage obtenu obtenue terminé terminée diplômé
        diplômée études formazione apprendistato concluso conclusa conseguito conseguita studi attestato
        """
    )
)
"""Words that say no more of a study than that there was one."""
