"""Every route that a server has, and a request that fits each: from its OpenAPI document."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi.routing import APIRoute

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.web.app import create_app


def _singular(things: str) -> str:
    for many, one in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if things.endswith(many):
            return things.removesuffix(many) + one
    return things


class Ids:
    """The ids in somebody's answers, by the name of what they are ids of."""

    def __init__(self) -> None:
        self._kept: dict[str, list[str]] = {}

    def take(self, value: Any, container: str = "") -> None:
        """Collect from an answer: `thing_id`, and `id` within `things`."""
        if isinstance(value, list):
            for one in value:
                self.take(one, container)
        elif isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, str) and inner and (key == "id" or key.endswith("_id")):
                    name = f"{_singular(container)}_id" if key == "id" else key
                    kept = self._kept.setdefault(name, [])
                    if inner not in kept:
                        kept.append(inner)
                else:
                    self.take(inner, key)

    def named(self, name: str) -> list[str]:
        """Return the ids of that name, the newest first."""
        return self._kept.get(name, [])[::-1]

    def names(self) -> set[str]:
        """Return the names."""
        return set(self._kept)

    def without(self, other: Ids) -> Ids:
        """Return those that the other does not have: what both see belongs to everybody."""
        left = Ids()
        for name, kept in self._kept.items():
            if rest := [one for one in kept if one not in other.named(name)]:
                left._kept[name] = rest
        return left

    def any(self, name: str) -> list[str]:
        """Return the ids of that name; where there are none, some of every other name."""
        return self.named(name)[:3] or [one for key in self._kept for one in self.named(key)[:1]]


def routes_of(app: Any, *, documented: bool = False) -> list[tuple[str, str]]:
    """Return (method, path) of every route, also of those that are mounted or included.

    `documented`: of those that the OpenAPI document holds, which takes seconds to make, as it
    writes them.
    """
    found: list[tuple[str, str]] = []

    def walk(routes: Any, prefix: str) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None) or getattr(route, "app", None)
            if hasattr(inner, "routes") and not getattr(route, "methods", None):
                walk(inner.routes, prefix + getattr(route, "path", ""))
                continue
            if documented:
                if isinstance(route, APIRoute) and route.include_in_schema:
                    path = prefix + route.path_format
                    found.extend((method.lower(), path) for method in route.methods)
                continue
            for method in sorted(getattr(route, "methods", None) or {"GET", "POST", "DELETE"}):
                found.append((method, prefix + route.path))

    walk(app.routes, "")
    return sorted(set(found))


@cache
def all_routes() -> list[tuple[str, str]]:
    """Return the routes of a server with accounts; nothing is opened."""
    with tempfile.TemporaryDirectory() as home:
        return routes_of(create_app(Core(load_settings(home=home, server={"accounts": "open"}))))


def example(schema: dict[str, Any], document: dict[str, Any], ids: Ids, name: str = "") -> Any:
    """Return a value that fits the schema; fields that name a thing get one of the ids."""
    schema = _resolved(schema, document)
    if "enum" in schema or "const" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if "properties" in schema:
        wanted = set(schema.get("required", ()))
        return {
            key: example(inner, document, ids, key)
            for key, inner in schema["properties"].items()
            if key in wanted or ids.named(key)
        }
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), document, ids, name)]
    if schema.get("format") == "date-time":
        return "2026-12-01T09:00:00+01:00"
    text = (ids.named(name) or ["Bern today"])[0][: schema.get("maxLength", 200)]
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1.0)}
    return (plain | {"boolean": False, "object": {}}).get(schema.get("type", ""), text)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and take the first of several choices."""
    while True:
        choice = next((one for one in ("anyOf", "oneOf", "allOf") if one in schema), None)
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif choice is not None:
            schema = schema[choice][0]
        else:
            return schema


def filled(path: str, ids: Ids) -> Iterator[str]:
    """Yield the path with its parameters set to ids of the fitting name."""
    start, brace, rest = path.partition("{")
    if not brace:
        yield path
        return
    name, _, end = rest.partition("}")
    for one in ids.any(name.partition(":")[0]):
        yield from filled(f"{start}{one}{end}", ids)
