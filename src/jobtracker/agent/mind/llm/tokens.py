"""How long a text is for a model, without a vendor's tokeniser (those are downloads)."""

from __future__ import annotations

import re

_BYTES_PER_TOKEN = 3
_OVERHEAD = 4


NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")
"""NUL and halves of surrogate pairs: no database keeps the one, no encoding writes the other."""


def estimate(text: str) -> int:
    """Return about how many tokens the text has, rather too many than too few.

    English has about four bytes a token, German or JSON three, Chinese three bytes a character.
    """
    return _OVERHEAD + len(text.encode("utf-8", "ignore")) // _BYTES_PER_TOKEN


def cut(text: str, tokens: int) -> str:
    """Return the text with its middle left out where it is longer than `tokens`."""
    if estimate(text) <= tokens:
        return text
    # Characters may have up to four bytes: halve until it fits.
    keep = max(tokens * _BYTES_PER_TOKEN, 40)
    while True:
        head, tail = text[: keep * 2 // 3], text[len(text) - keep // 3 :]
        shorter = f"{head} … [{len(text) - len(head) - len(tail)} characters left out] … {tail}"
        if estimate(shorter) <= max(tokens, 40) or keep <= 40:
            return shorter
        keep = keep * 4 // 5
