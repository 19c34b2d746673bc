"""Reads amounts of pay as people write them: 120k, 120'000.–, CHF 8'500 x 13, $45/h, €55.000."""

from __future__ import annotations

import re

# ruff: noqa: E501 (tables of words)
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from jobtracker.core.lexicon._time_words import plain
from jobtracker.core.lexicon.lazy import LazyPattern, lazy

Period = Literal["hour", "day", "week", "month", "year"]

_I = re.IGNORECASE
_CURRENCIES = {
    "chf": "CHF", "sfr": "CHF", "sfr.": "CHF", "fr.": "CHF", "frs": "CHF", "frs.": "CHF", "fr": "CHF",
    "franken": "CHF", "francs": "CHF", "franc": "CHF", "franchi": "CHF", "swiss francs": "CHF",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "$": "USD", "usd": "USD", "us$": "USD", "dollars": "USD", "dollar": "USD", "bucks": "USD",
    "£": "GBP", "gbp": "GBP", "pounds": "GBP", "pfund": "GBP", "quid": "GBP",
    "c$": "CAD", "cad": "CAD", "a$": "AUD", "aud": "AUD", "s$": "SGD", "sgd": "SGD",
    "¥": "JPY", "jpy": "JPY", "yen": "JPY", "₹": "INR", "inr": "INR", "rupees": "INR",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "zł": "PLN", "czk": "CZK", "huf": "HUF",
    "ron": "RON", "try": "TRY", "₺": "TRY", "brl": "BRL", "r$": "BRL", "mxn": "MXN", "zar": "ZAR",
    "aed": "AED", "hkd": "HKD", "hk$": "HKD", "cny": "CNY", "rmb": "CNY", "krw": "KRW", "nzd": "NZD",
    "ils": "ILS", "₪": "ILS",
}  # fmt: skip
# “fr” and “try” are words; they count only where a digit follows.
_NAMES = "|".join(sorted((re.escape(name) for name in _CURRENCIES), key=len, reverse=True))
_BEFORE_NAME = rf"(?<![\w])(?P<pre>{_NAMES})"
_NUMBER = (
    r"\d{1,3}(?:['’., ]\d{3})+(?:[.,](?:\d{1,2}(?!\d)|-{1,2}))?|\d+(?:[.,]\d{1,2}(?!\d)|\.-{1,2})?"
)
_THOUSAND = r"k|tsd\.?|tausend|thousand|mille|mila|grand|kchf|keur|k€|k\$"
_AMOUNT_RE = lazy(
    rf"(?:{_BEFORE_NAME}\s*)?(?<![\w.,'/#:+])(?P<num>{_NUMBER})(?!\d)\s*"
    rf"(?P<k>(?:{_THOUSAND})(?!\w))?\s*(?P<post>(?:{_NAMES})(?![\w]))?"
    r"(?P<dash>\.?-{1,2}(?!\s?[\d\w$€£]))?",
    _I,
)
_DIGITS = lazy(r"\d+")
_BEFORE, _BEHIND = 24, 64
"""Characters around digits that an amount can take: its currency before; its rest behind."""
_GROSS = r"(?:brutto|gross|brut|lordi?|netto|net|netti)\b"
_MONTHS_RE = lazy(
    rf"\s*(?:{_GROSS} ?)?(?:\(?\s*(?:[x×*]|mal\b|fois\b|times\b|sur\b|over\b)\s*(?P<n>1[2-5])\b(?!\s*[%-])\)?"
    r"|,?\s*\(?(?:(?:paid|payable|payé|versé|ausbezahlt|bezahlt|pagat[oi]|payout) )?(?:in |en |à |auf |su |sur |over |per |for |pour |"
    r"inkl\.? |incl\.? |mit |with |avec |con )?(?:a |dem |le |il |la |einem )?(?P<n2>1[2-5])(?:\s*(?:x\b|mal\b|times\b|fois\b|volte\b|"
    r"mois\b|monate\b|monatslöhne|mensualità|mensualités|salaries|salaires|mensilità|payments|instal?lments)|"
    r"(?:\.|th|e|ème|ª|°)?\s*(?:monatslohn|monatsgehalt|ml\b|salaire|month(?:ly)? salary|month\b|salary|mensilità|stipendio)))",
    _I,
)
_PERIOD_WORDS: tuple[tuple[Period, str], ...] = (
        ("hour", r"(?:/|per|an|pro|die|de l'|par|à l'|all'|l'|the|each|a la)\s*(?:h|hr|hour|stunde|std\.?|"
                 r"heure|ora|hora|uur)\b|hourly|stundenlohn|stündlich|p\.?h\.?\b|all'ora"),
        ("day", r"(?:/|per|a|pro|am|par|al|je|por)\s*(?:day|d|tag|jour|giorno|día|dag)\b|daily|täglich|tagessatz"),
        ("week", r"(?:/|per|a|pro|die|par|la|alla)\s*(?:week|wk|woche|semaine|settimana)\b|weekly|"
                 r"wöchentlich"),
        ("month", r"(?:/|per|a|pro|im|par|au|al|le|il|je|mtl\.?)\s*(?:month|mo|mth|monat|mois|mese|mes|maand|mt\.?)\b|monthly|"
                  r"mtl\b\.?|monatlich|monatsgehalt|monatslohn|mensuels?|mensili|mensuales|p\.?\s?m\.(?!\w)|pm\b|mensuellement"),
        ("year", r"(?:/|per|a|pro|im|par|l'|all'|p\.)\s*(?:year|yr|y|annum|jahr|an\b|année|anno|año|jaar|a\.)|yearly|"
                 r"annually|annual|jährlich|annuels?|annui|anuales|p\.?\s?a\.?(?!\w)|jahres(?:lohn|gehalt|brutto|salär)|par an"),
    )  # fmt: skip
_PERIODS: list[tuple[Period, LazyPattern]] = [
    (
        period,
        lazy(
            rf"\s*[-,(]?\s*(?:brutto |gross |bruts? |brutos? |lordi? |netto |netti |nets? )?(?:{pattern})",
            _I,
        ),
    )
    for period, pattern in _PERIOD_WORDS
]
_PERIOD_AHEAD: list[tuple[Period, LazyPattern]] = [
    ("hour", lazy(r"\b(?:hourly|stundenlohn|stundensatz|tarif horaire|salaire horaire|oraria)\b", _I)),
    ("day", lazy(r"\b(?:day rate|daily rate|tagessatz|tarif journalier)\b", _I)),
    ("month", lazy(r"\b(?:monthly|monatslohn|monatlich|mensuel\w*|mensil\w*|monatsgehalt)\b", _I)),
    ("year", lazy(
        r"\b(?:yearly|annual\w*|jahreslohn|jahresgehalt|jährlich\w*|annuel\w*|annu[oa])\b", _I)),
]  # fmt: skip
_WAGE_WORDS = lazy(
    r"\b(?:salar\w*|pay(?:s|ing|ed)?|paid|wage\w*|earn\w*|compensation|lohn\w*|gehalt\w*|verdien\w*|"
    r"bezahl\w*|\w*lohn|\w*gehalt|salaire\w*|gagn\w*|rémun\w*|remun\w*|payé\w*|stipendi\w*|retribuzion\w*|"
    r"guadagn\w*|paga\w*|package|offer(?:ed|ing|s)?|angebot|rate|budget|ral|gross|brutto|brut|lord[oi]|"
    r"make|making|expect\w*)\b",
    _I,
)
_LOWER = lazy(
    r"(?:\b(?:at least|min\.?|mind\.?|minimum|mindestens|über|ueber|over|above|more than|from|ab|mehr als|"
    r"au moins|plus de|dès|à partir de|partir de|almeno|minimo|oltre|più di|superiore a|starting at|"
    r"north of|upwards of|from about|da|dai|no less than|not less than|nicht unter|not below|not under|"
    r"pas moins de|sopra(?: i)?)|[>≥])(?:\s*(?:de|di|i|a|von|=|is|at|:|:?\s))*\s*$",
    _I,
)
_UPPER = lazy(
    r"(?:\b(?:up to|at most|max\.?|maximum|maximal|höchstens|bis(?: zu)?|unter|under|below|less than|"
    r"weniger als|jusqu'à|au plus|maximum de|moins de|fino a|al massimo|massimo|meno di|no more than|"
    r"not more than|nicht über)|[<≤])\s*(?:de|di|von|=|:)?\s*$",
    _I,
)
_PLUS = lazy(
    r"\+|\s+\+(?!\s*\w)|\s*(?:and up|und mehr|e più|or more|and above|plus\b(?=\W*$|[,;.!?)])|aufwärts|et plus|ou plus|in su|o più|oder mehr|mindestens|minimum|at least)",
    _I,
)
_NOT_LESS = lazy(r"(?:no|not|nicht|pas)\s+(?:less than|below|under|unter|moins de)\s*$", _I)
_JOIN = lazy(
    r"(?:\s?/\s?(?:h|hr|hour|day|month|mo|yr|year|std|monat|jahr|heure|mois|an|ora|mese|anno)\b\.?)?"
    r"\s*(?:-|to|bis(?: zu)?|until|and|und|à|a|et|e|au|al|till|/|ai|y|en|hasta|tot)\s*(?:about |circa |ca\.? )?$",
    _I,
)
# Behind such a word the number counts something else.
_COUNTED = lazy(
    r"\s*(?:\+\s*)?(?:%|percent|prozent|pourcent|per cento|users?|customers?|clients?|followers?|"
    r"employees?|people|staff|headcount|mitarbeit\w*|angestellte\w*|personen|nutzer\w*|kunden\w*|"
    r"utilisateurs?|employés?|collaborateurs?|personnes?|dipendenti|utenti|clienti|persone|stars?|"
    r"downloads?|requests?|lines?|rows?|km|kms|kilomet\w*|miles?|kg|m2|m²|years?|yrs?|jahre?n?\b|ans?\b|"
    r"anni|months?|monate?n?\b|mois|mesi|days?|tagen?\b|jours|giorni|weeks?|wochen?\b|hours|stunden\b|heures|ore\b|"
    r"minutes?|minuten|jobs?|stellen|postings?|applications?|bewerbungen|revenue|umsatz|turnover|"
    r"fatturato|funding|series|budget|sq|euros? (?:in )?(?:revenue|turnover)|m\b|mio\b|million\w*|"
    r"milliard\w*|bn\b|billion\w*|mrd|°|gb\b|tb\b|mb\b|rpm|qps|tps|beds?|betten|lits|letti|results?|"
    r"options?|questions?|patients?|patienten|words?|wörter|characters?|pages?|seiten|times\b|mal\b)",
    _I,
)
_COUNTED_BEFORE = lazy(
    r"(?:revenues?|umsatz|turnover|fatturato|chiffre d'affaires|funding|raised|saved|grew|budgets? of|"
    r"budget|form|iso|article|art\.|room|zimmer|nr\.?|no\.|#|id|plz|zip|tel\.?|phone|since|seit|depuis|"
    r"sales of|worth|portfolio|gesenkt um|reduced|cut|savings?)\s*(?:of|um|by|de|di|von|:|was|is|about)?\s*$",
    _I,
)
_YEARLIKE = lazy(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class SalaryMention:
    """An amount of pay as written; a missing bound is None. `months` are the salaries a year.

    `period_said` is false where the period was guessed from the magnitude.
    """

    min: Decimal | None
    max: Decimal | None
    currency: str | None
    period: Period
    months: int
    span: tuple[int, int]
    period_said: bool = True


@dataclass(frozen=True)
class _Amount:
    value: Decimal
    thousand: bool
    currency: str | None
    marked: bool
    span: tuple[int, int]
    last: Decimal | None = None


def find_salaries(text: str, default_currency: str | None = None) -> list[SalaryMention]:
    """Return the amounts of pay in `text`, in order; head counts, revenue and years are left out.

    An amount without a sign of money (currency, “k”, period, a word of pay) is not taken.
    """
    flat = plain(text)
    found: list[SalaryMention] = []
    for amount in _pairs(flat, list(_amounts(flat))):
        mention = _mention(flat, amount, default_currency)
        if mention and not (found and mention.span[0] < found[-1].span[1]):
            found.append(mention)
    return found


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Match around digits only: the names of currencies are not tried at every letter."""
    end = 0
    for digits in _DIGITS.finditer(text):
        if digits.start() < end:
            continue
        first, last = max(end, digits.start() - _BEFORE), digits.end() + _BEHIND
        match = _AMOUNT_RE.search(text, first, last)
        if match and match.start("num") <= digits.start():
            end = match.end()
            yield match


def _amounts(text: str) -> Iterator[_Amount]:
    for match in _numbers(text):
        value = _decimal(match["num"])
        if value is None:
            continue
        if (match["pre"] or "").lower() == "try" or (match["pre"] == "fr"):
            pre = None
        else:
            pre = match["pre"]
        post = match["post"]
        if post and post.lower() in {"fr", "try", "pounds"} and not match["k"] and value < 1000:
            post = None
        name = (pre or post or "").lower()
        kname = (match["k"] or "").lower()
        thousand = bool(kname)
        currency = _CURRENCIES.get(name) or _CURRENCIES.get(kname[1:] if len(kname) > 1 else "")
        start = match.start("pre") if pre else match.start("num")
        end = (
            match.end()
            if post or match["dash"]
            else (match.end("k") if thousand else match.end("num"))
        )
        marked = bool(name or match["dash"]) or "'" in match["num"]
        yield _Amount(value * (1000 if thousand else 1), thousand, currency, marked, (start, end))


def _decimal(raw: str) -> Decimal | None:
    """Read the number; a separator before three digits groups, before one or two it is a point."""
    raw = re.sub(r"[.,]-{1,2}$", "", raw)
    fraction = re.fullmatch(r"(?P<whole>.+?)[.,](?P<cents>\d{1,2})", raw)
    whole = fraction["whole"] if fraction else raw
    digits = re.sub(r"\D", "", whole)
    if not digits or len(digits) > 9:
        return None
    return Decimal(digits + (f".{fraction['cents']}" if fraction else ""))


def _pairs(text: str, amounts: list[_Amount]) -> Iterator[_Amount]:
    """Join “90 and 110k” and “CHF 80'000 – 100'000” into one amount with two ends."""
    index = 0
    while index < len(amounts):
        first = amounts[index]
        index += 1
        if index < len(amounts):
            second = amounts[index]
            between = text[first.span[1] : second.span[0]]
            if _JOIN.fullmatch(between) and _joinable(text, first, second, between):
                index += 1
                low = first.value
                if second.thousand and not first.thousand and low < 1000:
                    low *= 1000
                yield _Amount(
                    low, first.thousand or second.thousand, first.currency or second.currency,
                    first.marked or second.marked, (first.span[0], second.span[1]), second.value,
                )  # fmt: skip
                continue
        yield first


def _joinable(text: str, first: _Amount, second: _Amount, between: str) -> bool:
    if between.strip().lower() in {"and", "und", "et", "e", "a", "y", "en"}:
        head = text[: first.span[0]][-12:]
        if not re.search(
            r"\b(?:between|zwischen|entre|tra|fra|da|de|tussen)\s*(?:i |gli )?$", head, _I
        ):
            return False
    low = first.value * 1000 if second.thousand and not first.thousand else first.value
    return low <= second.value <= low * 20


def _mention(text: str, amount: _Amount, default_currency: str | None) -> SalaryMention | None:
    start, end = amount.span
    head, tail = text[max(0, start - 28) : start], text[end : end + 40]
    months, end = _months(text, end)
    period, end = _period_after(text, end)
    if months == 12 and period:
        months, end = _months(text, end)
    said = period or _period_before(head)
    if period is None and months == 12 and (_COUNTED.match(tail) or _COUNTED_BEFORE.search(head)):
        return None
    if not _is_pay(text, amount, said, head, tail):
        return None
    guess: Period = "month" if months > 12 and amount.value < 30000 else _guess(amount.value)
    low, high = _bounds(text, amount, end)
    mention = SalaryMention(
        low,
        high,
        amount.currency or default_currency,
        said or guess,
        months,
        (start, end),
        said is not None,
    )
    plus = _PLUS.match(text[end : end + 14])
    return (
        replace(mention, span=(start, end + plus.end()))
        if plus and amount.last is None
        else mention
    )


def _months(text: str, end: int) -> tuple[int, int]:
    match = _MONTHS_RE.match(text, end)
    return (int(match["n"] or match["n2"]), match.end()) if match else (12, end)


def _period_after(text: str, end: int) -> tuple[Period | None, int]:
    for period, pattern in _PERIODS:
        if match := pattern.match(text, end):
            return period, match.end()
    return None, end


def _period_before(head: str) -> Period | None:
    return next((period for period, pattern in _PERIOD_AHEAD if pattern.search(head)), None)


def _is_pay(text: str, amount: _Amount, said: Period | None, head: str, tail: str) -> bool:
    value = amount.last or amount.value
    if not 5 <= value < 5_000_000:
        return False
    if amount.value == 401 and amount.thousand is False and tail[:1].lower() == "k":
        return False
    if amount.thousand and amount.value == 401000 and not amount.currency:
        return False
    plain_number = not (amount.thousand or amount.marked or amount.currency)
    if plain_number and said is None and _YEARLIKE.fullmatch(str(amount.value)):
        return False
    if amount.currency or said:
        return True
    if amount.thousand:
        return amount.value >= 10_000 or _WAGE_WORDS.search(text) is not None
    if amount.marked:
        return value >= 1000
    near = _WAGE_WORDS.search(text[max(0, amount.span[0] - 40) : amount.span[1] + 24])
    return near is not None and value >= 1000


def _guess(value: Decimal) -> Period:
    """Below 300 it can only be by the hour, below 2,000 by the day, below 20,000 by the month."""
    if value < 300:
        return "hour"
    if value < 1500:
        return "day"
    return "month" if value < 20_000 else "year"


def _bounds(text: str, amount: _Amount, end: int) -> tuple[Decimal | None, Decimal | None]:
    if amount.last is not None:
        return amount.value, amount.last
    head = text[max(0, amount.span[0] - 26) : amount.span[0]]
    if _PLUS.match(text[end : end + 14]) or _NOT_LESS.search(head):
        return amount.value, None
    if _UPPER.search(head):
        return None, amount.value
    if _LOWER.search(head):
        return amount.value, None
    return amount.value, amount.value
