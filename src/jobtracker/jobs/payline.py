"""What a posting pays: from typed fields, else from its line of pay, else from its running text.

Nothing is invented: an amount counts where a word for pay stands beside it, or where it stands
alone in the posting's head, and never where its own clause speaks of revenue, bonus or benefits.
"""

# ruff: noqa: E501 (tables of words)
from __future__ import annotations

import re
from decimal import Decimal

from jobtracker.core.lexicon import money
from jobtracker.jobs.model import RawPosting, Salary
from jobtracker.jobs.salary import months_paid, yearly

MOST_CHARS = 20_000
HEAD_CHARS = 600
"""So far into a posting an amount that stands alone is taken for its pay."""
_NAMES = (
    r"sala[ir]|tagesansatz|tagessatz|\w*stundens(?:atz|ätze)|\w*ansatz\b|\btjm\b|\b(?:day|daily) rate|honorar|lohn|gehalt|gehälter|\bwages?\b|compensation|"
    r"remunerat|r[eé]mun[eé]rat|vergütung|entgelt|stipendi|retribu|verdienst|\bral\b|\bpaga\b|compenso|sueldo|retribuci"
)
_PAY_NAME = re.compile(_NAMES, re.I)
_PAY_WORD = re.compile(
    rf"{_NAMES}|pay\b|pays\b|paid\b|base\b|\bbasic\b|\b(?:be)?zahl(?:en|t)\b|\bearn|verdien|\bgagn|guadagn|annual|annuel|anuales|mensual|"
    r"\bgross\b|\bbrutto|\bbruts?\b|\blord[oi]\b|\bbrut[oae]s?\b|\bstarting\b|einstieg|"
    r"per (?:hour|day|week|year|annum|month)\b|pro (?:stunde|tag|woche|monat|jahr)\b|par (?:an|mois|heure|jour|semaine)\b|"
    r"de l['’]heure|\bal(?:l['’]| )?(?:ora|giorno|mese|anno)\b|\ban hour\b|"
    r"/\s*(?:h|hr|hour|day|year|yr|month|std|stunde|tag|monat|jahr|heure|jour|mois|an|ora|giorno|mese|anno|hora|día|mes|año|uur|dag|maand|jaar)\b",
    re.I,
)
_NOT_PAY = re.compile(
    r"revenue|umsatz|chiffre d|fatturato|funding|raised|series [a-f]\b|valuation|bonus|401|budget|"
    r"million|billion|mio\.?\b|mrd|\barr\b|assets|aum\b|sign[- ]on|referral|voucher|allowance|stipend\b|"
    r"reimburse|\bspend\b|spending|turnover|volumen?\b|pr[äa]mie|\bprimes?\b|zulage|pauschal|indemnit[éà](?! de stage)|"
    r"lehrjahr|lehrlings|apprentissage|investment|customers|equity|benefits? (?:worth|up to)|gutschein|spesen|rimborso|"
    r"\brent\b|miete|\bloyer|unterkunft|zimmer\b|chambre|\broom\b|alloggio|\bim wert\b|\bworth\b|\bvaleur\b|vermögen|portfolio|grants?\b|donation|spende",
    re.I,
)
_SENTENCE = re.compile(
    r"(?<=\w{4})(?<!inkl)(?<!exkl)(?<!incl)(?<!excl)(?<!mind)(?<!evtl)[.!?]\s|[;|•]"
)
_BESIDES = re.compile(
    r"[.;,!?|•\n+&]|\b(?:plus|zzgl|zuzüglich|sowie|and|und|et|e|inkl\w*|incl\w*|excl\w*|exkl\w*|compris\w*|compres\w*|with|mit|avec|con)\b",
    re.I,
)
"""Where what an amount is for ends: “CHF 95'000 plus bonus” is pay, “CHF 5'000 bonus” is none."""
_CLAUSE = re.compile(r"[\n|•·–—,;()]|[.!?](?=\s|$)")
_QUALIFIED = re.compile(
    r"(?:\W|\b(?:from|up to|to|ab|bis(?: zu)?|ca|circa|von|between|de|da|dès|à partir|jusqu['’]à|fino a|brutto|gross|brut|lord[oi]|p\.?\s?a\.?|"
    r"yearly|jährlich|circa|about|rund|environ|depending|d\.?o\.?e\.?|negotiable|verhandelbar|vhb?|nach vereinbarung|à convenir|je nach|selon|in base|on experience|annually|per year)\b)*",
    re.I,
)
_LEAST = re.compile(
    r"mindest(?:gehalt|lohn|entgelt|grundgehalt)|minimum (?:salary|wage)|salaire minimum|(?:stipendio|salario) minimo",
    re.I,
)


def salary_of(raw: RawPosting, text: str) -> Salary | None:
    """Return the pay from typed fields, else from the pay line, else from the text."""
    pay = raw.salary or _first(raw.salary_text, loose=True) or _first(text, loose=False)
    if pay is None:
        return None
    if (
        pay.period == "month"
        and pay.months == 12
        and months_paid(f"{raw.salary_text} {text}") == 13
    ):
        pay = pay.model_copy(update={"months": 13})
    return pay


def _first(text: str, *, loose: bool) -> Salary | None:
    if not text or not re.search(r"\d", text):
        return None
    text = text[:MOST_CHARS]
    for found in money.find_salaries(text):
        start, end = found.span
        line_start = max(text.rfind("\n", 0, start) + 1, start - 90)
        before, after = text[line_start:start], text[end : end + 45].split("\n")[0]
        if not loose and not _is_pay(text, found, before, after):
            continue
        high = found.max
        if found.min == high and _LEAST.search(_SENTENCE.split(before)[-1]):
            high = None
        pay = Salary(
            min=found.min,
            max=high,
            currency=found.currency,
            period=found.period,
            months=found.months,
        )
        if _plausible(pay):
            return pay
    return None


def _is_pay(text: str, found: money.SalaryMention, before: str, after: str) -> bool:
    start, end = found.span
    clause = _SENTENCE.split(before)[-1]
    cut = max(clause.rfind(mark) for mark in ",:–")
    if cut >= 0 and _PAY_NAME.search(clause, cut):
        clause = clause[cut:]
    behind = _BESIDES.split(after[:25], maxsplit=1)[0]
    if _NOT_PAY.search(f"{clause[-45:]} {behind}"):
        return False
    if _PAY_WORD.search(f"{before} {text[start:end]} {after}"):
        return True
    return start < HEAD_CHARS and found.currency is not None and _alone(text, start, end)


def _alone(text: str, start: int, end: int) -> bool:
    """Tell whether nothing else stands between the marks around an amount: “| 60–70k € |”."""
    left = _CLAUSE.split(text[max(0, start - 60) : start])[-1]
    right = _CLAUSE.split(text[end : end + 60])[0]
    return bool(_QUALIFIED.fullmatch(left) and _QUALIFIED.fullmatch(right))


def _plausible(pay: Salary) -> bool:
    if pay.currency is None:
        return False
    bounds = [bound for bound in yearly(pay) if bound is not None]
    return bool(bounds) and all(Decimal(6_000) <= Decimal(bound) <= 3_000_000 for bound in bounds)
