"""The words of a message, and which of them are accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jobtracker.agent.mind.embedded import vocabulary as vocab
from jobtracker.core.lexicon.lazy import lazy

Span = tuple[int, int]
_TOKEN = lazy(r"[^\W_](?:[\w'’&+#./-]*[\w+#])?|[&+]")
STOP = vocab.SMALL | vocab.JOB_NOUNS | vocab.NOT_NAMES
"""Words that carry no name."""


@dataclass(frozen=True)
class Token:
    """A word of the message."""

    text: str
    span: Span

    @property
    def low(self) -> str:
        """In lower case, without an elided article."""
        word = self.text.lower().replace("’", "'")
        return re.sub(r"^(?:l|d|qu|j|m|n|s|c|t|un|dell|all|nell|dall)'(?=\w)", "", word)


@cache
def ordinary() -> frozenset[str]:
    """Return words of every day besides those of `STOP`, learned from the examples.

    They name nothing, unless an occupation, a skill or a firm's form says otherwise.
    """
    path = Path(__file__).resolve().parent / "data" / "ordinary.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


def names_nothing(token: Token) -> bool:
    """Whether a word is a small one, or one of every day."""
    return token.low in STOP or token.low in ordinary()


def tokens(text: str) -> list[Token]:
    """Return the words of a text."""
    return [Token(match[0], match.span()) for match in _TOKEN.finditer(text)]


def free(span: Span, taken: Iterable[Span]) -> bool:
    """Whether a span overlaps none of the others."""
    return all(span[1] <= a or b <= span[0] for a, b in taken)


def closed(runs: list[list[Token]], run: list[Token]) -> list[list[Token]]:
    """Return the runs with another one, unless it is empty."""
    return [*runs, run] if run else runs
