"""The example files: one per intent and language, every hole with values."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobtracker.agent.mind.embedded import corpus
from jobtracker.agent.mind.embedded.classifier import IntentClassifier
from jobtracker.agent.mind.embedded.nlu import DATA

LANGUAGES = ("en", "de", "fr", "it")


def test_every_intent_has_a_file_in_every_language() -> None:
    by_language = {
        name: {path.stem for path in (corpus.FOLDER / name).glob("[!_]*.yaml")}
        for name in LANGUAGES
    }
    assert len(set(map(frozenset, by_language.values()))) == 1
    assert set(IntentClassifier.load(DATA / "intents.npz").labels) == by_language["en"]


def test_examples_are_written_out_without_holes() -> None:
    rows = corpus.examples(copies=1)
    assert not [row.text for row in rows if "{" in row.text]
    assert len(rows) > 4000


def test_a_hole_without_values_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "_values.yaml").write_text("role: [cook]\n", encoding="utf-8")
    (folder / "x.yaml").write_text(
        "intent: x\nlanguage: en\nexamples: ['a {plce}']\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="plce"):
        corpus.examples(tmp_path)


def test_a_file_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "_values.yaml").write_text("role: [cook]\n", encoding="utf-8")
    (folder / "x.yaml").write_text("intent: y\nlanguage: en\nexamples: [a]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.yaml"):
        corpus.examples(tmp_path)


def test_words_of_every_day_are_those_of_the_examples() -> None:
    kept = (DATA / "ordinary.txt").read_text(encoding="utf-8").split()
    assert kept == corpus.ordinary()
    assert {"hm", "gibts", "bene"} <= set(kept)
    assert not {"nurse", "comptable", "python"} & set(kept)
