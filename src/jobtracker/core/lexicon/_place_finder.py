"""What `places.find_places` does: names found word by word, kept or dropped by their context."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from jobtracker.core.lexicon.gazetteer import Place, gazetteer
from jobtracker.core.lexicon.text import Word, words

Span = tuple[int, int]

# What may stand between the words of one name.
_GAPS = frozenset(
    (" ", "  ", "\u00a0", "\n", "", "-", "- ", " - ", "–", " – ", ".", ". ", ".-", "'", "’", "/",
     " / ", " & ", "&")
)  # fmt: skip
_IN_THE = ("im", "nel", "le", "du")  # “im Jura”, “dans le Jura”, never before a town
_TYPO_LIMIT = 40  # words of one text that are tried as misspelt: bounds the cost of long texts
_QUERY_WORDS = 12  # longer texts are prose, where a slip counts only after “in”, “bei”, “à” …


@dataclass(slots=True)
class Candidate:
    """Words `first:last` that name one of `places`; `level` says how much context they need."""

    first: int
    last: int
    places: list[Place]
    level: str = ""
    exact: bool = True
    accepted: bool = False
    canton: bool = False
    span: Span = (0, 0)


def _lies_in(place: Place, area: Place) -> bool:
    if place.kind not in ("town", "city") or place.country != area.country:
        return False
    return area.kind == "country" or place.canton == area.canton


def as_written(places: list[Place], raw: str) -> list[Place]:
    """Namesakes, those first that are spelled just so: Brügg and Brugg, St. and Saint-Louis."""
    written = raw.lower()
    exact = [
        place
        for place in places
        if any(written == name.lower() for name in (place.name, *place.names.values()))
    ]
    return exact + [place for place in places if place not in exact] if exact else places


class Finder:
    """One text: candidates first, then what their surroundings say about them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known = gazetteer()
        self.around = self.known.around
        self.words = words(text)
        self.all_lower = not any(w.raw[0].isupper() for w in self.words[1:])
        self.all_upper = text.isupper() and len(self.words) > 3
        self.tried = 0

    def run(self) -> list[Candidate]:
        """Return the accepted candidates, qualifiers merged."""
        candidates = self._candidates()
        for candidate in candidates:
            candidate.accepted = not candidate.level or self._in_context(candidate)
        self._accept_lists(candidates)
        self._accept_lists(candidates[::-1])
        self._accept_qualified(candidates)
        return self._merged([c for c in candidates if c.accepted])

    # -- candidates

    def _candidates(self) -> list[Candidate]:
        found: list[Candidate] = []
        known = self.known
        i, count = 0, len(self.words)
        while i < count:
            folded = self.words[i].folded
            longest = known.blocked_first.get(folded)
            if longest and (skip := self._longest(known.blocked, longest, i)):
                i += skip
                continue
            longest = known.first.get(folded)
            length = self._longest(known.names, longest, i) if longest else 0
            one = self._named(i, length) if length else self._other(i, found)
            if one is None:
                i += 1
                continue
            found.append(one)
            i = one.last
        return found

    def _longest(self, names: Container[tuple[str, ...]], longest: int, at: int) -> int:
        """How many words from `at` on are a name, at most `longest`; 0 if none."""
        for length in range(min(longest, len(self.words) - at), 0, -1):
            key = tuple([word.folded for word in self.words[at : at + length]])
            if key in names and (length == 1 or self._joined(key, at)):
                return length
        return 0

    def _joined(self, key: tuple[str, ...], at: int) -> bool:
        """Whether nothing but what belongs inside a name stands between its words."""
        gaps = [self._gap(at + offset) for offset in range(len(key) - 1)]
        return all(gap in _GAPS for gap in gaps[:-1]) and (
            gaps[-1] in _GAPS or self._sets_apart(gaps[-1], key[-1])
        )

    def _sets_apart(self, gap: str, last: str) -> bool:
        """“Halle (Saale)”, “Buchs, SG”: the last word of a name in brackets or behind a comma."""
        return gap == " (" or (gap == ", " and last.upper() in self.known.upper)

    def _named(self, at: int, length: int) -> Candidate | None:
        chosen = self.words[at : at + length]
        if self._in_address(chosen[0], chosen[-1]):
            return None
        places = self.known.names[tuple(word.folded for word in chosen)]
        if len(places) > 1:
            places = as_written(places, self.text[chosen[0].start : chosen[-1].end])
        written = "_".join(word.raw.lower() for word in chosen)
        level = ""
        if written in self.known.strict:
            level = "strict"
        elif written in self.known.context:
            level = "context"
        one = Candidate(at, at + length, places, level)
        one.span = (chosen[0].start, self._closed(chosen[0].start, chosen[-1].end))
        self._prefer_canton(one)
        return one

    def _in_address(self, first: Word, last: Word) -> bool:
        """Inside an e-mail address, a URL, a file or a variable's name."""
        before = self.text[first.start - 1 : first.start]
        after = self.text[last.end : last.end + 2]
        if before in ("@", "_", "#") or after[:1] in ("@", "_"):
            return True
        if before == "." and self.text[first.start - 2 : first.start - 1].isalnum():
            return first.raw[0].islower()
        return after[:1] == "." and after[1:].isalpha() and after[1:].islower()

    def _prefer_canton(self, one: Candidate) -> None:
        """“Kanton Zürich”, “canton de Vaud”: the canton, its word belonging to the mention."""
        at = one.first - 1
        while at >= 0 and self.words[at].folded in self.around["of"] and at > one.first - 3:
            at -= 1
        if at < 0 or self.words[at].folded not in self.around["canton"]:
            return
        cantons = [place for place in one.places if place.kind == "canton"]
        if cantons:
            one.places, one.level, one.canton = cantons, "", True
            one.span = (self.words[at].start, one.span[1])

    def _other(self, at: int, found: list[Candidate]) -> Candidate | None:
        word = self.words[at]
        if len(word.raw) <= 5 and (place := self._abbreviated(at, found)):
            return Candidate(at, at + 1, [place], span=(word.start, word.end))
        if len(word.folded) >= 5:
            return self._misspelt(at, found)
        return None

    def _abbreviated(self, at: int, found: list[Candidate]) -> Place | None:
        word = self.words[at]
        if self._in_address(word, word):
            return None
        if word.raw.isupper():
            if self.all_upper:
                return None
            place = self.known.upper.get(word.raw)
            if place and (len(word.raw) > 2 or self._abbreviation_fits(at, place, found)):
                return place
            return None
        before = self._before(at)
        lower = word.folded in ("uk", "usa") and before in self.around["definite"]
        if lower or (word.folded in ("us", "eu") and before == "the"):
            return self.known.upper[word.raw.upper()]
        return None

    def _abbreviation_fits(self, at: int, place: Place, found: list[Candidate]) -> bool:
        code = self.words[at].raw
        if place.kind != "canton":
            return code in ("UK", "US", "EU", "UE") and not self._hyphenated(at)
        if code in self.around["clear"] and not self._hyphenated(at):
            return True
        before = self._before(at)
        if before in self.around["canton"] or (
            before in self.around["of"] and self._before(at - 1) in self.around["canton"]
        ):
            return True
        last = found[-1] if found and found[-1].last == at else None
        if last and any(p.canton == code and p.kind == "town" for p in last.places):
            return self._gap(at - 1) in (" ", " (", ", ", "/", "-", " / ")
        if self._beside_code(at):
            return True
        return code not in self.around["unclear"] and before in self.around["strong"]

    def _beside_code(self, at: int) -> bool:
        """In a list of cantons: “ZH/AG”, “BE, SO und FR”."""
        for other, gap in ((at - 1, at - 1), (at + 1, at)):
            if 0 <= other < len(self.words) and self._gap(gap).strip() in ("/", ",", "|", "+"):
                place = self.known.upper.get(self.words[other].raw)
                if place and place.kind == "canton":
                    return True
        before, before_that = self._before(at), self.words[at - 2].raw if at > 1 else ""
        return before in self.around["join"] and before_that in self.known.upper

    def _misspelt(self, at: int, found: list[Candidate]) -> Candidate | None:
        word, before = self.words[at], self._before(at)
        if self.tried >= _TYPO_LIMIT or self._in_address(word, word) or self._hyphenated(at):
            return None
        if word.folded in self.around["ordinary"]:
            return None
        listed = bool(found) and found[-1].last == at and self._gap(at - 1) in (", ", "/", " / ")
        told = (
            listed
            or (before in self.around["strong"] and before not in ("en", "ab", "um"))
            or self._raw_before(at) in ("à", "À")
        )
        told = told and (word.raw[0].isupper() or self.all_lower)
        name = self._genitive(word) or self._typo(word.folded, told, at)
        if name is None:
            return None
        exact = word.folded[:-1] == name
        return Candidate(
            at, at + 1, self.known.names[(name,)], exact=exact, span=(word.start, word.end)
        )

    def _genitive(self, word: Word) -> str | None:
        """“Zürichs Altstadt” names Zürich."""
        base = word.folded[:-1]
        typos = self.known.typos.get(word.folded[0], ())
        if word.folded[-1] == "s" and word.raw[0].isupper() and base in typos:
            return base
        return None

    def _typo(self, folded: str, told: bool, at: int) -> str | None:
        self.tried += 1
        if told:
            names, slips = self.known.typos.get(folded[0], []), 2 if len(folded) >= 8 else 1
        elif (
            len(self.words) <= _QUERY_WORDS
            and len(folded) >= 6
            and (self.all_lower or self.words[at].raw[0].isupper())
        ):
            names, slips = self.known.major_typos.get(folded[0], []), 1
        else:
            return None
        best = process.extractOne(folded, names, scorer=OSA.distance, score_cutoff=slips)
        return best[0] if best else None

    # -- context

    def _gap(self, at: int) -> str:
        """The text between word `at` and the next."""
        return self.text[self.words[at].end : self.words[at + 1].start]

    def _before(self, at: int) -> str:
        return self.words[at - 1].folded if at > 0 else ""

    def _raw_before(self, at: int) -> str:
        return self.words[at - 1].raw if at > 0 else ""

    def _hyphenated(self, at: int) -> bool:
        word = self.words[at]
        return (
            self.text[word.start - 1 : word.start] == "-"
            or self.text[word.end : word.end + 1] == "-"
        )

    def _in_context(self, one: Candidate) -> bool:
        if len(self.words) == one.last - one.first:
            return one.level == "context" or self.words[0].raw[0].isupper()
        if not (self.words[one.first].raw[0].isupper() or self._lower_is_fine(one)):
            return False
        if self._hyphenated(one.first):
            return False
        before, raw = self._before(one.first), self._raw_before(one.first)
        told = before in self.around["strong"] or raw in ("à", "À") or self._is_of_place(one.first)
        told = told or (one.places[0].kind in ("canton", "region") and before in _IN_THE)
        if one.level == "strict":
            return told and self._ends_here(one)
        short = len(self.words) <= 5 and one.first > 0 and self.words[one.first].raw[0].isupper()
        return (
            told
            or raw in ("a", "ad", "de")
            or (short and before not in self.around["article"] | self.around["weak"])
        )

    def _is_of_place(self, at: int) -> bool:
        """“Region of Zug”, “région de Nice”."""
        return (
            self._before(at) in self.around["of"] and self._before(at - 1) in self.around["strong"]
        )

    def _lower_is_fine(self, one: Candidate) -> bool:
        return one.level == "context" and self.all_lower

    def _ends_here(self, one: Candidate) -> bool:
        """Not before a noun, as “in Reading comprehension” is."""
        if one.last >= len(self.words):
            return True
        gap = self._gap(one.last - 1)
        return gap.strip() != "" or self.words[one.last].folded in self.around["after"]

    def _accept_lists(self, candidates: list[Candidate]) -> None:
        for one, other in zip(candidates[1:], candidates, strict=False):
            if not one.accepted and other.accepted and self._listed(one, other):
                capital = self.words[one.first].raw[0].isupper()
                one.accepted = (capital or self._lower_is_fine(one)) and not self._hyphenated(
                    one.first
                )

    def _listed(self, one: Candidate, other: Candidate) -> bool:
        """Whether only a comma, a slash or “and” stands between two names."""
        left, right = (one, other) if one.first < other.first else (other, one)
        between = [word.folded for word in self.words[left.last : right.first]]
        gap = self.text[self.words[left.last - 1].end : self.words[right.first].start].strip()
        if not between:
            return gap in (",", "/", "|", "&", "+", "-", "–", ";")
        return len(between) == 1 and between[0] in self.around["join"]

    def _accept_qualified(self, candidates: list[Candidate]) -> None:
        """“Horn TG”, “Nice, France”: what follows tells that it is a place."""
        for one, other in pairwise(candidates):
            if not one.accepted and self.words[one.first].raw[0].isupper():
                one.accepted = self._qualifies(one, other) is not None

    # -- qualifiers

    def _qualifies(self, one: Candidate, other: Candidate) -> list[Place] | None:
        """The places of `one` that lie in `other`, where `other` follows as “(AG)”, “, France”."""
        area = other.places[0]
        if other.first != one.last or area.kind not in ("canton", "country"):
            return None
        if self._gap(one.last - 1) not in (" ", ", ", " (", ",", "/", " - ", "  ", " / "):
            return None
        towns = [p for p in one.places if _lies_in(p, area)]
        return towns or None

    def _merged(self, accepted: list[Candidate]) -> list[Candidate]:
        merged: list[Candidate] = []
        for one in accepted:
            last = merged[-1] if merged else None
            if last and (same := self._same(last, one)):
                last.places, last.last = same, one.last
                last.span = (last.span[0], self._closed(last.span[0], one.span[1]))
                continue
            merged.append(one)
        return merged

    def _closed(self, start: int, end: int) -> int:
        """Take the closing bracket in where the opening one is."""
        closes = self.text[end : end + 1] == ")" and "(" in self.text[start:end]
        return end + 1 if closes else end

    def _same(self, last: Candidate, one: Candidate) -> list[Place] | None:
        if towns := self._qualifies(last, one):
            return towns
        beside = one.first == last.last and self._gap(last.last - 1) in ("/", " / ", " (", "-")
        if beside and last.places[0] is one.places[0]:
            return last.places
        return None
