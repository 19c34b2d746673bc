"""The intent classifier: learns any labelled set, predicts with NumPy, survives saving."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.agent.mind.embedded import features, intent_eval
from jobtracker.agent.mind.embedded.classifier import IntentClassifier
from jobtracker.core.errors import BadInput, Unavailable

pytestmark = pytest.mark.skipif(find_spec("sklearn") is None, reason="it learns by scikit-learn")

FRAMES = {
    "weather": [
        "will it {} tomorrow",
        "is it going to {}",
        "chance that it will {}",
        "does it {} now",
    ],
    "money": ["send {} to my bank", "how much {} is left", "move {} to savings", "pay the {} bill"],
    "food": ["cook {} for dinner", "recipe with {}", "where can i eat {}", "i want {} for lunch"],
}
FILLERS = {
    "weather": ["rain", "snow", "storm", "freeze", "clear up"],
    "money": ["money", "cash", "rent", "credit", "ten francs"],
    "food": ["pasta", "soup", "rice", "apples", "fondue"],
}
ROWS = [
    (frame.format(filler), label)
    for label, frames in FRAMES.items()
    for frame in frames
    for filler in FILLERS[label]
]
OUTSIDE = [
    f"{verb} the {noun}"
    for verb in ("paint", "fix", "ride")
    for noun in ("bike", "wall", "horse", "car")
]


@pytest.fixture(scope="module")
def trained() -> IntentClassifier:
    texts = [text for text, _ in ROWS] + OUTSIDE
    labels = [label for _, label in ROWS] + ["oos"] * len(OUTSIDE)
    return IntentClassifier().fit(texts, labels, hidden=32, filters=32, members=1)


def test_new_phrasings_are_understood(trained: IntentClassifier) -> None:
    asked = ["will it snow today", "send cash to my mother's bank", "a recipe with soup"]
    assert trained.predict(asked) == ["weather", "money", "food"]


def test_probabilities_sum_to_at_most_one(trained: IntentClassifier) -> None:
    found = trained.classify("is it going to rain", top=10)
    assert sum(chance for _, chance in found.ranked) == pytest.approx(1.0, abs=1e-4)
    assert found.confidence == found.ranked[0][1]


def test_what_is_in_no_class_scores_below_what_is(trained: IntentClassifier) -> None:
    inside = [trained.classify(text).scope for text, _ in ROWS[::5]]
    outside = [trained.classify(f"paint the {noun}").scope for noun in ("fence", "door", "boat")]
    assert np.mean(outside) < np.mean(inside)


def test_a_saved_classifier_says_the_same(trained: IntentClassifier, tmp_path: Path) -> None:
    trained.save(tmp_path / "m.npz")
    loaded = IntentClassifier.load(tmp_path / "m.npz")
    for text, _ in ROWS[::7]:
        a, b = trained.classify(text), loaded.classify(text)
        assert a.label == b.label
        assert a.confidence == pytest.approx(b.confidence, abs=0.02)


def test_a_broken_file_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "m.npz").write_bytes(b"not a zip")
    with pytest.raises(Unavailable, match=r"m\.npz"):
        IntentClassifier.load(tmp_path / "m.npz")


def test_it_learns_without_an_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobtracker.agent.mind.embedded.classifier.default_embedder", lambda: None)
    model = IntentClassifier().fit(
        [t for t, _ in ROWS], [label for _, label in ROWS], hidden=16, filters=16, members=1
    )
    assert model.predict(["is it going to snow"]) == ["weather"]


def test_one_label_is_not_enough() -> None:
    with pytest.raises(ValueError, match="two labels"):
        IntentClassifier().fit(["a", "b"], ["x", "x"])


@given(st.text(max_size=200))
def test_any_text_has_features_of_length_one_or_none(text: str) -> None:
    tokens = features.words(features.normalise(text))
    vocabulary = features.Vocabulary.fit([features.word_hashes(tokens) or [1]], 1, None)
    places, values = vocabulary.row(features.word_hashes(tokens))
    assert len(places) == len(values)
    assert not len(values) or float(values @ values) == pytest.approx(1.0, abs=1e-3)


def test_the_figures_of_an_evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Small(IntentClassifier):
        def fit(self, *rows: Any, **how: Any) -> IntentClassifier:
            return super().fit(*rows, **how, hidden=16, filters=16, members=1)

    monkeypatch.setattr(intent_eval, "IntentClassifier", Small)  # of full size it learns for 28 s
    train = {"train": [[t, label] for t, label in ROWS], "oos_train": [[t, "oos"] for t in OUTSIDE]}
    asked = {
        "test": [["will it freeze", "weather"], ["pay the rent", "money"]],
        "oos_test": [["ride a boat", "oos"]],
    }
    file = tmp_path / "data.json"
    file.write_text(json.dumps(train | asked), encoding="utf-8")
    figures = intent_eval.run(file, file, tmp_path / "out.json")
    assert figures["n"] == 2 and figures["oos_n"] == 1 and figures["labels"] == 3
    assert (
        0 <= figures["accuracy_ci95"][0] <= figures["accuracy"] <= figures["accuracy_ci95"][1] <= 1
    )
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["n"] == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "not JSON"), ("[]", "no rows"), ('[["a"]]', "not \\[text, label\\]"), ("3", "no rows"),
     ('[["a", "x"], ["b", "x"]]', "two labels")],
)  # fmt: skip
def test_a_bad_file_gives_one_clear_error(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "rows.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        intent_eval.run(file, file)


def test_a_missing_file_gives_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        intent_eval.run(tmp_path / "none.json", tmp_path / "none.json")


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
def test_auroc_is_the_share_of_pairs_in_order(a: list[float], b: list[float]) -> None:
    pairs = [1.0 if x > y else 0.5 if x == y else 0.0 for x in a for y in b]
    assert intent_eval.auroc(a, b) == pytest.approx(sum(pairs) / len(pairs))


def test_words_are_read_in_their_order() -> None:
    """The same words, another order: only what reads their order can tell them apart."""
    people = ["anna", "peter", "laura", "mark", "susan", "paul", "julia", "simon"]
    pairs = [(one, other) for one in people for other in people if one != other]
    rows = [(f"the dog of {one} bites the cat of {other}", "dog") for one, other in pairs]
    rows += [(f"the cat of {one} bites the dog of {other}", "cat") for one, other in pairs]
    learned, asked = rows[::2] + rows[1::4], rows[3::4]
    model = IntentClassifier().fit(*map(list, zip(*learned, strict=True)), hidden=8, filters=16)
    assert model.weights.order.bias.size == 2 * 16
    right = sum(model.classify(text).label == label for text, label in asked)
    assert right >= 0.9 * len(asked)


def test_training_twice_gives_the_same_weights() -> None:
    texts, labels = [text for text, _ in ROWS], [label for _, label in ROWS]
    one, two = (
        IntentClassifier().fit(texts, labels, hidden=8, filters=8, members=1).weights
        for _ in range(2)
    )
    assert np.array_equal(one.order.kernel, two.order.kernel)
    assert np.array_equal(one.hidden_dense, two.hidden_dense)
    assert (one.mix, one.turn, one.sharpness) == (two.mix, two.turn, two.sharpness)


def test_a_word_at_a_time_gives_what_training_saw() -> None:
    """Reading adds up what was kept of each word; training multiplies whole windows."""
    from jobtracker.agent.mind.embedded import training_order
    from jobtracker.agent.mind.embedded.classifier import default_embedder
    from jobtracker.agent.mind.embedded.order import OrderNet, OrderReader

    embedder = default_embedder()
    assert embedder is not None
    rng = np.random.default_rng(1)
    inputs = 3 * embedder.embed(["word"]).shape[1]
    net = OrderNet(*(rng.standard_normal(s).astype("f4") for s in ((inputs, 5), 5, (10, 4), 4)))
    texts = ["will it rain", "rain", "", "?!", "it will it will rain today"]
    rows = training_order.WordRows.of(texts, embedder)
    assert rows is not None
    reader = OrderReader(net, embedder.embed)
    read = np.stack([reader.scores(text) for text in texts])
    assert np.allclose(
        read[[0, 1, 3, 4]], training_order.scores(net, rows)[[0, 1, 3, 4]], atol=1e-3
    )
