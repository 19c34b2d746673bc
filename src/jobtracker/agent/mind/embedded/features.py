"""Sparse features of short texts: words and characters, hashed, weighed by TF-IDF.

Hashes instead of strings keep the vocabulary one sorted array, which loads in a millisecond.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint32]
Ids = npt.NDArray[np.int32]

_WORD = re.compile(r"\w+|[?:%€$£]")
_DIGIT = re.compile(r"\d")
_MAX_CHARS = 1200
_MAX_WORD = 24
_CHAR_SIZES = (2, 3, 4, 5)


def normalise(text: str) -> str:
    """Return `text` in lower case without accents, its digits made alike."""
    text = text[:_MAX_CHARS].replace("ß", "ss").replace("’", "'")
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in parts if not unicodedata.combining(char))
    return _DIGIT.sub("0", text.lower())


def words(text: str) -> list[str]:
    """Return the words of a normalised text, cut to a sane length."""
    return [word[:_MAX_WORD] for word in _WORD.findall(text)]


def word_hashes(tokens: Sequence[str]) -> list[int]:
    """Return the hashes of all words and of all pairs of neighbours."""
    encoded = [b"w" + token.encode("utf-8", "replace") for token in tokens]
    pairs = [a + b for a, b in pairwise(encoded)]
    # The first word says much about what is asked for.
    first = [b"^" + encoded[0]] if encoded else []
    return [crc32(gram) for gram in (*encoded, *pairs, *first)]


def char_hashes(tokens: Iterable[str]) -> list[int]:
    """Return the hashes of the runs of 2 to 5 characters within each word and its borders."""
    found: list[int] = []
    for token in tokens:
        framed = b" " + token.encode("utf-8", "replace") + b" "
        length = len(framed)
        for size in _CHAR_SIZES:
            if size >= length:
                found.append(crc32(framed))
                break
            found.extend(crc32(framed[i : i + size]) for i in range(length - size + 1))
    return found


@dataclass
class Vocabulary:
    """Known hashes in ascending order, and the weight of each."""

    hashes: Hashes
    idf: Floats

    @classmethod
    def fit(cls, documents: Sequence[Sequence[int]], least: int, most: int | None) -> Vocabulary:
        """Learn from hashed documents: what occurs in `least` of them, the `most` frequent ones."""
        flat = np.concatenate([np.unique(np.asarray(doc, dtype=np.uint32)) for doc in documents])
        hashes, counts = np.unique(flat, return_counts=True)
        keep = counts >= least
        hashes, counts = hashes[keep], counts[keep]
        if most is not None and hashes.size > most:
            chosen = np.sort(np.argsort(-counts, kind="stable")[:most])
            hashes, counts = hashes[chosen], counts[chosen]
        total = len(documents)
        idf = np.log((1 + total) / (1 + counts)) + 1
        return cls(hashes.astype(np.uint32), idf.astype(np.float32))

    def row(self, document: Sequence[int]) -> tuple[npt.NDArray[np.intp], Floats]:
        """Return positions and TF-IDF values, of length one, of a hashed document."""
        unique, counts = np.unique(np.asarray(document, dtype=np.uint32), return_counts=True)
        if not self.hashes.size or not unique.size:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
        places = np.minimum(np.searchsorted(self.hashes, unique), self.hashes.size - 1)
        known = self.hashes[places] == unique
        places = places[known]
        values = (1 + np.log(counts[known])) * self.idf[places]
        length = math.sqrt(float(values @ values))
        return places, (values / length if length else values).astype(np.float32)


@dataclass
class Featurizer:
    """Turns a text into positions and values over words and characters together."""

    words: Vocabulary
    chars: Vocabulary

    @property
    def size(self) -> int:
        """Number of features."""
        return int(self.words.hashes.size + self.chars.hashes.size)

    @classmethod
    def fit(cls, texts: Sequence[str], most: int | None = None) -> Featurizer:
        """Learn the vocabularies; `most` bounds both together."""
        tokens = [words(normalise(text)) for text in texts]
        half = None if most is None else most // 2
        least = 2 if len(texts) > 3000 else 1
        return cls(
            Vocabulary.fit([word_hashes(row) for row in tokens], 1, half),
            Vocabulary.fit([char_hashes(row) for row in tokens], least, half),
        )

    def row(self, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        """Return positions and values of one text; each half has length one."""
        tokens = words(normalise(text))
        first, first_values = self.words.row(word_hashes(tokens))
        second, second_values = self.chars.row(char_hashes(tokens))
        places = np.concatenate([first, second + self.words.hashes.size])
        return places, np.concatenate([first_values, second_values])

    def matrix(self, texts: Sequence[str]) -> Any:
        """Return a SciPy CSR matrix, one row per text (training only)."""
        from scipy.sparse import csr_matrix  # pyright: ignore[reportMissingTypeStubs]

        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        return csr_matrix(
            (
                np.concatenate([values for _, values in rows]),
                np.concatenate([places for places, _ in rows]),
                ends,
            ),
            shape=(len(texts), self.size),
        )
