"""Passwords: which are accepted, and how they are kept.

Rules after NIST SP 800-63B-4: long enough, not one of those that are tried first, any characters,
no rules of composition, no expiry. Hashes after the OWASP Password Storage Cheat Sheet: argon2id,
19 MiB, two passes, one lane.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobtracker.core.errors import BadInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH, MAX_LENGTH = 12, 256
_UNPREDICTABLE = 8
"""So many characters must lie outside words, runs and names that a guesser tries first."""
_PARALLEL = threading.BoundedSemaphore(4)
"""Hashes at once: each takes 19 MiB and a core."""
_LEET = str.maketrans("0134578@$!|", "oleastbasll")
_WALKS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfv",
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789",
)  # fmt: skip


def normalised(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that every keyboard gives the same.

    Raises:
        BadInput: longer than the limit, which is looked at before it costs; control characters.
    """
    if len(password) > MAX_LENGTH:
        raise BadInput(f"password: longer than {MAX_LENGTH} characters; choose a shorter one")
    plain = unicodedata.normalize("NFKC", password)
    if any(unicodedata.category(char) in ("Cs", "Cc") for char in plain):
        raise BadInput("password: it holds characters that no keyboard gives; leave them out")
    return plain


def check(password: str, *names: str) -> str:
    """Return the normalised password where it may be set; `names` are the person's own.

    Raises:
        BadInput: too short, too long, or one that is tried first.
    """
    plain = normalised(password)
    if len(plain) < MIN_LENGTH:
        raise BadInput(
            f"password: at least {MIN_LENGTH} characters; a few unrelated words are easy to keep"
        )
    if predictable(plain, *names):
        raise BadInput(
            "password: too easy to guess, it is made of common words, runs or your name; "
            "take a few unrelated words or let a password manager choose"
        )
    return plain


def predictable(password: str, *names: str) -> bool:
    """Tell whether the password is made of what guessers try first.

    Each common word, run (`abcd`, `4321`, `qwertz`), repetition, year or own name counts as one
    character; so little must remain that is none of these.
    """
    text = unicodedata.normalize("NFKC", password).casefold()
    own = {part for name in names for part in re.split(r"[\W_]+", name.casefold()) if len(part) > 2}
    return min(_cost(text, own), _cost(text.translate(_LEET), own)) < _UNPREDICTABLE


def _cost(text: str, own: set[str]) -> int:
    """Return in how few characters and guessable pieces the text can be written."""
    known = _common() | own
    longest = max(map(len, known))
    best = [0] + [len(text)] * len(text)
    for end in range(1, len(text) + 1):
        best[end] = best[end - 1] + (0 if _repeats(text, end - 1) else 1)
        for start in range(max(0, end - longest), end - 2):
            piece = text[start:end]
            if piece in known or _run(piece):
                best[end] = min(best[end], best[start] + 1)
    half = len(text) // 2
    if half > 2 and text[:half] == text[half : 2 * half]:
        best[-1] = min(best[-1], best[half] + 1)
    return best[-1]


def _repeats(text: str, at: int) -> bool:
    """Tell whether the character continues a pattern of one to four characters."""
    return any(at >= width and text[at - width : at] and text[at] == text[at - width]
               and (width == 1 or text[max(0, at - 2 * width + 1) : at - width + 1]
                    == text[max(0, at - width + 1) : at + 1])
               for width in (1, 2, 3, 4))  # fmt: skip


def _run(piece: str) -> bool:
    if re.fullmatch(r"(19|20)\d\d", piece):
        return True
    if re.fullmatch(r"[0-3]?\d[.\-/][01]?\d([.\-/](\d\d){1,2})?", piece):
        return True
    return len(piece) > 2 and any(piece in walk or piece[::-1] in walk for walk in _WALKS)


@cache
def _common() -> frozenset[str]:
    """The words of `data/common.txt`; whoever adds to it keeps one a line, small letters."""
    text = (Path(__file__).parent / "data" / "common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split() if not line.startswith("#"))


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


def hashed(plain: str) -> str:
    """Return the hash to keep of a normalised password. Blocks for tens of milliseconds."""
    with _PARALLEL:
        return _hasher().hash(plain)


def verify(kept: str | None, plain: str) -> bool:
    """Tell whether it is the password; without a hash the same work is done, and the answer is no.

    Whoever measures cannot tell an account that does not exist from a wrong password.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    with _PARALLEL:
        try:
            return _hasher().verify(kept or _nobody(), plain) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


@cache
def _nobody() -> str:
    import secrets

    return _hasher().hash(secrets.token_urlsafe(24))
