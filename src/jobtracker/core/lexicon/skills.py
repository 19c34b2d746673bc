"""Skills named in a text: tools, trades, languages, certificates, in four languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import accumulate, compress
from typing import NamedTuple

from jobtracker.core.lexicon.text import ascii_words, fold

__all__ = ["Skill", "SkillMention", "find_skills", "resolve", "vocabulary"]

LANGUAGES = ("de", "fr", "it", "en")

_TOKEN = re.compile(r"\.net\b|[^\W_]+(?:\+\+|#)?", re.IGNORECASE)
_SPLIT = re.compile(f"({_TOKEN.pattern})", re.IGNORECASE)
# What may stand between the words of one name: “Node.js”, “CI/CD”, “M&A”, “MS  Project”.
_GAP = re.compile(r"[ \-./&'’\u00a0\u2011\u2013]{0,3}")
_LIST = re.compile(r"\s*[,/;|·•&+()]\s*")
_COMPOUND = 10  # no German compound of a skill is shorter
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])[\s\-•*–\"“„«]*$")


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    """One skill: `names` lists what it is called by language, `broader` is a wider skill's key."""

    key: str
    label: str
    trade: str
    names: dict[str, list[str]]
    broader: str | None = None


@dataclass(frozen=True, slots=True)
class SkillMention:
    """A skill at `span` of the text."""

    skill: Skill
    span: tuple[int, int]


class _Token(NamedTuple):
    folded: str
    raw: str
    start: int
    end: int


class _Tokens:
    """The words of a text, made one by one when they are looked at."""

    def __init__(
        self, folded: tuple[str, ...], raw: list[str], starts: list[int], ends: list[int]
    ) -> None:
        self._folded, self._raw, self.starts, self.ends = folded, raw, starts, ends

    def __len__(self) -> int:
        return len(self._folded)

    def __getitem__(self, at: int) -> _Token:
        return _Token(self._folded[at], self._raw[at], self.starts[at], self.ends[at])


@dataclass
class _Vocabulary:
    skills: dict[str, Skill] = field(default_factory=dict[str, Skill])
    names: dict[tuple[str, ...], Skill] = field(default_factory=dict[tuple[str, ...], Skill])
    longest: dict[str, int] = field(default_factory=dict[str, int])
    """First word → the number of words of the longest name that begins with it."""
    cased: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    """Names that are ordinary words, too, and how they are written when they are a skill."""
    around: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    tails: tuple[str, ...] = ()
    pairs: frozenset[tuple[str, ...]] = frozenset()
    """The first two words of each longer name: most words that begin a name go on otherwise."""


def _read(name: str) -> Iterator[list[str]]:
    text = files("jobtracker.core.lexicon").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _key(name: str) -> tuple[str, ...]:
    if name.isascii() and name.isalnum():
        return (name.lower(),)
    return tuple(_TOKEN.findall(fold(name)))


@cache
def _vocabulary() -> _Vocabulary:
    known = _Vocabulary()
    for key, label, trade, broader, cased, *named in _read("skills.tsv"):
        names = {
            language: all_of.split("|") if all_of else []
            for language, all_of in zip(LANGUAGES, named, strict=True)
        }
        skill = Skill(key, label, trade, names, broader or None)
        known.skills[key] = skill
        for name in {name: None for some in (names["en"], *names.values()) for name in some}:
            known.names.setdefault(_key(name), skill)
        for name in cased.split("|") if cased else ():
            known.cased[_key(name)] = name
    for key in known.names:
        known.longest[key[0]] = max(len(key), known.longest.get(key[0], 0))
    known.around = {group: frozenset(some.split()) for group, some in _read("skill_context.tsv")}
    known.pairs = frozenset(key[:2] for key in known.names if len(key) > 1)
    known.tails = tuple(sorted(known.around["tail"]))
    return known


def vocabulary() -> list[Skill]:
    """All skills."""
    return list(_vocabulary().skills.values())


def resolve(name: str) -> Skill | None:
    """The skill that a whole string names in any of the languages, or None."""
    key = _key(name.strip()[:200])
    return _vocabulary().names.get(key) if key else None


def find_skills(text: str) -> list[SkillMention]:
    """Find the skills that a text names, in order, the longest names first.

    Names that are also ordinary words (“Go”, “R”, “Excel”, “Swift”) count as skills only when
    written so, and where a list, a role or the position in the sentence says so.
    """
    return _Finder(text).run()


class _Folded(dict[str, str]):
    """The folded form of each word met so far."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        folded = self[word] = fold(word)
        return folded


class _Begins(dict[str, bool]):
    """Whether a name can begin at a word: it is the first of one, or a compound of one."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        known = _vocabulary()
        compound = len(word) > _COMPOUND and word.endswith(known.tails)
        begins = self[word] = word in known.longest or compound
        return begins


_REMEMBERED = 200_000
_FOLDED = _Folded()
_BEGINS = _Begins()


class _Finder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.known = _vocabulary()
        # Postings are read by the thousand: a table, or a split with one fold and running sums,
        # take a fifth of the time of a match object for each word.
        if text.isascii() and not any(sign in text for sign in "+#") and ".net" not in text.lower():
            # A posting comes as its title over its text, which others split by itself.
            title, _, rest = text.partition("\n")
            self.folded = ascii_words(title) + ascii_words(rest)
        else:
            self.folded = tuple(map(_FOLDED.__getitem__, self._pieces[1::2]))

    @cached_property
    def _pieces(self) -> list[str]:
        """What lies between the words, and the words, in turn."""
        return _SPLIT.split(self.text)

    @cached_property
    def tokens(self) -> _Tokens:
        """The words with their places in the text, which only a name needs."""
        ends = list(accumulate(map(len, self._pieces)))
        return _Tokens(self.folded, self._pieces[1::2], ends[0::2], ends[1::2])

    def run(self) -> list[SkillMention]:
        """Return the mentions in order."""
        found = self._candidates()
        if not found:
            return []
        sure = [one for one in found if not one[3] or self._as_written(one[0], one[1])]
        ends = {at + length for at, length, *_ in sure}
        starts = {at for at, *_ in sure}
        mentions: list[SkillMention] = []
        for at, length, skill, doubtful in found:
            if doubtful and not self._is_meant(at, length, ends, starts):
                continue
            ends.add(at + length)
            span = self.tokens.starts[at], self.tokens.ends[at + length - 1]
            mentions.append(SkillMention(skill, span))
        return mentions

    def _candidates(self) -> list[tuple[int, int, Skill, bool]]:
        """Every name found: where, how many words, the skill, and whether it needs a reason."""
        found: list[tuple[int, int, Skill, bool]] = []
        known, folded = self.known, self.folded
        longest = known.longest
        end = 0
        for at in compress(range(len(folded)), map(_BEGINS.__getitem__, folded)):
            if at < end:
                continue
            most = longest.get(folded[at])
            length = self._length(at, most) if most else 0
            if length:
                key = folded[at : at + length]
                found.append((at, length, known.names[key], key in known.cased))
            elif len(folded[at]) > _COMPOUND and (skill := self._compound(folded[at])):
                found.append((at, 1, skill, False))
            end = at + (length or 1)
        return found

    def _compound(self, folded: str) -> Skill | None:
        """“Pythonkenntnisse”, “Javaentwicklerin”: German compounds of a skill."""
        if not folded.endswith(self.known.tails):
            return None
        for tail in self.known.tails:
            if folded.endswith(tail):
                key = (folded.removesuffix(tail),)
                return None if key in self.known.cased else self.known.names.get(key)
        return None

    def _length(self, at: int, most: int) -> int:
        if most > 1 and self.folded[at : at + 2] not in self.known.pairs:
            most = 1
        for length in range(min(most, len(self.folded) - at), 0, -1):
            key = self.folded[at : at + length]
            if key in self.known.names and (length == 1 or self._joined(at, length)):
                return length
        return 0

    def _joined(self, at: int, length: int) -> bool:
        gaps = list(map(self._gap, range(at, at + length - 1)))
        if max(map(len, self.folded[at : at + length])) == 1 and any(gap in " '’" for gap in gaps):
            return False  # “I'm a …” is no “M&A”
        return all(gap == " " or _GAP.fullmatch(gap) for gap in gaps)

    def _gap(self, at: int) -> str:
        return self.text[self.tokens.ends[at] : self.tokens.starts[at + 1]]

    # -- names that are ordinary words, too

    def _as_written(self, at: int, length: int) -> bool:
        """“Excel” and “REST”, not “excel” and “rest”."""
        raw = self.text[self.tokens[at].start : self.tokens[at + length - 1].end]
        return raw == self.known.cased[tuple(self.folded[at : at + length])]

    def _is_meant(self, at: int, length: int, ends: set[int], starts: set[int]) -> bool:
        """Whether a doubtful name is the skill: as written, in a list, or beside a role."""
        first, last = self.tokens[at], self.tokens[at + length - 1]
        raw = self.text[first.start : last.end]
        if len(self.tokens) == length:
            return True
        if self._part_of_a_sign(first, last):
            return False
        listed = self._listed(at, length, ends, starts) or self._alone_on_its_line(first, last)
        if not self._as_written(at, length):
            return raw.islower() and (listed if len(raw) > 2 else self._is_role(at + length))
        if len(raw) <= 2:
            return listed or self._told(at, length)
        return listed or not self._reads_as_a_verb(at, length)

    def _is_role(self, at: int) -> bool:
        """“go developer”."""
        return at < len(self.tokens) and self.tokens[at].folded in self.known.around["maker"]

    def _part_of_a_sign(self, first: _Token, last: _Token) -> bool:
        """“R&D”, “C.V.”, “C'est”, “vitamin-C”: a letter of something else."""
        after = self.text[last.end : last.end + 1]
        if len(first.raw) > 1:
            return False
        before = self.text[first.start - 1 : first.start] if first.start else ""
        return (
            after in ("&", "'", "’", "°", "-")
            or before in ("&", "'", "’", "-")
            or (after == "." and self.text[last.end + 1 : last.end + 2].isalpha())
        )

    def _listed(self, at: int, length: int, ends: set[int], starts: set[int]) -> bool:
        """Beside another skill with a comma or “and” between, or beside a role or “skills”."""
        beside = self.known.around
        after, before = at + length, at - 1
        if before >= 0:
            word = self.tokens[before].folded
            if word in beside["role"] or (at in ends and self._is_list(before)):
                return True
            if word in beside["join"] and before in ends:
                return True
        if after < len(self.tokens):
            word = self.tokens[after].folded
            if word in beside["role"] or (after in starts and self._is_list(after - 1)):
                return True
            if word in beside["join"] and after + 1 in starts:
                return True
        return False

    def _is_list(self, at: int) -> bool:
        return _LIST.fullmatch(self._gap(at)) is not None

    def _alone_on_its_line(self, first: _Token, last: _Token) -> bool:
        begin = self.text.rfind("\n", 0, first.start) + 1
        end = self.text.find("\n", last.end)
        line = self.text[begin : end if end >= 0 else len(self.text)]
        return "\n" in self.text and len(line.strip(" \t-•*–·,;")) == last.end - first.start

    def _told(self, at: int, length: int) -> bool:
        """“programming in R.”: behind a preposition, and nothing follows."""
        if not at or self.tokens[at - 1].folded not in self.known.around["told"]:
            return False
        end = self.tokens[at + length - 1].end
        return not self.text[end:].strip() or self.text[end] in ".,;:)!?\n"

    def _reads_as_a_verb(self, at: int, length: int) -> bool:
        """“Excel at your work”, “Go for it”, “they react to it”: no tool is meant."""
        after = self.tokens[at + length].folded if at + length < len(self.tokens) else ""
        before = self.tokens[at - 1].folded if at else ""
        if before in self.known.around["subject"]:
            return True
        starts = _SENTENCE_START.search(
            self.text[max(0, self.tokens[at].start - 8) : self.tokens[at].start]
        )
        return starts is not None and after in self.known.around["object"]
