"""Write the `server.json` by which the MCP registry knows this package.

    python scripts/registry.py --name io.github.YOU/job-tracker-pro --out dist

The registry takes a name only from whoever owns its first half: the GitHub account YOU, or the
domain that is written backwards (`ch.example` for example.ch). This repository cannot know it, so
`packaging/server.json` stands under `com.example`, which belongs to nobody, and is never published.
The registry also looks for the line `mcp-name: NAME` in the package's description on PyPI.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from jobtracker import __version__

ROOT = Path(__file__).resolve().parent.parent
SERVERS = ("job_search", "resume", "calendar", "coaching", "applications", "all")
EXAMPLE = ROOT / "packaging" / "server.json"
EXAMPLE_NAME = "com.example/job-tracker-pro"
SHAPE = ROOT / "packaging" / "server.schema.json"
RELEASE = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+/[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_NOBODYS = re.compile(r"(^|\.)(example|invalid|test|localhost)(\.|/|$)|^com\.example\b", re.I)


class Refused(ValueError):
    """The name or the entry cannot be published; the message says why."""


def entry(name: str) -> dict[str, Any]:
    """Return the registry's entry of the package on PyPI, under a name."""
    return {
        "$schema": RELEASE,
        "name": name,
        "title": "Job Tracker Pro",
        "description": "Job search, résumé, calendar, applications and interview coaching.",
        "version": __version__,
        "packages": [
            {
                "registryType": "pypi",
                "identifier": "job-tracker-pro",
                "version": __version__,
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "packageArguments": [
                    {"type": "positional", "value": "mcp"},
                    {
                        "type": "positional",
                        "valueHint": "server",
                        "description": f"Which tools: {', '.join(SERVERS)}.",
                        "default": "all",
                        "choices": list(SERVERS),
                    },
                ],
                "environmentVariables": [
                    {
                        "name": "JOBTRACKER_HOME",
                        "description": "Where everything is kept; the user's data folder if empty.",
                        "format": "filepath",
                    },
                    {
                        "name": "JOBTRACKER_MCP__CONFIRM",
                        "description": "Who asks before something is changed: elicit or host.",
                        "default": "elicit",
                        "choices": ["elicit", "host"],
                    },
                ],
            }
        ],
    }


def check(made: dict[str, Any]) -> None:
    """Check an entry against the shape that the registry asks for.

    Raises:
        Refused: it does not fit; the message names the field.
    """
    shape = json.loads(SHAPE.read_text(encoding="utf-8"))
    found = Draft7Validator(shape).iter_errors(made)
    if wrong := best_match(found):
        raise Refused(f"server.json: {wrong.json_path}: {wrong.message}")


def publishable(name: str | None) -> str:
    """Return the name where the registry could take it.

    Raises:
        Refused: there is none, it is no reverse-DNS name, or its domain belongs to nobody.
    """
    if not name:
        raise Refused(
            "server.json needs a name of yours: --name io.github.YOU/job-tracker-pro, or a domain "
            "of yours written backwards, such as ch.example-company/job-tracker-pro"
        )
    if not _NAME.fullmatch(name) or len(name) > 200:
        raise Refused(
            f"{name[:100]!r} is no name for the registry: a domain written backwards, one slash, "
            "a name, such as io.github.YOU/job-tracker-pro"
        )
    if _NOBODYS.search(name.partition("/")[0]):
        raise Refused(f"{name} is under a domain that belongs to nobody; give one that is yours")
    return name


def write(name: str, target: Path) -> Path:
    """Write the entry to a file, checked; return the file.

    Raises:
        Refused: the entry does not fit the registry's shape.
    """
    made = entry(name)
    check(made)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    target.write_text(text, encoding="utf-8")
    return target


def main(arguments: list[str] | None = None) -> int:
    """Write `server.json`, or the example of this repository; 2 where the name is not usable."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--name", help="e.g. io.github.YOU/job-tracker-pro")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="the folder to write to")
    parser.add_argument("--example", action="store_true", help="renew packaging/server.json")
    given = parser.parse_args(arguments)
    try:
        if given.example:
            print(write(EXAMPLE_NAME, EXAMPLE))
            return 0
        name = publishable(given.name)
        print(write(name, given.out / "server.json"))
    except Refused as exc:
        print(exc, file=sys.stderr)
        return 2
    print(f"The description on PyPI (README.md) must hold the line: mcp-name: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
