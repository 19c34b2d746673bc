"""The examples that the intents are learned from: one YAML file per intent and language.

`{role}`, `{place}` … stand for values of `_values.yaml` of the same language; each example is
written out several times with different ones, so that no value speaks for an intent.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobtracker.agent.mind.embedded.tokens import STOP, tokens
from jobtracker.core.lexicon.occupations import find_occupations, occupations
from jobtracker.core.lexicon.skills import find_skills

FOLDER = Path(__file__).resolve().parent / "data" / "intents"
_HOLE = re.compile(r"\{(\w+)\}")
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
_SIGNS = re.compile(r"(?<=\w)['’](?=\w)|[?!.,;:]+(?=\s|$)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WRITTEN_OUT = 0.5
_MOST_BEFORE = 120
_BEFORE = {
    "en": ("hm", "ok", "so", "hey", "well", "and", "please", "alright", "cool,", "ok so", "hi,"),
    "de": ("hm", "ok", "also", "hoi", "und", "bitte", "gut,", "super,", "hallo,", "äh", "jetzt"),
    "fr": ("bon", "alors", "ok", "et", "stp", "super,", "euh", "bonjour,", "du coup", "voilà,"),
    "it": ("allora", "ok", "e", "senti", "bene,", "ciao,", "ehm", "dunque", "poi", "perfetto,"),
}
SAID_ALONE = frozenset({
    "yes", "no", "greeting", "thanks", "goodbye", "small_talk", "cancel", "correct",
    "answer_mock_question", "out_of_scope", "more_results",
})  # fmt: skip
"""What another word before it may turn into something else."""
_NAMING = ("role", "skill", "company", "place", "job", "person")
_SEVERAL = 3
LOOKS_FOR = frozenset({
    "search_jobs", "refine_search", "salary_insight", "save_search", "remember_preference",
    "remember_dislike", "remember_fact", "edit_resume", "out_of_scope", "set_goal",
    "delete_saved_search",
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
    rng, typing = random.Random(seed), random.Random(seed)
    found: dict[Example, None] = {}
    filled = ""
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        values: dict[str, list[str]] = _read(language / "_values.yaml")
        for path in sorted(language.glob("[!_]*.yaml")):
            content = _read(path)
            if content.get("intent") != path.stem or content.get("language") != language.name:
                raise ValueError(f"{path.name}: intent or language does not fit the file's place")
            for text in content["examples"]:
                for filled in _fill(str(text), values, copies, rng):
                    found[Example(filled, path.stem, language.name, text)] = None
                for typed in as_typed(filled, language.name, path.stem, typing):
                    found[Example(typed, path.stem, language.name, text)] = None
    return list(found)


def as_typed(text: str, language: str, intent: str, rng: random.Random) -> Iterator[str]:
    """Yield the example as it is typed in haste: another word before it, signs left out, a slip."""
    if intent not in SAID_ALONE and len(text) < _MOST_BEFORE:
        yield f"{rng.choice(_BEFORE[language])} {text[0].lower()}{text[1:]}"
    bare = _SIGNS.sub("", text).lower()
    slipped = _slipped(bare, rng)
    if rng.random() < _WRITTEN_OUT and not slipped.isascii():
        slipped = slipped.translate(_UMLAUTS)
    if slipped != text:
        yield slipped


def _slipped(text: str, rng: random.Random) -> str:
    """Return the text with one long word misspelt: a letter missing, doubled or out of order."""
    long = [match.span() for match in _LONG_WORD.finditer(text)]
    if not long:
        return text
    start, end = rng.choice(long)
    at = rng.randrange(start + 1, end - 1)
    return rng.choice((
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ))  # fmt: skip


def trades(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Return the occupations of each language, and the language: messages of one word are such."""
    return [
        (role, language.name)
        for language in sorted(path for path in folder.iterdir() if path.is_dir())
        for role in _read(language / "_values.yaml")["role"]
    ]


def ordinary(folder: Path = FOLDER) -> list[str]:
    """Return the words that people say around what they want, in order: they name nothing.

    They are those of the examples outside the holes. Of the intents that look for something only
    those that stand beside a hole in several examples: the others are what is looked for.
    """
    named: set[str] = set()
    said: set[str] = set()
    beside: Counter[str] = Counter()
    for language in (path for path in folder.iterdir() if path.is_dir()):
        values: dict[str, list[str]] = _read(language / "_values.yaml")
        for hole in _NAMING:
            named.update(token.low for value in values[hole] for token in tokens(str(value)))
        for path in language.glob("[!_]*.yaml"):
            for text in map(str, _read(path)["examples"]):
                around = {token.low for token in tokens(_HOLE.sub(" . ", text))}
                if path.stem not in LOOKS_FOR:
                    said |= around
                elif _HOLE.search(text):
                    beside.update(around)
    said.update(word for word, times in beside.items() if times >= _SEVERAL)
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
