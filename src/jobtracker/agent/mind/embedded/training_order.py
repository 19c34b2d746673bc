"""Trains `OrderNet`: back-propagation through one layer of filters, in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobtracker.agent.mind.embedded.adam import Adam, smoothed
from jobtracker.agent.mind.embedded.classifier import Embeds, softmax
from jobtracker.agent.mind.embedded.features import Floats
from jobtracker.agent.mind.embedded.order import SCALE, WIDTH, OrderNet, words_of

Ids = npt.NDArray[np.intp]
Labels = npt.NDArray[np.intp]
_DROPPED_WORDS = 0.1
_DROPPED_UNITS = 0.4
_RATE = 1.5e-3
_EPOCHS = (14, 30)
"""For many rows and for few (below 4,000)."""


@dataclass
class WordRows:
    """Texts as rows of ids into a table of word vectors, whose last row is the absent word."""

    ids: Ids
    table: Floats

    @classmethod
    def of(cls, texts: Sequence[str], embedder: Embeds | None) -> WordRows | None:
        """Look the words of all texts up; None where there are no vectors."""
        if embedder is None:
            return None
        rows = [words_of(text) for text in texts]
        known = sorted({word for row in rows for word in row}) or [""]
        at = {word: number for number, word in enumerate(known)}
        vectors = embedder.embed(known) * np.float32(SCALE)
        table = np.vstack([vectors, np.zeros((1, vectors.shape[1]), np.float32)])
        ids = np.full((len(rows), max(1, *map(len, rows))), len(known), dtype=np.intp)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = [at[word] for word in row]
        return cls(ids, table.astype(np.float32))

    def part(self, rows: npt.NDArray[np.bool_]) -> WordRows:
        """Return some of the rows."""
        return WordRows(self.ids[rows], self.table)

    @property
    def absent(self) -> int:
        """The id of no word."""
        return len(self.table) - 1


@dataclass
class _Seen:
    """What a pass through the filters leaves for the way back."""

    windows: Floats
    active: Floats
    strongest: Ids
    pooled: Floats
    mask: npt.NDArray[np.bool_]
    root: Floats


def scores(net: OrderNet, rows: WordRows) -> Floats:
    """Return the logits of all rows."""
    if not net.bias.size:
        return np.zeros((len(rows.ids), len(net.out_bias)), np.float32)
    found = np.zeros((len(rows.ids), len(net.out_bias)), np.float32)
    for batch in _batches(rows, 256, None):
        found[batch] = _forward(net, rows, _cut(rows, batch)).pooled @ net.out + net.out_bias
    return found


def fit(
    rows: WordRows | None, labels: Labels, classes: int, *, filters: int, members: int, seed: int
) -> OrderNet:
    """Learn `members` nets of `filters` filters each, and return one that gives their mean."""
    if rows is None or not filters or not members:
        return OrderNet.none(classes)
    nets = [_fit(rows, labels, classes, filters, seed + member) for member in range(members)]
    share = np.float32(1 / len(nets))
    return OrderNet(
        np.hstack([net.kernel for net in nets]),
        np.concatenate([net.bias for net in nets]),
        np.vstack([*(n.out[:filters] for n in nets), *(n.out[filters:] for n in nets)]) * share,
        np.stack([net.out_bias for net in nets]).mean(axis=0).astype(np.float32),
    )


def _fit(rows: WordRows, labels: Labels, classes: int, filters: int, seed: int) -> OrderNet:
    rng = np.random.default_rng(seed)
    inputs = WIDTH * rows.table.shape[1]

    def normal(*shape: int, by: float) -> Floats:
        return (rng.standard_normal(shape) * by).astype(np.float32)

    net = OrderNet(
        normal(inputs, filters, by=np.sqrt(1 / inputs)),
        np.zeros(filters, np.float32),
        normal(2 * filters, classes, by=np.sqrt(1 / filters)),
        np.zeros(classes, np.float32),
    )
    adam = Adam([net.kernel, net.bias, net.out, net.out_bias])
    many = len(labels) > 4000
    size, epochs = (128, _EPOCHS[0]) if many else (32, _EPOCHS[1])
    total = epochs * -(-len(labels) // size)
    for _ in range(epochs):
        for batch in _batches(rows, size, rng):
            rate = _RATE * min(1.0, (adam.steps + 1) / 100) * (1 - adam.steps / (total + 1))
            ids = _cut(rows, batch)
            ids[rng.random(ids.shape) < _DROPPED_WORDS] = rows.absent
            _step(net, adam, _forward(net, rows, ids), smoothed(labels[batch], classes), rng, rate)
    return net


def _batches(rows: WordRows, size: int, rng: np.random.Generator | None) -> Iterator[Ids]:
    """Rows of about one length together, for a batch is as wide as its longest text."""
    lengths = (rows.ids != rows.absent).sum(axis=1)
    noise = rng.random(len(lengths)) * 4 if rng is not None else 0
    order = np.argsort(lengths + noise, kind="stable")
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    for at in rng.permutation(len(parts)) if rng is not None else range(len(parts)):
        yield parts[at]


def _cut(rows: WordRows, batch: Ids) -> Ids:
    ids = rows.ids[batch]
    longest = int((ids != rows.absent).sum(axis=1).max(initial=1))
    return ids[:, : max(1, longest)].copy()


def _forward(net: OrderNet, rows: WordRows, ids: Ids) -> _Seen:
    count, length = ids.shape
    edge = np.full((count, 1), rows.absent)
    vectors = rows.table[np.hstack([edge, ids, edge])]
    windows = np.concatenate([vectors[:, at : at + length] for at in range(WIDTH)], axis=2)
    active = np.maximum(windows @ net.kernel + net.bias, 0)
    mask = ids != rows.absent
    active *= mask[:, :, None]
    strongest = active.argmax(axis=1)
    root = np.sqrt(np.maximum(mask.sum(axis=1), 1)).astype(np.float32)[:, None]
    most = np.take_along_axis(active, strongest[:, None], axis=1)[:, 0]
    pooled = np.hstack([most, active.sum(axis=1) / root])
    return _Seen(windows, active, strongest, pooled, mask, root)


def _step(
    net: OrderNet, adam: Adam, seen: _Seen, target: Floats, rng: np.random.Generator, rate: float
) -> None:
    kept = rng.random(seen.pooled.shape, dtype=np.float32) > _DROPPED_UNITS
    drop = kept.astype(np.float32) / np.float32(1 - _DROPPED_UNITS)
    units = seen.pooled * drop
    logits = (units @ net.out + net.out_bias).astype(np.float32)
    error = (softmax(logits) - target) / np.float32(len(target))
    back = (error @ net.out.T) * drop
    filters = len(net.bias)
    lit = seen.active > 0
    flow = (back[:, filters:] / seen.root)[:, None] * lit
    strong = np.take_along_axis(flow, seen.strongest[:, None], axis=1)
    first = np.take_along_axis(lit, seen.strongest[:, None], axis=1)
    np.put_along_axis(
        flow, seen.strongest[:, None], strong + back[:, None, :filters] * first, axis=1
    )
    said = seen.mask.ravel()
    into = flow.reshape(-1, filters)[said]
    windows = seen.windows.reshape(len(said), -1)[said]
    whole = slice(None)
    gradients = [windows.T @ into, into.sum(axis=0), units.T @ error, error.sum(axis=0)]
    adam.step([np.asarray(one, np.float32) for one in gradients], [whole] * 4, rate)
