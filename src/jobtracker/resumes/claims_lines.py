"""What single lines must bear out of a claim: its words together, numbers, part and time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobtracker.resumes.claims_numbers import Number, numbers_in, word_value
from jobtracker.resumes.claims_units import LED, Unit, level_of, level_words, periods_in, scope_in
from jobtracker.resumes.claims_words import (
    ABOUT_STUDY,
    DEGREES,
    GENERIC,
    STOP,
    all_number_words,
    groups_of,
    level_names,
    stem,
    strong_groups_of,
)
from jobtracker.resumes.posting import language_key
from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.vocabulary import LANGUAGES, MONTHS
from jobtracker.resumes.terms import fold, skills_in, words

if TYPE_CHECKING:
    from jobtracker.resumes.claims import Facts

_CLAUSE = re.compile(
    r"[;:—–()]|,(?!\d)|\.\s|\s(?:and|und|et|e|ed|while|sowie|as well as|ainsi que|nonché|which|"
    r"resulting in)\s"
)
_IN_WORK = re.compile(
    r"experien|erfahrung|esperien|career|carrier|beruf|profession|industry|branche|secteur|settore|"
    r"\b(?:in|im|in der|dans|en|nel|nella|nell)\b.*\b(?:years?|jahren?|ans|anni)\b|tatig"
)
_PERIOD_WORD = re.compile(
    r"(?:year|month|week|dai|night|annu|jahrlich|monatlich|wochentlich|taglich|mensuel|mensil|hebdo|"
    r"settimanal|quotidi|giornalier)\w*|daily"
)
_MONTHS = frozenset(fold(name) for name in MONTHS)


def clauses(text: str) -> list[str]:
    """Return the parts of a text that each claim something."""
    return [part for part in _CLAUSE.split(text) if part and part.strip()]


def check_lines(text: str, language: str, facts: Facts, reasons: list[str]) -> None:
    """Add why no line of the résumé bears out a part of the text."""
    foreign = language != facts.language
    whole = _supporters(said_in(text, facts), facts.units, foreign=foreign)
    for clause in clauses(text):
        said = said_in(clause, facts)
        best = _supporters(said, facts.units, foreign=foreign)
        numbers = [n for n in numbers_in(clause, language) if not _free_number(n, clause, facts)]
        for number in numbers:
            best = _check_number(number, said, best, facts, reasons, foreign=foreign)
        if not best and said.content and not numbers:
            best = [unit for unit in whole if _one_word_more(said.content, unit)]
            if not best:
                listed = ", ".join(said.content[:6])
                reasons.append(f"no line of the résumé says this together: {listed}")
        if best:
            _check_part(clause, text, best, said.content, reasons)
            _check_time(clause, best, facts, reasons)
            _check_strong(said.content, best, facts, reasons)
        elif not said.content and not said.known:
            _check_lone_part(clause, whole, facts, reasons)


def _check_lone_part(clause: str, whole: list[Unit], facts: Facts, reasons: list[str]) -> None:
    """`Member of the management`: words of leading that nothing follows must be the résumé's."""
    leading = [word for word in level_words(clause) if level_of(word) == LED]
    known = facts.words | facts.stems
    if not leading or any(unit.level == LED for unit in whole):
        return
    if not any(word in known or stem(word) in known for word in leading):
        reasons.append(f"the résumé does not speak of {', '.join(sorted(leading))}")


def _one_word_more(content: list[str], unit: Unit) -> bool:
    """Tell a part of a sentence of which its line bears all but one harmless word."""
    missing = [token for token in content if not unit.bears(token)]
    return len(missing) <= 1 and not any(strong_groups_of(token) for token in missing)


@dataclass(frozen=True, slots=True)
class Said:
    """The folded words of a clause that claim something, and the known skills that it names.

    A skill that stands elsewhere in the résumé speaks for a line that names it too, and against
    none.
    """

    content: list[str]
    known: list[str]

    def share(self, unit: Unit) -> tuple[float, int]:
        """Return which share of the words a line bears, and of how many."""
        borne = sum(unit.bears(token) for token in self.known)
        count = len(self.content) + borne
        if not count:
            return 1.0, 0
        return (sum(unit.bears(token) for token in self.content) + borne) / count, count


def said_in(clause: str, facts: Facts) -> Said:
    """Return what a clause says; names of employers, places and the person are neutral."""
    known = [skill for skill in skills_in(clause) if skill.key in facts.skills]
    neutral_skills = [word for skill in known for word in words(skill.words)]
    neutral = set(neutral_skills) | level_words(clause) | facts.allowed | facts.names
    if facts.degrees:
        neutral |= ABOUT_STUDY
    found: list[str] = []
    for token in words(clause):
        plain = re.sub(r"^(?:l|d|qu|un|dell|all|nell|sull|dall)['’]", "", token.strip("’'"))
        if len(plain) < 3 or plain in STOP or plain in GENERIC or plain in neutral:
            continue
        if plain[0].isdigit() or _is_time_or_number(plain) or plain in level_names():
            continue
        if plain in LANGUAGES and language_key(plain) in facts.languages:
            continue
        if _PERIOD_WORD.fullmatch(plain) and stem(plain) in facts.stems:
            continue
        found.append(plain)
    skilled = [word for word in dict.fromkeys(neutral_skills) if len(word) > 2 and word not in STOP]
    return Said(found, skilled)


def _is_time_or_number(token: str) -> bool:
    numbers = all_number_words()
    if token in numbers or token in _MONTHS or all(p in numbers for p in token.split("-")):
        return True
    return len(token) > 6 and word_value(token) is not None


def _needed(count: int, *, foreign: bool) -> float:
    """Return which share of the words one line must bear: short claims leave no room.

    `foreign`: the text is in another language than the résumé, where words rarely meet.
    """
    if foreign:
        return 0.34
    return 1.0 if count <= 2 else 0.66 if count == 3 else 0.6


def _fits(said: Said, unit: Unit, *, foreign: bool) -> bool:
    share, count = said.share(unit)
    return share + 1e-9 >= _needed(count, foreign=foreign)


def _supporters(said: Said, units: list[Unit], *, foreign: bool) -> list[Unit]:
    """Return the lines that bear a claim out, the best and those close to it."""
    if not said.content:
        return []
    fitting = [(said.share(unit)[0], unit) for unit in units if _fits(said, unit, foreign=foreign)]
    top = max((share for share, _ in fitting), default=0.0)
    return [unit for share, unit in fitting if share >= top - 0.15]


def _free_number(number: Number, clause: str, facts: Facts) -> bool:
    """Tell years of work that the dates bear out: with that skill, title or employer, or in all."""
    if number.unit != "years" or number.value <= 0:
        return False
    folded = fold(clause)
    named = [facts.skill_years[s.key] for s in skills_in(clause) if s.key in facts.skill_years]
    # “Ten years as a cook” counts the years as one, “cook with ten years of work” all of them.
    behind = set(words(clause[clause.find(number.words) + len(number.words) :]))
    held = [y for title, y in facts.title_years.items() if set(words(title)) <= behind]
    there = [y for name, y in facts.name_years.items() if len(name) > 3 and name in folded]
    if not (named or held or there or _IN_WORK.search(folded)):
        return False
    return number.value <= min([facts.years_of_work, *named, *held[:1], *there[:1]])


def _check_number(
    number: Number,
    said: Said,
    best: list[Unit],
    facts: Facts,
    reasons: list[str],
    *,
    foreign: bool,
) -> list[Unit]:
    """Check a number against the lines that hold it; return the lines that bear it out."""
    holding = [unit for unit in facts.units if any(n.equals(number) for n in unit.numbers)]
    if not holding:
        reasons.append(f"the number {number.words!r} is not in the résumé")
        return best
    fitting = [
        unit
        for unit in holding
        if _fits(said, unit, foreign=foreign)
        and any(n.equals(number) and _same_thing(number, n, facts) for n in unit.numbers)
    ]
    if not fitting:
        reasons.append(f"the number {number.words!r} is said of something else in the résumé")
        return best
    return [unit for unit in fitting if unit in best] or fitting


def _same_thing(a: Number, b: Number, facts: Facts) -> bool:
    """Tell whether a number counts what it counts in the résumé: twelve services, not people."""
    said = a.near if a.unit else a.after
    near_a = {w for w in said if w not in STOP and w not in GENERIC and w not in facts.names}
    near_b = {w for w in b.near if w not in STOP}
    if not near_a or not near_b:
        return True
    stems = {stem(w) for w in near_b}
    if any(stem(w) in stems for w in near_a):
        return True
    groups = set[int]().union(*(groups_of(w) for w in near_b))
    return any(groups_of(w) & groups for w in near_a) or not a.after


def _check_part(
    clause: str, text: str, best: list[Unit], content: list[str], reasons: list[str]
) -> None:
    """Refuse to lead where the résumé helped, and to do alone where it took part."""
    claimed = min(level_of(clause), level_of(text)) if level_of(text) == 0 else level_of(clause)
    held = max(unit.level for unit in best)
    if claimed > held:
        what = "taking part in" if held == 0 else "doing"
        reasons.append(f"the résumé speaks of {what} it, not of more: {', '.join(content[:4])}")


def _check_time(clause: str, best: list[Unit], facts: Facts, reasons: list[str]) -> None:
    periods = periods_in(clause)
    known = frozenset[str]().union(*(unit.periods for unit in best))
    if periods and not periods & known:
        reasons.append(f"the résumé does not say how often (per {', '.join(sorted(periods))})")
    wide = scope_in(clause) - frozenset[str]().union(*(unit.scope for unit in best))
    wide = frozenset(word for word in wide if not any(a.startswith(word) for a in facts.allowed))
    if wide:
        reasons.append(f"the résumé does not say it so widely ({', '.join(sorted(wide))})")


def _check_strong(content: list[str], best: list[Unit], facts: Facts, reasons: list[str]) -> None:
    """A strong claim (award, certified, budget, hired) must be made by the same line."""
    for token in content:
        strong = strong_groups_of(token)
        if not strong or token in facts.allowed:
            continue
        for unit in best:
            if token in unit.words or stem(token) in unit.stems:
                break
            if any(strong_groups_of(word) & strong for word in unit.words):
                break
            if len(token) > 6 and groups_of(token) & unit.groups:
                break
        else:
            reasons.append(f"the claim {token!r} is not made of this in the résumé")


def check_degree_area(text: str, facts: Facts, reasons: list[str]) -> None:
    """Whoever names a degree must name its field and school as the résumé does."""
    studies = [u for u in facts.units if u.path.startswith(("/education", "/certificates"))]
    for clause in re.split(r"[;.]\s|\s[–—]\s", text):
        folded = fold(clause)
        marks = [mark for _, mark in DEGREES if re.search(mark, folded)]
        if not marks or not studies or find_dates(clause):
            continue
        content = [t for t in said_in(clause, facts).content if not _supported_by_work(t, facts)]
        exact = [
            unit
            for unit in studies
            if all(t in unit.words or stem(t) in unit.stems for t in content)
        ]
        if content and not exact:
            reasons.append(f"no study of the résumé is of {', '.join(content[:4])}")


def _supported_by_work(token: str, facts: Facts) -> bool:
    return any(
        token in unit.words for unit in facts.units if unit.path.startswith(("/work", "/basics"))
    )
