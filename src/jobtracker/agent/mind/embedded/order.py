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
_CACHED_WORDS = 4096


def words_of(text: str) -> list[str]:
    """Return the words that are read of a text."""
    return words(normalise(text))[:MOST_WORDS]


def word_vectors(embed: Callable[[Sequence[str]], Floats]) -> Callable[[str], Floats]:
    """Return what gives the vector of a word; those of the commonest words are kept."""

    @lru_cache(maxsize=_CACHED_WORDS)
    def vector(word: str) -> Floats:
        return embed([word])[0] * np.float32(SCALE)

    return vector


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

    def scores(self, vectors: Floats) -> Floats:
        """Return the logits of one text, given the vectors of its words in a row each."""
        count = len(vectors)
        if not count or not self.bias.size:
            return self.out_bias
        edge = np.zeros((1, vectors.shape[1]), dtype=np.float32)
        framed = np.concatenate([edge, vectors, edge])
        windows = np.hstack([framed[at : at + count] for at in range(WIDTH)])
        active = np.maximum(windows @ self.kernel + self.bias, 0)
        pooled = np.concatenate([active.max(axis=0), active.sum(axis=0) / np.sqrt(count)])
        return pooled.astype(np.float32) @ self.out + self.out_bias
