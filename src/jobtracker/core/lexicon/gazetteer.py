"""The places that are known, and the index of all their names. `places` looks them up in text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from jobtracker.core.lexicon.text import fold, keys

Kind = Literal["town", "canton", "region", "country", "city"]
LANGUAGES = ("de", "fr", "it", "en")

_FILES = ("towns.tsv", "cities.tsv", "regions.tsv", "countries.tsv")
# “Bern” is the town and “Luxembourg” the country, unless a word such as “canton” says otherwise.
_ORDER = {"town": 0, "country": 1, "city": 2, "canton": 3, "region": 4}
_SAINTS = ("st", "sankt", "saint", "sainte", "san")
_AREA_WORDS = (
    ("raum", "region", "umland", "agglomeration", "innenstadt", "altstadt", "gegend", "vororte"),
    ("region", "agglomeration", "campagne", "canton", "bassin", "territoire", "regione", "zona"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A town of Switzerland, a canton, a region, a country, or a city abroad.

    `country` is ISO 3166 (empty for regions of several countries), `canton` two letters; `names`
    has “de”, “fr”, “it” and “en”. `name` is the local one. `members` are what a region is made of.
    """

    key: str
    name: str
    kind: Kind
    country: str
    canton: str | None
    lat: float
    lon: float
    names: dict[str, str]
    major: bool = False
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The name in a language; the local one where the language is not among the four."""
        return self.names.get(language, self.name)


@dataclass
class Gazetteer:
    """All places, and every name's folded words → its places, the likeliest first."""

    places: dict[str, Place] = field(default_factory=dict[str, Place])
    names: dict[tuple[str, ...], list[Place]] = field(
        default_factory=dict[tuple[str, ...], list[Place]]
    )
    first: dict[str, int] = field(default_factory=dict[str, int])
    """First word → the number of words of the longest name that begins with it."""
    upper: dict[str, Place] = field(default_factory=dict[str, Place])
    """Abbreviations that count only in capitals (“ZH”, “UK”, “DACH”)."""
    around: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Groups of words that tell places from what is not one (`data/context.tsv`)."""
    context: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()
    blocked: frozenset[tuple[str, ...]] = frozenset()
    blocked_first: dict[str, int] = field(default_factory=dict[str, int])
    typos: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """First letter → one-word names of at least five letters, for words misspelt."""
    major_typos: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def _read(name: str) -> Iterator[list[str]]:
    text = files("jobtracker.core.lexicon").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _place(row: list[str]) -> Place:
    kind, key, name, country, canton, lat, lon, major = row[:8]
    names = {language: row[8 + i] or name for i, language in enumerate(LANGUAGES)}
    aliases = tuple(row[12].split("|")) if row[12] else ()
    members = tuple(row[13].split()) if row[13] else ()
    return Place(
        key, name, cast(Kind, kind), country, canton or None, float(lat), float(lon),
        names, bool(major), aliases, members,
    )  # fmt: skip


def _spellings(place: Place) -> dict[str, int]:
    """Every written form → how far it is from being the place's plain name (0 is the name)."""
    forms = dict.fromkeys((place.name, *place.names.values()), 0)
    for alias in place.aliases:
        forms.setdefault(alias, 1)
    for form in list(forms):
        base, _, tail = form.rpartition(" ")
        if base and (tail == place.canton or tail.startswith("(")):
            forms.setdefault(base, 2)
    return forms


def _is_abbreviation(form: str) -> bool:
    if not form[1:2].isupper() and form[1:2] not in (".", "-"):
        return False
    letters = form.replace(".", "").replace("-", "")
    return letters.isupper() and len(letters) <= 4


def _saint_variants(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if key[0] in ("st", "saint", "sankt"):
        for saint in _SAINTS[:3]:
            if saint != key[0]:
                yield (saint, *key[1:])


def _index_names(gazetteer: Gazetteer) -> None:
    ranked: dict[tuple[str, ...], list[tuple[int, Place]]] = {}
    for place in gazetteer.places.values():
        if place.kind == "canton":
            gazetteer.upper[cast(str, place.canton)] = place
        order = _ORDER[place.kind]
        for form, rank in _spellings(place).items():
            if _is_abbreviation(form):
                gazetteer.upper[form.replace(".", "").replace("-", "")] = place
                continue
            for key in keys(form):
                ranked.setdefault(key, []).append((rank * 10 + order, place))
                for variant in _saint_variants(key) if len(key) > 1 else ():
                    ranked.setdefault(variant, []).append((rank * 10 + order, place))
    for key, found in ranked.items():
        if len(found) > 1:
            found.sort(key=_score)
        gazetteer.names[key] = list({place.key: place for _, place in found}.values())


def _score(ranked: tuple[int, Place]) -> int:
    return ranked[0]


def _index_adjectives(gazetteer: Gazetteer) -> None:
    for key, forms in _read("adjectives.tsv"):
        place = gazetteer.places[key]
        for form in forms.split("|"):
            for adjective in keys(form):
                for before in _AREA_WORDS[0]:
                    gazetteer.names.setdefault((*adjective, before), [place])
                for after in _AREA_WORDS[1]:
                    gazetteer.names.setdefault((after, *adjective), [place])


def _longest_by_first_word(names: Iterable[tuple[str, ...]]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in names:
        if len(key) > longest.get(key[0], 0):
            longest[key[0]] = len(key)
    return longest


def _index_typos(gazetteer: Gazetteer) -> None:
    unsafe = {fold(name) for name in gazetteer.context | gazetteer.strict}
    for key, found in gazetteer.names.items():
        if len(key) == 1 and len(key[0]) >= 5 and key[0] not in unsafe:
            gazetteer.typos.setdefault(key[0][0], []).append(key[0])
            if found[0].major and len(key[0]) >= 6 and found[0].kind != "canton":
                gazetteer.major_typos.setdefault(key[0][0], []).append(key[0])


@cache
def gazetteer() -> Gazetteer:
    """Read the data once."""
    known = Gazetteer()
    for name in _FILES:
        for row in _read(name):
            place = _place(row)
            known.places[place.key] = place
    ambiguous = {level: frozenset(names.split()) for level, names in _read("ambiguous.tsv")}
    known.context, known.strict = ambiguous["context"], ambiguous["strict"]
    known.around = {group: frozenset(members.split()) for group, members in _read("context.tsv")}
    _index_names(known)
    _index_adjectives(known)
    known.first = _longest_by_first_word(known.names)
    known.blocked = frozenset(key for row in _read("not_places.txt") for key in keys(row[0]))
    known.blocked_first = _longest_by_first_word(known.blocked)
    _index_typos(known)
    return known
