# ruff: noqa: E501 - word lists read better unbroken
"""The lines that a claim can rest on: what each says, how large a part it claims, and how often.

A claim is measured against single lines and not against the résumé as a heap of words, for an
invention made of words that all stand somewhere in the résumé is still an invention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from jobtracker.resumes.claims_numbers import Number, numbers_in
from jobtracker.resumes.claims_words import groups_of, stem
from jobtracker.resumes.model import Resume
from jobtracker.resumes.terms import fold, words

HELPED, DID, LED = 0, 1, 2
"""How large a part somebody had in what a line tells of."""
_HELP = re.compile(
    r"\b(?:took part|take part|taking part|participat\w+|help(?:ed|ing|s)?|assist(?:ed|ing|s)|contribut\w+|involved|"
    r"member of|part of|(?:work\w*|collaborat\w+) (?:with)?in (?:a|the) \w*\s?team|shadow\w+|"
    r"(?<!customer )(?<!technical )(?<!user )(?<!it )support(?:ed|ing|s)?(?! (?:team|desk|engineer|specialist|ticket|cent|staff|case|request))|"
    r"mitarbeit(?! des| der)|wirkte[nt]?\b.*\bmit(?=\W*$)|used|using|eingesetzt|genutzt|nutzte|utilis\w+|utilizz\w+|experienced?|erfahrung\w*|knowledge|kenntnis\w*|connaissance\w*|conoscenz\w+|esperienza|mitgearbeitet|mitgewirkt|mitwirk\w+|\w*unterstutz\w+|half(?: bei| beim| mit)|\w*geholfen|mithilfe bei|with the \w+ team|together with|gemeinsam mit|zusammen mit|avec l['’]equipe|insieme a\w*|beteilig\w+|"
    r"teilgenommen|teilnahm\w*|beigetragen|mitglied|particip\w+|aide[srz]?|aider|appui|contribu\w+|soutien|soutenu\w*|"
    r"aiut\w+|partecip\w+|supporto|supportat\w+|contribui\w+|collabora(?:to|zione|ndo)|collabor(?:e|er|ation)|membro|membre)\b"
)
_LEAD = re.compile(
    r"\b(?:led|lead|leads|leading|headed|heading|manag(?:e|ed|es|ing|ement)|direct(?:ed|ing)|supervis(?:ed|es|e|ing|ion)|oversaw|oversee\w*|overseen|"
    r"spearhead\w+|drove|championed|orchestrat\w+|in charge|responsib\w+|accountab\w+|owned|ran|run|runs|"
    r"\w*leitung|geleitet\w*|leitete[n]?|leite[nt]?|leitend\w*|(?<!\w)fuhrte[n]?|gefuhrt\w*|(?!(?:ein|durch|aus|auf|uber|zu)\w)\w*fuhrung|fuhren|fuhre|"
    r"\w*verantwort\w+|dirig\w+|direction|pilot(?:e|er|age|ee?s?)|encadr\w+|conduite|conduit\w*|responsable\w*|mene[re]?s?|"
    r"dirett[oaie]|direzione|diress\w+|guidat\w+|guidar\w+|guida di|responsabil\w+)\b"
)  # fmt: skip
_BETWEEN = re.compile(r"\b(?:fuhrte[n]?|fuhre)\b.*\b(?:ein|durch|aus)\b")
_EVERY = r"(?:per|a|an|each|every|pro|jede[nrs]?|je|par|chaque|al|alla|all['’]|ogni|la|il|le|any|in der|im)"
_PERIODS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{_EVERY}\s?(?:{nouns})|{adverbs})\b(?!\s*\d)"))
    for name, nouns, adverbs in (
        ("hour", "hour|stunde|heure|ora", r"hourly|stundlich\w*|horaire"),
        ("shift", "shift|schicht|schichtdienst|turno", r"schichtweise"),
        ("day", "day|night|tag|nacht|abend|evening|jour|nuit|soir|giorno|notte|sera", r"daily|nightly|taglich\w*|quotidien\w*|giornalier\w+|quotidian\w+"),
        ("week", "week|woche|semaine|settimana", r"weekly|wochentlich\w*|hebdomadaire\w*|settimanal\w+"),
        ("month", "month|monat|mois|mese", r"monthly|monatlich\w*|mensuel\w*|mensil\w+"),
        ("quarter", "quarter|quartal|trimestre", r"quarterly|quartalsweise|trimestriel\w*|trimestral\w+"),
        ("year", "year|jahr|an|annee|anno", r"yearly|annually|jahrlich\w*|annuellement|annualmente"),
    )
)  # fmt: skip
_OF_A_YEAR = re.compile(r"\b(?:annual|annuel|annua|jahres)\w*")
_YEARLY = frozenset(["year"])
_EVERY_SHIFT = re.compile(r"\b(?:per|each|every|pro|jede\w?|par|chaque|ogni)\s\w+")
_SCOPE = re.compile(
    r"\b(?:across|entire|whole|groupwide|group-wide|companywide|company-wide|always|never|without|permanent\w*|sole(?:ly)?|exclusive\w*|"
    r"all(?!['’])|every|single-handed\w*|worldwide|nationwide|ganze[nrs]?|gesamte[nrs]?|samtliche\w*|alle[nrs]?|immer|standig\w*|dauerhaft\w*|allein\w*|"
    r"unternehmensweit\w*|weltweit\w*|schweizweit\w*|tous|toutes?|entier\w*|ensemble d\w+|permanent\w*|seule?|tutt[oaie]|inter[oaie]|sempre|permanente)\b"
)
_SECTIONS = (
    "skills",
    "languages",
    "certificates",
    "education",
    "awards",
    "interests",
    "references",
    "publications",
)


@dataclass
class Unit:
    """One line of the résumé with the heading of its entry, or a whole entry of a list."""

    path: str
    text: str
    head: str = ""
    level: int = DID
    numbers: list[Number] = field(default_factory=list[Number])
    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    periods: frozenset[str] = frozenset()
    scope: frozenset[str] = frozenset()

    def bears(self, token: str) -> bool:
        """Tell whether a folded word stands here: itself, its kin, a synonym, or a part of it."""
        if token in self.words or stem(token) in self.stems or groups_of(token) & self.groups:
            return True
        parts = [part for part in re.split(r"[-/&.’']", token) if len(part) > 2]
        if len(parts) > 1:
            return all(self.bears(part) for part in parts)
        if len(token) < 5:
            return False
        head = token[: max(5, int(len(token) * 0.75))]
        if any(
            len(word) > 4
            and (word.startswith(head) or token.startswith(word[: max(5, int(len(word) * 0.75))]))
            for word in self.words
        ):
            return True
        return any(_general(token, word) or self._compound(token, word) for word in self.words)

    def _compound(self, token: str, word: str) -> bool:
        """Tell a compound both of whose parts stand here; a first part of its own says more."""
        if len(word) < 4 or not token.endswith(word):
            return False
        first = re.sub(r"(?:es|en|s|n)$", "", token[: -len(word)])
        return len(first) < 4 or any(other.startswith(first) for other in self.words)


def _general(token: str, word: str) -> bool:
    """Tell the last part of a German compound, which says less than the whole."""
    return (
        len(token) >= 5
        and len(word) - len(token) >= 4
        and word.endswith(token)
        and token not in {"biologie"}
    )


def units_of(resume: Resume, language: str, scope: str = "") -> list[Unit]:
    """Return the lines that a claim can rest on; `scope` narrows them to what lies under a path."""
    return [_measure(unit, language) for unit in _units(resume) if unit.path.startswith(scope)]


def _units(resume: Resume) -> Iterator[Unit]:
    basics = resume.basics
    place = basics.location
    yield Unit(
        "/basics",
        " , ".join(
            t
            for t in (
                basics.name,
                basics.label,
                place.city if place else None,
                place.region if place else None,
                basics.workPermit,
                basics.nationality,
            )
            if t
        ),
    )
    for sentence in _sentences(basics.summary):
        yield Unit("/basics/summary", sentence)
    for index, job in enumerate(resume.work):
        head = _said(
            job.position, job.name, job.location, job.description, job.startDate, job.endDate
        )
        yield from _entry(f"/work/{index}", head, job.summary, job.highlights)
    for index, item in enumerate(resume.volunteer):
        head = _said(item.position, item.organization, item.location, item.startDate, item.endDate)
        yield from _entry(f"/volunteer/{index}", head, item.summary, item.highlights)
    for index, project in enumerate(resume.projects):
        head = _said(project.name, project.entity, *project.roles, *project.keywords)
        yield from _entry(f"/projects/{index}", head, project.description, project.highlights)
    content = resume.to_json()
    for section in _SECTIONS:
        for index, entry in enumerate(content.get(section, [])):
            yield Unit(f"/{section}/{index}", " , ".join(_texts(entry)))


def _texts(entry: dict[str, Any]) -> Iterator[str]:
    for value in entry.values():
        if isinstance(value, list):
            yield from (str(item) for item in cast("list[Any]", value))
        else:
            yield str(value)


def _leads(head: str) -> bool:
    """Tell a post that leads by its title, which the lines under it need not say again."""
    return bool(_LEADING_TITLE.search(fold(head))) and not _LESSER.search(fold(head))


_LEADING_TITLE = re.compile(
    r"\b(?:head|lead|director|manager\w*|chief|supervisor|foreman|\w*leiter(?:in)?|\w*leitung|direktor\w*|vorarbeiter\w*|cheffe?|responsable|"
    r"directeur|directrice|contremaitre|responsabile|direttore|direttrice|capo\w*|president|founder|co-founder|owner|inhaber\w*|geschaftsfuhr\w*)\b"
)
_LESSER = re.compile(
    r"\b(?:assistant|assistent\w*|deputy|junior|trainee|intern|acting|stv|stellvertretend\w*|adjoint\w*|vice|sous|praktikant\w*|apprenti\w*|"
    r"stagiaire|aushilfe|assistente|aide|tirocinante|lernende\w*|sub|co|associate|hilfs\w*)\b"
)


def lesser(title: str) -> bool:
    """Tell a title that is less than the word in it: assistant manager, stellvertretende Leiterin."""
    return bool(_LESSER.search(fold(title)))


def _said(*parts: str | None) -> str:
    return " , ".join(part for part in parts if part)


def _entry(path: str, head: str, summary: str | None, highlights: Iterable[str]) -> Iterator[Unit]:
    if head:
        yield Unit(path, head)
    for sentence in _sentences(summary):
        yield Unit(f"{path}/summary", sentence, head)
    for number, text in enumerate(highlights):
        yield Unit(f"{path}/highlights/{number}", text, head)


def _sentences(text: str | None) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?;])\s+", text or "") if piece.strip()]


def _measure(unit: Unit, language: str) -> Unit:
    tokens = {
        piece
        for word in words(f"{unit.text} . {unit.head}")
        for piece in (word, *re.split(r"[-/&.’']", word))
        if piece
    }
    own = {
        piece for word in words(unit.text) for piece in (word, *re.split(r"[-/&]", word)) if piece
    }
    unit.words = frozenset(tokens)
    unit.stems = frozenset(stem(token) for token in tokens)
    unit.groups = (
        frozenset[int]().union(*(groups_of(token) for token in own)) if own else frozenset()
    )
    unit.numbers = numbers_in(unit.text, language)
    is_line = unit.path.count("/") > 2 or unit.path == "/basics/summary"
    unit.level = level_of(unit.text) if is_line else LED if _leads(unit.text) else DID
    unit.periods = periods_in(unit.text) | (
        _YEARLY if _OF_A_YEAR.search(fold(unit.text)) else set()
    )
    unit.scope = scope_in(unit.text)
    return unit


@lru_cache(maxsize=4096)
def level_of(text: str) -> int:
    """Return how large a part a line claims: what comes first, helping or leading, decides."""
    folded = fold(text)
    helped = _HELP.search(folded)
    led = None if _BETWEEN.search(folded) else _LEAD.search(folded)
    if helped and (led is None or helped.start() < led.start()):
        return HELPED
    return LED if led else DID


def level_words(text: str) -> set[str]:
    """Return the folded words of a text that say how large a part it claims."""
    folded = fold(text)
    found = [match[0] for mark in (_HELP, _LEAD) for match in mark.finditer(folded)]
    return {word for piece in found for word in words(piece)}


def periods_in(text: str) -> frozenset[str]:
    """Return how often the text says that something was done: `day`, `week` …"""
    folded = fold(text)
    found = (name for name, mark in _PERIODS if mark.search(folded))
    return frozenset(n for n in found if n != "shift" or _EVERY_SHIFT.search(folded))


def scope_in(text: str) -> frozenset[str]:
    """Return the words that stretch a claim over everything (all, whole, always, sole)."""
    folded = fold(text)
    for _, mark in _PERIODS:
        folded = mark.sub(" ", folded)
    return frozenset(match[0][:5] for match in _SCOPE.finditer(folded))
