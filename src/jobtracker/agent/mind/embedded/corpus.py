"""The examples that the intents are learned from: one YAML file per intent and language.

`{role}`, `{place}` … stand for values of `_values.yaml` of the same language; each example is
written out several times with different ones, so that no value speaks for an intent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobtracker.agent.mind.embedded.tokens import STOP, tokens
from jobtracker.core.lexicon.occupations import find_occupations, occupations
from jobtracker.core.lexicon.skills import find_skills

FOLDER = Path(__file__).resolve().parent / "data" / "intents"
_HOLE = re.compile(r"\{(\w+)\}")
_NAMING = ("role", "skill", "company", "place", "job", "person")
LOOKS_FOR = frozenset({
    "search_jobs", "refine_search", "salary_insight", "save_search", "remember_preference",
    "remember_dislike", "remember_fact", "track_application", "edit_resume", "out_of_scope",
    "set_goal", "prepare_interview", "delete_saved_search", "research_company",
})  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One message, its intent, its language (BCP 47), and the line it was written out from."""

    text: str
    intent: str
    language: str
    template: str


def examples(folder: Path = FOLDER, *, copies: int = 4, seed: int = 7) -> list[Example]:
    """Return all examples, those with holes written out `copies` times.

    Raises:
        ValueError: a file is not of the expected shape, or a hole has no values.
    """
    rng = random.Random(seed)
    found: dict[Example, None] = {}
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        values: dict[str, list[str]] = _read(language / "_values.yaml")
        for path in sorted(language.glob("[!_]*.yaml")):
            content = _read(path)
            if content.get("intent") != path.stem or content.get("language") != language.name:
                raise ValueError(f"{path.name}: intent or language does not fit the file's place")
            for text in content["examples"]:
                for filled in _fill(str(text), values, copies, rng):
                    found[Example(filled, path.stem, language.name, text)] = None
    return list(found)


def trades(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Return the occupations of each language, and the language: messages of one word are such."""
    return [
        (role, language.name)
        for language in sorted(path for path in folder.iterdir() if path.is_dir())
        for role in _read(language / "_values.yaml")["role"]
    ]


def ordinary(folder: Path = FOLDER) -> list[str]:
    """Return the words that people say around what they want, in order: they name nothing.

    They are those of the examples outside the holes, but for the intents that look for something,
    whose other words are what is looked for.
    """
    named: set[str] = set()
    said: set[str] = set()
    for language in (path for path in folder.iterdir() if path.is_dir()):
        values: dict[str, list[str]] = _read(language / "_values.yaml")
        for hole in _NAMING:
            named.update(token.low for value in values[hole] for token in tokens(str(value)))
        for path in language.glob("[!_]*.yaml"):
            if path.stem not in LOOKS_FOR:
                for text in _read(path)["examples"]:
                    said.update(token.low for token in tokens(_HOLE.sub(" . ", str(text))))
    for names in occupations().values():
        named.update(token.low for name in names for token in tokens(name.partition("@")[0]))
    return sorted(word for word in said - named - STOP if word[0].isalpha() and not _work(word))


def _work(word: str) -> bool:
    return bool(find_occupations(word) or find_skills(word))


def _read(path: Path) -> Any:
    import yaml

    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _fill(
    text: str, values: dict[str, list[str]], copies: int, rng: random.Random
) -> Iterator[str]:
    holes = _HOLE.findall(text)
    if missing := [hole for hole in holes if hole not in values]:
        raise ValueError(f"no values for {{{missing[0]}}} in {text!r}")
    for _ in range(copies if holes else 1):
        yield _HOLE.sub(lambda match: rng.choice(values[match[1]]), text)
