"""Classifies short texts by intent, with NumPy alone, and tells those that fit no intent.

Three heads: a linear one with wide margins and a small network with one hidden layer, which knows
better what it has never seen, share the features (words, characters, static embedding); a third
reads the vectors of the words in their order. Their logits are added, and a temperature makes
probabilities of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from jobtracker.agent.mind.embedded.features import Featurizer, Floats, Vocabulary
from jobtracker.agent.mind.embedded.order import OrderNet, OrderReader
from jobtracker.core.errors import Unavailable

OUTSIDE = ("oos", "out_of_scope")
"""Labels whose rows show what is in no class."""


class Embeds(Protocol):
    """What the classifier needs of an embedder."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one per text."""
        ...


@cache
def default_embedder() -> Embeds | None:
    """Return the embedder of the wheel, or None where it is not there."""
    from jobtracker.core.embedding import open_embedder

    try:
        return open_embedder("embedded")
    except (Unavailable, OSError):
        return None


@dataclass
class Quantised:
    """A matrix in bytes with one scale per column, a quarter of its size and read by rows."""

    cells: npt.NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, matrix: npt.NDArray[Any]) -> Quantised:
        """Round a matrix."""
        scales = np.maximum(np.abs(matrix).max(axis=0, initial=0.0), 1e-12) / 127
        return cls(np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32))

    def dot(self, places: npt.NDArray[np.intp], values: Floats) -> Floats:
        """Return a sparse row times the matrix."""
        return (values @ self.cells[places].astype(np.float32)) * self.scales


@dataclass
class Weights:
    """Everything that is learned. Rows of `*_sparse` are features, of `*_dense` dimensions."""

    featurizer: Featurizer
    labels: list[str]
    linear_sparse: Quantised
    linear_dense: Floats
    linear_bias: Floats
    hidden_sparse: Quantised
    hidden_dense: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats
    centroids: Floats
    order: OrderNet
    mix: float
    """What a linear logit weighs beside one of the network."""
    turn: float
    """What a logit of the words in order weighs beside one of the network."""
    sharpness: float
    """Inverse temperature of the probabilities."""
    scope: Floats
    """Weights of the signs of being in scope, the last one the bias; see `signs`."""


@dataclass(frozen=True)
class Prediction:
    """The likeliest label, how likely it is, how surely the text is in scope at all (0–1)."""

    label: str
    confidence: float
    scope: float
    ranked: tuple[tuple[str, float], ...]


def network_view(vectors: Floats) -> Floats:
    """What the network sees of the embeddings of the whole and of both halves of each text.

    The halves tell it something of the order of the words; the factors were found on held-out
    rows: the network learns little from inputs much smaller than those of the words.
    """
    count = vectors.shape[0] // 3
    whole, first, second = vectors[:count], vectors[count : 2 * count], vectors[2 * count :]
    return np.hstack([4 * whole, 2 * first, 2 * second])


def with_halves(texts: Sequence[str]) -> list[str]:
    """Return the texts, then their first halves, then their second ones, cut between words."""
    cut = [text.split() for text in texts]
    middle = [(len(row) + 1) // 2 for row in cut]
    first = [" ".join(row[:half]) for row, half in zip(cut, middle, strict=True)]
    second = [" ".join(row[half:]) for row, half in zip(cut, middle, strict=True)]
    return [*texts, *first, *second]


def softmax(logits: Floats) -> Floats:
    """Return probabilities by row."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def signs(
    linear: Floats, network: Floats, logits: Floats, near: Floats, inside: npt.NDArray[np.bool_]
) -> Floats:
    """Return by row what speaks for being in scope; `inside` marks the columns of real classes."""
    chosen = softmax(logits)[:, inside]
    net, margin = network[:, inside], linear[:, inside]
    outside = network[:, ~inside].max(axis=1) if (~inside).any() else np.zeros(len(network))
    top = np.sort(net, axis=1)
    spread = np.log(np.exp(net - top[:, -1:]).sum(axis=1)) + top[:, -1]
    second = top[:, -2] if top.shape[1] > 1 else top[:, -1]
    columns = [
        margin.max(axis=1),
        top[:, -1],
        spread,
        top[:, -1] - second,
        chosen.max(axis=1),
        near[:, inside].max(axis=1),
        top[:, -1] - outside,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


class IntentClassifier:
    """Learns from labelled texts (needs the `train` extra), predicts with NumPy."""

    def __init__(self, embedder: Embeds | None = None, weights: Weights | None = None) -> None:
        self._embedder = embedder or default_embedder()
        self._weights = weights
        self._reader: OrderReader | None = None

    @property
    def weights(self) -> Weights:
        """What was learned.

        Raises:
            RuntimeError: nothing yet.
        """
        if self._weights is None:
            raise RuntimeError("fit or load the classifier first")
        return self._weights

    @property
    def labels(self) -> list[str]:
        """The classes in the order of the probabilities."""
        return self.weights.labels

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        most_features: int | None = None,
        hidden: int = 256,
        members: int = 2,
        filters: int = 384,
        groups: Sequence[object] | None = None,
        report: Callable[[str], None] | None = None,
    ) -> IntentClassifier:
        """Learn. Rows labelled `oos` or `out_of_scope` teach what is no class.

        `most_features`, `hidden` and `filters` bound the size of what is learned, where `members`
        networks of `hidden` units vote, and as many of `filters` over neighbouring words; rows of
        one of the `groups` are variants of one another.
        """
        from jobtracker.agent.mind.embedded.training import Options, train

        options = Options(most_features, hidden, report, groups, members, filters)
        self._weights = train(list(texts), list(labels), self._embedder, options)
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the likeliest label of each text."""
        return [self.classify(text).label for text in texts]

    def classify(self, text: str, top: int = 5) -> Prediction:
        """Return the likeliest labels of one text, and whether it is in scope."""
        weights = self.weights
        linear, network, near = self._scores(text)
        logits = (weights.mix * linear + network) * weights.sharpness
        inside = np.array([label not in OUTSIDE for label in weights.labels])
        marks = signs(linear[None], network[None], logits[None], near[None], inside)[0]
        lean = float(marks @ weights.scope[:-1] + weights.scope[-1])
        chances = softmax(logits)
        order: list[int] = np.argsort(-chances)[:top].tolist()
        ranked = tuple((weights.labels[i], float(chances[i])) for i in order)
        scope = 1 / (1 + np.exp(-np.clip(lean, -30, 30)))
        return Prediction(ranked[0][0], ranked[0][1], float(scope), ranked)

    def _scores(self, text: str) -> tuple[Floats, Floats, Floats]:
        weights = self.weights
        places, values = weights.featurizer.row(text)
        linear = weights.linear_sparse.dot(places, values) + weights.linear_bias
        hidden = weights.hidden_sparse.dot(places, values) + weights.hidden_bias
        near = np.zeros(len(weights.labels), dtype=np.float32)
        if weights.linear_dense.size and self._embedder is not None:
            vectors = self._embedder.embed(with_halves([text]))
            vector = vectors[0]
            linear = linear + vector @ weights.linear_dense
            hidden = hidden + network_view(vectors)[0] @ weights.hidden_dense
            near = weights.centroids @ vector
        network = np.maximum(hidden, 0) @ weights.out + weights.out_bias
        if weights.order.bias.size and self._embedder is not None:
            reader = self._reader
            if reader is None or reader.net is not weights.order:
                reader = self._reader = OrderReader(weights.order, self._embedder.embed)
            network = network + np.float32(weights.turn) * reader.scores(text)
        return linear, network, near

    def save(self, path: Path) -> None:
        """Write one .npz, not compressed: it hardly shrinks, and loads in a sixth of the time."""
        w = self.weights
        half = {name: getattr(w, name).astype(np.float16) for name in _DENSE}
        np.savez(
            path,
            labels=np.array(w.labels),
            word_hashes=w.featurizer.words.hashes,
            word_idf=w.featurizer.words.idf.astype(np.float16),
            char_hashes=w.featurizer.chars.hashes,
            char_idf=w.featurizer.chars.idf.astype(np.float16),
            linear_cells=w.linear_sparse.cells,
            linear_scales=w.linear_sparse.scales,
            hidden_cells=w.hidden_sparse.cells,
            hidden_scales=w.hidden_sparse.scales,
            scope=w.scope,
            order_kernel=w.order.kernel.astype(np.float16),
            order_bias=w.order.bias.astype(np.float16),
            order_out=w.order.out.astype(np.float16),
            order_out_bias=w.order.out_bias.astype(np.float16),
            numbers=np.array([w.mix, w.sharpness, w.turn], dtype=np.float64),
            **half,
        )

    @classmethod
    def load(cls, path: Path, embedder: Embeds | None = None) -> IntentClassifier:
        """Read what `save` wrote.

        Raises:
            Unavailable: the file is absent or is not one.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                data = {name: file[name] for name in file.files}
            featurizer = Featurizer(
                Vocabulary(data["word_hashes"], data["word_idf"].astype(np.float32)),
                Vocabulary(data["char_hashes"], data["char_idf"].astype(np.float32)),
            )
            weights = Weights(
                featurizer=featurizer,
                labels=[str(label) for label in data["labels"]],
                linear_sparse=Quantised(data["linear_cells"], data["linear_scales"]),
                hidden_sparse=Quantised(data["hidden_cells"], data["hidden_scales"]),
                order=_order_of(data),
                mix=float(data["numbers"][0]),
                sharpness=float(data["numbers"][1]),
                turn=float(data["numbers"][2]) if _ORDER[0] in data else 0.0,
                scope=data["scope"],
                **{name: data[name].astype(np.float32) for name in _DENSE},
            )
        except (OSError, KeyError, ValueError, IndexError) as exc:
            raise Unavailable(
                f"the trained intents in {path.name} cannot be read ({exc}); reinstall the program "
                "or run scripts/train_intents.py"
            ) from exc
        return cls(embedder, weights)


_DENSE = (
    "linear_dense", "linear_bias", "hidden_dense", "hidden_bias", "out", "out_bias", "centroids",
)  # fmt: skip
_ORDER = ("order_kernel", "order_bias", "order_out", "order_out_bias")


def _order_of(data: dict[str, npt.NDArray[Any]]) -> OrderNet:
    """Return the filters; files written before there were any have none."""
    if _ORDER[0] not in data:
        return OrderNet.none(len(data["labels"]))
    return OrderNet(*(data[name].astype(np.float32) for name in _ORDER))
