"""Finds the parts that times are said with (days, clock times, periods), each with its span."""

from __future__ import annotations

# ruff: noqa: E501 (patterns are read more easily unbroken)
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from jobtracker.core.lexicon import _time_words as words
from jobtracker.core.lexicon._time_clock import clocks
from jobtracker.core.lexicon._time_kinds import (
    Atom,
    CalendarDay,
    DayOffset,
    Distance,
    Mod,
    Part,
    Period,
    Span,
    Unit,
    Weekday,
    Zone,
)
from jobtracker.core.lexicon._time_zones import zones
from jobtracker.core.lexicon.lazy import LazyPattern, lazy

_I = re.IGNORECASE
_W = r"(?<![\w@])"
_WEEKDAY = words.choice(words.WEEKDAYS)
_SHORT = words.choice(words.WEEKDAYS_SHORT)
_MODS = f"{words.THIS}|{words.NEXT}|{words.COMING}|{words.LAST}"
_AFTER = f"{words.AFTER_COMING}|{words.AFTER_LAST}"
_PARTS = words.choice(list(words.PARTS))
_MONTH = words.choice(words.MONTHS | words.MONTHS_SHORT)
_LONG_MONTH = words.choice(words.MONTHS)

_THIRD = (
    r"(?:the )?(?:beginning|start|early part|middle|end) of (?:the )?|(?:early|mid|late)[- ]|"
    r"(?:à la |en )?(?:début|milieu|fin) (?:de )?(?:la |le )?|(?:anfang|mitte|ende)(?: der| des)? |"
    r"(?:all'|a |alla )?(?:inizio|metà|fine) (?:del(?:la)? )?"
)
_THIRDS = (
    (1, r"begin|start|early|début|anfang|inizio"), (2, r"mid|milieu|mitte|metà"), (3, r"end|late|fin"),
)  # fmt: skip
_WEEKDAY_RE = lazy(
    rf"{_W}(?:(?P<mod>{_MODS})\s+)?(?P<day>{_WEEKDAY})(?=\b|{_PARTS}|morgen|mittag)"
    rf"(?:\s+(?P<after>{_AFTER})\b)?",
    _I,
)
_SHORT_RE = lazy(
    rf"{_W}(?:(?P<mod>on|next|this|last|by|until|am|nächsten|diesen|bis|kommenden)\s+)?"
    rf"(?P<day>{_SHORT})\b\.?(?=(?P<next>,?\s*\d|\s+(?:at|um|alle)\s+\d|\s+(?:{_PARTS})\b)?)",
    _I,
)
_OFFSET_RE = lazy(rf"{_W}(?P<word>{words.choice(words.RELATIVE_DAYS)})\b", _I)
_ISO_RE = lazy(r"(?<!\d)(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)")
_DOTTED_RE = lazy(
    r"(?<![\d.,'])(?P<d>\d{1,2})\.(?:\s?-\s?(?P<d2>\d{1,2})\.)?\s?(?P<m>\d{1,2})\."
    r"(?:\s?(?P<y>\d{4})|(?P<y2>\d{2}))?(?![\d.]*\d)"
)
_DOTTED_SHORT_RE = lazy(
    rf"{_W}(?:am|den|vom|bis|ab|seit|zum|il|del|le|du)\s+(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})(?![\d.])",
    _I,
)
_SLASHED_RE = lazy(
    r"(?<![\d/.,])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?(?![\d/%]|\s*%)"
)
_HOUR_AHEAD = lazy(r"\b(?:tra|fra)\s+le\s+\d{1,2}(?:[:.]\d\d)?\s+e\s+$", _I)
_DAY_MONTH_RE = lazy(
    rf"(?<![\w.,'])(?P<d>\d{{1,2}}|1er|primo|premier|{words.choice(words.DAY_WORDS)})(?:\.|st|nd|rd|th|º|°)?"
    rf"(?:\s*(?:-|bis|to|au|al|and|und|et|e)\s*(?P<d2>\d{{1,2}})(?:\.|st|nd|rd|th)?)?"
    rf"[\s-]*(?:of |de |di |d')?(?P<m>{_MONTH})\b\.?(?:(?:,?\s+|-)(?P<y>\d{{4}})(?!\d))?",
    _I,
)
_MONTH_DAY_RE = lazy(
    rf"{_W}(?P<m>{words.choice(words.MONTH_FIRST)})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:\s*-\s*(?P<d2>\d{1,2})(?:st|nd|rd|th)?)?(?![\d:%]|\s*(?:%|am\b|pm\b|uhr\b))"
    r"(?:,?\s+(?P<y>\d{4})(?!\d))?",
    _I,
)
_WEEKDAY_DATE_RE = lazy(
    rf"{_W}(?:{_WEEKDAY}),?\s+(?:the |le |den |dem |il )?(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.|°|º)?"
    r"(?=,?\s+(?:at|um|à|alle|from|von|de|between|zwischen|entre|dalle|ab)\s+\d|(?<=[rtdh.°º])\s*(?:$|[,;?!)]))",
    _I,
)
_DAY_ONLY_RE = lazy(
    rf"{_W}(?:(?:on|by|until|since|till|from)\s+the\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)"
    r"|(?:am|bis zum|vom|zum|ab dem)\s+(?P<d2>\d{1,2})\.|(?:le|il)\s+(?P<d3>\d{1,2}))"
    r"(?=\s*(?:$|[,;?!)]|(?:at|um|à|a|alle|from|von|de|bis|to|between|or|oder|ou|o)\b))",
    _I,
)
_MONTH_RE = lazy(
    rf"{_W}(?P<third>{_THIRD})?(?:(?P<prep>in|im|en|since|seit|depuis|da|until|bis|by|from|ab|of|a|nel|per|for|für|"
    rf"{words.THIS}|{words.NEXT}|{words.LAST}|mid|mitte|ende|anfang|early|late|fin|fine|début)"
    rf"[\s-]+)?(?P<m>{_LONG_MONTH})\b(?:\s+(?P<y>\d{{4}})(?!\d))?",
    _I,
)
_YEAR_RE = lazy(
    rf"{_W}(?:in|im jahr|im jahre|en|nel|since|seit|depuis|dal)\s+(?P<y>20\d\d)(?![\d'.,-])", _I
)
_WEEK_RE = lazy(rf"{_W}(?:kw|week|woche|semaine|settimana)\s+(?P<w>\d{{1,2}})(?![\d-])", _I)
_PERIOD_RE = lazy(
    rf"{_W}(?P<third>{_THIRD})?(?:(?P<mod>{_MODS})\s+)?(?P<unit>week-?end|wochenende|fine settimana|"
    rf"week|woche|wuche|semaine|settimana|month|monats?|mois|mese|year|jahre?s?|année|annee|an|anno)\b"
    rf"(?:\s+(?P<after>{_AFTER})\b)?",
    _I,
)
_AFTER_NEXT_RE = lazy(
    rf"{_W}(?:the )?(?:week after next|übernächste[nr]? woche|semaine d'après|settimana dopo la prossima)\b",
    _I,
)
_MONTH_END_RE = lazy(
    rf"{_W}(?:(?:the )?end of (?:the|this) month|ende (?:des |dieses )?monats?|monatsende|"
    r"(?:la )?fin du mois|fine (?:del )?mese)\b",
    _I,
)
_DISTANCE_RES: list[tuple[int, bool, LazyPattern]] = [
    (1, False, lazy(
        rf"{_W}(?:in|dans|tra|fra)\s+(?P<n>{words.NUMBER})\s*(?P<u>{words.UNIT})\b"
        r"(?!\s+(?:or|oder|ou|o)\s+(?:less|weniger|moins|meno))", _I)),
    (1, True, lazy(
        rf"{_W}(?:within|innerhalb(?: von)?|binnen|d'ici|entro|(?:in |over )?(?:the )?next|"
        rf"(?:in )?den nächsten|(?:dans )?les|nei prossimi|nelle prossime)\s+(?P<n>{words.NUMBER})\s+"
        rf"(?:prochaine?s\s+)?(?P<u>{words.UNIT})\b", _I)),
    (-1, False, lazy(
        rf"{_W}(?P<n>{words.NUMBER})\s*(?P<u>{words.UNIT})\s+(?:ago|fa|earlier|zuvor)\b", _I)),
    (-1, False, lazy(rf"{_W}(?:vor|il y a)\s+(?P<n>{words.NUMBER})\s*(?P<u>{words.UNIT})\b", _I)),
    (-1, True, lazy(
        rf"{_W}(?:(?:in |during |over |from |within )?(?:the )?(?:last|past|previous)|"
        rf"(?:in |aus |seit |von )?(?:den |der |die )?(?:letzten?|vergangenen)|"
        rf"(?:negli |nelle |gli |le |degli |delle |dagli )?ultim[ie]|(?:dans |de |des |depuis )?(?:les|ces|des))"
        rf"\s+(?P<n>{words.NUMBER})\s+(?:derni(?:er|ère)s\s+)?(?P<u>{words.UNIT})\b", _I)),
    (-1, True, lazy(
        rf"{_W}(?:since|seit|depuis|da)\s+(?P<n>{words.NUMBER})\s+(?P<u>{words.UNIT})\b", _I)),
]  # fmt: skip
# “A week from Monday”, “a week on Tuesday”: the day that follows is counted from.
_FROM_RE = lazy(
    rf"(?<![\w@])(?<!days )(?<!day )(?<!once )(?<!twice )(?<!times )(?<!hours )(?P<n>{words.NUMBER})\s+"
    rf"(?P<u>days?|weeks?|fortnights?|months?)\s+(?:from|after|on)\s+(?:the\s+)?"
    rf"(?=(?:today|tomorrow|tmrw|this|next|coming|{_WEEKDAY})\b)",
    _I,
)
# “Tuesday week”, “mardi en huit”, “oggi a otto”.
_LATER_RE = lazy(
    r"(?:(?<=day)\s+(?P<w>week)\b(?!-?end|ly|\s*\d)|(?<=[a-zé])\s+en\s+(?P<fr>huit|quinze)\b(?!\s+(?:h|min|jour))"
    r"|(?:(?<=oggi)|(?<=domani)|(?<=dì)|(?<=di)|(?<=bato)|(?<=nica))\s+a\s+(?P<it>otto|quindici)\b(?!\s*(?:ore|giorni)))",
    _I,
)
_PART_RE = lazy(
    rf"(?:{_W}|(?<=tag)|(?<=woch))(?:(?P<mod>this|in the|at|cet|cette|ce|am|in der|nel|di|la|le|"
    rf"l'|questa|questo|every)\s*)?(?P<part>{_PARTS}|morgen|mittag)\b",
    _I,
)
_TODAY_PART_RE = lazy(rf"{_W}(?P<word>{words.choice(list(words.TODAY_PARTS))})\b", _I)


def atoms(text: str, language: str | None) -> list[Atom]:
    """Return the parts of times in `text` (already `plain`), without overlaps, in order."""
    found: list[Atom] = []
    taken: list[Span] = []
    for finder in _FINDERS:
        for atom in finder(text, language):
            a, b = atom.span
            if a < b and all(b <= x or y <= a for x, y in taken):
                found.append(atom)
                taken.append(atom.span)
    return sorted(found, key=lambda atom: atom.span)


def _mod(match: re.Match[str]) -> Mod:
    groups = match.groupdict()
    before, after = (groups.get("mod") or "").lower(), (groups.get("after") or "").lower()
    kinds: list[tuple[Mod, str, str]] = [
        ("last", words.AFTER_LAST, words.LAST),
        ("coming", words.AFTER_COMING, words.COMING),
        ("next", "-", words.NEXT),
        ("this", "-", words.THIS),
    ]
    for mod, after_words, before_words in kinds:
        if re.fullmatch(after_words, after) or re.fullmatch(before_words, before):
            return mod
    return ""


def _weekdays(text: str, _language: str | None) -> Iterator[Atom]:
    for match in _WEEKDAY_RE.finditer(text):
        yield Atom(Weekday(words.WEEKDAYS[match["day"].lower()], _mod(match)), match.span())
    for match in _SHORT_RE.finditer(text):
        word = match["day"]
        # “mon CV”, “so”, “mar”: a short form counts only beside a preposition, number or part.
        beside_number = match["next"] is not None and (len(word) > 2 or word[0].isupper())
        after_word = match["mod"] is not None and word[0].isupper()
        if beside_number or after_word:
            yield Atom(Weekday(words.WEEKDAYS_SHORT[word.lower()], _mod(match)), match.span())


def _offsets(text: str, language: str | None) -> Iterator[Atom]:
    for match in _OFFSET_RE.finditer(text):
        word, start = match["word"].lower(), match.start()
        before = text[max(0, start - 16) : start].lower()
        if word == "hier" and not _is_french_hier(text, match, language):
            continue
        if word == "morgen" and (
            re.search(r"(guten|guete|jeden|am|den|heute|gestern|tag|woch)\s*$", before)
        ):
            continue
        yield Atom(DayOffset(words.RELATIVE_DAYS[word]), match.span())


def _is_french_hier(text: str, match: re.Match[str], language: str | None) -> bool:
    """“hier” is “here” in German."""
    if language is not None:
        return language.startswith("fr")
    around = text[max(0, match.start() - 8) : match.end() + 8].lower()
    french = re.search(r"(depuis|d'|avant-)\s*hier|hier (soir|matin|après)", around)
    return bool(french or re.search(r"\b(je|j'ai|le|les|une|mon|ma|des)\b", text.lower()))


def _day(
    day: str | int, month: str | int | None, year: str | None, last: str | None = None
) -> CalendarDay | None:
    said = str(day).lower()
    number = 1 if said in {"1er", "primo", "premier"} else words.DAY_WORDS.get(said) or int(said)
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    try:
        date(full or 2024, int(month or 1), number)
    except ValueError:
        return None
    until = int(last) if last else None
    if until is not None and not number < until <= 31:
        return None
    return CalendarDay(number, int(month) if month else None, full, until)


def _numeric_dates(text: str, language: str | None) -> Iterator[Atom]:
    for match in _ISO_RE.finditer(text):
        if day := _day(match["d"], match["m"], match["y"]):
            yield Atom(day, match.span())
    for match in _DOTTED_RE.finditer(text):
        if day := _day(match["d"], match["m"], match["y"] or match["y2"], match["d2"]):
            yield Atom(day, match.span())
    for match in _DOTTED_SHORT_RE.finditer(text):
        if day := _day(match["d"], match["m"], None):
            yield Atom(day, (match.start("d"), match.end()))
    for match in _SLASHED_RE.finditer(text):
        a, b = match["a"], match["b"]
        plausible = match["y"] or (len(a) == 2 and len(b) == 2) or _before(text, match.start())
        if not plausible or (a, b) == ("24", "7"):
            continue
        american = (language or "").startswith("en") and language != "en-GB"
        pairs = [(b, a), (a, b)] if american else [(a, b), (b, a)]
        day = next((found for d, m in pairs if (found := _day(d, m, match["y"]))), None)
        if day:
            yield Atom(day, match.span())


def _before(text: str, start: int) -> bool:
    pattern = rf"(?:on|by|until|since|le|il|am|vom|du|au|al|{_WEEKDAY}),?\s+$"
    return re.search(pattern, text[max(0, start - 14) : start], _I) is not None


def _month(word: str) -> int:
    return (words.MONTHS | words.MONTHS_SHORT)[word.lower()]


def _named_dates(text: str, _language: str | None) -> Iterator[Atom]:
    for pattern in (_DAY_MONTH_RE, _MONTH_DAY_RE):
        for match in pattern.finditer(text):
            if day := _day(match["d"], _month(match["m"]), match["y"], match["d2"]):
                yield Atom(day, match.span())
    for match in _WEEKDAY_DATE_RE.finditer(text):  # “jeudi 3 à 18h30”
        if day := _day(match["d"], None, None):
            yield Atom(day, (match.start("d"), match.end()))
    for match in _DAY_ONLY_RE.finditer(text):
        number = match["d"] or match["d2"] or match["d3"]
        if match["d3"] and _HOUR_AHEAD.search(text[: match.start()]):
            continue  # “tra le 9 e le 10”: hours are feminine in Italian
        if day := _day(number, None, None):
            yield Atom(day, match.span())


def _distances(text: str, _language: str | None) -> Iterator[Atom]:
    for match in _FROM_RE.finditer(text):
        raw, unit = match["n"].lower(), match["u"].lower().removesuffix("s")
        count = int(raw) if raw.isdigit() else words.NUMBERS[raw]
        if unit == "fortnight":
            unit, count = "week", 2 * count
        yield Atom(Distance(_unit(unit), count), match.span())
    for match in _LATER_RE.finditer(text):
        weeks = 2 if (match["fr"] or match["it"] or "")[:2].lower() == "qu" else 1
        yield Atom(Distance("week", weeks), match.span())
    for sign, ranged, pattern in _DISTANCE_RES:
        for match in pattern.finditer(text):
            raw, unit = match["n"].lower(), words.UNIT_OF[match["u"].lower()]
            count = int(raw) if raw.isdigit() else words.NUMBERS[raw]
            if unit == "fortnight":
                unit, count = "week", 2 * count
            if count:
                yield Atom(Distance(_unit(unit), sign * count, ranged), match.span())


def _unit(word: str) -> Unit:
    units: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "year", "weekend")
    return next(unit for unit in units if unit == word)


def _periods(text: str, _language: str | None) -> Iterator[Atom]:
    offsets: dict[str, int] = {"this": 0, "next": 1, "coming": 1, "last": -1}
    for match in _MONTH_END_RE.finditer(text):
        yield Atom(Period("month"), match.span())
    for match in _PERIOD_RE.finditer(text):
        word, mod = match["unit"].lower(), _mod(match)
        weekend = word.replace("-", "") in {"weekend", "wochenende", "fine settimana"}
        article = re.search(r"\b(the|am|le|il|nel|on)\s+$", text[: match.start()][-8:], _I)
        if mod or (weekend and article):
            unit = "weekend" if weekend else words.UNIT_OF.get(word, "year")
            offset = offsets[mod or "this"]
            # the coming weekend is this week's one
            offset -= int(weekend and mod == "coming")
            yield Atom(Period(_unit(unit), offset, third=_third(match)), match.span())
    for match in _AFTER_NEXT_RE.finditer(text):
        yield Atom(Period("week", 2), match.span())
    for match in _WEEK_RE.finditer(text):
        if 1 <= int(match["w"]) <= 53:
            yield Atom(Period("week", week=int(match["w"])), match.span())
    for match in _MONTH_RE.finditer(text):
        name = match["m"].lower()
        if name in words.MONTHS_AMBIGUOUS and not (match["prep"] or match["y"]):
            continue
        year = int(match["y"]) if match["y"] else None
        third = _third(match)
        start = match.start() if third else match.start("m")
        period = Period("month", month=words.MONTHS[name], year=year, third=third)
        yield Atom(period, (start, match.end()))
    for match in _YEAR_RE.finditer(text):
        yield Atom(Period("year", year=int(match["y"])), match.span())


def _third(match: re.Match[str]) -> int | None:
    said = match["third"] or ""
    if not said:
        return None
    return next((number for number, pattern in _THIRDS if re.search(pattern, said, _I)), None)


def _parts(text: str, _language: str | None) -> Iterator[Atom]:
    for match in _TODAY_PART_RE.finditer(text):
        yield Atom(
            Part(words.TODAY_PARTS[match["word"].lower()], anchored=True, today=True), match.span()
        )
    for match in _PART_RE.finditer(text):
        word, mod = match["part"].lower(), (match["mod"] or "").lower()
        if re.search(r"\b(good|guten?|bonne|buona|schönen)\s+$", text[: match.start()][-9:], _I):
            continue
        hours = {"morgen": (8, 12), "mittag": (12, 14)}.get(word) or words.PARTS[word]
        today = mod in {"this", "cet", "cette", "ce", "questa", "questo"}
        anchored = today or mod in {"in the", "am", "in der", "nel"}
        yield Atom(Part(hours, anchored=anchored, today=today), match.span())


def _zones(text: str, _language: str | None) -> Iterator[Atom]:
    for zone, span in zones(text):
        yield Atom(Zone(zone), span)


def _clocks(text: str, _language: str | None) -> Iterator[Atom]:
    for clock, span in clocks(text):
        yield Atom(clock, span)


_FINDERS: tuple[Callable[[str, str | None], Iterator[Atom]], ...] = (
    _distances, _named_dates, _numeric_dates, _offsets, _weekdays, _clocks, _periods, _parts, _zones,
)  # fmt: skip


def shift_month(day: date, months: int) -> date:
    """Return `day` moved by months, its day cut to the month's length."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1)
    length = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - first).days
    return first + timedelta(days=min(day.day, length) - 1)
