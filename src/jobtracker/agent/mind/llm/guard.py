"""Keeps what is confidential out of replies, while they are still being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

RUN = 12
"""So many words in a row that also stand in the instructions are a leak."""

_WORD = re.compile(r"\w+")
_SHORTEST_SECRET = 8
_SHORTEST_BARE = 16
_WINDOW = 400
"""Characters before a new piece that are looked at with it: longer than RUN words."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters of no width, which may stand between the letters of a word."""
_MARK = re.compile(r"</?data [0-9a-f]{8}[^<>]{0,120}>")
_MARK_BEGINS = re.compile(r"<(?:/?d?a?t?a?|/?data [^<>]{0,130})\Z")


class Withheld(Exception):
    """The reply gives away a key or the instructions."""


class Instructions:
    """The instructions, in a form in which a run of their words is found quickly."""

    def __init__(self, text: str) -> None:
        words = [word.lower() for word in _WORD.findall(text)]
        self._runs = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}

    def leaked_in(self, text: str) -> bool:
        """Tell whether the text repeats a run of words of the instructions."""
        words = [word.lower() for word in _WORD.findall(_UNSEEN.sub("", text))]
        return any(tuple(words[i : i + RUN]) in self._runs for i in range(len(words) - RUN + 1))


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _dense(text: str) -> str:
    """Return the letters and digits alone, in small letters: what marks and case do not hide."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _random(bare: str) -> bool:
    """Tell a real key from what stands for one, such as "not-needed": words may say that."""
    return len(bare) >= _SHORTEST_BARE and any(c.isdigit() for c in bare)


class ReplyGuard:
    """Takes a reply piece by piece and gives back what may be shown.

    Only what may be the beginning of a secret, or of a data mark, waits for the next piece.
    """

    def __init__(self, instructions: Instructions, secrets: Sequence[str]) -> None:
        self._instructions = instructions
        self._secrets = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
        bare = [text for secret in secrets if _random(text := _dense(secret))]
        self._bare = [*bare, *(text[::-1] for text in bare)]
        self._shown = ""
        self._waiting = ""

    @property
    def text(self) -> str:
        """All that came in, without data marks."""
        return self._shown + self._waiting

    def feed(self, piece: str) -> str:
        """Add a piece, and return what may be shown now.

        Raises:
            Withheld: it gives something away.
        """
        self._waiting = _MARK.sub("", self._waiting + piece)
        self._check()
        return self._release(len(self._waiting) - self._held())

    def close(self) -> str:
        """Return the rest."""
        return self._release(len(self._waiting))

    def _release(self, size: int) -> str:
        ready, self._waiting = self._waiting[:size], self._waiting[size:]
        self._shown += ready
        return ready

    def _check(self) -> None:
        text = self._shown[-_WINDOW:] + self._waiting
        dense, bare = _unspaced(text), _dense(text)
        if any(secret in text or secret in dense for secret in self._secrets) or any(
            secret in bare for secret in self._bare
        ):
            raise Withheld("a key")
        if self._instructions.leaked_in(text):
            raise Withheld("the instructions")

    def _held(self) -> int:
        """Return how many of the last characters may begin a secret, in any dress, or a mark."""
        mark = _MARK_BEGINS.search(self._waiting)
        held = len(self._waiting) - mark.start() if mark else 0
        for secrets, project in ((self._secrets, _unspaced), (self._bare, _dense)):
            text = project(self._waiting)
            for secret in secrets:
                sizes = range(min(len(secret) - 1, len(text)), 0, -1)
                begun = next((size for size in sizes if text.endswith(secret[:size])), 0)
                if begun:
                    held = max(held, self._reaching(begun, project))
        return held

    def _reaching(self, characters: int, project: Callable[[str], str]) -> int:
        """Return how long the end of the text is of which so many characters are projected."""
        for length in range(characters, len(self._waiting) + 1):
            if len(project(self._waiting[-length:])) >= characters:
                return length
        return len(self._waiting)
