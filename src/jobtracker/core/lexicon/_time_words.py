"""The words of dates and times in English, German (also as the Swiss write it when they speak),
French and Italian, as tables and patterns."""

from __future__ import annotations

import re

_SAME_LENGTH = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-", "−": "-"}
    | {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " ", "\t": " ", "\r": " "}
)


def plain(text: str) -> str:
    """Return `text` with one kind of apostrophe, dash and space; spans stay valid."""
    return text.translate(_SAME_LENGTH)


def choice(words: list[str] | dict[str, int]) -> str:
    """Return a pattern of the words, longest first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


def _table(*rows: str) -> dict[str, int]:
    """Each row lists the words of one number, the first row that of 0."""
    return {word: number for number, row in enumerate(rows) for word in row.split() if word != "-"}


WEEKDAYS = _table(
    "monday mondays montag montags mäntig mentig mändig lundi lunedì lunedi",
    "tuesday tuesdays dienstag dienstags zischtig ziischtig zyschtig mardi martedì martedi",
    "wednesday wednesdays mittwoch mittwochs mittwuch mittwuche mercredi mercoledì mercoledi",
    "thursday thursdays donnerstag donnerstags dunschtig donschtig donnschtig jeudi giovedì "
    "giovedi",
    "friday fridays freitag freitags fritig friitig frytig vendredi venerdì venerdi",
    "saturday saturdays samstag samstags sonnabend samschtig samedi sabato",
    "sunday sundays sonntag sonntags sunntig sundig dimanche domenica",
)
# Short forms are words of their own elsewhere (“mon CV”, “so”), so they need a neighbour.
WEEKDAYS_SHORT = _table(
    "mon mo lun", "tue tues di mar", "wed mi mer", "thu thur thurs do jeu gio",
    "fri fr ven", "sat sa sam sab", "sun so dim dom",
)  # fmt: skip
MONTHS = _table(
    "-",
    "january januar januars jänner jaenner janvier gennaio",
    "february februar februars février fevrier febbraio",
    "march märz maerz mars marzo",
    "april avril aprile",
    "may mai maggio",
    "june juni juin giugno",
    "july juli juillet luglio",
    "august août aout agosto",
    "september septembers septembre settembre",
    "october oktober oktobers octobre ottobre",
    "november novembers novembre",
    "december dezember dezembers décembre decembre dicembre",
)
MONTHS_SHORT = _table(
    "-", "jan janv gen", "feb févr fevr", "mar mär mrz", "apr avr", "mag", "jun giu",
    "jul juil lug", "aug", "sep sept", "oct okt ott", "nov", "dec dez déc dic",
)  # fmt: skip
# The months that are other words too stand alone only behind a preposition.
MONTHS_AMBIGUOUS = {"may", "march", "mars", "mai", "april", "august"}
MONTH_FIRST = {
    word: number
    for word, number in (MONTHS | MONTHS_SHORT).items()
    if word
    in "january february march april may june july august september october november december"
    or word in {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
}

_SMALL = _table(
    "null",
    "one a an ein eine einer einem einen un une una uno un'",
    "two zwei zwöi deux due",
    "three drei drü drüü trois tre",
    "four vier vieri quatre quattro",
    "five fünf fuenf foif füfi cinq cinque",
    "six sechs sächs sächsi sei",
    "seven sieben sibni sept sette",
    "eight acht achti huit otto",
    "nine neun nüni neuf nove",
    "ten zehn zäh zäni dix dieci",
    "eleven elf elfi onze undici",
    "twelve zwölf zwoelf zwölfi douze dodici",
)
NUMBERS = _SMALL | {
    "couple": 2,
    "a couple of": 2,
    "fourteen": 14,
    "vierzehn": 14,
    "quatorze": 14,
    "quinze": 15,
    "quindici": 15,
    "fifteen": 15,
    "fünfzehn": 15,
    "twenty": 20,
    "zwanzig": 20,
    "thirty": 30,
}
_ARTICLES = {"a", "an", "un", "eine", "einer", "einem", "einen", "ein", "une", "uno", "un'"}
HOURS = {
    **{word: n for word, n in _SMALL.items() if n and word not in _ARTICLES},
    "eins": 1,
    "eis": 1,
}

UNITS = {
    "minute": "minutes|minute|mins|min|minuten|minuto|minuti",
    "hour": "hours|hour|hrs|hr|h|stunden|stunde|stund|std|heures|heure|ore|ora",
    "day": "days|day|tagen|tage|tag|jours|jour|giorni|giorno",
    "week": "weeks|week|wochen|woche|wuche|semaines|semaine|settimane|settimana",
    "fortnight": "fortnights|fortnight",
    "month": "months|month|monaten|monate|monats|monat|monet|mois|mesi|mese",
    "year": "years|year|jahren|jahre|jahres|jahr|années|année|annees|annee|ans|an|anni|anno",
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split("|")}
UNIT = choice(list(UNIT_OF))
NUMBER = rf"\d{{1,4}}|{choice(NUMBERS)}"

PARTS: dict[str, tuple[int, int]] = {
    _word: _hours
    for _hours, _words in (
        ((8, 12), "morning vormittag vormittags matin matinée mattina mattino früh morgens"),
        ((12, 14), "lunchtime mittags midi-deux"),
        ((12, 18), "afternoon nachmittag nachmittags namittag nomittag pomeriggio"),
        ((12, 18), "après-midi apres-midi aprèm"),
        ((18, 22), "evening abend abends obig soir soirée sera"),
        ((20, 23), "night nacht nuit notte"),
    )
    for _word in _words.split()
}
TODAY_PARTS = {
    "tonight": (18, 22), "stasera": (18, 22), "stanotte": (20, 23),
    "stamattina": (8, 12), "stamani": (8, 12),
}  # fmt: skip

RELATIVE_DAYS = {
    "today": 0, "heute": 0, "hüt": 0, "hütt": 0, "aujourd'hui": 0, "aujourdhui": 0, "oggi": 0,
    "tomorrow": 1, "tmrw": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "morgen": 1, "morn": 1,
    "demain": 1, "domani": 1,
    "yesterday": -1, "gestern": -1, "geschter": -1, "hier": -1, "ieri": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "übermorgen": 2, "uebermorgen": 2,
    "übermorn": 2,
    "après-demain": 2, "après demain": 2, "apres-demain": 2, "dopodomani": 2,
    "the day before yesterday": -2, "day before yesterday": -2, "vorgestern": -2, "vorgeschter": -2,
    "avant-hier": -2, "l'altro ieri": -2, "avantieri": -2,
}  # fmt: skip

_TENS = {
    20: ("twenty", "zwanzig", "vingt", "venti"),
    30: ("thirty", "dreissig", "trente", "trenta"),
}
_DE_UNITS = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")


def _day_words() -> dict[str, int]:
    """Days of the month as words: ordinals in English and German, cardinals in the others."""
    english = (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
    )
    german = (
        "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt "
        "vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt"
    )
    french = (
        "- deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
        "dix-sept dix-huit dix-neuf vingt"
    )
    italian = (
        "- due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
        "quindici sedici diciassette diciotto diciannove venti"
    )
    found = {word: n for n, word in enumerate(english.split(), 1)}
    found |= {
        f"{word}{end}": n for n, word in enumerate(german.split(), 1) for end in ("e", "en", "er")
    }
    found |= {
        word: n for row in (french, italian) for n, word in enumerate(row.split(), 1) if word != "-"
    }
    ordinal, cardinal = english.split(), (french.split(), italian.split())
    for tens, (en, de, fr, it) in _TENS.items():
        found |= {f"{en[:-1]}ieth": tens} | {f"{de}st{end}": tens for end in ("e", "en", "er")}
        found |= {fr: tens, it: tens, f"{fr} et un": tens + 1, f"{it[:-1]}uno": tens + 1}
        for unit in range(1, 10 if tens == 20 else 2):
            found[f"{en}-{ordinal[unit - 1]}"] = tens + unit
            for end in ("e", "en", "er"):
                found[f"{_DE_UNITS[unit - 1]}und{de}st{end}"] = tens + unit
            if unit > 1:
                found[f"{fr}-{cardinal[0][unit - 1]}"] = tens + unit
                found[f"{it[:-1] if unit == 8 else it}{cardinal[1][unit - 1]}"] = tens + unit
    return found


DAY_WORDS = _day_words()

THIS = r"this|current|diese[nrsm]?|dieses|laufende[nrsm]?|cette|cet|ce|quest[oa]|quest'"
NEXT = r"next|nächste[nrsm]?|nächst|nächscht[ei]?|nöchscht[ei]?|naechste[nrsm]?"
COMING = r"coming|upcoming|kommende[nrsm]?|prochaine?s?|prossim[oaie]"
LAST = (
    r"last|past|previous|letzte[nrsm]?|letscht[ei]?|vergangene[nrsm]?|vorige[nrsm]?|ultim[oaie]|"
    r"dernière?s?"
)
AFTER_COMING = r"prochaine?s?|suivante?s?|prossim[oaie]|che viene|qui vient"
AFTER_LAST = r"dernière?s?|derniere?s?|passée?s?|scors[oaie]"

ZONES = {
    "CET": "Europe/Zurich", "CEST": "Europe/Zurich", "MEZ": "Europe/Zurich",
    "MESZ": "Europe/Zurich", "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki",
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "BST": "Europe/London",
    "GMT": "UTC", "UTC": "UTC", "ET": "America/New_York", "EST": "America/New_York",
    "EDT": "America/New_York", "CT": "America/Chicago", "CST": "America/Chicago",
    "CDT": "America/Chicago", "MT": "America/Denver", "MST": "America/Denver",
    "MDT": "America/Denver", "PT": "America/Los_Angeles", "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo",
    "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip
ZONE_PLACES = {
    "zürich": "Europe/Zurich", "swiss": "Europe/Zurich", "geneva": "Europe/Zurich",
    "genf": "Europe/Zurich", "genève": "Europe/Zurich", "bern": "Europe/Zurich",
    "basel": "Europe/Zurich", "lausanne": "Europe/Zurich", "lugano": "Europe/Zurich",
    "zurigo": "Europe/Zurich", "suisse": "Europe/Zurich", "uk": "Europe/London",
    "british": "Europe/London", "german": "Europe/Berlin", "munich": "Europe/Berlin",
    "frankfurt": "Europe/Berlin", "hamburg": "Europe/Berlin", "french": "Europe/Paris",
    "london": "Europe/London", "londra": "Europe/London", "londres": "Europe/London",
    "rom": "Europe/Rome", "roma": "Europe/Rome", "wien": "Europe/Vienna",
    "parigi": "Europe/Paris", "milano": "Europe/Rome", "eastern": "America/New_York",
    "central european": "Europe/Zurich", "pacific": "America/Los_Angeles",
    "mountain": "America/Denver", "boston": "America/New_York",
    "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "indian": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "mumbai": "Asia/Kolkata",
}  # fmt: skip
ZONE_REGIONS = ("Europe", "America", "Asia", "Australia", "Africa", "Pacific")

_WORD = re.compile(r"\w+")
_NAMED = (
    "noon midday midi mezzogiorno midnight mitternacht minuit mezzanotte mittag morgen früh "
    "weekend wochenende woche week"
)
_PLAIN = frozenset(
    word
    for table in (RELATIVE_DAYS, TODAY_PARTS, PARTS, HOURS, DAY_WORDS, MONTHS_SHORT, UNIT_OF)
    for phrase in table
    for word in phrase.replace("-", " ").replace("'", " ").split()
    if len(word) > 2
) - {"the", "and", "day"}
_STEMS = tuple({*WEEKDAYS, *MONTHS, *_NAMED.split(), "un an", "day", "tag"} - {"may", "mai"})
_CAPITAL_SHORT = frozenset(word.capitalize() for word in WEEKDAYS_SHORT)


def may_hold_time(text: str) -> bool:
    """Tell quickly whether a `plain` text can name a time; where not, no pattern need be tried."""
    if any(char.isdigit() for char in text):
        return True
    low = text.lower()
    if any(stem in low for stem in _STEMS) or not _PLAIN.isdisjoint(_WORD.findall(low)):
        return True
    said = _WORD.findall(text)
    return not _CAPITAL_SHORT.isdisjoint(said) or "may" in low or "mai" in low
