"""Places named in a text, in German, French, Italian and English, and how they lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from jobtracker.core.lexicon._place_finder import Finder, Span, as_written
from jobtracker.core.lexicon.gazetteer import Gazetteer, Kind, Place, gazetteer
from jobtracker.core.lexicon.text import keys, words

__all__ = ["Kind", "Place", "PlaceMention", "distance_km", "find_places", "resolve", "within"]


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place at `span` of the text; `exact` is False where the word was misspelt."""

    place: Place
    span: Span
    exact: bool = True


def find_places(text: str) -> list[PlaceMention]:
    """Find the places that a text names, in order; “Buchs SG” and “Paris, France” are one each."""
    found = Finder(text).run()
    return [PlaceMention(c.places[0], c.span, c.exact) for c in found]


def resolve(name: str) -> Place | None:
    """The place that a whole string names (“Zuerich”, “8001 Zürich”, “Buchs (AG)”), or None."""
    known = gazetteer()
    name = name.strip()[:200]
    if not name:
        return None
    if place := known.upper.get(name.replace(".", "")):
        return place
    for key in keys(name):
        if places := known.names.get(key):
            return as_written(places, name)[0]
    mentions = find_places(name) or find_places(f"in {name}")
    if mentions:
        order = {"town": 0, "city": 0, "region": 1, "canton": 2, "country": 3}
        return min(mentions, key=lambda m: (not m.exact, order[m.place.kind])).place
    if len(name) == 2 and name.isupper():
        return known.places.get(f"country-{name.lower()}")
    return _nearest(name, known)


def _nearest(name: str, known: Gazetteer) -> Place | None:
    joined = " ".join(word.folded for word in words(name))
    if len(joined) < 4:
        return None
    choices = [key for key in known.names if key[0][0] == joined[0]]
    best = process.extractOne(
        joined, [" ".join(key) for key in choices], scorer=fuzz.ratio, score_cutoff=84
    )
    return known.names[choices[best[2]]][0] if best else None


def distance_km(a: Place, b: Place) -> float:
    """Great-circle distance between the centres of two places."""
    return _kilometres(a.lat, a.lon, b.lat, b.lon)


def _kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((p2 - p1) / 2) ** 2
        + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(min(1.0, math.sqrt(half)))


def within(place: Place, other: Place) -> bool:
    """Whether a place lies in another (a town in a canton, region or country), or is the same."""
    if place.key == other.key:
        return True
    if other.kind == "country":
        return bool(place.country) and place.country == other.country
    if other.kind == "canton":
        return place.kind == "town" and place.canton == other.canton
    if other.kind == "region":
        return _in_region(place, other)
    return False


def _in_region(place: Place, region: Place) -> bool:
    if place.kind == "region" and not place.country:
        inner = [_member(m) for m in place.members]
        return bool(inner) and all(one is not None and _in_region(one, region) for one in inner)
    return any(_in_member(place, member) for member in region.members)


def _member(member: str) -> Place | None:
    places = gazetteer().places
    if member.startswith("@"):
        return places.get(f"country-{member[1:].lower()}")
    if member.startswith("+"):
        return places.get(f"region-{member[1:]}")
    return places.get(f"canton-{member.lower()}")


def _in_member(place: Place, member: str) -> bool:
    """`member` is “ZH”, “@DE”, “+europe”, or a circle “ZH~lat:lon:km”, “~lat:lon:km”."""
    if member.startswith(("@", "+")):
        other = _member(member)
        return other is not None and within(place, other)
    canton, circled, circle = member.partition("~")
    if canton and place.canton != canton:
        return False
    if not circled:
        return place.kind in ("town", "canton")
    lat, lon, radius = map(float, circle.split(":"))
    return place.kind == "town" and _kilometres(place.lat, place.lon, lat, lon) <= radius
