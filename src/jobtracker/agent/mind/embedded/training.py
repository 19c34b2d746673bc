"""Trains the heads of `IntentClassifier`; needs scikit-learn and SciPy (the `train` extra)."""

from __future__ import annotations

# scikit-learn and SciPy have no types.
# pyright: basic, reportMissingTypeStubs=false, reportOptionalSubscript=false
# pyright: reportIndexIssue=false, reportArgumentType=false
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobtracker.agent.mind.embedded import training_order
from jobtracker.agent.mind.embedded.adam import Adam, smoothed
from jobtracker.agent.mind.embedded.classifier import (
    OUTSIDE,
    Embeds,
    Quantised,
    Weights,
    network_view,
    signs,
    softmax,
    with_halves,
)
from jobtracker.agent.mind.embedded.features import Featurizer, Floats
from jobtracker.agent.mind.embedded.order import OrderNet
from jobtracker.agent.mind.embedded.training_order import WordRows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Labels = npt.NDArray[np.intp]
_MIXES = (0.25, 0.5, 1.0, 2.0, 4.0)
_TURNS = (0.0, 0.5, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class Options:
    """What can be chosen about training."""

    most_features: int | None = None
    hidden: int = 256
    report: Callable[[str], None] | None = None
    groups: Sequence[object] | None = None
    """Rows of one group are held out together; they are too alike to test on one another."""
    members: int = 1
    """Networks of different seeds that vote; as one network they are as wide as all together."""
    filters: int = 384
    """Filters over neighbouring words, in each of as many networks of their own as `members`."""
    seed: int = 7


@dataclass
class _Data:
    sparse: Any
    dense: Floats
    wide: Floats
    """What the network sees of the embeddings."""
    labels: Labels
    words: WordRows | None


@dataclass
class _Network:
    sparse: Floats
    dense: Floats
    bias: Floats
    out: Floats
    out_bias: Floats

    def scores(self, data: _Data) -> Floats:
        hidden = data.sparse @ self.sparse + data.wide @ self.dense + self.bias
        return np.maximum(hidden, 0) @ self.out + self.out_bias


@dataclass
class _Calibration:
    mix: float
    turn: float
    sharpness: float
    scope: Floats


@dataclass
class _Heads:
    linear_sparse: Floats
    linear_dense: Floats
    linear_bias: Floats
    network: _Network
    order: OrderNet

    def linear(self, data: _Data) -> Floats:
        scores = data.sparse @ self.linear_sparse + data.dense @ self.linear_dense
        return np.asarray(scores + self.linear_bias, dtype=np.float32)

    def in_order(self, data: _Data) -> Floats:
        if data.words is None:
            return np.zeros((len(data.labels), len(self.linear_bias)), np.float32)
        return training_order.scores(self.order, data.words)


def train(
    texts: list[str], labels: list[str], embedder: Embeds | None, options: Options
) -> Weights:
    """Learn features, heads, temperature and scope from labelled texts.

    Raises:
        ValueError: fewer than two classes, or lists of different lengths.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
    names = sorted({label for label in labels if label not in OUTSIDE})
    if len(names) < 2:
        raise ValueError("at least two labels are needed")
    outside = sorted({label for label in labels if label in OUTSIDE})
    names += outside
    featurizer = Featurizer.fit(texts, options.most_features)
    index = {name: i for i, name in enumerate(names)}
    data = _Data(
        featurizer.matrix(texts).astype(np.float32),
        *_embedded(texts, embedder),
        np.array([index[label] for label in labels], dtype=np.intp),
        WordRows.of(texts, embedder),
    )
    inside = np.array([name not in OUTSIDE for name in names])
    learned = _calibrate(data, inside, options)
    heads = _fit_heads(data, len(names), options)
    return _weights(featurizer, names, heads, data, learned)


def _embedded(texts: list[str], embedder: Embeds | None) -> tuple[Floats, Floats]:
    if embedder is None:
        empty = np.zeros((len(texts), 0), np.float32)
        return empty, empty
    vectors = embedder.embed(with_halves(texts))
    return vectors[: len(texts)], network_view(vectors)


def _weights(
    featurizer: Featurizer,
    names: list[str],
    heads: _Heads,
    data: _Data,
    learned: _Calibration,
) -> Weights:
    net = heads.network
    return Weights(
        featurizer=featurizer,
        labels=names,
        linear_sparse=Quantised.of(heads.linear_sparse),
        linear_dense=heads.linear_dense,
        linear_bias=heads.linear_bias,
        hidden_sparse=Quantised.of(net.sparse),
        hidden_dense=net.dense,
        hidden_bias=net.bias,
        out=net.out,
        out_bias=net.out_bias,
        centroids=_centroids(data, len(names)),
        order=heads.order,
        mix=learned.mix,
        turn=learned.turn,
        sharpness=learned.sharpness,
        scope=learned.scope,
    )


def _centroids(data: _Data, classes: int) -> Floats:
    sums = np.zeros((classes, data.dense.shape[1]), dtype=np.float32)
    np.add.at(sums, data.labels, data.dense)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)


def _fit_heads(data: _Data, classes: int, options: Options) -> _Heads:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    both = csr_matrix(hstack([data.sparse, csr_matrix(data.dense)]))
    model = LinearSVC(C=0.5, random_state=options.seed, tol=1e-3)
    model.fit(both, data.labels)
    coef = np.zeros((classes, both.shape[1]), dtype=np.float32)
    bias = np.full(classes, -1.0, dtype=np.float32)
    seen = np.asarray(model.classes_, dtype=np.intp)
    if len(seen) == 2:  # scikit-learn keeps one row for two classes
        coef[seen[1]], coef[seen[0]] = model.coef_[0], -model.coef_[0]
        bias[seen[1]], bias[seen[0]] = model.intercept_[0], -model.intercept_[0]
    else:
        coef[seen], bias[seen] = model.coef_, model.intercept_
    size = data.sparse.shape[1]
    if options.report:
        options.report("linear head done")
    networks = [
        _fit_network(data, classes, replace(options, seed=options.seed + member))
        for member in range(options.members)
    ]
    network = _joined(networks)
    if options.report:
        options.report("network done")
    order = training_order.fit(
        data.words,
        data.labels,
        classes,
        filters=options.filters,
        members=options.members,
        seed=options.seed,
    )
    return _Heads(coef[:, :size].T.copy(), coef[:, size:].T.copy(), bias, network, order)


def _joined(networks: list[_Network]) -> _Network:
    """Return one network that gives the mean of the scores of several."""
    if len(networks) == 1:
        return networks[0]
    share = np.float32(1 / len(networks))
    return _Network(
        np.hstack([net.sparse for net in networks]),
        np.hstack([net.dense for net in networks]),
        np.concatenate([net.bias for net in networks]),
        np.vstack([net.out for net in networks]) * share,
        np.mean([net.out_bias for net in networks], axis=0, dtype=np.float32),
    )


def _fit_network(data: _Data, classes: int, options: Options) -> _Network:
    """One hidden layer, with dropout of inputs and of hidden units, and smoothed labels."""
    rng = np.random.default_rng(options.seed)
    count, features = data.sparse.shape
    width, dense = options.hidden, data.wide.shape[1]
    scale = np.sqrt(2.0 / width) * 0.5

    def normal(*shape: int, by: float) -> Floats:
        return (rng.standard_normal(shape) * by).astype(np.float32)

    net = _Network(
        normal(features, width, by=scale),
        normal(dense, width, by=scale),
        np.zeros(width, np.float32),
        normal(width, classes, by=np.sqrt(1.0 / width)),
        np.zeros(classes, np.float32),
    )
    adam = Adam([net.sparse, net.dense, net.bias, net.out, net.out_bias])
    size = 128 if count > 4000 else 32
    epochs = 12 if count > 4000 else 30
    total = epochs * -(-count // size)
    for _ in range(epochs):
        order = rng.permutation(count)
        for start in range(0, count, size):
            rate = 2e-3 * min(1.0, (adam.steps + 1) / 100) * (1 - adam.steps / (total + 1))
            _step(net, adam, data, order[start : start + size], rng, rate)
    return net


def _step(
    net: _Network, adam: Adam, data: _Data, batch: Labels, rng: np.random.Generator, rate: float
) -> None:
    sparse: csr_matrix = data.sparse[batch].copy()
    sparse.data *= (rng.random(sparse.data.shape, dtype=np.float32) > 0.3) / np.float32(0.7)
    dense = data.wide[batch]
    hidden = sparse @ net.sparse + dense @ net.dense + net.bias
    mask = ((rng.random(hidden.shape, dtype=np.float32) > 0.5) * (hidden > 0)).astype(
        np.float32
    ) * 2
    active = hidden * mask
    classes = net.out.shape[1]
    target = smoothed(data.labels[batch], classes)
    error = (softmax(active @ net.out + net.out_bias) - target) / len(batch)
    back = (error @ net.out.T) * mask
    columns = np.unique(sparse.indices)
    gradients = [
        np.asarray(sparse[:, columns].T @ back), dense.T @ back, back.sum(axis=0),
        active.T @ error, error.sum(axis=0),
    ]  # fmt: skip
    whole = slice(None)
    adam.step(gradients, [columns, whole, whole, whole, whole], rate)


def _calibrate(data: _Data, inside: npt.NDArray[np.bool_], options: Options) -> _Calibration:
    """Hold a fifth out to learn the mix, the temperature and what tells texts in no class."""
    rng = np.random.default_rng(options.seed)
    held = _held(len(data.labels), options.groups, rng)
    part = _part(data, ~held)
    test = _part(data, held)
    heads = _fit_heads(part, len(inside), options)
    linear, network, order = heads.linear(test), heads.network.scores(test), heads.in_order(test)
    known = inside[test.labels]
    mix, turn = _best_mix(linear[known], network[known], order[known], test.labels[known])
    network = network + turn * order
    total = mix * linear + network
    sharpness, _ = _sharpness(total[known], test.labels[known])
    near = test.dense @ _centroids(part, len(inside)).T
    marks = signs(linear, network, total * sharpness, near, inside)
    return _Calibration(mix, turn, sharpness, _fit_scope(marks, known))


def _best_mix(
    linear: Floats, network: Floats, order: Floats, labels: Labels
) -> tuple[float, float]:
    """What a linear logit, and one of the words in order, weigh beside one of the network.

    Those under which the held-out labels are likeliest: that tells more than how many are right.
    """
    if not len(labels):
        return 1.0, 1.0
    turns = _TURNS if order.any() else (0.0,)
    pairs = [(mix, turn) for mix in _MIXES for turn in turns]
    return min(
        pairs, key=lambda pair: _sharpness(pair[0] * linear + network + pair[1] * order, labels)[1]
    )


def _held(
    count: int, groups: Sequence[object] | None, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Choose a fifth of the rows, whole groups."""
    if groups is None:
        return rng.random(count) < 0.2
    chosen = {group: rng.random() < 0.2 for group in dict.fromkeys(groups)}
    return np.array([chosen[group] for group in groups])


def _part(data: _Data, rows: npt.NDArray[np.bool_]) -> _Data:
    words = None if data.words is None else data.words.part(rows)
    return _Data(data.sparse[rows], data.dense[rows], data.wide[rows], data.labels[rows], words)


def _sharpness(logits: Floats, labels: Labels) -> tuple[float, float]:
    """The inverse temperature under which the held-out labels are likeliest, and how unlikely.

    The second is the mean of the negative logarithms of their chances.
    """
    if not len(labels):
        return 1.0, 0.0
    grid = np.geomspace(0.1, 8.0, 40)
    shifted = logits - logits.max(axis=1, keepdims=True)
    said = shifted[np.arange(len(labels)), labels]

    def loss(factor: float) -> float:
        return float((np.log(np.exp(shifted * factor).sum(axis=1)) - said * factor).mean())

    losses = [loss(float(factor)) for factor in grid]
    best = int(np.argmin(losses))
    return float(grid[best]), losses[best]


def _fit_scope(marks: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    """Weights of the signs; without examples of the outside, each sign counts by its spread."""
    mean, spread = marks.mean(axis=0), marks.std(axis=0) + 1e-6
    outside = int((~known).sum())
    if outside >= 10 and known.any():
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500)
        model.fit((marks - mean) / spread, known)
        weights, bias = model.coef_[0] / spread, float(model.intercept_[0])
    else:
        chosen = np.array([0.5, 1.0, 1.0, 0.0, 0.5, 0.7, 0.0])[: marks.shape[1]]
        weights, bias = chosen / spread, 4.0
    bias -= float(weights @ mean)
    return np.append(weights, bias).astype(np.float32)


def expand(rows: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Split rows into texts and labels."""
    return [text for text, _ in rows], [label for _, label in rows]
