"""Whether a text says only what the résumé holds; whoever wrote it, a template or a model.

Numbers (as digits or words), dates, skills, degrees, titles, languages and their level, names and
places must each be in the résumé; and each part of the text must rest on one line of it, which says
those words together, claims no smaller part and was no rarer. A refusal names its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from jobtracker.resumes.claims_lines import check_degree_area, check_lines, clauses
from jobtracker.resumes.claims_names import (
    check_dates,
    check_names,
    check_places,
    check_schools,
    check_titles,
)
from jobtracker.resumes.claims_numbers import Number, numbers_in
from jobtracker.resumes.claims_units import Unit, units_of
from jobtracker.resumes.claims_words import (
    ABOUT_STUDY,
    DEGREES,
    GENERIC,
    STOP,
    all_number_words,
    groups_of,
    level_names,
    stem,
)
from jobtracker.resumes.model import Resume, Work
from jobtracker.resumes.posting import language_key
from jobtracker.resumes.reading.dates import find_dates
from jobtracker.resumes.reading.spoken import languages_in
from jobtracker.resumes.reading.vocabulary import LANGUAGES, MONTHS, guess_language
from jobtracker.resumes.scoring import years_of_work
from jobtracker.resumes.terms import fields, fold, skills_in, words

_MONTHS = frozenset(fold(name) for name in MONTHS)
_LEVELS = (
    (6, "native mother bilingual muttersprach maternelle madrelingua bilingue c2"),
    (5, "fluent proficient verhandlungssicher fliessend fließend courant fluente c1 stilsicher"),
    (4, "advanced upper b2 fortgeschritten avance avanzato professional professionnel"),
    (3, "intermediate conversational b1 gute gut bon bonne buono good intermediaire intermedio"),
    (2, "basic elementary a2 grundkenntnisse notions scolastico base scolaire"),
    (1, "a1 beginner anfanger debutant"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A job or study: its folded name and title, and the months in which it began and ended."""

    name: str
    start: str
    end: str
    title: str = ""


@dataclass
class Facts:
    """What a text may rest on: a résumé, or one entry of it, and words that are free to use."""

    texts: list[tuple[str, str]]
    years_of_work: float = 0.0
    skill_years: dict[str, float] = field(default_factory=dict[str, float])
    language: str = "en"
    entries: list[Entry] = field(default_factory=list[Entry])
    words: set[str] = field(default_factory=set[str])
    stems: set[str] = field(default_factory=set[str])
    groups: set[int] = field(default_factory=set[int])
    units: list[Unit] = field(default_factory=list[Unit])
    titles: list[str] = field(default_factory=list[str])
    """Folded titles that were held."""
    title_years: dict[str, float] = field(default_factory=dict[str, float])
    name_years: dict[str, float] = field(default_factory=dict[str, float])
    """For how long the person held a title, and stayed with an employer."""
    names: set[str] = field(default_factory=set[str])
    """Folded words of employers, schools, places and of the person's name."""
    places: set[str] = field(default_factory=set[str])
    skills: set[str] = field(default_factory=set[str])
    numbers: list[Number] = field(default_factory=list[Number])
    dates: set[str] = field(default_factory=set[str])
    degrees: set[str] = field(default_factory=set[str])
    languages: dict[str, int] = field(default_factory=dict[str, int])
    allowed: set[str] = field(default_factory=set[str])


def facts_of(resume: Resume, as_of: date, *, scope: str = "", allowed: Iterable[str] = ()) -> Facts:
    """Return the facts of a résumé; `scope` narrows them to what lies under that JSON pointer.

    `as_of` ends the jobs that go on. `allowed` are texts whose words are no claim, such as the
    posting's company and title.
    """
    texts = [(path, text) for path, text in fields(resume) if path.startswith(scope)]
    language = guess_language(" ".join(text for _, text in fields(resume)))
    facts = Facts(texts, years_of_work(resume, as_of), _skill_years(resume, as_of), language)
    _add_entries(facts, resume, as_of, scope)
    facts.units = units_of(resume, language, scope)
    for path, text in texts:
        _add(facts, text, language, is_date=path.rpartition("/")[2].endswith("ate"))
    for item in resume.languages:
        key = language_key(item.language or "")
        facts.languages[key] = max(facts.languages.get(key, 0), _level(item.fluency or "") or 0)
    for text in allowed:
        facts.allowed.update(words(text))
        facts.allowed.update(re.split(r"[^\w]+", fold(text)))
    return facts


def _add_entries(facts: Facts, resume: Resume, as_of: date, scope: str) -> None:
    """Note employers, schools, titles, places and when each entry began and ended."""
    studied = [(i.institution, i.studyType, i.startDate, i.endDate) for i in resume.education]
    worked = [(job.name, job.position, job.startDate, job.endDate) for job in resume.work]
    given = [(v.organization, v.position, v.startDate, v.endDate) for v in resume.volunteer]
    facts.entries = [
        Entry(fold(name or ""), start or end or "", end or "9999", fold(title or ""))
        for name, title, start, end in [*worked, *given, *studied]
        if (name or title) and (start or end)
    ]
    held = [title for _, title, _, _ in [*worked, *given]] + [resume.basics.label]
    held += [text for item in resume.education for text in (item.studyType, item.area)]
    held += [f"{item.studyType} {item.area}" for item in resume.education]
    held += [item.name for item in resume.certificates]
    facts.titles = [fold(title) for title in held if title]
    for title in {job.position for job in resume.work if job.position}:
        jobs = [job for job in resume.work if job.position == title]
        facts.title_years[fold(title)] = years_of_work(Resume(work=jobs), as_of)
    for name in {job.name for job in resume.work if job.name}:
        jobs = [job for job in resume.work if job.name == name]
        facts.name_years[fold(name)] = years_of_work(Resume(work=jobs), as_of)
    place = resume.basics.location
    towns = [place.city, place.region] if place else []
    towns += [job.location for job in resume.work] + [i.location for i in resume.education]
    names = [resume.basics.name, *towns, *(name for name, *_ in [*worked, *given, *studied])]
    facts.names = {word for name in names if name for word in words(name) if len(word) > 2}
    facts.places = set(facts.names)


def _skill_years(resume: Resume, as_of: date) -> dict[str, float]:
    """Return for how long the jobs ran that name a skill."""
    jobs: dict[str, list[Work]] = {}
    for job in resume.work:
        text = " . ".join([job.position or "", job.summary or "", *job.highlights])
        for key in {skill.key for skill in skills_in(text)}:
            jobs.setdefault(key, []).append(job)
    return {key: years_of_work(Resume(work=found), as_of) for key, found in jobs.items()}


def _add(facts: Facts, text: str, language: str, *, is_date: bool) -> None:
    tokens = words(text)
    facts.words.update(tokens)
    for token in tokens:
        pieces = [token, *re.split(r"[-/&.’']", token)]
        for piece in pieces:
            facts.words.add(piece)
            facts.stems.add(stem(piece))
            facts.groups |= groups_of(piece)
    facts.skills.update(skill.key for skill in skills_in(text))
    facts.degrees.update(name for name, mark in DEGREES if re.search(mark, fold(text)))
    if is_date:
        facts.dates.update(_date_forms(text))
        return
    for span in find_dates(text):
        facts.dates.update(_date_forms(span.start), _date_forms(span.end))
    facts.numbers += numbers_in(text, language)


def _date_forms(point: str | None) -> set[str]:
    return {point[:4], point[:7]} if point else set()


def check(text: str, facts: Facts) -> list[str]:
    """Return why the text may not be written, or nothing where the facts bear it out."""
    said = " ".join(words(text))
    if any(said == " ".join(words(own)) for _, own in facts.texts):
        return []
    reasons: list[str] = []
    language = guess_language(text, facts.language)
    check_lines(text, language, facts, reasons)
    check_dates(text, facts, reasons)
    _check_skills(text, facts, reasons)
    _check_degrees(text, facts, reasons)
    check_degree_area(text, facts, reasons)
    _check_languages(text, facts, reasons)
    check_names(text, language, facts, reasons)
    check_places(text, facts, reasons)
    check_schools(text, facts, reasons)
    check_titles(text, facts, reasons)
    _check_words(text, facts, reasons)
    return list(dict.fromkeys(reasons))


def _check_skills(text: str, facts: Facts, reasons: list[str]) -> None:
    for skill in skills_in(text):
        tokens = words(skill.words)
        if skill.key in facts.skills or all(t in facts.words or t in facts.allowed for t in tokens):
            continue
        if all(t in GENERIC or t in STOP or groups_of(t) & facts.groups for t in tokens):
            continue
        if all(len(t) >= 6 and _supported(t, facts) for t in tokens):
            continue
        reasons.append(f"the skill {skill.words!r} is not in the résumé")


def _check_degrees(text: str, facts: Facts, reasons: list[str]) -> None:
    folded = fold(text)
    for name, mark in DEGREES:
        match = re.search(mark, folded)
        if match and name not in facts.degrees and match[0] not in facts.allowed:
            reasons.append(f"the degree {match[0]!r} is not in the résumé")


def _check_languages(text: str, facts: Facts, reasons: list[str]) -> None:
    end = 0
    for item in languages_in(text):
        name = item.language or ""
        begin, end = end, text.find(name, end) + len(name)
        if not (name[0].isupper() or text.islower() or guess_language(text) in {"fr", "it"}):
            continue
        key = language_key(name)
        if key not in facts.languages:
            if fold(name) not in facts.words and fold(name) not in facts.allowed:
                reasons.append(f"the language {name!r} is not in the résumé")
            continue
        before = re.split(r"[,;.()]", text[begin : end - len(name)])[-1]
        level = _level(item.fluency or "") or _level(before)
        if level and facts.languages[key] and level > facts.languages[key]:
            reasons.append(f"{name} is claimed at a higher level than the résumé gives")


def _level(text: str) -> int | None:
    tokens = re.findall(r"[a-z]+\d?", fold(text))
    found = [
        level
        for level, names in _LEVELS
        if any(t == n or (len(n) > 5 and t.startswith(n)) for n in names.split() for t in tokens)
    ]
    return max(found) if found else None


def _supported(token: str, facts: Facts) -> bool:
    if token in LANGUAGES and language_key(token) in facts.languages:
        return True
    if token in facts.words or token in facts.allowed or stem(token) in facts.stems:
        return True
    if groups_of(token) & facts.groups:
        return True
    pieces = [piece for piece in re.split(r"[-/&.’']", token) if len(piece) > 2]
    if len(pieces) > 1:
        return all(
            piece in STOP or piece in GENERIC or _supported(piece, facts) for piece in pieces
        )
    if len(token) < 5:
        return False
    head = token[: max(5, int(len(token) * 0.75))]
    return any(
        len(word) >= 5
        and (
            word.startswith(head)
            or (word in token and len(word) >= 0.6 * len(token))
            or token in word
        )
        for word in facts.words
    )


def _is_time_or_number(token: str) -> bool:
    numbers = all_number_words()
    return token in numbers or token in _MONTHS or all(p in numbers for p in token.split("-"))


def _check_words(text: str, facts: Facts, reasons: list[str]) -> None:
    """Refuse a text, or a part of it, most of whose words the résumé does not know."""
    free = level_names() | ABOUT_STUDY if facts.degrees else level_names()
    unknown_all: list[str] = []
    known_all = 0
    for clause in clauses(text):
        tokens = [t for t in words(clause) if len(t) > 2 and t not in STOP and t not in GENERIC]
        tokens = [
            t for t in tokens if not t[0].isdigit() and not _is_time_or_number(t) and t not in free
        ]
        unknown = [token for token in tokens if not _supported(token, facts)]
        unknown_all += unknown
        known_all += len(tokens) - len(unknown)
        if len(unknown) >= 2 and len(unknown) >= len(tokens) - len(unknown):
            reasons.append("not in the résumé: " + ", ".join(unknown[:6]))
            return
    alone = len(unknown_all) == 1 and known_all > 0
    if unknown_all and not alone and len(unknown_all) > 0.5 * (known_all or 0.5):
        reasons.append("not in the résumé: " + ", ".join(unknown_all[:6]))
