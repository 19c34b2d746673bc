"""The coach's own words, read once from `data/`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

from jobtracker.coaching.model import Language, Stage

DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """Return the content of `data/<name>.toml`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def say(key: str, language: Language, **facts: object) -> str:
    """Return the phrase with its facts filled in."""
    return cast("str", table("phrases")["phrases"][key][language]).format(**facts)


def stage_name(stage: Stage, language: Language) -> str:
    """Return what a stage is called."""
    return cast("str", table("phrases")["stages"][language][stage])


def to_ask(stage: Stage, language: Language) -> list[str]:
    """Return the questions that the person may ask at that stage."""
    asked = cast("dict[str, list[str]]", table("phrases")["to_ask"][language])
    return [*asked[stage], *asked["all"]]


def checklist(language: Language) -> list[str]:
    """Return what to do before and after."""
    return list(cast("list[str]", table("phrases")["checklist"][language]))


def follow_up(part: str, language: Language, question: str) -> str:
    """Return the question that follows an answer weak in that part of the rubric."""
    return cast("str", table("phrases")["follow_up"][part][language]).format(question=question)


def note(key: str, language: Language, **facts: object) -> str:
    """Return what the review says, in the language of the answer."""
    return cast("str", table("notes")[key][language]).format(**facts)


PARTS = ("structure", "specificity", "result", "relevance", "length", "hedging", "filler")


def advice(language: Language) -> dict[str, str]:
    """Return one line of advice per part of the rubric."""
    return {part: note(f"advice_{part}", language) for part in PARTS}


@cache
def marker(kind: str, language: Language) -> re.Pattern[str]:
    """Return the pattern of the words of that kind: situation, task, action, result, hedges …"""
    body = "|".join(cast("list[str]", table("markers")[kind][language]))
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)", re.IGNORECASE)


@cache
def competencies() -> dict[str, tuple[str, ...]]:
    """Return the word stems that show each competency."""
    return {name: tuple(str(stems).split()) for name, stems in table("competencies").items()}
