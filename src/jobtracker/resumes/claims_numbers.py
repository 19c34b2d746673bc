"""Numbers in a text: digits, words and factors, with their unit and what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobtracker.resumes.claims_words import FACTORS, compound_value, number_words
from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.terms import fold, words

_DIGITS = re.compile(
    r"(?<![\w.])(?P<cur>[$€£]|chf|eur|usd|fr\.)?\s?(?P<num>\d{1,3}(?:[,.'’\u202f\u00a0 "
    r"]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"\s?(?P<scale>k|mio\.?|m|bn|mrd\.?|million(?:en|s)?|milion[ei]|billion|milliarden?|tausend|thousand|mille)?\b"
    r"\s?(?P<unit>%|percent|prozent|pour cent|per "
    r"cento|x\b|×|-?fold|-?fach|[$€£]|chf|eur|usd|[^\W\d_]+)?",
    re.IGNORECASE,
)  # fmt: skip
_SCALES = {
    "k": 1e3, "tausend": 1e3, "thousand": 1e3, "mille": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6,
    "millions": 1e6, "millionen": 1e6, "milione": 1e6, "milioni": 1e6, "bn": 1e9, "mrd": 1e9,
    "billion": 1e9, "milliarde": 1e9, "milliarden": 1e9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `unit` is percent, money, factor, a length of time or empty.

    `near` are the folded words around it, `after` the first of those that follow.
    """

    value: float
    unit: str
    words: str
    near: tuple[str, ...]
    after: tuple[str, ...] = ()

    def equals(self, other: Number) -> bool:
        """Tell whether both state the same; a unit that one leaves out does not part them."""
        if self.unit and other.unit and self.unit != other.unit:
            return self._as_factor() == other._as_factor() != 0.0
        if abs(self.value - other.value) < 1e-6 * max(1.0, abs(other.value)):
            return True
        return self._as_factor() == other._as_factor() != 0.0

    def _as_factor(self) -> float:
        if self.unit == "factor":
            return round(self.value, 3)
        if self.unit == "percent" and self.value in {50.0, 100.0, 200.0, 300.0}:
            return {50.0: 0.5, 100.0: 2.0, 200.0: 3.0, 300.0: 4.0}[self.value]
        return 0.0


def numbers_in(text: str, language: str) -> list[Number]:
    """Return the numbers of a text that are no dates."""
    masked = list(text)
    for span in find_dates(text):
        for index in range(*span.span):
            masked[index] = " "
    clean = "".join(masked)
    found = [_from_digits(match, clean) for match in _DIGITS.finditer(clean)]
    return found + _from_words(clean, language)


_TIMES = (
    ("years", r"years?|yrs?|jahre?n?|ans|annees?|anni"),
    ("months", r"months?|monate?n?|mois|mesi|mese"),
    ("weeks", r"weeks?|wochen?|semaines?|settiman[ae]"),
    ("days", r"days?|tage?n?|jours?|giorn[oi]"),
    ("hours", r"hours?|stunden?|heures?|or[ae]"),
    ("minutes", r"minutes?|minuten?|minut[oi]"),
)


def _time_unit(word: str) -> str:
    return next((unit for unit, names in _TIMES if re.fullmatch(names, word)), "")


def _near(text: str, begin: int, end: int) -> tuple[str, ...]:
    around = [*words(text[max(0, begin - 70) : begin])[-8:], *words(text[end : end + 80])[:8]]
    pieces = [piece for word in around for piece in (word, *word.split("-"))]
    return tuple(w for w in pieces if w and not w[0].isdigit())


def _after(text: str, end: int) -> tuple[str, ...]:
    clause = re.split(r"[,;:.]\s", text[end : end + 60])[0]
    found = [piece for word in words(clause)[:3] for piece in word.split("-")]
    return tuple(w for w in found if w and not w[0].isdigit())


def _from_digits(match: re.Match[str], text: str) -> Number:
    raw = re.sub(r"[\s'’\u202f\u00a0]", "", match["num"])
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", raw):
        value = float(re.sub(r"[.,]", "", raw))
    else:
        value = float(raw.replace(",", "."))
    scale = (match["scale"] or "").lower().rstrip(".")
    value *= _SCALES.get(scale, 1.0)
    unit = fold(match["unit"] or "").strip("-")
    if unit in {"%", "percent", "prozent", "pour cent", "per cento"}:
        kind = "percent"
    elif unit in {"x", "×", "fold", "fach"}:
        kind = "factor"
    elif match["cur"] or unit in {"$", "€", "£", "chf", "eur", "usd"}:
        kind = "money"
    else:
        kind = _time_unit(unit)
    end = match.end("scale") if match["scale"] else match.end("num")
    said = match[0].strip() if kind else text[match.start() : end].strip()
    return Number(value, kind, said, _near(text, match.start(), end), _after(text, end))


def _from_words(text: str, language: str) -> list[Number]:
    names = number_words().get(language, {}) | {
        k: v for k, v in number_words()["en"].items() if len(k) > 4
    }
    found: list[Number] = []
    scaled = False
    for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)?", text):
        word = fold(match[0])
        before, scaled = scaled, word in names or word.isdigit()
        if before and word in _SCALES:
            continue
        near, after = _near(text, *match.span()), _after(text, match.end())
        value = _word_value(word, names)
        times = _TIMES_WORD.match(text, match.end())
        if value is not None and times:
            found.append(Number(value, "factor", match[0] + times[0], near))
        elif value is not None:
            if scale := _SCALES.get(after[0]) if after else None:
                value, after = value * scale, after[1:]
            unit = _time_unit(after[0]) if after else ""
            if after[:1] in {("percent",), ("prozent",)} or text[match.end() :].lstrip()[:1] == "%":
                unit = "percent"
            found.append(Number(value, unit, match[0], near, after))
        else:
            found += [
                Number(factor, "factor", match[0], near)
                for factor, stems in FACTORS
                if any(word.startswith(fold(s)) for s in stems.split())
                and (language == "en" or word != "half")
            ]
    return found


_TIMES_WORD = re.compile(r"\s+(?:times|mal|fois|volte)\b", re.IGNORECASE)


def _word_value(word: str, names: dict[str, float]) -> float | None:
    if word in names:
        return names[word]
    if "-" in word:
        pieces = [names.get(piece) for piece in word.split("-")]
        if all(piece is not None for piece in pieces):
            return sum(piece for piece in pieces if piece is not None)
        if pieces and pieces[0] is not None:
            return pieces[0]
    if match := re.fullmatch(r"(\w+?)und(\w+)", word):
        small, tens = names.get(match[1].replace("ein", "eins", 1)), names.get(match[2])
        small = 1.0 if match[1] == "ein" else small
        if small is not None and tens is not None:
            return small + tens
    return compound_value(word) if len(word) > 6 else None


def word_value(word: str) -> float | None:
    """Return the value of a folded number word in any of our languages, or None."""
    names = {name: value for known in number_words().values() for name, value in known.items()}
    return _word_value(word, names)
