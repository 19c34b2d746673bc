"""The statistics of the evals; seeded, so that the same results give the same intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobtracker.agent.mind.embedded.intent_eval import wilson
from jobtracker.evals.model import Share

ROUNDS = 2000
_SEED = 20261122
_Z = 1.959964
_POWER = 0.841621  # of 80 %
Verdict = Literal["better", "worse", "same", "can't tell"]


def value(shares: Sequence[Share]) -> float:
    """Return the right ones over all; of cases with several fields, each field counts once."""
    total = sum(share[1] for share in shares)
    return sum(share[0] for share in shares) / total if total else 0.0


def interval(shares: Sequence[Share]) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of `value`, cases drawn with their fields together.

    Where all cases came out alike, drawing them anew says nothing: then it is Wilson's.
    """
    if not shares:
        return 0.0, 0.0
    if value(shares) in (0.0, 1.0):
        return wilson(round(value(shares)) * len(shares), len(shares))
    table = np.asarray(shares, dtype=np.float64)
    drawn = table[_draws(len(shares))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-9), (0.025, 0.975))
    return round(float(low), 4), round(float(high), 4)


def _draws(cases: int) -> NDArray[np.int64]:
    return np.random.default_rng(_SEED).integers(0, cases, size=(ROUNDS, cases))


@dataclass(frozen=True)
class Paired:
    """How B stands to A on the cases that both ran. `difference` is B minus A.

    `needed` are the cases more that would show a difference of this size, where it is unclear.
    """

    verdict: Verdict
    difference: float
    p: float
    n: int
    test: str
    needed: int = 0


def compare(a: Sequence[Share], b: Sequence[Share], *, lower_is_better: bool = False) -> Paired:
    """Compare two runs over the same cases: McNemar's exact test, or a paired bootstrap.

    McNemar where every case is right or wrong; the bootstrap where cases hold shares.
    """
    difference = value(b) - value(a)
    if all(
        x[1] == y[1] == 1 and x[0] in (0, 1) and y[0] in (0, 1) for x, y in zip(a, b, strict=True)
    ):
        test, p = "McNemar", mcnemar(a, b)
    else:
        test, p = "paired bootstrap", _bootstrap(a, b)
    if not any(x != y for x, y in zip(a, b, strict=True)):
        return Paired("same", 0.0, 1.0, len(a), test)
    good = difference < 0 if lower_is_better else difference > 0
    if p < 0.05:
        return Paired("better" if good else "worse", difference, p, len(a), test)
    return Paired("can't tell", difference, p, len(a), test, more_needed(a, b))


def mcnemar(a: Sequence[Share], b: Sequence[Share]) -> float:
    """Return the two-sided p of McNemar's exact test: a sign test over the cases that changed."""
    gained = sum(x[0] < y[0] for x, y in zip(a, b, strict=True))
    lost = sum(x[0] > y[0] for x, y in zip(a, b, strict=True))
    changed = gained + lost
    if not changed:
        return 1.0
    tail = sum(math.comb(changed, k) for k in range(min(gained, lost) + 1)) / 2**changed
    return min(1.0, 2 * tail)


def _bootstrap(a: Sequence[Share], b: Sequence[Share]) -> float:
    draws = _draws(len(a))
    left = np.asarray(a, dtype=np.float64)[draws].sum(axis=1)
    right = np.asarray(b, dtype=np.float64)[draws].sum(axis=1)
    difference = right[:, 0] / np.maximum(right[:, 1], 1e-9) - left[:, 0] / np.maximum(
        left[:, 1], 1e-9
    )
    below, above = float((difference <= 0).mean()), float((difference >= 0).mean())
    return min(1.0, 2 * max(min(below, above), 1 / ROUNDS))


def more_needed(a: Sequence[Share], b: Sequence[Share]) -> int:
    """Return how many cases more would show this difference (5 % error, 80 % power).

    Zero where there is no difference to show.
    """
    changes = np.asarray(
        [y[0] / (y[1] or 1) - x[0] / (x[1] or 1) for x, y in zip(a, b, strict=True)]
    )
    mean, spread = float(changes.mean()), float(changes.std())
    if abs(mean) < 1e-9:
        return 0
    wanted = math.ceil(((_Z + _POWER) * spread / mean) ** 2)
    return max(1, wanted - len(a))


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Cohen's kappa of two raters over the same cases.

    J. Cohen, A coefficient of agreement for nominal scales (1960): (p_o - p_e) / (1 - p_e). Where
    both gave one and the same label throughout, chance explains all: 0.
    """
    n = len(pairs)
    if not n:
        return 0.0
    observed = sum(a == b for a, b in pairs) / n
    labels = {label for pair in pairs for label in pair}
    expected = sum(
        (sum(a == label for a, _ in pairs) / n) * (sum(b == label for _, b in pairs) / n)
        for label in labels
    )
    return 0.0 if expected >= 1 else (observed - expected) / (1 - expected)


def kappa_interval(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """Return kappa with its bootstrap 95 % interval."""
    draws: list[list[int]] = _draws(len(pairs)).tolist()
    drawn = [kappa([pairs[row] for row in rows]) for rows in draws]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return round(kappa(pairs), 4), round(float(low), 4), round(float(high), 4)
