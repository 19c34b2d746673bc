"""Reads words in their order: filters over three neighbouring word vectors (NumPy alone).

After Kim, “Convolutional neural networks for sentence classification” (2014), with fixed vectors;
of each filter the strongest answer counts and the mean one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from jobtracker.agent.mind.embedded.features import Floats, normalise, words

WIDTH = 3
MOST_WORDS = 40
"""Of longer texts the first words say what is wanted."""
SCALE = 4.0
"""Vectors have length one; the filters learn faster from longer ones."""
_CACHED_WORDS = 2048


def words_of(text: str) -> list[str]:
    """Return the words that are read of a text."""
    return words(normalise(text))[:MOST_WORDS]


@dataclass
class OrderNet:
    """Learned filters: `kernel` is (WIDTH × dimensions, filters), `out` (2 × filters, classes)."""

    kernel: Floats
    bias: Floats
    out: Floats
    out_bias: Floats

    @classmethod
    def none(cls, classes: int) -> OrderNet:
        """Return one without filters, for where there are no vectors: all its scores are zero."""
        return cls(
            np.zeros((0, 0), np.float32),
            np.zeros(0, np.float32),
            np.zeros((0, classes), np.float32),
            np.zeros(classes, np.float32),
        )


class OrderReader:
    """Gives the scores of texts; keeps what the filters make of the commonest words.

    A filter over three words is the sum of three over one word each, so that a word that was met
    before costs no multiplication. Safe to use from several threads.
    """

    def __init__(self, net: OrderNet, embed: Callable[[Sequence[str]], Floats]) -> None:
        self.net = net
        self._embed = embed
        self._filters = net.bias.size
        dimensions = len(net.kernel) // WIDTH
        by_place = net.kernel.reshape(WIDTH, dimensions, self._filters)
        self._by_word = np.ascontiguousarray(np.hstack(list(by_place)))
        self._word = lru_cache(maxsize=_CACHED_WORDS)(self._spread)

    def scores(self, text: str) -> Floats:
        """Return the logits of one text."""
        said = words_of(text) if self._filters else []
        if not said:
            return self.net.out_bias
        count = len(said)
        parts = np.stack([self._word(word) for word in said])
        sums = parts[:, 1] + self.net.bias
        sums[1:] += parts[:-1, 0]
        sums[:-1] += parts[1:, 2]
        active = np.maximum(sums, 0)
        pooled = np.concatenate([active.max(axis=0), active.sum(axis=0) / np.sqrt(count)])
        return pooled.astype(np.float32) @ self.net.out + self.net.out_bias

    def _spread(self, word: str) -> Floats:
        """What the filters make of a word before, at and behind their middle, in a row each."""
        vector = self._embed([word])[0] * np.float32(SCALE)
        return (vector @ self._by_word).reshape(WIDTH, self._filters)
