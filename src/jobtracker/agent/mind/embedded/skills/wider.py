"""Where else to look when a place has nothing."""

from __future__ import annotations

from typing import Any

from jobtracker.agent.mind.embedded.context import Context
from jobtracker.agent.mind.embedded.surroundings import MOST_KM

AROUND_KM, FAR_KM = 30, 100
"""What lies this near is shown before the canton, and before the country."""


def wider_places(ctx: Context, arguments: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return where to look when there is nothing in a town, by name and as arguments: around it,
    in its canton, farther around it, in its country."""
    from jobtracker.core.lexicon import places

    location: str = arguments.get("location") or ""
    place = places.resolve(location) if location else None
    if place is None or place.kind not in ("town", "city", "canton"):
        return []
    wide: list[tuple[str, dict[str, Any]]] = []
    canton = places.resolve(place.canton) if place.canton and place.kind != "canton" else None
    if place.kind != "canton":
        twice = 2 * (arguments.get("radius_km") or 0)
        wide.append(_ring(ctx, location, min(MOST_KM, max(AROUND_KM, twice))))
    if canton is not None:
        # Cantons are named like their towns: “Bern” alone would mean the town again.
        name = ctx.say("canton", name=canton.names.get(ctx.language, canton.name))
        wide.append((name, {"location": name, "radius_km": 0}))
    if place.kind != "canton":
        wide.append(_ring(ctx, location, FAR_KM))
    country = places.resolve(place.country)
    if country is not None:
        name = country.names.get(ctx.language, country.name)
        wide.append((name, {"location": name, "radius_km": 0}))
    return wide


def _ring(ctx: Context, location: str, km: int) -> tuple[str, dict[str, Any]]:
    return ctx.say("around", km=km, place=location), {"radius_km": km}
