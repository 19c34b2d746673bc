"""What tools say to people is there in four languages, with the same facts in each."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import jobtracker
from jobtracker.core.speech import LANGUAGES, Language, Saying, messages, say, saying, speaking

PACKAGE = Path(jobtracker.__file__).parent
ROOT = PACKAGE.parent.parent
FEATURES = sorted(
    path.parent.parent.parent.name for path in PACKAGE.glob("*/data/messages/en.toml")
)
OTHERS: tuple[Language, ...] = ("de", "fr", "it")
_SAYS = {"say", "saying", "Saying", "word", "said", "bad"}


def sentences(feature: str, language: Language) -> dict[str, str]:
    return {key: text for key, text in messages(feature, language).items() if isinstance(text, str)}


def tables(feature: str, language: Language) -> dict[str, dict[str, str]]:
    return {key: one for key, one in messages(feature, language).items() if isinstance(one, dict)}


def facts_of(text: str) -> set[str]:
    """Return the facts that a text fills in, also those within a choice of words."""
    found: set[str] = set()
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is not None:
            found |= {name} | facts_of(spec or "")
    return found


def codes() -> Iterator[tuple[str, str]]:
    """Give each code that the source says, with its place."""
    for folder in (PACKAGE, ROOT / "mcp_servers"):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    feature, _, key = node.value.partition(".")
                    if feature in FEATURES and re.fullmatch(r"[a-z][a-z0-9_]+", key):
                        yield node.value, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("feature", FEATURES)
def test_each_sentence_is_there_in_every_language_with_the_same_facts(feature: str) -> None:
    english = sentences(feature, "en")
    for language in OTHERS:
        said = sentences(feature, language)
        assert list(said) == list(english), language
        for key, text in said.items():
            assert facts_of(text) == facts_of(english[key]), f"{language} {key}"
            words = re.sub(r"\{[^}]*\}", "", english[key])
            assert text != english[key] or not re.search(r"[a-z]{4}", words), key


@pytest.mark.parametrize("feature", FEATURES)
def test_each_word_of_a_table_is_there_in_every_language(feature: str) -> None:
    english = {name: sorted(table) for name, table in tables(feature, "en").items()}
    for language in OTHERS:
        said = {name: sorted(table) for name, table in tables(feature, language).items()}
        assert said == english, language


@pytest.mark.parametrize("feature", FEATURES)
def test_every_choice_of_words_can_be_made(feature: str) -> None:
    for language in LANGUAGES:
        known = tables(feature, language)
        for key, text in sentences(feature, language).items():
            for _, _, spec, _ in string.Formatter().parse(text):
                where = f"{language} {key}: {spec}"
                if (spec or "").startswith("#"):
                    assert (spec or "").count("|") == 1, where
                elif (spec or "").startswith("@"):
                    assert (spec or "")[1:] in known, where
                else:
                    plain = {"", "day", "time", "weekday", "month", "percent", "list", "skills"}
                    assert (spec or "") in plain, where


SAMPLES: dict[str, Any] = {
    "day": "2026-11-23", "time": "2026-11-23T10:30:00+01:00", "weekday": "2026-11-23",
    "month": "2026-11", "percent": 0.25, "list": ["a", "b"], "skills": ["Python", "HACCP"],
}  # fmt: skip


@pytest.mark.parametrize("n", [0, 1, 2, 1200])
@pytest.mark.parametrize("feature", FEATURES)
def test_every_sentence_is_said_in_every_language(feature: str, n: int) -> None:
    for key, text in sentences(feature, "en").items():
        facts: dict[str, Any] = {}
        for name, spec in _fields(text):
            facts[name] = SAMPLES.get(spec, facts.get(name, n))
        for language in LANGUAGES:
            said = Saying(code=f"{feature}.{key}", facts=facts).text(language)
            assert said.strip() and not re.search(r"[{}|#]|None|  ", said), said


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is not None:
            yield name, spec or ""
            yield from _fields(spec or "") if (spec or "").startswith("#") else ()


@pytest.mark.parametrize("feature", FEATURES)
def test_german_is_written_as_in_switzerland(feature: str) -> None:
    path = PACKAGE / feature / "data" / "messages" / "de.toml"
    assert "ß" not in path.read_text("utf-8")


def test_no_file_says_a_thing_twice_or_nothing() -> None:
    for feature in FEATURES:
        for language in LANGUAGES:
            assert all(sentences(feature, language).values())
            tomllib.loads((PACKAGE / feature / f"data/messages/{language}.toml").read_text("utf-8"))


def test_what_the_source_says_is_in_the_files_and_the_files_hold_nothing_else() -> None:
    said = dict(codes())
    assert said
    known = {f"{f}.{key}" for f in FEATURES for key in messages(f, "en")}
    used = {code for code in said if code in known}
    tabled = {
        f"{f}.{spec[1:]}"
        for f in FEATURES
        for text in sentences(f, "en").values()
        for _, _, spec, _ in string.Formatter().parse(text)
        if spec and spec.startswith("@")
    }
    assert not known - used - tabled, "said nowhere"


def test_each_call_that_says_something_names_a_sentence_that_there_is() -> None:
    for folder in (PACKAGE, ROOT / "mcp_servers"):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name not in _SAYS or not isinstance(first, ast.Constant):
                    continue
                feature, _, key = str(first.value).partition(".")
                if feature in FEATURES and key:
                    assert key in messages(feature, "en"), f"{path}:{node.lineno} {first.value}"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "saved on 2026-11-23 and not applied for; postings close quietly"),
        ("de", "am 23.11.2026 gemerkt und noch nicht beworben; Inserate verschwinden still"),
        ("fr-CH",
         "enregistrée le 23.11.2026 sans candidature ; les annonces disparaissent sans bruit"),
        ("it", "salvata il 23.11.2026 e senza candidatura; gli annunci spariscono in silenzio"),
        ("rm", "saved on 2026-11-23 and not applied for; postings close quietly"),
    ],
)  # fmt: skip
def test_a_sentence_is_worded_in_the_language_that_is_spoken(language: str, told: str) -> None:
    with speaking(language):
        assert say("applications.saved", on=date(2026, 11, 23)) == told


def test_a_saying_that_was_kept_is_worded_again_in_another_language() -> None:
    kept = saying("applications.silent", days=41).model_dump_json()
    again = Saying.model_validate_json(kept)
    assert again.text("de").startswith("seit 41 Tagen keine Antwort")
    assert again.text("it").startswith("nessuna risposta da 41 giorni")


def test_what_is_filled_in_is_data_and_never_a_template() -> None:
    facts: dict[str, Any] = {"title": "{0.__class__}", "company": "{n:#a|b}", "status": "{x}"}
    assert say("applications.tracked", **facts) == "{0.__class__} at {n:#a|b} is tracked as {x}"


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("en", 1, "1 application under 30 days old without answer is left out"),
        ("en", 1200, "1,200 applications under 30 days old without answer are left out"),
        ("de", 1200,
         "1’200 Bewerbungen, die jünger als 30 Tage und ohne Antwort sind, zählen nicht mit"),
        ("fr", 1, "1 candidature de moins de 30 jours sans réponse : elle n’est pas comptée"),
        ("it", 2, "2 candidature di meno di 30 giorni senza risposta non sono contate"),
    ],
)  # fmt: skip
def test_numbers_and_their_words_are_those_of_the_language(
    language: str, n: int, expected: str
) -> None:
    with speaking(language):
        assert say("applications.fresh", n=n, days=30) == expected
