"""From the fragments of an entry's heading to fields: what is the title, what the employer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobtracker.resumes.reading.places import is_place
from jobtracker.resumes.reading.vocabulary import (
    COMPANY_MARKS,
    DEGREE_WORDS,
    SCHOOL_WORDS,
    title_score,
)

_AT = re.compile(r"\s+(?:at|bei|beim|chez|presso|@)\s+")
_DEGREE_SPLIT = (
    re.compile(r"^(?P<degree>.*?)(?:\s*[,:]\s|\s[–-]\s|\s+in\s+)(?P<area>[^,]{3,}.*)$", re.I),
    re.compile(r"^(?P<degree>.*?)\s+en\s+(?P<area>[^,]{3,}.*)$", re.I),
    re.compile(
        r"^(?P<degree>.*?)\s+(?:of|ofs)\s+(?!science|arts|engineering|business|laws|philosophy|"
        r"education|medicine|music|fine)(?P<area>[^,]{3,}.*)$",
        re.I,
    ),
    re.compile(
        r"^(?P<degree>.*?)\s+di\s+(?!capacit|formazione|maturit|scuola|studi|laurea|stato|"
        r"abilitazione|commercio|qualifica|cultura)(?P<area>[^,]{3,}.*)$",
        re.I,
    ),
)
"""Where a degree ends and its field begins, the surest mark first."""


@dataclass(slots=True)
class Role:
    """Title, employer and place of one entry."""

    title: str | None = None
    company: str | None = None
    location: str | None = None
    rest: tuple[str, ...] = ()


def _company_score(text: str) -> int:
    return len(COMPANY_MARKS.findall(text))


def _parts(fragments: list[str]) -> tuple[list[str], str | None]:
    """Return the fragments without places, split further where there is only one, and the place."""
    names: list[str] = []
    place: str | None = None
    for fragment in fragments:
        if is_place(fragment) and (names or len(fragments) > 1):
            place = place or fragment
            continue
        if names and fragment.startswith("(") and fragment.endswith(")"):
            place = place or fragment.strip("()")
            continue
        body, found = _cut_place(fragment)
        place = place or found
        names.append(body)
    if len(names) < 2 and names:
        names = _AT.split(names[0], maxsplit=1)
    if len(names) == 1 and ", " in names[0]:
        names = _split_list(names[0].split(", "))
    return [name for name in names if name], place


def _split_list(pieces: list[str]) -> list[str]:
    """Part `Charge Nurse, Emergency Department, Royal Infirmary` where the employer begins."""
    marked = [i for i, piece in enumerate(pieces) if i and _company_score(piece)]
    at = 1
    if len(pieces) > 2 and title_score(pieces[0]):
        at = marked[0] if marked else len(pieces) - 1
    return [", ".join(pieces[:at]), ", ".join(pieces[at:])]


def _cut_place(text: str) -> tuple[str, str | None]:
    """Return the text without a place at its end, and the place."""
    pieces = text.split(", ")
    if re.match(r"University of [A-Z]\w+, [A-Z][\w ]+$", text):
        return text, None
    for count in (2, 1):
        if len(pieces) > count:
            tail = ", ".join(pieces[-count:])
            if is_place(tail) and not title_score(tail):
                return ", ".join(pieces[:-count]), tail
    if (match := re.fullmatch(r"(.{3,})\s\(([^()]+)\)", text)) and is_place(match[2]):
        return match[1], match[2]
    return text, None


def roles(headings: list[list[str]]) -> list[Role]:
    """Return the roles of all entries of a section; the order of most entries decides unclear
    ones.
    """
    prepared = [_parts(fragments) for fragments in _with_places(headings)]
    vote = sum(_leaning(names) for names, _ in prepared)
    return [_role(names, place, title_first=vote >= 0) for names, place in prepared]


def _with_places(headings: list[list[str]]) -> list[list[str]]:
    """Set apart a town that no list knows, where other entries have a known one at that place."""
    headings = _bracket_lone_towns(headings)
    ends = [(i, j) for i, names in enumerate(headings) for j, text in enumerate(names)
            if ", " in text and not is_place(text)]  # fmt: skip
    known = {(i, j) for i, j in ends if _cut_place(headings[i][j])[1]}
    if not known:
        return headings
    commas = {headings[i][j].count(", ") for i, j in known}
    result = [list(names) for names in headings]
    for i, j in ends:
        head, _, tail = headings[i][j].rpartition(", ")
        others = any(is_place(text) for text in headings[i])
        beside = any(place == j for _, place in known)
        same = (i, j) not in known and beside and not others and head.count(", ") + 1 in commas
        if same and _may_be_town(tail):
            result[i][j : j + 1] = [head, f"({tail})"]
    return result


def _bracket_lone_towns(headings: list[list[str]]) -> list[list[str]]:
    """Mark a fragment as a place where the same one of most other entries is a place."""
    result = [list(names) for names in headings]
    for j in range(1, max((len(names) for names in headings), default=0)):
        known = [len(names) > j and is_place(names[j]) for names in headings]
        if not any(known):
            continue
        for names, place in zip(result, known, strict=True):
            alone = len(names) > j and not any(is_place(text) for text in names)
            if alone and not place and _may_be_town(names[j]):
                names[j] = f"({names[j]})"
    return result


def _may_be_town(text: str) -> bool:
    fits = re.fullmatch(r"[A-ZÀ-Ý][\w.’'-]+(?: [\w.’'-]+){0,2}", text) is not None
    return fits and not _company_score(text) and not title_score(text)


def _leaning(names: list[str]) -> int:
    """Return above 0 where the title seems to come first, below 0 where the employer does."""
    if len(names) < 2:
        return 0
    first = min(title_score(names[0]), 1) - min(_company_score(names[0]), 1)
    second = min(title_score(names[1]), 1) - min(_company_score(names[1]), 1)
    return first - second


def _role(names: list[str], place: str | None, *, title_first: bool) -> Role:
    if not names:
        return Role(location=place)
    if len(names) == 1:
        is_title = title_score(names[0]) > 0 or (not _company_score(names[0]) and title_first)
        return Role(names[0], None, place) if is_title else Role(None, names[0], place)
    own = _leaning(names)
    first = own > 0 if abs(own) >= 1 else title_first
    title, company = (names[0], names[1]) if first else (names[1], names[0])
    rest = tuple(names[2:])
    if rest and not title_score(title) and title_score(rest[0]) and not title_score(company):
        title, rest = rest[0], (title, *rest[1:])
    return Role(title, company, place, rest)


@dataclass(slots=True)
class Study:
    """School, kind of degree, field and place of one entry."""

    institution: str | None = None
    degree: str | None = None
    area: str | None = None
    location: str | None = None
    rest: tuple[str, ...] = ()


def studies(headings: list[list[str]]) -> list[Study]:
    """Return the studies of all entries of a section."""
    prepared = [_study_parts(fragments) for fragments in headings]
    vote = sum(_school_leaning(names) for names, _ in prepared)
    return [_study(names, place, school_first=vote > 0) for names, place in prepared]


def _study_parts(fragments: list[str]) -> tuple[list[str], str | None]:
    names: list[str] = []
    place: str | None = None
    for fragment in fragments:
        if is_place(fragment) and len(fragments) > 1:
            place = place or fragment
            continue
        body, found = _cut_place(fragment)
        place = place or found
        school, comma, rest = body.partition(", ")
        if comma and len(fragments) > 1 and SCHOOL_WORDS.search(school) and not is_place(rest):
            names += [school, rest]
        else:
            names.append(body)
    if len(names) == 1:
        names = _AT.split(names[0], maxsplit=1)
    if len(names) == 1 and ", " in names[0]:
        pieces = names[0].split(", ")
        school = next((i for i, p in enumerate(pieces) if SCHOOL_WORDS.search(p)), None)
        if school is not None:
            others = [p for i, p in enumerate(pieces) if i != school]
            names = (
                [pieces[school], ", ".join(others)]
                if school == 0
                else [", ".join(others), pieces[school]]
            )
        else:
            names = [pieces[0], ", ".join(pieces[1:])]
    return [name for name in names if name], place


def _school_score(text: str) -> int:
    return 2 * bool(SCHOOL_WORDS.search(text)) - 2 * bool(DEGREE_WORDS.search(text))


def _school_leaning(names: list[str]) -> int:
    if len(names) < 2:
        return 0
    return _school_score(names[0]) - _school_score(names[1])


def _study(names: list[str], place: str | None, *, school_first: bool) -> Study:
    if not names:
        return Study(location=place)
    ranked = sorted(range(len(names)), key=lambda i: -_school_score(names[i]))
    school = ranked[0]
    if len(names) > 1 and _school_score(names[ranked[0]]) == _school_score(names[ranked[1]]):
        school = 0 if school_first else min(1, len(names) - 1)
    if len(names) == 1 and _school_score(names[0]) < 0:
        degree, area = split_degree(names[0])
        return Study(None, degree, area, place)
    others = [name for index, name in enumerate(names) if index != school]
    degrees = [name for name in others if DEGREE_WORDS.search(name)]
    first = degrees[0] if degrees else (others[0] if others else None)
    degree, area = split_degree(first) if first else (None, None)
    left = [name for name in others if name != first]
    if area is None and left and not DEGREE_WORDS.search(left[0]):
        area, left = left[0], left[1:]
    return Study(names[school], degree, area, place, tuple(left))


def split_degree(text: str) -> tuple[str | None, str | None]:
    """Return the kind of degree and its field: `MSc in Physics` is MSc and Physics."""
    if not DEGREE_WORDS.search(text):
        return None, text
    for pattern in _DEGREE_SPLIT:
        match = pattern.match(text)
        if match and DEGREE_WORDS.search(match["degree"]):
            return match["degree"].strip(), match["area"].strip(" ()")
        if match and DEGREE_WORDS.search(match["area"]):
            return match["area"].strip(), match["degree"].strip()
    short = re.fullmatch(
        r"((?:[BM]\.?\s?(?:Sc|A|Eng|S)\.?|Ph\.?D\.?|MBA|MAS|CAS|DAS|BS|MS))\s+(.{4,})", text
    )
    if short:
        return short[1], short[2]
    return text, None
