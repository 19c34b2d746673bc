"""Where a posting is: raw names to places of the lexicon, and which place lies in which."""

from __future__ import annotations

import re
from functools import lru_cache

from jobtracker.core.lexicon import places as lexicon
from jobtracker.core.lexicon.gazetteer import gazetteer
from jobtracker.jobs.model import JobPlace
from jobtracker.jobs.text import fold

_EUROPE = (
    "AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT "
    "NL NO PL PT RO RS SE SI SK SM UA XK"
)
_AMERICAS = "AR BO BR CA CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE"
_ASIA = (
    "AE AM AZ BD CN GE HK ID IL IN JO JP KH KR KW KZ LB LK MM MN MY NP OM PH PK QA SA SG TH TW VN"
)
_AFRICA = "CM DZ EG ET GH KE MA NG RW SN TN TZ UG ZA ZM ZW"
_LATIN = "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PY SV UY VE"
_EVERYWHERE = "*"
TOWNS = frozenset({"town", "city"})
AREAS: dict[str, frozenset[str]] = {
    name: frozenset(codes.split())
    for names, codes in (
        ("worldwide,anywhere,global,globally,international,everywhere,weltweit,mondial", "*"),
        ("europe,europa,european union,eu,eea,european economic area", _EUROPE),
        ("emea", f"{_EUROPE} {_AFRICA} AE SA QA KW OM JO LB IL EG"),
        ("dach,dach region", "DE AT CH LI"),
        ("americas,america", _AMERICAS),
        ("north america,nordamerika", "US CA MX"),
        ("latam,latin america,south america", _LATIN),
        ("asia,apac,asia pacific", f"{_ASIA} AU NZ"),
        ("oceania", "AU NZ"),
        ("africa,afrika", _AFRICA),
    )
    for name in names.split(",")
}
_NOISE = re.compile(
    r"\b(?:remote|hybrid|on-?site|home ?office|telearbeit|télétravail|teletravail|telelavoro|"
    r"office|hq|headquarters|only|based|fully|region|area|greater|raum)\b|[()]",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:;|\||/| or | oder | ou | & | and | und )\s*", re.I)


def locate(raw: JobPlace) -> list[JobPlace]:
    """Return the place or places that a raw name stands for; an unknown name stays as it is.

    A place without a key has no place in the lexicon; its country may still be known.
    """
    return list(_located(raw.name, raw.region, raw.country))


@lru_cache(maxsize=20_000)
def _located(name: str, region: str | None, country: str | None) -> tuple[JobPlace, ...]:
    raw = JobPlace(name=name, region=region, country=country)
    found: list[JobPlace] = []
    for part in _parts(name):
        spot = _one(part, raw)
        if spot is not None and spot.name.lower() not in {p.name.lower() for p in found}:
            found.append(spot)
    return tuple(found)


def _parts(name: str) -> list[str]:
    """Split a list of places; “Hamburg, Berlin” are two, “Bern, Switzerland” is one."""
    parts: list[str] = []
    for part in _SPLIT.split(name):
        commas = [piece.strip() for piece in part.split(",") if piece.strip()]
        known = [lexicon.resolve(piece) for piece in commas]
        towns = {place.key for place in known if place and place.kind in {"town", "city"}}
        parts += commas if len(commas) > 1 and len(towns) == len(commas) else [part]
    return parts


def _one(part: str, raw: JobPlace) -> JobPlace | None:
    name = " ".join(_NOISE.sub(" ", part).split()).strip(" ,-–·:")
    if not name:
        return None
    if (area := fold(name)) in AREAS:
        return JobPlace(name=name, key=f"~{area}")
    place = _resolve(f"{name}, {raw.region}" if raw.region else name) or _resolve(name)
    if place is None:
        area = next((a for a in map(fold, name.split(", ")) if a in AREAS), None)
        return JobPlace(name=name, key=f"~{area}" if area else None, country=raw.country)
    if raw.country and place.country != raw.country and len(raw.country) == 2:
        # “Lausanne, US” is not the town that the lexicon knows: trust the posting's own code.
        return JobPlace(name=name, country=raw.country)
    said = _CANTON_AFTER.search(name)
    if said and place.canton and said[1] in _cantons() and said[1] != place.canton:
        # “Wil AG” is not the Wil in St. Gallen that the lexicon knows.
        return JobPlace(name=name, canton=said[1], country=place.country)
    return JobPlace(name=name, key=place.key, canton=place.canton, country=place.country)


_CANTON_AFTER = re.compile(r"[\s,(]([A-Z]{2})\)?$")


@lru_cache(maxsize=1)
def _cantons() -> frozenset[str]:
    return frozenset(place.canton for place in gazetteer().places.values() if place.canton)


@lru_cache(maxsize=20_000)
def _resolve(name: str) -> lexicon.Place | None:
    """Return the narrowest place that a name such as “Zurich, ZH, Switzerland” speaks of."""
    direct = lexicon.resolve(name)
    if direct is not None:
        return direct
    parts = [part.strip() for part in name.split(",") if part.strip()]
    known = [place for part in parts if (place := lexicon.resolve(part)) is not None]
    if not known:
        mentions = [mention.place for mention in lexicon.find_places(name)]
        known = mentions
    if not known:
        return None
    first = known[0]
    agreeing = [p for p in known[1:] if p.country == first.country]
    if len(known) > 1 and not agreeing and first.kind != "country":
        # “Geneva, Illinois, United States”: the wider names contradict the narrow one.
        return next((p for p in known if p.kind == "country"), first)
    return next((p for p in [first, *agreeing] if not _wider(p, [first, *agreeing])), first)


def _wider(place: lexicon.Place, others: list[lexicon.Place]) -> bool:
    return any(other.key != place.key and lexicon.within(other, place) for other in others)


def several(location: str) -> list[str]:
    """Return the places that a search's location lists: “Lausanne, Vevey” are two."""
    return _parts(location) or [location]


def wanted(location: str) -> lexicon.Place | str | None:
    """Return what a search's location means: a place, an area's name, or None where unknown."""
    area = fold(location.strip())
    if area in AREAS:
        return area
    return _resolve(" ".join(location.split()))


@lru_cache(maxsize=50_000)
def _by_key(key: str) -> lexicon.Place | None:
    return gazetteer().places.get(key)


def key_of(place: JobPlace) -> str:
    """Return the key that is kept in the index, empty where nothing is known."""
    return place.key or (f"@{place.country}" if place.country else "")


def lies_in(key: str, want: lexicon.Place | str) -> bool:
    """Tell whether the place of a key lies in the wanted place or area."""
    if isinstance(want, str):
        codes = AREAS[want]
        return _EVERYWHERE in codes or bool(_countries(key) & codes and not key.startswith("~"))
    if key.startswith("@"):
        return want.kind == "country" and want.country == key[1:]
    if key.startswith("~"):
        return False
    place = _by_key(key)
    return place is not None and (place.key == want.key or lexicon.within(place, want))


def lies_in_key(key: str, other: str) -> bool:
    """Tell whether the place of one key lies in that of another."""
    if other.startswith("~"):
        return lies_in(key, other[1:])
    if other.startswith("@"):
        return other[1:] in _countries(key) and not key.startswith("~")
    place = _by_key(other)
    return place is not None and lies_in(key, place)


def reaches(key: str, want: lexicon.Place | str) -> bool:
    """Tell whether a remote posting open to people in the place of a key is open to `want`."""
    if not key:
        return True
    if key.startswith("~"):
        codes = AREAS[key[1:]]
        if _EVERYWHERE in codes:
            return True
        return bool(codes & (AREAS[want] if isinstance(want, str) else {want.country}))
    if isinstance(want, str):
        return lies_in(key, want)
    # From a town or country, people of the same country can be expected to work remotely.
    return want.country in _countries(key)


def distance(key: str, want: lexicon.Place) -> float | None:
    """Return the kilometres from the town of a key to a place, None where it is no town."""
    place = _by_key(key) if key[:1] not in {"@", "~"} else None
    return lexicon.distance_km(place, want) if place and place.kind in TOWNS else None


def is_near(key: str, want: lexicon.Place, most_km: float) -> bool:
    """Tell whether the place of a key is a town within some kilometres of another."""
    away = distance(key, want)
    return away is not None and away <= most_km


def _countries(key: str) -> frozenset[str]:
    if key.startswith("@"):
        return frozenset({key[1:]})
    if key.startswith("~"):
        return AREAS[key[1:]]
    place = _by_key(key)
    return frozenset({place.country}) if place else frozenset()
