"""Tells English, German, French and Italian apart, for messages of a few words."""

from __future__ import annotations

# ruff: noqa: E501 (tables of words)
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from jobtracker.agent.mind.embedded.features import (
    Floats,
    Hashes,
    char_hashes,
    normalise,
    word_hashes,
    words,
)
from jobtracker.core.errors import Unavailable

LANGUAGES = ("en", "de", "fr", "it")
_MOST = 12_000
_SURE = 2.2
"""How many times likelier (as a logarithm) another language must be to leave the one spoken."""
_EVERYDAY = {
    "en": "the and is are was i you my me a an of to for in on with what how when do does can could "
    "would please this that it at from any more only yes no not have has job jobs work "
    "hello hi hey cancel stop over under per an hour plus tips near around want need looking today tomorrow",
    "de": "der die das und ist sind war ich du mein meine mir ein eine einen von zu für in auf mit was "
    "wie wann kann könnte bitte dieser es bei aus mehr nur ja nein nicht habe hat stelle stellen arbeit "
    "als im am um hallo hoi sali grüezi merci vielmal vilmal abbrechen stopp pro heute morgen öppis isch nöd "
    "ned gits suech sueche stell chan i bi mer",
    "fr": "le la les et est sont était je tu mon ma mes moi un une de du des à pour dans sur avec que "
    "quel comment quand peux pourrait s'il ce cette chez plus seulement oui non pas ai a emploi poste au "
    "salut bonjour annuler suivant par heure aujourd'hui demain cherche veux besoin merci beaucoup",
    "it": "il lo la gli e è sono era io tu mio mia mi un una di del dei a per in su con che quale come "
    "quando puoi potrebbe per favore questo questa da più solo sì no non ho ha lavoro posto alla al "
    "ciao buongiorno salve annulla avanti all'ora oggi domani cerco voglio grazie mille",
}

_SHARED = {"merci": ("de", "fr"), "ciao": ("de", "it"), "plus": ("en", "fr"), "super": LANGUAGES}


def _grams(text: str) -> list[int]:
    # Accents tell languages apart, so the words are hashed as written too.
    tokens = words(normalise(text))
    accented = words(text.lower().replace("’", "'"))
    return char_hashes(tokens) + word_hashes(tokens) + char_hashes(accented)


class LanguageModel:
    """Naive Bayes over runs of characters and words."""

    def __init__(self, hashes: Hashes, chances: Floats) -> None:
        self._hashes = hashes
        self._chances = chances

    @classmethod
    def fit(cls, rows: Sequence[tuple[str, str]]) -> LanguageModel:
        """Count the grams of each language."""
        everyday = [(word, name) for name, line in _EVERYDAY.items() for word in line.split()]
        # Said in two languages: weighed equally, they tell nothing.
        everyday += [(word, name) for word, names in _SHARED.items() for name in names]
        counts: dict[int, list[float]] = {}
        for text, language in [*rows, *everyday * 40]:
            column = LANGUAGES.index(language)
            for gram in set(_grams(text)):
                counts.setdefault(gram, [0.0] * len(LANGUAGES))[column] += 1
        kept = sorted(counts, key=lambda gram: -sum(counts[gram]))[:_MOST]
        kept.sort()
        table = np.array([counts[gram] for gram in kept], dtype=np.float64)
        # A value that all languages share (a town, a firm) tells nothing; equal prior masses.
        table /= table.sum(axis=0)
        chances = np.log(table + 2e-6)
        chances -= chances.mean(axis=1, keepdims=True)
        return cls(np.array(kept, dtype=np.uint32), chances.astype(np.float32))

    def scores(self, text: str) -> Floats:
        """Return what speaks for each of `LANGUAGES`."""
        grams = np.unique(np.array(_grams(text[:600]), dtype=np.uint32))
        if not grams.size:
            return np.zeros(len(LANGUAGES), dtype=np.float32)
        places = np.minimum(np.searchsorted(self._hashes, grams), self._hashes.size - 1)
        known = places[self._hashes[places] == grams]
        return self._chances[known].sum(axis=0) / 4

    def detect(self, text: str, default: str | None = None) -> str:
        """Return the language of `text`; one word or two rarely leave the `default`."""
        scores = self.scores(text)
        best = int(np.argmax(scores))
        known = default if default in LANGUAGES else None
        if known is None:
            return LANGUAGES[best] if scores[best] > 0 else "en"
        need = _SURE * (2.0 if len(text.split()) <= 2 else 1.0)
        lead = float(scores[best] - scores[LANGUAGES.index(known)])
        return LANGUAGES[best] if lead > need else known

    def save(self, path: Path) -> None:
        """Write one .npz."""
        np.savez_compressed(path, hashes=self._hashes, chances=self._chances.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """Read what `save` wrote.

        Raises:
            Unavailable: the file is absent or is not one.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(file["hashes"], file["chances"].astype(np.float32))
        except (OSError, KeyError, ValueError) as exc:
            raise Unavailable(f"{path.name} cannot be read ({exc}); reinstall the program") from exc
