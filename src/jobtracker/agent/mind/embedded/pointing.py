"""What points at something shown or at something outside: ordinals, “it”, files, links, counts."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
import re

from jobtracker.agent.mind.embedded.slots import Reference
from jobtracker.core.lexicon.lazy import LazyPattern, lazy

Span = tuple[int, int]
_I = re.IGNORECASE
_WORDS = {
    1: "first|erste[nrs]?|erscht[ie]?s?|erst|premi(?:er|ère)|1(?:st|er|ère|re)|prim[oa]",
    2: "second|zweite[nrs]?|zweit[i]?|zwöit[ei]?|deuxième|second[oae]|2(?:nd|e|ème)|deuxieme",
    3: "third|dritte[nrs]?|dritt[i]?|troisième|terz[oa]|3(?:rd|e|ème)|troisieme",
    4: "fourth|vierte[nrs]?|viert[i]?|quatrième|quart[oa]|4(?:th|e|ème)",
    5: "fifth|fünfte[nrs]?|cinquième|quint[oa]|5(?:th|e|ème)",
    6: "sixth|sechste[nrs]?|sixième|sest[oa]|6(?:th|e|ème)",
    7: "seventh|siebte[nrs]?|septième|settim[oa]|7(?:th|e|ème)",
    8: "eighth|achte[nrs]?|huitième|ottav[oa]|8(?:th|e|ème)",
    9: "ninth|neunte[nrs]?|neuvième|non[oa]|9(?:th|e|ème)",
    10: "tenth|zehnte[nrs]?|dixième|decim[oa]|10(?:th|e|ème)",
    11: "eleventh|elfte[nrs]?|onzième|undicesim[oa]",
    12: "twelfth|zwölfte[nrs]?|douzième|dodicesim[oa]",
    13: "thirteenth|dreizehnte[nrs]?|treizième|tredicesim[oa]",
    14: "fourteenth|vierzehnte[nrs]?|quatorzième|quattordicesim[oa]",
    15: "fifteenth|fünfzehnte[nrs]?|quinzième|quindicesim[oa]",
    16: "sixteenth|sechzehnte[nrs]?|seizième|sedicesim[oa]",
    17: "seventeenth|siebzehnte[nrs]?|dix-septième|diciassettesim[oa]",
    18: "eighteenth|achtzehnte[nrs]?|dix-huitième|diciottesim[oa]",
    19: "nineteenth|neunzehnte[nrs]?|dix-neuvième|diciannovesim[oa]",
    20: "twentieth|zwanzigste[nrs]?|vingtième|ventesim[oa]",
    -1: "last|letzte[nrs]?|letscht[ie]?s?|derni(?:er|ère)|ultim[oa]",
}
_DETERMINER = r"(?:the|that|this|die|der|das|di|de|dr|s|ds|den|dem|zur|le|la|il|lo|l'|au|del|della|dell'|al|alla|all'|nel|nella|sul|sulla|zum|beim|vom|and|und|et|e|or|,)"
_ORDINALS = [
    (number, lazy(rf"(?<!\w){_DETERMINER}\s*(?P<o>{words})\b", _I))
    for number, words in _WORDS.items()
] + [
    (number, lazy(rf"^\W*(?P<o>{words})(?:\s+(?:one|job|posting|please|pls|bitte|stelle|poste|offre|offerta|stp|svp|thanks|danke))*\W*$", _I))
    for number, words in _WORDS.items()
]  # fmt: skip
_ANY_ORDINAL = lazy(rf"(?:{'|'.join(_WORDS.values())})\b", _I)
"""Looked for first: most messages hold none, and 42 patterns take 30 ms to compile."""
_NOT_ORDINAL = lazy(
    r"\s*(?:of (?=[jfmasond])|month|salary|monatslohn|salaire|stipendio|mensilità|time|interview|round|call|week|month|year|days?|name|step|gespräch|runde|mal|woche|monat|jahr|"
    r"tage|entretien|fois|semaine|mois|année|colloquio|volta|settimana|mese|anno|minute|half|\d|of all|"
    r"stage|impression|suggestion|slot|vorschlag|créneau|orario|nacht|night|von (?:januar|februar))",
    _I,
)
_NUMBERED = lazy(
    r"(?<!\w)(?:#|no\.?\s?|nr\.?\s?|number\s|nummer\s|numéro\s|numero\s|job\s|stelle\s|poste\s|posting\s|"
    r"option\s|n°\s?|offre\s|offerta\s|result\s|item\s)(?P<n>\d{1,3})(?![\d%.:k'])"
    r"|(?<!\w)the\s+(?P<m>\d{1,4})(?:st|nd|rd|th)\s+(?:one|job|posting|result|entry)\b",
    _I,
)
_NUMBER_ALONE = lazy(
    r"(?i)^\W*(?:(?:the|die|der|das|la|le|il|lo|numero|nummer|number|numéro|open|show|zeig(?:e|t)?|apri|ouvre|mostra|montre)\s+)*"
    r"(?P<n>[1-9]\d?)\.?(?:\s+(?:please|bitte|svp|per favore))?\W*$"
)
_FIRST_FEW = lazy(
    r"(?<!\w)(?:the first|die ersten|les|le prime|i primi|first|top)\s+(?P<n>two|three|zwei|drei|deux|trois|"
    r"due|tre|2|3|4|5)\b(?:\s+(?:premi\w+))?",
    _I,
)
_FEW = {"two": 2, "zwei": 2, "deux": 2, "due": 2, "three": 3, "drei": 3, "trois": 3, "tre": 3}
_REFERENCES: list[tuple[Reference, LazyPattern]] = [
    ("both", lazy(r"(?<!\w)(?:both|beide[nr]?|(?:tous |toutes )?les deux|entramb[ie]|tutti e due)(?!\w)", _I)),
    ("all", lazy(r"(?<!\w)(?:all of (?:them|these|those)|them all|all(?: the)? (?:jobs|postings|results)|alle davon|sie alle|tous|toutes|tutt[ie])(?!\w)", _I)),
    ("that_company", lazy(
        r"(?<!\w)(?:(?:that|this|the same|the) (?:company|employer|firm)|(?:diese[nrm]?|der|die) (?:firma|unternehmen|arbeitgeber)|"
        r"(?:cette|l'|l’) ?(?:entreprise|société|boîte)|(?:cet|l') ?employeur|(?:questa|quell'|l') ?(?:azienda|ditta)|them|they|ihnen|leur)(?!\w)", _I)),
    ("that_job", lazy(
        r"(?<!\w)(?:(?:that|this|the) (?:job|position|posting|role|one|vacancy|ad|opening)|(?:diese[nrm]?|der|die|das|den|dieses) (?:stelle|job|inserat|position|ausschreibung)|"
        r"(?:ce|cet|cette|l'|le) ?(?:poste|offre|annonce|emploi|job)|celui-ci|celle-ci|celui-là|celle-là|"
        r"(?:quest[oa]|quel(?:la|lo)?|il|la|l') ?(?:lavoro|offerta|posto|annuncio|posizione))(?!\w)", _I)),
    ("it", lazy(
        r"(?<!\w)(?:it|darauf|dafür|daran|sie|ihn|es)(?!\w)|-(?:le|la|les)(?!\w)|(?<=\w\w)(?:alo|arlo|arla|alla|ilo|cilo|telo)(?!\w)(?<!alla)", _I)),
]  # fmt: skip
_EXTENSIONS = r"pdf|docx?|odt|rtf|txt|md|json|html?|ics|zip|xml|tex|eml|csv|pages|ya?ml|png|jpe?g"
_PATHS = [
    lazy(rf"[\"“„'«](?P<p>[^\"”“»'\n]{{1,300}}?\.(?:{_EXTENSIONS}))\s?[\"”“'»]", _I),
    lazy(
        rf"(?<![\w:/.])(?P<p>(?:~|\.{{1,2}})?/[^\n\"<>|?*:]{{0,300}}?\.(?:{_EXTENSIONS}))(?!\w)", _I
    ),
    lazy(rf"(?<!\w)(?P<p>(?:[A-Za-z]:\\|\\\\)[^\n\"<>|?*]{{1,300}}?\.(?:{_EXTENSIONS}))(?!\w)", _I),
    lazy(r"[\"“„](?P<p>(?:~|\.{0,2}/|[A-Za-z]:\\)[^\"”“\n]{1,300})[\"”“]", _I),
    lazy(r"(?<![\w:/.])(?P<p>(?:~|\.{1,2})?(?:/[\w.@+-]+){2,}/?)", _I),
    lazy(r"(?<!\w)(?P<p>~/[\w.@+/-]+)", _I),
    lazy(rf"(?<![\w@/.])(?P<p>[\w@+-][\w.@+-]{{0,120}}\.(?:{_EXTENSIONS}))(?![\w/])", _I),
]
_URL = lazy(
    r"(?:https?://|www\.)[^\s<>\"”»]+|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,6}/[^\s<>\"”»]*", _I
)
_EMAIL = lazy(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_COUNT = lazy(
    r"(?<![\w.,'%-])(?P<n>\d{1,3}|two|three|five|ten|zwei|drei|fünf|zehn|deux|trois|cinq|dix|due|tre|cinque|dieci)\s+"
    r"(?:more\s+|new\s+|weitere\s+|neue\s+|autres\s+|altri\s+|of\s+(?:them|those)\b)?(?:[a-zà-ü]+\s+){0,2}?"
    r"(?:jobs?|results?|postings?|positions?|roles?|openings?|applications?|stellen|treffer|bewerbungen|inserate|"
    r"offres?|candidatures?|postes?|résultats?|offerte|candidature|risultati|posti|annunci|slots?|suggestions?|"
    r"proposals?|vorschläge|créneaux|proposte|questions?|fragen|domande|interviews?|gespräche|entretiens|colloqui)\b"
    r"|(?<!\w)top\s+(?P<t>\d{1,2})\b",
    _I,
)
_NUMBER_WORDS = _FEW | {
    "five": 5,
    "ten": 10,
    "fünf": 5,
    "zehn": 10,
    "cinq": 5,
    "dix": 10,
    "cinque": 5,
    "dieci": 10,
}


def ordinals(text: str) -> list[tuple[int, Span]]:
    """Return what is counted, in order: 1 is the first, -1 the last."""
    found: dict[Span, int] = {}
    for match in _FIRST_FEW.finditer(text):
        word = match["n"].lower()
        for number in range(1, _FEW.get(word, 0 if not word.isdigit() else int(word)) + 1):
            found[match.start() + number, match.end()] = number
    if found:
        return [(number, span) for span, number in sorted(found.items())]
    for number, pattern in _ORDINALS if _ANY_ORDINAL.search(text) else ():
        for match in pattern.finditer(text):
            if not _NOT_ORDINAL.match(text[match.end() :]):
                found[match.span("o")] = number
    for match in _NUMBERED.finditer(text):
        if number := int(match["n"] or match["m"]):
            found[match.span()] = number
    if not found and (alone := _NUMBER_ALONE.match(text)):
        found[alone.span("n")] = int(alone["n"])
    return [(number, span) for span, number in sorted(found.items())]


def reference(text: str) -> tuple[Reference, Span] | None:
    """Return the first thing that a pronoun or “this job” points at."""
    for name, pattern in _REFERENCES:
        if match := pattern.search(text):
            return name, match.span()
    return None


def path(text: str) -> tuple[str, Span] | None:
    """Return a file's path: quoted, absolute, from home, of Windows, or a bare file name."""
    links = [match.span() for match in _URL.finditer(text)]
    for pattern in _PATHS:
        for match in pattern.finditer(text):
            if all(match.end() <= a or b <= match.start() for a, b in links):
                return match["p"].strip(), match.span("p")
    return None


def url(text: str) -> tuple[str, Span] | None:
    """Return the first link."""
    match = _URL.search(text)
    if match is None:
        return None
    link = match[0].rstrip(".,;:!?)")
    return link, (match.start(), match.start() + len(link))


def email(text: str) -> tuple[str, Span] | None:
    """Return the first mail address."""
    match = _EMAIL.search(text)
    return (match[0], match.span()) if match else None


def count(text: str) -> tuple[int, Span] | None:
    """Return how many of something are asked for."""
    match = _COUNT.search(text)
    if match is None:
        return None
    word = (match["n"] or match["t"]).lower()
    return (int(word) if word.isdigit() else _NUMBER_WORDS[word]), match.span()
